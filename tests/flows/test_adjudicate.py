"""Differences go out to adjudicators: which documents, in which tasks, and again."""

import json
from contextlib import suppress
from copy import deepcopy

import pytest
from annotated_project import FLAG
from disputing import TITLE, DisputedProject
from samples import SCHEMA

from curation.commands.adjudicate import adjudication_lines, listed_lines
from curation.errors import CurateError, GoldError, StudioConnectionLost, StudioError
from curation.flows.list_differences import list_differences
from curation.flows.pull import PullOptions
from curation.flows.pull_all import pull_all
from curation.labelstudio.adjudication.project import is_adjudication
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.schema.labeling import labeling_xml


@pytest.fixture
def desk(tmp_path):
    return DisputedProject(tmp_path)


def differ(desk, *numbers):
    """Two annotators differ at three places of each of these documents, and what they did is pulled."""
    made = [
        (desk.annotate(number, "oog", by=1), desk.annotate(number, "gp-", by=2))
        for number in numbers
    ]
    desk.pull()
    return made


def said(desk, **options):
    report = desk.adjudicate(**options)
    return "\n".join(adjudication_lines(report, dry_run=options.get("dry_run", False)))


def test_each_document_with_differences_becomes_a_task_of_a_project_of_its_own(desk):
    differ(desk, 1, 3)
    desk.annotate(2, "o", by=1)
    desk.annotate(2, "o", by=2)
    desk.pull()

    report = desk.adjudicate()

    project = desk.studio.find_project(TITLE)
    assert is_adjudication(project)
    assert project.model_version == "agreed"
    assert [*desk.tasks] == [("d1", 1), ("d3", 1)]
    assert [one.kind for one in desk.shown("d1")] == ["entities"] * 3
    assert (report.created, report.asked) == ({"d1": 1, "d3": 1}, 6)
    assert said(desk) == (
        "0 tasks for 0 documents with 0 differences created, 0 changed, 2 unchanged in "
        f"'curate: adjudication': {report.link}"
    )


def test_two_at_once_are_told_to_adjudicate_again(desk):
    """Another machine makes the project of the same title at the same moment."""
    differ(desk, 1)
    make = desk.studio.create_project

    def make_two(title, config, instructions):
        made = make(title, config, instructions)
        desk.studio.create_project = make
        make(TITLE, config, instructions)
        return made

    desk.studio.create_project = make_two

    with pytest.raises(StudioError, match="another adjudicate made a project") as caught:
        desk.adjudicate()

    assert caught.value.hint.startswith("adjudicate again, into that project")


def test_documents_that_others_have_yet_to_annotate_wait_unless_asked_for_early(desk):
    desk.annotate(1, "o", by=1)
    desk.annotate(1, "g", by=2)
    desk.studio.set_overlap(desk.numbers["d1"], 3)
    desk.pull()

    assert said(desk) == (
        "0 tasks for 0 documents with 0 differences created, 0 changed, 0 unchanged in "
        "'curate: adjudication'\n"
        "1 document waits for more annotations; --early takes it as it is:\n"
        "  d1: 2 of 3 in 'p'"
    )
    assert desk.studio.find_project(TITLE) is None
    assert desk.adjudicate(early=True).created == {"d1": 1}


def test_a_problem_alone_is_nothing_for_an_adjudicator(desk):
    """It is mended by its annotator; where others differ, an adjudicator need not wait for that."""
    desk.studio.set_overlap(desk.numbers["d2"], 3)
    broken = {"type": "relation", "from_id": "nobody", "to_id": "nothing", "direction": "right"}
    desk.annotate(1, "oog", broken, by=1)
    desk.annotate(2, "oog", broken, by=1)
    desk.annotate(2, "oog", by=2)
    desk.annotate(2, "gog", by=3)
    desk.pull()

    told = said(desk, early=True)

    assert "1 task for 1 document" in told
    assert "d1" not in told
    assert {document for document, _ in desk.tasks} == {"d2"}
    report = desk.adjudicate("d1", dry_run=True)
    assert report.agreed == ("d1",)


