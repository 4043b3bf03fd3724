"""What a model would do on documents that it wasn't trained on: trained on some, tried on the others, in turn."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from sys import intern

from curation.documents.document import Document, Entity, Relation
from curation.preannotate.pipeline import Pipeline
from curation.preannotate.trained.classifier import (
    LabelWeights,
    RelationClassifier,
    raw_scores,
)
from curation.preannotate.trained.parts import TrainedParts
from curation.preannotate.type_names import with_rule_names
from curation.progress import Watch
from curation.schema import Schema
from curation.scoring.counts import OutcomeCounts
from curation.training.entities import labels_by_type, train_entities
from curation.training.material import TrainingOptions
from curation.training.relations import (
    LearnedPair,
    ScoredGuess,
    calibrate_classifier,
    fit_weights,
)


@dataclass(frozen=True, slots=True)
class CountsByType:
    """Strict outcomes of all types together, and of each."""

    micro: OutcomeCounts
    by_type: Mapping[str, OutcomeCounts]


@dataclass(frozen=True, kw_only=True)
class CrossValidation:
    """
    Gold documents, and what was suggested for them *before* and *after* training on others.

    *guesses* are what the folds' classifiers said, from which thresholds are chosen.
    """

    gold: tuple[Document, ...]
    before: tuple[Document, ...]
    after: tuple[Document, ...]
    guesses: tuple[ScoredGuess, ...]

    def count_entities(self, suggested: Sequence[Document]) -> CountsByType:
        """The strict outcomes of the entities, *before* or *after*."""
        return _count(
            zip(self.gold, suggested, strict=True), lambda document: document.entities
        )

    def count_relations(self, suggested: Sequence[Document]) -> CountsByType:
        """As count_entities, of the relations."""
        return _count(
            zip(self.gold, suggested, strict=True), lambda document: document.relations
        )


@dataclass(frozen=True, slots=True)
class _Tried:
    """A document that a fold wasn't trained on: its gold, and what was suggested."""

    gold: Document
    before: Document
    after: Document
    scored: tuple[tuple[Relation, float], ...]

    def guesses(self) -> Iterator[ScoredGuess]:
        there = frozenset(self.gold.relations)
        by_rules = frozenset(self.after.relations)
        for relation, raw_score in self.scored:
            yield ScoredGuess(
                relation.label,
                raw_score,
                is_right=relation in there,
                by_rules=relation in by_rules,
            )


