"""Between two states of the gold: what changed says all, and says it as people would."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import golds, marked

from curation.documents.document import Document, Entity, Relation
from curation.files import json_line
from curation.gold.changes.document_changes import (
    DocumentChange,
    MarkChange,
    find_document_change,
    pair_documents,
)
from curation.gold.dataset import GoldDocument
from curation.gold.tables.rows import gold_document_order, gold_row

TEXT = "Iran's minister met Assad in Damascus on Monday"
IRAN = Entity(0, 4, "GPE")
ASSAD = Entity(20, 25, "PERSON")
DAMASCUS = Entity(29, 37, "GPE")


def gold(*marks: Entity | Relation, text: str = TEXT, **known: object) -> GoldDocument:
    entities = tuple(one for one in marks if isinstance(one, Entity))
    relations = tuple(one for one in marks if isinstance(one, Relation))
    return GoldDocument(Document("d", text, entities, relations), **known)


def changed(old: GoldDocument, new: GoldDocument) -> DocumentChange:
    change = find_document_change(old, new, SCHEMA.symmetric)
    assert change is not None
    return change


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ([], [ASSAD], ["added"]),
        ([ASSAD], [], ["removed"]),
        ([ASSAD], [replace(ASSAD, label="ORG")], ["relabelled"]),
        ([ASSAD], [replace(ASSAD, end=28)], ["moved"]),
        ([ASSAD], [Entity(22, 28, "PERSON")], ["moved"]),
        ([ASSAD], [Entity(22, 28, "ORG")], ["removed", "added"]),
        ([ASSAD], [DAMASCUS], ["removed", "added"]),
        # The same span goes before an overlap with the same label.
        (
            [Entity(20, 25, "PERSON")],
            [Entity(20, 25, "ORG"), Entity(20, 28, "PERSON")],
            ["relabelled", "added"],
        ),
        # Of two overlaps the larger one.
        (
            [Entity(10, 25, "PERSON")],
            [Entity(8, 12, "PERSON"), Entity(13, 25, "PERSON")],
            ["added", "moved"],
        ),
        # Each is the answer to one only.
        (
            [Entity(0, 4, "ORG"), Entity(5, 9, "ORG")],
            [Entity(0, 9, "ORG")],
            ["moved", "removed"],
        ),
    ],
)
def test_an_entity_is_added_removed_relabelled_or_moved(old, new, kinds):
    change = changed(gold(*old), gold(*new))

    assert [one.kind for one in change.entities] == kinds


def test_a_relation_moves_with_its_ends():
    """Its ends were moved or relabelled, and it is the same relation all the same."""
    wide = replace(ASSAD, end=28)
    org = replace(IRAN, label="ORG")

    change = changed(
        gold(IRAN, ASSAD, Relation(ASSAD, IRAN, "opposes")),
        gold(org, wide, Relation(wide, org, "opposes")),
    )

    assert [one.kind for one in change.entities] == ["relabelled", "moved"]
    assert change.relations == (
        MarkChange("moved", Relation(ASSAD, IRAN, "opposes"), Relation(wide, org, "opposes")),
    )


def test_a_relation_with_another_label_between_the_same_two_is_relabelled():
    old = Relation(ASSAD, IRAN, "opposes")
    new = Relation(ASSAD, IRAN, "supports")

    change = changed(gold(IRAN, ASSAD, old), gold(IRAN, ASSAD, new))

    assert change.relations == (MarkChange("relabelled", old, new),)


def test_a_turned_relation_is_another_relation():
    old = Relation(ASSAD, IRAN, "opposes")
    new = Relation(IRAN, ASSAD, "opposes")

    change = changed(gold(IRAN, ASSAD, old), gold(IRAN, ASSAD, new))

    assert [one.kind for one in change.relations] == ["added", "removed"]


def test_a_symmetric_relation_whose_ends_changed_places_moved():
    """Where it is drawn from follows from its ends, and isn't what changed."""
    moved = Entity(22, 26, "PERSON")
    nested = Entity(23, 25, "GPE")
    late = Entity(21, 25, "GPE")
    old = Relation(Entity(20, 26, "PERSON"), nested, "meets_with")
    new = Relation(late, moved, "meets_with")

    change = changed(gold(old.head, nested, old), gold(late, moved, new))

    assert change.relations == (MarkChange("moved", old, new),)


def test_a_symmetric_relation_that_becomes_a_directed_one_is_relabelled():
    old = Relation(IRAN, ASSAD, "meets_with")
    new = Relation(ASSAD, IRAN, "opposes")

    change = changed(gold(IRAN, ASSAD, old), gold(IRAN, ASSAD, new))

    assert change.relations == (MarkChange("relabelled", old, new),)


