"""What goes from the reader of articles to the workers, and from them to whoever writes the shards."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from curation.articles import ArticlesReport
from curation.documents.document import Document
from curation.errors import CurateError, Problem, Problems

# So many articles a worker gets at once: enough that none waits, few enough to be lost with it.
_PORTION = 16


@dataclass(frozen=True, slots=True)
class Portion:
    """Some articles of a shard; *digest* is that of all articles of the shard, and of what suggests."""

    shard: int
    digest: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Suggested:
    """The lines with suggestions of a portion, and the articles of it that no worker could do."""

    shard: int
    digest: str
    lines: tuple[str, ...]
    failed: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A shard that an earlier run wrote already, with how many articles."""

    shard: int
    count: int


@dataclass(frozen=True, slots=True)
class BadArticles:
    """Articles that were left out, with the reason."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class AllRead:
    """There are no more articles: what is worth telling of them."""

    report: ArticlesReport


@dataclass(frozen=True, slots=True)
class Failure:
    """What ended the work in another process."""

    error: CurateError


Parcel = Portion | Suggested | Kept | BadArticles | AllRead | Failure


class TakenProblems(Problems):
    """
    Problems that are taken away as they come, so that all can be written down.

    *places* says how many articles they are of: those of one article come together.
    """

    def __init__(self) -> None:
        super().__init__()
        self.places = 0
        self._last_place = ""
        self._waiting: list[Problem] = []

    def append(self, problem: Problem) -> None:
        """Add one problem."""
        super().append(problem)
        if problem.place != self._last_place:
            self.places += 1
            self._last_place = problem.place
        self._waiting.append(problem)

    def take(self) -> tuple[Problem, ...]:
        """Those that came since the last time."""
        taken = tuple(self._waiting)
        self._waiting.clear()
        return taken


def pack_articles(
    documents: Iterable[Document],
    report: ArticlesReport,
    *,
    size: int,
    made_by: str,
    written: Mapping[int, str],
) -> Iterator[Parcel]:
    """
    The articles in portions, *size* places of the input a shard; last of all the *report*.

    A bad article keeps its place, so that mending it changes its own shard alone. *made_by* names
    model and rules; shards of this digest among the *written* ones aren't made again.
    """
    bad = report.bad
    assert isinstance(bad, TakenProblems)
    shard: list[Document] = []
    number = 0
    good = 0
    try:
        for document in documents:
            while (good + bad.places) // size > number:
                yield from _shard_portions(number, shard, made_by, written)
                shard.clear()
                number += 1
            shard.append(document)
            good += 1
            if problems := bad.take():
                yield BadArticles(problems)
    except CurateError as error:
        yield BadArticles(bad.take())
        yield Failure(error)
        return
    yield from _shard_portions(number, shard, made_by, written)
    yield BadArticles(bad.take())
    yield AllRead(report)


def _shard_portions(
    number: int, documents: Sequence[Document], made_by: str, written: Mapping[int, str]
) -> Iterator[Portion | Kept]:
    if not documents:
        return
    digest = hashlib.sha256(made_by.encode())
    for document in documents:
        digest.update(document.to_line().encode() + b"\n")
    name = digest.hexdigest()[:32]
    if written.get(number) == name:
        yield Kept(number, len(documents))
        return
    rest = iter(documents)
    while some := tuple(islice(rest, _PORTION)):
        yield Portion(number, name, some)
