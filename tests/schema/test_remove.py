"""A type taken out of schema.toml: only what names it is touched, however the file is written."""

import pytest
from samples import SCHEMA
from schema.test_read import GOOD
from schema.test_rename import FORMS, OURS, PATH, TYPES, changed

from curation.errors import SchemaError
from curation.schema.read import parse_schema
from curation.schema.remove import find_removal, remove_type
from curation.schema.type_change import TypeChange

OTHERS = [
    (table, name) for table, name in TYPES if name not in ("PERSON", "TITLE", "ORG")
]  # which some relation can't be without


@pytest.mark.parametrize(("table", "old"), OTHERS, ids=lambda one: one)
def test_each_shipped_type_can_be_removed(table, old):
    """Its table goes, and its name among heads and tails; comments and order stay."""
    change = find_removal(old, None, SCHEMA, {})
    after = remove_type(OURS, change, path=PATH)
    schema = parse_schema(after, PATH)
    gone, come = changed(OURS, after)

    assert change == TypeChange(table, old, None, is_begun=False)
    assert list(getattr(schema, table)) == [n for n in getattr(SCHEMA, table) if n != old]
    assert schema.removed == {old}
    added = [line for line in come if line]
    assert added[0] == f'removed = ["{old}"]'
    heads_and_tails = added[1:]
    assert all(
        line.startswith(("head = ", "tail = ", "consequences = ")) for line in heads_and_tails
    )
    assert not any(old in pair for pair in schema.consequences)
    assert not [line for line in gone if line.startswith("#")]
    assert schema.fingerprint != SCHEMA.fingerprint
    assert find_removal(old, None, schema, {}).is_begun


@pytest.mark.parametrize(
    ("old", "into"),
    [("LAW", "EVENT"), ("PERSON", "NORP"), ("TITLE", "PERSON"), ("based_in", "located_in"), ("opposes", "supports")],
)  # fmt: skip
def test_a_type_can_become_another(old, into):
    """That one takes its place where relations join it, and its labels of the model."""
    text = OURS.replace(
        'head = ["FAC", "GPE", "LOC", "EVENT"]', 'head = ["FAC", "GPE", "LOC", "EVENT", "ORG"]'
    )
    before = parse_schema(text, PATH)
    change = find_removal(old, into, before, {})
    schema = parse_schema(remove_type(text, change, path=PATH), PATH)

    types = getattr(schema, change.table)
    assert list(types) == [name for name in getattr(before, change.table) if name != old]
    assert types[into].former_names == (old,)
    assert schema.removed == frozenset()
    if change.table == "entities":
        for relation in before.relations.values():
            for side in ("head", "tail"):
                wanted = {into if n == old else n for n in getattr(relation, side)}
                assert set(getattr(schema.relations[relation.name], side)) == wanted
        assert {*before.entities[old].model_labels} <= {*types[into].model_labels}
    assert find_removal(old, into, schema, {}).is_begun


@pytest.mark.parametrize("form", [name for name in FORMS if name != "apart"])
@pytest.mark.parametrize("into", [None, "PERSON"])
def test_a_type_goes_however_the_schema_is_written(form, into):
    text = FORMS[form].replace('tail = ["ORG"]', 'tail = ["ORG", "PERSON"]')
    text = text.replace("'ORG', # ORG\n", "'ORG', # ORG\n 'PERSON',\n")
    text = text.replace('tail=["ORG"]', 'tail=["ORG", "PERSON"]')
    before = parse_schema(text, PATH)
    change = find_removal("ORG", into, before, {})

    schema = parse_schema(remove_type(text, change, path=PATH), PATH)

    former = before.entities["ORG"].former_names
    assert list(schema.entities) == ["PERSON"]
    assert schema.removed == (frozenset() if into else {"ORG", *former})
    assert schema.same_words == frozenset()
    assert set(schema.relations["works_for"].tail) == {"PERSON"}


def test_a_comment_above_the_next_type_stays():
    text = OURS.replace("[entities.DATE]", "# When.\n[entities.DATE]")

    after = remove_type(text, find_removal("LAW", None, SCHEMA, {}), path=PATH)

    assert "\n\n# When.\n[entities.DATE]\n" in after


def test_what_was_removed_before_stays_known():
    text = remove_type(OURS, find_removal("LAW", None, SCHEMA, {}), path=PATH)
    schema = parse_schema(text, PATH)

    after = parse_schema(
        remove_type(text, find_removal("DATE", None, schema, {}), path=PATH), PATH
    )

    assert after.removed == {"LAW", "DATE"}


@pytest.mark.parametrize(
    ("old", "into", "said"),
    [
        ("FIRM", None, "no entity type or relation 'FIRM' in the schema, and nothing uses one"),
        ("TITLE", None, "TITLE is all that holds_position may begin or end at"),
        ("LAW", "supports", "LAW can't become 'supports'"),
        ("LAW", "LAW", "LAW can't become 'LAW'"),
        ("supports", "meets_with", "supports joins .* and meets_with only"),
    ],
)
def test_a_removal_that_would_leave_something_unsaid_is_refused(old, into, said):
    with pytest.raises(SchemaError, match=said):
        find_removal(old, into, SCHEMA, {})


def test_a_type_taken_out_by_hand_is_known_by_what_still_uses_it():
    change = find_removal("FIRM", "ORG", SCHEMA, {"entities": {"FIRM"}, "relations": set()})
    schema = parse_schema(remove_type(OURS, change, path=PATH), PATH)

    assert change == TypeChange("entities", "FIRM", "ORG", is_begun=False)
    assert schema.entities["ORG"].former_names == ("FIRM",)


def test_a_type_that_comes_back_is_no_removed_one():
    with pytest.raises(
        SchemaError, match="2: 'removed' has 'ORG', which is the name of a type now"
    ):
        parse_schema(f'\nremoved = ["ORG"]\n{GOOD}', PATH)
