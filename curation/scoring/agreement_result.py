"""
Agreement as values: no more than what is printed; as JSON and back, ``"format": 1``.

* recipe       all that has to be the same for the figures to come out the same
* annotators   all of them, by name
* documents    by_two_or_more, which everything below is about, and by_one
* entities     strict, exact, partial, type
* relations    strict, boundaries, relaxed, labels_on_agreed_ends
* tokens       kappa and alpha: value, interval (BCa) and intervals by method;
               and how many spans_left_out, being inside others
* pairs        of each two annotators the documents that both did, entities_f1
               and relations_f1 (strict), kappa
* caveats      what keeps the agreement from meaning what it seems to mean, sentence
               by sentence, as the terminal shows it

A scheme holds what it does in scores (see ``form``), counted over every pair of
annotators on every document. What is undefined is null, never 0.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from curation.files import Json
from curation.scoring.counts import Interval, Tally
from curation.scoring.result import one_line
from curation.scoring.scores_json import reading
from curation.scoring.tally_json import read_interval, read_tally, tally_form

FORMAT = 1


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

    def to_json(self) -> Json:
        """The object that ``curate agree --json`` prints."""
        return {
            "format": FORMAT,
            "recipe": asdict(self.recipe),
            "annotators": list(self.annotators),
            "documents": {"by_two_or_more": self.documents, "by_one": self.alone},
            "entities": {n: tally_form(t, entities=True) for n, t in self.entities.items()},
            "relations": {name: tally_form(tally) for name, tally in self.relations.items()},
            "tokens": {
                "kappa": _coefficient(self.kappa),
                "alpha": _coefficient(self.alpha),
                "spans_left_out": self.left_out,
            },
            "pairs": [
                {
                    "annotators": list(pair.annotators),
                    "documents": pair.documents,
                    "entities_f1": pair.entities,
                    "relations_f1": pair.relations,
                    "kappa": pair.kappa,
                }
                for pair in self.pairs
            ],
        }


def read_agreement(form: object) -> Agreement:
    """The agreement that ``to_json`` wrote; InputError for another format or what is missing."""
    with reading(form, "figures of agreement", FORMAT, "curate agree --json") as found:
        documents, tokens = found["documents"], found["tokens"]
        return Agreement(
            AgreementRecipe(**{"gold": "", **found["recipe"]}),
            tuple(found["annotators"]),
            documents["by_two_or_more"],
            documents["by_one"],
            {name: read_tally(tally) for name, tally in found["entities"].items()},
            {name: read_tally(tally) for name, tally in found["relations"].items()},
            _read_coefficient(tokens["kappa"]),
            _read_coefficient(tokens["alpha"]),
            tokens["spans_left_out"],
            tuple(map(_read_pair, found["pairs"])),
        )


def _read_pair(form: Json) -> PairAgreement:
    one, other = form["annotators"]
    rates = form["entities_f1"], form["relations_f1"], form["kappa"]
    return PairAgreement((one, other), form["documents"], *rates)


def _read_coefficient(form: Json) -> Coefficient:
    spread = form["intervals"]
    return Coefficient(
        form["value"], read_interval(spread["bca"]), read_interval(spread["percentile"])
    )


def _coefficient(one: Coefficient) -> Json:
    intervals = {"bca": one.bca, "percentile": one.percentile}
    return {"value": one.value, "interval": one.bca, "intervals": intervals}
