"""
What a Label Studio does with an adjudicator's work: the twin in memory and the real server alike.

Who keeps the contract gives the fixture ``hands``: people who work there.
"""

import uuid
from dataclasses import replace

import pytest
from adjudicated_project import ADA, BEN, CY, DEE, AdjudicatedProject
from deciding import drawn, shown, tick
from disputed import IRANIAN, KREMLIN, TEXT, annotations
from samples import SCHEMA

from curation.annotations.readings import make_reading
from curation.gold.independent_submissions import IndependentSubmissions
from curation.gold.working.dataset import read_working_dataset
from curation.labelstudio.adjudication.push import make_or_align_project
from curation.labelstudio.push.dealing import AskedDealing
from curation.labelstudio.push.push import push_documents
from curation.schema.guidelines import guideline_sha256


@pytest.fixture
def adjudicated(tmp_path, hands):
    return AdjudicatedProject(tmp_path, hands=hands, title=f"v {uuid.uuid4()}")


def without(result, *numbers):
    """Nothing is ticked at these differences."""
    return [one for one in result if one.get("from_name") not in {f"d{n - 1}" for n in numbers}]


def test_a_verdict_is_taken_replaced_refused_and_taken_back(adjudicated):
    key = f"e{KREMLIN.start}-{KREMLIN.end}"
    own = make_reading(((KREMLIN.start, KREMLIN.end, "GPE"),))

    number = adjudicated.decide("d1", adjudicated.result("d1", ADA, choices={key: own}))
    report = adjudicated.pull()
    assert (report.taken, report.problems, report.edits) == (("d1",), (), {})
    gold = adjudicated.gold()["d1"].document
    assert replace(KREMLIN, label="GPE") in gold.entities
    assert {*gold.relations} == {*annotations()["ada"].relations}
    verdict = adjudicated.record("d1").verdict
    assert verdict.by not in {one.annotator for one in adjudicated.record("d1").annotations}
    assert [one.number for one in verdict.tasks] == [number]
    before = adjudicated.files()
    assert adjudicated.pull().unchanged == 1
    assert adjudicated.files() == before

    adjudicated.hands.change(number, adjudicated.result("d1", BEN), by=DEE)
    report = adjudicated.pull()
    assert (report.replaced, report.problems) == (("d1",), ())
    assert {*adjudicated.gold()["d1"].document.entities} == {*annotations()["ben"].entities}

    before = adjudicated.files()
    adjudicated.hands.change(number, every_contradiction(adjudicated), by=DEE)
    report = adjudicated.pull()
    said = "\n".join(f"{one}" for one in report.problems)
    for what in CONTRADICTIONS:
        assert what in said
    assert {one.link for one in report.problems} == {report.links["d1"]}
    assert adjudicated.files() == before

    adjudicated.hands.change(number, adjudicated.result("d1"), by=DEE, skipped=True)
    assert "skipped" in adjudicated.pull().removed["d1"]
    assert adjudicated.record("d1").verdict is None

    again = adjudicated.decide("d1")
    assert adjudicated.pull().taken == ("d1",)
    adjudicated.hands.delete(again)
    assert "deleted" in adjudicated.pull().removed["d1"]
    assert adjudicated.gold() == {}

    adjudicated.decide("d1")
    adjudicated.decide("d1", by=ADA)
    assert "2 adjudications (" in adjudicated.pull().problems[0].what


CONTRADICTIONS = (
    "difference #2 on 'Russian Defense Minister' has 2 verdicts",
    "difference #4 on 'Kremlin' has the verdict 'abcdefabcd', which the task doesn't offer",
    "a verdict on difference #99, which the task doesn't have",
    "has the verdict 'neither', and no arrow is drawn there",
    "lies on the places of differences #1 and #2",
    "'Bank of America' is marked there as EVENT too",
    "'scow o' is only a part of 'Moscow on'",
    "may not join",
)


def every_contradiction(project):
    """A verdict that contradicts itself in every way that one verdict can."""
    differences = {one.n: one for one in shown(project.asked["d1"]).values()}
    bank = TEXT.index("Bank of America")
    law = make_reading(((IRANIAN.start, IRANIAN.end, "LAW"),))
    result = project.result("d1", choices={differences[1].key: law})
    return [
        *without(result, 4, 5),
        tick(2, "own"),
        tick(4, "abcdefabcd"),
        tick(5, "own"),
        tick(99, "own"),
        drawn(TEXT, 0, TEXT.index("Sergei") - 1, "TITLE", identity="across"),
        drawn(TEXT, bank, bank + len("Bank of America"), "EVENT"),
        drawn(TEXT, TEXT.index("Moscow") + 2, TEXT.index("Moscow") + 8, "ORG"),
    ]


