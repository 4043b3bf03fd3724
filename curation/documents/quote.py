"""Words of an article as they are quoted to people, so that they find them."""

# How many characters to say on either side, at first and at most.
FEW, MANY = 20, 160


def quoted(text: str, start: int, end: int) -> str:
    """The words in quotes; where they stand in the text more than once, with those around them."""
    words = text[start:end]
    if text.find(words) == text.rfind(words):
        return repr(words)
    return f"{words!r} ({around(text, start, end)})"


def around(text: str, start: int, end: int) -> str:
    """A piece of the text in one line, the span in brackets: as little as there is only once."""
    room = FEW
    while True:
        first, last = _back(text, start, room), _on(text, end, room)
        piece = text[first:last]
        if room >= MANY or text.find(piece) == text.rfind(piece):
            break
        room *= 2
    marked = f"{text[first:start]}[{text[start:end]}]{text[end:last]}"
    dots = "… " * (first > 0), " …" * (last < len(text))
    return dots[0] + " ".join(marked.split()) + dots[1]


def _back(text: str, at: int, room: int) -> int:
    """Where to begin, with a whole word if there is one within *room* before *at*."""
    first = max(0, at - room)
    cut = first > 0 and not text[first - 1].isspace()
    spaces = (n for n in range(first, at) if text[n].isspace())
    return next(spaces, first - 1) + 1 if cut else first


def _on(text: str, at: int, room: int) -> int:
    """Where to end, likewise."""
    last = min(len(text), at + room)
    cut = last < len(text) and not text[last].isspace()
    spaces = (n for n in range(last - 1, at - 1, -1) if text[n].isspace())
    return next(spaces, last) if cut else last
