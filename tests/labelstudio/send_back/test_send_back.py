"""What is wrong goes back to its annotator, and nothing says so any more once it is mended."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulling import pull
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.errors import Problem
from curation.labelstudio.pull.cursor import PullCursor
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.send_back.send_back import (
    HEADLINE,
    RETURNED_VIEW,
    ReturnReport,
    return_reason,
    send_back,
)
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.task_list import TASK_LIST
from curation.labelstudio.tasks import to_result
from curation.schema.labeling import RETURNED_KEY

MODEL = Layer("model", "m", "1", "w", "r")


def document(number):
    bob, al = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
    relations = (Relation(bob, al, "meets_with"),)
    return Document(
        f"doc-{number}", f"Bob met Al. {number}", (bob, al), relations, {"n": number}, MODEL
    )


def address(pseudonym):
    return f"{pseudonym}@example.org" if pseudonym else ""


class Desk:
    """A project at which annotators work, and a maintainer who pulls and sends back."""

    def __init__(self):
        self.studio = MemoryStudio()
        push_documents(self.studio, [document(n) for n in range(3)], SCHEMA, title="p")
        self.cursor = PullCursor()

    def task(self, number):
        return {task.doc_id: task.id for task in self.studio.tasks(1)}[f"doc-{number}"]

    def submit(self, number, result):
        self.studio.stored_tasks[self.task(number)].annotations.clear()
        self.studio.submit(self.task(number), result)

    def unnamed(self, number):
        """Submit an arrow without a label."""
        result = to_result(document(number), SCHEMA)
        result[-1].pop("labels")
        self.submit(number, result)

    def sound(self, number):
        self.submit(number, to_result(document(number), SCHEMA))

    def pull(self, *, returning=False, now=False, full=False, dry_run=False) -> ReturnReport:
        since = replace(self.cursor, since="") if full else self.cursor
        found = pull(
            self.studio, SCHEMA, title="p", pseudonym=lambda n, _: f"person-{n}", since=since
        )
        done = send_back(
            self.studio,
            found.project,
            found.cursor,
            email_of=address,
            since=since.since,
            returning=returning,
            now=now,
            dry_run=dry_run,
        )
        self.cursor = self.cursor if dry_run else found.cursor
        return done

    def reason(self, number):
        return self.studio.stored_tasks[self.task(number)].data.get(RETURNED_KEY, "")


@pytest.fixture
def desk():
    return Desk()


UNNAMED = (
    f"{HEADLINE.format('person-1@example.org')}\n• The arrow from 'Bob' to 'Al' has no label."
)


def test_what_is_wrong_goes_back_with_its_reason(desk):
    desk.unnamed(1)
    desk.sound(2)

    done = desk.pull(returning=True)
    assert done.returned == ("doc-1",)
    assert desk.reason(1) == UNNAMED
    assert desk.reason(2) == ""


def test_nothing_else_of_the_task_is_touched(desk):
    desk.unnamed(1)
    before = desk.studio.task_data(desk.task(1))
    desk.pull(returning=True)

    assert desk.studio.task_data(desk.task(1)) == before | {RETURNED_KEY: UNNAMED}


def test_a_pull_without_asking_returns_nothing(desk):
    desk.unnamed(1)

    assert desk.pull() == ReturnReport()
    assert desk.reason(1) == ""
    assert titles(desk) == [TASK_LIST]


def test_what_an_earlier_pull_found_can_still_be_returned(desk):
    desk.unnamed(1)
    desk.pull()

    assert desk.pull(returning=True).returned == ("doc-1",)


@pytest.mark.parametrize("returning", [False, True], ids=["plain", "sending back"])
@pytest.mark.parametrize("full", [False, True], ids=["incremental", "full"])
def test_any_pull_that_finds_it_mended_takes_the_reason_away(desk, returning, full):
    desk.unnamed(1)
    desk.pull(returning=True)
    desk.sound(1)

    done = desk.pull(returning=returning, full=full)
    assert done.mended == ("doc-1",)
    assert desk.reason(1) == ""
    assert desk.cursor.all_problems() == ()


def test_an_annotation_that_is_deleted_takes_its_reason_along(desk):
    desk.unnamed(1)
    desk.pull(returning=True)
    desk.studio.clear(desk.task(1))

    assert desk.pull().mended == ("doc-1",)
    assert desk.reason(1) == ""


def test_what_is_mended_only_in_part_says_what_is_left(desk):
    result = to_result(document(1), SCHEMA)
    result[-1].pop("labels")
    result[0]["value"]["labels"] = []
    desk.submit(1, result)
    desk.pull(returning=True)
    assert "'Bob' has no label" in desk.reason(1)
    desk.unnamed(1)

    assert desk.pull().returned == ("doc-1",)
    assert desk.reason(1) == UNNAMED


def test_done_again_it_changes_nothing_and_comes_to_rest(desk):
    """Our own change to the task is seen once more, and that is all."""
    desk.unnamed(1)
    desk.pull(returning=True)
    assert desk.pull(returning=True).returned == ()
    rest, kept = desk.cursor, desk.studio.stored_tasks[desk.task(1)].updated_at

    assert desk.pull(returning=True).returned == ()
    assert desk.cursor == rest
    assert desk.studio.stored_tasks[desk.task(1)].updated_at == kept


def test_looking_only_tells_and_writes_nothing(desk):
    desk.unnamed(1)
    desk.sound(2)

    done = desk.pull(returning=True, dry_run=True)
    assert done == ReturnReport(returned=("doc-1",))
    assert desk.reason(1) == ""
    assert titles(desk) == [TASK_LIST]


def test_a_task_with_another_text_is_left_alone(desk):
    """Somebody changed it: whatever is written then would vouch for it."""
    desk.unnamed(1)
    desk.pull()
    desk.studio.stored_tasks[desk.task(1)].data["text"] = "Bob met All. 1"

    assert desk.pull(returning=True).refused == ("doc-1",)
    assert desk.reason(1) == ""


def test_a_task_that_is_gone_is_passed_over(desk):
    desk.unnamed(1)
    desk.pull()
    task = desk.task(1)
    desk.studio.delete_task(task)

    done = send_back(
        desk.studio,
        desk.studio.find_project("p"),
        desk.cursor,
        email_of=address,
        since=desk.cursor.since,
        returning=True,
    )
    assert (done.returned, done.refused) == ((), ())


def test_a_push_neither_minds_nor_wipes_the_reason(desk):
    desk.unnamed(1)
    desk.pull(returning=True)
    pushed = push_documents(desk.studio, [document(n) for n in range(3)], SCHEMA, title="p")

    assert (pushed.created, pushed.updated, pushed.unchanged) == (0, 0, 3)
    assert pushed.refused == ()
    assert desk.reason(1) == UNNAMED


def titles(desk):
    return [view.title for view in desk.studio.views(1)]


def test_a_view_gathers_what_was_returned_and_is_made_once(desk):
    """In a project without tabs, Label Studio would make none of its own any more: the list is made, too."""
    desk.studio.project_views.clear()
    desk.unnamed(1)
    done = desk.pull(returning=True)
    desk.unnamed(2)
    desk.pull(returning=True)

    first, ours = desk.studio.views(1)
    assert (first.title, ours.title) == (TASK_LIST, RETURNED_VIEW)
    assert done.link == f"{desk.studio.url}/projects/1/data?tab={ours.id}"


def test_where_there_are_views_only_ours_is_added(desk):
    desk.studio.project_views.clear()
    desk.studio.create_view(1, {"title": "Mine"})
    desk.unnamed(1)
    desk.pull(returning=True)

    assert titles(desk) == ["Mine", RETURNED_VIEW]


@pytest.mark.parametrize(
    "change", [{"title": "To mend"}, {"filtered": ()}], ids=["renamed", "another filter"]
)
def test_a_view_that_somebody_changed_is_left_alone(desk, change):
    desk.unnamed(1)
    desk.pull(returning=True)
    first, ours = desk.studio.project_views[1]
    desk.studio.project_views[1] = [first, replace(ours, **change)]
    desk.unnamed(2)
    desk.pull(returning=True)

    assert desk.studio.views(1) == [first, replace(ours, **change)]


def test_a_config_that_shows_no_reasons_is_told(desk):
    """Of a project that was made before there were any; the next push mends it."""
    old = desk.studio.projects[1].label_config.replace("$returned", "$title")
    desk.studio.update_project(1, label_config=old)
    desk.unnamed(1)

    assert desk.pull(returning=True).config_too_old
    push_documents(desk.studio, [document(1)], SCHEMA, title="p")
    assert not desk.pull(returning=True).config_too_old


def test_where_nothing_is_wrong_no_view_is_made(desk):
    desk.sound(1)

    assert desk.pull(returning=True) == ReturnReport()
    assert titles(desk) == [TASK_LIST]


def test_a_reason_has_a_whole_sentence_for_each_problem_under_the_name_of_whose_it_is():
    half = "'x' is only a part of 'xy'; drag its ends to those of the words"
    found = (
        Problem("d, 1..2", "the arrow from 'A' to 'B' has no label", annotator="person-1"),
        Problem("d, 3..4", half, annotator="person-2"),
        Problem("d, 5..6", half, annotator="person-2"),
        Problem(
            "d", "tasks 3 and 4 both hold this document; delete the one that should not count"
        ),
    )

    assert return_reason(found, address).splitlines() == [
        HEADLINE.format("person-1@example.org"),
        "• The arrow from 'A' to 'B' has no label.",
        HEADLINE.format("person-2@example.org"),
        "• 'x' is only a part of 'xy'; drag its ends to those of the words.",
        HEADLINE.format("its annotator"),
        "• Tasks 3 and 4 both hold this document; delete the one that should not count.",
    ]


def test_the_headline_leads_to_the_tab_of_whose_work_it_is():
    """A task with several annotations opens in the newest, whoever comes."""
    assert HEADLINE.format("ada@example.org") == (
        "Returned to ada@example.org. Open your tab above the text, mend this, then press Update:"
    )


acts = st.lists(
    st.tuples(
        st.sampled_from(["sound", "unnamed", "clear", "pull", "send back", "full"]),
        st.integers(0, 2),
    ),
    max_size=12,
)


@given(acts)
@settings(deadline=None)
def test_whatever_happens_the_last_pull_leaves_exactly_the_reasons_that_are_true(given):
    desk = Desk()
    for act, number in [*given, ("send back", 0)]:
        match act:
            case "sound":
                desk.sound(number)
            case "unnamed":
                desk.unnamed(number)
            case "clear":
                desk.studio.clear(desk.task(number))
            case _:
                desk.pull(returning=act == "send back", full=act == "full")

    wrong = {problem.place.split(",")[0] for problem in desk.cursor.all_problems()}
    assert {f"doc-{n}": desk.reason(n) for n in range(3)} == {
        f"doc-{n}": UNNAMED if f"doc-{n}" in wrong else "" for n in range(3)
    }
    assert titles(desk).count(RETURNED_VIEW) <= 1


def test_what_others_are_still_to_annotate_is_held_until_they_are_in(desk):
    """They would read what is wrong with a colleague's work."""
    desk.studio.update_project(1, overlap=2)
    desk.unnamed(1)

    held = desk.pull(returning=True)
    assert (held.held, held.returned, held.link) == (("doc-1",), (), "")
    assert desk.reason(1) == ""
    assert titles(desk) == [TASK_LIST]
    desk.studio.submit(desk.task(1), [], by=2, skipped=True)
    assert desk.pull(returning=True).held == ("doc-1",)

    desk.studio.submit(desk.task(1), to_result(document(1), SCHEMA), by=2)
    done = desk.pull(returning=True)
    assert (done.held, done.returned) == ((), ("doc-1",))
    assert desk.reason(1) == UNNAMED


def test_what_others_are_still_to_annotate_is_returned_now_if_so_asked(desk):
    desk.studio.update_project(1, overlap=2)
    desk.unnamed(1)
    assert desk.pull(returning=True, dry_run=True).held == ("doc-1",)

    done = desk.pull(returning=True, now=True)

    assert (done.held, done.returned) == ((), ("doc-1",))
    again = desk.pull(returning=True)
    assert (again.held, again.still_returned) == ((), ("doc-1",))
    desk.sound(1)
    assert desk.pull(returning=True).mended == ("doc-1",)


def test_a_document_for_one_annotator_waits_for_nobody(desk):
    desk.unnamed(1)
    desk.studio.set_overlap(desk.task(2), 2)

    assert desk.pull(returning=True).returned == ("doc-1",)
