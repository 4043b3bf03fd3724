"""opposes: what yields nothing first, then what yields."""

import pytest

NOTHING = [
    pytest.param(
        "If GPE[Syria] fires and GPE[Israel] attacks GPE[Syria], war follows.",
        id="two conditions",
    ),
    pytest.param("ORG[Reuters] reported on GPE[Iran].", id="telling"),
    pytest.param("GPE[Ukraine] worries about its gas.", id="no party"),
    pytest.param("GPE[Israel] did not attack GPE[Iran].", id="denied"),
    pytest.param("GPE[Israel] could attack GPE[Iran].", id="supposed"),
    pytest.param("GPE[Israel] refused to attack GPE[Iran].", id="refused"),
    pytest.param("PERSON[Netanyahu] urged GPE[America] to invade GPE[Iraq].", id="urged"),
    pytest.param("Will GPE[Israel] attack GPE[Iran]?", id="asked"),
    pytest.param("A soldier was killed in GPE[Iraq].", id="where"),
]
RELATIONS = [
    pytest.param("GPE[Israel] condemned ORG[Hamas].", {"Israel opposes Hamas"}, id="a verb"),
    pytest.param(
        "GPE[Washington] accuses GPE[Iran] of lying.", {"Washington opposes Iran"}, id="accuses"
    ),
    pytest.param(
        "NORP[Georgian] troops launched an offensive against GPE[Tskhinvali].",
        {"Georgian opposes Tskhinvali"},
        id="troops",
    ),
    pytest.param(
        "ORG[Hamas] has fired rockets at GPE[Israel].", {"Hamas opposes Israel"}, id="rockets"
    ),
    pytest.param(
        "PERSON[Bush] criticised GPE[Venezuela], GPE[Uzbekistan] and GPE[Vietnam].",
        {"Bush opposes Venezuela", "Bush opposes Uzbekistan", "Bush opposes Vietnam"},
        id="each its own",
    ),
    pytest.param(
        "ORG[Hamas] was condemned by GPE[Israel] and GPE[Egypt].",
        {"Israel opposes Hamas", "Egypt opposes Hamas"},
        id="the passive",
    ),
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_opposes_is_not_read_into(relations_in, sentence):
    assert not [relation for relation in relations_in(sentence) if " opposes " in relation]


@pytest.mark.parametrize(("sentence", "relations"), RELATIONS)
def test_opposes_is_found_in(relations_in, sentence, relations):
    assert {
        relation for relation in relations_in(sentence) if " opposes " in relation
    } == relations