def test_only_named_documents_go_out_where_some_are_named(desk):
    differ(desk, 1, 2)
    desk.annotate(3, "o", by=1)
    desk.pull()

    report = desk.adjudicate("d2", "d3")

    assert (report.created, report.agreed) == ({"d2": 1}, ("d3",))
    with pytest.raises(GoldError, match="has no document 'd9'"):
        desk.adjudicate("d9")


def test_a_dry_run_tells_the_same_and_changes_nothing(desk):
    differ(desk, 1)
    before = (dict(desk.studio.projects), deepcopy(desk.state()))

    report = desk.adjudicate(dry_run=True)

    assert (report.created, report.asked) == ({"d1": 1}, 3)
    assert (dict(desk.studio.projects), desk.state()) == before
    desk.adjudicate()
    desk.annotate(1, "ffg", by=3)
    desk.pull()
    before = deepcopy(desk.state())
    assert desk.adjudicate(dry_run=True).changed == desk.adjudicate(dry_run=True).changed != ()
    assert desk.state() == before


def test_to_run_it_again_changes_nothing(desk):
    differ(desk, 1, 2)
    desk.adjudicate()
    before = deepcopy(desk.state())

    report = desk.adjudicate()

    assert desk.state() == before
    assert (report.created, report.changed, report.unchanged) == ({}, (), 2)


def test_new_documents_and_differences_are_added_and_positions_stay(desk):
    ((_, second),) = differ(desk, 1)
    desk.adjudicate()
    before = desk.shown("d1")
    desk.studio.draft(desk.number("d1"))
    differ(desk, 2)
    desk.change(second, 1, "gp-o")

    desk.pull()
    report = desk.adjudicate()

    after = desk.shown("d1")
    assert [one.n for one in after] == [1, 2, 3, 4]
    assert after[:3] == before
    assert report.created == {"d2": 1}
    (change,) = report.changed
    assert change.what == (
        "1 difference to settle at the end; open the task, tick what is new, press Update"
    )


def listed(desk):
    """The numbers in the list, by key, and those on the screen once it is brought up to date."""
    found = list_differences(desk.studio, desk.place, SCHEMA).documents["d1"]
    in_list = {one.difference.key: (one.round, one.number) for one in found}
    desk.adjudicate()
    on_screen = {
        one.key: (number, one.n)
        for document, number in desk.tasks
        for one in desk.shown(document, number)
        if not one.settled
    }
    assert [(one.round, one.number) for one in found] == sorted(in_list.values())
    return in_list, on_screen


@pytest.mark.parametrize("is_begun", [False, True])
def test_the_list_has_the_numbers_of_the_screen(desk, is_begun):
    """Before there is a task, after differences were asked anew, and after what was asked was settled."""
    ((first, second),) = differ(desk, 1)
    before, shown = listed(desk)
    assert before == shown
    assert sorted(before.values()) == [(1, 1), (1, 2), (1, 3)]
    if is_begun:
        desk.studio.draft(desk.number("d1"))

    desk.change(second, 1, "pp-o")
    desk.pull()
    after, shown = listed(desk)
    assert after == shown
    assert sorted(after.values()) == [(1, 2), (1, 3), (1, 4), (1, 5)]
    (line,) = [
        one
        for one in listed_lines(list_differences(desk.studio, desk.place, SCHEMA))
        if "#5 " in one
    ]
    assert "Name03" in line or "Name00" in line
    desk.change(first, 1, "pog")
    desk.pull()
    settled, _ = listed(desk)
    assert settled.items() <= after.items()


