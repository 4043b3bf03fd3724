"""Documents in batches, one for each call; the next batch is made while one is being sent."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

# A call costs time of its own, so a batch should be large; long articles end a batch sooner,
# since both sides hold all of it in memory, and proxies limit it. A thousand articles of 3 kB with
# 30 entities each are 9,000,000 bytes.
BATCH_DOCUMENTS = 1000
BATCH_BYTES = 12_000_000

_T = TypeVar("_T")


def upload_batches(
    items: Iterable[tuple[str, _T]], weigh: Callable[[_T], int]
) -> Iterator[dict[str, _T]]:
    """
    Batch by batch, *items* given as key and what is sent, of which *weigh* gives the bytes.

    A batch has BATCH_DOCUMENTS items and BATCH_BYTES at most, or a single item.
    """
    batches = _batches(items, weigh)
    with ThreadPoolExecutor(1) as executor:
        upcoming = executor.submit(next, batches, None)
        while batch := upcoming.result():
            upcoming = executor.submit(next, batches, None)
            yield batch


def _batches(
    items: Iterable[tuple[str, _T]], weigh: Callable[[_T], int]
) -> Iterator[dict[str, _T]]:
    batch: dict[str, _T] = {}
    size = 0
    for key, item in items:
        weight = weigh(item)
        if batch and (len(batch) == BATCH_DOCUMENTS or size + weight > BATCH_BYTES):
            yield batch
            batch = {}
            size = 0
        batch[key] = item
        size += weight
    if batch:
        yield batch
