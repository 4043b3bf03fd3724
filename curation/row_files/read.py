"""Rows of a file, whatever kind of file they are in."""

import csv
import gzip
import re
import zlib
from collections.abc import Collection, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from curation.addresses import without_keys
from curation.encodings import decode_utf8
from curation.errors import InputError, Problem, Problems
from curation.files import (
    STDIN,
    Json,
    explain_os_errors,
    non_blank_lines,
    parse_objects,
    raw_lines_of_stream,
    read_objects,
    read_text,
)
from curation.row_files.columnar import (
    SAVED_FACTS,
    SAVED_SPLITS,
    parquet_rows,
    saved_arrow_files,
    saved_rows,
)
from curation.row_files.delimited import delimited_rows
from curation.row_files.json_list import json_list_items
from curation.row_files.object_storage import StorageError, StoredFile

# The columns that have texts, most likely first, unless one is named; and those of texts that were cut
# into tokens.
TEXT_COLUMNS = ("text", "article", "content", "body", "document", "sentence", "tokens", "words")

_PACKED = ".gz"
_LOOKED_AT = 100_000  # characters of a line that came by a pipe; csv fails at longer cells
_TEXT = ".txt"
_LIST = ".json"
_DELIMITERS = {".csv": ",;\t|", ".tsv": "\t"}
_TABLES = (".parquet", ".arrow")
_PACKABLE = (_TEXT, ".jsonl", _LIST, *_DELIMITERS)
_HINT = (
    f"give {', '.join(_PACKABLE)} (each also with {_PACKED}) or {' or '.join(_TABLES)} files, or folders of"
    " them, also those of save_to_disk of datasets"
)


