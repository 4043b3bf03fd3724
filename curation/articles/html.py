"""Web pages and markup as plain text, by trafilatura, which the extra ``html`` installs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from curation.errors import InputError
from curation.files import Json

_INLINE = "a|abbr|b|big|cite|code|em|font|i|img|mark|q|s|small|span|strong|sub|sup|u"
_BLOCK = (
    "article|aside|blockquote|br|center|div|dl|dd|dt|figcaption|figure|footer|h[1-6]|header|hr|"
    "iframe|li|main|nav|ol|p|pre|script|section|style|table|tbody|td|th|thead|tr|ul"
)
_TAG = re.compile(
    rf"</?(?:{_INLINE}|{_BLOCK})(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?>|<!--", re.IGNORECASE
)
# Where the line goes on behind the block.
_END_OF_BLOCK = re.compile(
    rf"(?:</(?:{_BLOCK})\s*>|<(?:br|hr)(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?>)(?=[^\S\n]*\S)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:[A-Za-z]{2,8}\d{0,2}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_LINK = re.compile(r"!?\[([^\[\]\n]+)\]\((?:https?:|mailto:|/|#)[^()\s]*\)")
_BOLD = re.compile(r"(?<![*\w])\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?![*\w])")
_BBCODE = re.compile(
    r"\[(b|i|u|s|url|img|quote|code|size|color|center)(?:=[^\]\n]*)?\](.{0,5000}?)\[/\1\]",
    re.IGNORECASE | re.DOTALL,
)

_KINDS = {
    "an HTML tag": _TAG,
    "a character reference of HTML": _REFERENCE,
    "a link of Markdown": _LINK,
    "bold type of Markdown": _BOLD,
    "BBCode": _BBCODE,
}

# What trafilatura calls what an article has.
_FIELDS = {
    "title": "title",
    "date": "published",
    "sitename": "src",
    "url": "url",
    "author": "author",
}


@dataclass(frozen=True)
class Markup:
    """The first markup of a text: what *kind*, how it *begins*, and the *line* from 1."""

    kind: str
    begins: str
    line: int


def find_markup(text: str) -> Markup | None:
    """The first tag, reference, link or the like; None in plain text, such as ``AT&T`` or ``3 < 4``."""
    found = min(
        ((mark.start(), kind, mark[0]) for kind, mark in _first_marks(text)), default=None
    )
    if found is None:
        return None
    start, kind, whole = found
    return Markup(kind, f"{whole:.30}", text.count("\n", 0, start) + 1)


def _first_marks(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for kind, pattern in _KINDS.items():
        if mark := pattern.search(text):
            yield kind, mark


def strip_markup(text: str) -> str:
    """
    The text without markup; lines that have none stay as they are.

    A block of HTML ends a line. Raises InputError where trafilatura isn't installed.
    """
    html2txt = _trafilatura().html2txt
    while bare := _BBCODE.sub(r"\2", text):
        if bare == text:
            break
        text = bare
    text = _BOLD.sub(r"\1", _LINK.sub(r"\1", text))
    # A tag may go over several lines; a block's end is one.
    text = _TAG.sub(lambda tag: tag[0].replace("\n", " "), text)
    text = _END_OF_BLOCK.sub(r"\g<0>\n", text)
    return "\n".join(
        html2txt(f"<html><body>{line}</body></html>")
        if _TAG.search(line) or _REFERENCE.search(line)
        else line
        for line in text.split("\n")
    )


def read_page(page: bytes) -> tuple[str, Json] | None:
    """
    The text of the article on a web page, and what the page says of it; None where no article is found.

    Paragraphs have a blank line between. Raises InputError where trafilatura isn't installed.
    """
    found = _trafilatura().bare_extraction(
        page, with_metadata=True, include_comments=False, include_tables=False
    )
    if found is None or not (found.text or "").strip():
        return None
    lines = (line.strip() for line in found.text.split("\n"))
    fields = {name: getattr(found, theirs) for theirs, name in _FIELDS.items()}
    return "\n\n".join(filter(None, lines)), {key: one for key, one in fields.items() if one}


def _trafilatura() -> Any:
    try:
        import trafilatura
    except ModuleNotFoundError:
        raise InputError(
            "web pages and markup are read by trafilatura, which isn't installed",
            hint='pip install "curate[html]", or: pip install trafilatura',
        ) from None
    return trafilatura
