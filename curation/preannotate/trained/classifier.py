"""Relations by a trained classifier: what is known of a pair, weighed and added up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import exp

from curation.documents.document import BY_BOTH, BY_CLASSIFIER, BY_RULES, Relation
from curation.errors import ModelError
from curation.files import Json
from curation.preannotate.parsed_article import ParsedArticle
from curation.preannotate.trained.candidates import Candidate, find_candidates
from curation.schema import Schema

# Suggestions have a score of this many decimals: more would say nothing.
_DECIMALS = 4


@dataclass(frozen=True)
class LabelWeights:
    """
    What the classifier knows of one relation.

    The weights of a candidate's features add up to its raw score; *scale* and *offset* turn this one
    into a probability, from *threshold* on which the relation is suggested: never, where that is None.
    """

    weights: Mapping[str, float]
    scale: float = 1.0
    offset: float = 0.0
    threshold: float | None = None

    def raw_score(self, features: Iterable[str]) -> float:
        """The sum of the features' weights; features never seen weigh nothing."""
        return sum(self.weights.get(feature, 0.0) for feature in features)

    def probability(self, raw_score: float) -> float:
        """How often a candidate with this raw score is a relation."""
        power = self.scale * raw_score + self.offset
        # Neither form overflows on its side of 0.
        return 1 / (1 + exp(-power)) if power >= 0 else exp(power) / (1 + exp(power))

    def to_json(self) -> Json:
        """As the file of a trained model has it."""
        return {
            "scale": self.scale,
            "offset": self.offset,
            "threshold": self.threshold,
            "weights": dict(sorted(self.weights.items())),
        }


@dataclass(frozen=True)
class RelationClassifier:
    """The weights of each relation that was learned, by its name."""

    labels: Mapping[str, LabelWeights]

    def join(
        self, by_rules: Iterable[Relation], article: ParsedArticle, schema: Schema
    ) -> tuple[Relation, ...]:
        """As join_scored, with all relations that may be in the article."""
        candidates = find_candidates(article, schema)
        return self.join_scored(by_rules, raw_scores(self.labels, candidates, schema))

    def join_scored(
        self, by_rules: Iterable[Relation], scored: Iterable[tuple[Relation, float]]
    ) -> tuple[Relation, ...]:
        """
        The relations of the rules and those with raw scores that the classifier is sure enough of, sorted.

        Each says which of the two made it, and how probable the classifier finds it.
        """
        rules = frozenset(by_rules)
        probabilities = {
            relation: self.labels[relation.label].probability(raw_score)
            for relation, raw_score in scored
        }
        relations = [
            replace(
                relation,
                score=_score(probabilities.get(relation)),
                made_by=BY_BOTH if self._suggests(relation, probabilities) else BY_RULES,
            )
            for relation in rules
        ]
        relations += [
            replace(relation, score=_score(probability), made_by=BY_CLASSIFIER)
            for relation, probability in probabilities.items()
            if relation not in rules and self._suggests(relation, probabilities)
        ]
        return tuple(sorted(relations))

    def _suggests(self, relation: Relation, probabilities: Mapping[Relation, float]) -> bool:
        weights = self.labels.get(relation.label)
        if weights is None or weights.threshold is None:
            return False
        return probabilities.get(relation, 0.0) >= weights.threshold

    def to_json(self) -> Json:
        """As the file of a trained model has it."""
        return {label: weights.to_json() for label, weights in sorted(self.labels.items())}

    @classmethod
    def from_json(cls, stored: Mapping[str, Json], place: str) -> "RelationClassifier":
        """The classifier that ``to_json`` wrote; ModelError, with the *place*, for anything else."""
        try:
            return cls({label: _weights(of_label) for label, of_label in stored.items()})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ModelError(
                f"{place} holds no classifier that curate train wrote: {error!r}",
                hint="train the model again: curate train",
            ) from None


def _score(probability: float | None) -> float | None:
    return None if probability is None else round(probability, _DECIMALS)


def raw_scores(
    labels: Mapping[str, LabelWeights], candidates: Iterable[Candidate], schema: Schema
) -> Iterator[tuple[Relation, float]]:
    """Each relation that a candidate may be, with its raw score."""
    for candidate in candidates:
        for label in candidate.labels:
            if label in labels:
                yield (
                    candidate.relation(label, schema),
                    labels[label].raw_score(candidate.features),
                )


def _weights(stored: Json) -> LabelWeights:
    threshold = stored["threshold"]
    return LabelWeights(
        weights={str(feature): float(weight) for feature, weight in stored["weights"].items()},
        scale=float(stored["scale"]),
        offset=float(stored["offset"]),
        threshold=None if threshold is None else float(threshold),
    )
