"""A copy of all that annotators and models have left in a project, made on disk as it is looked at."""

from collections.abc import Callable, Iterable, Iterator
from typing import IO, TypeVar

from curation.files import Json, json_line

_T = TypeVar("_T")


class Copy:
    """
    One JSON object in *file*: what is known of it from the start, then its lists, an item a line.

    Nothing of it is in memory.
    """

    def __init__(self, file: IO[bytes], known: Json) -> None:
        self._file = file
        self._put(json_line(known).removesuffix("}"))

    def list(self, key: str, items: Iterable[_T], form: Callable[[_T], Json]) -> Iterator[_T]:
        """The same items, each of them copied under *key* as it goes by."""
        self._put(f",{json_line({key: []})[1:-2]}\n")
        between = ""
        for item in items:
            self._put(between + json_line(form(item)))
            between = ",\n"
            yield item
        self._put("]")

    def end(self) -> None:
        """Nothing more comes."""
        self._put("}\n")

    def _put(self, text: str) -> None:
        # Half a character is written as JSON writes it.
        self._file.write(text.encode("utf-8", "backslashreplace"))