def test_what_waits_in_a_full_task_is_listed_by_its_round(desk):
    desk.annotate(1, "o" * 45, by=1)
    desk.annotate(1, "g" * 45, by=2)
    desk.pull()

    in_list, on_screen = listed(desk)

    assert in_list == on_screen
    assert max(in_list.values()) == (2, 5)
    lines = [*listed_lines(list_differences(desk.studio, desk.place, SCHEMA))]
    assert not any("settled" in line or "waits" in line for line in lines)
    assert any(line.startswith("  #5 of round 2 ") for line in lines)


def test_what_nobody_has_begun_shows_what_all_agree_on_now(desk):
    first = desk.annotate(1, "oo-", by=1)
    second = desk.annotate(1, "go-", by=2)
    desk.pull()
    desk.adjudicate()
    desk.change(first, 1, "oof")
    desk.change(second, 1, "gof")
    desk.pull()

    report = desk.adjudicate()

    (prediction,) = desk.studio.stored_tasks[desk.number("d1")].predictions.values()
    labels = [one["value"]["labels"] for one in prediction["result"] if one["type"] == "labels"]
    assert labels == [["ORG"], ["FAC"], ["#1"]]
    assert report.unchanged == 1


def test_what_annotators_agree_on_by_now_is_asked_no_more(desk):
    made = differ(desk, 1, 2)
    desk.adjudicate()
    desk.studio.draft(desk.number("d2"))
    for number, (_, second) in enumerate(made, 1):
        desk.change(second, number, "oog")
    desk.pull()

    report = desk.adjudicate()

    assert [*desk.tasks] == [("d2", 1)]
    assert all(one.settled for one in desk.shown("d2"))
    assert report.deleted == 1
    assert [one.what for one in report.changed] == ["3 no longer in question"]


def test_a_dropped_document_needs_no_verdict(desk):
    from curation.flows.drop import drop

    differ(desk, 1)
    desk.adjudicate()
    drop(desk.place, SCHEMA, ["d1"], reason="twice")

    assert desk.adjudicate().deleted == 1
    assert desk.tasks == {}


def test_many_differences_go_out_in_rounds(desk):
    desk.annotate(1, "o" * 50, by=1)
    desk.annotate(1, "g" * 50, by=2)
    desk.pull()

    report = desk.adjudicate()

    assert [*desk.tasks] == [("d1", 1), ("d1", 2)]
    assert [len(desk.shown("d1", n)) for n in (1, 2)] == [40, 10]
    assert (report.created, report.asked) == ({"d1": 2}, 50)
    assert desk.adjudicate().created == {}


def test_a_flagged_document_gets_one_more_question(desk):
    desk.annotate(1, "o", by=1)
    desk.annotate(1, "g", FLAG, by=2)
    desk.annotate(2, "o", by=1)
    desk.annotate(2, "o", FLAG, by=2)
    desk.pull()

    desk.adjudicate()

    assert [one.kind for one in desk.shown("d1")] == ["entities", "flags"]
    assert [one.kind for one in desk.shown("d2")] == ["flags"]


def test_a_majority_is_ticked_beforehand_only_where_asked_for_and_never_of_two(desk):
    desk.studio.set_overlap(desk.numbers["d1"], 3)
    for by, labels in enumerate(("og", "og", "gf"), 1):
        desk.annotate(1, labels, by=by)
    desk.annotate(2, "o", by=1)
    desk.annotate(2, "g", by=2)
    desk.pull()

    text = said(desk, majority=True)

    assert "2 differences of these ticked beforehand" in text
    shown = desk.shown("d1")
    labels = [one.option(one.preselected).reading.entities[0][2] for one in shown]
    assert labels == ["ORG", "GPE"]
    assert [one.preselected for one in desk.shown("d2")] == [None]
    (prediction,) = desk.studio.stored_tasks[desk.number("d1")].predictions.values()
    ticked = [
        one["value"]["choices"] for one in prediction["result"] if one["type"] == "choices"
    ]
    assert ticked == [[one.preselected] for one in shown]


