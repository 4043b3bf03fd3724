"""Reading an article paragraph by paragraph, so that no sentence runs across a newline."""

from collections.abc import Iterator
from typing import Any

from spacy.tokens import Doc, Span

NAMES = "ner"


def read(nlp: Any, text: str) -> Any:
    """
    The article as a Doc, each line of it parsed by itself.

    Headlines and captions end without a full stop: the parser would read them
    on into the next paragraph, and where a sentence's start is only given to
    it, it breaks up what follows. The names are found in the whole article,
    since what stands around a line helps to tell them; they end at newlines too.
    """
    whole = nlp.make_doc(text)
    starts = list(_starts(whole))
    for start in starts:
        whole[start].is_sent_start = True
    if not starts:
        return whole
    nlp.get_pipe(NAMES)(whole)
    lines = [
        whole[start:end].as_doc()
        for start, end in zip(starts, [*starts[1:], len(whole)], strict=True)
    ]
    for name, pipe in nlp.pipeline:
        if name != NAMES:
            lines = list(pipe.pipe(lines, batch_size=len(lines)))
    doc = Doc.from_docs(lines, ensure_whitespace=False)
    doc.ents = [Span(doc, name.start, name.end, label=name.label) for name in whole.ents]
    return doc


def _starts(doc: Any) -> Iterator[int]:
    """
    The token at which each line begins.

    White space is a token of its own wherever it is more than one blank, so a
    newline never stands inside a word.
    """
    for token in doc:
        if token.i == 0 or "\n" in doc[token.i - 1].text:
            yield token.i
