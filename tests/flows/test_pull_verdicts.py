"""A verdict comes back as the adjudicator meant it, holds as long as it may, and goes when it is taken back."""

import re
import shutil
from dataclasses import replace

import pytest
from adjudicated_project import (
    ADA,
    BEN,
    CY,
    DEE,
    AdjudicatedProject,
    TwinHands,
    pull_verdicts,
)
from annotated_project import FLAG, NOTE
from command_line import run
from deciding import decided, drawn, shown, tick
from disputed import DEPUTY, IRANIAN, ISRAEL, KREMLIN, RYABKOV, TEXT, annotations
from gold_samples import sealed
from moving import import_tasks
from samples import ROOT, SCHEMA

from curation.annotations.decision_makers import without_maker
from curation.annotations.readings import make_reading
from curation.annotations.voters import compare_annotations
from curation.commands.adjudicate import adjudication_lines
from curation.commands.pull import pull_lines
from curation.commands.show import document_lines
from curation.commands.status_lines import status_lines
from curation.documents.document import Relation
from curation.errors import StudioError
from curation.flows.adjudicate import AdjudicationOptions, adjudicate
from curation.flows.pull import pull
from curation.flows.show import show
from curation.flows.status import status
from curation.gold.independent_submissions import IndependentSubmissions
from curation.gold.sealed.versions import read_version
from curation.gold.working.dataset import read_working_dataset
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result


@pytest.fixture
def project(tmp_path):
    return AdjudicatedProject(tmp_path)


def everything(document):
    return {*document.entities}, {*document.relations}


def without(number):
    """Nothing is ticked at a difference."""
    return lambda result: [one for one in result if one.get("from_name") != f"d{number - 1}"]


def test_whose_readings_were_all_ticked_is_the_gold(project):
    project.decide("d1")

    report = project.pull()

    assert report.taken == ("d1",)
    assert report.problems == ()
    assert everything(project.gold()["d1"].document) == everything(annotations()["ada"])
    assert project.gold()["d1"].adjudicated
    verdict = project.record("d1").verdict
    assert (verdict.kind, len(verdict.decisions)) == ("person", 10)
    assert verdict.by.startswith("person-")
    assert verdict.by not in {one.annotator for one in project.record("d1").annotations}
    assert [one.number for one in verdict.decisions] == [*range(1, 11)]
    assert {one.round for one in verdict.decisions} == {1}
    assert [(one.project, one.round) for one in verdict.tasks] == [("curate: adjudication", 1)]


def test_an_own_reading_is_the_gold_and_is_recorded_as_nobodys(project):
    key = next(
        one.key
        for one in shown(project.asked["d1"]).values()
        if one.place == ((KREMLIN.start, KREMLIN.end),)
    )
    own = make_reading(((KREMLIN.start, KREMLIN.end, "GPE"),))
    project.decide("d1", project.result("d1", choices={key: own}))

    project.pull()

    gold = project.gold()["d1"].document
    assert replace(KREMLIN, label="GPE") in gold.entities
    assert KREMLIN not in gold.entities
    decision = next(one for one in project.record("d1").verdict.decisions if one.key == key)
    assert decision.own
    assert decision.chosen == own
    ada, ben = (project.record("d1").annotations[n].uid for n in (0, 1))
    assert {one.by for one in decision.offered} == {(ada,), (ben,), ()}


def test_a_pull_that_is_done_again_changes_nothing(project):
    project.decide("d1")
    project.pull()
    before = project.files()

    report = project.pull()

    assert (report.taken, report.replaced, report.unchanged) == ((), (), 1)
    assert project.files() == before


def test_another_maintainer_with_nothing_here_pulls_the_same(project):
    """gold/next knows the verdict's task, so that its project is found, and its adjudicator."""
    project.decide("d1")
    project.pull()
    before = project.files()
    other = project.elsewhere()

    report = other.pull_all()

    assert [one.title for one in report.verdicts] == ["curate: adjudication"]
    assert report.verdicts[0].unchanged == 1
    assert project.files() == before


def test_a_pull_of_the_annotators_project_drops_no_verdict(project):
    project.decide("d1")
    project.pull()
    before = project.files()

    project.pull_annotations()
    project.pull_all(full=True)

    assert project.files() == before


