"""The result of comparing annotators: F1 of spans and relations, κ and α, pair by pair of annotators."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, asdict, dataclass, field

from curation.scoring.counts import Interval
from curation.scoring.given_documents import InputOddities
from curation.scoring.results import SchemeResult, recipe_line
from curation.scoring.verdict_results import VerdictAgreement

# The names of two annotators, sorted.
AnnotatorPair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class AgreementRecipe:
    """
    All that has to be the same for an agreement to come out the same.

    *gold* is the version with the annotations, empty where they are in files; *where* is what the
    metadata of documents had to say, empty for all documents.
    """

    gold: str
    digest: str
    schema: str
    seed: int
    resamples: int
    curate: str
    where: str = ""

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
    """
    Two annotators over the *documents* that both annotated; the first stands for the gold.

    *entities* has the schemes strict and exact, *relations* strict and boundaries.
    """

    annotators: AnnotatorPair
    documents: int
    entities: Mapping[str, SchemeResult]
    relations: Mapping[str, SchemeResult]
    kappa: Coefficient
    alpha: Coefficient

    @property
    def entities_f1(self) -> float | None:
        """F1 of entities, strict; None if undefined."""
        strict = self.entities.get("strict")
        return strict.micro.counts.f1 if strict else None

    @property
    def relations_f1(self) -> float | None:
        """F1 of relations, strict; None if undefined."""
        strict = self.relations.get("strict")
        return strict.micro.counts.f1 if strict else None


@dataclass(frozen=True, kw_only=True)
class AnnotatorAgreement:
    """
    One annotator against each other one, over the *documents* that somebody else annotated too.

    The others stand for the gold: precision is how much of what this annotator marked others
    marked too, recall how much of what others marked. A document with two others counts twice.
    *kappa* is the mean over the pairs with the others.
    """

    annotator: str
    documents: int
    entities: Mapping[str, SchemeResult]
    relations: Mapping[str, SchemeResult]
    kappa: Coefficient


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
    annotation was changed before anybody pulled it; *taken_back* are of annotations that were deleted
    or skipped since. *left_out* counts, by reason, annotations that
    aren't independent, and *pilot* documents of a pilot, on which the guideline was tried. *current* is what the agreement of the same annotators would be on their
    annotations as they are now; None where *are_first* is false.
    """

    are_first: bool = True
    unsure: int = 0
    taken_back: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    pilot: int = 0
    current: AgreementFigures | None = None


@dataclass(frozen=True)
class Agreement:
    """
    How well annotators agree on the *documents* that two or more annotated.

    *entities* and *relations* count every pair of annotators on every document;
    F1 is the same whoever comes first. As no negatives can be counted, F1 is the
    positive specific agreement, which κ tends to (Hripcsak and Rothschild 2005).
    *pairs* and *by_annotator* say the same of each two, and of each against the others.
    *kappa* (the mean over the pairs) and *alpha* are over tokens, which can't
    show *spans_left_out* spans, being inside others. *documents_by_one* counts
    the documents that one annotator alone annotated. *oddities* are what was odd
    in files and was compared as it is. *submissions* says which submissions were
    compared, None for files. *verdicts* says how well annotators agree with verdicts, None for files.
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
    by_annotator: tuple[AnnotatorAgreement, ...] = ()
    oddities: InputOddities = field(default_factory=InputOddities)
    submissions: ComparedSubmissions | None = None
    verdicts: VerdictAgreement | None = None

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
