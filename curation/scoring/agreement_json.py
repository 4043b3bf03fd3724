"""
Agreement as JSON and back: names and nesting are a contract, ``"format": 1``.

* recipe       all that has to be the same for the figures to come out the same
* annotators   all of them, by name
* documents    by_two_or_more, which everything below is about, and by_one
* entities     strict, exact, partial, type
* relations    strict, boundaries, relaxed, labels_on_agreed_ends
* tokens       kappa and alpha: value, interval (BCa) and intervals by method;
               and how many spans_left_out, being inside others
* pairs        of each two annotators the documents that both annotated, entities_f1
               and relations_f1 (strict), kappa; and entities (strict, exact), relations
               (strict, boundaries) and tokens, with intervals and by type
* by_annotator of each annotator against each other one, who stands for the gold: the
               documents that somebody else annotated too, entities, relations, and in
               tokens the mean kappa
* oddities     as in scores
* submissions  null for files; which submissions of annotators were compared: first (true),
               or for a version without these the annotations as they were sealed (false);
               how many of the first are unsure, and how many taken_back (deleted or skipped
               since); how many were left_out by reason, not
               being independent; and current, entities_f1, relations_f1 (strict), kappa
               and alpha on the annotations as they are now, null where these were compared
* verdicts     null for files; on the adjudicated documents of two or more annotators: how
               many documents; annotators, each against the verdict, which stands for the
               gold: entities (strict, exact) and relations (strict, boundaries);
               own_verdicts, annotations left out as their annotator made the verdict; and
               anchoring, by arms assisted and blind, as far as there are such annotations:
               documents, annotations, entities, relations, and shares of entities and of
               relations (part, whole, how many documents have any, share, intervals):
               missed, wrong_kept, changed; differences of assisted and blind by the figure,
               empty unless there are both; and unknown, annotations of neither arm
* caveats      what keeps the agreement from meaning what it seems to mean, sentence
               by sentence, as the terminal shows it

A scheme holds what it holds in scores (see ``scores_json``), counted over every pair
of annotators on every document. What is undefined is null, never 0.
"""

from dataclasses import asdict

from curation.files import Json
from curation.scoring.agreement_results import (
    Agreement,
    AgreementFigures,
    AgreementRecipe,
    AnnotatorAgreement,
    Coefficient,
    ComparedSubmissions,
    PairAgreement,
)
from curation.scoring.given_documents import oddities_to_json, read_oddities
from curation.scoring.scores_json import (
    checked_format,
    intervals_to_json,
    read_intervals,
    read_results_by_scheme,
    results_by_scheme_to_json,
)
from curation.scoring.verdict_json import read_verdict_agreement, verdict_agreement_to_json

AGREEMENT_FORMAT = 1


def agreement_to_json(agreement: Agreement) -> Json:
    """The object that ``curate agree --json`` prints, without the caveats."""
    verdicts = agreement.verdicts
    return {
        "format": AGREEMENT_FORMAT,
        "recipe": asdict(agreement.recipe),
        "annotators": list(agreement.annotators),
        "documents": {
            "by_two_or_more": agreement.documents,
            "by_one": agreement.documents_by_one,
        },
        **results_by_scheme_to_json(agreement.entities, agreement.relations),
        "tokens": {
            "kappa": _coefficient_to_json(agreement.kappa),
            "alpha": _coefficient_to_json(agreement.alpha),
            "spans_left_out": agreement.spans_left_out,
        },
        "pairs": list(map(_pair_to_json, agreement.pairs)),
        "by_annotator": list(map(_annotator_to_json, agreement.by_annotator)),
        "oddities": oddities_to_json(agreement.oddities),
        "submissions": _submissions_to_json(agreement.submissions),
        "verdicts": verdict_agreement_to_json(verdicts) if verdicts else None,
    }


def read_agreement(value: object) -> Agreement:
    """The agreement of an object by ``agreement_to_json``; InputError for anything else."""
    with checked_format(
        value,
        what="an agreement",
        number=AGREEMENT_FORMAT,
        command="curate agree --json",
    ) as data:
        tokens = data["tokens"]
        verdicts = data.get("verdicts")
        return Agreement(
            AgreementRecipe(**{"gold": "", **data["recipe"]}),
            annotators=tuple(data["annotators"]),
            documents=data["documents"]["by_two_or_more"],
            documents_by_one=data["documents"]["by_one"],
            entities=read_results_by_scheme(data["entities"]),
            relations=read_results_by_scheme(data["relations"]),
            kappa=_read_coefficient(tokens["kappa"]),
            alpha=_read_coefficient(tokens["alpha"]),
            spans_left_out=tokens["spans_left_out"],
            pairs=tuple(map(_read_pair, data["pairs"])),
            by_annotator=tuple(map(_read_annotator, data.get("by_annotator", ()))),
            oddities=read_oddities(data.get("oddities", {})),
            submissions=_read_submissions(data.get("submissions")),
            verdicts=read_verdict_agreement(verdicts) if verdicts else None,
        )


def _pair_to_json(pair: PairAgreement) -> Json:
    return {
        "annotators": list(pair.annotators),
        "documents": pair.documents,
        "entities_f1": pair.entities_f1,
        "relations_f1": pair.relations_f1,
        "kappa": pair.kappa.value,
        **results_by_scheme_to_json(pair.entities, pair.relations),
        "tokens": {
            "kappa": _coefficient_to_json(pair.kappa),
            "alpha": _coefficient_to_json(pair.alpha),
        },
    }


def _read_pair(data: Json) -> PairAgreement:
    one, other = data["annotators"]
    tokens = data.get("tokens")
    return PairAgreement(
        annotators=(one, other),
        documents=data["documents"],
        entities=read_results_by_scheme(data.get("entities", {})),
        relations=read_results_by_scheme(data.get("relations", {})),
        kappa=_read_coefficient(tokens["kappa"]) if tokens else Coefficient(data["kappa"]),
        alpha=_read_coefficient(tokens["alpha"]) if tokens else Coefficient(),
    )


def _annotator_to_json(one: AnnotatorAgreement) -> Json:
    return {
        "annotator": one.annotator,
        "documents": one.documents,
        **results_by_scheme_to_json(one.entities, one.relations),
        "tokens": {"kappa": _coefficient_to_json(one.kappa)},
    }


def _read_annotator(data: Json) -> AnnotatorAgreement:
    return AnnotatorAgreement(
        annotator=data["annotator"],
        documents=data["documents"],
        entities=read_results_by_scheme(data["entities"]),
        relations=read_results_by_scheme(data["relations"]),
        kappa=_read_coefficient(data["tokens"]["kappa"]),
    )


def _submissions_to_json(compared: ComparedSubmissions | None) -> Json | None:
    if compared is None:
        return None
    return {
        "first": compared.are_first,
        "unsure": compared.unsure,
        "taken_back": compared.taken_back,
        "left_out": dict(compared.left_out),
        "current": asdict(compared.current) if compared.current else None,
    }


def _read_submissions(data: Json | None) -> ComparedSubmissions | None:
    if data is None:
        return None
    return ComparedSubmissions(
        are_first=data["first"],
        unsure=data["unsure"],
        taken_back=data.get("taken_back", 0),
        left_out=data["left_out"],
        current=AgreementFigures(**data["current"]) if data["current"] else None,
    )


def _read_coefficient(data: Json) -> Coefficient:
    return Coefficient(data["value"], **read_intervals(data))


def _coefficient_to_json(coefficient: Coefficient) -> Json:
    return {
        "value": coefficient.value,
        **intervals_to_json(coefficient.bca, coefficient.percentile),
    }
