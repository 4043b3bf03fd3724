"""Articles read from files of many kinds, folders or a pipe, as documents."""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path

from curation.addresses import storage_address, without_keys
from curation.articles.html import read_page
from curation.articles.meta import ArticleOptions, with_usual_names
from curation.articles.normalise import (
    normalise_json_article,
    normalise_plain_article,
    note_unchanged,
)
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
    explain_os_errors,
    non_blank_lines,
    parse_objects,
    read_raw_lines,
    read_text,
)
from curation.row_files.object_storage import stored_files
from curation.row_files.read import (
    is_beside_rows,
    piped_kind,
    piped_rows,
    read_file_rows,
    row_file_kind,
    stored_rows,
)
from curation.strict_json import parse_object

_PLAIN = ".txt"  # one article a file
_PAGES = (".html", ".htm")  # one article a file
_LARGEST_PAGE = 32 * 2**20  # in bytes
_TABLES = (".csv", ".tsv", ".parquet", ".arrow")  # one article a row, under names of columns
_STORED = (".jsonl", ".json", ".csv", ".tsv", ".parquet")  # what is read in object storage
_FIELDS = ".meta.json"  # what is known of the plain article beside which the file stands

ARTICLE_FILES = ".txt, .html, .jsonl, .json, .csv, .tsv or .parquet files"
_PATHS_HINT = f"check the path; articles are {ARTICLE_FILES}, or folders of them"


# A place, and the document there or its problems.
_Result = tuple[str, Document | list[Problem]]


def read_articles(
    paths: Iterable[Path], options: ArticleOptions | None = None
) -> Iterator[Document]:
    """
    The documents of files, of the files in folders, of ``-``, or of addresses as ``s3://bucket/articles``.

    A JSON object with ``meta``, ``entities``, ``relations`` or ``layer`` is a document already and passes
    unchanged, unless the options name columns; any other article is normalised. Raises InputError at once
    for missing paths, and at the end with all other problems and their places.
    """
    paths = tuple(paths)
    missing = [
        Problem(str(path), "no such file or folder") for path in filter(_is_missing, paths)
    ]
    if missing:
        raise_problems(missing, InputError, hint=_PATHS_HINT)
    return _articles(paths, options or ArticleOptions())


def _articles(paths: Iterable[Path], options: ArticleOptions) -> Iterator[Document]:
    problems = options.report.bad
    place_of_id: dict[str, str] = {}
    for place, result in chain.from_iterable(_results(path, options) for path in paths):
        if not isinstance(result, Document):
            problems += result
        elif result.id in place_of_id:
            what = f"duplicate id {result.id!r}, first in {place_of_id[result.id]}"
            problems.append(Problem(place, what))
        else:
            place_of_id[result.id] = place
            yield result
    if problems and not (options.skip_bad and place_of_id):
        other = "" if options.skip_bad else ", or leave them out with --skip-bad"
        raise_problems(problems, InputError, hint=f"mend these{other}")
    if not place_of_id:
        names = ", ".join(str(without_keys(path)) for path in paths)
        raise InputError(f"{names}: no articles found", hint=f"give {ARTICLE_FILES}")


def _results(path: Path, options: ArticleOptions) -> Iterator[_Result]:
    """What one of the paths that were given holds: a file, a folder, or what is in object storage."""
    report = options.report
    if address := storage_address(path):
        for file in stored_files(address):
            kind = row_file_kind(file.place)
            if kind not in _STORED:
                report.other_files.append(str(file.place))
                continue
            rows = stored_rows(file, report.bad)
            yield from (
                _table(file.place, rows, options) if kind in _TABLES else _each(rows, options)
            )
        return
    for file_here in _files([path], report.bad, report.other_files):
        yield from _read(file_here, options)


