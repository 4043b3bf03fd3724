"""
Agreement as JSON: names and nesting are a contract, ``"format": 1``.

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
               being independent; how many documents are of a pilot; and current, entities_f1,
               relations_f1 (strict), kappa and alpha on the annotations as they are now, null where these were compared
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
    AnnotatorAgreement,
    Coefficient,
    ComparedSubmissions,
    PairAgreement,
)
from curation.scoring.given_documents import oddities_to_json
from curation.scoring.scores_json import (
    intervals_to_json,
    results_by_scheme_to_json,
)
from curation.scoring.verdict_json import verdict_agreement_to_json

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


def _annotator_to_json(one: AnnotatorAgreement) -> Json:
    return {
        "annotator": one.annotator,
        "documents": one.documents,
        **results_by_scheme_to_json(one.entities, one.relations),
        "tokens": {"kappa": _coefficient_to_json(one.kappa)},
    }


def _submissions_to_json(compared: ComparedSubmissions | None) -> Json | None:
    if compared is None:
        return None
    return {
        "first": compared.are_first,
        "unsure": compared.unsure,
        "taken_back": compared.taken_back,
        "left_out": dict(compared.left_out),
        "pilot": compared.pilot,
        "current": asdict(compared.current) if compared.current else None,
    }


def _coefficient_to_json(coefficient: Coefficient) -> Json:
    return {
        "value": coefficient.value,
        **intervals_to_json(coefficient.bca, coefficient.percentile),
    }
