"""member_of: what yields nothing first, then what yields."""

import pytest

NOTHING = [
    pytest.param("PERSON[Denis McDonough] works for ORG[Reuters].", id="employment"),
    pytest.param("GPE[Ukraine] wants to join ORG[NATO].", id="not a member yet"),
    pytest.param("GPE[Ukraine] is not a member of ORG[NATO].", id="denied"),
    pytest.param("GPE[Ukraine] met members of ORG[NATO].", id="met members"),
]
RELATIONS = [
    pytest.param(
        "GPE[Sweden] is not a member of ORG[the EU] but GPE[Norway] is a member of ORG[NATO].",
        {"Norway member_of NATO"},
        id="another is not",
    ),
    pytest.param(
        "GPE[Turkey] is a member of ORG[NATO].", {"Turkey member_of NATO"}, id="is a member"
    ),
    pytest.param(
        "TITLE[Senator] PERSON[Joe Biden], a member of the ORG[Foreign Relations Committee], spoke.",
        {"Joe Biden member_of Foreign Relations Committee"},
        id="behind the name",
    ),
    pytest.param(
        "GPE[Poland] and GPE[Lithuania] are ORG[NATO] members.",
        {"Poland member_of NATO", "Lithuania member_of NATO"},
        id="two members",
    ),
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_member_of_is_not_read_into(relations_in, sentence):
    assert not [relation for relation in relations_in(sentence) if " member_of " in relation]


@pytest.mark.parametrize(("sentence", "relations"), RELATIONS)
def test_member_of_is_found_in(relations_in, sentence, relations):
    assert {
        relation for relation in relations_in(sentence) if " member_of " in relation
    } == relations
