"""Match tables to results: counts, rates and intervals of many schemes in one go."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.scoring.counts import Interval, OutcomeCounts
from curation.scoring.intervals import (
    FEWEST_DOCUMENTS_WITH_INTERVAL,
    FloatArray,
    bootstrap_intervals,
)
from curation.scoring.match_table import MatchTable
from curation.scoring.results import (
    MacroF1,
    RatedCounts,
    RateIntervals,
    SchemeResult,
    mean_f1,
)
from curation.scoring.schemes import Scheme


class _Intervals:
    """BCa and percentile intervals, to be taken in the order of the figures."""

    def __init__(
        self, bca: Sequence[Interval | None], percentile: Sequence[Interval | None]
    ) -> None:
        self.pairs = iter(zip(bca, percentile, strict=True))

    def rated(self, counts: OutcomeCounts, *, documents: int) -> RatedCounts:
        """The counts with the next three intervals, of precision, recall and F1; none if too few *documents*."""
        bca, percentile = zip(*(next(self.pairs) for _ in range(3)), strict=True)
        if documents < FEWEST_DOCUMENTS_WITH_INTERVAL:
            return RatedCounts(counts)
        return RatedCounts(
            counts, bca=RateIntervals(*bca), percentile=RateIntervals(*percentile)
        )

    def macro(self, types: Collection[OutcomeCounts], *, documents: int) -> MacroF1:
        """The macro F1 with the next interval; none if too few *documents*."""
        bca, percentile = next(self.pairs)
        if documents < FEWEST_DOCUMENTS_WITH_INTERVAL:
            return MacroF1(mean_f1(types))
        return MacroF1(mean_f1(types), bca=bca, percentile=percentile)


@dataclass(frozen=True, kw_only=True)
class SchemeCells:
    """
    One scheme's counts, and the cells (hits, predicted, gold) of each document.

    Both by type and, of relations, by sentence band. *emittable* are the places
    among the types of those that the baseline can emit, None where that isn't known.
    A document holds a type if the gold has the type there, or, with *either_side*,
    if one of the two sides has it.
    """

    types: Mapping[str, OutcomeCounts]
    type_cells: FloatArray
    bands: Mapping[str, OutcomeCounts]
    band_cells: FloatArray
    emittable: tuple[int, ...] | None
    either_side: bool = False

    @property
    def width(self) -> int:
        """The number of columns of ``rows``."""
        return 3 * (len(self.types) + len(self.bands))

    def rows(self) -> FloatArray:
        """A row for each document: its cells by type, then by band."""
        documents = len(self.type_cells)
        cells = np.concatenate([self.type_cells, self.band_cells], axis=1)
        return cells.reshape(documents, self.width)

    def figures(self, sums: FloatArray) -> FloatArray:
        """Precision, recall and F1 of micro, emittable, bands and types, then the macro F1."""
        cells = sums.reshape(len(sums), -1, 3)
        types = cells[:, : len(self.types)]
        bands = cells[:, len(self.types) :]
        micro = [types.sum(axis=1, keepdims=True)]
        if self.emittable is not None:
            micro.append(types[:, list(self.emittable)].sum(axis=1, keepdims=True))
        every = rates_of_cells(np.concatenate([*micro, bands, types], axis=1))
        f1s = every[:, every.shape[1] - len(self.types) :, 2]
        defined = np.count_nonzero(~np.isnan(f1s), axis=1)
        with np.errstate(invalid="ignore"):
            macro = np.nansum(f1s, axis=1) / defined
        return np.concatenate([every.reshape(len(sums), -1), macro[:, None]], axis=1)

    def result(self, intervals: _Intervals) -> SchemeResult:
        """The scheme's result; the intervals are taken in the order of ``figures``."""
        held = self._held(self.type_cells)
        documents = _documents_with_any(held)
        micro = intervals.rated(sum(self.types.values(), OutcomeCounts()), documents=documents)
        emittable = None
        if self.emittable is not None:
            names = list(self.types)
            some = (self.types[names[n]] for n in self.emittable)
            emittable = intervals.rated(
                sum(some, OutcomeCounts()),
                documents=_documents_with_any(held[:, list(self.emittable)]),
            )
        by_band = self._rated(self.bands, self.band_cells, intervals)
        by_type = self._rated(self.types, self.type_cells, intervals)
        return SchemeResult(
            micro=micro,
            macro=intervals.macro(self.types.values(), documents=documents),
            by_type=by_type,
            emittable=emittable,
            by_band=by_band or None,
        )

    def _rated(
        self,
        parts: Mapping[str, OutcomeCounts],
        cells: FloatArray,
        intervals: _Intervals,
    ) -> dict[str, RatedCounts]:
        """Types or bands with their next intervals, where enough documents hold them."""
        held = self._held(cells)
        return {
            name: intervals.rated(counts, documents=_documents_with_any(held[:, [n]]))
            for n, (name, counts) in enumerate(parts.items())
        }

    def _held(self, cells: FloatArray) -> npt.NDArray[np.bool_]:
        """Document × type (or band): whether the document holds the type."""
        sides = cells[:, :, 1:] if self.either_side else cells[:, :, 2:]
        held: npt.NDArray[np.bool_] = np.count_nonzero(sides, axis=2) > 0
        return held


