"""Reading an article paragraph by paragraph, so that no sentence runs across a newline."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from spacy.tokens import Doc, Span

NAMES = "ner"

# So many tokens at most are read at once (about 50 kB), as each takes some 15 kB meanwhile.
ROOM = 10_000
STOPS = frozenset(".!?")


def read(nlp: Any, text: str) -> Any:
    """
    The article as a Doc, each line of it parsed by itself.

    Headlines and captions end without a full stop: the parser would read them
    on into the next paragraph, and where a sentence's start is only given to
    it, it breaks up what follows. The names are found in the whole article,
    since what stands around a line helps to tell them; they end at newlines too.
    An article of more than ROOM tokens is read in portions of whole lines.
    """
    whole = nlp.make_doc(text)
    if not len(whole):
        return whole
    lines: list[Doc] = []
    names: list[tuple[int, int, int]] = []
    for starts in _portions(whole):
        first, last = starts[0], starts[-1]
        portion = _copied(whole, first, last)
        for start in starts[:-1]:
            portion[start - first].is_sent_start = True
        nlp.get_pipe(NAMES)(portion)
        names += [(first + one.start, first + one.end, one.label) for one in portion.ents]
        lines += _parsed(nlp, whole, starts)
    doc = Doc.from_docs(lines, ensure_whitespace=False)
    doc.ents = [Span(doc, start, end, label=label) for start, end, label in names]
    return doc


def _parsed(nlp: Any, whole: Doc, starts: Sequence[int]) -> list[Doc]:
    lines = [_copied(whole, start, end) for start, end in pairwise(starts)]
    for name, pipe in nlp.pipeline:
        if name != NAMES:
            lines = list(pipe.pipe(lines, batch_size=len(lines)))
    return lines


def _copied(whole: Doc, start: int, end: int) -> Doc:
    """Some of the tokens; Span.as_doc would go through the whole article for each line."""
    tokens = whole[start:end]
    spaces = [bool(token.whitespace_) for token in tokens]
    doc = Doc(whole.vocab, words=[token.text for token in tokens], spaces=spaces)
    for token, copy in zip(tokens, doc, strict=True):
        if token.norm != token.lex.norm:  # "n't" is "not"
            copy.norm_ = token.norm_
    return doc


def _portions(doc: Doc) -> Iterator[list[int]]:
    """Where the lines of a portion begin, and where the last one ends."""
    starts: list[int] = []
    for start in (*_starts(doc), len(doc)):
        if starts and start - starts[0] > ROOM and len(starts) > 1:
            yield starts
            starts = starts[-1:]
        starts.append(start)
    yield starts


def _starts(doc: Doc) -> Iterator[int]:
    """
    The token at which each line begins; one that is too long is cut after a full stop.

    White space is a token of its own wherever it is more than one blank, so a
    newline never stands inside a word.
    """
    begun = stop = 0
    for token in doc:
        here = token.i
        if here == 0 or "\n" in doc[here - 1].text:
            begun = stop = here
            yield here
        elif here - begun == ROOM:
            begun = stop = stop if stop > begun else here
            yield begun
        if token.text in STOPS:
            stop = here + 1
