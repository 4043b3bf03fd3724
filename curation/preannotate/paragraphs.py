"""An article parsed line by line, so that no sentence runs across a newline."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, takewhile
from typing import Any

import numpy as np
from spacy.pipeline import DependencyParser
from spacy.tokens import Doc, Span, Token
from spacy.vocab import Vocab

from curation.preannotate.greedy_names import find_names
from curation.preannotate.model_parts import BY_LINE, NAMES
from curation.preannotate.office_words import RANKS
from curation.preannotate.token_tables import annotate_tokens, is_looked_up

# About 50 kB of text; the model takes some 15 kB of memory a token while it reads.
MAX_TOKENS_AT_ONCE = 10_000
_COMPOUND = re.compile(r"((?:[A-Z]\.)+[A-Z]?)([-‐‑])([a-z]\w+)")
_CUT_RANK = re.compile(
    "|".join(rf"\b{re.escape(rank.capitalize())}" for rank in RANKS if rank.endswith("."))
)
# What components that work on lines may say of a token.
_SAID_OF_LINES = ("TAG", "HEAD", "DEP", "LEMMA", "MORPH", "POS", "SENT_START")
_FULL_STOPS = frozenset(".!?")


def parse_paragraphs(nlp: Any, text: str) -> Any:
    """
    The article as a Doc of which each line was parsed by itself.

    Headlines and captions end without a full stop, so that the parser would join them with the
    next paragraph. Names are found in the whole article, since the lines around a name help the
    model; no name runs over a newline. An article of more than MAX_TOKENS_AT_ONCE tokens is read
    in portions of whole lines. Without a component that finds sentences, each line is one.
    """
    doc = _tokenized(nlp, text)
    if not len(doc):
        return doc
    tokens = _Tokens.of(doc)
    name_finders = _name_finders(nlp)
    by_line, looked_up = _by_line(nlp)
    lines: list[Doc] = []
    names: list[tuple[int, int, int]] = []
    for starts in _portions(doc):
        first = starts[0]
        last = starts[-1]
        portion = tokens.copied(first, last)
        for start in starts[:-1]:
            portion[start - first].is_sent_start = True
        for pipe in name_finders:
            portion = find_names(pipe, portion)
        names += [(first + ent.start, first + ent.end, ent.label) for ent in portion.ents]
        lines += _parsed_lines(by_line, [tokens.copied(*ends) for ends in pairwise(starts)])
    _take_over(doc, lines)
    line_starts = {0, *accumulate(map(len, lines))}
    for pipe in looked_up:
        annotate_tokens(pipe, doc, line_starts)
    doc.ents = [Span(doc, start, end, label=label) for start, end, label in names]
    if not doc.has_annotation("SENT_START"):
        starts_of_lines = {*_line_starts(doc)}
        for token in doc:
            token.is_sent_start = token.i in starts_of_lines
    return doc


def _tokenized(nlp: Any, text: str) -> Doc:
    doc = nlp.make_doc(text)
    if _COMPOUND.search(text):
        doc = _with_split_compounds(doc)
    return _with_whole_ranks(doc) if _CUT_RANK.search(text) else doc


def _take_over(doc: Doc, lines: Sequence[Doc]) -> None:
    """Gives the article's tokens what the components said of those of its lines."""
    said = np.concatenate([line.to_array(_SAID_OF_LINES) for line in lines])
    columns = [at for at, is_said in enumerate(said.any(axis=0)) if is_said]
    if columns:
        doc.from_array([_SAID_OF_LINES[at] for at in columns], said[:, columns])
    if all(line.tensor.size for line in lines):
        doc.tensor = np.vstack([line.tensor for line in lines])


def _with_split_compounds(doc: Doc) -> Doc:
    """The Doc with "U.S.-led" as three tokens, as the tokenizer has "Iran-led"."""
    split = {token.i: found for token in doc if (found := _COMPOUND.fullmatch(token.text))}
    words: list[str] = []
    spaces: list[bool] = []
    for token in doc:
        parts = split[token.i].groups() if token.i in split else (token.text,)
        words += parts
        spaces += [False] * (len(parts) - 1) + [bool(token.whitespace_)]
    return _with_words(doc, words, spaces)


def _with_whole_ranks(doc: Doc) -> Doc:
    """The Doc with "Lt." before a name as one token, as the tokenizer has "Gen."; else a sentence would end there."""
    joined = {
        stop.i
        for rank, stop, name in zip(doc, doc[1:], doc[2:], strict=False)
        if stop.text == "." and name.text[0].isupper() and _is_rank(rank)
    }
    if not joined:
        return doc
    words: list[str] = []
    spaces: list[bool] = []
    for token in doc:
        if token.i in joined:
            words[-1] += token.text
            spaces[-1] = bool(token.whitespace_)
        else:
            words.append(token.text)
            spaces.append(bool(token.whitespace_))
    return _with_words(doc, words, spaces)


