"""
Agreement as JSON and back: names and nesting are a contract, ``"format": 1``.

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

A scheme holds what it does in scores (see ``scores_json``), counted over every pair of
annotators on every document. What is undefined is null, never 0.
"""

from dataclasses import asdict

from curation.files import Json
from curation.scoring.agreement_result import (
    Agreement,
    AgreementRecipe,
    Coefficient,
    PairAgreement,
)
from curation.scoring.scores_json import reading
from curation.scoring.tally_json import read_interval, read_tally, tally_form

AGREEMENT_FORMAT = 1


def agreement_to_json(found: Agreement) -> Json:
    """The object that ``curate agree --json`` prints."""
    return {
        "format": AGREEMENT_FORMAT,
        "recipe": asdict(found.recipe),
        "annotators": list(found.annotators),
        "documents": {"by_two_or_more": found.documents, "by_one": found.alone},
        "entities": {n: tally_form(t, entities=True) for n, t in found.entities.items()},
        "relations": {name: tally_form(tally) for name, tally in found.relations.items()},
        "tokens": {
            "kappa": _coefficient(found.kappa),
            "alpha": _coefficient(found.alpha),
            "spans_left_out": found.left_out,
        },
        "pairs": [
            {
                "annotators": list(pair.annotators),
                "documents": pair.documents,
                "entities_f1": pair.entities,
                "relations_f1": pair.relations,
                "kappa": pair.kappa,
            }
            for pair in found.pairs
        ],
    }


def read_agreement(form: object) -> Agreement:
    """The agreement that ``agreement_to_json`` wrote; InputError for another format or what is missing."""
    with reading(
        form, "figures of agreement", AGREEMENT_FORMAT, "curate agree --json"
    ) as found:
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
