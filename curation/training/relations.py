"""Relations by logistic regression over pairs of mentions, one for each relation."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from curation.preannotate.trained.candidates import Candidate
from curation.preannotate.trained.classifier import LabelWeights, RelationClassifier

# A relation with fewer examples isn't learned.
FEWEST_EXAMPLES = 5
# A threshold that rests on fewer suggestions means nothing.
FEWEST_SUGGESTIONS = 10
# Below so many examples, all relations are calibrated together.
_FEWEST_TO_CALIBRATE = 20
LEAST_PRECISION = 0.85
LEAST_PROBABILITY = 0.5
_REGULARISATION = 1.0
# The weight of the feature that every candidate has is not held down.
_ALWAYS = "always"
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class LearnedPair:
    """A candidate, and which of the relations that it may be the gold has."""

    candidate: Candidate
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class ScoredGuess:
    """
    What a classifier that had not seen the document said of one possible relation.

    *is_right* says whether the gold has it, *by_rules* whether the rules suggest it anyway.
    """

    label: str
    raw_score: float
    is_right: bool
    by_rules: bool


def fit_weights(pairs: Sequence[LearnedPair]) -> dict[str, LabelWeights]:
    """The weights of each relation that has enough examples, not calibrated yet."""
    found = {}
    for label in sorted({label for pair in pairs for label in pair.candidate.labels}):
        of_label = [pair for pair in pairs if label in pair.candidate.labels]
        answers = np.array([label in pair.gold for pair in of_label])
        if FEWEST_EXAMPLES <= answers.sum() < len(answers):
            found[label] = LabelWeights(_fit([pair.candidate for pair in of_label], answers))
    return found


def _fit(candidates: Sequence[Candidate], answers: Any) -> dict[str, float]:
    counts = Counter(feature for one in candidates for feature in one.features)
    # What one pair alone has says nothing of others.
    names = sorted(name for name, count in counts.items() if count > 1 and name != _ALWAYS)
    numbers = {name: number for number, name in enumerate(names)}
    columns: list[int] = []
    ends = [0]
    for one in candidates:
        columns += sorted(numbers[name] for name in one.features if name in numbers)
        ends.append(len(columns))
    matrix = csr_matrix(
        (
            np.ones(len(columns)),
            np.array(columns, dtype=np.int32),
            np.array(ends, dtype=np.int32),
        ),
        shape=(len(candidates), len(names)),
    )
    model = LogisticRegression(C=_REGULARISATION, max_iter=1000).fit(matrix, answers)
    weights = {
        name: round(float(weight), _DECIMALS)
        for name, weight in zip(names, model.coef_[0], strict=True)
    }
    weights[_ALWAYS] = round(float(model.intercept_[0]), _DECIMALS)
    return {name: weight for name, weight in weights.items() if weight}


def calibrate_classifier(
    weights: Mapping[str, LabelWeights], guesses: Iterable[ScoredGuess]
) -> RelationClassifier:
    """The classifier with probabilities and thresholds, from guesses on documents that weren't learned."""
    by_label: dict[str, list[ScoredGuess]] = defaultdict(list)
    for guess in guesses:
        by_label[guess.label].append(guess)
    together = _platt([guess for some in by_label.values() for guess in some])
    labels = {}
    for label, learned in weights.items():
        some = by_label[label]
        has_enough = sum(guess.is_right for guess in some) >= _FEWEST_TO_CALIBRATE
        scale, offset = _platt(some) if has_enough else together
        calibrated = replace(learned, scale=scale, offset=offset)
        labels[label] = replace(calibrated, threshold=_threshold(calibrated, some))
    return RelationClassifier(labels)


def _platt(guesses: Sequence[ScoredGuess]) -> tuple[float, float]:
    """Scale and offset that make a raw score a probability (Platt 1999)."""
    answers = np.array([guess.is_right for guess in guesses])
    if not 0 < answers.sum() < len(answers):
        return 1.0, 0.0
    scores = np.array([[guess.raw_score] for guess in guesses])
    model = LogisticRegression(C=100.0).fit(scores, answers)
    # A rising score must not mean a falling probability.
    scale = max(float(model.coef_[0][0]), 0.0)
    return round(scale, _DECIMALS), round(float(model.intercept_[0]), _DECIMALS)


@dataclass
class _Precision:
    """How many guesses are right."""

    number: int = 0
    right: int = 0

    def add(self, guess: ScoredGuess) -> None:
        self.number += 1
        self.right += guess.is_right

    @property
    def is_enough(self) -> bool:
        return self.right >= LEAST_PRECISION * self.number


def _threshold(weights: LabelWeights, guesses: Iterable[ScoredGuess]) -> float | None:
    """
    The lowest probability from which on enough guesses are right; None where there is none.

    So must be those that the rules don't make: what rules find anyway would hide how bad they are.
    No relation is suggested that the classifier itself finds more unlikely than likely: where most guesses
    are right for being sure, they would hide how bad the last ones are.
    """
    ordered = sorted(guesses, key=lambda guess: -guess.raw_score)
    lowest = None
    suggested = _Precision()
    added = _Precision()
    for guess, after in zip_longest(ordered, ordered[1:]):
        if weights.probability(guess.raw_score) < LEAST_PROBABILITY:
            break
        suggested.add(guess)
        if not guess.by_rules:
            added.add(guess)
        is_between = after is None or after.raw_score < guess.raw_score
        is_enough = suggested.number >= FEWEST_SUGGESTIONS and added.number
        if is_between and is_enough and suggested.is_enough and added.is_enough:
            lowest = guess.raw_score
    return None if lowest is None or not weights.scale else weights.probability(lowest)
