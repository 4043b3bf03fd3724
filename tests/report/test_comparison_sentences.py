"""A comparison in words."""

from dataclasses import replace

from curation.report.comparison_sentences import comparison_sentences
from curation.report.tables import comparison_tables
from curation.scoring.counts import Interval
from curation.scoring.results import Comparison, ScoreDifference


def test_a_comparison_says_what_moved_and_how_likely_chance_is():
    sure = ScoreDifference(0.4, 0.55, bca=Interval(0.1, 0.2), p=0.0093)
    figures = {
        "entities.strict.micro.f1": sure,
        "relations.strict.micro.f1": ScoreDifference(0.5),
    }

    assert list(comparison_sentences(Comparison(8, model=figures))) == [
        "Against this gold, the F1 of entities is 55.0 with these predictions and 40.0 with the other predictions "
        "(+15.0 points; 95 % interval +10.0 to +20.0; p = 0.0093)."
    ]
    same = {"entities.strict.micro.f1": ScoreDifference(0.5, 0.5, p=1.0)}
    assert list(comparison_sentences(Comparison(8, model=same))) == [
        "Against this gold, the F1 of entities is 50.0 with these predictions and 50.0 with the other predictions "
        "(0.0 points; p = 1.0000)."
    ]
    assert list(comparison_sentences(Comparison(0))) == []


def test_each_of_two_changes_is_said_with_what_was_held_fixed():
    """Where both moved, the gold is measured with the other predictions: its figure is not that of now."""
    path = "entities.strict.micro.f1"
    sides = {
        "model": ScoreDifference(0.5, 0.6),
        "gold": ScoreDifference(0.4, 0.5),
        "both": ScoreDifference(0.4, 0.6),
    }
    told = Comparison(8, **{name: {path: one} for name, one in sides.items()})

    assert [one.partition(" (")[0] for one in comparison_sentences(told)] == [
        "Against this gold, the F1 of entities is 60.0 with these predictions and 50.0 with the other predictions",
        "With the other predictions, the F1 of entities is 50.0 against this gold and 40.0 against the other gold",
        "With both changes, the F1 of entities is 60.0 with these predictions against this gold and 40.0 with the other predictions against the other gold",
    ]
    assert [title for title, _ in comparison_tables(replace(told, against="x"))] == [
        "Change of the predictions, on this gold: 8 documents, against x",
        "Change of the gold, with the other predictions: 8 documents, against x",
        "Change of both: 8 documents, against x",
    ]
    alone = Comparison(8, gold=told.gold, against="x")
    assert next(comparison_sentences(alone)).startswith(
        "With these predictions, the F1 of entities "
    )
    ((title, _),) = comparison_tables(alone)
    assert title == "Change of the gold, with these predictions: 8 documents, against x"
