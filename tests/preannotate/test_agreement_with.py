"""agreement_with: what yields nothing first, then what yields."""

import pytest

NOTHING = [
    pytest.param("GPE[Iran] agreed to talk about GPE[Syria].", id="not a party"),
    pytest.param("GPE[Washington] called for a deal with GPE[Tehran].", id="not made"),
    pytest.param("GPE[Iran] hopes to sign a deal with GPE[Russia].", id="hoped for"),
    pytest.param("GPE[Iran] did not sign a deal with GPE[Russia].", id="denied"),
    pytest.param("GPE[Iran] will sign a deal with GPE[Russia].", id="not made yet"),
    pytest.param(
        "The council called for an immediate ceasefire between GPE[Israel] and ORG[Hamas].",
        id="called for",
    ),
    pytest.param("There is no agreement between GPE[Israel] and ORG[Hamas].", id="none"),
]
RELATIONS = [
    pytest.param(
        "GPE[Iran] signed a deal with ORG[Zarubezhneft].",
        {"Iran agreement_with Zarubezhneft"},
        id="signed with",
    ),
    pytest.param(
        "The treaty between GPE[Egypt] and GPE[Israel] holds.",
        {"Egypt agreement_with Israel"},
        id="between",
    ),
    pytest.param(
        "Last month, GPE[Iran] signed a MONEY[$742 million] deal with NORP[Russian] energy firm ORG[Zarubezhneft].",
        {"Iran agreement_with Zarubezhneft"},
        id="with an amount",
    ),
    pytest.param(
        "GPE[Russia] and GPE[Georgia] signed a ceasefire.",
        {"Russia agreement_with Georgia"},
        id="two that sign",
    ),
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_agreement_with_is_not_read_into(relations_in, sentence):
    assert not [
        relation for relation in relations_in(sentence) if " agreement_with " in relation
    ]


@pytest.mark.parametrize(("sentence", "relations"), RELATIONS)
def test_agreement_with_is_found_in(relations_in, sentence, relations):
    assert {
        relation for relation in relations_in(sentence) if " agreement_with " in relation
    } == relations
