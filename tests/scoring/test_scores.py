"""Scores: laws, hand-worked examples, what can't be compared, and the JSON."""

import json
import random
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
    crowded,
    entity_counts,
    matched_up,
    micro,
    of,
    pairs,
    relation_counts,
)

from curation.documents.document import Document, Entity, Relation
from curation.errors import InputError
from curation.scoring.counts import Counts, Interval
from curation.scoring.matched_documents import ScoringContext
from curation.scoring.results import Comparison, ScoreDifference
from curation.scoring.schemes import ENTITY_SCHEMES, RELATION_SCHEMES
from curation.scoring.score import score
from curation.scoring.scores_json import read_scores, scores_to_json

SCHEMES = {
    **{f"entities {s}": (lambda g, p, s=s: entity_counts(s, g, p)) for s in ENTITY_SCHEMES},
    **{
        f"relations {s}": (lambda g, p, s=s: relation_counts(s, g, p)) for s in RELATION_SCHEMES
    },
}
scheme = pytest.mark.parametrize("count", SCHEMES.values(), ids=SCHEMES)


def scored(gold, predicted, **changes):
    return score(gold, predicted, recipe=replace(RECIPE, **changes), context=CONTEXT)


@pytest.mark.slow
@scheme
@given(pair=pairs())
def test_a_document_against_itself_is_all_hits(count, pair):
    counts = micro(count(pair[0], pair[0]))

    assert (counts.fp, counts.fn, counts.partial) == (0, 0, 0)
    assert counts.f1 in (1.0, None)


@pytest.mark.slow
@scheme
@given(pair=pairs() | crowded())
def test_swapping_the_sides_swaps_precision_and_recall(count, pair):
    there, back = micro(count(*pair)), micro(count(*reversed(pair)))

    assert (there.precision, there.recall, there.f1) == (back.recall, back.precision, back.f1)


@pytest.mark.slow
@scheme
@given(pair=pairs() | crowded())
def test_hits_and_misses_are_all_that_is_there(count, pair):
    gold, predicted = pair
    counts = count(gold, predicted)
    what = "relations" if count in list(SCHEMES.values())[4:] else "entities"

    assert micro(counts).gold == len(getattr(gold, what))
    assert micro(counts).predicted == len(getattr(predicted, what))
    for label, one in counts.items():
        assert one.gold == sum(item.label == label for item in getattr(gold, what))


@given(pairs() | crowded())
def test_a_looser_scheme_never_finds_less(pair):
    strict, exact, partial, kind = (micro(entity_counts(s, *pair)) for s in ENTITY_SCHEMES)
    relations = [micro(relation_counts(s, *pair)) for s in RELATION_SCHEMES]

    assert strict.tp <= exact.tp == partial.tp
    assert strict.tp <= kind.tp
    assert [one.tp for one in relations] == sorted(one.tp for one in relations)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(corpora(), st.randoms())
def test_the_order_of_anything_changes_nothing(sides, rng):
    """Of documents, entities, relations and their ids; the intervals too."""

    def shuffled(documents):
        mixed = [
            Document(
                one.id, one.text,
                tuple(replace(e, id=f"x{rng.random()}") for e in rng.sample(one.entities, len(one.entities))),
                tuple(rng.sample(one.relations, len(one.relations))),
            )
            for one in documents
        ]  # fmt: skip
        return rng.sample(mixed, len(mixed))

    whole = scored(*sides)

    assert scored(*map(shuffled, sides)) == whole


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(corpora())
def test_documents_add_up(sides):
    whole = scored(*sides, resamples=10)
    alone = [scored([g], [p], resamples=10) for g, p in zip(*sides, strict=True)]

    for name, tally in whole.entities.items():
        parts = (one.entities[name].micro.counts for one in alone)
        assert tally.micro.counts == sum(parts, Counts())
    for name, tally in whole.relations.items():
        parts = (one.relations[name].micro.counts for one in alone)
        assert tally.micro.counts == sum(parts, Counts())


