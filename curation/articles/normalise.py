"""Articles normalised to documents: newlines, doubled paragraphs, boilerplate at the end."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from curation.articles.html import find_markup, strip_markup
from curation.articles.meta import (
    STRIP_MARKUP,
    UNKNOWN_LICENSE,
    ArticleOptions,
    ArticlesReport,
    article_meta,
)
from curation.documents.document import LONGEST_TEXT, Document, Meta
from curation.documents.storable import storage_problems
from curation.errors import Problem, abbreviate
from curation.files import Json

_INGEST_VERSION = "1"

# Patterns of boilerplate; only lines at the very end of an article are compared with them.
_BOILERPLATE_LINES = (
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
_BOILERPLATE = re.compile("|".join(f"(?:{line})" for line in _BOILERPLATE_LINES), re.IGNORECASE)

_PLAIN_QUOTES = str.maketrans("‘’‚‛´`“”„‟«»", 6 * "'" + 6 * '"')

# The end of a caption names the photographer: "(Jane Roe/Agency via AP)".
_CREDIT = re.compile(r"(?:[^()]*\bvia\b[^()]*|[^()]*/[^()]*|(?:AP|AFP|Reuters)[^()]*)")


def normalise_json_article(
    article: Json, place: str, options: ArticleOptions
) -> Document | list[Problem]:
    """The document of an article with an id, a text and other fields, or its problems."""
    fields = {**article}
    said: dict[str, str] = {}
    problems = []
    for key in (options.id_column, options.text_column):
        if key not in article:
            problems.append(Problem(place, f"the article has no {key!r}"))
            continue
        value = fields.pop(key, None)
        if isinstance(value, int) and not isinstance(value, bool) and key == options.id_column:
            value = str(value)
        if isinstance(value, str) and value.strip():
            said[key] = value
        else:
            what = f"{key!r} must be a string that isn't blank, not {abbreviate(value)}"
            problems.append(Problem(place, what))
    meta, meta_problems = article_meta(fields, place, options)
    if problems := [*problems, *meta_problems]:
        return problems
    identity = said[options.id_column]
    title = _newlines(str(meta.get("title", "")))
    text = _newlines(said[options.text_column])
    dropped: tuple[str, ...] = ()
    if options.strip_markup:
        dropped = (*_dropped_markup(title), *_dropped_markup(text))
        title = strip_markup(title)
        text = strip_markup(text)
    _report_markup({"title": title, "text": text}, identity, place, options.report)
    if title := title.strip():
        meta["title"] = title
        text = text if _is_first_line(title, text) else f"{title}\n\n{text}"
    return _document(identity, text, meta, place, dropped)


def normalise_plain_article(
    identity: str,
    text: str,
    place: str,
    fields: Json,
    options: ArticleOptions,
) -> Document | list[Problem]:
    """
    The document of a plain text article, or its problems; title and captions from the layout.

    *fields* are what else is known of the article, as a JSON article has them.
    """
    text = _newlines(text)
    if not text.strip():
        return [Problem(place, "the article is empty")]
    problems = [
        Problem(place, f"{key!r} is what the text file says")
        for key in ("id", "text")
        if key in fields
    ]
    meta, meta_problems = article_meta(fields, place, options)
    if problems := [*problems, *meta_problems]:
        return problems
    dropped: tuple[str, ...] = ()
    if options.strip_markup:
        dropped = _dropped_markup(text)
        text = strip_markup(text)
    _report_markup({"text": text}, identity, place, options.report)
    parts = dict(_parts(text)) if text.strip() else {}
    return _document(identity, text, parts | meta, place, dropped)


def note_unchanged(document: Document, options: ArticleOptions) -> None:
    """What the *options* say of articles and the document, which passes as it is, lacks is told."""
    report = options.report
    for key in options.known:
        if document.meta.get(key, UNKNOWN_LICENSE) == UNKNOWN_LICENSE:
            report.unchanged[key] += 1
    if options.strip_markup and find_markup(document.text):
        report.unchanged[STRIP_MARKUP] += 1


def _dropped_markup(text: str) -> tuple[str, ...]:
    """How each kind of markup begins that ``strip_markup`` takes out of the text."""
    return tuple(f"markup: {one.begins}" for one in find_markup(text))


def _report_markup(
    parts: Mapping[str, str], identity: str, place: str, report: ArticlesReport
) -> None:
    """Markup in *parts* of an article, which have their names, is told: the first, and how much there is."""
    found = [(part, one) for part, text in parts.items() for one in find_markup(text)]
    if not found:
        return
    part, first = found[0]
    more = sum(one.count for _, one in found) - 1
    and_more = f"; {more} more in the article" if more else ""
    what = f"{first.kind} in line {first.line} of its {part}: {first.begins}{and_more}"
    report.markup.append(Problem(place, f"{identity!r} has {what}"))


def _document(
    identity: str, text: str, meta: Meta, place: str, dropped: tuple[str, ...]
) -> Document | list[Problem]:
    if (at := text.find("\0")) >= 0:
        what = f"a NUL character at {at}, which Label Studio can't store; the file may be UTF-16 or binary"
        return [Problem(place, what)]
    if len(text) > LONGEST_TEXT:
        return [
            Problem(
                place,
                f"the text has {len(text):,} characters; at most {LONGEST_TEXT:,} are allowed",
            )
        ]
    if problems := [
        Problem(place, problem.what)
        for problem in storage_problems(Document(identity, text, meta=meta))
    ]:
        return problems
    cleaned = _cleaned(text)
    if not cleaned.text.strip():
        return [Problem(place, "the article is only boilerplate")]
    all_meta = {"license": UNKNOWN_LICENSE, **meta, "ingest": _INGEST_VERSION}
    if all_dropped := (*dropped, *cleaned.dropped):
        all_meta["dropped"] = list(all_dropped)
    return Document(identity, cleaned.text, meta=all_meta)


@dataclass(frozen=True)
class _Cleaned:
    """A text, and what was dropped from it: each line with the reason before it."""

    text: str
    dropped: tuple[str, ...]


def _cleaned(text: str) -> _Cleaned:
    """
    The text without lines that repeat the line before, and without boilerplate at the end.

    Only whole lines are dropped, with the blank lines before them.
    """
    doubled: list[str] = []
    lines: list[str] = []
    last_line = ""
    for line in text.split("\n"):
        if line.strip() and line == last_line:
            doubled.append(f"doubled: {line.strip()}")
            while lines and not lines[-1].strip():
                lines.pop()
            continue
        lines.append(line)
        last_line = line if line.strip() else last_line
    boilerplate: list[str] = []
    end = len(lines)
    while end and (not lines[end - 1].strip() or _is_boilerplate(lines[end - 1])):
        end -= 1
        if lines[end].strip():
            boilerplate.append(f"boilerplate: {lines[end].strip()}")
    if boilerplate:
        lines = lines[:end]
    return _Cleaned("\n".join(lines), (*doubled, *reversed(boilerplate)))


def _is_boilerplate(line: str) -> bool:
    return bool(_BOILERPLATE.fullmatch(line.strip().rstrip(".:…»> ")))


def _parts(text: str) -> Iterator[tuple[str, str | list[str]]]:
    """Title, standfirst and captions of a plain article, as its layout shows them."""
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
    """Whether the line is a second headline: short, and not ending as a sentence does."""
    return len(line) <= 300 and not line.endswith((".", ".”", '."', ")", ":"))


def _is_first_line(title: str, text: str) -> bool:
    """Whether the text begins with its title; case, spaces, shapes of quotes and a full stop don't count."""
    return _folded(text.strip().split("\n", 1)[0]) == _folded(title)


def _folded(line: str) -> str:
    same = unicodedata.normalize("NFKC", line.translate(_PLAIN_QUOTES)).casefold()
    return " ".join(unicodedata.normalize("NFKC", same).split()).rstrip(". ")


def _newlines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
