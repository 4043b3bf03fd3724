"""A document leaves the gold by hand alone, says so in its file, and comes back by hand alone."""

import json
import shutil
from datetime import UTC, datetime

import pytest
from annotated_project import annotated_studio, pulled_lines
from gold_samples import files, gold_ids, released
from samples import SCHEMA

from curation.commands.drop import drop_lines
from curation.commands.restore import restore_lines
from curation.commands.show import document_lines
from curation.documents.document import Document, Entity, Layer
from curation.errors import GoldError
from curation.flows.drop import drop
from curation.flows.restore import restore
from curation.flows.show import show
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result

MODEL = Layer("model", "m", "1", "w", "r")
NOW = datetime(2026, 11, 3, 10, 2, tzinfo=UTC)


def document(number):
    return Document(
        f"d{number}", f"Bob met Al. {number}", (Entity(0, 3, "PERSON", "a"),), (), {}, MODEL
    )


@pytest.fixture
def studio():
    """Two documents, both annotated."""
    return annotated_studio(document(0), document(1))


def task_of(studio, number):
    (task,) = studio.tasks(1, doc_ids=[f"d{number}"])
    return task.id


def link(studio, number):
    return f"{studio.url}/projects/1/data?task={task_of(studio, number)}"


def work_on(studio, number):
    studio.submit(task_of(studio, number), to_result(document(number), SCHEMA))


def test_what_is_dropped_is_said_with_the_way_back(studio, place):
    pulled_lines(studio, place)

    said = list(drop_lines(drop(place, SCHEMA, ["d0", "d0"]), place))

    assert said == [
        f"1 document dropped from {place.next}: d0; stays out, whatever is pulled, until: "
        "curate restore d0"
    ]
    assert gold_ids(place) == ["d1"]


def test_its_file_says_that_it_is_dropped_since_when_and_why(studio, place):
    """And keeps all that annotators did."""
    pulled_lines(studio, place)
    before = json.loads((place.next / "d0.json").read_text())

    drop(place, SCHEMA, ["d0"], reason="no news", now=NOW)

    after = json.loads((place.next / "d0.json").read_text())
    state = {"state": "dropped", "state_reason": "no news", "state_at": "2026-11-03T10:02:00Z"}
    assert after == before | state
    shown = "\n".join(document_lines(show(place, SCHEMA, "d0")))
    assert "state  dropped since 2026-11-03T10:02:00Z (no news)\n" in shown
    assert "no gold: dropped\n" in shown


@pytest.mark.parametrize("how", ["a full pull", "annotated anew", "a lost .curate"])
def test_whatever_is_pulled_it_stays_out(studio, place, how):
    """Work on it is told, and kept in its file."""
    pulled_lines(studio, place)
    drop(place, SCHEMA, ["d0"])
    assert "d0" not in pulled_lines(studio, place)
    if how == "annotated anew":
        work_on(studio, 0)
    if how == "a lost .curate":
        shutil.rmtree(place.home)

    said = pulled_lines(studio, place, full=how == "a full pull")

    told = (
        "warning: d0 is dropped and stays out of the gold, though somebody worked on it since the "
        f"last pull; to take it in: curate restore d0\n    {link(studio, 0)}"
    )
    assert (told in said) == (how == "annotated anew")
    assert gold_ids(place) == ["d1"]
    assert "is dropped and stays out" not in pulled_lines(studio, place, full=True)
    assert gold_ids(place) == ["d1"]


def test_a_restored_document_is_gold_again_at_once(studio, place):
    """With what was done to it meanwhile, and its file as if nothing had been."""
    pulled_lines(studio, place)
    before = files(place.next)
    drop(place, SCHEMA, ["d0"], reason="no news")

    said = list(restore_lines(restore(place, SCHEMA, ["d0"]), place))

    assert said == [f"1 document restored in {place.next}."]
    assert files(place.next) == before
    assert gold_ids(place) == ["d0", "d1"]


