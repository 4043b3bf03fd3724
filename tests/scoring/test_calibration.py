"""Calibration: whether a score says how often suggestions are right."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_samples import crowded, document_with, entity_counts, micro

from curation.documents.document import Document, Entity
from curation.scoring.calibration import Calibration, calibrate

TEXT = "Bob of Iran met Al."


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


def scored(text, *spans):
    """A document whose entities carry scores: start, end, label, score."""
    made = tuple(Entity(s, e, label, score=score) for s, e, label, score in spans)
    return Document("d", text, made)


def test_a_calibrated_model_has_no_error():
    """Of ten suggestions with 0.8 eight are right."""
    text = "a " * 10
    golds = document_with(text, *((2 * n, 2 * n + 1, "A" if n < 8 else "B") for n in range(10)))
    found = scored(text, *((2 * n, 2 * n + 1, "A", 0.8) for n in range(10)))

    calibration = calibrate([(golds, found)])

    (full,) = [one for one in calibration.bins if one.suggestions]
    assert (full.suggestions, full.right, full.mean_score) == (10, 8, pytest.approx(0.8))
    assert calibration.error == pytest.approx(0)
    assert calibration.without_score == 0


def test_what_carries_no_score_is_counted_apart():
    calibration = calibrate([(document_with(TEXT, BOB), document_with(TEXT, BOB, IRAN))])

    assert (calibration.suggestions, calibration.without_score, calibration.error) == (
        0,
        2,
        None,
    )


@given(st.lists(st.floats(0, 1), max_size=9))
def test_every_score_has_its_bin(scores):
    found = scored("a " * 10, *((2 * n, 2 * n + 1, "A", s) for n, s in enumerate(scores)))
    calibration = calibrate([(replace(found, entities=()), found)])

    assert calibration.suggestions == len(scores)
    for n, one in enumerate(calibration.bins):
        assert one.mean_score is None or n / 10 - 1e-9 <= one.mean_score <= (n + 1) / 10 + 1e-9


@given(crowded(), crowded(), st.floats(0, 1), st.floats(0, 1))
def test_what_is_calibrated_adds_up_and_counts_strict_hits(pair, other, first, second):
    some = [
        (gold, replace(found, entities=tuple(replace(e, score=score) for e in found.entities)))
        for (gold, found), score in ((pair, first), (other, second))
    ]
    whole = calibrate(some)

    assert whole == sum((calibrate([one]) for one in reversed(some)), Calibration())
    hits = sum(micro(entity_counts("strict", *one)).tp for one in some)
    assert sum(one.right for one in whole.bins) == hits
