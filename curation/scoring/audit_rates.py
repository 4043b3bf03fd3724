"""How many errors an audit found in a gold, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from curation.scoring.counts import Interval, ratio
from curation.scoring.results import RESAMPLES


@dataclass(frozen=True, kw_only=True)
class DocumentErrors:
    """Of one document, the entities and relations of its gold, and how many errors the audit found in either."""

    entities: int
    relations: int
    entity_errors: int
    relation_errors: int


@dataclass(frozen=True, kw_only=True)
class AuditRate:
    """*part* of *whole*; *value* is None of nothing, *interval* None where resampling can't tell."""

    part: int
    whole: int
    interval: Interval | None

    @property
    def value(self) -> float | None:
        """The rate, from 0 on."""
        return ratio(self.part, self.whole)

    @property
    def percent(self) -> str:
        """The rate in 100 with its interval, for people; a rate of nothing is undefined."""
        if self.value is None:
            return "undefined"
        low, high = self.interval or (None, None)
        bounds = "" if low is None or high is None else f" [{100 * low:.1f}, {100 * high:.1f}]"
        return f"{100 * self.value:.1f}{bounds}"


@dataclass(frozen=True, kw_only=True)
class AuditRates:
    """Errors in all entities and in all relations of the documents, and the share of documents without any."""

    documents: int
    entities: AuditRate
    relations: AuditRate
    without_errors: AuditRate


def audit_rates(documents: Sequence[DocumentErrors], *, seed: int) -> AuditRates:
    """The rates over *documents*, with 95 % intervals: BCa, and Wilson's of the share of documents."""
    import numpy as np

    from curation.scoring.intervals import FloatArray, bootstrap_intervals

    rows = [
        (one.entity_errors, one.entities, one.relation_errors, one.relations)
        for one in documents
    ]
    table = np.array(rows, np.float64).reshape(len(rows), 4)
    without = sum(not (one.entity_errors or one.relation_errors) for one in documents)

    def figures(sums: FloatArray) -> FloatArray:
        wholes = sums[:, 1::2]
        parts = sums[:, ::2]
        return np.divide(parts, wholes, out=np.full_like(parts, np.nan), where=wholes > 0)

    found: list[Interval | None] = [None, None]
    if rows:
        found = bootstrap_intervals(table, figures, seed=seed, resamples=RESAMPLES).bca
    totals = [int(number) for number in table.sum(axis=0)]
    entities, relations = (
        AuditRate(part=totals[2 * n], whole=totals[2 * n + 1], interval=found[n])
        for n in range(2)
    )
    return AuditRates(
        documents=len(rows),
        entities=entities,
        relations=relations,
        without_errors=AuditRate(
            part=without, whole=len(rows), interval=share_interval(without, len(rows))
        ),
    )


def share_interval(part: int, whole: int) -> Interval | None:
    """The 95 % interval of a share by Wilson (1927), which also holds where all or none have it; None of nothing."""
    if not whole:
        return None
    z = NormalDist().inv_cdf(0.975)
    share = part / whole
    center = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    spread = (
        z / (1 + z * z / whole) * sqrt(share * (1 - share) / whole + (z / (2 * whole)) ** 2)
    )
    return Interval(max(0.0, center - spread), min(1.0, center + spread))
