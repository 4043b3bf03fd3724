"""Words of an article inside Markdown that we write: they show as they stand, whatever they are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from curation.documents.quote import context_end, context_start
from curation.documents.spans import overlapping_groups

# How many characters of context are shown on either side of a span.
CONTEXT_WIDTH = 45

# Whatever Markdown or HTML may read as more than a letter, and white space that they don't keep.
_SPECIAL = re.compile(r"[!-/:-@\[-`{-~\n\r\t]|^ | $|(?<= ) ")

# Words between them turn only themselves, whichever way they are written. Markdown takes them
# for letters, so that bold begins and ends there beside punctuation, too.
_ISOLATE = "\u2068"
_END_OF_ISOLATE = "\u2069"
# Keeps the ends of two bold pieces apart.
_JOINER = "\u2060"


@dataclass
class _Stretch:
    """A part of a text that is shown, and the spans in it that are bold."""

    start: int
    end: int
    bold: list[tuple[int, int]] = field(default_factory=list)


def literal_markdown(text: str) -> str:
    """
    The text as Markdown that shows exactly this text.

    A reference to a character never means structure in CommonMark; a backslash may.
    """
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)


def isolate_words(text: str) -> str:
    """The words, so that their direction turns nothing around them."""
    return f"{_ISOLATE}{text}{_END_OF_ISOLATE}"


def without_isolates(text: str) -> str:
    """The text as it was before words in it were isolated."""
    return text.replace(_ISOLATE, "").replace(_END_OF_ISOLATE, "")


def bold_words(text: str) -> str:
    """The words in bold, as Markdown."""
    return f"**{isolate_words(literal_markdown(text))}**"


def bold_in_context(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """
    The spans in bold with the words around them on their lines, as Markdown.

    "…" stands where the line goes on and between spans far apart. Spans that overlap are one.
    """
    shown = _stretches(text, spans)
    first = shown[0].start
    last = shown[-1].end
    before = "… " if first > 0 and text[first - 1] != "\n" else ""
    after = " …" if last < len(text) and text[last] != "\n" else ""
    return before + " … ".join(isolate_words(_markdown(text, one)) for one in shown) + after


def _stretches(text: str, spans: Iterable[tuple[int, int]]) -> list[_Stretch]:
    shown: list[_Stretch] = []
    for (start, end), _ in overlapping_groups(spans):
        line_end = text.find("\n", end)
        first = max(context_start(text, start, CONTEXT_WIDTH), text.rfind("\n", 0, start) + 1)
        last = context_end(text, end, CONTEXT_WIDTH)
        last = last if line_end < 0 else min(last, line_end)
        if not shown or first > shown[-1].end:
            shown.append(_Stretch(first, last))
        shown[-1].end = max(last, shown[-1].end)
        shown[-1].bold.append((start, end))
    return shown


def _markdown(text: str, stretch: _Stretch) -> str:
    pieces: list[str] = []
    at = stretch.start
    for start, end in stretch.bold:
        pieces += [literal_markdown(text[at:start]) or _JOINER, bold_words(text[start:end])]
        at = end
    return "".join([*pieces, literal_markdown(text[at : stretch.end])])