def test_what_else_changed_is_told_by_name():
    change = changed(gold(ASSAD, n_annotations=1), gold(ASSAD, n_annotations=2, group="g"))

    assert sorted(change.fields) == ["group", "n_annotations"]
    assert (change.entities, change.relations) == ((), ())


def test_meta_is_compared_as_the_rows_have_it():
    """1 and true are equal in Python, and not in a row."""
    one = GoldDocument(Document("d", TEXT, meta={"n": 1, "m": 2}))

    change = changed(one, GoldDocument(Document("d", TEXT, meta={"m": 2, "n": True})))

    assert list(change.fields) == ["meta"]
    same = GoldDocument(Document("d", TEXT, meta={"m": 2, "n": 1}))
    assert find_document_change(one, same) is None


def test_many_changes_in_one_document_are_paired_place_by_place():
    old = [Entity(10 * n, 10 * n + 8, "ORG") for n in range(2000)]
    new = [Entity(10 * n, 10 * n + 9, "ORG") for n in range(2000)]
    text = "x" * 20_000

    change = changed(gold(*old, text=text), gold(*new, text=text))

    assert {one.kind for one in change.entities} == {"moved"}


ids = st.sampled_from(["a", "b", "c", 'd"', "e\n", "é"])


@st.composite
def states(draw: st.DrawFn) -> tuple[list[GoldDocument], list[GoldDocument]]:
    """The gold at two times: some documents in one only, others with this and that changed."""
    drawn = [draw(st.lists(golds(SCHEMA, ids), max_size=4, unique_by=lambda one: one.id))]
    drawn.append(draw(st.lists(golds(SCHEMA, ids), max_size=4, unique_by=lambda one: one.id)))
    for one in drawn[0]:
        if draw(st.booleans()):
            article = one.document.without_annotations()
            other = draw(golds(SCHEMA, st.just(one.id)))
            again = replace(
                draw(st.sampled_from([one, other])),
                document=draw(marked(SCHEMA, article, None)),
            )
            drawn[1] = [again, *(two for two in drawn[1] if two.id != one.id)]
    return (
        sorted(drawn[0], key=gold_document_order),
        sorted(drawn[1], key=gold_document_order),
    )


def find_changes(
    old: Iterable[GoldDocument], new: Iterable[GoldDocument]
) -> Iterator[DocumentChange]:
    for before, after in pair_documents(old, new):
        if change := find_document_change(before, after, SCHEMA.symmetric):
            yield change


def apply(changes: Iterable[DocumentChange], old: list[GoldDocument]) -> list[GoldDocument]:
    """The gold after these changes, of which only added documents are taken as they are."""
    found = {one.id: one for one in old}
    for change in changes:
        if change.new is None:
            del found[change.id]
        elif change.old is None:
            found[change.id] = change.new
        else:
            found[change.id] = _applied(change, found[change.id])
    return sorted(found.values(), key=gold_document_order)


def _applied(change: DocumentChange, gold: GoldDocument) -> GoldDocument:
    document = gold.document
    fields = {name: one.new for name, one in change.fields.items()}
    entities = {*document.entities} - {one.old for one in change.entities}
    entities |= {one.new for one in change.entities if one.new}
    relations = {*document.relations} - {one.old for one in change.relations}
    relations |= {one.new for one in change.relations if one.new}
    return replace(
        gold,
        document=replace(
            document,
            text=fields.pop("text", document.text),
            meta=fields.pop("meta", document.meta),
            entities=tuple(entities),
            relations=tuple(relations),
        ),
        **fields,
    )


@given(states())
def test_the_changes_applied_to_the_old_state_give_the_new_one(drawn):
    """apply(diff(a, b), a) == b, in everything that a row of the dataset holds."""
    old, new = drawn

    after = apply(find_changes(old, new), old)

    assert after == new
    assert [*map(_line, after)] == [*map(_line, new)]


def _line(gold: GoldDocument) -> str:
    return json_line(gold_row(gold))


@given(states())
def test_the_changes_back_are_the_same_changes_turned(drawn):
    """What was added is removed, what moved moves back; nothing is told one way only."""
    old, new = drawn
    turned = {"added": "removed", "removed": "added"}

    there = {change.id: change for change in find_changes(old, new)}
    back = {change.id: change for change in find_changes(new, old)}

    assert there.keys() == back.keys()
    for document, change in there.items():
        kinds = sorted(turned.get(one.kind, one.kind) for one in change.entities)
        assert kinds == sorted(one.kind for one in back[document].entities)


@given(golds(SCHEMA))
def test_nothing_changed_between_a_document_and_itself(one):
    assert find_document_change(one, one) is None
