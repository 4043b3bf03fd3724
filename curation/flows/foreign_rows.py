"""Rows of other people's data, whatever kind of file they are in."""

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, cast

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
from curation.gold.tables.parquet import (
    read_arrow_columns,
    read_columns,
    read_parquet_facts,
    saved_arrow_files,
)
from curation.strict_json import LONGEST_LINE

# The columns that have texts, most likely first, unless one is named; and those of texts that were cut
# into tokens.
TEXT_COLUMNS = ("text", "article", "content", "body", "document", "sentence", "tokens", "words")

_PACKED = ".gz"
_TEXT = ".txt"
_DELIMITERS = {".csv": ",;\t|", ".tsv": "\t"}
_TABLES = (".parquet", ".arrow")
_PACKABLE = (_TEXT, ".jsonl", *_DELIMITERS)
_HINT = (
    f"give {', '.join(_PACKABLE)} (each also with {_PACKED}) or {' or '.join(_TABLES)} files, or folders of"
    " them, also those of save_to_disk of datasets"
)


def data_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files, and those in folders, in order; InputError for what is missing or of another kind."""
    for path in paths:
        if path != STDIN and not path.exists():
            raise InputError(f"{path}: no such file or folder", hint=_HINT)
        if path.is_dir() and path != STDIN:
            inside = sorted(_inside(path))
            if not inside:
                raise InputError(f"{path}: no files with texts in it", hint=_HINT)
            yield from inside
        elif path.is_file() and not _kind(path):
            raise InputError(f"{path}: not a file of a kind that is read", hint=_HINT)
        else:
            yield path


def _inside(folder: Path) -> Iterator[Path]:
    """The files in a folder; of what ``save_to_disk`` saved, those alone that it is made of."""
    for path in folder.rglob("*"):
        if not (kind := _kind(path)) or not path.is_file():
            continue
        saved = saved_arrow_files(path.parent) if kind == ".arrow" else None
        if saved is None or path.name in saved:
            yield path


def _kind(path: Path) -> str:
    """The end of the file's name, without that of packed files; empty where the file isn't read."""
    suffixes = [one.lower() for one in path.suffixes]
    if suffixes[-1:] == [_PACKED]:
        kind = "".join(suffixes[-2:-1])
        return kind if kind in _PACKABLE else ""
    kind = "".join(suffixes[-1:])
    return kind if kind in (*_PACKABLE, *_TABLES) else ""


def read_foreign_rows(
    path: Path, columns: Iterable[str], problems: Problems
) -> Iterator[tuple[str, Json]]:
    """
    Each row's place, and the row as far as it has these *columns*; what can't be read is added to *problems*.

    The text of a ``.txt`` file is in the first of the columns.
    """
    columns = tuple(columns)
    kind = _kind(path)
    try:
        if kind == ".arrow":
            yield from _numbered(path, read_arrow_columns(path, columns))
        elif kind == ".parquet" and read_parquet_facts(path):
            yield from _numbered(path, read_columns(path, columns))
        elif kind == ".parquet":
            problems.append(Problem(str(path), "not a Parquet file"))
        elif path.suffix.lower() == _PACKED:
            yield from _packed_rows(path, kind, columns, problems)
        elif kind == _TEXT:
            yield str(path), {columns[0]: read_text(path)}
        elif kind in _DELIMITERS:
            with explain_os_errors(path), path.open("rb") as stream:
                yield from _csv_rows(path, stream, _DELIMITERS[kind])
        else:
            yield from read_objects(path, problems)
    except (InputError, ValueError, csv.Error) as error:
        problems.append(Problem(str(path), str(error).removeprefix(f"{path}: ")))


def _packed_rows(
    path: Path, kind: str, columns: tuple[str, ...], problems: Problems
) -> Iterator[tuple[str, Json]]:
    with explain_os_errors(path), gzip.open(path) as packed:
        stream = cast("IO[bytes]", packed)
        try:
            if kind == _TEXT:
                yield str(path), {columns[0]: decode_utf8(stream.read())}
            elif kind in _DELIMITERS:
                yield from _csv_rows(path, stream, _DELIMITERS[kind])
            else:
                lines = enumerate(raw_lines_of_stream(stream), start=1)
                yield from parse_objects(non_blank_lines(lines), path, problems)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise InputError(f"{path}: not a whole gzip file: {error}") from None


def _csv_rows(path: Path, stream: IO[bytes], delimiters: str) -> Iterator[tuple[str, Json]]:
    """The rows under the first, which names the columns; of several *delimiters*, that which it has most of."""
    csv.field_size_limit(LONGEST_LINE)
    lines = (decode_utf8(line) for line in raw_lines_of_stream(stream))
    head = next(lines, "")
    delimiter = max(delimiters, key=head.count)
    rows = csv.reader(chain([head], lines), delimiter=delimiter)
    names = next(rows, [])
    for row in rows:
        if row:
            yield f"{path}:{rows.line_num}", dict(zip(names, row, strict=False))


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
