"""Agreement as values: no more than what is printed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from curation.scoring.counts import Interval, Tally
from curation.scoring.result import one_line


@dataclass(frozen=True)
class AgreementRecipe:
    """
    All that has to be the same for an agreement to come out the same.

    *gold* is the version whose annotators these are, empty where they are in files.
    """

    gold: str
    digest: str
    schema: str
    seed: int
    resamples: int
    curate: str

    def __str__(self) -> str:
        """One line to print beside every figure."""
        return one_line(asdict(self))


@dataclass(frozen=True)
class Coefficient:
    """κ or α with its intervals; *value* is None where it is undefined."""

    value: float | None = None
    bca: Interval | None = None
    percentile: Interval | None = None


@dataclass(frozen=True)
class PairAgreement:
    """Two annotators over the *documents* that both did: strict F1 and κ."""

    annotators: tuple[str, str]
    documents: int
    entities: float | None
    relations: float | None
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """
    How well annotators agree on the *documents* that two or more did; *alone* are the others.

    The tallies count every pair of annotators on every document; F1 is the
    same whoever comes first. With no countable negatives it is the positive
    specific agreement, which κ tends to (Hripcsak and Rothschild 2005). *kappa*
    (the mean over the pairs) and *alpha* are over tokens; *left_out* spans
    lie inside others and can't be seen there.
    """

    recipe: AgreementRecipe
    annotators: tuple[str, ...] = ()
    documents: int = 0
    alone: int = 0
    entities: Mapping[str, Tally] = field(default_factory=dict)
    relations: Mapping[str, Tally] = field(default_factory=dict)
    kappa: Coefficient = field(default_factory=Coefficient)
    alpha: Coefficient = field(default_factory=Coefficient)
    left_out: int = 0
    pairs: tuple[PairAgreement, ...] = ()
