"""CoNLL-2003's columns with IOB2 tags: a token a line, a blank line behind each sentence."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from curation.documents.document import Document
from curation.documents.sentences import sentence_starts
from curation.formats.iob2 import tag_tokens
from curation.formats.losses import (
    NO_RELATIONS,
    NOT_ALIGNED,
    OVERLAPPING,
    Losses,
)
from curation.formats.shape import FilePart, lose_all_but_tokens
from curation.formats.spacy_tokens import tokenize
from curation.formats.whole_tokens import language_of
from curation.schema import Schema

# Part of speech and chunk, which we don't know.
_UNKNOWN = "-X-"


def write_conll(
    documents: Iterable[Document], schema: Schema, losses: Losses
) -> Iterator[FilePart]:
    """Word, two columns that say nothing, and tag; of entities that overlap the longest is tagged."""
    for document in documents:
        tokens = tokenize(document.text, language_of(document))
        tagged = tag_tokens(tokens.words, tokens.starts, document.entities)
        losses.add(NOT_ALIGNED, document.id, tagged.not_aligned)
        losses.add(OVERLAPPING, document.id, tagged.overlapping)
        losses.add(NO_RELATIONS, document.id, len(document.relations))
        lose_all_but_tokens(document, losses)
        lines = _lines(document.text, tokens.words, tokens.starts, tagged.tags)
        yield FilePart("", "".join(f"{line}\n" for line in lines).encode())


def _lines(text: str, words: list[str], starts: list[int], tags: list[str]) -> Iterator[str]:
    yield f"-DOCSTART- {_UNKNOWN} {_UNKNOWN} O"
    sentences = sentence_starts(text)
    last = -1
    for word, start, tag in zip(words, starts, tags, strict=True):
        sentence = bisect_right(sentences, start)
        # A tag that goes on an entity can't begin a sentence.
        if sentence != last and not tag.startswith("I-"):
            yield ""
        last = sentence
        yield f"{'_'.join(word.split())} {_UNKNOWN} {_UNKNOWN} {tag}"
    yield ""