def test_who_skipped_is_not_in(desk):
    desk.annotate(1, "o", by=1)
    desk.annotate(1, "g", by=2)
    desk.annotate(2, "o", by=1)
    desk.annotate(2, "", by=2, skipped=True)
    desk.pull()

    assert desk.adjudicate().created == {"d1": 1}


def test_a_project_of_annotations_is_refused(desk):
    differ(desk, 1)
    desk.studio.create_project("other", labeling_xml(SCHEMA), "")

    with pytest.raises(StudioError, match="is a project of annotations"):
        desk.adjudicate(title="other")

    assert desk.studio.find_project("other").tasks == 0


def test_an_old_screen_is_brought_up_to_date(desk):
    differ(desk, 1)
    desk.adjudicate()
    project = desk.studio.find_project(TITLE)
    config = project.label_config.replace("Each difference needs", "Every difference needs")
    desk.studio.update_project(
        project.id, label_config=config, instructions="old", shows_suggestions=False
    )

    desk.adjudicate()

    assert desk.studio.find_project(TITLE) == project


class BreakingStudio(MemoryStudio):
    """A twin whose connection breaks at one call to write, before it is carried out or after."""

    def __init__(self):
        super().__init__()
        self.breaks_at = 0
        self.calls = 0
        self.is_carried_out = False

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if name not in ("import_tasks", "replace_task_data", "rewrite", "delete_task", "import_predictions", "update_project", "create_project"):  # fmt: skip
            return found

        def call(*arguments, **options):
            self.calls += 1
            if self.calls != self.breaks_at:
                return found(*arguments, **options)
            if self.is_carried_out:
                found(*arguments, **options)
            raise KeyboardInterrupt

        return call


@pytest.mark.parametrize("is_carried_out", [False, True])
def test_killed_at_any_call_and_run_again_all_is_as_if_it_ran_once(
    tmp_path, is_carried_out, monkeypatch
):
    monkeypatch.setattr("curation.flows.adjudicate.wait_for_last_push", lambda *_, **__: None)

    def prepared(folder):
        desk = DisputedProject(folder, studio=BreakingStudio())
        first = desk.annotate(1, "o" * 45 + "-", by=1)
        desk.annotate(1, "g" * 45 + "-", by=2)
        desk.annotate(2, "o", by=1)
        desk.annotate(2, "g", by=2)
        desk.pull()
        desk.adjudicate()
        desk.studio.draft(desk.number("d1", 1))
        desk.change(first, 1, "g" + "o" * 43 + "pf")
        desk.annotate(2, "g", by=1)
        desk.annotate(3, "o", by=1)
        desk.annotate(3, "g", by=2)
        desk.pull()
        return desk

    def seen(desk):
        return {
            key: (data, [one["result"] for one in desk.studio.stored_tasks[desk.number(*key)].predictions.values()])
            for key, data in desk.tasks.items()
        }  # fmt: skip

    once = prepared(tmp_path / "once")
    before = once.studio.calls
    once.adjudicate()
    calls = once.studio.calls - before
    assert calls > 3

    for at in range(1, calls + 1):
        desk = prepared(tmp_path / f"{at}")
        desk.studio.breaks_at = desk.studio.calls + at
        desk.studio.is_carried_out = is_carried_out
        with pytest.raises(KeyboardInterrupt):
            desk.adjudicate()

        desk.adjudicate()

        assert seen(desk) == seen(once)
        assert desk.adjudicate().unchanged == len(desk.tasks)


def test_two_machines_at_once_leave_each_task_once(tmp_path):
    class Interrupting(MemoryStudio):
        """Another machine does the same between our look and our import."""

        def import_tasks(self, project, tasks):
            if self.other:
                other, self.other = self.other, None
                other.adjudicate()
            super().import_tasks(project, tasks)

    studio = Interrupting()
    studio.other = None
    desk = DisputedProject(tmp_path / "here", studio=studio)
    differ(desk, 1, 2)
    other = DisputedProject(tmp_path / "there", studio=studio)
    other.pull()
    desk.adjudicate("d1")
    studio.other = other

    desk.adjudicate()

    assert [*desk.tasks] == [("d1", 1), ("d2", 1)]
    project = studio.find_project(TITLE)
    assert project.tasks == 2


