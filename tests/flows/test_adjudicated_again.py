"""What becomes of a verdict when annotations change, the differences go out again, and the adjudicator updates."""

from copy import deepcopy
from dataclasses import replace

import pytest
from adjudicated_project import ADA, BEN, CY, DEE, AdjudicatedProject
from deciding import tick
from disputed import HATAMI, KREMLIN, RUSSIA, SYRIAN, annotations, named
from samples import SCHEMA

from curation.documents.document import Relation
from curation.flows.adjudicate import AdjudicationOptions, adjudicate
from curation.labelstudio.adjudication.task import read_adjudication_stamp


@pytest.fixture
def project(tmp_path):
    made = AdjudicatedProject(tmp_path)
    made.number = made.decide("d1")
    assert made.pull().problems == ()
    return made


def everything(document):
    return {*document.entities}, {*document.relations}


def ask_again(project):
    """Send differences out again; the differences that the task shows now, by number."""
    project.pull_annotations()
    adjudicate(project.studio, project.place, SCHEMA, AdjudicationOptions(early=True))
    data = project.studio.task_data(project.desk["d1"])
    return {one.n: one for one in read_adjudication_stamp(data).differences}


def update(project, *regions, without=()):
    """The adjudicator ticks what is new, and presses Update."""
    (annotation,) = project.studio.stored_tasks[project.desk["d1"]].annotations
    result = [
        one for one in deepcopy(annotation["result"]) if one.get("from_name") not in without
    ]
    project.hands.change(project.number, [*result, *regions], by=DEE)
    return project.pull()


def with_span(document, old, new):
    """An annotation in which one span is another one, arrows and all."""
    entities = tuple(new if one == old else one for one in document.entities)
    relations = tuple(
        Relation(
            new if one.head == old else one.head,
            new if one.tail == old else one.tail,
            one.label,
        )
        for one in document.relations
    )
    return SCHEMA.canonical(replace(document, entities=entities, relations=relations))


def reading(difference, *entities):
    """The alias of the option with just these spans."""
    spans = tuple((one.start, one.end, one.label) for one in entities)
    return next(one.alias for one in difference.options if one.reading.entities == spans)


def test_a_new_reading_at_a_place_is_asked_again_and_the_rest_holds(project):
    before = project.files()
    mine = annotations("d1")["ben"]
    building = next(one for one in mine.entities if one.start == KREMLIN.start)
    project.change("d1", BEN, with_span(mine, building, replace(KREMLIN, label="EVENT")))
    shown = ask_again(project)
    assert (shown[4].settled, shown[11].key) == (True, shown[4].key)

    report = project.pull()

    assert (report.replaced, report.unfinished) == ((), {"d1": ("#11",)})
    assert project.record("d1").verdict is not None
    assert before.keys() == project.files().keys()
    said = project.said()
    assert (
        "the verdict on d1 rests on annotations that changed since: #4; 9 others hold" in said
    )
    assert "d1 waits for a verdict on #11" in said

    report = update(project, tick(11, reading(shown[11], replace(KREMLIN, label="EVENT"))))

    assert (report.replaced, report.problems, report.edits) == (("d1",), (), {})
    gold = project.gold()["d1"].document
    assert replace(KREMLIN, label="EVENT") in gold.entities
    assert KREMLIN not in gold.entities
    assert len(gold.entities) == len(annotations()["ada"].entities)


def test_a_place_that_grew_is_asked_as_another_and_takes_the_old_ones_place(project):
    mine = annotations("d1")["ben"]
    building = next(one for one in mine.entities if one.start == KREMLIN.start)
    longer = replace(building, start=KREMLIN.start - len("The "))
    project.change("d1", BEN, with_span(mine, building, longer))
    shown = ask_again(project)
    assert shown[4].settled
    assert shown[11].place == ((longer.start, KREMLIN.end),)
    assert project.pull().replaced == ()

    report = update(project, tick(11, reading(shown[11], longer)))

    assert (report.replaced, report.problems) == (("d1",), ())
    entities = project.gold()["d1"].document.entities
    assert longer in entities
    assert KREMLIN not in entities


