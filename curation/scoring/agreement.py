"""
How well annotators agree: each with each other, over the documents that both annotated.

F1 of spans and relations comes from the same matching as scores; Cohen's κ and
Krippendorff's α are over tokens. First what is measured, then how.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, asdict, dataclass, field, replace
from itertools import combinations

import numpy as np
from sklearn.metrics import cohen_kappa_score

from curation.documents.document import Document
from curation.errors import InputError, Problem, raise_problems
from curation.scoring.counts import Interval, OutcomeCounts
from curation.scoring.document_pairs import have_one_text, with_one_text
from curation.scoring.given_documents import CountedPlaces, InputOddities
from curation.scoring.intervals import FloatArray, bootstrap_intervals
from curation.scoring.match_kind import MatchKind
from curation.scoring.match_table import (
    MatchTable,
    MatchTableBuilder,
    as_missed_and_spurious,
)
from curation.scoring.matched_documents import (
    RelationTablesBuilder,
    add_entities,
    one_sided_row,
    sorted_places,
)
from curation.scoring.matching import DocumentPair, IntArray
from curation.scoring.results import SchemeResult, recipe_line
from curation.scoring.scheme_results import SchemeCells, scheme_cells, scheme_results
from curation.scoring.schemes import ENTITY_SCHEMES, RELATION_SCHEMES
from curation.scoring.tokens import token_labels
from curation.scoring.waiting_documents import approximate_bytes

# The result of relations that counts only the labels, where both annotators joined two spans.
LABELS_ON_AGREED_ENDS = "labels_on_agreed_ends"

# Documents of two annotators are matched about so many bytes at a time.
_BYTES_AT_ONCE = 2**21

# Fractions whose sum lies below it add up to 0 but for rounding.
_ROUNDING = 1e-12

# The names of two annotators, sorted.
AnnotatorPair = tuple[str, str]

# The versions of one document, with the names of their annotators.
Versions = Sequence[tuple[str, Document]]


@dataclass(frozen=True, kw_only=True)
class AgreementRecipe:
    """
    All that has to be the same for an agreement to come out the same.

    *gold* is the version with the annotations, empty where they are in files.
    """

    gold: str
    digest: str
    schema: str
    seed: int
    resamples: int
    curate: str

    def __str__(self) -> str:
        """One line to print beside every figure."""
        return recipe_line(asdict(self))


@dataclass(frozen=True)
class Coefficient:
    """κ or α with its intervals; *value* is None where it is undefined."""

    value: float | None = None
    _: KW_ONLY
    bca: Interval | None = None
    percentile: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class PairAgreement:
    """Two annotators over the *documents* that both annotated: strict F1s, and κ; None if undefined."""

    annotators: AnnotatorPair
    documents: int
    entities_f1: float | None
    relations_f1: float | None
    kappa: float | None


@dataclass(frozen=True, kw_only=True)
class AgreementFigures:
    """The figures of an agreement in short: strict F1s, κ and α; None if undefined."""

    entities_f1: float | None
    relations_f1: float | None
    kappa: float | None
    alpha: float | None


@dataclass(frozen=True, kw_only=True)
class ComparedSubmissions:
    """
    Which of the annotators' submissions an agreement compares.

    *are_first* is false for a version that was sealed without first submissions: its annotations are
    compared as they were then. *unsure* of the first submissions may not be the first, since the
    annotation was changed before anybody pulled it. *left_out* counts, by reason, annotations that
    aren't independent. *current* is what the agreement of the same annotators would be on their
    annotations as they are now; None where *are_first* is false.
    """

    are_first: bool = True
    unsure: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    current: AgreementFigures | None = None


@dataclass(frozen=True)
class Agreement:
    """
    How well annotators agree on the *documents* that two or more annotated.

    *entities* and *relations* count every pair of annotators on every document;
    F1 is the same whoever comes first. As no negatives can be counted, F1 is the
    positive specific agreement, which κ tends to (Hripcsak and Rothschild 2005).
    *kappa* (the mean over the pairs) and *alpha* are over tokens, which can't
    show *spans_left_out* spans, being inside others. *documents_by_one* counts
    the documents that one annotator alone annotated. *oddities* are what was odd
    in files and was compared as it is. *submissions* says which submissions were
    compared, None for files.
    """

    recipe: AgreementRecipe
    _: KW_ONLY
    annotators: tuple[str, ...] = ()
    documents: int = 0
    documents_by_one: int = 0
    entities: Mapping[str, SchemeResult] = field(default_factory=dict)
    relations: Mapping[str, SchemeResult] = field(default_factory=dict)
    kappa: Coefficient = field(default_factory=Coefficient)
    alpha: Coefficient = field(default_factory=Coefficient)
    spans_left_out: int = 0
    pairs: tuple[PairAgreement, ...] = ()
    oddities: InputOddities = field(default_factory=InputOddities)
    submissions: ComparedSubmissions | None = None

    @property
    def figures(self) -> AgreementFigures:
        """The figures in short."""
        entities = self.entities.get("strict")
        relations = self.relations.get("strict")
        return AgreementFigures(
            entities_f1=entities.micro.counts.f1 if entities else None,
            relations_f1=relations.micro.counts.f1 if relations else None,
            kappa=self.kappa.value,
            alpha=self.alpha.value,
        )


def measure_agreement(
    documents: Iterable[Versions], symmetric: Collection[str], *, recipe: AgreementRecipe
) -> Agreement:
    """
    The agreement of annotators, from the versions of each document.

    Raises InputError, at the end, where two annotators have different texts
    under one id, or where one has a document twice.
    """
    annotations = _ComparedAnnotations(symmetric)
    problems: list[Problem] = []
    for versions in documents:
        problems += _incomparable(versions)
        if not problems:
            annotations.add(dict(versions))
    if problems:
        raise_problems(
            sorted(problems),
            InputError,
            hint="compare annotations of the same texts, once each",
        )
    text_ends = CountedPlaces.of(annotations.text_ends)
    agreement = Agreement(
        recipe,
        oddities=InputOddities(text_ends=text_ends),
        annotators=tuple(sorted(annotations.annotators)),
        documents=len(annotations.ids),
        documents_by_one=annotations.documents_by_one,
    )
    if not annotations.ids:
        return agreement
    order = sorted_places(annotations.ids)
    pairs = sorted(annotations.pairs)
    tables = _tables_of_all_pairs([annotations.pairs[pair] for pair in pairs], order)
    entities, relations = scheme_results(
        _entity_cells(tables),
        _relation_cells(tables),
        seed=recipe.seed,
        resamples=recipe.resamples,
    )
    kappa, alpha, kappas = coefficients(
        annotations.tokens.tables(pairs, order), seed=recipe.seed, resamples=recipe.resamples
    )
    return replace(
        agreement,
        entities=entities,
        relations=relations,
        kappa=kappa,
        alpha=alpha,
        spans_left_out=annotations.spans_left_out,
        pairs=tuple(
            annotations.pairs[pair].agreement(pair, pair_kappa)
            for pair, pair_kappa in zip(pairs, kappas, strict=True)
        ),
    )


def _incomparable(versions: Versions) -> Iterator[Problem]:
    """What keeps the versions of one document from being compared."""
    names: set[str] = set()
    for name, document in versions:
        if name in names:
            yield Problem(document.id, f"the document is twice in the annotations of {name}")
        elif not have_one_text(versions[0][1], document):
            yield Problem(
                document.id, f"the text of {name} differs from the other annotators' text"
            )
        names.add(name)


class _ComparedAnnotations:
    """All that agreement needs of the documents that have come, pair by pair of annotators."""

    def __init__(self, symmetric: Collection[str]) -> None:
        self.symmetric = symmetric
        self.annotators: set[str] = set()
        self.ids: list[str] = []
        self.documents_by_one = 0
        self.text_ends: list[str] = []
        self.spans_left_out = 0
        self.pairs: dict[AnnotatorPair, _PairMatches] = {}
        self.tokens = TokenTables()
        self.labels = _Labels()

    def add(self, versions: Mapping[str, Document]) -> None:
        """Add one document's versions, by annotator."""
        self.annotators.update(versions)
        if len(versions) < 2:
            self.documents_by_one += 1
            return
        annotations = list(versions.values())
        if len({document.text for document in annotations}) > 1:
            annotations = with_one_text(annotations)
            self.text_ends.append(annotations[0].id)
        compared = dict(zip(versions, annotations, strict=True))
        for pair in combinations(sorted(compared), 2):
            if pair not in self.pairs:
                self.pairs[pair] = _PairMatches(self.symmetric, self.labels)
            both = (compared[pair[0]], compared[pair[1]])
            self.pairs[pair].add(both, len(self.ids))
        self.ids.append(annotations[0].id)
        labelled = dict(zip(compared, token_labels(annotations), strict=True))
        self.tokens.add({name: one.labels for name, one in labelled.items()})
        self.spans_left_out += sum(one.spans_left_out for one in labelled.values())


