"""Files in object storage, by way of pyarrow's file systems."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from curation.addresses import StoredPath, bare_address
from curation.errors import InputError

_BYTES_READ = 2**20
_HINT = (
    "check the address and the usual variables, as AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, "
    "AWS_REGION and AWS_ENDPOINT_URL"
)


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
    except FileNotFoundError:
        raise StorageError(f"{place}: no such file or folder", hint=_HINT) from None
    except OSError as error:
        what = str(error).partition("; Details")[0].split("\n")[0]
        raise StorageError(f"{place}: {what}", hint=_HINT) from None


def open_storage(address: str) -> tuple[Any, str]:
    """
    The file system of an *address*, and the key there; StorageError where the address makes no sense.

    Who may and where it is follow the usual variables of the environment, or the address's own
    options, as in ``s3://bucket/articles?region=eu-central-1``.
    """
    import pyarrow
    from pyarrow.fs import FileSystem

    place = bare_address(address)
    # A machine that isn't in Amazon's cloud waits long for its description otherwise.
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    try:
        with explain_storage_errors(place):
            storage, key = FileSystem.from_uri(address)
    except pyarrow.ArrowException as error:
        raise StorageError(f"{place}: {str(error).partition(': ')[0]}", hint=_HINT) from None
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
            raise FileNotFoundError
        if found.type == FileType.File:
            return [StoredFile(storage, key, place)]
        inside = storage.get_file_info(FileSelector(key, recursive=True))
    keys = sorted(Path(one.path) for one in inside if one.type == FileType.File)
    return [StoredFile(storage, str(one), StoredPath(f"{scheme}://{one}")) for one in keys]
