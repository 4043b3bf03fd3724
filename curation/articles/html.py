"""Web pages as plain text, by trafilatura, which the extra ``html`` installs; and texts without markup."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from html import unescape
from html.entities import html5
from typing import Any

from curation.errors import InputError
from curation.files import Json

# The elements of HTML. A block stands in a line of its own; of hidden ones not even the text is shown.
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|nobr|q|rp|rt|"
    "ruby|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)
_BLOCK = (
    "address|area|article|aside|audio|base|blockquote|body|br|button|canvas|caption|center|col|colgroup|"
    "datalist|dd|details|dialog|div|dl|dt|embed|fieldset|figcaption|figure|footer|form|frame|frameset|"
    "h[1-6]|head|header|hgroup|hr|html|iframe|input|legend|li|link|main|map|menu|meta|meter|nav|noscript|"
    "object|ol|optgroup|option|output|p|param|picture|pre|progress|section|select|source|summary|svg|"
    "table|tbody|td|template|textarea|tfoot|th|thead|title|tr|track|ul|video"
)
_HIDDEN = "script|style"
# Attributes that may stand without a value; ``3 <a and b> 2`` has none, and is no tag.
_ALONE = (
    "allowfullscreen|async|autofocus|autoplay|checked|controls|defer|disabled|download|hidden|inert|"
    "ismap|itemscope|loop|multiple|muted|nomodule|noshade|nowrap|open|playsinline|readonly|required|"
    "reversed|selected|data-[\\w-]+"
)
_VALUE = r"""(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+)"""
_ATTRIBUTES = rf"""(?:\s+(?:[^\s"'<>/=]+\s*=\s*{_VALUE}|(?:{_ALONE})(?=[\s/>])))*"""
_HTML = re.compile(
    rf"</?(?P<name>{_INLINE}|{_BLOCK}|{_HIDDEN}){_ATTRIBUTES}\s*/?>"
    r"|<!doctype\s+html[^<>]*>"
    r"|(?P<comment><!--)"
    r"|&(?:(?P<character>[a-z]{1,31}\d{0,2};)|#(?:\d{1,7}|x[0-9a-f]{1,6});)",
    re.IGNORECASE | re.ASCII,
)
_ENDS = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE | re.ASCII) for name in _HIDDEN.split("|")
} | {"<!--": re.compile("-->")}
# Markdown and BBCode by patterns: their libraries make pages of whole texts, and would change the rest.
_BRACKET = re.compile(
    r"!?\[|\](?P<target>\((?:https?:|mailto:|/|#)(?:[^()\s]|\([^()\s]*\))*\))?|(?P<newline>\n)"
)
_BOLD = re.compile(r"(?<![*\w])\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?![*\w])")
_BBCODE = re.compile(
    r"\[(?P<end>/)?(?P<name>b|i|u|s|url|img|quote|code|size|color|center)(?(end)|(?:=[^\[\]\n]*)?)\]",
    re.IGNORECASE,
)

_Pair = tuple[re.Match[str], re.Match[str]]

_TAG = "an HTML tag"
_REFERENCE = "a character reference of HTML"
_COMMENT = "an HTML comment"
_HIDDEN_TEXT = "a script or style of HTML"
_MARKDOWN_LINK = "a link of Markdown"
_BOLD_TYPE = "bold type of Markdown"
_BBCODE_TAG = "BBCode"

# What trafilatura calls what an article has. Its authors are guesses; the byline is in the text.
_FIELDS = {"title": "title", "date": "published", "sitename": "src", "url": "url"}

# What says who wrote the article, before its first paragraphs of some length.
_SIGNED = re.compile(r"byline|author(?!i)", re.IGNORECASE)
_SIGNING_ATTRIBUTES = ("class", "id", "rel", "itemprop", "data-component")
_LONGEST_BYLINE = 150
_SHORTEST_PARAGRAPH = 80


@dataclass(frozen=True)
class Markup:
    """A *kind* of markup that a text has so many times: how the first *begins*, and its *line* from 1."""

    kind: str
    begins: str
    line: int
    count: int


@dataclass(frozen=True)
class _Mark:
    """What isn't text between two places, the *text* that stands for it, and whether it ends a line."""

    kind: str
    start: int
    end: int
    text: str = ""
    is_block: bool = False


def find_markup(text: str) -> list[Markup]:
    """The kinds of markup, in order of the first of each; none in plain text, such as ``AT&T`` or ``3 < 4``."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for mark in _html_marks(text):
        spans[mark.kind].append((mark.start, mark.end))
    for kind, pairs in ((_MARKDOWN_LINK, _links(text)), (_BBCODE_TAG, _bbcode(text))):
        spans[kind] = sorted((opening.start(), closing.end()) for opening, closing in pairs)
    spans[_BOLD_TYPE] = [bold.span() for bold in _BOLD.finditer(text)]
    return [
        Markup(kind, f"{text[start:end]:.30}", text.count("\n", 0, start) + 1, len(found))
        for kind, found in sorted(spans.items(), key=lambda one: one[1])
        for start, end in found[:1]
    ]


def _links(text: str) -> Iterator[_Pair]:
    """Of each link of Markdown what opens and what closes its label, also in the label of another."""
    opened: list[re.Match[str]] = []
    for bracket in _BRACKET.finditer(text):
        if bracket["newline"]:
            opened.clear()
        elif bracket[0].endswith("["):
            opened.append(bracket)
        elif opened:
            opening = opened.pop()
            if bracket["target"] and opening.end() < bracket.start():
                yield opening, bracket


def _bbcode(text: str) -> Iterator[_Pair]:
    """The tags of BBCode, each closing one with the last one of its name that it may close."""
    opened: dict[str, list[re.Match[str]]] = defaultdict(list)
    for tag in _BBCODE.finditer(text):
        of_name = opened[tag["name"].lower()]
        if not tag["end"]:
            of_name.append(tag)
        elif of_name:
            yield of_name.pop(), tag


def _without(text: str, pairs: Iterable[_Pair]) -> str:
    """The text without the marks of these pairs."""
    parts = []
    end = 0
    for mark in sorted(one.span() for pair in pairs for one in pair):
        parts.append(text[end : mark[0]])
        end = mark[1]
    return "".join([*parts, text[end:]])


def strip_markup(text: str) -> str:
    """
    The text without markup; a block of HTML ends a line. All else stays as it is.

    Only known elements of HTML in whole tags are markup, so that no word is lost that a reader would see.
    """
    text = _without(text, _bbcode(text))
    text = _BOLD.sub(r"\1", _without(text, _links(text)))
    stripped = ""
    end = 0
    is_after_block = False
    for mark in _html_marks(text):
        stripped = _joined(stripped, text[end : mark.start], is_after_block=is_after_block)
        is_after_block &= not text[end : mark.start].strip()
        if mark.text:
            stripped = _joined(stripped, mark.text, is_after_block=is_after_block)
        is_after_block = mark.is_block or (is_after_block and not mark.text)
        end = mark.end
    return _joined(stripped, text[end:], is_after_block=is_after_block)


def _joined(before: str, after: str, *, is_after_block: bool) -> str:
    """Both texts, with a new line between where a block ends between words."""
    same_line = after.split("\n", 1)[0]
    if not is_after_block or not same_line.strip():
        return before + after
    is_new_line = not before[before.rfind("\n") + 1 :].strip()
    return before + after.lstrip() if is_new_line else f"{before.rstrip(' ')}\n{after.lstrip()}"


def _html_marks(text: str) -> Iterator[_Mark]:
    """The tags, comments, scripts, styles and character references of HTML, in order."""
    unclosed: set[str] = set()
    at = 0
    while found := _HTML.search(text, at):
        at = found.end()
        name = (found["comment"] or found["name"] or "").lower()
        is_tag = name != "<!--" and found[0].startswith("<")
        if name in _ENDS and not found[0].startswith("</") and name not in unclosed:
            if end := _ENDS[name].search(text, at):
                at = end.end()
                yield _Mark(
                    _HIDDEN_TEXT if is_tag else _COMMENT, found.start(), at, is_block=is_tag
                )
                continue
            unclosed.add(name)
        if is_tag:
            is_block = not re.fullmatch(_INLINE, name)
            yield _Mark(_TAG, found.start(), at, is_block=is_block)
        elif name != "<!--" and (not found["character"] or found["character"] in html5):
            yield _Mark(_REFERENCE, found.start(), at, unescape(found[0]))


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
            "web pages are read by trafilatura, which isn't installed",
            hint="pip install trafilatura",
        ) from None
    return trafilatura
