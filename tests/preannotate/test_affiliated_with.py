"""affiliated_with: what yields nothing first, then what yields."""

import pytest

NOTHING = [
    pytest.param("PERSON[Hatami] visited GPE[Russia].", id="being there"),
    pytest.param("PERSON[Bob], a Catholic from GPE[Texas], spoke.", id="where one is from"),
    pytest.param(
        "PERSON[Denis McDonough] relations_in ORG[Reuters] that it was over.",
        id="relations_in it",
    ),
    pytest.param("PERSON[Lee] does not work for ORG[Reuters].", id="denied"),
    pytest.param(
        "PERSON[Alexander Vershbow], the TITLE[ambassador] to GPE[Seoul], spoke.",
        id="where an ambassador is sent",
    ),
]
RELATIONS = [
    pytest.param(
        "PERSON[Vadim Savitsky] of the ORG[Russian Defense Ministry] was there.",
        {"Vadim Savitsky affiliated_with Russian Defense Ministry"},
        id="of an organisation",
    ),
    pytest.param(
        "GPE[US] TITLE[President] PERSON[Donald Trump] spoke.",
        {"Donald Trump affiliated_with US"},
        id="a state's name",
    ),
    pytest.param(
        "NORP[Russian] TITLE[Defense Minister] PERSON[Sergei Shoigu] spoke.",
        {"Sergei Shoigu affiliated_with Russian"},
        id="a state's adjective",
    ),
    pytest.param(
        "ORG[Zarubezhneft] TITLE[director] PERSON[Nikolai Brunich] spoke.",
        {"Nikolai Brunich affiliated_with Zarubezhneft"},
        id="an organisation's head",
    ),
    pytest.param(
        "GPE[Israel]'s former TITLE[foreign minister] PERSON[Tzipi Livni] spoke.",
        {"Tzipi Livni affiliated_with Israel"},
        id="former, and a possessive",
    ),
    pytest.param(
        "PERSON[Dmitry Medvedev], the TITLE[President] of GPE[Russia], stated it.",
        {"Dmitry Medvedev affiliated_with Russia"},
        id="behind the office",
    ),
    pytest.param(
        "PERSON[Shota Utiashvili], a TITLE[spokesperson] for the ORG[Interior Ministry], said so.",
        {"Shota Utiashvili affiliated_with Interior Ministry"},
        id="speaks for",
    ),
    pytest.param(
        "ORG[Hamas] leader PERSON[Khaled Meshaal] spoke.",
        {"Khaled Meshaal affiliated_with Hamas"},
        id="leads",
    ),
    pytest.param(
        "PERSON[Kim Jong Un], leader of GPE[North Korea], spoke.",
        {"Kim Jong Un affiliated_with North Korea"},
        id="leads, behind the name",
    ),
    pytest.param(
        "He met his NORP[French] counterpart PERSON[Jean-Marc Ayrault].",
        {"Jean-Marc Ayrault affiliated_with French"},
        id="an officer's counterpart",
    ),
    pytest.param(
        "(PERSON[Vadim Savitsky]/ORG[Russian Defense Ministry Press Service] via ORG[AP])",
        {"Vadim Savitsky affiliated_with Russian Defense Ministry Press Service"},
        id="a credit",
    ),
    pytest.param(
        "PERSON[Robert Berger] works for ORG[Reuters].",
        {"Robert Berger affiliated_with Reuters"},
        id="works for",
    ),
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_affiliated_with_is_not_read_into(relations_in, sentence):
    assert not [
        relation for relation in relations_in(sentence) if " affiliated_with " in relation
    ]


@pytest.mark.parametrize(("sentence", "relations"), RELATIONS)
def test_affiliated_with_is_found_in(relations_in, sentence, relations):
    assert {
        relation for relation in relations_in(sentence) if " affiliated_with " in relation
    } == relations
