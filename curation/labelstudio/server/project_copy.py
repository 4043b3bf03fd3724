"""A copy of everything that annotators and models have left in a project, written while it is read."""

from collections.abc import Callable, Iterable, Iterator
from typing import IO, TypeVar

from curation.files import Json, json_line

_T = TypeVar("_T")


class ProjectCopy:
    """
    One JSON object, written to *file*: the fields known from the start, then lists, an item a line.

    Nothing of it is kept in memory.
    """

    def __init__(self, file: IO[bytes], fields: Json) -> None:
        self._file = file
        self._write(json_line(fields).removesuffix("}"))

    def copied(
        self, key: str, items: Iterable[_T], to_json: Callable[[_T], Json]
    ) -> Iterator[_T]:
        """The same items, each of them written to the list *key* as it is given on."""
        self._write(f",{json_line({key: []})[1:-2]}\n")
        separator = ""
        for item in items:
            self._write(separator + json_line(to_json(item)))
            separator = ",\n"
            yield item
        self._write("]")

    def finish(self) -> None:
        """End the object; nothing may follow."""
        self._write("}\n")

    def _write(self, text: str) -> None:
        # Half a surrogate pair can't be encoded, and is written as JSON writes it.
        self._file.write(text.encode("utf-8", "backslashreplace"))
