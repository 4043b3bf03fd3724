"""Decisions of several tasks, projects and files are one verdict, and only its own task takes one back."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from adjudicated_project import ADA, BEN, CY, DEE, AdjudicatedProject
from annotations.crowded import everything
from deciding import decided
from disputed import annotations
from disputing import words
from flows.test_adjudication_loop import Loop
from gold_samples import released
from samples import SCHEMA

from curation.annotations.decision_makers import adjudicators_of
from curation.annotations.voters import compare_annotations
from curation.commands.adjudicate import listed_json_lines
from curation.commands.show import document_lines
from curation.default_project import ADJUDICATION_PROJECT
from curation.documents.document import Document, Entity, Relation
from curation.flows.list_differences import list_differences
from curation.flows.show import show
from curation.flows.verdicts_from_file import verdicts_from_file
from curation.gold.tables.rows import verdict_row
from curation.gold.working.dataset import read_working_dataset
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result


@pytest.fixture
def loop(tmp_path):
    made = Loop(tmp_path, studio=MemoryStudio())
    made.first = made.annotate(1, "ooooo", by=1)
    made.annotate(1, "gpgpg", by=2)
    made.pull()
    return made


def by_talking(loop, *, by="eve@example.org", choose=lambda one: one["options"][0]["alias"]):
    """Verdicts from a file; the first option each."""
    lines = lines_to_settle(loop)
    for one in lines:
        if not (one["alias"] or one["own"]):
            one["alias"] = choose(one)
    return take_lines(loop, lines, by=by)


def lines_to_settle(loop, *documents):
    """The differences that are open; all of *documents* where some are named."""
    listed = list_differences(loop.studio, loop.place, SCHEMA, documents)
    return [json.loads(one) for one in listed_json_lines(listed)]


def take_lines(loop, lines, **options):
    file = loop.place.home / "verdicts.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return verdicts_from_file(loop.place, SCHEMA, file, **options)


def chosen(loop):
    return {one.key: one.chosen for one in loop.record("d1").verdict.decisions}


def change_first_span(loop):
    """The first annotator has something new at one place; it is asked, and nothing else."""
    loop.studio.let_pass(60)
    loop.change(loop.first, 1, "foooo")
    loop.pull_all()


def test_a_new_difference_comes_to_the_decisions_of_a_file(loop):
    by_talking(loop)
    before = chosen(loop)
    loop.studio.let_pass(10**9)
    change_first_span(loop)
    assert loop.adjudicate().asked == 1
    loop.settle("d1")

    report = loop.pull_all()

    after = chosen(loop)
    assert [key for key in before if before[key] != after.get(key)] == [min(before)]
    assert after.keys() == before.keys()
    assert loop.gold("d1").adjudicated
    assert [*adjudicators_of(loop.record("d1").verdict).values()] == [
        "person",
        "person",
    ]
    said = report.verdicts[0]
    assert (said.replaced, said.remarks) == (("d1",), ())
    assert loop.adjudicate().asked == 0
    again = loop.pull_all().verdicts[0]
    assert (again.unchanged, again.remarks) == (1, ())


def test_a_new_difference_comes_to_the_decisions_of_a_task_that_is_deleted(loop):
    loop.adjudicate()
    loop.settle("d1")
    loop.pull_all()
    before = chosen(loop)
    loop.studio.delete_task(loop.number("d1"))
    change_first_span(loop)
    assert loop.adjudicate().asked == 1
    loop.pull_all()
    assert chosen(loop) == before
    loop.settle("d1")

    loop.pull_all()

    after = chosen(loop)
    assert [key for key in before if before[key] != after.get(key)] == [min(before)]
    assert loop.gold("d1").adjudicated


def test_a_file_of_what_is_open_comes_to_what_an_adjudicator_decided(loop):
    loop.adjudicate()
    loop.settle("d1")
    loop.pull_all()
    before = loop.record("d1").verdict
    change_first_span(loop)

    taken = by_talking(loop)

    after = loop.record("d1").verdict
    assert len(after.decisions) == 5
    assert {*adjudicators_of(after)} == {before.by, taken.by}
    assert [one.uid for one in after.tasks] == [one.uid for one in before.tasks]
    assert loop.gold("d1").adjudicated
    report = loop.pull_all().verdicts[0]
    assert (report.replaced, report.remarks, len(loop.record("d1").verdict.decisions)) == (
        (),
        (),
        5,
    )


def two_desks(folder, *, first_by=DEE, later_by=CY):
    """Six decisions in the project for adjudication, and four in another one; the number of the later work."""
    project = AdjudicatedProject(folder)
    readings = project.readings("d1")
    keys = [*readings]
    first = {key: readings[key] for key in keys[:6]}
    project.decide("d1", decided(project.asked["d1"], first), by=first_by)
    project.pull()
    project.hands.let_pass(60)
    differences = project.record("d1").verdict.undecided
    config = project.project.label_config
    project.project = project.studio.create_project("other desk", config, "")
    project.desk_title = "other desk"
    compared = compare_annotations(project.record("d1"), SCHEMA)
    project.ask("d1", asked=[one for one in compared.differences if one.key in differences])
    later = project.decide(
        "d1",
        decided(project.asked["d1"], {key: readings[key] for key in keys[6:]}),
        by=later_by,
    )
    return project, later


def test_another_project_decides_what_is_new_and_the_older_one_stays_and_is_silent(tmp_path):
    project, later = two_desks(tmp_path)

    report = project.pull()

    assert (report.replaced, report.problems) == (("d1",), ())
    verdict = project.record("d1").verdict
    assert len(verdict.decisions) == 10
    assert len(adjudicators_of(verdict)) == 2
    assert len(verdict.tasks) == 2
    assert "d1" in project.gold()
    files = project.files()
    project.pull_all()
    both = project.pull_all().verdicts
    assert [one.remarks for one in both] == [(), ()]
    assert project.files() == files

    project.hands.delete(later)
    report = project.pull()

    assert len(project.record("d1").verdict.decisions) == 6
    assert report.lessened == {"d1": "round 1 (4 decisions)"}
    assert "round 1 (4 decisions)" not in project.said()


def test_several_adjudicators_are_told_by_show_rows_and_card(tmp_path):
    project, _ = two_desks(tmp_path)
    project.pull()
    verdict = project.record("d1").verdict
    later, first = adjudicators_of(verdict)

    shown = "\n".join(document_lines(show(project.place, SCHEMA, "d1")))
    assert f"verdict by {later} (person) and {first} (person)" in shown
    (published,) = read_working_dataset(project.place.gold, SCHEMA).verdicts
    row = verdict_row(published)
    assert row["annotator"] == later
    names = [one.get("adjudicator", later) for one in row["decisions"]]
    assert (names.count(first), names.count(later)) == (6, 4)
    released(project.place)
    card = (project.place.gold / "README.md").read_text(encoding="utf-8")
    assert "- 10 differences decided by 2 adjudicators: 0 by none of the readings" in card


@pytest.mark.parametrize(
    ("own", "left", "lost"), [("first", 4, 6), ("later", 6, 4)], ids=["first", "later"]
)
def test_strict_takes_the_decisions_of_one_project_and_leaves_those_of_another(
    tmp_path, own, left, lost
):
    """Whose own document it is loses what they decided, in whichever project that was."""
    project, _ = two_desks(tmp_path, **{f"{own}_by": ADA})
    project.pull()
    assert len(project.record("d1").verdict.decisions) == 10

    report = project.pull_all(strict=True)

    lessened = [one.lessened for one in report.verdicts if one.lessened]
    assert lessened == [{"d1": f"round 1 ({lost} decisions)"}]
    assert len(project.record("d1").verdict.decisions) == left
    assert [one.what.partition(" annotated")[2] for each in report.verdicts for one in each.problems] == [
        " the document, and adjudicated it too"
    ]  # fmt: skip
    assert "d1" not in project.gold()
    files = project.files()
    project.pull_all(strict=True)
    assert project.files() == files


def test_strict_of_one_project_leaves_what_another_decided_alone(tmp_path):
    project, _ = two_desks(tmp_path, first_by=ADA)
    project.pull()

    report = project.pull(strict=True)

    assert (report.problems, report.lessened, report.unchanged) == ((), {}, 1)
    assert len(project.record("d1").verdict.decisions) == 10


def rivals(folder):
    """Two projects with a verdict each on all of the document; the later one is pulled first."""
    project = AdjudicatedProject(folder)
    project.decide("d1")
    project.hands.let_pass(60)
    config = project.project.label_config
    project.project = project.studio.create_project("other desk", config, "")
    project.desk_title = "other desk"
    project.ask("d1")
    project.decide("d1", project.result("d1", BEN), by=CY)
    assert project.pull().taken == ("d1",)
    return project


def test_an_earlier_verdict_that_decides_otherwise_gives_way_and_that_is_told(tmp_path):
    project = rivals(tmp_path)
    older = ADJUDICATION_PROJECT
    verdict = project.record("d1").verdict
    files = project.files()

    project.desk_title = older
    report = project.pull()

    assert (report.unchanged, report.replaced, report.problems) == (1, (), ())
    assert [one.what for one in report.remarks] == [f"a later verdict, by {verdict.by}, stands"]
    assert project.files() == files
    assert everything(project.gold()["d1"].document) == everything(annotations()["ben"])


def test_strict_refuses_what_an_earlier_pull_took(tmp_path):
    project = AdjudicatedProject(tmp_path)
    project.decide("d1", by=ADA)
    assert project.pull().taken == ("d1",)

    report = project.pull(strict=True)

    assert "annotated the document, and adjudicated it too" in report.problems[0].what
    assert report.removed == {"d1": "its adjudicator annotated the document"}
    assert project.record("d1").verdict is None
    assert project.gold() == {}


def test_a_folder_with_a_project_for_adjudication_of_its_own_leaves_the_default_one_to_others(
    tmp_path,
):
    others = AdjudicatedProject(tmp_path / "others")
    others.decide("d1")
    mine = AdjudicatedProject(tmp_path / "mine", ("e1",), hands=others.hands, title="wide")
    others_title = others.desk_title
    assert [one.title for one in mine.pull_all().verdicts] == [others_title]
    mine.decide("e1")
    mine.pull()

    report = mine.pull_all()

    assert [(one.title, one.problems) for one in report.verdicts] == [("wide desk", ())]
    assert mine.gold().keys() == {"e1"}
    assert [one.title for one in others.pull_all().verdicts] == [others_title]


def test_the_default_project_for_adjudication_stays_known_beside_another_that_was_used(
    tmp_path,
):
    project, _ = two_desks(tmp_path)
    project.pull()

    report = project.pull_all()

    assert [one.title for one in report.verdicts] == ["curate: adjudication", "other desk"]
    assert {one.title for one in project.elsewhere().pull_all().verdicts} == {
        "curate: adjudication",
        "other desk",
    }


def test_the_default_project_that_was_made_here_is_known_before_its_first_verdict(loop):
    loop.adjudicate(title="second desk")
    loop.annotate(2, "ooooo", by=1)
    loop.annotate(2, "gpgpg", by=2)
    loop.pull()
    loop.adjudicate("d2")

    report = loop.pull_all()

    assert [one.title for one in report.verdicts] == ["curate: adjudication", "second desk"]


def settled_otherwise(loop):
    """A verdict, and a file that decides its first two places otherwise; the verdict's number, their keys."""
    loop.adjudicate()
    work = loop.settle("d1")
    loop.pull_all()
    keys = [*chosen(loop)][:2]
    loop.studio.let_pass(60)
    lines = lines_to_settle(loop, "d1")
    for line in lines[:2]:
        ticked = line["alias"]
        line["alias"] = next(one["alias"] for one in line["options"] if one["alias"] != ticked)
    now = datetime.fromisoformat(loop.studio.tick())
    assert take_lines(loop, lines, by="eve@example.org", now=now).changed == ("d1",)
    assert [line["key"] for line in lines[:2]] == keys
    return work, keys