@dataclass
class _Labels:
    """Labels by number, the same ones in the tables of all pairs of annotators."""

    entities: dict[str, int] = field(default_factory=dict)
    relations: dict[str, int] = field(default_factory=dict)
    agreed_ends: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _PairTables:
    """The matches of two annotators, or of all pairs; the first annotator stands for the gold."""

    entities: MatchTable
    relations: MatchTable
    bands: MatchTable
    agreed_ends: MatchTable


class _PairMatches:
    """The matches of two annotators in the making, document by document."""

    def __init__(self, symmetric: Collection[str], labels: _Labels) -> None:
        self.symmetric = symmetric
        self.entities = MatchTableBuilder(labels.entities)
        self.relations = RelationTablesBuilder(MatchTableBuilder(labels.relations))
        self.agreed_ends = MatchTableBuilder(labels.agreed_ends)
        # Each document's number among those that two or more annotated.
        self.numbers: list[int] = []
        self.waiting: list[DocumentPair] = []
        self.free_bytes = _BYTES_AT_ONCE

    def add(self, both: DocumentPair, number: int) -> None:
        """Add the *number*-th document."""
        self.numbers.append(number)
        self.waiting.append(both)
        self.free_bytes -= sum(map(approximate_bytes, both))
        if self.free_bytes < 0:
            self.match_waiting()

    def match_waiting(self) -> None:
        """Match the documents that wait."""
        batch = self.waiting
        first = len(self.numbers) - len(batch)
        self.waiting = []
        self.free_bytes = _BYTES_AT_ONCE
        if not batch:
            return
        add_entities(self.entities, batch, first)
        self.relations.add(batch, first, self.symmetric)
        self.agreed_ends.add_rows(
            [
                one_sided_row(n, self.agreed_ends.number(label), kind)
                for n, (one, other) in enumerate(batch, first)
                for label, kind in _match_labels_on_agreed_ends(one, other, self.symmetric)
            ]
        )

    def tables(self, order: IntArray) -> _PairTables:
        """The tables over all documents; the n-th that two or more annotated has the number *order[n]*."""
        places = order[np.array(self.numbers)]

        def table(builder: MatchTableBuilder) -> MatchTable:
            return replace(builder.table(places), documents=len(order))

        return _PairTables(
            entities=table(self.entities),
            relations=table(self.relations.types),
            bands=table(self.relations.bands),
            agreed_ends=table(self.agreed_ends),
        )

    def agreement(self, annotators: AnnotatorPair, kappa: float | None) -> PairAgreement:
        """The strict agreement of the two annotators."""
        own_order = np.arange(len(self.numbers))
        entities = self.entities.table(own_order).counts(ENTITY_SCHEMES["strict"])
        relations = as_missed_and_spurious(
            self.relations.types.table(own_order).counts(RELATION_SCHEMES["strict"])
        )
        return PairAgreement(
            annotators=annotators,
            documents=len(self.numbers),
            entities_f1=sum(entities.values(), OutcomeCounts()).f1,
            relations_f1=sum(relations.values(), OutcomeCounts()).f1,
            kappa=kappa,
        )


