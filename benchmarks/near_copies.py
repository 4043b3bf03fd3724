"""
Near copies among 10,000 articles of 360 words: time, memory, and that those which were planted are found.

Words are as frequent as in English. One article in twenty is an edited copy of another: a tenth of it
cut, or its first two fifths alone.
"""

import random
import sys
import time
from collections.abc import Iterator
from itertools import accumulate

from frame.figures import Figure, report
from frame.processes import python

from curation.near_copies import find_near_copies

ARTICLES = 10_000
WORDS = 360
RARE_WORDS = 20_000
PLANTED = ARTICLES // 20


def articles() -> Iterator[tuple[str, str]]:
    """The articles, each with its name, the planted copies last."""
    numbers = random.Random(7)
    words = [f"w{number}" for number in range(RARE_WORDS)]
    weights = list(accumulate(1 / rank for rank in range(1, RARE_WORDS + 1)))
    originals = []
    for number in range(ARTICLES - PLANTED):
        article = numbers.choices(words, cum_weights=weights, k=WORDS)
        if number < PLANTED:
            originals.append(article)
        yield f"article-{number}", " ".join(article)
    for number, article in enumerate(originals):
        kept = article[: WORDS * 2 // 5] if number % 2 else article[WORDS // 10 :]
        yield f"copy-{number}", " ".join(kept)


def compare() -> None:
    """Print the seconds of CPU that the comparison takes, after checking what was found."""
    texts = list(articles())
    begin = time.process_time()
    found = {(one.first, one.second) for one in find_near_copies(texts)}
    seconds = time.process_time() - begin
    assert found == {(f"article-{number}", f"copy-{number}") for number in range(PLANTED)}
    print(f"{seconds:.1f} s")


def figures() -> Iterator[Figure]:
    whole = python([__file__, "--compare"])
    making = python([__file__, "--make"])
    yield Figure(
        f"near copies among {ARTICLES:,} articles of {WORDS} words, {PLANTED} planted",
        aim="reported",
        ours=f"{whole.cpu - making.cpu:.1f} s CPU, peak {whole.peak:.0f} MB",
        note=f"{PLANTED} found, no other; the articles themselves: {making.peak:.0f} MB",
    )


if __name__ == "__main__":
    if "--compare" in sys.argv:
        compare()
    elif "--make" in sys.argv:
        list(articles())
    else:
        report(figures())
