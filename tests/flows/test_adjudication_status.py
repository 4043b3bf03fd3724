"""How far differences between annotators are settled, as a status tells it, with what to type next."""

import shutil
from dataclasses import replace

import msgspec
import pytest
from adjudicated_project import ADA, BEN, DEE, AdjudicatedProject
from annotated_project import FLAG, NOTE, ORG, AnnotatedProject
from disputed import AGREED, TEXT, annotations
from samples import SCHEMA

from curation.annotations.shown_differences import OWN_ALIAS
from curation.annotations.voters import compare_annotations
from curation.commands.show import document_lines
from curation.commands.status_json import status_json
from curation.commands.status_lines import status_lines
from curation.default_project import ADJUDICATION_PROJECT
from curation.errors import StudioError, pluralise
from curation.flows.adjudicate import AdjudicationOptions, adjudicate
from curation.flows.show import show
from curation.flows.status import status
from curation.flows.unpulled_verdicts import VERDICT_TAKEN_BACK, VERDICT_UPDATED
from curation.labelstudio.adjudication.task import to_adjudication_task
from curation.labelstudio.tasks import to_result
from curation.schema.adjudication_screen import adjudication_xml
from curation.state.tables import enter_project


class Disputes(AnnotatedProject):
    """Two annotators who differ on some documents, and an adjudicator."""

    def __init__(self, folder):
        super().__init__(folder, documents=4)
        for number in (1, 2, 3):
            self.submit(number)
        self.pull()

    def consensus(self, number):
        with self.place.working_version(SCHEMA) as working:
            return working.consensus(f"d{number:02}")

    def send(self, *numbers):
        """Their tasks to an adjudicator; the numbers of the tasks."""
        project = self.studio.find_project(ADJUDICATION_PROJECT)
        project = project or self.studio.create_project(
            ADJUDICATION_PROJECT, adjudication_xml(SCHEMA), ""
        )
        compared = [compare_annotations(self.record(number), SCHEMA) for number in numbers]
        tasks = [to_adjudication_task(one, SCHEMA) for one in compared]
        self.studio.import_tasks(project.id, [msgspec.json.encode(task) for task in tasks])
        there = {task.doc_id: task.id for task in self.studio.tasks(project.id)}
        return [there[f"d{number:02}"] for number in numbers]

    def lists(self):
        """By list, the documents in it."""
        found = self.status().adjudication.lists
        return {kind: [one.place for one in some] for kind, some in found.items() if some}


@pytest.fixture
def desk(tmp_path):
    return Disputes(tmp_path)


def test_nothing_is_said_and_nothing_asked_where_nobody_differs(desk):
    desk.studio.asked.clear()

    assert desk.lists() == {}
    assert "Differences" not in desk.said()
    assert None not in desk.studio.asked


def test_disputed_documents_are_told_with_their_links_and_the_next_step(desk):
    desk.differ(1, 2)

    said = desk.said()

    assert desk.lists() == {"disputed": ["d01", "d02"]}
    assert "Differences between annotators, by document: 2 disputed.\n" in said
    assert "warning: 2 disputed documents; to give to an adjudicator: curate adjudicate" in said
    assert "differ at 1 place\n    http://127.0.0.1:1/projects/1/data?task=1\n" in said
    assert said.count("d01: ") == 1


def test_a_document_that_others_have_yet_to_annotate_is_told_apart(desk):
    desk.differ(1, 2)
    desk.studio.set_overlap(1, 3)

    said = desk.said()

    assert desk.lists() == {"disputed": ["d02"], "to_come": ["d01"]}
    assert "differ at 1 place; 2 of 3 annotated it in 'p'" in said
    assert "curate adjudicate --early" in said


def test_a_flag_alone_is_told_once(desk):
    desk.submit(1, FLAG, by=2)
    desk.pull()

    said = desk.said()

    assert desk.lists() == {"flagged": ["d01"]}
    assert said.count("flagged bad_text") == 1
    assert "To have an adjudicator decide on flagged documents: curate adjudicate" in said


