"""The one place where an article's text is normalised: its ends of lines, what is doubled, what is none of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from curation.documents.document import LONGEST_TEXT, Document, Meta, MetaValue
from curation.errors import Problem, abbreviate
from curation.files import Json

INGEST_VERSION = "1"

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


def raw(form: Json, place: str) -> Document | list[Problem]:
    """A raw article: ``id``, ``text``, known and unknown plain fields."""
    problems = [
        Problem(place, f"the article has no {key!r}")
        for key in ("id", "text")
        if key not in form
    ]
    for key, value in form.items():
        if key in _TEXTS and not (isinstance(value, str) and value.strip()):
            problems.append(
                Problem(place, f"{key!r} must be a string with text, not {abbreviate(value)}")
            )
        elif not isinstance(value, MetaValue):
            problems.append(
                Problem(
                    place, f"{abbreviate(key)} must be a plain value, not {abbreviate(value)}"
                )
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


def plain(identity: str, text: str, place: str) -> Document | list[Problem]:
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
    if len(text) > LONGEST_TEXT:
        return [
            Problem(place, f"the text has {len(text):,} characters; {LONGEST_TEXT:,} may be")
        ]
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
