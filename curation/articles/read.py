"""Articles as they come, in files, folders or a pipe, .txt or .jsonl; every fault told with its place."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from curation.articles.normalise import plain, raw
from curation.documents.document import LONGEST_TEXT, Document
from curation.documents.interchange import is_encodable, parse_document
from curation.errors import InputError, Problem, Problems, raise_problems
from curation.files import (
    STDIN,
    Json,
    count_lines,
    explain_os_error,
    non_blank_lines,
    parse_objects,
    read_objects,
    read_raw_lines,
    read_text,
)
from curation.strict_json import decode_utf8

# An article a file, one a line.
PLAIN, LINES = ".txt", ".jsonl"

PATHS = "check the path; articles are .txt or .jsonl files, or folders of them"


def read_articles(paths: Iterable[Path]) -> Iterator[Document]:
    """
    The documents of files, of the .txt and .jsonl files of folders, or of ``-``.

    A line that is a document already (it has ``meta``, ``entities`` or a
    ``layer``) passes as it is; a raw article is normalised. Raises InputError
    at once for paths that aren't there, and at the end with every other problem
    found, each with its place.
    """
    paths = tuple(paths)
    gone = [Problem(str(path), "no such file or folder") for path in filter(_gone, paths)]
    if gone:
        raise_problems(gone, InputError, hint=PATHS)
    return _articles(paths)


def _articles(paths: Iterable[Path]) -> Iterator[Document]:
    problems = Problems()
    seen: dict[str, str] = {}
    files = _files(paths, problems)
    for place, found in chain.from_iterable(_read(path, problems) for path in files):
        if not isinstance(found, Document):
            problems += found
        elif found.id in seen:
            what = f"the id {found.id!r} is that of {seen[found.id]} already"
            problems.append(Problem(place, what))
        else:
            seen[found.id] = place
            yield found
    if problems:
        raise_problems(
            problems, InputError, hint="check the paths, mend these, or leave the files out"
        )
    if not seen:
        where = ", ".join(str(path) for path in paths)
        raise InputError(f"{where}: no articles there", hint="give .txt or .jsonl files")


def refuse_overwriting(paths: Iterable[Path], output: Path) -> None:
    """Raises InputError where *output* is one of the files that are read: articles as they came are gone then."""
    with suppress(OSError):
        there = output.stat()
        for path in _files(paths, Problems()):
            if (
                path != STDIN
                and os.path.samestat(path.stat(), there)
                and stat.S_ISREG(there.st_mode)
            ):
                hint = "give another file with -o"
                raise InputError(f"{output}: is read, and would be overwritten", hint=hint)


def _gone(path: Path) -> bool:
    """Whether it isn't there; what else may be wrong with it is told when it is read."""
    try:
        path.lstat()
    except FileNotFoundError:
        return path != STDIN
    except OSError:
        return False
    return False


def how_many(paths: Iterable[Path]) -> int | None:
    """How many articles there are, about, for an estimate; None where nobody knows."""
    files = list(_files(paths, Problems()))
    lines = count_lines(path for path in files if _kind(path) != PLAIN)
    return None if lines is None else lines + sum(_kind(path) == PLAIN for path in files)


def _files(paths: Iterable[Path], problems: Problems) -> Iterator[Path]:
    """The files, folders gone through; *problems* gets the folders that may not be read."""
    for path in paths:
        if path != STDIN and os.path.isdir(path):  # noqa: PTH112 - Path's raises what the reader tells
            yield from _inside(path, problems)
        else:
            yield path


def _kind(path: Path) -> str:
    """PLAIN or LINES, as its name says; empty for anything else."""
    suffix = path.suffix.lower()
    return suffix if suffix in (PLAIN, LINES) else ""


def _inside(folder: Path, problems: Problems) -> list[Path]:
    def shut(error: OSError) -> None:
        place = str(error.filename)
        problems.append(Problem(place, str(explain_os_error(error)).removeprefix(f"{place}: ")))

    found = (
        Path(where, name) for where, _, names in os.walk(folder, onerror=shut) for name in names
    )
    return sorted(p for p in found if _kind(p) and _to_read(p))


def _to_read(path: Path) -> bool:
    """Whether it is a file; what can't be looked at is told when it is read."""
    with suppress(OSError):
        return stat.S_ISREG(path.stat().st_mode)
    return True


_Found = tuple[str, Document | list[Problem]]


def _read(path: Path, problems: Problems) -> Iterator[_Found]:
    """What *path* holds; *problems* gets the lines that are no JSON object."""
    if _kind(path) == LINES:
        yield from _each(read_objects(path, problems))
    elif _kind(path) == PLAIN:
        yield str(path), _file(path)
    elif path == STDIN or path.is_fifo():
        yield from _piped(path, problems)
    else:
        problems.append(Problem(str(path), "neither .txt, an article, nor .jsonl, one a line"))


def _file(path: Path) -> Document | list[Problem]:
    """One plain article, named after its file; what is wrong with it hides no other's faults."""
    if not is_encodable(path.stem):
        return [Problem(str(path), "the file's name, which becomes the id, is not UTF-8")]
    try:
        return plain(path.stem, read_text(path, at_most=LONGEST_TEXT), str(path))
    except InputError as error:
        return [Problem(str(path), str(error).removeprefix(f"{path}: "))]


def _piped(path: Path, problems: Problems) -> Iterator[_Found]:
    """JSONL if the first line is an object, else one plain article named after its text."""
    lines = read_raw_lines(path)
    head: list[bytes] = []
    for line in lines:
        head.append(line)
        if line.strip():
            break
    if head and head[-1].lstrip().startswith(b"{"):
        numbered = enumerate(chain(head, lines), start=1)
        yield from _each(parse_objects(non_blank_lines(numbered), path, problems))
    elif head:
        whole = b"".join(chain(head, lines))
        digest = hashlib.sha256(whole).hexdigest()
        yield str(path), _decoded(f"article-{digest[:12]}", whole, str(path))


def _decoded(identity: str, raw: bytes, place: str) -> Document | list[Problem]:
    try:
        return plain(identity, decode_utf8(raw), place)
    except ValueError as error:
        return [Problem(place, str(error))]


def _each(forms: Iterable[tuple[str, Json]]) -> Iterator[_Found]:
    for place, form in forms:
        if form.keys() & {"meta", "layer", "entities", "relations"}:
            document, problems = parse_document(form, place)
            yield place, document or problems
        else:
            yield place, raw(form, place)