def test_what_an_adjudicator_has_is_told_with_the_link_to_the_task(desk):
    desk.differ(1, 2)
    first, second = desk.send(1, 2)
    desk.studio.draft(second)

    said = desk.said()

    number = desk.studio.find_project(ADJUDICATION_PROJECT).id
    link = f"http://127.0.0.1:1/projects/{number}/data"
    assert desk.lists() == {"in_adjudication": ["d01", "d02"]}
    assert f"2 documents in adjudication, in '{ADJUDICATION_PROJECT}' ({link}):" in said
    assert f"  d01: waits for an adjudicator\n    {link}?task={first}\n" in said
    assert f"  d02: an adjudicator has begun\n    {link}?task={second}" in said


def test_a_difference_beside_somebody_elses_problem_is_told_as_adjudicate_takes_it(desk):
    """What the third annotator has to mend keeps the document out until a verdict holds."""
    desk.differ(1)
    desk.studio.submit(1, [{"type": "labels"}], by=3)
    desk.pull()

    assert desk.consensus(1).reason == "problem"
    assert desk.lists() == {"disputed": ["d01"]}
    desk.send(1)
    assert desk.lists() == {"in_adjudication": ["d01"]}
    assert "d01: waits for an adjudicator" in desk.said()
    desk.decide(1)
    assert desk.lists() == {"settled": ["d01"]}


@pytest.mark.parametrize("times", [1, 2])
def test_a_task_that_was_only_skipped_is_never_called_submitted(adjudicated, times):
    """Nor on another machine, nor after a pull that saw it."""
    for _ in range(times):
        adjudicated.hands.change(adjudicated.decide("d1"), by=DEE, skipped=True)
        adjudicated.pull_all()

    other = adjudicated.elsewhere()
    other.pull_annotations()
    for place in (adjudicated.place, other.place):
        assert [kind for kind, _ in adjudicated.standing(place)] == ["in_adjudication"]


def test_a_verdict_that_was_pulled_and_refused_has_nothing_to_pull(adjudicated):
    adjudicated.decide("d1", adjudicated.result("d1", ADA, with_nothing_drawn))
    adjudicated.pull_all()
    task = adjudicated.desk["d1"]
    adjudicated.studio.replace_task_data(task, adjudicated.studio.task_data(task))

    assert adjudicated.standing() == [("in_adjudication", "the verdict has a problem")]


def test_an_earlier_verdict_than_the_one_that_stands_has_nothing_to_pull(adjudicated):
    """Another server's adjudicator decided the same, later."""
    adjudicated.decide("d1")
    adjudicated.pull_all()
    with adjudicated.place.working_version(SCHEMA) as working:
        record = working.record("d1")
        tasks = [
            msgspec.structs.replace(one, uid="elsewhere", server="0a0a")
            for one in record.verdict.tasks
        ]
        decisions = [
            msgspec.structs.replace(one, task="elsewhere") for one in record.verdict.decisions
        ]
        later = msgspec.structs.replace(
            record.verdict,
            at="2036-01-01T00:00:00Z",
            tasks=tuple(tasks),
            decisions=tuple(decisions),
        )
        working.put(msgspec.structs.replace(record, verdict=later))
        adjudicated.place.commit(working)
    report = adjudicated.pull()
    assert (report.unchanged, report.remarks) == (1, ())
    task = adjudicated.desk["d1"]
    adjudicated.studio.replace_task_data(task, adjudicated.studio.task_data(task))

    assert adjudicated.standing() == [("settled", "settled")]


def test_a_verdict_that_isnt_pulled_is_told(desk):
    desk.differ(1)
    (task,) = desk.send(1)
    desk.studio.submit(task, [], by=3)

    assert desk.lists() == {"to_pull": ["d01"]}
    assert "1 document with a verdict to pull: curate pull\n" in desk.said()


def test_a_verdict_that_holds_settles_a_document(desk):
    desk.differ(1, 2)
    desk.decide(1)

    said = desk.said()

    assert desk.lists() == {"disputed": ["d02"], "settled": ["d01"]}
    assert "by document: 1 disputed, 1 settled." in said
    assert "d01: " not in said


def test_a_verdict_on_annotations_that_changed_since_is_told_with_its_numbers(desk):
    desk.differ(1)
    desk.decide(1)
    desk.submit(1, by=3, unchanged=False)
    desk.pull()
    assert desk.lists() == {"settled": ["d01"]}, "an offered reading opens nothing"
    desk.studio.submit(1, ORG, by=4)
    desk.pull()

    said = desk.said()

    assert desk.lists() == {"stale": ["d01"]}
    assert "  d01: the verdict rests on annotations that changed since: #1\n" in said
    assert "with a stale verdict, out of the gold; to ask again: curate adjudicate" in said


