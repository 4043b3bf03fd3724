"""Scores as JSON: the contract's names."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import costly
from samples import SCHEMA
from scoring_samples import (
    CONTEXT,
    RECIPE,
    corpora,
    document_with,
)

from curation.scoring.counts import Interval
from curation.scoring.matched_documents import ScoringContext
from curation.scoring.results import Comparison, ScoreDifference
from curation.scoring.score import score
from curation.scoring.scores_json import scores_to_json


def scored(gold, predicted, **changes):
    return score(gold, predicted, recipe=replace(RECIPE, **changes), context=CONTEXT)


@costly(1 / 2)
@given(corpora(), st.booleans(), st.booleans())
def test_json_holds_any_scores(sides, arms, emittable):
    golds = sides[0]
    context = ScoringContext(
        SCHEMA.symmetric,
        emittable={"PERSON", "A"} if emittable else None,
        relate=(lambda document: document) if emittable else None,
        arms={one.id: "blind" if n % 2 else "assisted" for n, one in enumerate(golds)}
        if arms
        else {},
        machine_annotated={"d0"},
        development={"d1"},
    )
    result = score(*sides, recipe=replace(RECIPE, resamples=20), context=context)

    form = json.loads(json.dumps(scores_to_json(result), allow_nan=False))
    assert form["documents"]["scored"] == result.headline.documents
    assert {*form["arms"]} == {*result.arms}


def test_a_comparison_is_told():
    moved = {
        "entities.strict.micro.f1": ScoreDifference(0.4, 0.5, bca=Interval(0.0, 0.2), p=0.03)
    }
    counted = dict.fromkeys(
        ("without_predictions", "without_gold", "only_here", "only_there"), 4
    )
    compared = Comparison(9, model=moved, against="o.jsonl", **counted)
    result = replace(
        scored([document_with(TEXT)], [document_with(TEXT)], resamples=10), comparison=compared
    )

    form = json.loads(json.dumps(scores_to_json(result), allow_nan=False))["comparison"]
    assert {form[name] for name in counted} == {4}
    assert (form["against"], form["documents"], form["gold"]) == ("o.jsonl", 9, None)
    figure = form["model"]["entities.strict.micro.f1"]
    assert (figure["before"], figure["after"], figure["p"]) == (0.4, 0.5, 0.03)
    assert figure["difference"] == pytest.approx(0.1)
    assert figure["interval"] == figure["intervals"]["bca"] == [0.0, 0.2]


def test_calibration_is_told_by_bins():
    found = document_with(TEXT, BOB, AL, IRAN)
    scores = (0.9, 0.95, None)
    found = replace(found, entities=tuple(replace(e, score=s) for e, s in zip(found.entities, scores, strict=True)))  # fmt: skip
    result = scored([document_with(TEXT, BOB)], [found], resamples=10)

    form = json.loads(json.dumps(scores_to_json(result)))["calibration"]
    assert form["bins"][9] == {
        "from": 0.9,
        "to": 1.0,
        "suggestions": 2,
        "right": 1,
        "scores": 1.85,
    }
    assert (form["without_score"], form["error"]) == (1, pytest.approx(0.425))


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


TEXT = "Bob of Iran met Al."


def test_the_json_has_the_names_of_the_contract():
    form = scores_to_json(scored([document_with(TEXT, BOB)], []))

    assert list(form) == ["format", "recipe", "documents", "entities", "relations", "confusion", "calibration", "arms", "comparison", "oddities"]  # fmt: skip
    assert form["documents"] == {"scored": 1, "without_predictions": 1, "machine_annotated": 0, "development": 0, "trained_on": 0, "without_gold": 0}  # fmt: skip
    strict = form["entities"]["strict"]["micro"]
    counted = {"tp": 0, "fp": 0, "fn": 1, "precision": None, "recall": 0.0, "f1": 0.0, "f1_interval": None}  # fmt: skip
    assert strict.items() >= counted.items()
    partial = form["entities"]["partial"]["micro"]
    assert partial.items() >= {"correct": 0, "incorrect": 0, "partial": 0, "missed": 1, "spurious": 0}.items()  # fmt: skip
    assert form["entities"]["exact"]["by_type"]["PERSON"]["fn"] == 1
    assert form["entities"]["strict"]["macro"]["f1"] == 0.0
    assert list(form["relations"]) == ["strict", "boundaries", "relaxed", "document_level"]
    assert form["relations"]["strict"]["micro"]["f1"] is None
    assert form["relations"]["boundaries"]["by_type"] == {}
    assert form["recipe"]["seed"] == 7
