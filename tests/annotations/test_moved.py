"""A project that was exported and imported: whose its annotations are, as far as anybody can know."""

from dataclasses import replace

import msgspec
import pytest
from annotations.drawn import pulled_annotation, pulled_document, records
from hypothesis import given

from curation.annotations.merge import merge_pulled
from curation.annotations.readings import NOTHING, PlaceReading
from curation.annotations.record import Decision, OfferedReading, Verdict, document_of_record
from curation.documents.document import Document, Entity, Layer
from curation.state.pseudonyms import pseudonym_of_lone_annotation

TEXT = "Bob met Al in Oslo."
BOB, AL, OSLO = Entity(0, 3, "PERSON"), Entity(8, 10, "PERSON"), Entity(14, 18, "GPE")
MODEL = Layer("model", "m", "1", "w", "r")
OLD, NEW = ("5e4e", "news"), ("0a0a", "news")
ANN, BEN = "person-aaaa", "person-bbbb"


def article(*entities):
    return Document("d1", TEXT, entities)


def native(number, annotator, *entities, **said):
    """An annotation that somebody made in Label Studio."""
    said.setdefault("uid", f"old-{number}")
    made = pulled_annotation(article(*entities), annotator=annotator, **said)
    return replace(made, number=number)


def imported(uid, former_number, *entities, **said):
    """What an import makes of an annotation: nothing says whose it is, when, or from what."""
    said = {
        "created": "",
        "updated": "",
        "arm": "unknown",
        "evidence": "none",
        "edited_by": None,
    } | said
    return replace(
        pulled_annotation(
            article(*entities), uid=uid, annotator=pseudonym_of_lone_annotation(uid)
        ),
        number=900 + (former_number or 0),
        kind="unknown",
        is_imported=True,
        former_number=former_number,
        **said,
    )


def pulled(place, *annotations):
    return pulled_document(article(), *annotations, project=place)


def merged(*steps, before=None):
    """The last merge, and the record after it."""
    for step in steps:
        result = merge_pulled(before, step)
        before = result.record
    return result, before


def whose(record):
    return {one.uid: (one.annotator, one.status) for one in record.annotations}


@pytest.fixture
def known():
    """A blind annotation, one of another annotator from a suggestion, and a copy of the first."""
    steps = pulled(
        OLD,
        native(1, ANN, BOB),
        native(2, BEN, BOB, AL, suggestion=replace(article(BOB), layer=MODEL)),
    )
    _, record = merged(steps)
    first, second = record.annotations
    copy = msgspec.structs.replace(
        first, uid="old-3", number=3, annotator="person-cccc", copy_of="old-1"
    )
    return msgspec.structs.replace(record, annotations=(first, second, copy))


def moved_project(**said):
    return pulled(
        NEW,
        imported("new-1", 1, BOB, **said),
        imported("new-2", 2, BOB, AL, **said),
        imported("new-3", 3, BOB, **said),
    )


def test_a_moved_annotation_takes_the_place_of_the_known_one(known):
    result, record = merged(moved_project(), before=known)

    for old, new in zip(known.annotations, record.annotations, strict=True):
        place = {"uid": f"new-{old.number}", "server": "0a0a", "number": 900 + old.number}
        expected = msgspec.structs.replace(
            old, **place, copy_of="new-1" if old.copy_of else None, moved_from=new.moved_from
        )
        assert new == expected
        [former] = new.moved_from
        assert (former.uid, former.server, former.project, former.number) == (
            old.uid, "5e4e", "news", old.number,
        )  # fmt: skip
    assert (len(result.moved), result.unmatched) == (3, ())
    assert record.suggestions == known.suggestions


def test_what_the_task_says_never_overrules_what_is_known(known):
    _, record = merged(moved_project(arm="assisted", evidence="task"), before=known)

    assert [one.arm for one in record.annotations] == [one.arm for one in known.annotations]


def test_a_second_pull_of_the_moved_project_changes_nothing(known):
    _, once = merged(moved_project(), before=known)

    result, twice = merged(moved_project(), before=once)

    assert twice == once
    assert not result.moved
    assert not result.unmatched


def test_the_old_project_pulled_as_well_neither_doubles_nor_takes_back(known):
    before, after = pulled(OLD, native(1, ANN, BOB)), pulled(NEW, imported("new-1", 1, BOB))
    _, moved = merged(before, after)

    _, record = merged(before, after, before, after, before=moved)

    assert record == moved
    assert whose(record) == {"new-1": (ANN, "submitted")}


def test_an_imported_annotation_that_an_older_curate_called_blind_is_no_longer():
    without_stamps = replace(native(1, ANN, BOB, uid="new-1"), arm="blind", evidence="none")

    _, record = merged(pulled(NEW, without_stamps), pulled(NEW, imported("new-1", 1, BOB)))

    [one] = record.annotations
    assert (one.arm, one.evidence) == ("unknown", "none")


def test_a_number_that_is_the_same_on_both_servers_makes_them_no_one_server():
    old = pulled(OLD, native(1, ANN, BOB))
    new = pulled(NEW, replace(imported("new-1", 1, BOB), number=1))

    _, record = merged(old, new, old)

    assert [(one.server, one.status) for one in record.annotations] == [(NEW[0], "submitted")]


def test_work_in_the_old_project_after_the_move_is_not_lost():
    old, new = pulled(OLD, native(1, ANN, BOB)), pulled(NEW, imported("new-1", 1, BOB))
    later = native(1, ANN, BOB, AL, updated="2026-12-01T00:00:00Z")

    _, record = merged(old, new, pulled(OLD, later))

    assert whose(record) == {"new-1": (ANN, "submitted"), "old-1": (ANN, "submitted")}


