"""Lines by document, on disk: memory holds only where they are."""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from curation.files import raw_lines, told

# How each line of ours begins.
_BEGIN, _END = b'{"id":"', b'","text":'


class Lines:
    """
    The lines of each document, in a file that is only ever added to.

    *places* says where a document's begin and how long they are; without any it has none.
    """

    def __init__(self, file: IO[bytes], where: Path) -> None:
        self.places: dict[str, tuple[int, int]] = {}
        self._file = file
        self._where = where
        self._end = 0

    @classmethod
    def scratch(cls, folder: Path) -> "Lines":
        """None yet, in a file without a name, which goes with us."""
        with told(folder):
            return cls(tempfile.TemporaryFile(dir=folder), folder)

    @classmethod
    def written(cls, path: Path, sha256: str) -> "Lines | None":
        """
        Those of a file that we wrote; None where it isn't the one of this *sha256* any more.

        Then nothing but its lines' beginnings has to be read.
        """
        with told(path):
            lines = cls(path.open("rb"), path)
        whole = hashlib.sha256()
        for line in raw_lines(path):
            whole.update(line)
            end = line.find(_END, len(_BEGIN))
            if end < 0 or not line.startswith(_BEGIN):
                break
            lines.add(line[len(_BEGIN) - 1 : end + 1], len(line))
        if whole.hexdigest() == sha256:
            return lines
        lines.close()
        return None

    def __contains__(self, document: str) -> bool:
        """Whether anything was said of it here, and be it that it has no lines."""
        return document in self.places

    def has(self, document: str) -> bool:
        """Whether it has lines."""
        return self.places.get(document, (0, 0))[1] > 0

    def add(self, name: bytes, length: int) -> None:
        """The next line of the file, behind those of the same document, is of so many bytes."""
        document = json.loads(name)
        start, before = self.places.get(document, (self._end, 0))
        self.places[document] = start, before + length
        self._end += length

    def put(self, document: str, lines: bytes) -> None:
        """From now on these are the document's, in the place of any it had."""
        with told(self._where):
            self._file.write(lines)
        self.places[document] = self._end, len(lines)
        self._end += len(lines)

    def get(self, document: str) -> bytes:
        """Nothing where it has none."""
        start, length = self.places.get(document, (0, 0))
        if not length:
            return b""
        with told(self._where):
            self._file.flush()
            return os.pread(self._file.fileno(), length, start)

    def close(self) -> None:
        """Let go of the file; what could not be written to it was told."""
        with suppress(OSError):
            self._file.close()
