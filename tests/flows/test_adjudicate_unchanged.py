"""What a run of `curate adjudicate` left is remembered, so that the next one reads what has changed, and nothing else."""

import pytest
from disputing import TITLE, DisputedProject
from hypothesis import given
from hypothesis import strategies as st
from laws import costly

from curation.labelstudio.server.twin import MemoryStudio
from curation.schema.adjudication_screen import adjudication_xml


class ReadStudio(MemoryStudio):
    """A twin that takes note of what is read, and of how many tasks."""

    def __init__(self):
        super().__init__()
        self.read = []

    def _note(self, what, wanted):
        self.read.append((what, "all" if wanted is None else len(wanted)))

    def export(self, project, task_ids=None, *, drafts=False):
        self._note("export", task_ids)
        return super().export(project, task_ids, drafts=drafts)

    def predictions(self, project, tasks=None):
        if self.projects[project].title == TITLE:
            self._note("predictions", tasks)
        return super().predictions(project, tasks)

    def totals(self, project):
        before = [*self.read]
        try:
            return super().totals(project)
        finally:
            self.read = before


@pytest.fixture
def desk(tmp_path):
    """Three documents on which two annotators differ, at the adjudicators."""
    desk = DisputedProject(tmp_path, studio=ReadStudio())
    desk.made = {
        number: (desk.annotate(number, "oog", by=1), desk.annotate(number, "gp-", by=2))
        for number in (1, 2, 3)
    }
    desk.pull()
    desk.adjudicate()
    desk.studio.read.clear()
    return desk


def test_nothing_is_read_where_nothing_has_changed(desk):
    report = desk.adjudicate()

    assert desk.studio.read == []
    assert (report.created, report.changed, report.unchanged) == ({}, (), 3)


def test_only_the_document_that_changed_is_read(desk):
    desk.change(desk.made[2][1], 2, "gp-o")
    desk.pull()
    desk.studio.read.clear()

    report = desk.adjudicate()

    assert desk.studio.read == [("export", 1), ("predictions", 1)]
    assert [one.place for one in report.changed] == ["d2"]
    assert report.unchanged == 2
    desk.studio.read.clear()
    assert desk.adjudicate().unchanged == 3
    assert desk.studio.read == []


def test_a_task_that_an_adjudicator_submitted_is_read_once_more(desk):
    desk.studio.submit(desk.number("d1"), [], by=3)

    assert desk.adjudicate().unchanged == 3
    assert desk.studio.read == [("export", 1)]
    assert desk.adjudicate().unchanged == 3
    assert desk.studio.read == [("export", 1)]


def test_without_what_was_remembered_everything_is_read(desk, tmp_path):
    (tmp_path / ".curate" / "state.sqlite").unlink()

    assert desk.adjudicate(title=TITLE, early=True).unchanged == 3
    assert desk.studio.read == [("export", "all"), ("predictions", "all")]


def test_a_dry_run_neither_reads_more_nor_remembers(desk):
    desk.change(desk.made[2][1], 2, "gp-o")
    desk.pull()

    assert len(desk.adjudicate(dry_run=True).changed) == 1
    assert len(desk.adjudicate().changed) == 1


def test_a_project_made_anew_under_the_same_title_is_another_one(desk):
    old = desk.studio.find_project(TITLE)
    desk.studio.update_project(old.id, title="old")
    desk.studio.create_project(TITLE, adjudication_xml(desk.schema), "")

    assert desk.adjudicate(title=TITLE).created == {"d1": 1, "d2": 1, "d3": 1}


def test_what_the_server_lost_of_what_it_took_is_given_again_at_once(tmp_path):
    """Under load, it makes the tasks, and drops what some of them come with."""

    class Losing(ReadStudio):
        def import_tasks(self, project, tasks):
            before = {*self.stored_tasks}
            super().import_tasks(project, tasks)
            for number in [*self.stored_tasks.keys() - before][::2]:
                self.stored_tasks[number].predictions.clear()

    desk = DisputedProject(tmp_path, studio=Losing())
    for number in (1, 2, 3):
        desk.annotate(number, "oogo", by=1)
        desk.annotate(number, "gp-o", by=2)
    desk.pull()

    desk.adjudicate()

    project = desk.studio.find_project(TITLE).id
    assert {*desk.studio.suggested_by(project)} == desk.studio.task_ids(project)
    assert [len(one.result) for one in desk.studio.predictions(project)] == [4, 4, 4]
    desk.studio.read.clear()
    assert desk.adjudicate().unchanged == 3
    assert desk.studio.read == []


def forget(desk):
    with desk.place.state.transaction() as connection:
        connection.execute("DELETE FROM adjudication_ledgers")


def undraft(desk, number):
    for stored in desk.studio.stored_tasks.values():
        if stored.data["doc_id"] == f"d{number}" and "round" in stored.data:
            stored.drafts.clear()


def at_adjudicators(desk, number):
    return desk.number(f"d{number}") if (f"d{number}", 1) in desk.tasks else None


def act(desk, action, number, labels):
    """One thing that may happen between two runs."""
    task = at_adjudicators(desk, number)
    match action:
        case "annotators":
            desk.change(desk.made[number][1], number, labels)
            desk.pull()
        case "adjudicate one":
            desk.adjudicate(f"d{number}", title=TITLE)
        case "undraft":
            undraft(desk, number)
        case _ if task is None:
            pass
        case "draft":
            desk.studio.draft(task)
        case "submit":
            desk.studio.submit(task, [], by=3)
        case "clear":
            desk.studio.clear(task)
        case "delete":
            desk.studio.delete_task(task)
        case "suggestions":
            project = desk.studio.find_project(TITLE).id
            desk.studio.delete_predictions(
                [one.id for one in desk.studio.predictions(project, [task])]
            )


ACTIONS = (
    "annotators", "annotators", "adjudicate one", "draft", "undraft", "submit", "clear",
    "delete", "suggestions",
)  # fmt: skip

STEPS = st.lists(
    st.tuples(
        st.lists(
            st.tuples(
                st.sampled_from(ACTIONS),
                st.integers(1, 3),
                st.sampled_from(("oog", "gp-", "gp-o", "ofg", "f")),
            ),
            max_size=3,
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@costly(1 / 4)
@given(steps=STEPS)
def test_whatever_happens_in_between_all_becomes_as_if_nothing_was_remembered(
    tmp_path_factory, steps
):
    remembering, forgetful = [
        DisputedProject(tmp_path_factory.mktemp("desk"), studio=ReadStudio()) for _ in range(2)
    ]
    for desk in (remembering, forgetful):
        desk.made = {
            number: (desk.annotate(number, "oog", by=1), desk.annotate(number, "gp-", by=2))
            for number in (1, 2, 3)
        }
        desk.pull()

    for actions, majority in steps:
        reports = []
        for desk in (remembering, forgetful):
            for action in actions:
                act(desk, *action)
            if desk is forgetful:
                forget(desk)
            reports.append(desk.adjudicate(title=TITLE, majority=majority))

        assert reports[0] == reports[1]
        states = [
            {
                number: (one.data, [*one.predictions.values()], one.annotations)
                for number, one in desk.studio.stored_tasks.items()
            }
            for desk in (remembering, forgetful)
        ]
        assert states[0] == states[1]
