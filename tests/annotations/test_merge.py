"""A pull merged into a document's record: by uid and project, firsts and verdicts kept."""

from dataclasses import replace

import msgspec
import pytest
from annotations.drawn import PROJECTS, pulled_annotation, pulled_document, pulls, records
from hypothesis import given
from hypothesis import strategies as st

from curation.annotations.merge import merge_pulled
from curation.annotations.record import (
    EntitiesAndRelations,
    first_submission,
    first_submitted_at,
)
from curation.documents.document import Document, Entity, Layer

TEXT = "Bob met Al in Oslo."
BOB, AL, OSLO = Entity(0, 3, "PERSON"), Entity(8, 10, "PERSON"), Entity(14, 18, "GPE")


def article(*entities, text=TEXT, **meta):
    return Document("d1", text, entities, (), meta)


def merged(*steps, before=None):
    """The record after these pulls, one after another."""
    for step in steps:
        before = merge_pulled(before, step).record
    return before


def by_uid(record):
    return {one.uid: one for one in record.annotations}


def others(record, project):
    return [one for one in record.annotations if (one.server, one.project) != project]


@given(records(), st.data())
def test_what_came_from_another_project_stays_as_it_was(before, data):
    [*_, pulled] = data.draw(pulls(Document(before.id, before.whole_text, meta=before.meta)))

    after = merge_pulled(before, pulled).record

    project = pulled.server, pulled.project
    assert others(after, project) == others(before, project)


@given(records(), st.data())
def test_state_group_and_verdict_stay(before, data):
    before = msgspec.structs.replace(before, state="dropped", state_reason="x", group="g9")
    [*_, pulled] = data.draw(pulls(Document(before.id, before.whole_text, meta=before.meta)))

    after = merge_pulled(before, pulled).record

    assert (after.state, after.state_reason, after.group) == ("dropped", "x", "g9")
    assert after.verdict == before.verdict


@given(pulls())
def test_the_same_pull_again_changes_nothing(steps):
    once = merged(*steps)
    if once is not None:
        assert merged(steps[-1], before=once) == once


def test_a_stamp_names_a_suggestion_that_any_annotation_of_the_pull_shows():
    """Not only one that stands before it, which the next pull would have known."""
    suggested = replace(article(BOB), layer=Layer("model", "m", "1", "w", "r"))
    shows = pulled_annotation(article(BOB), suggestion=suggested)
    key = by_uid(merged(pulled_document(article(), shows)))["u1"].started_from
    stamped = replace(
        pulled_annotation(article(AL), uid="u2", annotator="person-3c4d"),
        arm="assisted",
        stamped_suggestion=key,
    )

    after = merged(pulled_document(article(), stamped, shows))

    assert by_uid(after)["u2"].started_from == key
    assert merged(pulled_document(article(), stamped, shows), before=after) == after


@given(pulls())
def test_the_first_sound_submission_is_known_for_ever(steps):
    firsts, record = {}, None
    for step in steps:
        record = merge_pulled(record, step).record
        for one in record.annotations if record else ():
            if one.entities is not None:
                now = EntitiesAndRelations(one.entities, one.relations), one.flags
                assert first_submission(one) == firsts.setdefault(one.uid, now)


@given(pulls())
def test_nothing_sound_is_ever_erased(steps):
    known, record = set(), None
    for step in steps:
        record = merge_pulled(record, step).record
        there = (
            {one.uid for one in record.annotations if one.entities is not None}
            if record
            else set()
        )
        assert known <= there
        known = there


def test_a_problem_sets_the_status_and_keeps_what_was_sound():
    sound = pulled_document(article(), pulled_annotation(article(BOB)))
    broken = pulled_document(article(), pulled_annotation(None, status="problem"))

    before, after = merged(sound), merged(sound, broken)

    assert by_uid(after)["u1"] == msgspec.structs.replace(
        by_uid(before)["u1"], status="problem"
    )


def test_one_that_was_never_sound_waits_with_nothing_in_it():
    broken = pulled_document(article(), pulled_annotation(None, status="problem"))

    waiting = by_uid(merged(broken))["u1"]

    assert (waiting.status, waiting.entities, waiting.relations) == ("problem", None, None)
    mended = by_uid(merged(broken, pulled_document(article(), pulled_annotation(article(BOB)))))
    assert mended["u1"].first is None
    assert len(mended["u1"].entities) == 1
    gone = merged(broken, pulled_document(article()))
    assert gone.annotations == ()


