"""Older gold under today's types: nothing is lost without a word."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import documents

from curation.checks.against_schema import check_document
from curation.documents.document import Document, Entity, Layer, Relation
from curation.formats.losses import WITH_LOST_END
from curation.gold.changes.migration import Migration
from curation.schema import Schema

TEXT = "Iran's minister met Assad in Damascus on Monday"
IRAN = Entity(0, 4, "GPE", "e1")
ASSAD = Entity(20, 25, "PERSON", "e2")
MONDAY = Entity(41, 47, "DATE", "e3")
GOLD = Document(
    "d",
    TEXT,
    (IRAN, ASSAD, MONDAY),
    (Relation(ASSAD, IRAN, "opposes"), Relation(IRAN, ASSAD, "meets_with")),
    layer=Layer("gold"),
)


def migrated(
    document: Document, names: dict[str, str], schema: Schema = SCHEMA
) -> tuple[Document, dict[str, int]]:
    """The document under today's types, and what was lost: number by what is said of it."""
    migration = Migration(schema=schema, names=names, symmetric=SCHEMA.symmetric)
    after = migration.migrate(document)
    return after, {f"{kind.noun}: {kind.why}": n for kind, n in migration.losses.counts.items()}


def without(*names: str, **changed: object) -> Schema:
    """The schema without some types, and with some relations changed."""
    relations = {name: one for name, one in SCHEMA.relations.items() if name not in names}
    for name, change in changed.items():
        relations[name] = replace(SCHEMA.relations[name], **change)
    entities = {name: one for name, one in SCHEMA.entities.items() if name not in names}
    return replace(SCHEMA, entities=entities, relations=relations)


def test_without_a_change_of_types_a_document_stays_as_it_is():
    assert migrated(GOLD, {}) == (SCHEMA.canonical(GOLD), {})


def test_a_type_becomes_another_with_its_relations():
    after, lost = migrated(GOLD, {"GPE": "LOC"}, without("GPE", opposes={"tail": ("LOC",)}))

    assert [one.label for one in after.entities] == ["LOC", "PERSON", "DATE"]
    assert [(one.label, one.tail.label) for one in after.relations] == [("opposes", "LOC")]
    assert lost == {"relation: left out, as meets_with may not join LOC to PERSON": 1}


def test_what_the_table_leaves_out_takes_its_relations_along():
    after, lost = migrated(GOLD, {"GPE": "", "DATE": ""}, without("GPE", "DATE"))

    assert [one.label for one in after.entities] == ["PERSON"]
    assert after.relations == ()
    assert lost == {
        "GPE entity: left out, as the table says": 1,
        "DATE entity: left out, as the table says": 1,
        f"relation: {WITH_LOST_END.why}": 2,
    }


def test_a_relation_becomes_another_or_is_left_out():
    after, lost = migrated(GOLD, {"opposes": "supports", "meets_with": ""}, without("opposes"))

    assert [one.label for one in after.relations] == ["supports"]
    assert lost == {"meets_with relation: left out, as the table says": 1}


def test_two_types_that_become_one_leave_one_entity_on_the_same_words():
    both = replace(
        GOLD,
        entities=(IRAN, Entity(0, 4, "LOC", "e9"), ASSAD),
        relations=(Relation(IRAN, Entity(0, 4, "LOC", "e9"), "located_in"),),
    )

    after, lost = migrated(both, {"GPE": "LOC"})

    assert [one.span for one in after.entities] == [IRAN.span, ASSAD.span]
    assert {one.id for one in after.entities} == {"e1", "e2"}
    assert lost == {
        "entity: the same as another one under today's types": 1,
        "relation: left out, as both of its ends are one entity now": 1,
    }


def test_relations_that_become_one_are_told():
    twice = replace(GOLD, relations=(*GOLD.relations, Relation(ASSAD, IRAN, "supports")))

    after, lost = migrated(twice, {"opposes": "supports", "meets_with": ""})

    assert [one.label for one in after.relations] == ["supports"]
    assert lost["relation: the same as another one under today's types"] == 1


def test_a_relation_that_gets_a_direction_is_turned_to_where_it_fits():
    meeting = replace(GOLD, relations=(Relation(IRAN, ASSAD, "meets_with"),))
    only_people_meet = without(
        meets_with={"head": ("PERSON",), "tail": ("GPE",), "symmetric": False}
    )

    after, lost = migrated(meeting, {}, only_people_meet)

    assert after.relations == (Relation(ASSAD, IRAN, "meets_with"),)
    assert lost == {}


def test_a_direction_that_nobody_ever_said_is_told():
    meeting = replace(GOLD, relations=(Relation(IRAN, ASSAD, "meets_with"),))

    after, lost = migrated(meeting, {}, without(meets_with={"symmetric": False}))

    assert after.relations == meeting.relations
    assert lost == {
        "relation: meets_with had no direction and meets_with has one: from the first of the two": 1
    }


def test_what_is_wrong_under_the_schema_of_today_is_told_and_kept():
    schema = replace(SCHEMA, same_words=frozenset())
    both = replace(GOLD, entities=(IRAN, Entity(0, 4, "ORG", "e9")), relations=())
    migration = Migration(schema=schema, names={}, symmetric=frozenset())

    after = migration.migrate(both)

    assert len(after.entities) == 2
    assert [problem.what for problem in migration.problems.shown] == [
        "'Iran' is marked as GPE and as ORG; keep one of them"
    ]


TYPES = sorted(SCHEMA.entities)
RELATIONS = sorted(SCHEMA.relations)
tables = st.builds(
    lambda one, other: {**one, **other},
    st.dictionaries(st.sampled_from(TYPES), st.sampled_from([*TYPES, ""]), max_size=4),
    st.dictionaries(st.sampled_from(RELATIONS), st.sampled_from([*RELATIONS, ""]), max_size=4),
)


@given(documents(SCHEMA), tables)
def test_what_is_not_in_the_result_is_counted(document, names):
    """Each entity and each relation is in the result, or in the losses."""
    migration = Migration(schema=SCHEMA, names=names, symmetric=SCHEMA.symmetric)

    after = migration.migrate(document)

    lost = migration.losses.counts.items()
    entities = sum(number for kind, number in lost if kind.noun.endswith("entity"))
    told = "had no direction"  # of relations that are kept
    relations = sum(
        number
        for kind, number in lost
        if kind.noun.endswith("relation") and told not in kind.why
    )
    assert len(after.entities) + entities == len(document.entities)
    assert len(after.relations) + relations == len(document.relations)
    if not migration.problems:
        assert check_document(after, SCHEMA) == ()
    ids = [one.id for one in after.entities]
    assert ids == [f"e{n}" for n in range(1, len(ids) + 1)]


@pytest.mark.parametrize("names", [{"GPE": ""}, {"GPE": "LOC"}])
def test_text_and_meta_stay(names):
    after, _ = migrated(replace(GOLD, meta={"title": "T"}), names)

    assert (after.id, after.text, after.meta, after.layer) == (
        "d",
        TEXT,
        {"title": "T"},
        GOLD.layer,
    )