def _tables_of_all_pairs(pairs: Sequence[_PairMatches], order: IntArray) -> _PairTables:
    """The tables of all pairs of annotators, row below row."""
    for pair in pairs:  # all pairs first: their labels are numbered together
        pair.match_waiting()
    tables = [pair.tables(order) for pair in pairs]
    return _PairTables(
        entities=_joined([one.entities for one in tables]),
        relations=_joined([one.relations for one in tables]),
        bands=_joined([one.bands for one in tables]),
        agreed_ends=_joined([one.agreed_ends for one in tables]),
    )


def _joined(tables: Sequence[MatchTable]) -> MatchTable:
    return replace(
        tables[0],
        document=np.concatenate([table.document for table in tables]),
        gold=np.concatenate([table.gold for table in tables]),
        predicted=np.concatenate([table.predicted for table in tables]),
        kind=np.concatenate([table.kind for table in tables]),
    )


def _entity_cells(tables: _PairTables) -> dict[str, SchemeCells]:
    return {
        name: scheme_cells(tables.entities, scheme, either_side=True)
        for name, scheme in ENTITY_SCHEMES.items()
    }


def _relation_cells(tables: _PairTables) -> dict[str, SchemeCells]:
    cells = {
        name: scheme_cells(
            tables.relations,
            scheme,
            bands=tables.bands,
            recount=as_missed_and_spurious,
            either_side=True,
        )
        for name, scheme in RELATION_SCHEMES.items()
    }
    cells[LABELS_ON_AGREED_ENDS] = scheme_cells(
        tables.agreed_ends,
        RELATION_SCHEMES["strict"],
        recount=as_missed_and_spurious,
        either_side=True,
    )
    return cells


