"""The summary in words says what the counts say."""

from dataclasses import replace

import pytest
from report.pages import scored
from samples import SCHEMA
from scoring_samples import RECIPE, of

from curation.report.caveats import score_caveats
from curation.report.comparison_sentences import comparison_sentences
from curation.report.figures import decimal, percent, signed_points
from curation.report.mistake_counts import CountedMistake, MistakeCounts
from curation.report.summary import certainty_sentences, overview_sentences, summarize_entities
from curation.report.tables import comparison_tables
from curation.scoring.counts import Counts, Interval
from curation.scoring.matched_documents import ScoringContext
from curation.scoring.results import Comparison, RatedCounts, SchemeResult, ScoreDifference
from curation.scoring.score import score

TEXT = "a " * 60


def spans(many, label="A", start=0):
    return [(2 * n, 2 * n + 1, label) for n in range(start, start + many)]


def scores_of(gold, found):
    return scored([of(TEXT, *gold)], [of(TEXT, *found)])


@pytest.mark.parametrize(
    ("gold", "found", "said"),
    [
        ([], [], "Neither side has entities: there is nothing to rate."),
        ([], spans(3), "The gold has no entities: all 3 suggested are false alarms."),
        ([], spans(1), "The gold has no entities: the one suggested is a false alarm."),
        (spans(3), [], "No entities are suggested: all 3 of the gold are missed."),
        (spans(1), [], "No entities are suggested: the one of the gold is missed."),
        (
            spans(4), spans(3),
            "Found exactly as annotated: 3 of the gold's 4 (75\u202f%). Right: 3 of 3 suggested (100\u202f%).",
        ),
    ],
    ids=["nothing", "no gold", "no gold for one", "nothing suggested", "nothing for one", "some"],
)  # fmt: skip
def test_how_much_is_found(gold, found, said):
    assert summarize_entities(scores_of(gold, found).entities).sentences[0] == said


TYPE, MOVED = (2, 3, "B"), (4, 7, "A")


@pytest.mark.parametrize(
    ("gold", "found", "said"),
    [
        (4, [*spans(1), TYPE, MOVED], "Of the 3 others, 1 has the right words but a wrong type, 1 overlaps with a suggestion and 1 is missed altogether."),
        (4, [TYPE, MOVED], "Of the 4, 1 has the right words but a wrong type, 1 overlaps with a suggestion and 2 are missed altogether."),
        (5, [*spans(1), TYPE], "Of the 4 others, 1 has the right words but a wrong type and 3 are missed altogether."),
        (3, spans(1), "All 2 others are missed altogether."),
        (2, spans(1), "The other one is missed altogether."),
        (2, [*spans(1), TYPE], "The other one has the right words but a wrong type."),
        (1, [(0, 3, "A")], "The only entity overlaps with a suggestion."),
    ],
)  # fmt: skip
def test_what_became_of_the_rest(gold, found, said):
    assert summarize_entities(scores_of(spans(gold), found).entities).sentences[1:] == (said,)


def test_where_all_is_found_nothing_is_said_of_a_rest():
    assert len(summarize_entities(scores_of(spans(2), spans(3)).entities).sentences) == 1


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
    groups = summarize_entities(scores_of(gold, found).entities).groups

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
    groups = summarize_entities(scores_of(gold, found).entities).groups

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
    counts = MistakeCounts()
    counts.count(gold, found)
    told = list(
        overview_sentences(scored([gold], [found]), counts.corrections, counts.documents)
    )

    assert told == [
        "The suggestions match 50\u202f% of the gold's entities exactly.",
        "Entity types found well: GOOD; never suggested: GONE.",
        "Mending all mistakes takes about 12 corrections, 12.0 per document; the costliest kind is missed GONE (12).",
        "1 document says little about other documents: see below.",
    ]


