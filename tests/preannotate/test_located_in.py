"""located_in: what yields nothing first, then what yields."""

import pytest

NOTHING = [
    pytest.param("They built a route from GPE[Iran] to GPE[Lebanon].", id="two ends"),
    pytest.param("GPE[Ankara] talks on GPE[Syria] began.", id="a subject"),
    pytest.param("The presidents of GPE[Russia], GPE[Turkey] and GPE[Iran] met.", id="a list"),
    pytest.param(
        "He hails teamwork with GPE[Iran] in GPE[Syria].", id="who takes part, and where"
    ),
    pytest.param(
        "In GPE[Iran], GPE[Israel] is seen as a danger.", id="a comma between clauses"
    ),
]
RELATIONS = [
    pytest.param(
        "They met in GPE[Moscow], GPE[Russia], on Tuesday.",
        {"Moscow located_in Russia"},
        id="behind a comma",
    ),
    pytest.param(
        "Inspectors saw the FAC[Natanz] plant in GPE[Iran].",
        {"Natanz located_in Iran"},
        id="a plant in",
    ),
    pytest.param(
        "The ship docked at GPE[Port Said] in GPE[Egypt].",
        {"Port Said located_in Egypt"},
        id="at, in",
    ),
    pytest.param(
        "Troops attacked GPE[Tskhinvali], the capital of GPE[South Ossetia].",
        {"Tskhinvali located_in South Ossetia"},
        id="a capital",
    ),
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_located_in_is_not_read_into(relations_in, sentence):
    assert not [relation for relation in relations_in(sentence) if " located_in " in relation]


@pytest.mark.parametrize(("sentence", "relations"), RELATIONS)
def test_located_in_is_found_in(relations_in, sentence, relations):
    assert {
        relation for relation in relations_in(sentence) if " located_in " in relation
    } == relations
