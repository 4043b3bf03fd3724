"""
Which texts are nearly the same, though one is longer, corrected or has another headline.

Two texts are near copies where half of the shorter one's shingles (all its runs of five words) are
in the other as well. It is counted, not estimated.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice, pairwise, product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from curation.documents.word_count import split_words

# Words in a shingle; texts with fewer are compared as a whole.
SHINGLE_WORDS = 5

# Near copies share at least so much: shingles of both ÷ shingles of the text that has fewer.
LEAST_SHARED = 0.5

# A shingle in more texts than these is boilerplate, and counts nowhere.
MOST_TEXTS = 100

# So many texts of other people are looked at together; boilerplate is counted among these.
BLOCK = 20_000

# Powers of an odd number, so that a shingle's hash depends on the order of its words.
_FACTORS = np.array(
    [pow(0x9E3779B97F4A7C15, power, 2**64) for power in range(SHINGLE_WORDS)], dtype=np.uint64
)

# Half of a hash is kept, which is plenty for texts that share hundreds. Those of all texts are sorted in
# parts, by where in the range they are, so that sorting takes little memory.
_PARTS = 32
_EDGES = (np.arange(1, _PARTS) * (2**32 // _PARTS)).astype(np.uint32)
_MOST_WORDS = 50_000

_Hashes: TypeAlias = NDArray[np.uint32]
_Numbers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCopy:
    """
    Two texts, by name, that are nearly the same; *shared* is the share of the shorter one's shingles.

    *same_words* is true where both have the same words in the same order.
    """

    first: str
    second: str
    shared: float
    same_words: bool = False


def find_near_copies(texts: Iterable[tuple[str, str]]) -> tuple[NearCopy, ...]:
    """
    The near copies among these texts, which come with their names; in the order of the texts.

    Of texts with the same words the first stands for all: each other one is a near copy of it, and
    is compared with nothing else.
    """
    finder = NearCopyFinder()
    for name, text in texts:
        finder.add(name, text)
    return finder.found()


class NearCopyFinder:
    """The near copies among texts that are on their way elsewhere; their shingles alone are remembered."""

    def __init__(self) -> None:
        self._texts = _DistinctTexts()
        self._order: dict[str, int] = {}

    def add(self, name: str, text: str) -> None:
        """Remember the text's shingles."""
        self._order[name] = len(self._order)
        self._texts.add(name, text)

    def found(self) -> tuple[NearCopy, ...]:
        """As find_near_copies, of the texts that were looked at."""
        postings = _Postings(self._texts.shingles)
        copies = []
        for number, names in enumerate(self._texts.names):
            copies += [
                NearCopy(first=names[0], second=name, shared=1.0, same_words=True)
                for name in names[1:]
            ]
            copies += [
                NearCopy(first=names[0], second=self._texts.names[other][0], shared=shared)
                for other, shared in postings.near(number)
                if other > number
            ]
        return tuple(
            sorted(copies, key=lambda one: (self._order[one.first], self._order[one.second]))
        )


def find_copies_between(
    these: Iterable[tuple[str, str]], those: Iterable[tuple[str, str]]
) -> Iterator[NearCopy]:
    """
    Each two near copies of which *first* is one of *these* texts and *second* one of *those*.

    *those* are read once, and 20,000 at a time, so that there may be more than the memory holds.
    """
    ours = _DistinctTexts()
    for name, text in these:
        ours.add(name, text)
    waiting = iter(those)
    while block := list(islice(waiting, BLOCK)):
        both = ours.copy()
        for name, text in block:
            both.add(name, text)
        yield from _between(ours, both)


def _between(ours: "_DistinctTexts", both: "_DistinctTexts") -> Iterator[NearCopy]:
    """*both* has our texts, and after them somebody else's."""
    ends = [len(names) for names in ours.names]
    ends += [0] * (len(both.names) - len(ends))
    others = [names[end:] for names, end in zip(both.names, ends, strict=True)]
    postings = _Postings(both.shingles)
    for number, names in enumerate(ours.names):
        for first, second in product(names, others[number]):
            yield NearCopy(first=first, second=second, shared=1.0, same_words=True)
        for other, shared in postings.near(number):
            for first, second in product(names, others[other]):
                yield NearCopy(first=first, second=second, shared=shared)


class _Vocabulary(dict[str, int]):
    """The hash of each word; those of many words are forgotten, and worked out again."""

    def __missing__(self, word: str) -> int:
        if len(self) > _MOST_WORDS:
            self.clear()
        hashed = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self[word] = int.from_bytes(hashed, "little")
        return self[word]


