"""The result of comparing annotators with verdicts: each annotator's scores, and what suggestions did to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from curation.scoring.counts import Interval, ratio
from curation.scoring.results import SchemeResult


@dataclass(frozen=True, kw_only=True)
class Share:
    """*part* of *whole*, over the *documents* that have any of the whole."""

    part: int = 0
    whole: int = 0
    documents: int = 0
    bca: Interval | None = None
    percentile: Interval | None = None

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return ratio(self.part, self.whole)


@dataclass(frozen=True, kw_only=True)
class AnnotatorAgainstVerdict:
    """
    An annotator's first submissions scored against the verdicts on their *documents*.

    *entities* has the schemes strict and exact, *relations* strict and boundaries.
    """

    annotator: str
    documents: int
    entities: Mapping[str, SchemeResult]
    relations: Mapping[str, SchemeResult]


@dataclass(frozen=True, kw_only=True)
class AnchoringShares:
    """
    Of entities or of relations, what suggestions may have done to annotations.

    *missed*: of the verdict's, those that nothing in the annotation answers. *wrong_kept*: of the
    suggestions that the verdict hasn't, those that the annotation has as suggested. *changed*: of all
    suggestions, those that the annotation hasn't as suggested. Of blind annotations the last two are
    over what others were shown on the document: what people do on their own.
    """

    missed: Share = field(default_factory=Share)
    wrong_kept: Share = field(default_factory=Share)
    changed: Share = field(default_factory=Share)


@dataclass(frozen=True, kw_only=True)
class ArmAgainstVerdict:
    """The first submissions of one arm, so many *annotations*, against the verdicts on their *documents*."""

    documents: int
    annotations: int
    entities: Mapping[str, SchemeResult]
    relations: Mapping[str, SchemeResult]
    entity_shares: AnchoringShares
    relation_shares: AnchoringShares


@dataclass(frozen=True, kw_only=True)
class ArmDifference:
    """One figure of assisted and of blind annotations; the interval is that of assisted less blind."""

    assisted: float | None
    blind: float | None
    bca: Interval | None = None
    percentile: Interval | None = None

    @property
    def difference(self) -> float | None:
        """Assisted less blind; None where one of the two is undefined."""
        if self.assisted is None or self.blind is None:
            return None
        return self.assisted - self.blind


@dataclass(frozen=True, kw_only=True)
class Anchoring:
    """
    What suggestions did to annotators: assisted beside blind annotations, against verdicts.

    *arms* has ``assisted`` and ``blind``, as far as there are such annotations; *differences*, by
    ``entities.f1`` and the like, is empty unless there are both. *unknown* counts annotations of
    which nothing says whether there was a suggestion.
    """

    arms: Mapping[str, ArmAgainstVerdict] = field(default_factory=dict)
    differences: Mapping[str, ArmDifference] = field(default_factory=dict)
    unknown: int = 0


@dataclass(frozen=True, kw_only=True)
class VerdictAgreement:
    """
    How well annotators agree with verdicts, on the adjudicated *documents* of two or more annotators.

    *own_verdicts* counts annotations left out because their annotator made the verdict.
    """

    documents: int = 0
    annotators: tuple[AnnotatorAgainstVerdict, ...] = ()
    anchoring: Anchoring = field(default_factory=Anchoring)
    own_verdicts: int = 0