def test_a_verdict_that_nobody_needs_any_more_is_told(desk):
    desk.differ(1)
    desk.decide(1)
    stored = desk.studio.stored_tasks[1]
    for annotation in stored.annotations:
        annotation |= {"result": ORG, "updated_at": desk.studio.tick()}
    stored.updated_at = desk.studio.tick()

    desk.pull()

    told = "d01: all annotations agree now: the verdict is no longer needed\n"
    assert desk.lists() == {"unneeded": ["d01"]}
    assert f"1 document whose verdict is no longer needed:\n  {told}" in desk.said()


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_verdict_that_all_annotators_have_by_now_is_told_as_not_needed(desk, forgotten):
    """Also on a machine that has never seen gold/next."""
    desk.differ(1, 2)
    desk.decide(1)
    desk.decide(2)
    decided = to_result(desk.consensus(1).document, SCHEMA)
    stored = desk.studio.stored_tasks[1]
    for annotation in stored.annotations:
        annotation |= {"result": decided, "updated_at": desk.studio.tick()}
    stored.updated_at = desk.studio.tick()
    desk.pull()
    if forgotten:
        shutil.rmtree(desk.place.home)
        desk.pull()

    assert desk.lists() == {"unneeded": ["d01"], "settled": ["d02"]}
    told = "d01: all annotators have what the verdict says now: the verdict is no longer needed"
    assert f"1 document whose verdict is no longer needed:\n  {told}\n" in desk.said()
    assert desk.consensus(1).adjudicated


def test_a_verdict_stays_needed_where_an_annotation_that_it_rests_on_was_deleted(desk):
    desk.differ(1)
    desk.decide(1)
    decided = to_result(desk.consensus(1).document, SCHEMA)
    (other,) = (
        one["id"] for one in desk.studio.stored_tasks[1].annotations if one["result"] != decided
    )
    desk.studio.delete_annotation(other)
    desk.pull()

    assert desk.lists() == {"settled": ["d01"]}


def test_programs_get_all_lists_with_links(desk):
    assert status_json(desk.status())["adjudication"]["disputed"] == []
    desk.differ(1, 2, 3)
    desk.decide(3)
    desk.send(1)

    found = status_json(desk.status())["adjudication"]

    assert [*found["projects"]] == [ADJUDICATION_PROJECT]
    assert {kind: [one["place"] for one in some] for kind, some in found.items() if kind != "projects" and some} == {
        "disputed": ["d02"], "in_adjudication": ["d01"], "settled": ["d03"],
    }  # fmt: skip
    assert all(
        "?task=" in one["link"]
        for kind, some in found.items()
        if kind != "projects"
        for one in some
    )


def test_a_document_goes_from_list_to_list_as_an_adjudicator_works(tmp_path):
    project = AdjudicatedProject(tmp_path)

    def standing():
        found = status(project.studio, project.place, SCHEMA, title=project.title)
        return [kind for kind, some in found.adjudication.lists.items() if some]

    seen = [standing()]
    project.decide("d1")
    seen.append(standing())
    project.pull_all()
    seen.append(standing())
    moscow = next(one for one in AGREED if TEXT[one.start : one.end] == "Moscow")
    annotation = annotations("d1")["ada"]
    kept = [replace(one, label="LOC") if one == moscow else one for one in annotation.entities]
    project.change("d1", ADA, replace(annotation, entities=tuple(kept)))
    project.pull_all()
    seen.append(standing())
    adjudicate(project.studio, project.place, SCHEMA, AdjudicationOptions())
    seen.append(standing())

    assert seen == [
        ["in_adjudication"],
        ["to_pull"],
        ["settled"],
        ["stale"],
        ["in_adjudication"],
    ]
    found = status(project.studio, project.place, SCHEMA, title=project.title).adjudication
    (waiting,) = found.in_adjudication
    assert waiting.what.endswith("; waits for the adjudicator")
    assert waiting.link.endswith(f"?task={project.desk['d1']}")


