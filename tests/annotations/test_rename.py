"""A type renamed in a document's record, wherever it stands there."""

from dataclasses import replace

import msgspec
import pytest
from annotations.drawn import pulled_annotation, pulled_document, records
from annotations.test_consensus import settled
from hypothesis import given
from hypothesis import strategies as st
from samples import ROOT, SCHEMA
from strategies import marked

from curation.annotations.consensus import find_consensus
from curation.annotations.make_verdict import decisions_on
from curation.annotations.merge import merge_pulled
from curation.annotations.readings import Arrow, PlaceReading
from curation.annotations.record import document_of_record, first_submission
from curation.annotations.record_file import read_record, record_bytes
from curation.annotations.rename import record_under_current_names
from curation.annotations.voters import compare_annotations
from curation.documents.document import Document, Entity, Layer, Relation
from curation.schema.read import parse_schema
from curation.schema.remove import remove_type
from curation.schema.rename import rename_type
from curation.schema.type_change import TypeChange

PATH = ROOT / "label_config" / "schema.toml"
TYPES = [*SCHEMA.entities, *SCHEMA.relations]
AFTER = {}


def after_renaming(old):
    """The schema in which the type *old* is called NEW."""
    if old not in AFTER:
        table = "entities" if old in SCHEMA.entities else "relations"
        AFTER[old] = parse_schema(
            rename_type(PATH.read_text(), table, old, "NEW", path=PATH), PATH
        )
    return AFTER[old]


@st.composite
def decided(draw):
    """A record, perhaps with a verdict on what its annotators say."""
    record = draw(records())
    if draw(st.booleans()):
        article = Document(record.id, record.whole_text, meta=record.meta)
        record = settled(record, draw(marked(SCHEMA, article, None)))
    return record


def said(document):
    return document and ({*document.entities}, {*document.relations})


@given(decided(), st.sampled_from(TYPES))
def test_the_gold_of_a_renamed_record_is_the_renamed_gold(record, old):
    """So nothing is opened again, nobody differs who didn't, and no gold is lost."""
    schema = after_renaming(old)
    before = find_consensus(record, SCHEMA)

    after = find_consensus(record_under_current_names(record, schema), schema)

    assert said(after.document) == said(
        before.document and schema.with_current_names(before.document)
    )
    assert (after.reason, after.adjudicated) == (before.reason, before.adjudicated)
    assert (after.annotators, after.arms, after.flags) == (
        before.annotators,
        before.arms,
        before.flags,
    )
    assert after.reopened == before.reopened


@given(decided(), st.sampled_from(TYPES))
def test_a_renamed_record_passes_the_gate_and_holds_the_old_name_nowhere(record, old):
    new = record_under_current_names(record, after_renaming(old))

    raw = record_bytes(new)

    assert read_record(raw, "x") == (new, [])
    form = msgspec.to_builtins(new)
    assert old not in labels_in([form["suggestions"], form["annotations"], form["verdict"]])
    assert record_under_current_names(new, after_renaming(old)) == new


def labels_in(form):
    """Every label that stands in it: of marks, of the ends of relations, of readings."""
    found = set()
    if isinstance(form, dict):
        for key, value in form.items():
            if key == "label":
                found.add(value)
            elif key == "entities" and value and isinstance(value[0], list | tuple):
                found |= {one[2] for one in value}
            elif key == "ends":
                found |= {one[2] for one in value if one}
            elif key in ("head", "tail"):
                found.add(value[2])
            else:
                found |= labels_in(value)
    elif isinstance(form, list | tuple):
        for value in form:
            found |= labels_in(value)
    return found


@given(records(), st.sampled_from(TYPES))
def test_first_submissions_are_renamed(record, old):
    schema = after_renaming(old)

    new = record_under_current_names(record, schema)

    for before, after in zip(record.annotations, new.annotations, strict=True):
        if before.entities is None:
            assert after.entities is None
            continue
        (then, flags), (now, flags_now) = first_submission(before), first_submission(after)
        document = document_of_record(record, then.entities, then.relations)
        assert said(document_of_record(record, now.entities, now.relations)) == said(
            schema.with_current_names(document)
        )
        assert flags_now == flags


@given(decided(), st.sampled_from(TYPES))
def test_nothing_else_of_a_record_changes(record, old):
    new = record_under_current_names(record, after_renaming(old))

    kept = ("id", "text", "text_sha256", "group", "state", "meta")
    assert all(getattr(new, key) == getattr(record, key) for key in kept)
    for before, after in zip(record.annotations, new.annotations, strict=True):
        same = ("uid", "annotator", "status", "updated", "edited_by", "arm", "flags", "number")
        assert all(getattr(after, key) == getattr(before, key) for key in same)
        assert (after.started_from is None) == (before.started_from is None)


def test_under_a_schema_that_renamed_nothing_a_record_is_the_same():
    one = Document("d1", "Bob met Al.", (Entity(0, 3, "PERSON"),))
    record = merge_pulled(None, pulled_document(one, pulled_annotation(one))).record

    assert record_under_current_names(record, SCHEMA) is record


NEW_BOTH = PlaceReading(
    entities=((0, 3, "NEW"), (0, 3, "NORP")),
    arrows=(Arrow("meets_with", "none", ((0, 3), (0, 3)), ((0, 3, "NEW"), (0, 3, "NORP"))),),
)


