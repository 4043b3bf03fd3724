"""All scores of one set of predictions against one gold, with the recipe that made them."""

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, asdict, dataclass, field
from typing import NamedTuple

from curation.scoring.calibration import Calibration
from curation.scoring.counts import Interval, OutcomeCounts, ratio
from curation.scoring.given_documents import InputOddities

# Arms: how documents were annotated, without or with suggestions; and all documents together.
BLIND = "blind"
ASSISTED = "assisted"
ALL_DOCUMENTS = "all"

# So many that another seed moves an interval's ends by little.
RESAMPLES = 2000

# Which definitions the figures follow: those of entities, those of relations.
SCORING_SCHEME = "semeval2013-9.1+taille2020"

# In a ConfusionMatrix of spans: the label of a missed or spurious span's other side.
NO_SPAN = ""


def recipe_line(recipe: Mapping[str, object]) -> str:
    """``key:value|key:value`` of what isn't empty, on one line whatever the values hold."""
    values = ((key, str(value)) for key, value in recipe.items() if value != "")
    return "|".join(f"{key}:{''.join(map(_escaped, value))}" for key, value in values)


def _escaped(character: str) -> str:
    if character.isprintable() and character != "|":
        return character
    return f"\\u{ord(character):04x}"


@dataclass(frozen=True, kw_only=True)
class ScoreRecipe:
    """
    All that has to be the same for a score to come out the same.

    *digest* is that of the gold, *predictions* that of predictions from a file;
    the latter is empty for predictions that the baseline made on the spot. *where* is what the
    metadata of documents had to say, empty for all documents.
    """

    gold: str
    digest: str
    schema: str
    model: str
    weights: str
    documents: int
    split: str
    arm: str
    seed: int
    resamples: int
    curate: str
    scheme: str = SCORING_SCHEME
    predictions: str = ""
    where: str = ""

    def __str__(self) -> str:
        """One line to print beside every figure."""
        return recipe_line(asdict(self))


class RateIntervals(NamedTuple):
    """The intervals of three rates, each None where resampling can't tell."""

    precision: Interval | None = None
    recall: Interval | None = None
    f1: Interval | None = None


@dataclass(frozen=True)
class RatedCounts:
    """OutcomeCounts, and the intervals of their rates: by BCa (the ones to print) and by percentile."""

    counts: OutcomeCounts = field(default_factory=OutcomeCounts)
    _: KW_ONLY
    bca: RateIntervals = field(default_factory=RateIntervals)
    percentile: RateIntervals = field(default_factory=RateIntervals)


@dataclass(frozen=True)
class MacroF1:
    """The mean F1 of the types that occur, every type weighing the same; None where none occurs."""

    f1: float | None = None
    _: KW_ONLY
    bca: Interval | None = None
    percentile: Interval | None = None


def mean_f1(types: Iterable[OutcomeCounts]) -> float | None:
    """The mean of the F1s that are defined; None where none is."""
    rates = [f1 for counts in types if (f1 := counts.f1) is not None]
    return ratio(sum(rates), len(rates))


@dataclass(frozen=True, kw_only=True)
class SchemeResult:
    """
    The result of one scheme: over all types, every item weighing the same (*micro*), and by type.

    A pair of two types that the scheme takes for a hit counts for the gold's
    type, so that the types add up to *micro*. *emittable* is *micro* over the
    types that the baseline can emit at all, None where that isn't known. *by_band*
    tells relations within a sentence from those across; None for entities.
    """

    micro: RatedCounts = field(default_factory=RatedCounts)
    macro: MacroF1 = field(default_factory=MacroF1)
    by_type: Mapping[str, RatedCounts] = field(default_factory=dict)
    emittable: RatedCounts | None = None
    by_band: Mapping[str, RatedCounts] | None = None


