"""Matches to tallies: counts, rates and intervals of many schemes in one go."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from curation.scoring.counts import Counts, Interval, Mean, Rates, Spread, Tally
from curation.scoring.intervals import Floats, spreads
from curation.scoring.schemes import Matches, Scheme


@dataclass(frozen=True)
class Block:
    """One scheme's counts and each document's cells, by type and (relations) by band."""

    types: Mapping[str, Counts]
    cells: Floats
    bands: Mapping[str, Counts]
    band_cells: Floats
    emittable: tuple[int, ...] | None

    @property
    def width(self) -> int:
        """How many columns it has."""
        return 3 * (self.cells.shape[1] + self.band_cells.shape[1])

    def figures(self, sums: Floats) -> Floats:
        """Precision, recall, F1 of micro, emittable, bands and types, then the macro F1."""
        cells = sums.reshape(len(sums), -1, 3)
        types = cells[:, : len(self.types)]
        micro = [types.sum(axis=1, keepdims=True)]
        if self.emittable is not None:
            micro.append(types[:, list(self.emittable)].sum(axis=1, keepdims=True))
        every = rates(np.concatenate([*micro, cells[:, len(self.types) :], types], axis=1))
        scores = every[:, every.shape[1] - len(self.types) :, 2]
        defined = np.count_nonzero(~np.isnan(scores), axis=1)
        with np.errstate(invalid="ignore"):
            macro = np.nansum(scores, axis=1) / defined
        return np.concatenate([every.reshape(len(sums), -1), macro[:, None]], axis=1)

    def tally(
        self,
        take: Iterator[tuple[Spread, Spread]],
        single: Iterator[tuple[Interval | None, Interval | None]],
    ) -> Tally:
        """The tally, its intervals taken in the order in which ``figures`` gave the figures."""
        micro = Rates(sum(self.types.values(), Counts()), *next(take))
        emittable = None
        if self.emittable is not None:
            names = list(self.types)
            some = (self.types[names[n]] for n in self.emittable)
            emittable = Rates(sum(some, Counts()), *next(take))
        bands = {name: Rates(c, *next(take)) for name, c in self.bands.items()}
        types = {name: Rates(c, *next(take)) for name, c in self.types.items()}
        macro = Mean(Mean.over(self.types.values()), *next(single))
        return Tally(micro, macro, types, emittable, bands or None)


def rates(cells: Floats) -> Floats:
    """(…, hits, predicted, gold) → (…, precision, recall, F1), nan where there is nothing to rate."""
    hits, predicted, gold = cells[..., 0], cells[..., 1], cells[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([hits / predicted, hits / gold, 2 * hits / (predicted + gold)], axis=-1)


def block(
    matches: Matches,
    scheme: Scheme,
    *,
    bands: Matches | None = None,
    emittable: Collection[str] | None = None,
    tidy: Callable[[Mapping[str, Counts]], dict[str, Counts]] = dict,
) -> Block:
    """The *matches* under *scheme*; *tidy* has the last word on the counts."""
    types = tidy(matches.counts(scheme))
    by_band = tidy(bands.counts(scheme)) if bands else {}
    if bands:
        by_band = {name: by_band.get(name, Counts()) for name in bands.labels}
    return Block(
        types,
        matches.cells(scheme, list(types)),
        by_band,
        bands.cells(scheme, list(by_band))
        if bands
        else np.empty((matches.documents, 0, 3), np.float32),
        None
        if emittable is None
        else tuple(n for n, name in enumerate(types) if name in emittable),
    )


def tallies(blocks: Sequence[Block], *, seed: int, resamples: int) -> list[Tally]:
    """Each block's tally, the intervals of all from the same resamples."""
    cells = [cells for one in blocks for cells in (one.cells, one.band_cells)]
    table = np.concatenate([c.reshape(len(c), 3 * c.shape[1]) for c in cells], axis=1)
    ends = np.cumsum([one.width for one in blocks])[:-1]

    def figures(sums: Floats) -> Floats:
        parts = np.split(sums, ends, axis=1)
        return np.concatenate(
            [one.figures(part) for one, part in zip(blocks, parts, strict=True)], axis=1
        )

    found = spreads(table, figures, seed=seed, resamples=resamples)
    rest = iter(zip(found.bca, found.percentile, strict=True))

    def threes() -> Iterator[tuple[Spread, Spread]]:
        while True:
            bca, percentile = zip(next(rest), next(rest), next(rest), strict=True)
            yield Spread(*bca), Spread(*percentile)

    return [one.tally(threes(), rest) for one in blocks]
