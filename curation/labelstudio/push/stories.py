"""Documents of one story one after the other, so that their tasks are listed and annotated together."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar


class _Identified(Protocol):
    """A document, or what is remembered of one."""

    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_Identified)


class Stories:
    """The stories among documents; *groups* gives the group of a document that isn't its id."""

    def __init__(self, ids: Collection[str], groups: Mapping[str, str]) -> None:
        self._groups = groups
        self._sizes = Counter(groups.get(one, one) for one in ids)

    def together(self, documents: Iterable[_T]) -> Iterator[_T]:
        """
        The documents in their order, but all of a story where the last of them stands.

        Only stories that aren't complete yet are held in memory.
        """
        held: dict[str, list[_T]] = defaultdict(list)
        for document in documents:
            group = self._groups.get(document.id, document.id)
            held[group].append(document)
            if len(held[group]) == self._sizes[group]:
                yield from held.pop(group)