@settings(max_examples=30, deadline=None)
@given(corpora())
def test_types_and_bands_add_up_to_all(sides):
    result = scored(*sides, resamples=10)

    for tally in (*result.entities.values(), *result.relations.values()):
        assert sum((r.counts for r in tally.by_type.values()), Counts()) == tally.micro.counts
        if tally.by_band:
            bands = sum((r.counts for r in tally.by_band.values()), Counts())
            assert bands == tally.micro.counts


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
    result = replace(scored([of(TEXT)], [of(TEXT)], resamples=10), comparison=compared)

    line = json.dumps(scores_to_json(result), allow_nan=False)
    assert json.loads(line)["comparison"]["without_predictions"] == 4
    assert read_scores(json.loads(line)) == result


def test_scores_of_an_older_program_come_back_too():
    """What they leave out is nothing or none."""
    result = replace(scored([of(TEXT)], [of(TEXT)], resamples=10), comparison=Comparison(1))
    form = json.loads(json.dumps(scores_to_json(result)))
    for name in ("machine_annotated", "development", "without_gold"):
        del form["documents"][name]
    for name in ("without_predictions", "without_gold", "only_here", "only_there"):
        del form["comparison"][name]
    del form["calibration"]

    assert read_scores(form) == result


def test_calibration_comes_back_from_json():
    found = of(TEXT, BOB, AL, IRAN)
    scores = (0.9, 0.95, None)
    found = replace(found, entities=tuple(replace(e, score=s) for e, s in zip(found.entities, scores, strict=True)))  # fmt: skip
    result = scored([of(TEXT, BOB)], [found], resamples=10)

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
BOB_ORG = (0, 3, "ORG")
TEXT = "Bob of Iran met Al."
SPOILT = score([of(TEXT, BOB)], [of(TEXT, BOB, AL)], recipe=replace(RECIPE, resamples=10))


@pytest.mark.parametrize(
    ("gold", "predicted", "strict", "exact", "partial", "kind"),
    [
        # correct, incorrect, partial, missed, spurious
        pytest.param([BOB], [BOB], *[(1, 0, 0, 0, 0)] * 4, id="a hit"),
        pytest.param([BOB], [], *[(0, 0, 0, 1, 0)] * 4, id="missed"),
        pytest.param([], [BOB], *[(0, 0, 0, 0, 1)] * 4, id="spurious"),
        pytest.param(
            [BOB], [BOB_ORG],
            (0, 1, 0, 0, 0), (1, 0, 0, 0, 0), (1, 0, 0, 0, 0), (0, 1, 0, 0, 0), id="wrong type",
        ),
        pytest.param(
            [BOB], [(0, 6, "PERSON")],
            (0, 1, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (1, 0, 0, 0, 0), id="wrong end",
        ),
        pytest.param(
            [BOB], [(0, 6, "ORG")],
            (0, 1, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 1, 0, 0, 0), id="both wrong",
        ),
        pytest.param(
            [BOB], [BOB, BOB_ORG], *[(1, 0, 0, 0, 1)] * 4, id="two types on one span"
        ),
        pytest.param(
            [BOB, BOB_ORG], [BOB_ORG, BOB], *[(2, 0, 0, 0, 0)] * 4, id="two types on both"
        ),
        pytest.param(
            [(0, 11, "ORG"), IRAN], [IRAN], *[(1, 0, 0, 1, 0)] * 4, id="nested"
        ),
        pytest.param([BOB, BOB], [BOB], *[(1, 0, 0, 1, 0)] * 4, id="one answer, one hit"),
    ],
)  # fmt: skip
def test_the_five_outcomes_of_semeval_by_hand(gold, predicted, strict, exact, partial, kind):
    for name, outcomes in zip(ENTITY_SCHEMES, (strict, exact, partial, kind), strict=True):
        counts = micro(entity_counts(name, of(TEXT, *gold), of(TEXT, *predicted)))

        found = (
            counts.correct,
            counts.incorrect,
            counts.partial,
            counts.missed,
            counts.spurious,
        )
        assert found == outcomes, name


def test_the_tasks_own_formulas():
    """Of 5 golds 2 are found, 3 in part: (2 + 3/2) / 5 is .70, and stays so over documents."""
    counts = Counts(correct=1, partial=1, spurious=1) + Counts(correct=1, partial=2)

    assert counts.precision == pytest.approx(3.5 / 6)
    assert counts.recall == pytest.approx(0.70)
    assert counts.f1 == pytest.approx(2 * (3.5 / 6) * 0.7 / (3.5 / 6 + 0.7))


def test_a_wrong_type_is_a_miss_of_one_and_a_false_alarm_of_the_other():
    gold, predicted = of(TEXT, BOB, IRAN), of(TEXT, BOB_ORG, AL)

    assert entity_counts("strict", gold, predicted) == {
        "GPE": Counts(missed=1),
        "ORG": Counts(incorrect_predicted=1),
        "PERSON": Counts(incorrect=1, spurious=1),
    }
    assert entity_counts("exact", gold, predicted) == {
        "GPE": Counts(missed=1),
        "PERSON": Counts(correct=1, spurious=1),
    }


def test_what_the_baseline_cannot_emit_is_told_apart():
    gold = of(TEXT, BOB, IRAN, (12, 15, "TITLE"))
    context = ScoringContext(emittable={"PERSON", "GPE"})
    tally = score([gold], [of(TEXT, BOB)], recipe=RECIPE, context=context).entities["strict"]

    assert tally.micro.counts.recall == pytest.approx(1 / 3)
    assert tally.emittable.counts.recall == pytest.approx(1 / 2)


def test_macro_is_the_mean_of_the_types_that_occur():
    gold, predicted = of(TEXT, BOB, IRAN), of(TEXT, BOB)

    assert scored([gold], [predicted]).entities["strict"].macro.f1 == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [
        pytest.param(Counts.binary(2, 1, 0), 2 / 3, 1.0, 0.8, id="one false alarm"),
        pytest.param(Counts.binary(0, 0, 3), None, 0.0, 0.0, id="nothing predicted"),
        pytest.param(Counts.binary(0, 2, 0), 0.0, None, 0.0, id="nothing to find"),
        pytest.param(Counts(), None, None, None, id="nothing at all"),
    ],
)
def test_rates(counts, precision, recall, f1):
    assert (counts.precision, counts.recall) == (precision, recall)
    assert counts.f1 == (f1 if f1 is None else pytest.approx(f1))


