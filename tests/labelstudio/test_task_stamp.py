"""The stamp in a task's data: what was pushed with the task, and what a pull may claim from it."""

import hashlib
from dataclasses import replace

import pytest
from gold_samples import read_next
from hypothesis import given
from labelstudio.push.test_push import NEW, Fault, document, pushed
from labelstudio.test_tasks import through_json
from samples import SCHEMA
from strategies import documents

from curation.annotations.record import suggestion_key, suggestion_of
from curation.annotations.record_file import read_trusted_record
from curation.errors import StudioConnectionLost
from curation.flows.pull import pull
from curation.labelstudio.pull.started_from import shown_suggestion
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.task_stamp import STAMP_KEY, TaskStamp, key_of_suggestion, read_stamp
from curation.labelstudio.tasks import to_result, to_task
from curation.schema.guidelines import guideline_sha256, guidelines_md
from curation.schema.labeling import labeling_xml
from curation.workspace import Workspace

LATER = replace(
    SCHEMA, entities={**SCHEMA.entities, "LATER": replace(SCHEMA.entities["LAW"], name="LATER")}
)


def bare(number):
    return document(number).without_annotations()


def stamps(studio):
    """By document."""
    return {task.doc_id: task.stamp for task in studio.tasks(1)}


def stamp(one, schema=SCHEMA):
    now = {"schema": schema.fingerprint, "guideline": guideline_sha256(schema)}
    if one.layer is None:
        return TaskStamp(arm="blind", **now)
    return TaskStamp(arm="assisted", suggestion=key_of_suggestion(one, schema), **now)


@given(documents(SCHEMA))
def test_the_stamp_has_the_key_that_the_record_will_have(document):
    task = through_json(to_task(document, SCHEMA))
    if document.layer is None:
        assert task["data"][STAMP_KEY] == {
            "arm": "blind",
            "schema": SCHEMA.fingerprint,
            "suggestion": None,
            "guideline": guideline_sha256(SCHEMA),
        }
        return

    (prediction,) = task["predictions"]
    article = document.without_annotations()
    started = shown_suggestion(article, {"prediction": prediction}, SCHEMA)

    assert read_stamp(task["data"]).suggestion == suggestion_key(suggestion_of(started))


@pytest.mark.parametrize(
    "value",
    [None, "blind", [], {}, {"arm": "blind"}, {"arm": "none", "schema": "x"}, {"arm": [], "schema": ""}],
    ids=str,
)  # fmt: skip
def test_a_stamp_that_somebody_has_changed_claims_nothing(value):
    assert read_stamp({STAMP_KEY: value}) is None


def test_annotators_never_see_the_stamp():
    assert f"${STAMP_KEY}" not in labeling_xml(SCHEMA)
    assert STAMP_KEY != "source"


def test_every_task_is_stamped_with_what_was_pushed():
    studio = MemoryStudio()

    pushed(studio, [document(0), bare(1)])

    assert stamps(studio) == {"doc-0": stamp(document(0)), "doc-1": stamp(bare(1))}
    assert pushed(studio, [document(0), bare(1)]).stamped == 0


def test_the_stamp_follows_the_suggestions_where_nobody_has_begun():
    studio = MemoryStudio()
    pushed(studio, [document(0), document(1), bare(2)])
    studio.stored_tasks[1].data["returned"] = "kept"
    studio.draft(2)

    news = [document(n, NEW, "ORG") for n in range(3)]
    report = pushed(studio, news)

    assert (report.updated, report.stamped) == (2, 0)
    assert stamps(studio) == {
        "doc-0": stamp(news[0]),
        "doc-1": stamp(document(1)),
        "doc-2": stamp(news[2]),
    }
    assert studio.stored_tasks[1].data["returned"] == "kept"


def test_a_new_schema_is_stamped_where_nobody_has_begun():
    studio = MemoryStudio()
    given = [document(0), document(1), bare(2)]
    ledger = pushed(studio, given).ledger
    studio.submit(2, [])
    before = studio.last_change(1)

    options = PushOptions(ledger=ledger)
    report = push_documents(studio, given, LATER, title="p", options=options)

    assert (report.stamped, report.updated, report.unchanged) == (2, 0, 3)
    now = {
        one.id: stamp(one).with_guideline(guideline_sha256(LATER), until=before)
        for one in given
    }
    for name in ("doc-0", "doc-2"):
        now[name] = replace(now[name], schema=LATER.fingerprint)
    now["doc-0"] = replace(now["doc-0"], suggestion=key_of_suggestion(document(0), LATER))
    assert stamps(studio) == now