def test_what_is_not_given_any_more_is_deleted_and_kept():
    both = pulled_document(
        article(),
        pulled_annotation(article(BOB)),
        pulled_annotation(article(AL), uid="u2", annotator="person-3c4d"),
    )
    one = pulled_document(article(), pulled_annotation(article(BOB)))

    after = merge_pulled(merged(both), one)

    assert by_uid(after.record)["u2"].status == "deleted"
    assert after.lost_annotators == ("person-3c4d",)


def test_a_correction_says_what_was_there_first():
    first = pulled_document(article(), pulled_annotation(article(BOB, AL)))
    later = pulled_annotation(article(BOB, OSLO), updated="2026-11-03T11:00:00Z")
    back = pulled_annotation(article(BOB, AL), updated="2026-11-03T12:00:00Z")

    corrected = by_uid(merged(first, pulled_document(article(), later)))["u1"]

    assert [one.text for one in corrected.first.added.entities] == ["Oslo"]
    assert [one.text for one in corrected.first.removed.entities] == ["Al"]
    assert corrected.first.updated == "2026-11-03T10:02:00Z"
    returned = merged(
        first, pulled_document(article(), later), pulled_document(article(), back)
    )
    assert by_uid(returned)["u1"].first is None


@pytest.mark.parametrize("is_changed", [False, True])
@pytest.mark.parametrize(
    "between", [(), (article(AL),)], ids=["nothing changed", "changed back"]
)
def test_the_first_submission_stays_as_old_as_it_is(is_changed, between):
    """Else whoever updates after a verdict would seem to have begun after it."""
    contents = (article(BOB), *between, article(BOB), article(OSLO))
    record = None
    for minute, content in enumerate(contents):
        found = replace(
            pulled_annotation(content, updated=f"2026-01-01T10:{minute:02}:00Z"),
            created="2026-01-01T10:00:00Z",
            changed_since_created=is_changed or minute > 0,
        )
        record = merged(pulled_document(article(), found), before=record)

        assert first_submitted_at(by_uid(record)["u1"]) == "2026-01-01T10:00:00Z"
        assert first_submission(by_uid(record)["u1"])[0].entities[0].text == "Bob"


def test_a_first_that_may_have_been_changed_before_is_not_sure():
    pulled = pulled_annotation(article(BOB), changed_since_created=True)

    assert not by_uid(merged(pulled_document(article(), pulled)))["u1"].first_sure


def test_what_a_program_of_ours_rewrote_is_no_update():
    first = pulled_document(article(), pulled_annotation(article(BOB), edited_by="person-9f8e"))
    ours = pulled_annotation(article(BOB), updated="2027-01-01T00:00:00Z", by_us=True)

    assert merged(first, pulled_document(article(), ours)) == merged(first)


@pytest.mark.parametrize("known", ["", "person-9f8e"])
def test_an_update_by_somebody_else_that_changes_nothing_is_no_update(known):
    first = pulled_document(article(), pulled_annotation(article(BOB), edited_by=known))
    later = pulled_annotation(
        article(BOB), updated="2027-01-01T00:00:00Z", edited_by="person-5d6f", schema="other"
    )

    assert merged(first, pulled_document(article(), later)) == merged(first)


def test_an_update_by_somebody_else_that_sets_a_flag_is_one():
    first = pulled_document(article(), pulled_annotation(article(BOB)))
    later = pulled_annotation(
        article(BOB),
        updated="2027-01-01T00:00:00Z",
        edited_by="person-5d6f",
        flags=("bad_text",),
    )

    after = by_uid(merged(first, pulled_document(article(), later)))["u1"]

    assert (after.edited_by, after.updated) == (("person-5d6f",), "2027-01-01T00:00:00Z")


def test_two_tasks_of_one_document_in_one_project_count_for_nothing():
    one = pulled_document(article(), pulled_annotation(article(BOB)))
    other = pulled_document(
        article(),
        pulled_annotation(article(AL), uid="u2", annotator="person-3c4d"),
        unsound=True,
    )

    after = by_uid(merged(one, other))

    assert {uid: a.status for uid, a in after.items()} == {"u1": "problem", "u2": "problem"}


