"""holds_position: what yields nothing first, then what yields."""

import pytest

NOTHING = [
    pytest.param(
        "GPE[Russia]'s TITLE[defense minister] met his counterpart.", id="no named person"
    ),
    pytest.param("PERSON[Trump] met the TITLE[prime minister].", id="somebody else's office"),
    pytest.param("PERSON[Bush] did not become TITLE[president].", id="denied"),
    pytest.param(
        "PERSON[Merkel] spoke to the TITLE[president] of GPE[France].", id="spoken to"
    ),
    pytest.param(
        "PERSON[Obama], PERSON[Rice] and the TITLE[ambassador] left.",
        id="in a list with persons",
    ),
    pytest.param("The TITLE[president] left. PERSON[Bush] stayed.", id="two sentences"),
]
RELATIONS = [
    pytest.param(
        "NORP[Iranian] TITLE[Defense Minister] PERSON[Amir Hatami] spoke.",
        {"Amir Hatami holds_position Defense Minister"},
        id="before the name",
    ),
    pytest.param(
        "PERSON[Shota Utiashvili], a TITLE[spokesperson] for the ministry, said so.",
        {"Shota Utiashvili holds_position spokesperson"},
        id="behind the name",
    ),
    pytest.param(
        "PERSON[Dmitry Medvedev], the TITLE[President] of GPE[Russia], stated it.",
        {"Dmitry Medvedev holds_position President"},
        id="with an article",
    ),
    pytest.param(
        "ORG[Kremlin] TITLE[spokesperson], PERSON[Dmitry Peskov], said so.",
        {"Dmitry Peskov holds_position spokesperson"},
        id="with commas",
    ),
    pytest.param(
        "TITLE[Presidents] PERSON[Bush] and PERSON[Putin] spoke.",
        {"Bush holds_position Presidents", "Putin holds_position Presidents"},
        id="a plural of two",
    ),
    pytest.param(
        "TITLE[Prime Ministers] PERSON[Tony Blair] and PERSON[John Howard] met in GPE[London].",
        {
            "Tony Blair holds_position Prime Ministers",
            "John Howard holds_position Prime Ministers",
        },
        id="a plural that the parse takes for a name",
    ),
    pytest.param(
        "TITLE[Prime Minister] PERSON[Tony Blair] and PERSON[John Howard] met in GPE[London].",
        {"Tony Blair holds_position Prime Minister"},
        id="a singular beside two",
    ),
    pytest.param(
        "TITLE[Lt. Gen.] PERSON[Ricardo Sanchez] spoke to TITLE[Maj.] PERSON[Ann Reed].",
        {"Ricardo Sanchez holds_position Lt. Gen.", "Ann Reed holds_position Maj."},
        id="ranks cut short",
    ),
    pytest.param(
        "PERSON[Angela Merkel] is the TITLE[chancellor] of GPE[Germany].",
        {"Angela Merkel holds_position chancellor"},
        id="by a verb",
    ),
    pytest.param(
        "PERSON[Sharon] named PERSON[Ehud Olmert] as the new TITLE[finance minister].",
        {"Ehud Olmert holds_position finance minister"},
        id="named as",
    ),
    pytest.param(
        "Former NORP[Syrian] TITLE[minister of defense] TITLE[General] PERSON[Ali Habib] left.",
        {"Ali Habib holds_position minister of defense", "Ali Habib holds_position General"},
        id="two in a row",
    ),
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_holds_position_is_not_read_into(relations_in, sentence):
    assert not [
        relation for relation in relations_in(sentence) if " holds_position " in relation
    ]


@pytest.mark.parametrize(("sentence", "relations"), RELATIONS)
def test_holds_position_is_found_in(relations_in, sentence, relations):
    assert {
        relation for relation in relations_in(sentence) if " holds_position " in relation
    } == relations