def test_what_a_file_decided_stays_open_where_an_annotator_has_something_new(loop):
    settled_otherwise(loop)
    before = loop.record("d1").verdict
    labels = loop.labels("d1")
    change_first_span(loop)

    said = loop.pull_all().verdicts[0]

    assert (said.replaced, said.remarks) == ((), ())
    assert loop.record("d1").verdict == before
    assert loop.gold("d1").document is None
    loop.studio.let_pass(60)
    loop.change(loop.first, 1, "ooooo")
    loop.pull_all()
    assert loop.record("d1").verdict == before
    assert loop.labels("d1") == labels


def pull_desk(project, title):
    project.desk_title = title
    return project.pull()


def test_what_a_later_project_decided_stays_open_where_an_annotator_has_something_new(tmp_path):
    project = rivals(tmp_path)
    before = project.record("d1").verdict
    start, end = before.decisions[0].place[0]
    ada = annotations()["ada"]
    changed = replace(
        ada,
        entities=(
            *(one for one in ada.entities if one.span != (start, end)),
            Entity(start, end, "FAC"),
        ),
        relations=(),
    )
    project.change("d1", ADA, changed)

    project.pull_annotations()
    pulled = [pull_desk(project, title) for title in (ADJUDICATION_PROJECT, "other desk") * 2]

    assert [(one.replaced, one.problems) for one in pulled] == [((), ())] * 4
    assert project.record("d1").verdict == before
    assert project.gold() == {}
    project.change("d1", ADA, ada)
    project.pull_annotations()
    pull_desk(project, ADJUDICATION_PROJECT)
    assert project.record("d1").verdict == before
    assert everything(project.gold()["d1"].document) == everything(annotations()["ben"])


