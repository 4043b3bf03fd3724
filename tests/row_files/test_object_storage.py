"""Where a file in object storage can't be read on, the run ends; a file that is bad is told."""

import gzip
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from curation.addresses import StoredPath
from curation.errors import Problems
from curation.row_files.object_storage import StorageError, StoredFile
from curation.row_files.read import stored_rows

ROWS = [{"id": f"a{number}", "text": f"Bush met Putin {number}."} for number in range(5000)]


class BrokenStream(io.BytesIO):
    """A file of which the network gives the bytes before *broken_at* and those of its end."""

    def __init__(self, raw, broken_at):
        super().__init__(raw)
        self._broken = range(broken_at, len(raw) - 2000)

    def readinto(self, buffer):
        at = self.tell()
        if at < self._broken.stop and at + len(buffer) > self._broken.start:
            raise OSError("AWS Error NETWORK_CONNECTION: curlCode: 7")
        return super().readinto(buffer)


@dataclass
class BrokenStorage:
    """A storage of one file."""

    raw: bytes
    broken_at: int

    def open_input_file(self, key):
        return BrokenStream(self.raw, self.broken_at)


def parquet():
    stream = io.BytesIO()
    table = pyarrow.Table.from_pylist(ROWS)
    pyarrow.parquet.write_table(table, stream, row_group_size=500, compression="none")
    return stream.getvalue()


def lines():
    return "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def stored(name, raw, broken_at):
    place = StoredPath(f"s3://news/{name}")
    return StoredFile(BrokenStorage(raw, broken_at), f"news/{name}", place)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.parquet", parquet()),
        ("a.jsonl", lines() * 10),
        ("a.jsonl.gz", gzip.compress(lines() * 20, 1)),
        ("a.csv", b"id,text\n" + b"a,Bush met Putin.\n" * 100_000),
        ("a.json", b"[" + b",".join((lines() * 10).splitlines()) + b"]"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
@pytest.mark.parametrize("share", [0, 0.6])
def test_a_network_that_fails_within_a_file_ends_the_run(name, raw, share):
    problems = Problems()

    with pytest.raises(StorageError, match=rf"^s3://news/{name}: AWS Error NETWORK_CONNECTION"):
        list(stored_rows(stored(name, raw, int(len(raw) * share)), problems))

    assert len(problems) == 0


def test_what_is_wrong_within_a_stored_parquet_file_is_a_problem_of_the_file():
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), stream, compression="snappy")
    raw = stream.getvalue()
    raw = raw[:100] + b"\xff" * 2000 + raw[2100:]
    problems = Problems()

    list(stored_rows(stored("a.parquet", raw, 2**40), problems))

    assert [Path(problem.place).name for problem in problems.shown] == ["a.parquet"]