class Adjudicated(AdjudicatedProject):
    """A document that an adjudicator works on, and what status says of it."""

    def status(self, place=None):
        return status(self.studio, place or self.place, SCHEMA, title=self.title)

    def standing(self, place=None):
        """The document's list, and what is said there."""
        lists = self.status(place).adjudication.lists
        return [(kind, one.what) for kind, some in lists.items() for one in some]


@pytest.fixture
def adjudicated(tmp_path):
    return Adjudicated(tmp_path)


def test_a_verdict_that_was_updated_since_it_was_pulled_is_to_pull(adjudicated):
    number = adjudicated.decide("d1")
    adjudicated.pull_all()
    adjudicated.hands.change(number, adjudicated.result("d1", BEN), by=DEE)

    assert adjudicated.standing() == [("to_pull", VERDICT_UPDATED)]
    adjudicated.pull_all()
    assert adjudicated.standing() == [("settled", "settled")]


def test_who_adjudicated_what_they_annotated_stays_told(adjudicated):
    """Pull tells it once, with the verdict."""
    adjudicated.decide("d1", by=ADA)
    adjudicated.pull_all()

    report = adjudicated.status()

    by = adjudicated.record("d1").verdict.by
    told = f"{by} annotated the document, and adjudicated it too"
    assert told in "\n".join(status_lines(report))
    (shown,) = status_json(report)["adjudication"]["remarks"]
    assert (shown["what"], shown["link"]) == (told, adjudicated.adjudicators_link())


def test_a_missing_adjudicators_project_is_made_by_adjudicate_and_no_push(adjudicated):
    adjudicated.decide("d1")
    adjudicated.pull_all()
    adjudicated.studio.update_project(adjudicated.project.id, title="renamed")

    with pytest.raises(StudioError, match="no project 'curate: adjudication'") as caught:
        status(adjudicated.studio, adjudicated.place, SCHEMA, title=ADJUDICATION_PROJECT)

    assert "make it with: curate adjudicate" in caught.value.hint


def test_what_to_type_of_a_stale_verdict_names_the_project_that_has_it(desk):
    desk.differ(1)
    desk.send(1)
    project = desk.studio.find_project(ADJUDICATION_PROJECT)
    desk.studio.update_project(project.id, title="desk B")
    desk.studio.create_project(ADJUDICATION_PROJECT, adjudication_xml(SCHEMA), "")
    with desk.place.state.transaction() as connection:
        enter_project(connection, desk.studio.url, "desk B")
    desk.decide(1)
    desk.studio.submit(1, ORG, by=4)
    desk.pull()

    assert "to ask again: curate adjudicate --project 'desk B'" in desk.said()


def test_another_machine_sees_an_update_of_a_verdict_too(adjudicated):
    number = adjudicated.decide("d1")
    adjudicated.pull_all()
    other = adjudicated.elsewhere()
    other.pull_annotations()
    assert adjudicated.standing(other.place) == [("settled", "settled")]
    adjudicated.hands.let_pass(60)
    adjudicated.hands.change(number, adjudicated.result("d1", BEN), by=DEE)

    assert adjudicated.standing(other.place) == [("to_pull", VERDICT_UPDATED)]


@pytest.mark.parametrize(
    "take_back",
    [
        pytest.param(lambda p, n: p.hands.change(n, by=DEE, skipped=True), id="cancelled"),
        pytest.param(lambda p, n: p.hands.delete(n), id="deleted"),
    ],
)  # fmt: skip
def test_a_verdict_that_was_taken_back_since_it_was_pulled_is_to_pull(adjudicated, take_back):
    number = adjudicated.decide("d1")
    adjudicated.pull_all()
    take_back(adjudicated, number)

    assert adjudicated.standing() == [("to_pull", VERDICT_TAKEN_BACK)]
    adjudicated.pull_all()
    assert [kind for kind, _ in adjudicated.standing()] == ["in_adjudication"]


def test_a_task_that_an_adjudicator_only_skipped_has_nothing_to_pull(adjudicated):
    number = adjudicated.decide("d1")
    adjudicated.hands.change(number, by=DEE, skipped=True)

    assert [kind for kind, _ in adjudicated.standing()] == ["in_adjudication"]


