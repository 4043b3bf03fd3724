"""Tasks of adjudication and their screen."""

import json
import uuid

import pytest
from disputed import comparison
from samples import SCHEMA

from curation.labelstudio.adjudication.project import is_adjudication
from curation.labelstudio.adjudication.push import (
    StoredPredictions,
    change_task,
    make_or_align_project,
    read_adjudication_tasks,
    send_adjudication_tasks,
)
from curation.labelstudio.adjudication.rounds import PlannedRound
from curation.labelstudio.adjudication.task import (
    read_adjudication_stamp,
    to_adjudication_prediction,
    to_adjudication_task,
)


@pytest.fixture
def adjudication(studio):
    title = f"verdicts {uuid.uuid4()}"[:50]
    return make_or_align_project(studio, None, title, SCHEMA)


def sent_for_adjudication(studio, project, compared, **options):
    """A document's task of adjudication on the server, and what it was sent with."""
    made = to_adjudication_task(compared, SCHEMA, **options)
    assert send_adjudication_tasks(studio, project, [made]) == ()
    ((task,),) = read_adjudication_tasks(studio, project).by_document.values()
    return task, made


def test_a_task_of_adjudication_is_as_it_was_sent_ticks_and_all(studio, adjudication):
    compared = comparison()
    first = compared.differences[0]
    ticked = {first.key: first.options[0].alias}

    task, made = sent_for_adjudication(studio, adjudication, compared, preselected=ticked)

    (prediction,) = made["predictions"]
    assert task.stamp == read_adjudication_stamp(made["data"])
    assert (task.document, task.is_begun) == ("disputed", False)
    assert studio.task_data(task.number) == json.loads(json.dumps(made["data"]))
    assert StoredPredictions(studio, adjudication).is_current(task, prediction)
    assert is_adjudication(studio.find_project(adjudication.title))


def test_a_task_of_adjudication_gets_more_differences_and_its_prediction_anew(
    studio, adjudication
):
    compared = comparison()
    *some, last = compared.differences
    task, _ = sent_for_adjudication(studio, adjudication, compared, asked=some)
    planned = PlannedRound(
        number=1, asked=(*some, last), holding=frozenset(), added=(last.key,)
    )

    now = change_task(studio, task, planned, compared, SCHEMA, preselected={})
    wanted = to_adjudication_prediction(now.stamp, compared, SCHEMA)
    StoredPredictions(studio, adjudication).write(now, wanted)

    ((stored,),) = read_adjudication_tasks(studio, adjudication).by_document.values()
    assert stored == now
    assert [one.key for one in now.stamp.differences] == [
        one.key for one in compared.differences
    ]
    assert StoredPredictions(studio, adjudication).is_current(now, wanted)


def test_a_task_of_adjudication_whose_prediction_was_lost_gets_it_with_its_ticks(
    studio, adjudication
):
    compared = comparison()
    first = compared.differences[0]
    ticked = {first.key: first.options[0].alias}
    task, made = sent_for_adjudication(studio, adjudication, compared, preselected=ticked)
    studio.delete_predictions([one.id for one in studio.predictions(adjudication.id)])

    StoredPredictions(studio, adjudication).write(task, made["predictions"][0])

    assert StoredPredictions(studio, adjudication).is_current(task, made["predictions"][0])


def test_the_screen_of_adjudication_can_change_though_there_are_verdicts(studio, adjudication):
    compared = comparison()
    task, made = sent_for_adjudication(studio, adjudication, compared)
    ticks = [
        {"id": f"t{n}", "type": "choices", "from_name": f"d{n}", "to_name": f"t{n}", "value": {"choices": [one.options[0].alias]}}
        for n, one in enumerate(compared.differences)
    ]  # fmt: skip
    studio.annotate(task.number, [*made["predictions"][0]["result"], *ticks])
    old = studio.find_project(adjudication.title)
    studio.update_project(old.id, label_config=old.label_config.replace("needs", "lacks"))

    make_or_align_project(studio, studio.find_project(old.title), old.title, SCHEMA)

    assert studio.find_project(old.title).label_config == old.label_config
    ((task,),) = read_adjudication_tasks(studio, adjudication).by_document.values()
    assert task.is_begun
