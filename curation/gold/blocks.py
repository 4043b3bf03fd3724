"""One file of gold/next while it is changed: the lines in it, and those to be there in their place."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from curation.errors import Problems
from curation.files import Json, atomic, json_line, written
from curation.gold.lines import Lines
from curation.gold.model import Gold, place
from curation.gold.read import Read, Row, read_rows
from curation.strict import parse_object


@dataclass
class File:
    """The *old* lines are on disk, the *new* ones on their way; a document's new ones count."""

    path: Path
    old: Lines
    new: Lines

    def lines(self, document: str) -> Lines:
        """Where the document's lines are, as things stand."""
        return self.new if document in self.new else self.old

    def names(self) -> list[str]:
        """The documents that have lines, in the order of the file."""
        known = self.old.places.keys() | self.new.places.keys()
        return [one for one in sorted(known) if self.lines(one).has(one)]

    def put(self, document: str, rows: Iterable[Json]) -> None:
        self.new.put(document, block(rows))

    def changed(self) -> bool:
        return any(self.old.get(one) != self.new.get(one) for one in self.new.places)

    def write(self) -> None:
        with atomic(self.path) as stream:
            for document in self.names():
                stream.buffer.write(self.lines(document).get(document))

    def sha256(self) -> str:
        """Of the file as it should be."""
        whole = hashlib.sha256()
        for document in self.names():
            whole.update(self.lines(document).get(document))
        return whole.hexdigest()


def sound(
    objects: Iterable[tuple[str, Json]],
    lines: Lines,
    read: Read[Row],
    row: Callable[[Row], Json],
    problems: Problems,
) -> Lines:
    """All lines of a file, read and checked, and as we would have written them."""
    for one in read_rows(objects, read, problems):
        document: str = one.id if isinstance(one, Gold) else one.document.id
        several = parsed(lines.get(document), read)
        several.append(one)
        several.sort(key=place)
        lines.put(document, block(map(row, several)))
    return lines


def parsed(lines: bytes, read: Read[Row]) -> list[Row]:
    """What lines of ours hold."""
    problems = Problems()
    rows = (("", parse_object(line)) for _, line in written(enumerate(lines.split(b"\n"))))
    return list(read_rows(rows, read, problems))


def block(rows: Iterable[Json]) -> bytes:
    """The rows as lines."""
    return b"".join(json_line(row).encode() + b"\n" for row in rows)
