"""The verdict in words says what the counts say."""

from dataclasses import replace

import pytest
from report.conftest import scored
from samples import SCHEMA
from scoring_samples import RECIPE, of

from curation.report import verdict
from curation.report.cases import Review
from curation.report.caveats import caveats
from curation.scoring.counts import Interval
from curation.scoring.gather import Terms
from curation.scoring.score import score
from curation.scoring.scores import Comparison, Difference

TEXT = "a " * 60


def spans(many, label="A", start=0):
    return [(2 * n, 2 * n + 1, label) for n in range(start, start + many)]


def scores_of(gold, found):
    return scored([of(TEXT, *gold)], [of(TEXT, *found)])


@pytest.mark.parametrize(
    ("gold", "found", "said"),
    [
        ([], [], "There are no entities on either side: there is nothing to rate."),
        ([], spans(3), "The gold has no entities: all 3 that are suggested are false alarms."),
        (spans(3), [], "No entities are suggested: all 3 of the gold are missed."),
        (
            spans(4), spans(3),
            "3 of the gold's 4 entities are found exactly as annotated (75\u202f%), and 3 of 3 suggestions are right (100\u202f%).",
        ),
    ],
    ids=["nothing", "no gold", "nothing suggested", "some"],
)  # fmt: skip
def test_how_much_is_found(gold, found, said):
    assert verdict.entity_verdict(scores_of(gold, found).entities).sentences[0] == said


def test_what_became_of_the_rest():
    gold = spans(4)
    found = [*spans(1), (2, 3, "B"), (4, 7, "A")]
    told = verdict.entity_verdict(scores_of(gold, found).entities).sentences[1]

    assert told == (
        "Of the other 3 of the gold, 1 have the right words but a wrong type, "
        "1 overlap with a suggestion, and 1 are missed altogether."
    )


def test_types_are_sorted_by_how_well_they_are_found():
    gold = [
        *spans(10, "GOOD"), *spans(10, "WEAK", 10), *spans(10, "HALF", 20),
        *spans(10, "NEVER", 30), *spans(2, "FEW", 40),
    ]  # fmt: skip
    found = [
        *spans(10, "GOOD"),
        *spans(3, "WEAK", 10),
        *spans(6, "HALF", 20),
        *spans(1, "FEW", 40),
    ]
    groups = verdict.entity_verdict(scores_of(gold, found).entities).groups

    assert list(groups.values()) == [
        (("GOOD", "100.0"),),
        (("HALF", "75.0"),),
        (("WEAK", "46.2"),),
        (("NEVER", "0 of 10"),),
        (("FEW", "1 of 2"),),
    ]


def test_what_the_gold_never_has_is_said_apart_from_what_it_seldom_has():
    gold = [*spans(2, "FEW")]
    found = [*spans(1, "FEW"), *spans(4, "ONCE", 10), *spans(30, "OFTEN", 20)]
    groups = verdict.entity_verdict(scores_of(gold, found).entities).groups

    assert groups == {
        "Suggested, but never in the gold": (
            ("OFTEN", "30 false alarms"),
            ("ONCE", "4 false alarms"),
        ),
        "Too few to say (under 10 in the gold)": (("FEW", "1 of 2"),),
    }


def test_the_summary_says_how_much_which_types_and_what_it_costs():
    gold, found = (
        of(TEXT, *spans(12, "GOOD"), *spans(12, "GONE", 12)),
        of(TEXT, *spans(12, "GOOD")),
    )
    review = Review()
    review.mistakes(gold, found)
    told = list(verdict.summary(scored([gold], [found]), review.steps, review.documents))

    assert told == [
        "It finds 50\u202f% of the entities of the gold exactly as annotated.",
        "It is good at GOOD.",
        "It never suggests GONE.",
        "Mending all of it takes about 12 corrections, 12.0 a document; the most go to missed GONE (12).",
        "With 1 document that says little of others: see below.",
    ]


def test_the_summary_says_what_nobody_should_overlook():
    golds = [replace(of(TEXT, *spans(2)), id=name) for name in "abc"]
    recipe = replace(RECIPE, resamples=20)

    def told(machine, development):
        terms = Terms(machine=machine, development=development)
        return " ".join(verdict.summary(score(golds, golds, recipe=recipe, terms=terms), {}, 3))

    assert "Some of the gold is machine-generated: no person has checked it. With 3" in told(
        "a", ""
    )
    assert "100\u202f% of the entities of the gold exactly as annotated. The gold is machine" not in told("a", "abc")  # fmt: skip
    assert "The gold is machine-generated: no person has checked it. The rules were written with these articles in view: on others it may do worse." in told("abc", "abc")  # fmt: skip


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        (
            {"a": "blind", "b": "assisted", "c": ""},
            "This counts all 3 documents, also the 2 that were not annotated blind; F1 counts only the 1 that was.",
        ),
        ({"a": "blind", "b": "blind", "c": "blind"}, ""),
        ({"a": "assisted", "b": "assisted", "c": ""}, ""),
        ({}, ""),
    ],
    ids=["two sets", "all blind", "none blind", "unknown"],
)
def test_the_summary_says_where_corrections_are_of_more_documents_than_f1(arms, said):
    golds = [replace(of(TEXT, *spans(2)), id=name) for name in "abc"]
    review = Review()
    for gold in golds:
        review.mistakes(gold, gold.bare())
    scores = scored(golds, [gold.bare() for gold in golds], arms)

    told = " ".join(verdict.summary(scores, review.steps, review.documents))
    assert ("that were not annotated blind" in told) == bool(said)
    assert said in told