def test_three_annotators_overlap_a_blind_share_a_copy_and_an_edit_after_the_verdict(
    tmp_path, hands
):
    """Copies have no vote; what changes after the verdict opens what wasn't offered, and agreement stays."""
    project = AdjudicatedProject(
        tmp_path,
        ("d1", "d2"),
        hands=hands,
        title=f"v {uuid.uuid4()}",
        dealing=AskedDealing(overlap=2, blind_share=0.5),
    )
    ada = project.submitted["d1", ADA]
    project.annotate("d1", CY, annotations("d1")["ada"], parent_annotation=ada)
    project.pull_annotations()
    project.ask("d1")
    arms = {
        name: {one.arm for one in project.record(name).annotations} for name in ("d1", "d2")
    }
    assert arms == {"d1": {"assisted"}, "d2": {"blind"}}
    uids = {one.number: one.uid for one in project.record("d1").annotations}
    first, second = (uids[project.submitted["d1", by]] for by in (ADA, BEN))
    copies = {
        one.number: one.copy_of for one in project.record("d1").annotations if one.copy_of
    }
    assert copies == {project.submitted["d1", CY]: first}
    offered = {
        uid for one in shown(project.asked["d1"]).values() for o in one.options for uid in o.by
    }
    assert offered == {first, second}
    before = agreement(project)

    project.decide("d1")
    project.decide("d2", by=CY)
    report = project.pull()
    assert (report.taken, report.problems) == (("d1", "d2"), ())
    assert report.remarks == ()
    assert agreement(project) == before

    mine = annotations("d1")["ben"]
    mended = tuple(
        replace(one, label="EVENT") if one.start == KREMLIN.start else one
        for one in mine.entities
    )
    project.change("d1", BEN, replace(mine, entities=mended))
    stale = project.pull_annotations().stale
    assert [str(one) for one in stale] == [
        "the verdict on d1 rests on annotations that changed since: #4; 9 others hold"
    ]
    assert [*project.gold()] == ["d2"]
    assert agreement(project) == before

    files = project.files()
    assert project.pull().unchanged == 2
    assert project.files() == files


def test_work_says_by_which_guideline_it_was_made(tmp_path, hands):
    """What was submitted before a push changed the guideline, what was updated after it, and verdicts."""
    project = AdjudicatedProject(tmp_path, hands=hands, title=f"v {uuid.uuid4()}")
    law = replace(SCHEMA.entities["LAW"], definition="Laws and treaties that have a name.")
    reworded = replace(SCHEMA, entities={**SCHEMA.entities, "LAW": law})
    old, new = guideline_sha256(SCHEMA), guideline_sha256(reworded)
    number = project.decide("d1")
    project.pull()
    assert project.record("d1").verdict.guideline == old

    report = push_documents(project.studio, [], reworded, title=project.title)
    assert report.config_changes == ("guideline",)
    desk = project.studio.find_project(project.desk_title)
    make_or_align_project(project.studio, desk, desk.title, reworded)
    project.annotate("d1", CY, annotations()["ada"])
    project.change("d1", BEN, annotations()["ben"])
    project.pull_annotations()
    assert project.pull().unchanged == 1

    record = project.record("d1")
    made = {one.number: one.guideline for one in record.annotations}
    assert made == {
        project.submitted["d1", ADA]: old,
        project.submitted["d1", BEN]: new,
        project.submitted["d1", CY]: new,
    }
    assert record.verdict.guideline == old
    hands.change(number, project.result("d1", BEN), by=DEE)
    project.pull()
    assert project.record("d1").verdict.guideline == new
    rows = read_working_dataset(project.place.gold, SCHEMA)
    assert [one.guideline for one in rows.verdicts] == [new]


def agreement(project):
    """The first submissions of annotators who worked independently."""
    rows = read_working_dataset(project.place.gold, SCHEMA)
    return [
        {(name, one.entities, one.relations) for name, one in some}
        for some in IndependentSubmissions(rows)
    ]