def test_a_task_that_curate_changed_under_a_verdict_has_nothing_to_pull(adjudicated):
    adjudicated.decide("d1")
    adjudicated.pull_all()
    other = adjudicated.elsewhere()
    other.pull_annotations()
    task = adjudicated.desk["d1"]
    adjudicated.studio.replace_task_data(task, adjudicated.studio.task_data(task))

    assert adjudicated.standing() == [("settled", "settled")]
    assert adjudicated.standing(other.place) == [("settled", "settled")]


def test_problems_of_verdicts_stay_told_until_a_pull_finds_them_mended(adjudicated):
    number = adjudicated.decide("d1", adjudicated.result("d1", ADA, with_nothing_drawn))
    problem, *more = adjudicated.pull().problems

    report = adjudicated.status()

    said = "\n".join(status_lines(report))
    count = pluralise(1 + len(more), "problem")
    assert f"warning: {count} with verdicts at the last pull, to mend in the" in said
    assert (
        f"  {problem.place} ({problem.annotator}): {problem.what}\n    {problem.link}\n" in said
    )
    assert "No problems at the last pull" not in said
    assert adjudicated.standing() == [("in_adjudication", "the verdict has a problem")]
    assert status_json(report)["adjudication"]["problems"] == [
        one.to_json() for one in (problem, *more)
    ]
    adjudicated.hands.change(number, adjudicated.result("d1"), by=DEE)
    assert [kind for kind, _ in adjudicated.standing()] == ["to_pull"]
    adjudicated.pull_all()
    assert adjudicated.status().adjudication.problems == ()


def test_a_dry_run_keeps_no_problem(adjudicated):
    adjudicated.decide("d1", adjudicated.result("d1", ADA, with_nothing_drawn))
    adjudicated.pull(dry_run=True)

    assert adjudicated.status().adjudication.problems == ()


def with_nothing_drawn(result):
    """An own reading is ticked at the first place, and nothing is marked there."""
    return [
        {**one, "value": {"choices": [OWN_ALIAS]}} if one.get("from_name") == "d0" else one
        for one in result
    ]


def test_nothing_is_known_of_differences_before_the_first_pull(tmp_path):
    report = AnnotatedProject(tmp_path / "new").status()

    assert report.adjudication is None
    assert status_json(report)["adjudication"] is None
    assert "Differences" not in "\n".join(status_lines(report))


def test_an_adjudicators_note_is_kept_as_those_of_annotators_are(adjudicated):
    """Privately, for `show` and `status`; not in gold/next."""
    number = adjudicated.decide("d1", [*adjudicated.result("d1"), NOTE])
    adjudicated.pull(dry_run=True)
    assert adjudicated.place.state.notes("d1") == ()
    adjudicated.pull_all()

    (note,) = show(adjudicated.place, SCHEMA, "d1").notes
    report = adjudicated.status()

    by = adjudicated.record("d1").verdict.by
    assert (note.text, note.annotator) == ("who is Al?", by)
    assert "note of" in "\n".join(document_lines(show(adjudicated.place, SCHEMA, "d1")))
    told = f"1 note of adjudicators, to you alone:\n  d1 ({by}): wrote: who is Al?\n"
    assert told in "\n".join(status_lines(report))
    (shown,) = status_json(report)["adjudication"]["notes"]
    assert f"?task={adjudicated.desk['d1']}" in shown["link"]
    assert b"who is Al" not in b"".join(adjudicated.files().values())
    adjudicated.hands.change(number, adjudicated.result("d1", BEN), by=DEE)
    adjudicated.pull_all()
    assert adjudicated.place.state.notes("d1") == ()


@pytest.mark.parametrize(
    "take_back",
    [
        pytest.param(lambda p, n: p.hands.change(n, by=DEE, skipped=True), id="cancelled"),
        pytest.param(lambda p, n: p.hands.delete(n), id="deleted"),
    ],
)
def test_the_note_of_a_verdict_that_was_taken_back_goes(adjudicated, take_back):
    number = adjudicated.decide("d1", [*adjudicated.result("d1"), NOTE])
    adjudicated.pull_all()
    take_back(adjudicated, number)
    adjudicated.pull_all()

    assert adjudicated.place.state.notes("d1") == ()