def _is_rank(token: Token) -> bool:
    return bool(
        not token.whitespace_ and token.text[0].isupper() and f"{token.lower_}." in RANKS
    )


def _with_words(doc: Doc, words: Sequence[str], spaces: Sequence[bool]) -> Doc:
    """The Doc in other words, which keep what the tokenizer knows of them."""
    copy = Doc(doc.vocab, words=list(words), spaces=list(spaces))
    norms = {token.idx: token.norm_ for token in doc if token.norm != token.lex.norm}
    for token in copy:
        if token.idx in norms:
            token.norm_ = norms[token.idx]
    return copy


def add_other_parts(nlp: Any, doc: Any) -> Any:
    """The Doc after the components that work neither on lines nor find names: those of other packages, say."""
    for name, pipe in nlp.pipeline:
        if _factory(nlp, name) not in BY_LINE | NAMES:
            doc = pipe(doc)
    return doc


def _name_finders(nlp: Any) -> list[Any]:
    """The components that find names, and before them the vectors that these listen to."""
    finders = {name for name in nlp.pipe_names if _factory(nlp, name) in NAMES}
    return [
        pipe
        for name, pipe in nlp.pipeline
        if name in finders or finders.intersection(getattr(pipe, "listening_components", ()))
    ]


def _factory(nlp: Any, name: str) -> str:
    return str(nlp.get_pipe_meta(name).factory)


def _by_line(nlp: Any) -> tuple[list[Any], list[Any]]:
    """The components that work on lines, and those of them at the end that only look up what tokens are."""
    pipes = [pipe for name, pipe in nlp.pipeline if _factory(nlp, name) in BY_LINE]
    looked_up = [*takewhile(is_looked_up, reversed(pipes))][::-1]
    return pipes[: len(pipes) - len(looked_up)], looked_up


def _parsed_lines(pipes: Sequence[Any], lines: list[Doc]) -> list[Doc]:
    if any(isinstance(pipe, DependencyParser) for pipe in pipes):
        for line in lines:
            _keep_ranks_inside(line)
    for pipe in pipes:
        # The parser takes a quarter of a batch at once.
        lines = list(pipe.pipe(lines, batch_size=4 * len(lines)))
    return lines


def _keep_ranks_inside(line: Doc) -> None:
    """Lets the parser end no sentence between "Cmdr." and the name."""
    if _CUT_RANK.search(line.text):
        for rank, name in pairwise(line):
            if rank.text[-1] == "." and rank.lower_ in RANKS:
                name.is_sent_start = False


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The tokens of an article, of which some are copied; Span.as_doc would walk over all of them for each line."""

    vocab: Vocab
    words: list[int]
    spaces: list[bool]
    norms: list[int]

    @classmethod
    def of(cls, doc: Doc) -> "_Tokens":
        words, spaces, norms = doc.to_array(["ORTH", "SPACY", "NORM"]).T.tolist()
        return cls(doc.vocab, words, list(map(bool, spaces)), norms)

    def copied(self, start: int, end: int) -> Doc:
        """A Doc of the tokens from *start* to *end*."""
        doc = Doc(self.vocab, words=self.words[start:end], spaces=self.spaces[start:end])
        norms = self.norms[start:end]
        for at, (norm, usual) in enumerate(
            zip(norms, doc.to_array("NORM").tolist(), strict=True)
        ):
            if norm != usual:  # "n't" is "not"
                doc[at].norm_ = self.vocab.strings[norm]
        return doc


def _portions(doc: Doc) -> Iterator[list[int]]:
    """For each portion the first token of each line, and the end of the last line."""
    starts: list[int] = []
    for start in (*_line_starts(doc), len(doc)):
        if starts and start - starts[0] > MAX_TOKENS_AT_ONCE and len(starts) > 1:
            yield starts
            starts = starts[-1:]
        starts.append(start)
    yield starts


def _line_starts(doc: Doc) -> Iterator[int]:
    """
    The first token of each line; a line that is too long is cut after a full stop.

    White space other than one blank is a token of its own, so that no word contains a newline.
    """
    line_start = 0
    after_stop = 0  # the token after the last full stop of the line
    after_newline = True
    for here, token in enumerate(doc):
        if after_newline:
            line_start = after_stop = here
            yield line_start
        elif here - line_start == MAX_TOKENS_AT_ONCE:
            line_start = after_stop = after_stop if after_stop > line_start else here
            yield line_start
        word = token.text
        after_newline = "\n" in word
        if word in _FULL_STOPS:
            after_stop = here + 1
