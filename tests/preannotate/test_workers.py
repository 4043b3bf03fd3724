"""Many documents: order, independence, memory and accidents."""

import multiprocessing
import os
import signal
import subprocess
import sys
from itertools import count, islice
from pathlib import Path

import pytest

from curation.documents.document import Document
from curation.errors import ModelError
from curation.preannotate import suggest_all
from curation.preannotate.model_files import locate_model

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_output_does_not_depend_on_workers_nor_on_the_batches(articles, suggested, schema):
    found = tuple(suggest_all(articles, schema, workers=2, batch_size=5))

    assert found == suggested
    assert [d.to_line() for d in found] == [d.to_line() for d in suggested]


@pytest.mark.slow
@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_the_output_does_not_depend_on_the_size_of_a_batch(
    articles, suggested, schema, batch_size
):
    found = tuple(suggest_all(articles[:12], schema, batch_size=batch_size))

    assert found == suggested[:12]


@pytest.mark.slow
def test_the_output_does_not_depend_on_the_order_of_the_input(articles, suggested, schema):
    assert tuple(suggest_all(articles[::-1], schema)) == suggested[::-1]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_an_endless_input_is_read_only_as_far_as_needed(schema, workers):
    """At most two batches a worker are under way."""
    read = []

    def endless():
        for number in count():
            read.append(number)
            yield Document(f"d{number}", f"Bush met Putin in {1990 + number % 30}.")

    stream = suggest_all(endless(), schema, workers=workers, batch_size=2)
    ids = [document.id for document in islice(stream, 5)]
    stream.close()

    assert ids == ["d0", "d1", "d2", "d3", "d4"]
    assert len(read) <= 5 + 2 * 2 * workers
    assert multiprocessing.active_children() == []


def test_no_documents_give_none(schema):
    assert list(suggest_all([], schema)) == []


def test_a_missing_model_is_refused_before_anything_is_read(schema):
    def never():
        raise AssertionError("the input was read")
        yield

    with pytest.raises(ModelError, match="no spaCy model 'en_missing'"):
        suggest_all(never(), schema, model="en_missing", workers=2)


@pytest.mark.slow
def test_a_model_that_a_worker_can_not_load_is_a_model_error(schema, articles, tmp_path):
    real = locate_model()
    for name in ("meta.json", "config.cfg"):
        (tmp_path / name).write_bytes((real.folder / name).read_bytes())
    (tmp_path / "ner").mkdir()
    (tmp_path / "ner" / "model").write_bytes(b"weights")
    stream = suggest_all(articles, schema, model=str(tmp_path), workers=2)

    with pytest.raises(ModelError, match="can't be loaded") as raised:
        list(stream)

    assert "spacy download" in raised.value.hint


@pytest.mark.slow
def test_a_worker_that_dies_is_said_and_nothing_hangs(schema, articles):
    stream = suggest_all(articles, schema, workers=2, batch_size=1)
    next(stream)
    for child in multiprocessing.active_children():
        os.kill(child.pid, signal.SIGKILL)

    with pytest.raises(ModelError, match="a worker process died"):
        list(stream)


ENDLESS = """
import sys
from itertools import count
from pathlib import Path
from curation.documents.document import Document
from curation.preannotate import suggest_all
from curation.schema import read_schema

if __name__ == "__main__":
    documents = (Document(f"d{n}", "Bush met Putin.") for n in count())
    schema = read_schema(Path(sys.argv[1]))
    for document in suggest_all(documents, schema, workers=2, batch_size=1):
        sys.stdout.write(document.id + chr(10))
        sys.stdout.flush()
"""


@pytest.mark.slow
def test_an_interrupt_ends_all_processes_without_their_complaints(tmp_path):
    """
    ^C reaches the workers too, which leave it to the parent.

    They share the parent's output, which comes to its end when all have ended.
    """
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), str(ROOT / "label_config" / "schema.toml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "d0\n"
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=600)

    assert running.returncode != 0
    assert said.count("Traceback") == 1
    assert "KeyboardInterrupt" in said


def test_a_fault_of_the_input_comes_through_and_ends_the_workers(schema):
    def broken():
        yield Document("d", "Bush met Putin.")
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(suggest_all(broken(), schema, workers=2, batch_size=1))

    assert multiprocessing.active_children() == []
