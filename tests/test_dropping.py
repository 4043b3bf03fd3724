"""A document leaves the gold by hand alone, and whoever takes it out is told what that means."""

import shutil

import pytest
from pulling import pull_into
from samples import SCHEMA

from curation import gold, steps
from curation.document import Document, Entity, Layer
from curation.errors import GoldError
from curation.report.sentences import dropped, pulled
from curation.studio.memory import MemoryStudio
from curation.studio.push import push
from curation.studio.tasks import to_result
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")


def document(number):
    return Document(
        f"d{number}", f"Bob met Al. {number}", (Entity(0, 3, "PERSON", "a"),), (), {}, MODEL
    )


@pytest.fixture
def studio():
    """Two documents, both annotated."""
    studio = MemoryStudio()
    list(push(studio, [document(0), document(1)], SCHEMA, title="p"))
    for number, task in enumerate(studio.tasks(1)):
        studio.submit(task.id, to_result(document(number), SCHEMA))
    return studio


@pytest.fixture
def place(tmp_path):
    return Workspace(tmp_path / "gold", tmp_path / ".curate")


def pull(studio, place, **options):
    """What it says."""
    report = pull_into(studio, SCHEMA, place, title="p", **options)
    return "\n".join(pulled(report, place.gold, dry_run=False))


def ids(place):
    return [one.id for one in gold.read_next(place.gold).golds]


def link(studio, number):
    (task,) = studio.tasks(1, doc_ids=[f"d{number}"])
    return f"{studio.url}/projects/1/data?task={task.id}"


def test_what_is_still_annotated_is_said_to_come_back(studio, place):
    pull(studio, place)

    said = "\n".join(dropped(steps.drop(place, ["d0"]), place.gold))

    assert "1 document dropped from" in said
    assert "warning: d0 is still annotated in Label Studio, so that curate pull --full" in said
    assert link(studio, 0) in said
    assert ids(place) == ["d1"]


def test_one_whose_task_is_gone_leaves_for_good(studio, place):
    pull(studio, place)
    (task,) = studio.tasks(1, doc_ids=["d0"])
    studio.delete_task(task.id)
    assert "d0 has lost its task" in pull(studio, place)

    said = list(dropped(steps.drop(place, ["d0", "d0"]), place.gold))

    assert said == [f"1 document dropped from {place.gold / 'next'}."]
    assert "d0" not in pull(studio, place, full=True)
    assert ids(place) == ["d1"]


@pytest.mark.parametrize("how", ["a full pull", "annotated anew"])
def test_what_comes_back_is_named_once(studio, place, how):
    pull(studio, place)
    steps.drop(place, ["d0"])
    assert "d0" not in pull(studio, place)
    (task,) = studio.tasks(1, doc_ids=["d0"])
    if how == "annotated anew":
        studio.submit(task.id, to_result(document(0), SCHEMA))

    said = pull(studio, place, full=how == "a full pull")

    assert (
        f"warning: d0 was dropped, and is back: it is still annotated in Label Studio\n    {link(studio, 0)}"
        in said
    )
    assert ids(place) == ["d0", "d1"]
    assert "was dropped" not in pull(studio, place, full=True)


def test_what_is_written_on_its_task_by_us_brings_nothing_back(studio, place):
    """The pull that finds a returned task mended takes the reason away: no annotator did that."""
    (task,) = studio.tasks(1, doc_ids=["d0"])
    region, outside = to_result(document(0), SCHEMA)[0], {"start": 0, "end": 99}
    studio.clear(task.id)
    studio.submit(task.id, [region | {"value": region["value"] | outside}])
    pull(studio, place, returning=True)
    studio.clear(task.id)
    studio.submit(task.id, [region])
    assert "1 returned document with nothing wrong any more" in pull(studio, place)

    steps.drop(place, ["d0"])

    assert "d0" not in pull(studio, place)
    assert ids(place) == ["d1"]
    studio.submit(task.id, [region])
    assert "d0 was dropped, and is back" in pull(studio, place)


@pytest.mark.parametrize("how", ["dropped", "lost"])
def test_from_an_empty_gold_there_is_a_plain_path_back(studio, place, how):
    pull(studio, place)
    if how == "dropped":
        steps.drop(place, ["d0", "d1"])
    else:
        shutil.rmtree(place.gold)
    with pytest.raises(GoldError, match="holds no documents") as caught:
        list(steps.seal(place, SCHEMA))
    assert caught.value.hint.startswith("curate pull, or curate pull --full")

    said = pull(studio, place)

    assert "0 documents now in" in said
    assert ("comes again with: curate pull --full" in said) == (how == "lost")
    assert "curate pull --full" not in pull(studio, place, full=True)
    assert ids(place) == ["d0", "d1"]


def test_nothing_annotated_yet_is_no_loss(place):
    studio = MemoryStudio()
    list(push(studio, [document(0)], SCHEMA, title="p"))
    pull(studio, place)

    assert "--full" not in pull(studio, place)