def numbered(many, *spans):
    return [replace(of(TEXT, *spans), id=f"d{n}") for n in range(many)]


def test_the_blind_documents_are_the_headline():
    golds = numbered(4, BOB)
    found = numbered(2, BOB) + [replace(one, entities=()) for one in golds[2:]]
    arms = dict(zip(("d0", "d1", "d2", "d3"), ("assisted",) * 2 + ("blind",) * 2, strict=True))

    result = score(golds, found, recipe=RECIPE, context=ScoringContext(arms=arms))

    assert (result.recipe.arm, result.recipe.documents) == ("blind", 2)
    assert result.entities["strict"].micro.counts == Counts(missed=2)
    assert {
        arm: part.entities["strict"].micro.counts.tp for arm, part in result.arms.items()
    } == {
        "assisted": 2,
        "all": 2,
    }
    assert result.headline.tokens.matrix[0][-1] == 2


@pytest.mark.parametrize(
    ("arms", "told"),
    [({}, "all"), ({"d0": "blind", "d1": "blind"}, "blind"), ({"d0": "assisted", "d1": "assisted"}, "assisted")],
)  # fmt: skip
def test_where_there_is_one_arm_it_is_named(arms, told):
    golds = numbered(2, BOB)
    result = score(golds, golds, recipe=RECIPE, context=ScoringContext(arms=arms))

    assert (result.recipe.arm, result.arms, result.recipe.documents) == (told, {}, 2)


def test_every_arm_counts_its_own_origins_and_scores():
    """How many documents programs annotated, how many are for development; calibration."""
    golds = numbered(4, BOB)
    found = [replace(one, entities=tuple(replace(e, score=0.5) for e in one.entities)) for one in golds]  # fmt: skip
    arms = {"d0": "blind", "d1": "blind", "d2": "assisted", "d3": "assisted"}
    context = ScoringContext(
        arms=arms, machine_annotated={"d0", "d2", "d3"}, development={"d3"}
    )

    result = score(golds, found, recipe=RECIPE, context=context)

    parts = (result.headline, result.arms["assisted"], result.all_documents)
    assert [(one.machine_annotated, one.development, one.calibration.suggestions) for one in parts] == [
        (1, 0, 2), (2, 1, 2), (3, 1, 4),
    ]  # fmt: skip