def test_a_task_of_another_text_is_told_and_changes_no_text():
    other = article(text=TEXT + " And left.")
    pulled = pulled_document(
        other, pulled_annotation(replace(other, entities=(BOB,)), uid="u2")
    )

    after = merge_pulled(
        merged(pulled_document(article(), pulled_annotation(article(BOB)))), pulled
    )

    assert after.has_other_text
    assert after.record.whole_text == TEXT
    assert by_uid(after.record)["u2"].status == "problem"


def test_a_server_at_another_address_is_known_by_what_it_has():
    before = merged(
        pulled_document(
            article(),
            pulled_annotation(article(BOB)),
            pulled_annotation(article(AL), uid="u2", annotator="person-3c4d"),
        )
    )
    moved = pulled_document(
        article(), pulled_annotation(article(BOB)), project=("beef", PROJECTS[0][1])
    )

    after = by_uid(merge_pulled(before, moved).record)

    assert after["u1"].server == PROJECTS[0][0]
    assert after["u2"].status == "deleted"


def test_what_work_started_from_is_known_though_its_traces_are_gone():
    model = Layer("model", "m", "1")
    shown = pulled_annotation(article(BOB), suggestion=replace(article(BOB), layer=model))
    redrawn = pulled_annotation(article(BOB, AL), updated="2026-11-03T11:00:00Z")

    record = merged(pulled_document(article(), shown), pulled_document(article(), redrawn))

    [one] = record.annotations
    assert (one.arm, one.evidence) == ("assisted", "prediction")
    assert one.started_from in record.suggestions


def test_what_is_known_of_the_article_is_not_told_by_two_projects_in_turn():
    here = pulled_document(article(title="A"), pulled_annotation(article(BOB)))
    there = pulled_document(
        article(title="B"), pulled_annotation(article(BOB), uid="u2"), project=PROJECTS[1]
    )

    assert merged(here, there, here).meta == merged(here, there, here, there).meta


def test_what_one_of_two_projects_alone_says_of_the_article_is_kept():
    here = pulled_document(article(title="A"), pulled_annotation(article(BOB)))
    there = pulled_document(
        article(title="B", pilot=True),
        pulled_annotation(article(BOB), uid="u2"),
        project=PROJECTS[1],
    )

    assert merged(here, there, here).meta == {"title": "A", "pilot": True}


@pytest.mark.parametrize("known", [("", ""), PROJECTS[0]], ids=["from somewhere", "from here"])
def test_an_annotation_without_the_servers_uid_is_the_same_annotators(known):
    """As an older curate's two files become records."""
    before = merged(pulled_document(article(), pulled_annotation(article(BOB), uid="old")))
    [old] = before.annotations
    server, project = known
    old = msgspec.structs.replace(
        old, server=server, project=project, number=None, created=None, updated=None
    )
    before = msgspec.structs.replace(before, annotations=(old,))

    after = merge_pulled(
        before, pulled_document(article(), pulled_annotation(article(BOB, AL), uid="new"))
    ).record

    [one] = after.annotations
    assert (one.uid, one.status) == ("new", "submitted")
    assert [span.text for span in one.first.added.entities] == ["Al"]


def test_who_is_known_by_the_uid_keeps_the_pseudonym():
    before = merged(pulled_document(article(), pulled_annotation(article(BOB))))

    after = merge_pulled(
        before,
        pulled_document(article(), pulled_annotation(article(AL), annotator="person-ffff")),
    ).record

    assert [one.annotator for one in after.annotations] == ["person-1a2b"]


def test_suggestions_that_nobody_started_from_any_more_go():
    model = Layer("model", "m", "1")
    first = article(BOB)
    with_one = pulled_annotation(first, suggestion=replace(first, layer=model))
    with_other = pulled_annotation(first, suggestion=replace(article(AL), layer=model))

    after = merged(pulled_document(article(), with_one), pulled_document(article(), with_other))

    assert len(after.suggestions) == 1
    assert [one.started_from for one in after.annotations] == list(after.suggestions)
