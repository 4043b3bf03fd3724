"""supports: what yields nothing first, then what yields."""

import pytest

NOTHING = [
    pytest.param("PERSON[Shoigu] hailed their cooperation in GPE[Syria].", id="the place"),
    pytest.param("GPE[Iran] and its ally GPE[Syria] objected.", id="an ally"),
    pytest.param("GPE[Russia] does not back PERSON[Assad].", id="denied"),
    pytest.param("GPE[Russia] refused to back PERSON[Assad].", id="refused"),
    pytest.param("Does GPE[Russia] back PERSON[Assad]?", id="asked"),
    pytest.param("GPE[Russia] could support GPE[Iran].", id="supposed"),
    pytest.param("GPE[Israel] accused GPE[Iran] of backing ORG[Hamas].", id="accused of it"),
    pytest.param("GPE[Tehran] denied that it backs ORG[Hamas].", id="a denial"),
    pytest.param("GPE[Syria] ended its support for ORG[Hezbollah].", id="ended"),
    pytest.param(
        "PERSON[Putin] and PERSON[Erdogan] were back in GPE[Ankara].", id="being back"
    ),
    pytest.param("They sent PERSON[Bob] back GPE[Russia]'s way.", id="sent back"),
    pytest.param("PERSON[Annan] urged GPE[Russia] to support GPE[Iran].", id="urged"),
]
RELATIONS = [
    pytest.param("GPE[Russia] backs PERSON[Assad].", {"Russia supports Assad"}, id="a verb"),
    pytest.param(
        "GPE[Tehran]'s support for ORG[Hezbollah] continues.",
        {"Tehran supports Hezbollah"},
        id="a noun",
    ),
    pytest.param(
        "GPE[Russia] and GPE[Iran] have backed PERSON[Assad].",
        {"Russia supports Assad", "Iran supports Assad"},
        id="two that support",
    ),
    pytest.param(
        "GPE[Russia] and GPE[Iran] back PERSON[Assad].",
        {"Russia supports Assad", "Iran supports Assad"},
        id="two that back",
    ),
    pytest.param(
        "Talks in the Kremlin\n\nGPE[Russia] and GPE[Iran] support PERSON[Assad].",
        {"Russia supports Assad", "Iran supports Assad"},
        id="two behind a headline",
    ),
    pytest.param(
        "GPE[Iran] supports ORG[Hamas] and ORG[Hezbollah].",
        {"Iran supports Hamas", "Iran supports Hezbollah"},
        id="two that are supported",
    ),
    pytest.param(
        "GPE[Moscow]'s backing of the PERSON[Assad] regime continues.",
        {"Moscow supports Assad"},
        id="a regime",
    ),
    pytest.param(
        "ORG[Hamas] is backed by GPE[Iran].", {"Iran supports Hamas"}, id="the passive"
    ),
    pytest.param(
        "PERSON[Abbas] expressed support for PERSON[Mubarak].",
        {"Abbas supports Mubarak"},
        id="support expressed",
    ),
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_supports_is_not_read_into(relations_in, sentence):
    assert not [relation for relation in relations_in(sentence) if " supports " in relation]


@pytest.mark.parametrize(("sentence", "relations"), RELATIONS)
def test_supports_is_found_in(relations_in, sentence, relations):
    assert {
        relation for relation in relations_in(sentence) if " supports " in relation
    } == relations
