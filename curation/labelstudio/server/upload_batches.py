"""Documents in batches, one for each call; the next batch is made while one is being sent."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from curation.documents.document import Document

# A call costs time of its own, so a batch should be large; long articles end a batch sooner,
# since both sides hold all of it in memory. A thousand articles of 3 kB with 30 entities each
# are 9,000,000 bytes.
BATCH_DOCUMENTS = 1000
BATCH_BYTES = 12_000_000
ENTITY_BYTES = 200

_T = TypeVar("_T")


def upload_size(document: Document) -> int:
    """About how many bytes are sent of the document."""
    return len(document.text) + ENTITY_BYTES * len(document.entities)


def upload_batches(
    documents: Iterable[Document], convert: Callable[[Document], _T]
) -> Iterator[dict[str, _T]]:
    """Batch by batch, each document converted to what is sent of it, by its id."""
    return sized_batches((one.id, convert(one), upload_size(one)) for one in documents)


def sized_batches(items: Iterable[tuple[str, _T, int]]) -> Iterator[dict[str, _T]]:
    """Batch by batch, items given as key, what is sent, and about how many bytes of it."""
    batches = _batches(items)
    with ThreadPoolExecutor(1) as executor:
        upcoming = executor.submit(next, batches, None)
        while batch := upcoming.result():
            upcoming = executor.submit(next, batches, None)
            yield batch


def _batches(items: Iterable[tuple[str, _T, int]]) -> Iterator[dict[str, _T]]:
    batch: dict[str, _T] = {}
    size = 0
    for key, sent, bytes_sent in items:
        batch[key] = sent
        size += bytes_sent
        if len(batch) == BATCH_DOCUMENTS or size > BATCH_BYTES:
            yield batch
            batch = {}
            size = 0
    if batch:
        yield batch