def test_the_summary_tells_entities_from_relations():
    names = [(4 * n, 4 * n + 1, "A") for n in range(12)]
    arrows = [(n, n + 1, "supports") for n in range(11)]
    gold, found = of(TEXT, *names, arrows=arrows), of(TEXT, *names, arrows=arrows[:1])

    told = list(overview_sentences(scored([gold], [found]), {}, 1))

    assert told[1:3] == [
        "Entity types found well: A.",
        "Relation types found badly: supports.",
    ]


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ([5], "the costliest kind is missed A (5)"),
        ([5, 4, 3, 2], "the costliest kinds are missed A (5), missed B (4) and missed C (3)"),
        ([5, 4, 3, 3], "the costliest kinds are missed A (5) and missed B (4)"),
        ([5, 3, 3, 3], "the costliest kind is missed A (5)"),
        ([3, 3, 3], "the costliest kinds are missed A (3), missed B (3) and missed C (3)"),
        ([3, 3, 3, 3, 1], "no kind takes more than 3"),
        ([3, 0], "the costliest kind is missed A (3)"),
    ],
)  # fmt: skip
def test_of_mistakes_that_cost_the_same_all_are_named_or_none(sizes, said):
    steps = {
        CountedMistake(False, "missed", label): size
        for label, size in zip("ABCDE", sizes, strict=False)
    }

    told = list(overview_sentences(scores_of(spans(3), spans(2)), steps, 1))

    assert told[1].endswith(f" per document; {said}.")


def test_the_summary_says_what_nobody_should_overlook():
    golds = [replace(of(TEXT, *spans(2)), id=name) for name in "abc"]
    recipe = replace(RECIPE, resamples=20)

    def told(machine, development):
        context = ScoringContext(machine_annotated=machine, development=development)
        return " ".join(
            overview_sentences(score(golds, golds, recipe=recipe, context=context), {}, 3)
        )

    assert (
        "Some of the gold is machine-generated: no person has checked the annotations. 3 documents say little"
        in told("a", "")
    )
    assert "100\u202f% of the gold's entities exactly. The gold is machine" not in told("a", "abc")  # fmt: skip
    assert "The gold is machine-generated: no person has checked the annotations. The model's rules were written with these articles in view: on other articles the model may do worse." in told("abc", "abc")  # fmt: skip


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        (
            {"a": "blind", "b": "assisted", "c": ""},
            "This counts all 3 documents, also the 2 not known to be annotated blind; F1 counts only the 1 that was.",
        ),
        (
            {"a": "blind", "b": "assisted", "c": "assisted"},
            "This counts all 3 documents, also the 2 not annotated blind; F1 counts only the 1 that was.",
        ),
        ({"a": "blind", "b": "blind", "c": "blind"}, ""),
        ({"a": "assisted", "b": "assisted", "c": ""}, ""),
        ({}, ""),
    ],
    ids=["three sets", "two sets", "all blind", "none blind", "unknown"],
)
def test_the_summary_says_where_corrections_are_of_more_documents_than_f1(arms, said):
    golds = [replace(of(TEXT, *spans(2)), id=name) for name in "abc"]
    counts = MistakeCounts()
    for gold in golds:
        counts.count(gold, gold.without_annotations())
    scores = scored(golds, [gold.without_annotations() for gold in golds], arms)

    told = " ".join(overview_sentences(scores, counts.corrections, counts.documents))
    assert ("This counts all" in told) == bool(said)
    assert said in told


def test_caveats_come_with_the_summary():
    told = " ".join(certainty_sentences(scores_of(spans(3), spans(2))))

    assert "without an interval" not in told
    assert "One document gives no interval, and is too few to say" in told
    assert "too narrow" not in told
    assert "Nothing says how this gold was annotated" in told
    assert "warning:" not in told


def test_a_figure_that_resampling_says_nothing_of_is_told():
    """Where all documents are alike, a dash stands in the interval's place."""
    golds = [replace(of(TEXT, *spans(2)), id=name) for name in "ab"]

    told = " ".join(certainty_sentences(scored(golds, golds)))

    assert "F1 of entities has no interval: all documents are alike" in told


def origins(**arms):
    """Scores of three documents; *arms* are as given, a and b are a program's, a for development."""
    golds = [replace(of(TEXT, *spans(2)), id=name) for name in "abc"]
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

    assert told.startswith("warning: the annotations of 2 of 3 documents are machine-generated: no person has checked them warning:")  # fmt: skip
    assert "the baseline's rules were written with 1 of 3 documents in view: a score on development data" in told  # fmt: skip
    assert "no document was annotated blind" in told


