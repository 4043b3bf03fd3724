"""Suggestions for many documents, by one process or by several, in the order they came in."""

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from multiprocessing import active_children, get_context, parent_process
from typing import TYPE_CHECKING

from curation.documents.document import Document, Entity, Layer, Relation
from curation.errors import ModelError
from curation.preannotate.model_files import Model, locate
from curation.schema import Schema

if TYPE_CHECKING:
    from curation.preannotate.pipeline import Pipeline

# What a worker sends back: spans, and relations as places in the list of spans.
Spans = list[tuple[int, int, str]]
Arrows = list[tuple[int, int, str]]
Text = tuple[str, str]

# Enough that no worker waits for the reader, few enough to hold in memory.
AHEAD = 2


def suggest_all(
    documents: Iterable[Document],
    schema: Schema,
    *,
    model: str | None = None,
    workers: int = 1,
    batch_size: int = 16,
) -> Iterator[Document]:
    """
    Each document with suggestions, in the order of *documents*, which may be endless.

    Raises ModelError at once where the model isn't there, later where it can't
    be loaded or a worker died. What is suggested doesn't depend on *workers*
    nor on *batch_size*.
    """
    found = locate(model)
    batches = _batches(documents, batch_size)
    if workers > 1:
        return _by_many(batches, schema, found, workers)
    return _by_one(batches, schema, found)


def _batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    rest = iter(documents)
    while batch := list(islice(rest, size)):
        yield batch


def _by_one(
    batches: Iterator[list[Document]], schema: Schema, found: Model
) -> Iterator[Document]:
    pipeline = _read(found)
    for batch in batches:
        yield from pipeline.suggest_batch(batch, schema)


def _read(found: Model) -> "Pipeline":
    # Only where it is used: a parent of workers would load all of spaCy, for
    # nothing, before they could begin to.
    from curation.preannotate.pipeline import read

    return read(found)


def _by_many(
    batches: Iterator[list[Document]], schema: Schema, found: Model, workers: int
) -> Iterator[Document]:
    # A fresh process each: a fork would copy the parent's threads and locks.
    pool = ProcessPoolExecutor(
        workers, get_context("spawn"), initializer=_start, initargs=(found, schema)
    )
    waiting: deque[tuple[list[Document], Future[list[tuple[Spans, Arrows]]]]] = deque()
    try:
        for batch in batches:
            texts = [(document.id, document.text) for document in batch]
            with _unhearing():
                waiting.append((batch, pool.submit(_work, texts)))
            if len(waiting) >= AHEAD * workers:
                yield from _finished(*waiting.popleft(), found.layer)
        while waiting:
            yield from _finished(*waiting.popleft(), found.layer)
    except BrokenProcessPool:
        raise ModelError(
            "a worker process died, perhaps for want of memory",
            hint="try again with --workers 1",
        ) from None
    except BaseException:
        # ^C, say: nobody waits for what is half done, or for a model to be loaded.
        for worker in active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _unhearing() -> Iterator[None]:
    """
    Processes that are started here never hear ^C, from their first moment on.

    It reaches the whole group, and the parent alone, who hears it a little
    later, decides what it means.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _finished(
    batch: Sequence[Document], future: "Future[list[tuple[Spans, Arrows]]]", layer: Layer
) -> Iterator[Document]:
    for document, (spans, arrows) in zip(batch, future.result(), strict=True):
        entities = [Entity(*span) for span in spans]
        joined = (Relation(entities[head], entities[tail], r) for head, tail, r in arrows)
        found = replace(
            document, entities=tuple(entities), relations=tuple(joined), layer=layer
        )
        yield found.with_numbered_entities()


class _Worker:
    """What a worker process keeps between its batches."""

    model: Model
    schema: Schema
    pipeline: "Pipeline | None" = None


def _start(model: Model, schema: Schema) -> None:
    """
    Prepare a worker; the model is loaded with the first batch.

    An error raised here would break the pool without a word of what it was.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Worker.model, _Worker.schema = model, schema


def _end_with_parent() -> None:
    """A parent that was killed can't tell its workers to stop."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _work(texts: list[Text]) -> list[tuple[Spans, Arrows]]:
    if _Worker.pipeline is None:
        _Worker.pipeline = _read(_Worker.model)
    documents = [Document(identity, text) for identity, text in texts]
    return [_bare(found) for found in _Worker.pipeline.suggest_batch(documents, _Worker.schema)]


def _bare(document: Document) -> tuple[Spans, Arrows]:
    place = {entity: n for n, entity in enumerate(document.entities)}
    return (
        [(e.start, e.end, e.label) for e in document.entities],
        [(place[r.head], place[r.tail], r.label) for r in document.relations],
    )