def data_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files, and those in folders, in order; InputError for what is missing or of another kind."""
    for path in paths:
        if path != STDIN and not path.exists():
            raise InputError(f"{without_keys(path)}: no such file or folder", hint=_HINT)
        if path.is_dir() and path != STDIN:
            inside = sorted(_inside(path))
            if not inside:
                raise InputError(f"{path}: no files with texts in it", hint=_HINT)
            yield from inside
        elif path.is_file() and not row_file_kind(path):
            raise InputError(f"{path}: not a file of a kind that is read", hint=_HINT)
        else:
            yield path


def _inside(folder: Path) -> Iterator[Path]:
    """The files in a folder; of what ``save_to_disk`` saved, those alone that it is made of."""
    for path in folder.rglob("*"):
        if row_file_kind(path) and path.is_file() and not is_beside_rows(path):
            yield path


def is_beside_rows(path: Path) -> bool:
    """Whether the file is one that ``save_to_disk`` wrote and that has none of its rows."""
    if path.suffix.lower() == ".arrow":
        saved = saved_arrow_files(path.parent)
        return saved is not None and path.name not in saved
    if path.name == SAVED_SPLITS:
        return any(path.parent.glob("*/state.json"))
    return path.name in SAVED_FACTS and all(
        (path.parent / name).is_file() for name in SAVED_FACTS
    )


def row_file_kind(path: Path) -> str:
    """The end of the file's name, without that of packed files; empty where the file isn't read."""
    suffixes = [one.lower() for one in path.suffixes]
    if suffixes[-1:] == [_PACKED]:
        kind = "".join(suffixes[-2:-1])
        return kind if kind in _PACKABLE else ""
    kind = "".join(suffixes[-1:])
    return kind if kind in (*_PACKABLE, *_TABLES) else ""


def read_file_rows(
    path: Path, columns: Collection[str] | None, problems: Problems
) -> Iterator[tuple[str, Json]]:
    """
    Each row's place, and the row as far as it has these *columns*; what can't be read is added to *problems*.

    Without *columns*, the row is whole: a row of another length than the first is a problem then.
    The text of a ``.txt`` file is in the first of the columns.
    """
    kind = row_file_kind(path)
    try:
        if kind == ".arrow":
            yield from _numbered(path, saved_rows(path, columns))
        elif kind == ".parquet":
            yield from _numbered(path, parquet_rows(path, columns))
        elif path.suffix.lower() == _PACKED:
            with explain_os_errors(path), path.open("rb") as stream:
                yield from _packed_rows(path, kind, stream, columns, problems)
        elif kind == _TEXT:
            yield str(path), {next(iter(columns or ("text",))): read_text(path)}
        elif kind in (_LIST, *_DELIMITERS):
            with explain_os_errors(path), path.open("rb") as stream:
                yield from _stream_rows(path, kind, stream, columns, problems)
        else:
            yield from read_objects(path, problems)
    except (InputError, ValueError, csv.Error) as error:
        problems.append(Problem(str(path), str(error).removeprefix(f"{path}: ")))


def stored_rows(file: StoredFile, problems: Problems) -> Iterator[tuple[str, Json]]:
    """As read_file_rows, whole rows of a file in object storage."""
    path = file.place
    kind = row_file_kind(path)
    try:
        with file.opened() as stream:
            if kind == ".parquet":
                yield from _numbered(path, parquet_rows(path, None, stream))
            elif path.suffix.lower() == _PACKED:
                yield from _packed_rows(path, kind, stream, None, problems)
            else:
                yield from _stream_rows(path, kind, stream, None, problems)
    except StorageError:  # a part of the articles must not be taken for all
        raise
    except (InputError, ValueError, csv.Error) as error:
        problems.append(Problem(str(path), str(error).removeprefix(f"{path}: ")))


def piped_rows(
    path: Path, kind: str, whole: bytes, problems: Problems
) -> Iterator[tuple[str, Json]]:
    """As read_file_rows, whole rows of what came by a pipe, as a file of the *kind* ``.csv`` would have them."""
    try:
        yield from _stream_rows(path, kind, BytesIO(whole), None, problems)
    except (ValueError, csv.Error) as error:
        problems.append(Problem(str(path), str(error)))


def piped_kind(whole: bytes, columns: Collection[str]) -> str:
    """
    The kind of file that came by a pipe: a list or a table; empty where it is neither.

    A table begins with a line of several names, among them all *columns*, or has as many cells below.
    """
    if re.match(rb"\s*\[\s*(\{|\]\s*\Z)|\s*\{\s*(\n|\Z)", whole):
        return _LIST
    head, _, rest = whole.decode(errors="replace").lstrip().partition("\n")
    delimiter = max(_DELIMITERS[".csv"], key=head.count)
    names = _cells(head, delimiter)
    kind = ".tsv" if delimiter == "\t" else ".csv"
    if len(names) > 1 and {*columns} <= {*names}:
        return kind
    is_head = len(names) > 1 and all(re.fullmatch(r"[\w.-]+", name) for name in names)
    below = _cells(rest.lstrip().partition("\n")[0], delimiter)
    has_cells = len(below) == len(names) or rest.lstrip().startswith('"')
    return kind if is_head and has_cells else ""


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line[:_LOOKED_AT].replace("\r", "")], delimiter=delimiter), [])


def _packed_rows(
    path: Path,
    kind: str,
    stream: IO[bytes],
    columns: Collection[str] | None,
    problems: Problems,
) -> Iterator[tuple[str, Json]]:
    with gzip.open(stream) as packed:
        try:
            yield from _stream_rows(path, kind, cast("IO[bytes]", packed), columns, problems)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise InputError(f"{path}: not a whole gzip file: {error}") from None


def _stream_rows(
    path: Path,
    kind: str,
    stream: IO[bytes],
    columns: Collection[str] | None,
    problems: Problems,
) -> Iterator[tuple[str, Json]]:
    if kind == _TEXT:
        yield str(path), {next(iter(columns or ("text",))): decode_utf8(stream.read())}
    elif kind in _DELIMITERS:
        lines = (decode_utf8(line) for line in raw_lines_of_stream(stream))
        whole = columns is None
        yield from delimited_rows(path, lines, _DELIMITERS[kind], problems, is_whole=whole)
    elif kind == _LIST:
        yield from parse_objects(json_list_items(stream), path, problems)
    else:
        numbered = enumerate(raw_lines_of_stream(stream), start=1)
        yield from parse_objects(non_blank_lines(numbered), path, problems)


def _numbered(path: Path, rows: Iterable[Json]) -> Iterator[tuple[str, Json]]:
    for number, row in enumerate(rows, start=1):
        yield f"{path}, row {number}", row


def text_of_row(row: Json, columns: Iterable[str]) -> str | None:
    """The text in the first of the *columns* that has one, tokens with spaces between; None where none has."""
    for column in columns:
        found = row.get(column)
        if isinstance(found, str):
            return found
        if isinstance(found, list) and found and all(isinstance(one, str) for one in found):
            return " ".join(found)
    return None