def test_what_was_agreed_and_no_longer_is_becomes_a_question_with_its_arrows(project):
    """One annotator marks more of a name that all had alike, and that arrows lead to."""
    name = replace(HATAMI, start=HATAMI.start + len("Amir "))
    project.change("d1", BEN, with_span(annotations("d1")["ben"], HATAMI, name))
    shown = ask_again(project)
    (again,) = [
        one
        for one in shown.values()
        if not one.settled and one.n > 10 and one.kind == "entities"
    ]

    rest = [
        tick(one.n, next(o.alias for o in one.options if uid_of(project, ADA) in o.by))
        for one in shown.values()
        if not one.settled and one.n > 10 and one != again
    ]
    report = update(project, tick(again.n, reading(again, name)), *rest)

    assert (report.problems, report.replaced) == ((), ("d1",))
    gold = project.gold()["d1"].document
    assert name in gold.entities
    assert HATAMI not in gold.entities
    expected = with_span(annotations("d1")["ada"], HATAMI, name)
    assert everything(gold) == everything(expected)


def test_an_arrow_that_was_filled_in_and_then_decided_against_does_not_come_back(project):
    """All had an arrow, then nobody; the place where it ended is asked again as a larger one."""

    def without_arrow(by, entity):
        document = with_span(annotations("d1")[by], SYRIAN, entity)
        relations = (one for one in document.relations if entity not in (one.head, one.tail))
        return replace(document, relations=tuple(relations))

    project.change("d1", ADA, without_arrow("ada", SYRIAN))
    project.change("d1", BEN, without_arrow("ben", replace(SYRIAN, label="GPE")))
    shown = ask_again(project)
    options = [
        one
        for one in shown[11].options
        if one.reading.entities == ((SYRIAN.start, SYRIAN.end, SYRIAN.label),)
    ]
    assert sorted(len(one.reading.arrows) for one in options) == [0, 1]
    plain = next(one.alias for one in options if not one.reading.arrows)
    assert update(project, tick(11, plain)).problems == ()
    longer = replace(SYRIAN, start=SYRIAN.start - len("backs "))
    project.change("d1", BEN, without_arrow("ben", longer))
    shown = ask_again(project)
    assert shown[12].place == (longer.span,)

    report = update(project, tick(12, reading(shown[12], longer)))

    assert (report.problems, report.edits) == ((), {})
    gold = project.gold()["d1"].document
    assert longer in gold.entities
    assert not [one for one in gold.relations if longer in (one.head, one.tail)]


def test_a_third_annotator_opens_only_what_wasnt_offered(project):
    theirs = annotations("d1")["ben"]
    more = named("deal", "EVENT")
    project.annotate("d1", CY, replace(theirs, entities=(*theirs.entities, more)))
    shown = ask_again(project)

    new = [one for one in shown.values() if one.n > 10]
    assert [one.place for one in new] == [(more.span,)]
    assert not any(one.settled for one in shown.values())

    report = update(project, tick(11, reading(new[0])))

    assert report.problems == ()
    assert everything(project.gold()["d1"].document) == everything(annotations()["ada"])


def test_where_annotators_adopt_what_was_offered_nothing_is_asked(project):
    before = project.record("d1").verdict
    project.change("d1", BEN, annotations("d1")["ada"])
    ask_again(project)

    report = project.pull()

    assert (report.unchanged, report.unfinished) == (1, {})
    assert project.record("d1").verdict == before
    assert everything(project.gold()["d1"].document) == everything(annotations()["ada"])


def test_neither_at_a_question_that_came_later_takes_what_is_drawn_there(project):
    mine = annotations("d1")["ben"]
    project.change("d1", BEN, with_span(mine, RUSSIA, replace(RUSSIA, label="ORG")))
    shown = ask_again(project)
    (again,) = [one for one in shown.values() if one.n > 10 and one.kind == "entities"]
    (annotation,) = project.studio.stored_tasks[project.desk["d1"]].annotations
    region = next(
        one
        for one in annotation["result"]
        if one.get("from_name") == "label" and one["value"]["start"] == RUSSIA.start
    )
    region["value"]["labels"] = ["NORP"]
    region["origin"] = "prediction-changed"
    rest = [
        tick(one.n, next(o.alias for o in one.options if uid_of(project, BEN) in o.by))
        for one in shown.values()
        if not one.settled and one.n > 10 and one != again
    ]

    report = update(project, tick(again.n, "own"), *rest)

    assert report.problems == ()
    entities = project.gold()["d1"].document.entities
    assert replace(RUSSIA, label="NORP") in entities
    assert RUSSIA not in entities


def uid_of(project, who):
    return next(
        one.uid
        for one in project.record("d1").annotations
        if one.number == project.submitted["d1", who]
    )