def test_what_is_no_gold_even_so_is_told_when_it_is_restored(studio, place):
    studio.emails[2] = "ben@example.org"
    studio.submit(task_of(studio, 0), [], by=2)
    pulled_lines(studio, place)
    drop(place, SCHEMA, ["d0"])

    said = list(restore_lines(restore(place, SCHEMA, ["d0"]), place))

    assert said[1] == "warning: d0 is no gold: annotators differ"


def test_one_whose_task_is_gone_leaves_for_good(studio, place):
    pulled_lines(studio, place)
    studio.delete_task(task_of(studio, 0))
    assert "d0 has lost its task" in pulled_lines(studio, place)

    drop(place, SCHEMA, ["d0"])

    assert "d0" not in pulled_lines(studio, place, full=True)
    assert gold_ids(place) == ["d1"]


def test_what_is_written_on_its_task_by_us_is_nobodys_work(studio, place):
    """The pull that finds a returned task mended takes the reason away: no annotator did that."""
    task = task_of(studio, 0)
    region, outside = to_result(document(0), SCHEMA)[0], {"start": 0, "end": 99}
    studio.clear(task)
    studio.submit(task, [region | {"value": region["value"] | outside}])
    pulled_lines(studio, place, send_back=True)
    studio.clear(task)
    studio.submit(task, [region])
    assert "1 returned document with nothing wrong any more" in pulled_lines(studio, place)

    drop(place, SCHEMA, ["d0"])

    assert "d0" not in pulled_lines(studio, place)
    assert gold_ids(place) == ["d1"]
    studio.submit(task, [region])
    assert "d0 is dropped and stays out of the gold" in pulled_lines(studio, place)


@pytest.mark.parametrize("how", ["dropped", "lost"])
def test_from_an_empty_gold_there_is_a_plain_path_back(studio, place, how):
    pulled_lines(studio, place)
    if how == "dropped":
        drop(place, SCHEMA, ["d0", "d1"])
    else:
        shutil.rmtree(place.gold)
    nothing = "no document of " if how == "dropped" else "holds no documents"
    with pytest.raises(GoldError, match=nothing) as caught:
        released(place, SCHEMA)
    assert caught.value.hint.startswith("curate pull")

    said = pulled_lines(studio, place)

    assert "0 documents now in" in said
    brings_back = "curate pull --full --project p brings back what is still annotated"
    assert (brings_back in said) == (how == "lost")
    assert "curate pull --full" not in pulled_lines(studio, place, full=True)
    if how == "dropped":
        restore(place, SCHEMA, ["d0", "d1"])
    assert gold_ids(place) == ["d0", "d1"]


def test_nothing_annotated_yet_is_no_loss(place):
    studio = MemoryStudio()
    push_documents(studio, [document(0)], SCHEMA, title="p")
    pulled_lines(studio, place)

    assert "--full" not in pulled_lines(studio, place)


@pytest.mark.parametrize("act", [drop, restore])
def test_what_isnt_there_is_told_and_nothing_is_changed(studio, place, act):
    pulled_lines(studio, place)
    if act is restore:
        drop(place, SCHEMA, ["d0"])
    before = files(place.next)

    with pytest.raises(GoldError, match="has no documents 'y', 'x'") as caught:
        act(place, SCHEMA, ["y", "d0", "x"])

    assert caught.value.hint.endswith(f"ls {place.next}")
    assert files(place.next) == before


def test_what_was_not_dropped_cant_be_restored(studio, place):
    pulled_lines(studio, place)
    drop(place, SCHEMA, ["d0"])
    before = files(place.next)

    with pytest.raises(GoldError, match="'d1' can't be restored"):
        restore(place, SCHEMA, ["d0", "d1"])

    assert files(place.next) == before


def test_a_document_whose_file_cant_be_read_is_told_and_not_dropped(studio, place):
    pulled_lines(studio, place)
    path = place.next / "d0.json"
    path.write_text("{")

    with pytest.raises(GoldError, match=f"{path}:1: not JSON"):
        drop(place, SCHEMA, ["d0"])

    assert path.read_text() == "{"
    drop(place, SCHEMA, ["d1"])
    assert '"state": "dropped"' in (place.next / "d1.json").read_text()