def test_an_annotation_deleted_in_the_new_project_is_found_in_the_old_one_again():
    old, new = pulled(OLD, native(1, ANN, BOB)), pulled(NEW, imported("new-1", 1, BOB))

    _, record = merged(old, new, pulled(NEW), old)

    assert whose(record) == {"old-1": (ANN, "submitted")}


def test_what_others_made_in_the_new_project_stays_where_one_is_in_the_old_one_again():
    theirs = replace(native(9, BEN, AL), uid="new-9")
    old, new = pulled(OLD, native(1, ANN, BOB)), pulled(NEW, imported("new-1", 1, BOB), theirs)

    result, record = merged(old, new, pulled(NEW, theirs), old)

    assert whose(record) == {"old-1": (ANN, "submitted"), "new-9": (BEN, "submitted")}
    assert result.lost_annotators == ()


def test_what_was_changed_in_the_new_project_is_its_annotators_change():
    old, new = pulled(OLD, native(1, ANN, BOB)), pulled(NEW, imported("new-1", 1, BOB))
    changed = imported("new-1", 1, BOB, AL, updated="2026-12-01T00:00:00Z", edited_by=BEN)

    _, record = merged(old, new, pulled(NEW, changed), old)

    [one] = record.annotations
    assert (one.annotator, one.edited_by, one.updated) == (ANN, (BEN,), "2026-12-01T00:00:00Z")
    assert one.created == "2026-11-03T10:02:00Z"
    assert [entity.text for entity in one.first.added.entities] == ["Al"]


@pytest.mark.parametrize(
    "unlike",
    [
        pytest.param(imported("new-1", 7, BOB), id="another number"),
        pytest.param(imported("new-1", 1, BOB, OSLO), id="another content"),
        pytest.param(imported("new-1", None, BOB), id="no number, two alike"),
        pytest.param(imported("new-1", None), id="no number, nothing marked"),
    ],
)
def test_what_cannot_be_matched_is_an_unknown_annotators(unlike, known):
    result, record = merged(pulled(NEW, unlike), before=known)

    *old, new = sorted(record.annotations, key=lambda one: one.uid == "new-1")
    assert old == [*known.annotations]
    assert (new.annotator, new.kind, new.arm) == (
        pseudonym_of_lone_annotation("new-1"),
        "unknown",
        "unknown",
    )
    assert (new.created, new.updated, new.first_sure) == (None, None, False)
    assert (result.unmatched, result.moved) == (("new-1",), {})


def test_two_annotations_that_cannot_be_matched_are_two_annotators(known):
    _, record = merged(
        pulled(NEW, imported("new-8", 8, BOB), imported("new-9", 9, BOB)), before=known
    )

    assert len({one.annotator for one in record.annotations}) == 5


def test_without_numbers_the_content_decides_where_one_alone_has_it(known):
    _, record = merged(pulled(NEW, imported("new-1", None, BOB, AL)), before=known)

    assert whose(record)["new-1"] == (BEN, "submitted")


def test_an_annotation_that_was_bad_when_imported_is_matched_once_it_is_mended(known):
    bad = replace(imported("new-2", 2, BOB, AL), status="problem", document=None)

    _, record = merged(pulled(NEW, bad), moved_project(), before=known)

    assert whose(record)["new-2"] == (BEN, "submitted")
    assert len(record.annotations) == 3


def test_the_verdict_holds_and_names_the_new_uids(known):
    al = PlaceReading(entities=((8, 10, "PERSON"),))
    offered = (OfferedReading(("old-2",), al), OfferedReading(("old-1", "old-3"), NOTHING))
    decision = Decision(
        key="e8-10", kind="entities", place=((8, 10),), offered=offered, chosen=al, own=False
    )
    verdict = Verdict(
        by=None, kind="unknown", at=None, schema=None, guideline=None,
        decisions=(decision,),
        entities=known.annotations[1].entities, relations=(), flags=(),
    )  # fmt: skip
    before = msgspec.structs.replace(known, verdict=verdict)

    _, record = merged(moved_project(), before=before)

    by = [reading.by for reading in record.verdict.decisions[0].offered]
    assert by == [("new-2",), ("new-1", "new-3")]


@given(records())
def test_whatever_is_moved_keeps_whose_it_is_and_from_what(known):
    place = ("ffff", "elsewhere")
    numbered = msgspec.structs.replace(
        known,
        annotations=tuple(
            msgspec.structs.replace(one, number=number)
            for number, one in enumerate(known.annotations)
        ),
    )
    moved = [
        replace(
            imported(f"new-{one.number}", one.number, arm="assisted", evidence="task"),
            document=document_of_record(known, one.entities, one.relations),
            flags=one.flags,
        )
        for one in numbered.annotations
        if one.entities is not None
    ]
    there = replace(
        pulled_document(Document(known.id, known.whole_text), *moved),
        server="ffff",
        project=place[1],
    )

    record = merge_pulled(numbered, there).record

    def claims(one):
        return (
            one.annotator,
            one.kind,
            one.arm,
            one.evidence,
            one.started_from,
            one.created,
            one.first,
        )

    sound = [one for one in numbered.annotations if one.entities is not None]
    now = {one.uid: one for one in record.annotations}
    assert [claims(now[f"new-{one.number}"]) for one in sound] == [claims(one) for one in sound]
    assert len(record.annotations) == len(known.annotations)
    assert merge_pulled(record, there).record == record
