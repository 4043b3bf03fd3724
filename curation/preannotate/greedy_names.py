"""
The names that spaCy's ``ner`` finds, found for all words at once.

spaCy scores one word after the other, and asks of each of some 70 moves whether it is allowed, which
takes two thirds of the component's time. Here all words are scored in one multiplication, and only
those that may go on a name once more. Sums are of the same numbers in the same order, by the library
that spaCy itself takes for them, so that the names are the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.pipeline.ner import EntityRecognizer
from spacy.tokens import Doc, Span
from thinc.api import NumpyOps

_Floats = NDArray[np.float32]

# Of which words a score is made: this one, the first of its name, and the one before in its name.
_FEATURES = 3
# Behind the first word of a name so many are looked at together: for all names at once, then for one.
_NEAR = 3
_FAR = 16
_BLIS = NumpyOps(use_blis=True)


@dataclass(frozen=True, slots=True)
class _Moves:
    """The numbers of the moves: which begin a name, which make a whole one, which go on or end one of a label."""

    count: int
    begin: dict[int, str]
    whole: dict[int, str]
    inside: dict[str, int]
    last: dict[str, int]
    outside: int


def find_names(pipe: Any, doc: Doc) -> Doc:
    """The Doc with the names that *pipe* finds; *pipe* does it itself where it works in another way."""
    moves = _moves(pipe) if _is_greedy(pipe) else None
    if moves is None or not len(doc) or doc.has_annotation("ENT_IOB"):
        return pipe(doc)
    names = _Reading(pipe.model, moves, doc).names()
    doc.set_ents([Span(doc, start, end, label=label) for start, end, label in names])
    return doc


def _is_greedy(pipe: Any) -> bool:
    """Whether the component takes the best move at each word, by a model of the usual layers."""
    if type(pipe) is not EntityRecognizer or pipe.cfg["beam_width"] != 1:
        return False
    model = pipe.model
    if not model.attrs.get("has_upper") or model.attrs.get("unseen_classes"):
        return False
    lower = model.get_ref("lower")
    is_usual = lower.name == "precomputable_affine" and lower.get_dim("nF") == _FEATURES
    return bool(is_usual and lower.get_dim("nP") > 1 and isinstance(model.ops, NumpyOps))


def _moves(pipe: Any) -> _Moves | None:
    """The moves of the component; None where they aren't the usual ones."""
    return _named_moves(tuple(pipe.moves.get_class_name(i) for i in range(pipe.moves.n_moves)))


@cache
def _named_moves(names: tuple[str, ...]) -> _Moves | None:
    by_kind: dict[str, dict[str, int]] = {kind: {} for kind in "BILU"}
    for i, name in enumerate(names):
        kind, _, label = name.partition("-")
        if label:
            if kind not in by_kind:
                return None
            by_kind[kind][label] = i
    begin, inside, last, whole = by_kind.values()
    if "O" not in names or not begin.keys() == inside.keys() == last.keys() == whole.keys():
        return None
    return _Moves(
        count=len(names),
        begin={i: label for label, i in begin.items()},
        whole={i: label for label, i in whole.items()},
        inside=inside,
        last=last,
        outside=names.index("O"),
    )


class _Reading:
    """What the model makes of the words of one Doc, read from the first to the last."""

    def __init__(self, model: Any, moves: _Moves, doc: Doc) -> None:
        self._moves = moves
        self._upper = model.get_ref("upper")
        lower = model.get_ref("lower")
        # Of each word, behind a row for no word, what it adds to a score as each of the features.
        self._parts: _Floats = lower.predict(model.get_ref("tok2vec").predict([doc]))
        self._bias: _Floats = lower.get_param("b")
        is_space, sentence_start = doc.to_array(["IS_SPACE", "SENT_START"]).T
        self._is_space = is_space == 1
        # No name goes on behind these.
        self._ends_line = np.append(sentence_start[1:] == 1, True)
        # Whether a name goes on, by its first word and a later one; made as it is asked for.
        self._known: dict[tuple[int, int], bool] = {}

    def names(self) -> Iterator[tuple[int, int, str]]:
        """First word, end and label of each name, in order."""
        moves = self._moves
        chosen = self._moves_outside()
        begun = [(at, move) for at, move in enumerate(chosen) if move in moves.begin]
        self._look_ahead(
            (at, word, moves.begin[move])
            for at, move in begun
            for word in range(at + 1, min(at + 1 + _NEAR, len(chosen)))
        )
        end = 0
        for at, move in enumerate(chosen):
            if at < end:
                continue
            if label := moves.whole.get(move):
                end = at + 1
                yield at, end, label
            elif label := moves.begin.get(move):
                end = self._end(at, label)
                yield at, end, label

    def _moves_outside(self) -> list[int]:
        """The best move at each word if no name is open there."""
        no_word = self._parts[0]
        moves = self._moves
        scores = self._scores(self._parts[1:, 0], no_word[1], no_word[2])
        possible = np.zeros((len(scores), moves.count), bool)
        possible[:, moves.outside] = True
        possible[:, list(moves.whole)] = ~self._is_space[:, None]
        possible[:, list(moves.begin)] = ~(self._is_space | self._ends_line)[:, None]
        return list(np.where(possible, scores, -np.inf).argmax(axis=1).tolist())

    def _end(self, first: int, label: str) -> int:
        """The end of the name that begins with the word *first*."""
        at = first + 1
        while not self._ends_line[at]:
            if (first, at) not in self._known:
                later = range(at, min(at + _FAR, len(self._ends_line)))
                self._look_ahead((first, word, label) for word in later)
            if not self._known[first, at]:
                break
            at += 1
        return at + 1

    def _look_ahead(self, pairs: Iterable[tuple[int, int, str]]) -> None:
        """Finds out of first words, later words and labels whether the name goes on behind the later word."""
        asked = list(pairs)
        if not asked:
            return
        first = np.array([pair[0] for pair in asked])
        word = np.array([pair[1] for pair in asked])
        inside = np.array([self._moves.inside[pair[2]] for pair in asked])
        last = np.array([self._moves.last[pair[2]] for pair in asked])
        scores = self._scores(
            self._parts[word + 1, 0], self._parts[first + 1, 1], self._parts[word, 2]
        )
        rows = np.arange(len(asked))
        going_on = scores[rows, inside]
        ending = scores[rows, last]
        # Of moves that are as good, the first counts.
        goes_on = (going_on > ending) | ((going_on == ending) & (inside < last))
        for pair, answer in zip(asked, goes_on.tolist(), strict=True):
            self._known[pair[:2]] = answer

    def _scores(self, word: _Floats, first: _Floats, before: _Floats) -> _Floats:
        """For each row of what words add, the scores of all moves."""
        summed = word + first + before + self._bias
        hidden = reduce(np.maximum, np.moveaxis(summed, -1, 0))
        weights = self._upper.get_param("W")
        scores: _Floats = _BLIS.gemm(np.ascontiguousarray(hidden), weights, trans2=True)
        scores += self._upper.get_param("b")
        return scores
