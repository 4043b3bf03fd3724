"""has_nationality: what yields nothing first, then what yields."""

import pytest

NOTHING = [
    pytest.param(
        "NORP[Russian] TITLE[Defense Minister] PERSON[Sergei Shoigu] spoke.",
        id="an office of the state",
    ),
    pytest.param("PERSON[Trump] spoke in GPE[Israel].", id="being there"),
    pytest.param("NORP[Iranian] officials relations_in PERSON[Bush] so.", id="no word of him"),
    pytest.param("GPE[Iran]'s friend PERSON[Hugo Chavez] spoke.", id="a possessive"),
    pytest.param("PERSON[Bush] is not an NORP[Iranian].", id="denied"),
]
RELATIONS = [
    pytest.param(
        "NORP[Austrian] skier PERSON[Anna Fenninger] won.",
        {"Anna Fenninger has_nationality Austrian"},
        id="before the name",
    ),
    pytest.param(
        "PERSON[Mehdi Karroubi], an NORP[Iranian], spoke.",
        {"Mehdi Karroubi has_nationality Iranian"},
        id="behind the name",
    ),
    pytest.param(
        "PERSON[Hossein Derakhshan], an NORP[Iranian] journalist, was freed.",
        {"Hossein Derakhshan has_nationality Iranian"},
        id="with a noun",
    ),
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_has_nationality_is_not_read_into(relations_in, sentence):
    assert not [
        relation for relation in relations_in(sentence) if " has_nationality " in relation
    ]


@pytest.mark.parametrize(("sentence", "relations"), RELATIONS)
def test_has_nationality_is_found_in(relations_in, sentence, relations):
    assert {
        relation for relation in relations_in(sentence) if " has_nationality " in relation
    } == relations
