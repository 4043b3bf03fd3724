"""Files in object storage, by way of pyarrow's file systems."""

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from curation.addresses import StoredPath, bare_address
from curation.errors import InputError

_BYTES_READ = 2**20

# What says who one is, by the scheme of an address.
_GOOGLE = "GOOGLE_APPLICATION_CREDENTIALS; what everybody may read is gs://anonymous@…"
_AZURE = "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
_VARIABLES = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL",
    "gs": _GOOGLE,
    "gcs": _GOOGLE,
    "abfs": _AZURE,
    "abfss": _AZURE,
    "hdfs": "JAVA_HOME, HADOOP_HOME and CLASSPATH",
}

# Google's library by itself asks for a quarter of an hour, also where it has no credentials.
_GOOGLE_SCHEMES = ("gs", "gcs")
_RETRY_LIMIT = "retry_limit_seconds=30"
_GOOGLE_SAID = re.compile(r"with a last message of (.*?)(?:\. | error_info=|\Z)")

_NO_BUCKET = ("NO_SUCH_BUCKET", "bucket does not exist", "container does not exist")


class StorageError(InputError):
    """Object storage refused a request or didn't answer."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in object storage; *place* says where, without keys and options of its address."""

    storage: Any
    key: str
    place: Path

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The file to read from, also from the middle."""
        with explain_storage_errors(self.place):
            stream = self.storage.open_input_file(self.key)
        with (
            stream,
            io.BufferedReader(_ExplainedStream(stream, self.place), _BYTES_READ) as buffered,
        ):
            yield cast("IO[bytes]", buffered)


class _ExplainedStream(io.RawIOBase):
    """
    What is read of a stored file; where that fails, a StorageError.

    A reader of some format gets that error and no OSError, which it would take for a bad file.
    """

    def __init__(self, stream: Any, place: Path) -> None:
        self._stream = stream
        self._place = place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with explain_storage_errors(self._place):
            return int(self._stream.readinto(buffer))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with explain_storage_errors(self._place):
            return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        with explain_storage_errors(self._place):
            return int(self._stream.tell())


@contextmanager
def explain_storage_errors(place: Path) -> Iterator[None]:
    """Turn an OSError of the block into a StorageError that names *place* and a next step."""
    try:
        yield
    except OSError as error:
        said = str(error)
        if any(sign in said for sign in _NO_BUCKET):
            raise _no_bucket(place) from None
        what = said.partition("; Details")[0].split("\n")[0]
        if isinstance(error, FileNotFoundError):
            what = "no such file or folder"
        elif by_google := _GOOGLE_SAID.search(what):
            what = by_google[1]
        raise StorageError(f"{place}: {what}", hint=_hint(place)) from None


def _no_bucket(place: Path) -> StorageError:
    bucket = str(place).partition("://")[2].partition("/")[0]
    return StorageError(
        f"{place}: no such file or folder, as there is no bucket {bucket}",
        hint=f"make the bucket, or {_hint(place)}",
    )


def _hint(place: Path) -> str:
    scheme = str(place).partition(":")[0]
    if scheme in _VARIABLES:
        return f"check the address and the usual variables, as {_VARIABLES[scheme]}"
    return "an address begins with s3://, gs://, abfs:// or hdfs://"


def open_storage(address: str) -> tuple[Any, str]:
    """
    The file system of an *address*, and the key there; StorageError where the address makes no sense.

    Who may and where it is follow the usual variables of the environment, or the address's own
    options, as in ``s3://bucket/articles?region=eu-central-1``.
    """
    import pyarrow
    from pyarrow.fs import FileSystem

    place = bare_address(address)
    if address.partition(":")[0] in _GOOGLE_SCHEMES and "retry_limit_seconds" not in address:
        address += f"{'&' if '?' in address else '?'}{_RETRY_LIMIT}"
    # A machine that isn't in Amazon's cloud waits long for its description otherwise.
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    try:
        with explain_storage_errors(place):
            storage, key = FileSystem.from_uri(address)
    except pyarrow.ArrowException as error:
        what = str(error).partition(": ")[0]
        raise StorageError(f"{place}: {what}", hint=_hint(place)) from None
    return storage, str(key)


def stored_files(address: str) -> list[StoredFile]:
    """The file of an *address*, or those in its folder in the order of their names; StorageError for none."""
    from pyarrow.fs import FileSelector, FileType

    storage, key = open_storage(address)
    scheme = address.partition(":")[0]
    place = StoredPath(f"{scheme}://{key}")
    with explain_storage_errors(place):
        found = storage.get_file_info(key)
        if found.type == FileType.NotFound:
            if _is_bucket_missing(storage, key):
                raise _no_bucket(place)
            raise FileNotFoundError
        if found.type == FileType.File:
            return [StoredFile(storage, key, place)]
        inside = storage.get_file_info(FileSelector(key, recursive=True))
    keys = sorted(Path(one.path) for one in inside if one.type == FileType.File)
    return [StoredFile(storage, str(one), StoredPath(f"{scheme}://{one}")) for one in keys]


def _is_bucket_missing(storage: Any, key: str) -> bool:
    """Whether the storage says so; not everybody who may read a file may ask."""
    from pyarrow.fs import FileType

    bucket = key.partition("/")[0]  # empty in HDFS, which has none
    with suppress(OSError):
        return bool(bucket and storage.get_file_info(bucket).type == FileType.NotFound)
    return False
