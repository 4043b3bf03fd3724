"""Web pages and markup as plain text, by trafilatura, which the extra ``html`` installs."""

import re
from collections.abc import Iterator
from copy import deepcopy
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
# Markdown and BBCode by patterns: their libraries make pages of whole texts, and would change the rest.
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

# What trafilatura calls what an article has. Its authors are guesses; the byline is in the text.
_FIELDS = {"title": "title", "date": "published", "sitename": "src", "url": "url"}

# What says who wrote the article, before its first paragraphs of some length.
_SIGNED = re.compile(r"byline|author(?!i)", re.IGNORECASE)
_SIGNING_ATTRIBUTES = ("class", "id", "rel", "itemprop", "data-component")
_LONGEST_BYLINE = 150
_SHORTEST_PARAGRAPH = 80


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
    trafilatura = _trafilatura()
    config = deepcopy(trafilatura.settings.DEFAULT_CONFIG)
    # Else a short article loses its paragraphs, and gets a year of its text as its date.
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "50"
    dates = {"original_date": True, "extensive_search": False}
    found = trafilatura.bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        config=config,
        date_extraction_params=dates,
    )
    if found is None or not (found.text or "").strip():
        return None
    lines = [line.strip() for line in found.text.split("\n") if line.strip()]
    byline = _byline(trafilatura.load_html(page))
    if byline and not any(byline in line for line in lines):
        lines.insert(int(lines[0] == found.title), byline)
    fields = {name: getattr(found, theirs) for theirs, name in _FIELDS.items()}
    return "\n\n".join(lines), {key: one for key, one in fields.items() if one}


def _byline(page: Any) -> str:
    """Who wrote the article, as the page says above its text; trafilatura leaves that out."""
    paragraphs = 0
    for element in page.iterfind("body//*"):
        signs = " ".join(element.get(name, "") for name in _SIGNING_ATTRIBUTES)
        if _SIGNED.search(signs) and not element.xpath(".//h1 | .//p[2]"):
            is_inline = re.fullmatch(_INLINE, element.tag)
            words = _words(element.getparent() if is_inline else element)
            if 0 < len(words) <= _LONGEST_BYLINE and not words.endswith("."):
                return words
        elif element.tag == "p" and len(_words(element)) >= _SHORTEST_PARAGRAPH:
            paragraphs += 1
            if paragraphs == 2:  # the first may be a standfirst
                break
    return ""


def _words(element: Any) -> str:
    parts = element.xpath(".//text()[not(ancestor::script or ancestor::style)]")
    return re.sub(r" (?=[,.;:])", "", " ".join(" ".join(parts).split()))


def _trafilatura() -> Any:
    try:
        import trafilatura
    except ModuleNotFoundError:
        raise InputError(
            "web pages and markup are read by trafilatura, which isn't installed",
            hint="pip install trafilatura",
        ) from None
    return trafilatura
