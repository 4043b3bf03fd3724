"""Articles as they come, .txt or .jsonl, to documents: the one place where text is normalised."""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from curation.document import LONGEST, Document, Meta, Scalar
from curation.errors import InputError, Problem, Problems, brief, refuse
from curation.files import (
    STDIN,
    Json,
    count_lines,
    objects,
    raw_lines,
    read_objects,
    read_text,
    refused,
    written,
)
from curation.interchange import encodable, parse_document
from curation.strict import decode

INGEST_VERSION = "1"

# An article a file, one a line.
PLAIN, LINES = ".txt", ".jsonl"

PATHS = "check the path; articles are .txt or .jsonl files, or folders of them"

UNKNOWN_LICENSE = "unknown"

# Only lines at the very end of an article are held against these.
BOILERPLATE = (
    r"most (popular|read|viewed|shared)( stories| articles| news)?",
    r"(read|see|learn) (more|also|next)( (here|stories|news|articles|about this story))?",
    r"(read|see) (more|also|next): .{0,200}",
    r"(related|recommended|more) (stories|articles|news|topics|reading|content)( from( [\w'’]+){1,3})?",
    r"(advertisement|sponsored( content)?|comments?|share( this)?( article| story)?|print)",
    r"(sign up for|subscribe to) [^.!?]{0,60}newsletters?\b[^.!?]{0,60}",
    r"(follow|like) us on [^.!?]{0,60}",
    r"(copyright|©|\(c\))\s*(©|\(c\))?\s*(19|20)\d\d\b.{0,200}",
    r".{0,120}\ball rights reserved\b.{0,120}",
    r"this (article|story) (was|is|has been)\b.*\b(originally|first|syndicated|distributed|republished)\b.*",
    r"(distributed|syndicated|republished) (by|with|under)\b.{0,80}",
    r".{0,120}\bcontributed to this (report|article|story)",
)
_BOILERPLATE = re.compile("|".join(f"(?:{line})" for line in BOILERPLATE), re.IGNORECASE)

# A caption's last words name who took the picture: "(Jane Roe/Agency via AP)".
_CREDIT = re.compile(r"(?:[^()]*\bvia\b[^()]*|[^()]*/[^()]*|(?:AP|AFP|Reuters)[^()]*)")

_TEXTS = (
    "id", "text", "title", "standfirst", "src", "source", "url", "published",
    "license", "attribution", "lang",
)  # fmt: skip


def read_articles(paths: Iterable[Path]) -> Iterator[Document]:
    """
    The documents of files, of the .txt and .jsonl files of folders, or of ``-``.

    A line that is a document already (it has ``meta``, ``entities`` or a
    ``layer``) passes as it is; a raw article is normalised. Raises InputError
    at once for paths that aren't there, and at the end with every other problem
    found, each with its place.
    """
    paths = tuple(paths)
    gone = [
        Problem(str(path), "there is no such file or folder") for path in filter(_gone, paths)
    ]
    if gone:
        refuse(gone, InputError, hint=PATHS)
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
        refuse(problems, InputError, hint="check the paths, mend these, or leave the files out")
    if not seen:
        where = ", ".join(str(path) for path in paths)
        raise InputError(f"{where}: no articles there", hint="give .txt or .jsonl files")


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
        problems.append(Problem(place, str(refused(error)).removeprefix(f"{place}: ")))

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
    if not encodable(path.stem):
        return [Problem(str(path), "the file's name, which becomes the id, is not UTF-8")]
    try:
        return _plain(path.stem, read_text(path, at_most=LONGEST), str(path))
    except InputError as error:
        return [Problem(str(path), str(error).removeprefix(f"{path}: "))]


def _piped(path: Path, problems: Problems) -> Iterator[_Found]:
    """JSONL if the first line is an object, else one plain article named after its text."""
    lines = raw_lines(path)
    head: list[bytes] = []
    for line in lines:
        head.append(line)
        if line.strip():
            break
    if head and head[-1].lstrip().startswith(b"{"):
        numbered = enumerate(chain(head, lines), start=1)
        yield from _each(objects(written(numbered), path, problems))
    elif head:
        raw = b"".join(chain(head, lines))
        digest = hashlib.sha256(raw).hexdigest()
        yield str(path), _decoded(f"article-{digest[:12]}", raw, str(path))


def _decoded(identity: str, raw: bytes, place: str) -> Document | list[Problem]:
    try:
        return _plain(identity, decode(raw), place)
    except ValueError as error:
        return [Problem(place, str(error))]


