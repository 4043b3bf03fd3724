"""Suggestions for many documents, by one process or several, in the order of the documents."""

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
from curation.preannotate.model_files import SpacyModel, chosen_model
from curation.schema import Schema

if TYPE_CHECKING:
    from curation.preannotate.pipeline import Pipeline

# What workers send back: spans, and relations by the positions of head and tail in the spans.
_Spans = list[tuple[int, int, str]]
_Relations = list[tuple[int, int, str, float | None, str]]
_Text = tuple[str, str]

# For each worker: enough that none waits for the reader, few enough to hold in memory.
_BATCHES_AHEAD = 2


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

    *workers* and *batch_size* don't change the suggestions. Raises ModelError, at once where there
    is no such model, later where the model can't be loaded or a worker dies.
    """
    located = chosen_model(schema, model)
    batches = _batches(documents, batch_size)
    if workers > 1:
        return _by_workers(batches, schema, located, workers)
    return _in_this_process(batches, schema, located)


def _batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    rest = iter(documents)
    while batch := list(islice(rest, size)):
        yield batch


def _in_this_process(
    batches: Iterator[list[Document]], schema: Schema, model: SpacyModel
) -> Iterator[Document]:
    pipeline = _load(model)
    for batch in batches:
        yield from pipeline.suggest_batch(batch, schema)


def _load(model: SpacyModel) -> "Pipeline":
    # Imported only here: the parent of workers would load spaCy for nothing, while they wait.
    from curation.preannotate.pipeline import load_located_model

    return load_located_model(model)


def _by_workers(
    batches: Iterator[list[Document]], schema: Schema, model: SpacyModel, workers: int
) -> Iterator[Document]:
    # Spawned, since a fork would copy the parent's threads and locks.
    pool = ProcessPoolExecutor(
        workers, get_context("spawn"), initializer=_start, initargs=(model, schema)
    )
    pending: deque[tuple[list[Document], Future[list[tuple[_Spans, _Relations]]]]] = deque()
    try:
        for batch in batches:
            texts = [(document.id, document.text) for document in batch]
            with _interrupts_blocked():
                pending.append((batch, pool.submit(_work, texts)))
            if len(pending) >= _BATCHES_AHEAD * workers:
                yield from _finished(*pending.popleft(), model.layer)
        while pending:
            yield from _finished(*pending.popleft(), model.layer)
    except BrokenProcessPool:
        raise ModelError(
            "a worker process died, perhaps of too little memory",
            hint="try again with --workers 1",
        ) from None
    except BaseException:
        # For example ^C: don't wait for batches or for a model that is being loaded.
        for worker in active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """
    Processes started in the block never get SIGINT, from their first moment on.

    The terminal sends ^C to the whole process group; only the parent reacts to it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _finished(
    batch: Sequence[Document], future: "Future[list[tuple[_Spans, _Relations]]]", layer: Layer
) -> Iterator[Document]:
    for document, (spans, relations) in zip(batch, future.result(), strict=True):
        entities = [Entity(*span) for span in spans]
        suggested = replace(
            document,
            entities=tuple(entities),
            relations=tuple(
                Relation(entities[head], entities[tail], label, score, made_by)
                for head, tail, label, score, made_by in relations
            ),
            layer=layer,
        )
        yield suggested.with_numbered_entities()


class _Worker:
    """The state of a worker process between its batches."""

    model: SpacyModel
    schema: Schema
    pipeline: "Pipeline | None" = None


def _start(model: SpacyModel, schema: Schema) -> None:
    """
    Prepare a worker process; the model is loaded with the first batch.

    Here an error would break the pool and be lost.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Worker.model = model
    _Worker.schema = schema


def _end_with_parent() -> None:
    """End this process when its parent has ended, also if that was killed."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _work(texts: list[_Text]) -> list[tuple[_Spans, _Relations]]:
    if _Worker.pipeline is None:
        _Worker.pipeline = _load(_Worker.model)
    documents = [Document(identity, text) for identity, text in texts]
    suggested = _Worker.pipeline.suggest_batch(documents, _Worker.schema)
    return [_spans_and_relations(document) for document in suggested]


def _spans_and_relations(document: Document) -> tuple[_Spans, _Relations]:
    position = {entity: n for n, entity in enumerate(document.entities)}
    return (
        [(e.start, e.end, e.label) for e in document.entities],
        [
            (position[r.head], position[r.tail], r.label, r.score, r.made_by)
            for r in document.relations
        ],
    )
