"""Values that are made once and read many times: on disk meanwhile, so that memory stays flat."""

import os
import weakref
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import Generic, TypeVar

import msgspec

from curation.files import explain_os_errors

_Value = TypeVar("_Value")


class ValuesOnDisk(Generic[_Value]):
    """
    Values of one *kind*, a dataclass, in a file without a name that goes when nobody needs it any more.

    They are iterated in the order of their keys, those of one key as they came.
    """

    def __init__(self, kind: type[_Value]) -> None:
        self.decoder = msgspec.json.Decoder(kind)
        self.places: list[tuple[str, int, int]] = []
        self.end = 0
        with explain_os_errors(Path(gettempdir())):
            self.stream = TemporaryFile(buffering=0)  # noqa: SIM115 - closed by finalize
        weakref.finalize(self, self.stream.close)

    def add(self, key: str, value: _Value) -> bytes:
        """Put a value aside; what was written of it, which is JSON."""
        raw = msgspec.json.encode(value)
        with explain_os_errors(Path(gettempdir())):
            written = self.stream.write(raw)
            while written < len(raw):
                written += self.stream.write(raw[written:])
        self.places.append((key, self.end, len(raw)))
        self.end += len(raw)
        return raw

    def __iter__(self) -> Iterator[_Value]:
        self.places.sort()
        file = self.stream.fileno()
        for _, begin, length in self.places:
            yield self.decoder.decode(os.pread(file, length, begin))