def _each(forms: Iterable[tuple[str, Json]]) -> Iterator[_Found]:
    for place, form in forms:
        if form.keys() & {"meta", "layer", "entities", "relations"}:
            document, problems = parse_document(form, place)
            yield place, document or problems
        else:
            yield place, _raw(form, place)


def _raw(form: Json, place: str) -> Document | list[Problem]:
    """A raw article: ``id``, ``text``, known and unknown plain fields."""
    problems = [
        Problem(place, f"the article has no {key!r}")
        for key in ("id", "text")
        if key not in form
    ]
    for key, value in form.items():
        if key in _TEXTS and not (isinstance(value, str) and value.strip()):
            problems.append(
                Problem(place, f"{key!r} must be a string with text, not {brief(value)}")
            )
        elif not isinstance(value, Scalar):
            problems.append(
                Problem(place, f"{brief(key)} must be a plain value, not {brief(value)}")
            )
    if "src" in form and "source" in form:
        problems.append(Problem(place, "'src' and 'source' are two names for one thing"))
    if problems:
        return problems
    meta = {key: value for key, value in form.items() if key not in ("id", "text", "source")}
    if "source" in form:
        meta["src"] = form["source"]
    text = _newlines(form["text"])
    if title := _newlines(meta.get("title", "")).strip():
        meta["title"] = title
        text = text if _first_line(text) == title else f"{title}\n\n{text}"
    return _document(form["id"], text, meta, place)


def _plain(identity: str, text: str, place: str) -> Document | list[Problem]:
    """A .txt article: its parts are understood, no fact about it is guessed."""
    text = _newlines(text)
    if not text.strip():
        return [Problem(place, "the article is empty")]
    return _document(identity, text, dict(_parts(text)), place)


def _document(identity: str, text: str, meta: Meta, place: str) -> Document | list[Problem]:
    if (at := text.find("\0")) >= 0:
        what = (
            f"a NUL character at {at}, which Label Studio can't hold; is it UTF-16, or no text?"
        )
        return [Problem(place, what)]
    if len(text) > LONGEST:
        return [Problem(place, f"the text has {len(text):,} characters; {LONGEST:,} may be")]
    cleaned = _cleaned(text)
    if not cleaned.text.strip():
        return [Problem(place, "nothing but boilerplate")]
    full = {"license": UNKNOWN_LICENSE, **meta, "ingest": INGEST_VERSION}
    if cleaned.dropped:
        full["dropped"] = list(cleaned.dropped)
    return Document(identity, cleaned.text, meta=full)


@dataclass(frozen=True)
class _Cleaned:
    text: str
    dropped: tuple[str, ...]


def _cleaned(text: str) -> _Cleaned:
    """
    Without paragraphs doubled next to themselves and without the boilerplate at the end.

    Whole lines go, with the blank lines before them; nothing else is touched.
    """
    lines = text.split("\n")
    dropped: list[str] = []
    kept: list[str] = []
    before = ""
    for line in lines:
        if line.strip() and line == before:
            dropped.append(f"doubled: {line.strip()}")
            while kept and not kept[-1].strip():
                kept.pop()
            continue
        kept.append(line)
        before = line if line.strip() else before
    tail: list[str] = []
    end = len(kept)
    while end and (not kept[end - 1].strip() or _is_boilerplate(kept[end - 1])):
        end -= 1
        if kept[end].strip():
            tail.append(f"boilerplate: {kept[end].strip()}")
    if tail:
        kept = kept[:end]
    return _Cleaned("\n".join(kept), (*dropped, *reversed(tail)))


def _is_boilerplate(line: str) -> bool:
    return bool(_BOILERPLATE.fullmatch(line.strip().rstrip(".:…»> ")))


def _parts(text: str) -> Iterator[tuple[str, str | list[str]]]:
    """Title, standfirst and captions of a plain article, as far as its layout shows them."""
    lines = list(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))
    yield "title", lines[0]
    if len(lines) > 2 and _is_standfirst(lines[1]):
        yield "standfirst", lines[1]
    captions = [line for line in lines[1:] if _is_caption(line)]
    if captions:
        yield "captions", captions


def _is_caption(line: str) -> bool:
    _, opened, credit = line.removesuffix(".").rpartition("(")
    closed = credit.find(")") == len(credit) - 1
    return bool(opened and closed and _CREDIT.fullmatch(credit[:-1]))


def _is_standfirst(line: str) -> bool:
    """A second headline: one short line that doesn't end as a sentence of the body does."""
    return len(line) <= 300 and not line.endswith((".", ".”", '."', ")", ":"))


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0].strip()


def _newlines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
