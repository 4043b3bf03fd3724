"""based_in: what yields nothing first, then what yields."""

import pytest

NOTHING = [
    pytest.param("ORG[Hezbollah] fights in GPE[Syria].", id="activity"),
    pytest.param("NORP[Russian] firm ORG[Zarubezhneft] signed.", id="an adjective"),
    pytest.param("ORG[Reuters] reported from GPE[Moscow].", id="reporting from"),
    pytest.param(
        "ORG[Interfax] said the talks are based in GPE[Geneva].",
        id="something else is based there",
    ),
]
RELATIONS = [
    pytest.param(
        "They fined ORG[Google], which is based in GPE[California].",
        {"Google based_in California"},
        id="which is based in",
    ),
    pytest.param(
        "ORG[Al Jazeera], based in GPE[Qatar], reported it.",
        {"Al Jazeera based_in Qatar"},
        id="based in",
    ),
    pytest.param(
        "GPE[Tehran]'s ORG[Sharif University] is old.",
        {"Sharif University based_in Tehran"},
        id="a place's",
    ),
    pytest.param(
        "GPE[Bahrain]-based ORG[Gulf Air] stopped its flights.",
        {"Gulf Air based_in Bahrain"},
        id="hyphened",
    ),
    pytest.param(
        "The GPE[London]-based rights group ORG[Amnesty International] said so.",
        {"Amnesty International based_in London"},
        id="hyphened, with a noun",
    ),
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_based_in_is_not_read_into(relations_in, sentence):
    assert not [relation for relation in relations_in(sentence) if " based_in " in relation]


@pytest.mark.parametrize(("sentence", "relations"), RELATIONS)
def test_based_in_is_found_in(relations_in, sentence, relations):
    assert {
        relation for relation in relations_in(sentence) if " based_in " in relation
    } == relations
