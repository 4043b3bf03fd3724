"""Caveats: who annotated, how, and how many documents are too few."""

from dataclasses import replace

import pytest
from report.pages import scored
from samples import SCHEMA
from scoring_samples import RECIPE, document_with

from curation.report.caveats import score_caveats
from curation.scoring.matched_documents import ScoringContext
from curation.scoring.results import Comparison
from curation.scoring.score import score

TEXT = "a " * 60


def spans(many, label="A", start=0):
    return [(2 * n, 2 * n + 1, label) for n in range(start, start + many)]


def scores_of(gold, found):
    return scored([document_with(TEXT, *gold)], [document_with(TEXT, *found)])


def origins(**arms):
    """Scores of three documents; *arms* are as given, a and b are a program's, a for development."""
    golds = [replace(document_with(TEXT, *spans(2)), id=name) for name in "abc"]
    context = ScoringContext(
        SCHEMA.symmetric, arms=arms, machine_annotated={"a", "b"}, development={"a"}
    )
    return " ".join(
        score_caveats(
            score(golds, golds, recipe=replace(RECIPE, resamples=20), context=context)
        )
    )


def test_a_score_says_who_annotated_and_what_the_rules_were_written_with():
    told = origins(a="assisted", b="assisted", c="assisted")

    assert told.startswith("warning: the annotations of 2 of 3 documents are machine-generated: no person is known to have checked them warning:")  # fmt: skip
    assert "the baseline's rules were written with 1 of 3 documents in view: a score on development data" in told  # fmt: skip
    assert "no document was annotated blind" in told


def test_blind_mutes_no_warning_that_holds_for_the_rest():
    told = origins(a="assisted", b="assisted", c="blind")

    assert (
        "The headline counts only the 1 document annotated blind, where at least one annotator saw no suggestions."
        in told
    )
    assert "in all, the annotations of 2 of 3 documents are machine-generated" in told
    assert "written with 1 of 3 documents" in told
    assert "2 other documents were annotated with suggestions; gold that grew out of suggestions flatters" in told  # fmt: skip
    assert "nothing says" not in told


def test_what_nobody_knows_is_not_said_to_be_known():
    """Of a document without an arm nothing says how it was annotated: neither blind nor with suggestions."""
    beside_blind, beside_both = origins(a="blind"), origins(a="blind", b="assisted")
    assert "nothing says how 2 other documents were annotated; gold that grew out of suggestions flatters" in beside_blind  # fmt: skip
    assert "annotated with suggestions" not in beside_blind
    assert "1 other document was annotated with suggestions" in beside_both
    assert "nothing says how 1 other document was annotated" in beside_both
    assert "1 of 3 documents was annotated with suggestions, and nothing says how the others were" in origins(a="assisted")  # fmt: skip


def test_a_program_that_saw_no_suggestions_is_no_person():
    told = origins(a="blind", b="blind", c="blind")

    assert (
        "no person is known to have checked them; blind says only that the program saw no suggestions"
        in told
    )
    assert "All documents were annotated blind" in told
    assert "flatters" not in told


@pytest.mark.parametrize(
    ("scored", "common", "said"),
    [
        (200, 200, []),
        (200, 30, []),
        (200, 5, ["5 of 200 documents in both golds are too few"]),
        (200, 4, ["4 of 200 documents in both golds give the comparison no interval, and are too few"]),
        (200, 1, ["one of 200 documents in both golds gives the comparison no interval, and is too few"]),
        (200, 0, ["the other gold has none of the scored documents, so that nothing can be compared"]),
        (12, 12, []),
        (12, 11, ["11 of 12 documents in both golds are too few"]),
        (0, 0, []),
    ],
)  # fmt: skip
def test_a_comparison_over_few_documents_is_told_as_one(scored, common, said):
    scores = scores_of(spans(3), spans(2))
    alone = replace(scores, headline=replace(scores.headline, documents=scored))
    compared = replace(alone, comparison=Comparison(common, gold={}))

    before, after = set(score_caveats(alone)), list(score_caveats(compared))
    told = [one for one in after if one not in before]
    assert len(told) == len(said)
    assert all(words in one for words, one in zip(said, told, strict=True))
    assert all(one.startswith("warning: ") for one in told)


def test_what_the_predictions_compared_with_leave_out_is_told():
    scores = scores_of(spans(3), spans(2))
    compared = replace(scores, comparison=Comparison(1, model={}, without_predictions=1))

    assert (
        "leave out 1 of 1 document: everything in the gold counts as missed there"
        in " ".join(score_caveats(compared))
    )


def test_what_a_comparison_or_a_score_leaves_out_is_told():
    scores = scores_of(spans(3), spans(2))
    here = Comparison(1, gold={}, only_here=4, only_there=2)
    more = Comparison(1, model={}, without_gold=35)

    told = " ".join(score_caveats(replace(scores, comparison=here)))
    assert "The comparison counts the 1 document in both golds, and leaves out 4 only in this gold and 2 only in the other one." in told  # fmt: skip
    told = " ".join(score_caveats(replace(scores, comparison=more, without_gold=1)))
    assert (
        "35 documents of the predictions compared with are left out, as no gold holds them."
        in told
    )
    assert "1 document of the predictions is left out, as the gold doesn't hold it." in told