def _documents_with_any(held: npt.NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(np.count_nonzero(held, axis=1)))


def rates_of_cells(cells: FloatArray) -> FloatArray:
    """(…, hits, predicted, gold) → (…, precision, recall, F1), nan where a rate is undefined."""
    hits = cells[..., 0]
    predicted = cells[..., 1]
    gold = cells[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([hits / predicted, hits / gold, 2 * hits / (predicted + gold)], axis=-1)


def scheme_cells(
    matches: MatchTable,
    scheme: Scheme,
    *,
    bands: MatchTable | None = None,
    emittable: Collection[str] | None = None,
    recount: Callable[[Mapping[str, OutcomeCounts]], dict[str, OutcomeCounts]] = dict,
    either_side: bool = False,
) -> SchemeCells:
    """The *matches* counted by *scheme*, and by *bands* where given; *recount* changes the counts."""
    types = recount(matches.counts(scheme))
    by_band: dict[str, OutcomeCounts] = {}
    band_cells: FloatArray = np.empty((matches.documents, 0, 3), np.float32)
    if bands:
        occurring = recount(bands.counts(scheme))
        by_band = {name: occurring.get(name, OutcomeCounts()) for name in bands.labels}
        band_cells = bands.cells(scheme, list(by_band))
    return SchemeCells(
        types=types,
        type_cells=matches.cells(scheme, list(types)),
        bands=by_band,
        band_cells=band_cells,
        emittable=None
        if emittable is None
        else tuple(n for n, name in enumerate(types) if name in emittable),
        either_side=either_side,
    )


def scheme_results(
    entities: Mapping[str, SchemeCells],
    relations: Mapping[str, SchemeCells],
    *,
    seed: int,
    resamples: int,
) -> tuple[dict[str, SchemeResult], dict[str, SchemeResult]]:
    """The results of entities and of relations by scheme, all intervals from the same resamples."""
    every = [*entities.values(), *relations.values()]
    table = np.concatenate([cells.rows() for cells in every], axis=1)
    ends = np.cumsum([cells.width for cells in every])[:-1]

    def figures(sums: FloatArray) -> FloatArray:
        parts = np.split(sums, ends, axis=1)
        return np.concatenate(
            [cells.figures(part) for cells, part in zip(every, parts, strict=True)], axis=1
        )

    bootstrapped = bootstrap_intervals(table, figures, seed=seed, resamples=resamples)
    intervals = _Intervals(bootstrapped.bca, bootstrapped.percentile)
    # Entities first: the intervals are in the order of the table's columns.
    entity_results = {name: cells.result(intervals) for name, cells in entities.items()}
    relation_results = {name: cells.result(intervals) for name, cells in relations.items()}
    return entity_results, relation_results