def test_tasks_of_an_older_curate_are_stamped_where_nobody_has_begun():
    """A document without suggestions may have had some when it was pushed first."""
    studio = MemoryStudio()
    pushed(studio, [document(0), bare(1), document(2)])
    for one in studio.stored_tasks.values():
        del one.data[STAMP_KEY]
    studio.submit(3, [])

    report = pushed(studio, [bare(0), bare(1), document(2)])

    assert report.stamped == 2
    assert stamps(studio) == {
        "doc-0": replace(stamp(bare(0)), arm="assisted"),
        "doc-1": stamp(bare(1)),
        "doc-2": None,
    }


def test_a_document_pushed_again_without_suggestions_is_not_blind():
    """They stay on the task."""
    studio = MemoryStudio()
    pushed(studio, [document(0)])

    assert pushed(studio, [bare(0)]).stamped == 0
    assert stamps(studio) == {"doc-0": stamp(document(0))}


class FaultyStamps(Fault):
    def replace_task_data(self, *arguments):
        return self._write("replace_task_data", *arguments)


@pytest.mark.parametrize("done", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("at", range(1, 7))
def test_stamping_that_was_cut_short_is_finished_by_the_same_push(at, done):
    studio = FaultyStamps(set(), done=done)
    pushed(studio, [bare(n) for n in range(3)])
    news = [document(n, NEW) for n in range(3)]
    studio.calls, studio.at = 0, {at}

    try:
        pushed(studio, news)
    except StudioConnectionLost:
        for task in studio.tasks(1):
            # Never the other way round, in which work with suggestions would count as blind.
            assert task.stamp.arm == "assisted" or not list(studio.predictions(1, [task.id]))
        studio.at = set()
        pushed(studio, news)

    assert stamps(studio) == {one.id: stamp(one) for one in news}
    assert len(list(studio.predictions(1))) == 3


def test_a_push_that_has_nothing_to_stamp_asks_for_no_task():
    class Counting(MemoryStudio):
        asked = 0

        def task_data(self, task):
            self.asked += 1
            return super().task_data(task)

    studio = Counting()
    given = [document(n) for n in range(5)]
    ledger = pushed(studio, given).ledger
    pushed(studio, given, ledger=ledger)
    pushed(studio, given)

    assert studio.asked == 0


def annotations(studio, folder):
    """The annotations' records after a pull, by document."""
    place = Workspace(folder / "gold", folder / ".curate")
    pull(studio, place, SCHEMA, title="p")
    files = (place.gold / "next").glob("*.json")
    records = (read_trusted_record(file.read_bytes()) for file in files)
    return {
        one.id: next(each for each in one.annotations if each.status != "deleted")
        for one in records
    }


def forget(studio, *, predictions=False):
    """Take away every trace of suggestions but the stamp, as moving a project does."""
    for one in studio.stored_tasks.values():
        if predictions:
            one.predictions.clear()
        for annotation in one.annotations:
            annotation["prediction"] = {}


def test_a_pull_claims_no_more_than_stamp_and_traces_say(tmp_path):
    studio = MemoryStudio()
    pushed(studio, [document(0), bare(1), document(2), document(3), bare(4)])
    for task in (3, 4, 5):
        studio.submit(task, to_result(bare(0), SCHEMA))
    forget(studio)
    studio.submit(1, to_result(document(0), SCHEMA))
    studio.submit(2, [])
    del studio.stored_tasks[4].data[STAMP_KEY]
    del studio.stored_tasks[5].data[STAMP_KEY]

    found = annotations(studio, tmp_path)

    key = key_of_suggestion(document(0), SCHEMA)
    other = key_of_suggestion(document(2), SCHEMA)
    assert {name: (one.arm, one.evidence, one.started_from) for name, one in found.items()} == {
        "doc-0": ("assisted", "prediction", key),
        "doc-1": ("blind", "task", None),
        "doc-2": ("assisted", "task", other),
        "doc-3": ("unknown", "none", None),
        "doc-4": ("unknown", "none", None),
    }
    assert [found[f"doc-{n}"].schema for n in range(5)] == [SCHEMA.fingerprint] * 3 + [None] * 2


def reworded(name):
    """The same types, explained in other words."""
    law = replace(SCHEMA.entities["LAW"], definition=f"Laws, as {name} explains them.")
    return replace(SCHEMA, entities={**SCHEMA.entities, "LAW": law})


def test_the_hash_of_a_guideline_is_that_of_the_file_which_travels_with_a_version():
    for schema in (SCHEMA, LATER, reworded("ada"), SCHEMA):
        text = guidelines_md(schema).encode()
        assert guideline_sha256(schema) == hashlib.sha256(text).hexdigest()


def guideline_of(studio, folder):
    return {name: one.guideline for name, one in annotations(studio, folder).items()}


def test_an_annotation_was_made_by_the_guideline_that_its_task_showed_then(tmp_path):
    """Of every task of the project, also those of documents that aren't pushed again."""
    studio = MemoryStudio()
    old, new = guideline_sha256(SCHEMA), guideline_sha256(reworded("ada"))
    ledger = pushed(studio, [document(n) for n in range(4)]).ledger
    studio.submit(1, to_result(document(0), SCHEMA))
    updated = studio.submit(2, to_result(document(1), SCHEMA))
    studio.draft(3)
    assert guideline_of(studio, tmp_path / "before") == {"doc-0": old, "doc-1": old}

    options = PushOptions(ledger=ledger)
    report = push_documents(studio, [document(0)], reworded("ada"), title="p", options=options)
    assert report.config_changes == ("guideline",)
    for task in (3, 4):
        studio.submit(task, to_result(document(task - 1), SCHEMA))
    studio.change(updated, to_result(document(1), SCHEMA)[:1], by=1)

    made = {"doc-0": old, "doc-1": new, "doc-2": new, "doc-3": new}
    assert guideline_of(studio, tmp_path / "before") == made
    assert guideline_of(studio, tmp_path / "elsewhere") == made
    pushed(studio, [document(1)])
    studio.change(updated, [], by=1)
    assert guideline_of(studio, tmp_path / "elsewhere") == {**made, "doc-1": old}


def test_of_a_task_pushed_before_nobody_knows_the_guideline_until_the_next_one(tmp_path):
    studio = MemoryStudio()
    pushed(studio, [document(n) for n in range(3)])
    for one in studio.stored_tasks.values():
        del one.data[STAMP_KEY]["guideline"]
    for task in (1, 2):
        updated = studio.submit(task, to_result(document(task - 1), SCHEMA))

    pushed(studio, [document(n) for n in range(3)])
    studio.submit(3, to_result(document(2), SCHEMA))
    made = {"doc-0": None, "doc-1": None, "doc-2": guideline_sha256(SCHEMA)}
    assert guideline_of(studio, tmp_path) == made

    push_documents(studio, [], reworded("ada"), title="p")
    studio.change(updated, [], by=1)
    later = {"doc-1": guideline_sha256(reworded("ada"))}
    assert guideline_of(studio, tmp_path) == made | later


@pytest.mark.parametrize("done", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("at", range(1, 5))
def test_a_new_guideline_is_told_of_all_tasks_before_anybody_sees_it(at, done):
    """However early the push is cut short, no work is said to have been done by the older one."""
    studio = FaultyStamps(set(), done=done)
    pushed(studio, [bare(n) for n in range(4)])
    for task in range(1, 5):
        studio.submit(task, [])
    before = studio.last_change(1)
    studio.calls, studio.at = 0, {at}

    with pytest.raises(StudioConnectionLost):
        push_documents(studio, [], reworded("ada"), title="p")
    assert "as ada explains" not in studio.find_project("p").instructions
    studio.at = set()
    push_documents(studio, [], reworded("ada"), title="p")

    assert "as ada explains" in studio.find_project("p").instructions
    for one in stamps(studio).values():
        assert one.guideline == guideline_sha256(reworded("ada"))
        assert one.guideline_at(before) == guideline_sha256(SCHEMA)


def test_a_suggestion_that_only_the_stamp_knows_is_taken_from_the_record(tmp_path):
    studio = MemoryStudio()
    pushed(studio, [document(0)])
    studio.submit(1, to_result(document(0), SCHEMA))
    before = annotations(studio, tmp_path)["doc-0"]
    forget(studio, predictions=True)
    imported = {"unique_id": "another", "import_id": 99, "updated_by": None}
    studio.stored_tasks[1].annotations[0] |= imported
    studio.stored_tasks[1].updated_at = studio.tick()

    after = annotations(studio, tmp_path)["doc-0"]
    fresh = annotations(studio, tmp_path / "elsewhere")["doc-0"]

    assert (after.arm, after.evidence) == ("assisted", "task")
    assert after.started_from == before.started_from
    assert (fresh.arm, fresh.evidence, fresh.started_from) == ("assisted", "task", None)


def test_what_is_blind_in_the_gold_stays_blind(tmp_path):
    """A record that was pulled before there were stamps keeps what it says."""
    studio = MemoryStudio()
    pushed(studio, [bare(0)])
    studio.submit(1, [])
    assert annotations(studio, tmp_path)["doc-0"].arm == "blind"
    del studio.stored_tasks[1].data[STAMP_KEY]
    studio.stored_tasks[1].updated_at = studio.tick()

    assert annotations(studio, tmp_path)["doc-0"].arm == "blind"
    (gold,) = read_next(tmp_path / "gold").gold_documents
    assert gold.arm == "blind"
