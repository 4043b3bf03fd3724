"""Documents as what is sent of them, in calls of a good size, the next made while one is out."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from curation.documents.document import Document

# The more in a call, the less of it is the call's own; one of long articles is
# ended sooner, since all of it is held in memory, here and there. A thousand of 3 kB with
# 30 entities each are 9,000,000.
BATCH = 1000
HEAVY = 12_000_000
SPAN = 200

_T = TypeVar("_T")


def weight_of(document: Document) -> int:
    """About as many bytes as are sent of it."""
    return len(document.text) + SPAN * len(document.entities)


def batches(
    documents: Iterable[Document], form: Callable[[Document], _T]
) -> Iterator[dict[str, _T]]:
    """What is sent of each document, by its id."""
    made = _made(documents, form)
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, made, None)
        while batch := coming.result():
            coming = maker.submit(next, made, None)
            yield batch


def _made(
    documents: Iterable[Document], form: Callable[[Document], _T]
) -> Iterator[dict[str, _T]]:
    batch: dict[str, _T] = {}
    weight = 0
    for document in documents:
        batch[document.id] = form(document)
        weight += weight_of(document)
        if len(batch) == BATCH or weight > HEAVY:
            yield batch
            batch, weight = {}, 0
    if batch:
        yield batch