def test_blind_mutes_no_warning_that_holds_for_the_rest():
    told = origins(a="assisted", b="assisted", c="blind")

    assert (
        "The headline counts only the 1 document annotated blind, without suggestions." in told
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
        "no person has checked them; blind says only that the program saw no suggestions"
        in told
    )
    assert "All documents were annotated blind" in told
    assert "flatters" not in told


@pytest.mark.parametrize(
    ("scored", "common", "said"),
    [
        (200, 200, []),
        (200, 30, []),
        (200, 3, ["3 of 200 documents in both golds are too few"]),
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


def test_a_comparison_says_what_moved_and_how_likely_chance_is():
    sure = ScoreDifference(0.4, 0.55, bca=Interval(0.1, 0.2), p=0.0093)
    figures = {
        "entities.strict.micro.f1": sure,
        "relations.strict.micro.f1": ScoreDifference(0.5),
    }

    assert list(comparison_sentences(Comparison(8, model=figures))) == [
        "The model moved: on this gold, the F1 of entities is 55.0 with these predictions and was 40.0 with the others "
        "(+15.0 points; 95 % interval +10.0 to +20.0; p = 0.0093)."
    ]
    same = {"entities.strict.micro.f1": ScoreDifference(0.5, 0.5, p=1.0)}
    assert list(comparison_sentences(Comparison(8, model=same))) == [
        "The model moved nothing: on this gold, the F1 of entities is 50.0 with these predictions and was 50.0 with the others "
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
        "The model moved: on this gold, the F1 of entities is 60.0 with these predictions and was 50.0 with the others",
        "The gold moved: with the other predictions, the F1 of entities is 50.0 against this gold and was 40.0 against the other",
        "Together they moved: the F1 of entities is 60.0 with these predictions against this gold and was 40.0 with the others against the other",
    ]
    assert [title for title, _ in comparison_tables(replace(told, against="x"))] == [
        "The model moved, on this gold: 8 documents, against x",
        "The gold moved, with the other predictions: 8 documents, against x",
        "Both moved: 8 documents, against x",
    ]
    alone = Comparison(8, gold=told.gold, against="x")
    assert next(comparison_sentences(alone)).startswith(
        "The gold moved: with these predictions, "
    )
    ((title, _),) = comparison_tables(alone)
    assert title == "The gold moved, with these predictions: 8 documents, against x"


@pytest.mark.parametrize(
    ("hits", "said"),
    [(0, "0 %"), (1, "under 1 %"), (250, "50 %"), (499, "over 99 %"), (500, "100 %")],
)
def test_all_and_nothing_are_said_of_all_and_nothing_alone(hits, said):
    tally = SchemeResult(micro=RatedCounts(Counts.binary(hits, 500 - hits, 500 - hits)))

    told = summarize_entities(dict.fromkeys(("strict", "exact", "partial"), tally)).sentences[0]

    assert told.replace("\N{NARROW NO-BREAK SPACE}", " ").count(f"({said})") == 2


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (None, "–"), (0, "0.0"), (1e-17, "0.0"), (0.0004, "<0.1"), (0.0006, "0.1"), (0.5, "50.0"),
        (0.9994, "99.9"), (0.9996, ">99.9"), (1 - 1e-17, "100.0"), (1, "100.0"),
    ],
)  # fmt: skip
def test_a_rate_is_only_all_or_nothing_where_it_is(rate, said):
    assert percent(rate) == said


def test_chance_is_beaten_wholly_only_where_it_is():
    assert [decimal(one) for one in (None, -1, 0, 0.9994, 0.9996, 1)] == ["–", "-1.000", "0.000", "0.999", ">0.999", "1.000"]  # fmt: skip


def test_only_no_difference_has_no_sign():
    assert [signed_points(one) for one in (None, 0.0, 1e-17, 0.0001, -0.0001, 0.1)] == ["–", "0.0", "0.0", "+0.0", "-0.0", "+10.0"]  # fmt: skip