def _match_labels_on_agreed_ends(
    one: Document, other: Document, symmetric: Collection[str]
) -> Iterator[tuple[str, MatchKind]]:
    """
    The labels that either annotator gave to two spans that both joined, whichever way round.

    This tells how well annotators name relations from how well they find them.
    """
    first = _labels_by_ends(one, symmetric)
    second = _labels_by_ends(other, symmetric)
    for ends in sorted(first.keys() & second.keys()):
        for label_and_direction in sorted(first[ends] | second[ends]):
            if label_and_direction not in second[ends]:
                kind = MatchKind.MISSED
            elif label_and_direction not in first[ends]:
                kind = MatchKind.SPURIOUS
            else:
                kind = MatchKind.SAME
            yield label_and_direction[0], kind


_Span = tuple[int, int]


def _labels_by_ends(
    document: Document, symmetric: Collection[str]
) -> dict[tuple[_Span, _Span], set[tuple[str, bool]]]:
    """For each two spans that are joined: the labels, and whether the first span is the head."""
    labels: dict[tuple[_Span, _Span], set[tuple[str, bool]]] = defaultdict(set)
    for relation in document.relations:
        head = relation.head.span
        tail = relation.tail.span
        first, second = sorted((head, tail))
        is_forward = relation.label in symmetric or head <= tail
        labels[first, second].add((relation.label, is_forward))
    return labels