def test_an_update_that_decides_otherwise_than_a_file_has_the_last_word_and_tells_so(loop):
    work, keys = settled_otherwise(loop)
    by_file = loop.record("d1").verdict.by
    before = chosen(loop)
    loop.studio.let_pass(60)
    loop.change(loop.first, 1, "ooofo")
    loop.pull_all()
    assert len(loop.adjudicate().changed) == 1
    loop.pull_all()
    assert chosen(loop) == before
    loop.settle("d1", update=work)

    (said,) = loop.pull_all().verdicts

    after = chosen(loop)
    assert [key for key in keys if after[key] != before[key]] == keys
    (remark,) = said.remarks
    assert remark.what == (
        f"#1, #2: what is ticked in the task takes the place of what {by_file} decided elsewhere; "
        "where that was right, tick it, and press Update"
    )
    assert remark.link == said.links["d1"]
    assert loop.pull_all().verdicts[0].remarks == ()


# The first words of a document, as marked by all at first, and the name that differs.
FIRM, NUMBERED_FIRM = Entity(0, 8, "ORG"), Entity(0, 10, "ORG")
NAME = words(1).index("Name01")


def submit_meeting(loop, firm, label, *more, by):
    """An annotation in which the firm meets the name of this type."""
    marked = meeting(firm, label, *more)
    return loop.studio.submit(loop.numbers["d1"], to_result(marked, SCHEMA), by=by)


