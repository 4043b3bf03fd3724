"""Words of an article as messages quote them, so that readers find the place."""

# The number of characters of context on either side: the first try and the limit.
_LEAST = 20
_MOST = 160


def quote_words(text: str, start: int, end: int) -> str:
    """The words of the span in quotes, with their context where they occur more than once."""
    words = text[start:end]
    if text.find(words) == text.rfind(words):
        return repr(words)
    return f"{words!r} ({quote_context(text, start, end)})"


def quote_context(text: str, start: int, end: int) -> str:
    """The shortest unique piece of the text around the span, on one line, the span in brackets."""
    width = _LEAST
    while True:
        first = context_start(text, start, width)
        last = context_end(text, end, width)
        piece = text[first:last]
        if width >= _MOST or text.find(piece) == text.rfind(piece):
            break
        width *= 2
    marked = f"{text[first:start]}[{text[start:end]}]{text[end:last]}"
    before = "… " if first > 0 else ""
    after = " …" if last < len(text) else ""
    return before + " ".join(marked.split()) + after


def context_start(text: str, at: int, width: int) -> int:
    """The offset at most *width* before *at*, moved to the next beginning of a word if any."""
    first = max(0, at - width)
    is_cut = first > 0 and not text[first - 1].isspace()
    spaces = (n for n in range(first, at) if text[n].isspace())
    return next(spaces, first - 1) + 1 if is_cut else first


def context_end(text: str, at: int, width: int) -> int:
    """The offset at most *width* after *at*, moved back to the last end of a word if any."""
    last = min(len(text), at + width)
    is_cut = last < len(text) and not text[last].isspace()
    spaces = (n for n in range(last - 1, at - 1, -1) if text[n].isspace())
    return next(spaces, last) if is_cut else last