def test_a_verdict_holds_where_a_name_turns_a_symmetric_relation_round():
    """Of two entities on one span, the type that comes first in the alphabet is the head."""
    norp, person = Entity(0, 3, "NORP"), Entity(0, 3, "PERSON")
    both = Document(
        "d1", "Bob met Al.", (norp, person), (Relation(norp, person, "meets_with"),)
    )
    none = replace(both, entities=(), relations=(), layer=Layer("annotator", "person-3c4d"))
    record = merge_pulled(
        None,
        pulled_document(
            both,
            pulled_annotation(replace(both, layer=Layer("annotator", "person-1a2b"))),
            pulled_annotation(none, uid="u2", annotator="person-3c4d"),
        ),
    ).record
    record = settled(record, none)
    schema = after_renaming("PERSON")

    new = record_under_current_names(record, schema)

    [decision] = new.verdict.decisions
    assert NEW_BOTH in [one.reading for one in decision.offered]
    assert find_consensus(record, SCHEMA).reopened == ()
    assert find_consensus(new, schema).reopened == ()


@pytest.mark.parametrize("old", ["PERSON", "meets_with"])
def test_readings_are_renamed_with_their_brackets(old):
    """Where two entities stand on one span, a reading names the types of its ends."""
    bob, al = Entity(0, 3, "PERSON"), Entity(8, 10, "PERSON")
    org = Entity(8, 10, "NORP")
    whole = Document(
        "d1", "Bob met Al.", (bob, al, org), (Relation(bob, al, "meets_with"),), {},
        Layer("annotator", "person-1a2b"),
    )  # fmt: skip
    other = replace(whole, relations=(), layer=Layer("annotator", "person-3c4d"))
    record = merge_pulled(
        None,
        pulled_document(
            whole,
            pulled_annotation(whole),
            pulled_annotation(other, uid="u2", annotator="person-3c4d"),
        ),
    ).record
    record = settled(record, whole)
    [decision] = record.verdict.decisions
    assert [one.label for one in decision.chosen.arrows] == ["meets_with"]
    assert decision.chosen.arrows[0].ends == (None, (8, 10, "PERSON"))

    schema = after_renaming(old)
    new = record_under_current_names(record, schema)

    [decision] = new.verdict.decisions
    person, met = ("NEW", "meets_with") if old == "PERSON" else ("PERSON", "NEW")
    assert [one.label for one in decision.chosen.arrows] == [met]
    assert decision.chosen.arrows[0].ends == (None, (8, 10, person))
    verdict = document_of_record(new, new.verdict.entities, new.verdict.relations)
    compared = compare_annotations(new, schema)
    assert decisions_on(compared, schema.canonical(verdict), schema) == (decision,)


REMOVED = [("LAW", None), ("GPE", None), ("GPE", "NORP"), ("PERSON", "ORG"), ("meets_with", None), ("opposes", "supports")]  # fmt: skip


def after_removal(old, into):
    if (old, into) not in AFTER:
        table = "entities" if old in SCHEMA.entities else "relations"
        change = TypeChange(table, old, into, is_begun=False)
        AFTER[old, into] = parse_schema(remove_type(PATH.read_text(), change, path=PATH), PATH)
    return AFTER[old, into]


@given(decided(), st.sampled_from(REMOVED))
def test_a_verdict_holds_after_a_removal_and_says_the_same_of_all_else(record, removal):
    schema = after_removal(*removal)
    before = find_consensus(record, SCHEMA)

    new = record_under_current_names(record, schema)

    after = find_consensus(new, schema)
    assert {*after.reopened} <= {*before.reopened}
    assert after.annotators == before.annotators
    if before.document:
        assert said(after.document) == said(
            schema.canonical(schema.with_current_names(before.document))
        )
        assert after.adjudicated == before.adjudicated
    raw = record_bytes(new)
    assert read_record(raw, "x") == (new, [])
    form = msgspec.to_builtins(new)
    assert removal[0] not in labels_in(
        [form["suggestions"], form["annotations"], form["verdict"]]
    )
    assert record_under_current_names(new, schema) == new


@pytest.mark.parametrize("into", [None, "PERSON"])
def test_a_verdict_holds_where_one_of_two_types_on_one_span_is_removed(into):
    """With the second type go the brackets that told the two apart."""
    bob, al = Entity(0, 3, "PERSON"), Entity(8, 10, "PERSON")
    norp = Entity(8, 10, "NORP")
    whole = Document(
        "d1", "Bob met Al.", (bob, al, norp), (Relation(bob, al, "meets_with"),), {},
        Layer("annotator", "person-1a2b"),
    )  # fmt: skip
    other = replace(whole, relations=(), layer=Layer("annotator", "person-3c4d"))
    record = merge_pulled(
        None,
        pulled_document(
            whole,
            pulled_annotation(whole),
            pulled_annotation(other, uid="u2", annotator="person-3c4d"),
        ),
    ).record
    record = settled(record, whole)
    schema = after_removal("NORP", into)

    new = record_under_current_names(record, schema)

    [decision] = new.verdict.decisions
    assert [one.label for one in decision.chosen.arrows] == ["meets_with"]
    assert find_consensus(new, schema).reopened == ()
    assert find_consensus(new, schema).adjudicated