def change_meeting(loop, number, firm, label, *more):
    loop.studio.let_pass(60)
    marked = meeting(firm, label, *more)
    loop.studio.rewrite("annotations", number, to_result(marked, SCHEMA))
    loop.pull_all()


def meeting(firm, label, *more):
    name = Entity(NAME, NAME + len("Name01"), label)
    meets = Relation(firm, name, "meets_with")
    return SCHEMA.canonical(Document("d1", words(1), (firm, name, *more), (meets,)))


@pytest.mark.parametrize("firm", [NUMBERED_FIRM, replace(FIRM, label="GPE")])
def test_an_agreed_arrow_stays_removed_where_a_file_decides_on_its_end(tmp_path, firm):
    """Also where the place has grown that the file decided on."""
    loop = Loop(tmp_path, studio=MemoryStudio())
    changing = submit_meeting(loop, FIRM, "PERSON", by=1)
    submit_meeting(loop, FIRM, "GPE", by=2)
    loop.pull()
    loop.adjudicate()
    task = loop.settle("d1")
    loop.pull_all()
    change_meeting(loop, changing, firm, "PERSON")
    by_talking(loop)
    assert len(loop.gold("d1").document.relations) == 1

    loop.studio.let_pass(60)
    stored = loop.studio.stored_tasks[loop.number("d1")]
    (made,) = stored.annotations
    left = [one for one in made["result"] if one["type"] != "relation"]
    loop.studio.change(task, left, by=DEE)
    loop.pull_all()

    assert loop.gold("d1").adjudicated
    assert loop.gold("d1").document.relations == ()


def test_an_arrow_that_a_file_left_goes_with_the_agreed_span_that_a_task_takes_away(tmp_path):
    """The task doesn't show the arrow, since the file decided on its other end."""
    loop = Loop(tmp_path, studio=MemoryStudio())
    changing = submit_meeting(loop, FIRM, "PERSON", by=1)
    submit_meeting(loop, FIRM, "GPE", by=2)
    loop.pull()
    by_talking(loop)
    start = words(1).index("Name02")
    change_meeting(loop, changing, FIRM, "PERSON", Entity(start, start + len("Name02"), "ORG"))
    loop.adjudicate()
    stored = loop.studio.stored_tasks[loop.number("d1")]
    (prediction,) = stored.predictions.values()
    (asked,) = loop.shown("d1")
    task = {"data": stored.data, "predictions": [prediction]}
    result = decided(task, {asked.key: asked.options[-1].alias})

    loop.studio.submit(
        loop.number("d1"),
        [one for one in result if one["value"].get("labels") != ["ORG"]],
        by=DEE,
    )
    loop.pull_all()

    gold = loop.gold("d1")
    assert gold.adjudicated
    assert FIRM not in gold.document.entities
    assert gold.document.relations == ()