def test_doubts_come_with_the_verdict():
    told = " ".join(verdict.doubts(scores_of(spans(3), spans(2))))

    assert "has no interval" in told
    assert "1 document: too few" in told
    assert "Nothing says how this gold was annotated" in told
    assert "warning:" not in told


def origins(**arms):
    """Scores of three documents; *arms* are as given, a and b are a program's, a for development."""
    golds = [replace(of(TEXT, *spans(2)), id=name) for name in "abc"]
    terms = Terms(SCHEMA.symmetric, arms=arms, machine={"a", "b"}, development={"a"})
    return " ".join(
        caveats(score(golds, golds, recipe=replace(RECIPE, resamples=20), terms=terms))
    )


def test_a_score_says_who_annotated_and_what_the_rules_were_written_with():
    told = origins(a="assisted", b="assisted", c="assisted")

    assert told.startswith("warning: the annotations of 2 of 3 documents are machine-generated: no person has checked them warning:")  # fmt: skip
    assert "the baseline's rules were written with 1 of 3 documents in view: a score on development data" in told  # fmt: skip
    assert "no document was annotated blind" in told


def test_blind_mutes_no_warning_that_holds_for_the_rest():
    told = origins(a="assisted", b="assisted", c="blind")

    assert "The headline is of the 1 document annotated blind, without suggestions." in told
    assert "in all, the annotations of 2 of 3 documents are machine-generated" in told
    assert "written with 1 of 3 documents" in told
    assert "2 other documents were not annotated blind; gold that grew out of suggestions flatters" in told  # fmt: skip


def test_a_program_that_saw_no_suggestions_is_no_person():
    told = origins(a="blind", b="blind", c="blind")

    assert (
        "no person has checked them; blind says only that the program saw no suggestions"
        in told
    )
    assert "All that is scored was annotated blind" in told
    assert "flatters" not in told


@pytest.mark.parametrize(
    ("scored", "common", "said"),
    [
        (200, 200, []),
        (200, 30, []),
        (200, 3, ["3 of 200 documents in both golds: too few"]),
        (200, 1, ["1 of 200 documents in both golds: too few", "gives the comparison no interval"]),
        (200, 0, ["no document that is scored is in the other gold: there is nothing to compare"]),
        (12, 12, []),
        (12, 11, ["11 of 12 documents in both golds: too few"]),
        (0, 0, []),
    ],
)  # fmt: skip
def test_a_comparison_over_few_documents_is_told_as_one(scored, common, said):
    scores = scores_of(spans(3), spans(2))
    alone = replace(scores, headline=replace(scores.headline, documents=scored))
    compared = replace(alone, comparison=Comparison(common, gold={}))

    before, after = set(caveats(alone)), list(caveats(compared))
    told = [one for one in after if one not in before]
    assert len(told) == len(said)
    assert all(words in one for words, one in zip(said, told, strict=True))
    assert all(one.startswith("warning: ") for one in told)


def test_what_the_predictions_compared_with_leave_out_is_told():
    scores = scores_of(spans(3), spans(2))
    compared = replace(scores, comparison=Comparison(1, model={}, unanswered=1))

    assert "leave out 1 of 1 document;" in " ".join(caveats(compared))


def test_what_a_comparison_or_a_score_leaves_out_is_told():
    scores = scores_of(spans(3), spans(2))
    here = Comparison(1, gold={}, only_here=4, only_there=2)
    more = Comparison(1, model={}, without_gold=35)

    told = " ".join(caveats(replace(scores, comparison=here)))
    assert "The comparison is of the 1 document in both golds, and leaves out 4 only in this gold and 2 only in the other one." in told  # fmt: skip
    told = " ".join(caveats(replace(scores, comparison=more, without_gold=1)))
    assert (
        "35 documents of the predictions compared with left out, as no gold holds them." in told
    )
    assert "1 document of the predictions left out, as the gold doesn't hold it." in told


def test_a_comparison_says_what_moved_and_how_likely_chance_is():
    sure = Difference(0.4, 0.55, Interval(0.1, 0.2), p=0.0093)
    figures = {"entities.strict.micro.f1": sure, "relations.strict.micro.f1": Difference(0.5)}

    assert list(verdict.moved(Comparison(8, model=figures))) == [
        "With the other model the F1 of entities was 40.0, now it is 55.0 "
        "(+15.0 points; 95 % interval +10.0 to +20.0; p = 0.0093)."
    ]
    assert list(verdict.moved(Comparison(0))) == []


def test_all_and_nothing_are_said_of_all_and_nothing_alone():
    said = [
        verdict._of(part, 500).replace("\N{NARROW NO-BREAK SPACE}", " ")
        for part in (0, 1, 250, 499, 500)
    ]

    assert said == ["0 %", "under 1 %", "50 %", "over 99 %", "100 %"]