class TokenTables:
    """
    How often one annotator gave which label where another gave which, document by document.

    κ and α need no more, and the tables are small beside the tokens themselves.
    """

    def __init__(self) -> None:
        self.labels: dict[str, int] = {}
        self.annotators: list[int] = []
        self.cells: dict[AnnotatorPair, list[IntArray]] = defaultdict(list)

    def add(self, labels: Mapping[str, Sequence[str]]) -> None:
        """Add one document: each annotator's labels of its tokens."""
        for pair in combinations(sorted(labels), 2):
            crossed = Counter(zip(labels[pair[0]], labels[pair[1]], strict=True))
            rows = [
                (len(self.annotators), self._number(one), self._number(other), times)
                for (one, other), times in crossed.items()
            ]
            if rows:
                self.cells[pair].append(np.array(rows, np.int32))
        self.annotators.append(len(labels))

    def _number(self, label: str) -> int:
        return self.labels.setdefault(label, len(self.labels))

    def tables(self, pairs: Sequence[AnnotatorPair], order: IntArray) -> FloatArray:
        """
        Document × (pair, …, coincidences) × label × label.

        The n-th document that came is the one numbered *order[n]*, the labels
        are sorted. A coincidence is one annotator's label for a token with
        another's, either way round, divided by the number of other annotators.
        """
        place = np.empty(len(self.labels), np.int64)
        place[[self.labels[label] for label in sorted(self.labels)]] = np.arange(len(place))
        labels = len(place)
        tables = np.zeros((len(order), len(pairs) + 1, labels, labels))
        for n, pair in enumerate(pairs):
            if not self.cells[pair]:  # no text that both annotated has a token
                continue
            document, one, other, times = np.concatenate(self.cells[pair]).T
            tables[order[document], n, place[one], place[other]] = times
        others = np.empty(len(order))
        others[order] = np.maximum(np.array(self.annotators) - 1, 1)
        crossed = tables[:, :-1].sum(axis=1)
        tables[:, -1] = (crossed + crossed.transpose(0, 2, 1)) / others[:, None, None]
        return tables


def cohens_kappa(table: FloatArray) -> float | None:
    """Cohen's κ of two annotators' labels, crossed; None where all tokens have one label."""
    one, other = np.nonzero(table)
    if len({*one.tolist(), *other.tolist()}) < 2:
        return None
    return float(
        cohen_kappa_score(one, other, sample_weight=table[one, other].astype(np.int64))
    )


def krippendorffs_alpha(coincidences: FloatArray) -> float | None:
    """Krippendorff's α (nominal); None where all tokens have one label."""
    value = float(_alphas(coincidences[None])[0])
    return None if np.isnan(value) else value


def coefficients(
    tables: FloatArray, *, seed: int, resamples: int
) -> tuple[Coefficient, Coefficient, list[float | None]]:
    """
    κ, the mean over the pairs for which it is defined; α; and each pair's κ.

    *tables* come from ``TokenTables``. They add up over documents, so that
    they are what is resampled.
    """
    intervals = bootstrap_intervals(
        tables.reshape(len(tables), -1),
        lambda sums: coefficients_of_sums(sums.reshape(len(sums), *tables.shape[1:])),
        seed=seed,
        resamples=resamples,
    )
    total = tables.sum(axis=0)
    kappas = [cohens_kappa(table) for table in total[:-1]]
    defined = [one for one in kappas if one is not None]
    mean = sum(defined) / len(defined) if defined else None
    return (
        Coefficient(mean, bca=intervals.bca[0], percentile=intervals.percentile[0]),
        Coefficient(
            krippendorffs_alpha(total[-1]),
            bca=intervals.bca[1],
            percentile=intervals.percentile[1],
        ),
        kappas,
    )


def coefficients_of_sums(sums: FloatArray) -> FloatArray:
    """Sums of such tables → (mean κ, α), nan where undefined."""
    kappas = _kappas(sums[:, :-1])
    with np.errstate(invalid="ignore"):
        mean = np.nansum(kappas, axis=1) / np.count_nonzero(~np.isnan(kappas), axis=1)
    return np.stack([mean, _alphas(sums[:, -1])], axis=1)


def _kappas(tables: FloatArray) -> FloatArray:
    total = tables.sum(axis=(-2, -1))
    observed = np.trace(tables, axis1=-2, axis2=-1)
    expected = (tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        kappas: FloatArray = (observed * total - expected) / (total**2 - expected)
    return kappas


def _alphas(coincidences: FloatArray) -> FloatArray:
    by_label = coincidences.sum(axis=-1)
    total = by_label.sum(axis=-1)
    observed = total - np.trace(coincidences, axis1=-2, axis2=-1)
    expected = total**2 - (by_label**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alphas: FloatArray = 1 - observed * (total - 1) / np.where(
            expected > _ROUNDING * total**2, expected, np.nan
        )
    return alphas