def test_nothing_at_all_has_no_rates():
    """Empty gold, empty predictions, and no document."""
    for sides in (([of(TEXT)], [of(TEXT)]), ([], [])):
        result = scored(*sides)

        for tally in (*result.entities.values(), *result.relations.values()):
            rates = tally.micro
            assert (rates.counts.f1, rates.bca.f1, tally.macro.f1) == (None, None, None)


def test_a_document_without_predictions_counts_and_is_told():
    result = scored(numbered(3, BOB), numbered(2, BOB))

    assert result.headline.without_predictions == 1
    assert result.entities["strict"].micro.counts == Counts(correct=2, missed=1)


@pytest.mark.parametrize(
    ("predicted", "said"),
    [
        pytest.param([replace(of(TEXT), id="other")], "share no document: for example, 'd' is only in the gold and 'other' only in the predictions", id="none shared"),
        pytest.param([replace(of(TEXT), text="Bob")], "d: the text in the predictions differs from", id="other text"),
        pytest.param([of(TEXT), of(TEXT)], "d: the document is twice in the predictions", id="twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(predicted, said):
    with pytest.raises(InputError, match=said):
        scored([of(TEXT)], predicted)


def test_predictions_without_gold_are_left_out_and_counted():
    some, more = numbered(2, BOB), numbered(5, BOB)
    result = scored(some, more)

    assert result.without_gold == 3
    assert replace(result, without_gold=0) == scored(some, some)


def test_an_empty_gold_scores_nothing():
    with pytest.raises(InputError, match="the gold holds no document"):
        scored([], [of(TEXT, BOB)])


def test_sides_in_another_order_meet():
    golds = numbered(50, BOB)

    assert scored(golds, golds[::-1]).entities["strict"].micro.counts == Counts(correct=50)


def test_the_json_has_the_names_of_the_contract():
    form = scores_to_json(scored([of(TEXT, BOB)], []))

    assert list(form) == ["format", "recipe", "documents", "entities", "relations", "confusion", "calibration", "arms", "comparison"]  # fmt: skip
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


def test_confusion_over_spans_and_tokens():
    gold = of("Bob Hope of Iran", (0, 8, "PERSON"), (12, 16, "GPE"), (0, 3, "ORG"))
    found = of("Bob Hope of Iran", (0, 8, "ORG"), (9, 11, "GPE"))

    part = scored([gold], [found]).headline

    assert part.spans.labels == ("GPE", "ORG", "PERSON", "")
    assert part.spans.matrix == ((0, 0, 0, 1), (0, 0, 0, 1), (0, 1, 0, 0), (1, 0, 0, 0))
    assert part.tokens.labels == ("GPE", "ORG", "PERSON", "O")
    assert part.tokens.matrix == ((0, 0, 0, 1), (0, 0, 0, 0), (0, 2, 0, 0), (1, 0, 0, 0))
    assert part.tokens.spans_left_out == (1, 0)


def test_recipes_are_one_line():
    line = str(replace(RECIPE, model="m@1+w.r"))

    assert line.startswith("gold:g|digest:d|schema:s|model:m@1+w.r|weights:w|documents:0|")
    odd = str(replace(RECIPE, gold="a|seed:9\nא b"))
    assert odd.startswith("gold:a\\u007cseed:9\\u000aא b|digest:d|")
    assert line.endswith("|seed:7|resamples:200|curate:0|scheme:semeval2013-9.1+taille2020")
    assert "\n" not in line


def test_matching_does_not_slow_down_in_a_crowd():
    """A thousand entities on top of one another, none the same."""
    rng = random.Random(1)
    spans = [(rng.randint(0, 400), 500 + rng.randint(0, 400), "A") for _ in range(400)]
    gold = of("x" * 900, *{*spans})
    found = Document("d", "x" * 900, tuple(Entity(s + 1, e, "A") for s, e, _ in {*spans}))

    matches = matched_up(gold, found).entities

    assert (matches.kind < 4).sum() == len(gold.entities)


def test_relations_of_a_document_twice_are_two():
    bob, al = Entity(*BOB), Entity(*AL)
    twice = Document("d", TEXT, (bob, al), (Relation(bob, al, "supports"),) * 2)
    once = replace(twice, relations=twice.relations[:1])

    assert micro(relation_counts("strict", twice, once)) == Counts.binary(1, 0, 1)