@dataclass(frozen=True)
class ConfusionMatrix:
    """
    How often which label was taken for which: rows are the gold's, columns the predicted ones.

    The last label stands for nothing: NO_SPAN for a span that was missed or
    spurious, ``O`` for a token outside all spans. *spans_left_out* are the
    numbers of spans (gold, predicted) that tokens can't show, being inside others.
    """

    labels: tuple[str, ...] = ()
    matrix: tuple[tuple[int, ...], ...] = ()
    _: KW_ONLY
    spans_left_out: tuple[int, int] = (0, 0)


@dataclass(frozen=True, kw_only=True)
class ArmScores:
    """
    The scores over the documents of one arm, or over all documents.

    *entities* and *relations* are by scheme. Of the *documents* so many are
    *without_predictions* (in those nothing was found), *machine_annotated* (known
    to be annotated by programs alone), *development* (known to be those that
    the model's rules were written with) and *trained_on* (known to be those that the model was trained
    on). *calibration* is None where no
    suggestion carries a score.
    """

    documents: int = 0
    without_predictions: int = 0
    entities: Mapping[str, SchemeResult] = field(default_factory=dict)
    relations: Mapping[str, SchemeResult] = field(default_factory=dict)
    spans: ConfusionMatrix = field(default_factory=ConfusionMatrix)
    tokens: ConfusionMatrix = field(default_factory=ConfusionMatrix)
    machine_annotated: int = 0
    development: int = 0
    trained_on: int = 0
    calibration: Calibration | None = None


@dataclass(frozen=True)
class ScoreDifference:
    """
    One figure in two runs over the same documents: *before*, *after*, and the interval of the difference.

    *p* is the share of random exchanges of whole documents between the runs
    that make at least as large a difference (approximate randomisation). A
    figure is None where it is undefined.
    """

    before: float | None = None
    after: float | None = None
    _: KW_ONLY
    bca: Interval | None = None
    percentile: Interval | None = None
    p: float | None = None

    @property
    def difference(self) -> float | None:
        """*after* less *before*; None where one of the two is undefined."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """
    How scores differ from those of other predictions, of another gold, or of both.

    All over the *documents* that both golds have, by the figure's path in the
    JSON. *model*: other predictions on this gold. *gold*: another gold with the
    same predictions. *both*: the two changes together. *against* names the other
    side. Of the documents so many are *without_predictions* of the other side;
    *without_gold* counts the other side's predictions on documents that no gold
    has, *trained_on* the documents that the other side's model is known to be trained on, *only_here* and *only_there* the documents of one gold alone.
    """

    documents: int
    _: KW_ONLY
    model: Mapping[str, ScoreDifference] | None = None
    gold: Mapping[str, ScoreDifference] | None = None
    both: Mapping[str, ScoreDifference] | None = None
    against: str = ""
    without_predictions: int = 0
    without_gold: int = 0
    trained_on: int = 0
    only_here: int = 0
    only_there: int = 0


@dataclass(frozen=True, kw_only=True)
class Scores:
    """
    The headline, and the other arms on their own.

    Where some documents were annotated blind and others weren't, the blind ones
    are the headline, and *arms* holds the assisted ones and all together.
    *without_gold* counts the predictions left out, as the gold lacks the document.
    *oddities* are what was odd in the files and was scored as it is.
    """

    recipe: ScoreRecipe
    headline: ArmScores
    arms: Mapping[str, ArmScores] = field(default_factory=dict)
    comparison: Comparison | None = None
    without_gold: int = 0
    oddities: InputOddities = field(default_factory=InputOddities)

    @property
    def all_documents(self) -> ArmScores:
        """The scores over all documents, whichever the headline is about."""
        return self.arms.get(ALL_DOCUMENTS, self.headline)

    @property
    def entities(self) -> Mapping[str, SchemeResult]:
        """The headline's results of entities, by scheme."""
        return self.headline.entities

    @property
    def relations(self) -> Mapping[str, SchemeResult]:
        """The headline's results of relations, by scheme."""
        return self.headline.relations