def test_a_second_run_at_the_same_time_is_refused(desk):
    differ(desk, 1)

    with (
        desk.place.state.lock_project("adjudication", desk.studio.url, TITLE),
        pytest.raises(CurateError, match="another adjudication of 'curate: adjudication'"),
    ):
        desk.adjudicate()


def test_a_lost_connection_makes_no_task_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "curation.labelstudio.server.send_once.wait_until_idle", lambda *_, **__: None
    )

    class Losing(MemoryStudio):
        is_lost = False

        def import_tasks(self, project, tasks):
            super().import_tasks(project, tasks)
            if self.is_lost:
                self.is_lost = False
                raise StudioConnectionLost("gone")

    desk = DisputedProject(tmp_path, studio=Losing())
    differ(desk, 1, 2)
    desk.studio.is_lost = True

    report = desk.adjudicate()

    assert [*desk.tasks] == [("d1", 1), ("d2", 1)]
    assert report.created == {"d1": 1, "d2": 1}


def test_a_task_that_is_not_ours_is_told_and_left_alone(desk):
    differ(desk, 1)
    desk.adjudicate()
    project = desk.studio.find_project(TITLE)
    number = desk.number("d1")
    data = desk.studio.task_data(number)
    desk.studio.replace_task_data(number, data | {"curate": {}})

    report = desk.adjudicate()

    (problem,) = report.problems
    assert problem.place == "d1"
    assert problem.link.endswith(f"/projects/{project.id}/data?task={number}")
    assert desk.studio.task_data(number)["curate"] == {}


def test_other_commands_see_no_second_task_of_the_document(desk):
    differ(desk, 1)
    desk.adjudicate()

    report = push_documents(desk.studio, [], SCHEMA, title="p")

    assert report.created == 0
    assert desk.adjudicate().to_come == {}


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_task_of_another_text_is_made_anew_unless_somebody_has_begun(desk, is_begun):
    differ(desk, 1)
    desk.adjudicate()
    number = desk.number("d1")
    data = desk.studio.task_data(number)
    desk.studio.replace_task_data(number, data | {"text": "x", "text_sha256": "0"})
    if is_begun:
        desk.studio.draft(number)

    report = desk.adjudicate()

    assert (desk.number("d1") == number) == is_begun
    assert [one.what for one in report.problems] == (
        ["the task has another text than the document; settle and delete the task"] * is_begun
    )


def test_a_task_that_is_there_twice_is_deleted_where_nobody_has_begun(desk):
    differ(desk, 1)
    desk.adjudicate()
    project = desk.studio.find_project(TITLE).id
    task = {"data": desk.studio.task_data(desk.number("d1"))}
    for _ in range(2):
        desk.studio.import_tasks(project, [json.dumps(task).encode()])
    *_, third = sorted(desk.studio.task_ids(project))
    desk.studio.draft(third)

    desk.adjudicate()

    assert desk.studio.task_ids(project) == {third}
    desk.studio.import_tasks(project, [json.dumps(task).encode()])
    (fourth,) = desk.studio.task_ids(project) - {third}
    desk.studio.draft(fourth)
    (problem,) = desk.adjudicate().problems
    assert f"tasks {third} and {fourth} are both round 1" in problem.what


@pytest.mark.parametrize("documents", [(), ("d1",), ("d99",)])
def test_the_title_of_a_project_that_was_never_made_is_not_remembered(desk, documents):
    desk.annotate(1, "oo", by=1)
    desk.annotate(1, "oo", by=2)
    desk.pull()
    with suppress(CurateError):
        desk.adjudicate(*documents, title="desk two")

    report = pull_all(desk.studio, desk.place, SCHEMA, options=PullOptions())

    assert desk.studio.find_project("desk two") is None
    assert report.gone == ()
