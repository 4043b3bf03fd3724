"""All scores of one set of predictions against one gold, with the recipe that made them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from curation.scoring.calibration import Calibration
from curation.scoring.counts import Interval, Tally

# All documents together, beside those annotated blind and assisted.
ALL, BLIND, ASSISTED = "all", "blind", "assisted"

# So many that another seed moves an interval's ends by little.
RESAMPLES = 2000

# Which definitions the figures follow: entities, relations.
SCHEME = "semeval2013-9.1+taille2020"


def one_line(recipe: Mapping[str, object]) -> str:
    """``key:value|key:value`` of what isn't empty, whatever names there are."""
    told = ((key, str(value)) for key, value in recipe.items() if value != "")
    return "|".join(f"{key}:{''.join(map(_inside, value))}" for key, value in told)


def _inside(c: str) -> str:
    return c if c.isprintable() and c != "|" else f"\\u{ord(c):04x}"


@dataclass(frozen=True)
class Recipe:
    """
    All that has to be the same for a score to come out the same.

    *predictions* is the digest of those that are in a file, whatever their model.
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
    scheme: str = SCHEME
    predictions: str = ""

    def __str__(self) -> str:
        """One line to print beside every figure."""
        return one_line(asdict(self))


@dataclass(frozen=True)
class Confusion:
    """
    How often which label was taken for which: rows are the gold's, columns the predicted.

    The last label stands for nothing: ``""`` for a span that was missed or
    spurious, ``O`` for a token outside. *left_out* are the spans (the gold's,
    the predicted) that the token view can't show, being inside others.
    """

    labels: tuple[str, ...] = ()
    matrix: tuple[tuple[int, ...], ...] = ()
    left_out: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Part:
    """
    Tallies by scheme over some of the documents.

    *unanswered* is how many of *documents* had no predictions at all: in those
    nothing was found. *machine* is how many are known to be annotated by
    programs alone, *development* on how many what is scored was developed.
    *calibration* is None where no suggestion carries a score.
    """

    documents: int = 0
    unanswered: int = 0
    entities: Mapping[str, Tally] = field(default_factory=dict)
    relations: Mapping[str, Tally] = field(default_factory=dict)
    spans: Confusion = field(default_factory=Confusion)
    tokens: Confusion = field(default_factory=Confusion)
    machine: int = 0
    development: int = 0
    calibration: Calibration | None = None


@dataclass(frozen=True)
class Difference:
    """
    One figure in two runs over the same documents: *after* less *before*.

    *p* is the share of random exchanges of whole documents between the two
    that make at least as large a difference (approximate randomisation).
    """

    before: float | None = None
    after: float | None = None
    bca: Interval | None = None
    percentile: Interval | None = None
    p: float | None = None

    @property
    def difference(self) -> float | None:
        """None where one of the two is undefined."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """
    What changed, over the *documents* that both sides have.

    *model* is other predictions on one gold, *gold* another gold for the same
    predictions, *both* the two together; by the path of the figure. *against*
    names the other side. *unanswered* is how many of *documents* the other
    predictions leave out: in those they found nothing. *without_gold* is how
    many of theirs no gold holds. *only_here* and *only_there* are how many
    documents only this gold, or only the other one, holds.
    """

    documents: int
    model: Mapping[str, Difference] | None = None
    gold: Mapping[str, Difference] | None = None
    both: Mapping[str, Difference] | None = None
    against: str = ""
    unanswered: int = 0
    without_gold: int = 0
    only_here: int = 0
    only_there: int = 0


@dataclass(frozen=True)
class Scores:
    """
    The headline, and the other arms apart.

    Where some documents were annotated blind they are the headline; *arms*
    then holds the assisted ones and all together. *without_gold* is how many
    documents of the predictions were left out, as the gold doesn't hold them.
    """

    recipe: Recipe
    headline: Part
    arms: Mapping[str, Part] = field(default_factory=dict)
    comparison: Comparison | None = None
    without_gold: int = 0

    @property
    def whole(self) -> Part:
        """All documents, whatever the headline is of."""
        return self.arms.get(ALL, self.headline)

    @property
    def entities(self) -> Mapping[str, Tally]:
        """The headline's, by scheme."""
        return self.headline.entities

    @property
    def relations(self) -> Mapping[str, Tally]:
        """The headline's, by criterion."""
        return self.headline.relations
