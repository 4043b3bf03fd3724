"""The summary in words says what the counts say."""

from dataclasses import replace

import pytest
from report.pages import scored
from scoring_samples import RECIPE, document_with

from curation.report.mistake_counts import CountedMistake, MistakeCounts
from curation.report.summary import certainty_sentences, overview_sentences, summarize_entities
from curation.scoring.counts import OutcomeCounts
from curation.scoring.matched_documents import ScoringContext
from curation.scoring.results import RatedCounts, SchemeResult
from curation.scoring.score import score

TEXT = "a " * 60


def spans(many, label="A", start=0):
    return [(2 * n, 2 * n + 1, label) for n in range(start, start + many)]


def scores_of(gold, found):
    return scored([document_with(TEXT, *gold)], [document_with(TEXT, *found)])


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
        document_with(TEXT, *spans(12, "GOOD"), *spans(12, "GONE", 12)),
        document_with(TEXT, *spans(12, "GOOD")),
    )
    counts = MistakeCounts()
    counts.count(gold, found)
    told = list(overview_sentences(scored([gold], [found]), counts.edits, counts.documents))

    assert told == [
        "The suggestions match 50\u202f% of the gold's entities exactly.",
        "Entity types found well: GOOD; never suggested: GONE.",
        "Mending all mistakes takes about 12 edits, 12.0 per document; the costliest kind is missed GONE (12).",
        "1 document says little about other documents: see below.",
    ]


def test_the_summary_tells_entities_from_relations():
    names = [(4 * n, 4 * n + 1, "A") for n in range(12)]
    arrows = [(n, n + 1, "supports") for n in range(11)]
    gold, found = (
        document_with(TEXT, *names, arrows=arrows),
        document_with(TEXT, *names, arrows=arrows[:1]),
    )

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
    golds = [replace(document_with(TEXT, *spans(2)), id=name) for name in "abc"]
    recipe = replace(RECIPE, resamples=20)

    def told(machine, development):
        context = ScoringContext(machine_annotated=machine, development=development)
        return " ".join(
            overview_sentences(score(golds, golds, recipe=recipe, context=context), {}, 3)
        )

    assert (
        "Some of the gold is machine-generated: no person is known to have checked the annotations. 3 documents say little"
        in told("a", "")
    )
    assert "100\u202f% of the gold's entities exactly. The gold is machine" not in told("a", "abc")  # fmt: skip
    assert "The gold is machine-generated: no person is known to have checked the annotations. The model's rules were written with these articles in view: on other articles the model may do worse." in told("abc", "abc")  # fmt: skip


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
def test_the_summary_says_where_edits_are_of_more_documents_than_f1(arms, said):
    golds = [replace(document_with(TEXT, *spans(2)), id=name) for name in "abc"]
    counts = MistakeCounts()
    for gold in golds:
        counts.count(gold, gold.without_annotations())
    scores = scored(golds, [gold.without_annotations() for gold in golds], arms)

    told = " ".join(overview_sentences(scores, counts.edits, counts.documents))
    assert ("This counts all" in told) == bool(said)
    assert said in told


def test_caveats_come_with_the_summary():
    told = " ".join(certainty_sentences(scores_of(spans(3), spans(2))))

    assert "has no interval" not in told
    assert "One document gives no interval, and is too few to say" in told
    assert "too narrow" not in told
    assert "Nothing says how this gold was annotated" in told
    assert "warning:" not in told


def test_a_figure_that_resampling_says_nothing_of_is_told():
    """Where all documents are alike, a dash stands in the interval's place."""
    golds = [replace(document_with(TEXT, *spans(2)), id=name) for name in "abcde"]

    told = " ".join(certainty_sentences(scored(golds, golds)))

    assert "F1 of entities has no interval: all documents are alike" in told


@pytest.mark.parametrize(
    ("hits", "said"),
    [(0, "0 %"), (1, "under 1 %"), (250, "50 %"), (499, "over 99 %"), (500, "100 %")],
)
def test_all_and_nothing_are_said_of_all_and_nothing_alone(hits, said):
    tally = SchemeResult(micro=RatedCounts(OutcomeCounts.binary(hits, 500 - hits, 500 - hits)))

    told = summarize_entities(dict.fromkeys(("strict", "exact", "partial"), tally)).sentences[0]

    assert told.replace("\N{NARROW NO-BREAK SPACE}", " ").count(f"({said})") == 2
