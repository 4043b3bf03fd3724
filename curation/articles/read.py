"""Articles read from .txt and .jsonl files, folders or a pipe, as documents."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from curation.articles.normalise import normalise_json_article, normalise_plain_article
from curation.documents.document import LONGEST_TEXT, Document
from curation.documents.interchange import parse_document
from curation.documents.storable import is_encodable
from curation.encodings import decode_utf8
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
from curation.strict_json import parse_object

_PLAIN = ".txt"  # one article a file
_LINES = ".jsonl"  # one article a line
_FIELDS = ".meta.json"  # what is known of the plain article beside which the file stands

_PATHS_HINT = "check the path; articles are .txt or .jsonl files, or folders of them"


def read_articles(paths: Iterable[Path]) -> Iterator[Document]:
    """
    The documents of files, of the .txt and .jsonl files of folders, or of ``-``.

    A line with ``meta``, ``entities``, ``relations`` or ``layer`` is a document already and passes
    unchanged; any other article is normalised. Raises InputError at once for missing paths, and at
    the end with all other problems and their places.
    """
    paths = tuple(paths)
    missing = [
        Problem(str(path), "no such file or folder") for path in filter(_is_missing, paths)
    ]
    if missing:
        raise_problems(missing, InputError, hint=_PATHS_HINT)
    return _articles(paths)


def _articles(paths: Iterable[Path]) -> Iterator[Document]:
    problems = Problems()
    place_of_id: dict[str, str] = {}
    files = _files(paths, problems)
    for place, result in chain.from_iterable(_read(path, problems) for path in files):
        if not isinstance(result, Document):
            problems += result
        elif result.id in place_of_id:
            what = f"duplicate id {result.id!r}, first in {place_of_id[result.id]}"
            problems.append(Problem(place, what))
        else:
            place_of_id[result.id] = place
            yield result
    if problems:
        raise_problems(problems, InputError, hint="mend these files, or leave them out")
    if not place_of_id:
        names = ", ".join(str(path) for path in paths)
        raise InputError(f"{names}: no articles found", hint="give .txt or .jsonl files")


def refuse_overwriting(paths: Iterable[Path], output: Path) -> None:
    """Raises InputError where *output* is one of the files to be read, which would be lost."""
    with suppress(OSError):
        output_stat = output.stat()
        for path in _files(paths, Problems()):
            if (
                path != STDIN
                and os.path.samestat(path.stat(), output_stat)
                and stat.S_ISREG(output_stat.st_mode)
            ):
                hint = "give another file with -o"
                raise InputError(
                    f"{output}: is both input and output, and would be overwritten", hint=hint
                )


def _is_missing(path: Path) -> bool:
    """Whether the path doesn't exist; other problems with the path show when it is read."""
    try:
        path.lstat()
    except FileNotFoundError:
        return path != STDIN
    except OSError:
        return False
    return False


def estimate_article_count(paths: Iterable[Path]) -> int | None:
    """About how many articles there are; None where a path can be read only once."""
    files = list(_files(paths, Problems()))
    lines = count_lines(path for path in files if _kind(path) != _PLAIN)
    return None if lines is None else lines + sum(_kind(path) == _PLAIN for path in files)


def _files(paths: Iterable[Path], problems: Problems) -> Iterator[Path]:
    """The files, and those in folders; folders that can't be read are added to *problems*."""
    for path in paths:
        if path != STDIN and os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises, and the reader reports it better
            yield from _inside(path, problems)
        else:
            yield path


def _kind(path: Path) -> str:
    """_PLAIN or _LINES by the file's name; empty for any other."""
    suffix = path.suffix.lower()
    return suffix if suffix in (_PLAIN, _LINES) else ""


def _inside(folder: Path, problems: Problems) -> list[Path]:
    def add_problem(error: OSError) -> None:
        place = str(error.filename)
        problems.append(Problem(place, str(explain_os_error(error)).removeprefix(f"{place}: ")))

    files = (
        Path(parent, name)
        for parent, _, names in os.walk(folder, onerror=add_problem)
        for name in names
    )
    return sorted(path for path in files if _kind(path) and _is_readable(path))


def _is_readable(path: Path) -> bool:
    """Whether the path is a regular file, or can't be looked at, which shows when it is read."""
    with suppress(OSError):
        return stat.S_ISREG(path.stat().st_mode)
    return True


# A place, and the document there or its problems.
_Result = tuple[str, Document | list[Problem]]


def _read(path: Path, problems: Problems) -> Iterator[_Result]:
    """The articles of a file; lines that are no JSON object are added to *problems*."""
    if _kind(path) == _LINES:
        yield from _each(read_objects(path, problems))
    elif _kind(path) == _PLAIN:
        yield str(path), _file(path)
    elif path == STDIN or path.is_fifo():
        yield from _piped(path, problems)
    else:
        problems.append(
            Problem(
                str(path), "neither a .txt file (an article) nor a .jsonl file (one a line)"
            )
        )


def _file(path: Path) -> Document | list[Problem]:
    """The plain article in a file, its id the file's name, with the fields beside it; or its problems."""
    if not is_encodable(path.stem):
        return [Problem(str(path), "the file's name, which is the article's id, is not UTF-8")]
    beside = path.with_suffix(_FIELDS)
    fields: Json = {}
    try:
        if os.path.isfile(beside):  # noqa: PTH113 - Path.is_file raises where the folder is shut
            fields = parse_object(read_text(beside, at_most=LONGEST_TEXT))
    except InputError as error:
        return [Problem(str(beside), str(error).removeprefix(f"{beside}: "))]
    except ValueError as error:
        return [Problem(str(beside), str(error))]
    try:
        return normalise_plain_article(
            path.stem, read_text(path, at_most=LONGEST_TEXT), str(path), fields
        )
    except InputError as error:
        return [Problem(str(path), str(error).removeprefix(f"{path}: "))]


def _piped(path: Path, problems: Problems) -> Iterator[_Result]:
    """JSONL if the first line begins an object; else one plain article, its id a hash of the text."""
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
        return normalise_plain_article(identity, decode_utf8(raw), place)
    except ValueError as error:
        return [Problem(place, str(error))]


def _each(articles: Iterable[tuple[str, Json]]) -> Iterator[_Result]:
    for place, article in articles:
        if article.keys() & {"meta", "layer", "entities", "relations"}:
            document, problems = parse_document(article, place)
            yield place, document or problems
        else:
            yield place, normalise_json_article(article, place)