def test_an_update_of_the_adjudicator_takes_the_place_of_the_verdict(project):
    number = project.decide("d1")
    project.pull()
    project.hands.change(number, project.result("d1", BEN), by=DEE)

    report = project.pull()

    assert report.replaced == ("d1",)
    assert everything(project.gold()["d1"].document) == everything(annotations()["ben"])


@pytest.mark.parametrize(
    ("take_back", "why"),
    [
        pytest.param(
            lambda p, n: p.hands.change(n, by=DEE, skipped=True), "skipped, or deleted", id="skipped"
        ),
        pytest.param(lambda p, n: p.hands.delete(n), "was deleted", id="deleted"),
    ],
)  # fmt: skip
def test_a_verdict_that_is_taken_back_goes(project, take_back, why):
    number = project.decide("d1")
    project.pull()
    take_back(project, number)

    report = project.pull()

    assert why in report.removed["d1"]
    assert project.record("d1").verdict is None
    assert project.gold() == {}
    assert "d1 has no verdict any more" not in project.said()


def test_a_verdict_whose_task_was_deleted_stands_and_is_told(project):
    project.decide("d1")
    project.pull()
    project.studio.delete_task(project.desk["d1"])

    report = project.pull()

    assert report.tasks_gone == {"d1": "round 1 (10 decisions)"}
    assert "d1" in project.gold()


