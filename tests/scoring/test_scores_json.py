"""Scores as JSON: the contract's names, and back again."""

import json
import re
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SCHEMA
from scoring_samples import (
    CONTEXT,
    RECIPE,
    corpora,
    document_with,
)

from curation.errors import InputError
from curation.scoring.counts import Interval
from curation.scoring.matched_documents import ScoringContext
from curation.scoring.results import Comparison, ScoreDifference
from curation.scoring.score import score
from curation.scoring.scores_json import read_scores, scores_to_json


def scored(gold, predicted, **changes):
    return score(gold, predicted, recipe=replace(RECIPE, **changes), context=CONTEXT)


@settings(max_examples=30, deadline=None)
@given(corpora(), st.booleans(), st.booleans())
def test_scores_come_back_from_json(sides, arms, emittable):
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

    line = json.dumps(scores_to_json(result), allow_nan=False)
    assert read_scores(json.loads(line)) == result


def test_a_comparison_comes_back_from_json():
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

    line = json.dumps(scores_to_json(result), allow_nan=False)
    assert json.loads(line)["comparison"]["without_predictions"] == 4
    assert read_scores(json.loads(line)) == result


def test_scores_of_an_older_program_come_back_too():
    """What they leave out is nothing or none."""
    result = replace(
        scored([document_with(TEXT)], [document_with(TEXT)], resamples=10),
        comparison=Comparison(1),
    )
    form = json.loads(json.dumps(scores_to_json(result)))
    for name in ("machine_annotated", "development", "without_gold"):
        del form["documents"][name]
    for name in ("without_predictions", "without_gold", "only_here", "only_there"):
        del form["comparison"][name]
    del form["calibration"]

    assert read_scores(form) == result


def test_calibration_comes_back_from_json():
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
    assert read_scores(scores_to_json(result)) == result


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ([], "not scores: expected an object with a format number"),
        (None, "not scores: expected an object with a format number"),
        ("scores", "not scores: expected an object with a format number"),
        ({}, "not scores: expected an object with a format number"),
        ({"format": 2}, "scores of format 2: this version reads format 1"),
        ({"format": [None]}, "this version reads format 1"),
        ({"format": 1}, "not scores of format 1: 'comparison' is missing"),
        ({"format": 1, "recipe": {}, "comparison": None}, "a value has the wrong type"),
        ({"format": 1, "recipe": [], "comparison": None}, "a value has the wrong type"),
    ],
)
def test_what_is_no_score_is_refused_in_one_sentence_with_a_next_step(form, said):
    with pytest.raises(InputError, match=said) as refused:
        read_scores(form)
    assert "curate eval --json" in refused.value.hint
    assert not re.search(r"\w+Error|__init__|\n", str(refused.value))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_scores_that_were_spoilt_anywhere_are_refused_or_read(data):
    form = json.loads(json.dumps(scores_to_json(SPOILT)))
    inside = form
    while isinstance(inside, dict) and inside:
        holder, key = inside, data.draw(st.sampled_from(sorted(inside)))
        inside = holder[key]
        if data.draw(st.booleans()):
            break
    holder[key] = data.draw(st.sampled_from([None, [], {}, "x", 3, [3], [None, "x"]]))

    with suppress(InputError):
        read_scores(form)


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


TEXT = "Bob of Iran met Al."


SPOILT = score(
    [document_with(TEXT, BOB)],
    [document_with(TEXT, BOB, AL)],
    recipe=replace(RECIPE, resamples=10),
)


def test_the_json_has_the_names_of_the_contract():
    form = scores_to_json(scored([document_with(TEXT, BOB)], []))

    assert list(form) == ["format", "recipe", "documents", "entities", "relations", "confusion", "calibration", "arms", "comparison", "oddities"]  # fmt: skip
    assert form["documents"] == {"scored": 1, "without_predictions": 1, "machine_annotated": 0, "development": 0, "without_gold": 0}  # fmt: skip
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