@dataclass
class _DistinctTexts:
    """Texts of which no two have the same words: *names* of all that have these, and their shingles."""

    names: list[list[str]] = field(default_factory=list)
    shingles: list[_Hashes] = field(default_factory=list)
    numbers: dict[bytes, int] = field(default_factory=dict)
    vocabulary: _Vocabulary = field(default_factory=_Vocabulary)

    def copy(self) -> "_DistinctTexts":
        """The same, to be added to."""
        return _DistinctTexts(
            [[*names] for names in self.names], [*self.shingles], {**self.numbers}
        )

    def add(self, name: str, text: str) -> None:
        """Add this text."""
        words = split_words(text)
        whole = " ".join(words) if words else f"\n{text.strip()}"
        key = blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        number = self.numbers.setdefault(key, len(self.names))
        if number == len(self.names):
            self.names.append([])
            self.shingles.append(_shingles(words, self.vocabulary))
        self.names[number].append(name)


def _shingles(words: Sequence[str], vocabulary: _Vocabulary) -> _Hashes:
    """The hash of each run of five words, once; empty where there are fewer words."""
    count = len(words) - SHINGLE_WORDS + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint32)
    hashes = np.fromiter(map(vocabulary.__getitem__, words), dtype=np.uint64, count=len(words))
    combined = np.zeros(count, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        combined += hashes[place : place + count] * factor  # modulo 2⁶⁴
    return np.unique((combined >> np.uint64(32)).astype(np.uint32))


def _parts(shingles: Sequence[_Hashes]) -> Iterator[tuple[_Hashes, NDArray[np.int32]]]:
    """The hashes of all texts and the number of the text that each is of: a part of the range at a time."""
    cuts = np.zeros((len(shingles), _PARTS + 1), dtype=np.int32)
    for row, one in zip(cuts, shingles, strict=True):
        row[1:-1] = np.searchsorted(one, _EDGES)
        row[-1] = len(one)
    numbers = np.arange(len(shingles), dtype=np.int32)
    for begins, ends in pairwise(cuts.T):
        pieces = [one[b:e] for one, b, e in zip(shingles, begins, ends, strict=True)]
        yield (
            np.concatenate([np.empty(0, dtype=np.uint32), *pieces]),
            np.repeat(numbers, ends - begins),
        )


class _Postings:
    """In which texts each shingle is that is in several, but not in too many."""

    def __init__(self, shingles: Sequence[_Hashes]) -> None:
        self.sizes: _Numbers = np.fromiter(map(len, shingles), dtype=np.int64)
        texts: list[NDArray[np.int32]] = []
        counts: list[_Numbers] = []
        for hashes, owners in _parts(shingles):
            order = np.argsort(hashes)
            owners = owners[order]
            hashes = hashes[order]
            begins = np.flatnonzero(np.diff(hashes, prepend=~hashes[:1]))
            sizes = np.diff(begins, append=len(owners))
            is_boilerplate = sizes > MOST_TEXTS
            boilerplate = owners[np.repeat(is_boilerplate, sizes)]
            self.sizes -= np.bincount(boilerplate, minlength=len(shingles))
            is_shared = (sizes > 1) & ~is_boilerplate
            texts.append(owners[np.repeat(is_shared, sizes)])
            counts.append(sizes[is_shared])
        self.texts = np.concatenate(texts)
        texts.clear()
        self.counts: _Numbers = np.concatenate(counts)
        self.begins: _Numbers = np.cumsum(self.counts) - self.counts
        by_text = np.argsort(self.texts, kind="stable").astype(np.int32)
        numbers = np.arange(len(self.counts), dtype=np.int32)
        self.shared = np.repeat(numbers, self.counts)[by_text]
        self.ends = np.cumsum(np.bincount(self.texts, minlength=len(shingles)))

    def near(self, text: int) -> Iterator[tuple[int, float]]:
        """Each other text that is a near copy of this one, by number, and what the two share."""
        begin = self.ends[text - 1] if text else 0
        shared = self.shared[begin : self.ends[text]]
        counts = self.counts[shared]
        skipped = np.cumsum(counts) - counts
        places = np.repeat(self.begins[shared] - skipped, counts) + np.arange(counts.sum())
        others, times = _tally(self.texts[places], len(self.sizes))
        shares = times / np.maximum(np.minimum(self.sizes[text], self.sizes[others]), 1)
        for place in np.flatnonzero((shares >= LEAST_SHARED) & (others != text)):
            yield int(others[place]), float(shares[place])


def _tally(numbers: NDArray[np.int32], limit: int) -> tuple[_Numbers, _Numbers]:
    """Which numbers below *limit* there are, and how often each is."""
    if len(numbers) * 8 < limit:
        found, times = np.unique(numbers, return_counts=True)
    else:
        every = np.bincount(numbers, minlength=limit)
        found = np.flatnonzero(every).astype(np.int32)
        times = every[found]
    return found.astype(np.int64), times.astype(np.int64)