class Trainer:
    """Trains on documents of a gold, whose types are in the rules' names; *load* gives the base anew each time."""

    def __init__(
        self, load: Callable[[], Pipeline], schema: Schema, options: TrainingOptions
    ) -> None:
        self.load = load
        self.schema = with_rule_names(schema)
        self.schema_fingerprint = schema.fingerprint
        self.options = options
        self.base = load()
        self._pairs: dict[str, tuple[LearnedPair, ...]] = {}

    def in_rule_names(self, documents: Iterable[Document]) -> list[Document]:
        """The documents by id, with the rules' names of types, and symmetric relations in one direction."""
        renamed = (self.schema.with_current_names(document) for document in documents)
        return sorted(map(self.schema.canonical, renamed), key=lambda document: document.id)

    def train_entities(self, documents: Sequence[Document]) -> Pipeline:
        """The base trained on the documents' entities; the base itself where these are kept."""
        if self.options.keeps_entities:
            return self.base
        pipeline = self.load()
        labels = labels_by_type(pipeline.nlp, self.schema)
        train_entities(
            pipeline.nlp,
            documents,
            self.schema,
            seed=self.options.seed,
            epochs=self.options.epochs,
        )
        meant = {label: name for name, label in labels.items()}
        return replace(pipeline, trained=TrainedParts(meant, RelationClassifier({})))

    def learn_relations(self, documents: Iterable[Document]) -> dict[str, LabelWeights]:
        """The weights of the documents' relations, not calibrated."""
        return fit_weights([pair for one in documents for pair in self._learned_pairs(one)])

    def cross_validate(
        self,
        documents: Sequence[Document],
        groups: Mapping[str, str],
        watch: Watch,
        *,
        share: float = 1.0,
    ) -> CrossValidation:
        """
        The counts, where no document is tried by what was trained on one of its group.

        Of each fold's training documents only a *share* is used, for a learning curve.
        """
        folds = make_folds(documents, groups, self.options.folds)
        tried = []
        learned = []
        for number, fold in enumerate(watch(folds, "cross-validating", len(folds))):
            others = [
                one for place, some in enumerate(folds) if place != number for one in some
            ]
            others.sort(key=lambda document: _shuffling(document.id))
            some = sorted(others[: max(1, round(share * len(others)))], key=lambda one: one.id)
            weights = self.learn_relations(some)
            pipeline = self.train_entities(some)
            learned.append(weights)
            tried.append([self._try(document, pipeline, weights) for document in fold])
        return self._joined(tried, learned)

    def _try(
        self, gold: Document, pipeline: Pipeline, weights: Mapping[str, LabelWeights]
    ) -> _Tried:
        bare = gold.without_annotations()
        before = self.base.suggest(bare, self.schema)
        after = pipeline.suggest(bare, self.schema)
        candidates = pipeline.find_candidates(after, self.schema)
        return _Tried(gold, before, after, tuple(raw_scores(weights, candidates, self.schema)))

    def _joined(
        self, tried: Sequence[Sequence[_Tried]], learned: Sequence[Mapping[str, LabelWeights]]
    ) -> CrossValidation:
        guesses = [[guess for one in some for guess in one.guesses()] for some in tried]
        after = []
        for number, (some, weights) in enumerate(zip(tried, learned, strict=True)):
            # Thresholds, too, are chosen on other documents than those that they are tried on.
            elsewhere = [g for place, of in enumerate(guesses) if place != number for g in of]
            classifier = calibrate_classifier(weights, elsewhere)
            after += [
                replace(
                    one.after,
                    relations=classifier.join_scored(one.after.relations, one.scored),
                )
                for one in some
            ]
        return CrossValidation(
            gold=tuple(one.gold for some in tried for one in some),
            before=tuple(one.before for some in tried for one in some),
            after=tuple(after),
            guesses=tuple(guess for some in guesses for guess in some),
        )

    def _learned_pairs(self, document: Document) -> tuple[LearnedPair, ...]:
        """The pairs of the document's gold; found once, as training entities doesn't change the parse."""
        if document.id not in self._pairs:
            there = frozenset(document.relations)
            self._pairs[document.id] = tuple(
                LearnedPair(
                    # Most features come many times, and each string once takes little memory.
                    replace(candidate, features=tuple(map(intern, candidate.features))),
                    frozenset(
                        label
                        for label in candidate.labels
                        if candidate.relation(label, self.schema) in there
                    ),
                )
                for candidate in self.base.find_candidates(document, self.schema)
            )
        return self._pairs[document.id]


def make_folds(
    documents: Sequence[Document], groups: Mapping[str, str], count: int
) -> list[list[Document]]:
    """The documents in at most *count* folds of about one size, those of one group together; always the same."""
    members: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        members[groups[document.id]].append(document)
    folds: list[list[Document]] = [[] for _ in range(min(count, len(members)))]
    for group in sorted(members, key=lambda name: (-len(members[name]), _shuffling(name))):
        min(folds, key=len).extend(members[group])
    return folds


def _shuffling(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _count(
    pairs: Iterable[tuple[Document, Document]],
    items_of: Callable[[Document], Sequence[Entity] | Sequence[Relation]],
) -> CountsByType:
    """The strict outcomes of each pair of gold and suggestions."""
    counts: dict[str, OutcomeCounts] = defaultdict(OutcomeCounts)
    for gold, suggested in pairs:
        there = {*items_of(gold)}
        found = {*items_of(suggested)}
        for name in {one.label for one in there | found}:
            of_gold = {one for one in there if one.label == name}
            of_found = {one for one in found if one.label == name}
            counts[name] += OutcomeCounts.binary(
                tp=len(of_gold & of_found),
                fp=len(of_found - of_gold),
                fn=len(of_gold - of_found),
            )
    return CountsByType(sum(counts.values(), OutcomeCounts()), dict(sorted(counts.items())))
