"""Where a file in object storage can't be read on, the run ends; a file that is bad is told."""

import gzip
import io
import json
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from serving import serving

from curation.addresses import StoredPath
from curation.errors import Problems
from curation.row_files.object_storage import (
    StorageError,
    StoredFile,
    explain_storage_errors,
    open_storage,
    stored_files,
)
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


# What is said of a storage

GOOGLE = "gs://anonymous@news/a?scheme=http&endpoint_override={}"
NO_BUCKET = b'{"error": {"code": 404, "message": "The specified bucket does not exist."}}'


def said(raised):
    return f"{raised.value} {raised.value.hint}"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("s3://news/a?x=y", ["s3://news/a: Unexpected query", "AWS_ACCESS_KEY_ID"]),
        (
            "gs://news/a?x=y",
            ["gs://news/a: Unexpected query", "GOOGLE_APPLICATION_CREDENTIALS"],
        ),
        ("abfs://news/a", ["abfs://news/a: AzureOptions", "AZURE_CLIENT_ID"]),
        ("http://news/a", ["http://news/a: Unrecognized", "s3://, gs://, abfs:// or hdfs://"]),
    ],
)
def test_each_storage_has_the_hint_of_its_own(address, words):
    with pytest.raises(StorageError) as raised:
        open_storage(address)

    assert [word for word in words if word not in said(raised)] == []
    assert ("AWS" in raised.value.hint) == address.startswith("s3:")


def test_google_is_asked_again_for_half_a_minute_and_no_longer():
    """By itself its library does that for a quarter of an hour."""
    storage, key = open_storage("gs://anonymous@news/a")
    limited, _ = open_storage("gs://anonymous@news/a?retry_limit_seconds=5")

    assert key == "news/a"
    limits = [one.__reduce__()[1][0]["retry_time_limit"].seconds for one in (storage, limited)]
    assert limits == [30, 5]


def test_what_google_says_in_many_words_is_said_in_few():
    with serving(lambda _: (503, b"busy")) as (address, _):
        started = time.monotonic()
        with pytest.raises(StorageError) as raised:
            stored_files(GOOGLE.format(address) + "&retry_limit_seconds=1")

    assert time.monotonic() - started < 20
    assert str(raised.value) == "gs://news/a: busy"


def test_a_missing_bucket_is_told_of_google():
    with serving(lambda _: (404, NO_BUCKET)) as (address, _):
        with pytest.raises(StorageError) as read:
            stored_files(GOOGLE.format(address))
        storage, key = open_storage(GOOGLE.format(address))
        with (
            pytest.raises(StorageError) as written,
            explain_storage_errors(StoredPath("gs://news/a")),
        ):
            storage.open_output_stream(key).close()

    for raised in (read, written):
        assert str(raised.value).endswith("no bucket news")
        assert "make the bucket" in raised.value.hint


def test_a_missing_bucket_is_told_of_amazon():
    what = (
        "When initiating multiple part upload for key 'x' in bucket 'news': AWS Error "
        "NO_SUCH_BUCKET during CreateMultipartUpload operation: The specified bucket does not exist"
    )
    with (
        pytest.raises(StorageError, match=r"no bucket news$") as raised,
        explain_storage_errors(StoredPath("s3://news/x")),
    ):
        raise OSError(what)

    assert "AWS_ENDPOINT_URL" in raised.value.hint


def test_a_bucket_that_is_there_is_not_told_as_missing():
    def answer(path):
        found = path.endswith("/b/news")
        return (200, b'{"name": "news"}') if found else (404, b"{}")

    with serving(answer) as (address, _), pytest.raises(StorageError) as raised:
        stored_files(GOOGLE.format(address))

    assert str(raised.value) == "gs://news/a: no such file or folder"