@pytest.mark.parametrize(
    ("decide", "said"),
    [
        pytest.param(
            lambda p: [p.decide("d1"), p.decide("d1", by=CY)], "2 adjudications (", id="two of one task"
        ),
        pytest.param(
            lambda p: [p.decide("d1"), p.ask("d1"), p.decide("d1")],
            "are both round 1 of the document", id="two tasks of one round",
        ),
        pytest.param(
            lambda p: p.decide("d1", [*without(2)(p.result("d1")), tick(2, "abcdefabcd")]),
            "has the verdict 'abcdefabcd', which the task doesn't offer", id="an unknown verdict",
        ),
        pytest.param(
            lambda p: p.decide("d1", [*p.result("d1"), tick(2, "own")]), "has 2 verdicts", id="two verdicts"
        ),
        pytest.param(
            lambda p: p.decide("d1", [*without(2)(p.result("d1")), tick(2, "own")]),
            "has the verdict 'neither', and no span is marked there", id="neither, nothing marked",
        ),
        pytest.param(
            lambda p: p.decide("d1", p.result("d1", choices={f"e{IRANIAN.start}-{IRANIAN.end}": nothing(p)})),
            "has an end where the verdict marks nothing", id="an end decided away",
        ),
        pytest.param(
            lambda p: p.decide(
                "d1", p.result("d1", choices={f"e{IRANIAN.start}-{IRANIAN.end}": make_reading(((IRANIAN.start, IRANIAN.end, "LAW"),))})
            ),
            "affiliated_with may not join PERSON to LAW", id="a forbidden signature",
        ),
        pytest.param(
            lambda p: p.decide("d1", [*p.result("d1"), drawn(TEXT, 3, 9, "ORG")]),
            "is marked there as ORG too", id="a reading and another one",
        ),
        pytest.param(
            lambda p: p.decide("d1", [*p.result("d1"), drawn(TEXT, 85, 91, "ORG")]), "is only a part of", id="half a word"
        ),
        pytest.param(lambda p: alter(p, lambda d: d.update(text="Another text.")), "is not the text that was pushed", id="another text"),
        pytest.param(lambda p: alter(p, forge), "aren't those that the task was made with", id="a forged option"),
        pytest.param(lambda p: alter(p, lambda d: d.pop("curate")), "isn't one that curate adjudicate made", id="no differences"),
        pytest.param(lambda p: alter(p, lambda d: d.update(doc_id="d9")), "gold/next has no such document", id="an unknown document"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_a_problem_with_a_link(project, decide, said):
    decide(project)

    report = project.pull()

    assert report.taken == ()
    assert [one.what for one in report.problems if said in one.what], report.problems
    assert all(one.link.startswith("http") for one in report.problems)
    assert project.record("d1").verdict is None
    assert project.gold() == {}


def nothing(project):
    """The alias of "not marked" at the first difference."""
    one = next(iter(shown(project.asked["d1"]).values()))
    return next(option.alias for option in one.options if not option.reading.entities)


def alter(project, change):
    """Somebody changed the task's data behind our back."""
    project.decide("d1")
    change(project.studio.stored_tasks[project.desk["d1"]].data)


def forge(data):
    first = data["curate"]["adjudication"]["differences"][0]
    first["options"][1]["reading"]["entities"][0][2] = "ORG"


def test_a_difference_without_a_verdict_keeps_the_document_out_and_is_told(project):
    number = project.decide("d1", project.result("d1", ADA, without(4), without(7)))

    report = project.pull()

    assert report.unfinished == {"d1": ("#4", "#7")}
    assert project.gold() == {}
    assert len(project.record("d1").verdict.undecided) == 2

    project.hands.change(number, project.result("d1"), by=DEE)
    project.pull()

    assert everything(project.gold()["d1"].document) == everything(annotations()["ada"])


def test_a_bad_update_leaves_the_verdict_that_was_pulled(project):
    number = project.decide("d1")
    project.pull()
    before = project.files()
    project.hands.change(number, [*project.result("d1", BEN), tick(1, "own")], by=DEE)

    report = project.pull()

    assert len(report.problems) == 1
    assert project.files() == before


def test_an_annotator_who_adjudicates_is_told_and_refused_if_strict(project):
    project.decide("d1", by=ADA)

    strict = project.pull(strict=True)

    assert "annotated the document, and adjudicated it too" in strict.problems[0].what
    assert project.record("d1").verdict is None

    lenient = project.pull()

    assert lenient.problems == ()
    assert lenient.taken == ("d1",)
    assert "annotated the document, and adjudicated it too" in lenient.remarks[0].what


@pytest.mark.parametrize("full", [False, True])
def test_a_dispute_whose_annotations_were_all_deleted_is_none_any_more(project, full):
    """What is in the gold stays there until somebody drops it; what isn't is told as gone."""
    for by in (ADA, BEN):
        project.hands.delete(project.submitted["d1", by])

    report = pull(project.studio, project.place, SCHEMA, title=project.title, full=full)

    record = project.record("d1")
    assert [one.status for one in record.annotations] == ["deleted", "deleted"]
    assert project.consensus("d1").reason == "unannotated"
    said = "\n".join(pull_lines(report, project.place, dry_run=False))
    names = [one.annotator for one in record.annotations]
    assert re.search(
        rf"d1: the annotation of ({'|'.join(names)}) and ({'|'.join(names)}) is gone", said
    )
    assert "curate adjudicate" not in said
    again = pull(project.studio, project.place, SCHEMA, title=project.title)
    assert (again.gone, again.changed) == ({}, {})


@pytest.mark.parametrize("first_verdicts", [False, True], ids=["annotations", "verdicts"])
def test_what_was_begun_between_a_verdict_and_its_update_came_after_the_verdict(
    project, first_verdicts
):
    """Nothing was pulled before the update, and whichever project is pulled first."""
    number = project.decide("d1")
    project.hands.let_pass(60)
    project.annotate("d1", CY, annotations()["ada"])
    project.hands.let_pass(60)
    project.hands.change(number, project.result("d1", BEN), by=DEE)
    steps = [project.pull_annotations, project.pull]
    for step in reversed(steps) if first_verdicts else steps:
        step()

    record = project.record("d1")

    (task,) = record.verdict.tasks
    assert task.first_at < record.verdict.at
    assert [one.after_verdict for one in record.annotations] == [False, False, True]
    submissions = IndependentSubmissions(read_working_dataset(project.place.gold, SCHEMA))
    assert [len(one) for one in submissions] == [2]
    assert dict(submissions.left_out) == {"begun after the verdict": 1}


def test_a_verdict_stands_though_all_annotations_were_deleted(project):
    project.decide("d1")
    project.pull_all()
    for by in (ADA, BEN):
        project.hands.delete(project.submitted["d1", by])

    project.pull_annotations()

    assert {one.status for one in project.record("d1").annotations} == {"deleted"}
    assert project.gold()["d1"].adjudicated


def test_a_verdict_is_no_vote_and_no_annotator(project):
    project.decide("d1")
    project.pull()

    consensus = project.consensus("d1")

    assert len(consensus.annotations) == 2
    assert project.record("d1").verdict.by not in consensus.annotators


def test_a_relation_that_is_open_again_is_told_as_one(project):
    """Its ends aren't told as two more places."""
    project.decide("d1")
    project.pull()
    mine = annotations("d1")["ben"]
    relabelled = tuple(
        replace(one, label="EVENT") if one.start == KREMLIN.start else one
        for one in mine.entities
    )
    new = Relation(RYABKOV, ISRAEL, "affiliated_with")
    changed = replace(mine, entities=relabelled, relations=(*mine.relations, new))
    project.change("d1", BEN, changed)

    assert (
        "changed since: #4, and the relation between 'Sergei Ryabkov' and 'Israel'; 9 others hold\n"
        in project.said()
    )


def test_a_changed_annotation_opens_what_was_not_offered_and_nothing_else(project):
    """The verdict stays in the file, and the pull of verdicts leaves it as it is."""
    project.decide("d1")
    project.pull()
    mine = annotations("d1")["ben"]
    longer = tuple(
        replace(one, label="EVENT") if one.start == KREMLIN.start else one
        for one in mine.entities
    )
    project.change("d1", BEN, replace(mine, entities=longer))

    said = project.said()

    assert "d1" not in project.gold()
    assert (
        "the verdict on d1 rests on annotations that changed since: #4; 9 others hold\n"
        f"    {project.adjudicators_link()}\n" in said
    )
    listed = said.split(" differ in project 'news':\n")[1].splitlines()
    assert listed[0] == f"    {project.adjudicators_link()}"
    (again,) = [line for line in listed if re.match(r"  \d", line)]
    assert "EVENT" in again
    assert project.record("d1").verdict is not None

    project.change("d1", BEN, mine)
    assert "rests on annotations" not in project.said()
    assert everything(project.gold()["d1"].document) == everything(annotations()["ada"])


def test_where_all_agree_on_something_new_the_verdict_is_no_longer_needed(project):
    project.decide("d1")
    project.pull()
    agreed = replace(annotations("d1")["ada"], relations=())
    for who in (ADA, BEN):
        project.change("d1", who, agreed)

    said = project.said()

    assert "all annotations agree now: the verdict is no longer needed" in said


def test_an_annotation_that_goes_leaves_the_verdict_standing_and_is_told(project):
    project.decide("d1")
    project.pull()
    project.hands.delete(project.submitted["d1", BEN])

    said = project.said()

    assert everything(project.gold()["d1"].document) == everything(annotations()["ada"])
    assert "d1: an annotation that the verdict rests on" in said


def test_what_was_edited_of_the_agreed_part_is_told(project):
    def remove(result):
        gone = next(
            one["id"]
            for one in result
            if one["type"] == "labels"
            and one["from_name"] == "label"
            and one["value"]["start"] == RYABKOV.start
        )
        return [
            one
            for one in result
            if gone not in (one.get("id"), one.get("from_id"), one.get("to_id"))
        ]

    key = f"e{DEPUTY.start}-{DEPUTY.end}"
    one = shown(project.asked["d1"])[key]
    not_marked = next(o.alias for o in one.options if not o.reading.entities)
    project.decide("d1", project.result("d1", ADA, remove, choices={key: not_marked}))

    said = project.said()

    assert (
        "d1: changed of what all annotators agreed on: 'Sergei Ryabkov' PERSON removed" in said
    )
    gold = project.gold()["d1"].document
    assert RYABKOV not in gold.entities
    assert not [one for one in gold.relations if RYABKOV in (one.head, one.tail)]
    assert "changed of what" not in project.said()


def test_options_ticked_beforehand_are_counted(project):
    ticked = project.readings("d1")
    some = dict(list(ticked.items())[:3])
    project.studio.delete_task(project.desk["d1"])
    project.ask("d1", preselected=some)
    rest = {key: alias for key, alias in ticked.items() if key not in some}
    result = project.studio.predictions(project.project.id)
    (prediction,) = result
    began = [
        one | ({"origin": "prediction"} if one["type"] == "choices" else {})
        for one in prediction.result
    ]
    numbers = {key: one.n for key, one in shown(project.asked["d1"]).items()}
    project.decide("d1", [*began, *(tick(numbers[key], alias) for key, alias in rest.items())])

    said = project.said()

    assert "3 of 3 options ticked beforehand stayed untouched." in said
    verdict = project.record("d1").verdict
    assert [one.preselected for one in verdict.decisions].count("untouched") == 3


def test_a_dropped_document_keeps_its_verdict_and_stays_out(project):
    project.decide("d1")
    with project.place.working_version(SCHEMA) as working:
        from msgspec.structs import replace as with_fields

        record = working.record("d1")
        working.put(with_fields(record, state="dropped", state_reason="a test", state_at="now"))
        project.place.commit(working)

    report = project.pull()

    assert "the document is dropped, and stays out of the gold" in report.remarks[0].what
    assert project.record("d1").verdict is not None
    assert project.gold() == {}


def test_a_dry_run_writes_nothing(project):
    project.decide("d1")
    before = project.files()

    report = project.pull(dry_run=True)

    assert report.taken == ("d1",)
    assert project.files() == before


def test_what_curate_says_names_the_project_and_the_documents(project):
    project.decide("d1")

    said = project.said()

    assert "curate: adjudication (http" in said
    assert "1 new verdict (d1)" in said
    assert "1 document now in" in said
    assert "No verdict has changed" in project.said()


def test_the_relations_of_an_own_answer_join_it(project):
    """An arrow at the mark goes to the entity that the adjudicator marked there."""
    own = make_reading(((IRANIAN.start, IRANIAN.end, "ORG"),))
    key = f"e{IRANIAN.start}-{IRANIAN.end}"
    project.decide("d1", project.result("d1", choices={key: own}))

    project.pull()

    gold = project.gold()["d1"].document
    iranian = replace(IRANIAN, label="ORG")
    hatami = next(one for one in gold.entities if one.start == TEXT.index("Amir"))
    assert Relation(hatami, iranian, "affiliated_with") in gold.relations


def test_a_release_has_the_verdict_beside_the_annotations_and_never_counts_it(project):
    project.decide("d1")
    project.pull()
    record = project.record("d1")

    sealed(project.place.gold)

    version = read_version(project.place.gold, "0.1.0")
    (verdict,) = version.verdicts
    assert verdict.adjudicator == record.verdict.by
    assert everything(verdict.document) == everything(annotations()["ada"])
    assert [one.kind for one in verdict.decisions] == [
        one.kind for one in record.verdict.decisions
    ]
    names = {one.annotator for one in record.annotations}
    assert {
        name for one in verdict.decisions for o in one.offered for name in o.annotators
    } == names
    assert {one.annotator for one in version.annotations} == names
    assert [len(some) for some in IndependentSubmissions(version)] == [2]
    assert "10 differences decided by 1 adjudicator: 0 by none of the readings" in (
        project.place.gold / "README.md"
    ).read_text(encoding="utf-8")


def test_show_says_what_was_decided_and_whose_readings_were_offered(project):
    project.decide("d1")
    project.pull()

    shown = show(project.place, SCHEMA, "d1")
    said = "\n".join(document_lines(shown))

    by = project.record("d1").verdict.by
    assert f"verdict by {by} (person), updated" in said
    ada, ben = (one.annotator for one in project.record("d1").annotations)
    kremlin = f"{KREMLIN.start}..{KREMLIN.end} 'Kremlin'"
    (line,) = [one.strip() for one in said.splitlines() if one.strip().startswith("#4 ")]
    assert line.startswith(f"#4 {kremlin}: ORG; offered: ")
    assert {*line.partition("offered: ")[2].split("; ")} == {f"ORG by {ada}", f"FAC by {ben}"}


def in_rounds(project, *numbers):
    """The document's differences in two tasks, of which these are in the first; each task, and its number."""
    project.studio.delete_task(project.desk["d1"])
    compared = compare_annotations(project.record("d1"), SCHEMA)
    made = []
    for round_number in (1, 2):
        asked = [
            one
            for n, one in enumerate(compared.differences, 1)
            if (n in numbers) == (round_number == 1)
        ]
        project.ask("d1", asked=asked, round_number=round_number)
        made.append((project.asked["d1"], project.desk["d1"]))
    return made


def test_rounds_of_a_document_are_one_verdict_together(project):
    """What waits is said to be undecided, and keeps the document out; whoever decides last is the adjudicator."""
    readings = project.readings("d1")
    (first, task), (second, other) = in_rounds(project, 2, 3, 5, 7)
    project.hands.submit(task, decided_in(first, readings), by=DEE)

    report = project.pull()

    assert (report.taken, report.problems) == (("d1",), ())
    assert project.gold() == {}
    assert len(project.record("d1").verdict.decisions) == 4
    assert len(project.record("d1").verdict.undecided) == 6
    said = project.said()
    assert "annotations that changed" not in said
    assert "d1: 6 differences of other rounds still to settle\n    http" in said
    # The task to open is that of the round that is still to be settled.
    assert f"still to settle\n    {link_of(project, other)}\n" in f"{said}\n"

    number = project.hands.submit(other, decided_in(second, readings), by=CY)
    report = project.pull()

    assert (report.replaced, report.problems) == (("d1",), ())
    verdict = project.record("d1").verdict
    assert everything(project.gold()["d1"].document) == everything(annotations()["ada"])
    assert [(one.round, one.number) for one in verdict.decisions] == [
        *((1, n) for n in range(1, 5)),
        *((2, n) for n in range(1, 7)),
    ]
    assert [one.round for one in verdict.tasks] == [1, 2]
    assert project.pull().unchanged == 1

    project.hands.delete(number)
    assert project.pull().replaced == ("d1",)
    assert project.gold() == {}
    assert len(project.record("d1").verdict.decisions) == 4


def test_a_round_whose_task_was_deleted_stands_and_is_told(project):
    readings = project.readings("d1")
    rounds = in_rounds(project, 2, 3, 5, 7)
    for (asked, task), by in zip(rounds, (DEE, CY), strict=True):
        project.hands.submit(task, decided_in(asked, readings), by=by)
    project.pull()
    files = project.files()
    (_, second) = rounds[1]
    project.studio.delete_task(second)

    said = project.said()

    assert (
        "warning: d1 has lost its adjudication task of round 2 (6 decisions); the verdict stands"
        in said
    )
    assert project.files() == files
    for dry_run in (True, False):
        options = AdjudicationOptions(title=project.desk_title, dry_run=dry_run)
        report = adjudicate(project.studio, project.place, SCHEMA, options)
        assert [
            one for one in adjudication_lines(report, dry_run=dry_run) if "lost" in one
        ] == [
            "warning: d1 has lost its adjudication task of round 2 (6 decisions); the verdict stands"
        ]
    assert project.files() == files


def test_notes_and_own_work_come_with_the_link_to_the_task_of_their_round(project):
    """In pull, and in status too; an annotator adjudicated the first of two rounds, and somebody wrote in the second."""
    readings = project.readings("d1")
    (first, task), (second, other) = in_rounds(project, 2, 3, 5, 7)
    project.hands.submit(task, decided_in(first, readings), by=ADA)
    project.hands.submit(other, [*decided_in(second, readings), NOTE], by=DEE)

    report = project.pull_all().verdicts[0]
    found = status(project.studio, project.place, SCHEMA, title=project.title).adjudication

    told = [one.link for one in report.remarks if "adjudicated it too" in one.what]
    assert told == [one.link for one in found.remarks] == [link_of(project, task)]
    noted = [one.link for one in report.remarks if one.what.startswith("note of")]
    assert noted == [one.link for one in found.notes] == [link_of(project, other)]


def test_what_is_wrong_in_a_round_comes_with_the_link_to_its_task(project):
    readings = project.readings("d1")
    (first, task), (second, other) = in_rounds(project, 2, 3, 5, 7)
    project.hands.submit(other, decided_in(second, readings), by=CY)
    number = project.hands.submit(task, decided_in(first, readings)[:-1], by=DEE)

    report = project.pull()

    (missing,) = report.unfinished["d1"]
    assert report.links_to_tick == {"d1": (link_of(project, task),)}
    assert f"verdict on {missing}: open the task, tick one option each, press Update\n" in (
        said := project.said()
    )
    assert f"press Update\n    {link_of(project, task)}" in said

    unknown = [*decided_in(first, readings)[:-1], tick(int(missing[1:]), "0123456789")]
    project.hands.change(number, unknown, by=DEE)

    (problem,) = project.pull().problems
    assert problem.link == link_of(project, task)


def link_of(project, task):
    """The link to a task of the adjudicators' project."""
    return re.sub(r"task=\d+$", f"task={task}", project.adjudicators_link())


def decided_in(task, readings):
    """The result of one round's task."""
    return decided(task, {key: readings[key] for key in shown(task)})


def test_a_type_that_was_renamed_since_is_read_as_todays(project):
    """The task and its options still have the name of then."""
    project.decide("d1")
    ngo = replace(SCHEMA.entities["ORG"], name="COMPANY", former_names=("ORG",))
    entities = {("COMPANY" if n == "ORG" else n): one for n, one in SCHEMA.entities.items()}
    relations = {
        name: replace(
            kind,
            head=tuple("COMPANY" if n == "ORG" else n for n in kind.head),
            tail=tuple("COMPANY" if n == "ORG" else n for n in kind.tail),
        )
        for name, kind in SCHEMA.relations.items()
    }
    renamed = replace(SCHEMA, entities=entities | {"COMPANY": ngo}, relations=relations)

    report = pull_verdicts(project.studio, project.place, renamed, title="curate: adjudication")

    assert report.problems == ()
    labels = {one.label for one in project.record("d1").verdict.entities}
    assert "COMPANY" in labels
    assert "ORG" not in labels


def test_the_adjudicators_project_alone_is_pulled_where_it_is_named(
    project, monkeypatch, capsys
):
    project.decide("d1", by=ADA)
    monkeypatch.chdir(project.folder)
    shutil.copytree(ROOT / "label_config", project.folder / "label_config")
    monkeypatch.setattr("curation.flows.connect.connect", lambda *_: project.studio)

    code, _, err = run(capsys, "pull", "--project", "curate: adjudication", "--strict")

    assert code == 0
    assert "news (" not in err
    assert "No verdict has changed" in err
    assert "annotated the document, and adjudicated it too" in err

    code, _, err = run(capsys, "pull", "--project", "curate: adjudication")

    assert code == 0
    assert "1 new verdict (d1)" in err


class BreakingStudio(MemoryStudio):
    """A server whose export breaks off after so many tasks, where that is said."""

    breaks_after = None

    def export(self, project, task_ids=None, *, drafts=False):
        for number, task in enumerate(super().export(project, task_ids, drafts=drafts)):
            if number == self.breaks_after:
                raise StudioError("the connection broke")
            yield task


def test_a_pull_that_breaks_off_changes_nothing_and_is_simply_done_again(tmp_path):
    hands = TwinHands(BreakingStudio())
    project = AdjudicatedProject(tmp_path, ("d1", "d2"), hands=hands)
    for name in ("d1", "d2"):
        project.decide(name)
    before = project.files()
    hands.studio.breaks_after = 1

    with pytest.raises(StudioError, match="the connection broke"):
        project.pull()
    assert project.files() == before

    hands.studio.breaks_after = None
    assert project.pull().taken == ("d1", "d2")


def test_a_file_that_cannot_be_read_is_passed_over_and_the_others_come(tmp_path):
    project = AdjudicatedProject(tmp_path, ("d1", "d2"))
    for name in ("d1", "d2"):
        project.decide(name)
    broken = project.place.next / "d1.json"
    broken.write_text("<<<<<<< half a merge")

    report = project.pull()

    assert report.taken == ("d2",)
    assert broken.read_text() == "<<<<<<< half a merge"


def test_an_adjudicator_whose_account_is_deleted_stays_who_they_were(project):
    project.decide("d1")
    project.pull()
    before = project.files()
    project.studio.delete_account(project.hands.numbers[DEE])

    assert project.pull().unchanged == 1
    assert project.elsewhere().pull().unchanged == 1
    assert project.files() == before


def test_another_maintainer_finds_the_adjudicator_again(project):
    """Who made the verdict has the same pseudonym there, also in what comes later."""
    number = project.decide("d1")
    project.pull()
    by = project.record("d1").verdict.by
    other = project.elsewhere()
    other.hands.change(number, other.result("d1", BEN), by=DEE)

    other.pull()

    assert other.record("d1").verdict.by == by


def test_a_project_that_was_moved_keeps_whose_the_verdict_is(project):
    """An import names anybody, and gives other numbers and times; the verdict is known all the same."""
    project.decide("d1")
    project.pull()
    before = project.record("d1").verdict
    exported = list(project.studio.export(project.project.id))
    moved = project.studio.create_project("moved desk", project.project.label_config, "")
    import_tasks(project.studio, moved.id, exported)

    report = pull_verdicts(project.studio, project.place, SCHEMA, title="moved desk")

    assert (report.unchanged, report.replaced, report.problems) == (1, (), ())
    verdict = project.record("d1").verdict
    assert (verdict.by, verdict.kind, verdict.at) == (before.by, before.kind, before.at)
    assert [*map(without_maker, verdict.decisions)] == [*map(without_maker, before.decisions)]
    assert [one.project for one in verdict.tasks] == ["moved desk"]
    files = project.files()
    assert project.pull().unchanged == 1
    again = pull_verdicts(project.studio, project.place, SCHEMA, title="moved desk")
    assert (again.unchanged, again.replaced) == (1, ())
    assert project.files() == files


@pytest.fixture
def flagged(project):
    """Ben flagged the document so that it is out of the gold."""
    project.studio.delete_task(project.desk["d1"])
    marks = to_result(annotations("d1")["ben"], SCHEMA)
    project.hands.change(project.submitted["d1", BEN], [*marks, FLAG], by=BEN)
    project.pull_annotations()
    project.ask("d1")
    return project


def flag_choice(project, what):
    """The readings of Ada, and what becomes of the flag."""
    one = shown(project.asked["d1"])["flags"]
    alias = next(option.alias for option in one.options if option.reading.flags == what)
    return project.result("d1", choices={"flags": alias})


def test_a_flagged_document_that_is_taken_in_is_gold_without_the_flag(flagged):
    flagged.decide("d1", flag_choice(flagged, "take in"))

    assert flagged.pull().problems == ()
    gold = flagged.gold()["d1"]
    assert (gold.flags, gold.adjudicated) == ((), True)
    assert everything(gold.document) == everything(annotations()["ada"])


def test_a_flagged_document_that_is_kept_out_has_a_verdict_and_no_gold(flagged):
    flagged.decide("d1", flag_choice(flagged, "keep out"))

    assert flagged.pull().problems == ()
    assert flagged.gold() == {}
    assert flagged.record("d1").verdict.flags == ("bad_text",)
    consensus = flagged.consensus("d1")
    assert (consensus.reason, consensus.adjudicated) == ("flagged", True)
    assert flagged.pull().unchanged == 1


def test_neither_of_both_is_no_answer_about_a_flag(flagged):
    number = shown(flagged.asked["d1"])["flags"].n
    result = without(number)(flag_choice(flagged, "take in"))
    flagged.decide("d1", [*result, tick(number, "own")])

    (problem,) = flagged.pull().problems

    assert (
        f"difference #{number} has the verdict 'own', which the task doesn't offer"
        in problem.what
    )


def test_a_document_that_is_taken_in_and_flagged_at_once_is_a_problem(flagged):
    flagged.decide("d1", [*flag_choice(flagged, "take in"), FLAG])

    (problem,) = flagged.pull().problems

    assert problem.what == (
        "the verdict takes the document in, and flags it bad_text; do one of the two"
    )


def test_an_adjudicator_may_flag_what_no_annotator_did(project):
    project.decide("d1", [*project.result("d1"), FLAG])

    assert project.pull().problems == ()

    assert project.gold() == {}
    consensus = project.consensus("d1")
    assert (consensus.reason, consensus.flags) == ("flagged", ("bad_text",))
    assert project.pull().unchanged == 1
    assert "d1 is flagged bad_text: kept out of the gold in project 'news' (by a verdict)" in (
        project.said()
    )
    shown_lines = "\n".join(document_lines(show(project.place, SCHEMA, "d1")))
    assert "no gold: kept out by a flag" in shown_lines
    told = status(project.studio, project.place, SCHEMA, title="news")
    assert "flagged bad_text" in "\n".join(status_lines(told))


def test_pull_names_the_adjudicators_project_in_the_command_that_gives_them_documents(tmp_path):
    project = AdjudicatedProject(tmp_path, title="reports")
    command = "To have differences settled by an adjudicator: curate adjudicate"
    assert f"{command}\n" in f"{project.said()}\n"
    project.pull()

    said = project.said()
    alone = "\n".join(pull_lines(project.pull_annotations(), project.place, dry_run=False))

    assert f"{command} --project 'reports desk'" in said
    assert f"{command} --project 'reports desk'" in alone


@pytest.mark.parametrize("title", ["reports", "news"])
def test_a_missing_adjudicators_project_is_to_be_made_with_adjudicate(tmp_path, title):
    project = AdjudicatedProject(tmp_path, title=title)
    project.decide("d1")
    project.pull()
    named = "" if title == "news" else " --project 'reports desk'"
    project.studio.update_project(project.project.id, title="another")

    for place in (project.place, project.elsewhere().place):
        with pytest.raises(StudioError) as raised:
            pull(project.studio, place, SCHEMA, title=project.desk_title)

        assert raised.value.hint.endswith(f"; or make it with: curate adjudicate{named}")