def refuse_overwriting(paths: Iterable[Path], output: Path) -> None:
    """Raises InputError where *output* is one of the files to be read, which would be lost."""
    with suppress(OSError):
        output_stat = output.stat()
        for path in _files(paths, Problems()):
            if (
                path != STDIN
                and not storage_address(path)
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
        return path != STDIN and not storage_address(path)
    except OSError:
        return False
    return False


def estimate_article_count(paths: Iterable[Path]) -> int | None:
    """About how many articles there are; None where only reading them all would tell."""
    paths = tuple(paths)
    if any(map(storage_address, paths)):
        return None
    files = list(_files(paths, Problems()))
    lines = [path for path in files if _kind(path) != _PLAIN]
    if any(path.suffix.lower() not in (".jsonl", ".csv", ".tsv") for path in lines):
        return None
    count = count_lines(lines)
    return None if count is None else count + len(files) - len(lines)


def _files(
    paths: Iterable[Path], problems: Problems, others: list[str] | None = None
) -> Iterator[Path]:
    """
    The files, and those in folders; folders that can't be read are added to *problems*.

    Files in folders that hold no articles are added to *others*.
    """
    for path in paths:
        if path != STDIN and os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises, and the reader reports it better
            for inside in _inside(path, problems):
                if _kind(inside):
                    yield inside
                elif others is not None and not _is_known_not_to_be_one(inside):
                    others.append(str(inside))
        else:
            yield path


def _kind(path: Path) -> str:
    """The kind of file by its name; empty where it has no articles."""
    if path.suffix.lower() in _PAGES:
        return _PAGES[0]
    kind = row_file_kind(path)
    is_packed_text = kind == _PLAIN and path.suffix.lower() != _PLAIN
    return "" if is_packed_text or path.name.endswith(_FIELDS) or is_beside_rows(path) else kind


def _is_known_not_to_be_one(path: Path) -> bool:
    """Whether the file is hidden, or stands beside articles as it should."""
    return path.name.startswith(".") or path.name.endswith(_FIELDS) or is_beside_rows(path)


def _inside(folder: Path, problems: Problems) -> list[Path]:
    def add_problem(error: OSError) -> None:
        place = str(error.filename)
        problems.append(Problem(place, str(explain_os_error(error)).removeprefix(f"{place}: ")))

    files = (
        Path(parent, name)
        for parent, _, names in os.walk(folder, onerror=add_problem)
        for name in names
    )
    return sorted(path for path in files if _is_readable(path))


def _is_readable(path: Path) -> bool:
    """Whether the path is a regular file, or can't be looked at, which shows when it is read."""
    with suppress(OSError):
        return stat.S_ISREG(path.stat().st_mode)
    return True


def _read(path: Path, options: ArticleOptions) -> Iterator[_Result]:
    """The articles of a file; what of the file is none is added to the report."""
    problems = options.report.bad
    kind = _kind(path)
    if kind in (_PLAIN, _PAGES[0]):
        yield str(path), _file(path, options)
    elif kind in _TABLES:
        yield from _table(path, read_file_rows(path, None, problems), options)
    elif kind:
        yield from _each(read_file_rows(path, None, problems), options)
    elif path == STDIN or path.is_fifo():
        yield from _piped(path, options)
    else:
        problems.append(
            Problem(str(path), f"not a file of a kind that is read: {ARTICLE_FILES}")
        )


def _table(
    path: Path, rows: Iterable[tuple[str, Json]], options: ArticleOptions
) -> Iterator[_Result]:
    """The articles in the rows of a table; one problem where it lacks a column that each article needs."""
    needed = {"--id-column": options.id_column, "--text-column": options.text_column}
    for place, row in rows:
        article = with_usual_names(row, options)
        lacking = {option: name for option, name in needed.items() if name not in article}
        if lacking:
            what = (
                f"no column {' or '.join(map(repr, lacking.values()))}; the columns are "
                f"{', '.join(map(repr, row))}; name the right one with {' and '.join(lacking)}"
            )
            yield str(path), [Problem(str(path), what)]
            return
        yield place, normalise_json_article(article, place, options)


def _file(path: Path, options: ArticleOptions) -> Document | list[Problem]:
    """The one article in a file, its id the file's name, with the fields beside it; or its problems."""
    if not is_encodable(path.stem):
        return [Problem(str(path), "the file's name, which is the article's id, is not UTF-8")]
    beside = path.with_suffix(_FIELDS)
    options = replace(options, id_column="id", text_column="text")
    fields: Json = {}
    try:
        if os.path.isfile(beside):  # noqa: PTH113 - Path.is_file raises where the folder is shut
            said = parse_object(read_text(beside, at_most=LONGEST_TEXT))
            fields = with_usual_names(said, options)
    except InputError as error:
        return [Problem(str(beside), str(error).removeprefix(f"{beside}: "))]
    except ValueError as error:
        return [Problem(str(beside), str(error))]
    try:
        if _kind(path) != _PLAIN:
            return _page(path, fields, options)
        text = read_text(path, at_most=LONGEST_TEXT)
    except InputError as error:
        if not str(error).startswith(f"{path}: "):
            raise  # a package is missing, which is no mistake of the file
        return [Problem(str(path), str(error).removeprefix(f"{path}: "))]
    return normalise_plain_article(path.stem, text, str(path), fields, options)


def _page(path: Path, fields: Json, options: ArticleOptions) -> Document | list[Problem]:
    """The article on a web page; *fields* are what is known better than the page says."""
    with explain_os_errors(path), path.open("rb") as stream:
        page = stream.read(_LARGEST_PAGE + 1)
    if len(page) > _LARGEST_PAGE:
        return [Problem(str(path), f"longer than {_LARGEST_PAGE:,} bytes, the limit")]
    found = read_page(page)
    if found is None:
        return [Problem(str(path), "no article is found on this page")]
    text, said = found
    article = {**said, **fields, "id": path.stem, "text": text}
    return normalise_json_article(article, str(path), options)


def _piped(path: Path, options: ArticleOptions) -> Iterator[_Result]:
    """JSONL, a list or a table, as it begins; else one plain article, its id a hash of the text."""
    lines = read_raw_lines(path)
    head: list[bytes] = []
    for line in lines:
        head.append(line)
        if line.strip():
            break
    if head and re.match(rb"\s*\{\s*\S", head[-1]):
        numbered = enumerate(chain(head, lines), start=1)
        objects = parse_objects(non_blank_lines(numbered), path, options.report.bad)
        yield from _each(objects, options)
    elif head:
        whole = b"".join(chain(head, lines))
        kind = piped_kind(whole, (options.id_column, options.text_column))
        if kind:
            rows = piped_rows(path, kind, whole, options.report.bad)
            yield from _table(path, rows, options) if kind in _TABLES else _each(rows, options)
            return
        digest = hashlib.sha256(whole).hexdigest()
        yield str(path), _decoded(f"article-{digest[:12]}", whole, str(path), options)


def _decoded(
    identity: str, raw: bytes, place: str, options: ArticleOptions
) -> Document | list[Problem]:
    try:
        return normalise_plain_article(identity, decode_utf8(raw), place, {}, options)
    except ValueError as error:
        return [Problem(place, str(error))]


def _each(articles: Iterable[tuple[str, Json]], options: ArticleOptions) -> Iterator[_Result]:
    for place, article in articles:
        is_document = article.keys() & {"meta", "layer", "entities", "relations"}
        if is_document and not options.names_columns:
            document, problems = parse_document(article, place)
            if document:
                note_unchanged(document, options)
            yield place, document or problems
        else:
            yield (
                place,
                normalise_json_article(with_usual_names(article, options), place, options),
            )
