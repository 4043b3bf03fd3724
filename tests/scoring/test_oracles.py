"""Other people's scorers on the same data; where one differs, the test says why ours is right."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from nervaluate import Evaluator
from scoring_samples import (
    RECIPE,
    corpora,
    crowded,
    document_with,
    entity_counts,
    micro,
    pairs,
    token_labels,
)
from seqeval.metrics import f1_score
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2
from sklearn.metrics import precision_recall_fscore_support as by_sklearn
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab

from curation.documents.document import Document, Entity
from curation.scoring.counts import OutcomeCounts
from curation.scoring.matching import entity_columns
from curation.scoring.score import score
from curation.scoring.tokens import label_tokens

SCHEMES = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}


def flat(document):
    """Without entities that overlap an earlier one."""
    kept, end = [], 0
    for entity in document.entities:
        if entity.start >= end:
            kept.append(entity)
            end = entity.end
    return replace(document, entities=tuple(kept), relations=())


def simple(document, other):
    """Without entities that overlap several of the *other* document's."""
    kept = [
        one
        for one in document.entities
        if sum(e.start < one.end and one.start < e.end for e in other.entities) < 2
    ]
    return replace(document, entities=tuple(kept))


def with_some(document):
    """With an entity at the beginning where there was none at all."""
    some = (Entity(0, 1, "A"),)
    return document if document.entities else replace(document, entities=some)


def nervaluate(gold, predicted, tags):
    """Its outcomes by scheme. Its ends are inclusive: without the -1, side by side is an overlap."""
    sides = (
        [[{"label": e.label, "start": e.start, "end": e.end - 1} for e in one.entities]]
        for one in (gold, predicted)
    )
    overall = Evaluator(*sides, tags=tags, loader="dict").evaluate()["overall"]
    return {
        ours: tuple(
            getattr(overall[theirs], name)
            for name in ("correct", "incorrect", "partial", "missed", "spurious")
        )
        for ours, theirs in SCHEMES.items()
    }


def ours(gold, predicted):
    counts = {name: micro(entity_counts(name, gold, predicted)) for name in SCHEMES}
    return {
        name: (c.correct, c.incorrect, c.partial, c.missed, c.spurious)
        for name, c in counts.items()
    }


TEXT = "x" * 60

# The scenarios of nervaluate's documentation (after SemEval-2013 9.1), and its
# test suite's: one gold drug, and what a system may say.
DRUG = (10, 20, "DRUG")
SCENARIOS = [
    pytest.param([DRUG], [DRUG], id="I: surface and type match"),
    pytest.param([], [DRUG], id="II: hypothesised"),
    pytest.param([DRUG], [], id="III: missed"),
    pytest.param([DRUG], [(10, 20, "BRAND")], id="IV: wrong type"),
    pytest.param([DRUG], [(7, 20, "DRUG")], id="V: wrong boundaries"),
    pytest.param([DRUG], [(10, 17, "BRAND")], id="VI: wrong boundaries and type"),
    pytest.param(
        [(0, 4, "PER"), (10, 16, "LOC"), (25, 30, "ORG"), (40, 44, "MISC")],
        [(0, 4, "PER"), (9, 16, "LOC"), (25, 30, "LOC"), (50, 54, "MISC")],
        id="all at once",
    ),
]


@pytest.mark.parametrize(("gold", "predicted"), SCENARIOS)
def test_nervaluates_published_scenarios(gold, predicted):
    one, other = document_with(TEXT, *gold), document_with(TEXT, *predicted)

    assert ours(one, other) == nervaluate(
        one, other, ["DRUG", "BRAND", "PER", "LOC", "ORG", "MISC"]
    )


@given(pairs() | crowded())
def test_nervaluate_agrees_where_nothing_has_two_answers(pair):
    """Flat on both sides, and every span overlapping at most one other: nothing to choose."""
    gold, predicted = map(flat, pair)
    predicted = simple(predicted, gold)
    gold = simple(gold, predicted)
    tags = sorted({e.label for one in (gold, predicted) for e in one.entities})

    assert ours(gold, predicted) == nervaluate(gold, predicted, tags)


@given(pairs() | crowded())
def test_we_never_find_less_than_nervaluate(pair):
    """Its greedy matching may spend a gold entity before the right answer to it comes."""
    theirs = nervaluate(*pair, sorted({e.label for one in pair for e in one.entities}))
    found = ours(*pair)

    for name in ("strict", "exact"):
        assert found[name][0] >= theirs[name][0]


def test_nervaluate_depends_on_the_order_of_the_predictions():
    """
    Gold 0–9, predicted 0–4 and 0–9: the task has the second correct, the first spurious.

    It consumes the gold with the first prediction that overlaps, the wrong
    one, and comes right when the list is turned round. Ours has one answer.
    """
    gold = document_with(TEXT, (0, 9, "A"))
    found = document_with(TEXT, (0, 4, "A"), (0, 9, "A"))
    as_lists = [[{"label": "A", "start": e.start, "end": e.end - 1} for e in found.entities]]
    want = [[{"label": "A", "start": 0, "end": 8}]]

    there = Evaluator(want, as_lists, tags=["A"]).evaluate()["overall"]["strict"].correct
    back = (
        Evaluator(want, [as_lists[0][::-1]], tags=["A"]).evaluate()["overall"]["strict"].correct
    )

    assert (there, back) == (0, 1)
    assert ours(gold, found)["strict"] == (1, 0, 0, 0, 1)


def test_nervaluate_drops_labels_that_it_is_not_told():
    """A prediction of a type that the tags don't name just vanishes; it is a false alarm."""
    gold, found = (
        document_with(TEXT, (0, 9, "A")),
        document_with(TEXT, (0, 9, "A"), (20, 25, "B")),
    )

    assert nervaluate(gold, found, ["A"])["strict"] == (1, 0, 0, 0, 0)
    assert ours(gold, found)["strict"] == (1, 0, 0, 0, 1)


def test_partial_hits_survive_adding_documents_up():
    """
    nervaluate's own README example: 2 correct and 3 partial of 5 is .70 by the task.

    Version 1.1 printed .40, since it worked the rates out anew without the
    partial ones when a second document came (2 / 5).
    """
    whole = document_with(TEXT, (0, 4, "A"), (10, 14, "A"))
    parts = document_with(TEXT, (0, 4, "A"), (10, 14, "A"), (20, 24, "A"))
    cut = document_with(TEXT, (0, 3, "A"), (10, 13, "A"), (20, 23, "A"))
    golds = [replace(whole, id="1"), replace(parts, id="2")]

    tally = score(golds, [golds[0], replace(cut, id="2")], recipe=RECIPE).entities["partial"]

    assert tally.micro.counts == OutcomeCounts(correct=2, partial=3)
    assert tally.micro.counts.f1 == pytest.approx(0.7)


@settings(deadline=None)
@given(pairs())
def test_spacys_scorer_says_the_same_of_flat_entities(pair):
    """An oracle, on what it can hold: flat entities over whole characters."""
    gold, predicted = (flat(side) for side in pair)
    gold = with_some(gold)
    vocab = Vocab()
    docs = []
    for side in (gold, predicted):
        doc = Doc(vocab, words=list(side.text), spaces=[False] * len(side.text))
        doc.ents = [Span(doc, e.start, e.end, label=e.label) for e in side.entities]
        docs.append(doc)
    theirs = Scorer.score_spans([Example(docs[1], docs[0])], "ents")
    counts = micro(entity_counts("strict", gold, predicted))

    # spaCy says 0 for a rate of nothing, and rates no document without gold entities.
    assert theirs["ents_p"] == pytest.approx(counts.precision or 0)
    assert theirs["ents_r"] == pytest.approx(counts.recall or 0)
    assert theirs["ents_f"] == pytest.approx(counts.f1 or 0)
    for label, told in theirs["ents_per_type"].items():
        one = entity_counts("strict", gold, predicted)[label]
        assert told["f"] == pytest.approx(one.f1 or 0)


def iob(document):
    tags = ["O"] * len(document.text)
    for e in document.entities:
        tags[e.start : e.end] = [f"B-{e.label}"] + [f"I-{e.label}"] * (e.end - e.start - 1)
    return tags


@pytest.mark.slow
@given(corpora())
def test_seqeval_says_the_same_of_flat_entities(sides):
    """IOB2 over characters, strict: there its tags say no more and no less than spans."""
    golds, found = ([flat(one) for one in side] for side in sides)
    for side in (golds, found):
        side[0] = with_some(side[0])
    tags = [[iob(one) for one in side] for side in (golds, found)]
    result = score(golds, found, recipe=replace(RECIPE, resamples=2)).entities["strict"]

    micro_f1 = f1_score(*tags, mode="strict", scheme=IOB2)
    assert result.micro.counts.f1 == pytest.approx(float(micro_f1))
    by_type = precision_recall_fscore_support(*tags, average=None, scheme=IOB2, zero_division=0)
    for label, f1 in zip(sorted(result.by_type), by_type[2], strict=True):
        assert result.by_type[label].counts.f1 == pytest.approx(float(f1))


@given(pairs() | crowded())
def test_token_confusion_gives_scikit_learns_rates(pair):
    """Precision, recall and F1 of each label, from the matrix and from the tokens themselves."""
    gold, predicted = token_labels(pair)
    confusion = score([pair[0]], [pair[1]], recipe=replace(RECIPE, resamples=2)).headline.tokens
    matrix = np.array(confusion.matrix)
    theirs = by_sklearn(gold, predicted, labels=confusion.labels, zero_division=0)

    for n in range(len(confusion.labels)):
        hit, row, column = matrix[n, n], matrix[n].sum(), matrix[:, n].sum()
        assert theirs[0][n] == pytest.approx(hit / column if column else 0)
        assert theirs[1][n] == pytest.approx(hit / row if row else 0)


def test_tokens_have_the_outermost_label():
    text = "Bank of America Tower, O’Neil"
    document = Document("d", text, (
        Entity(0, 15, "ORG"), Entity(0, 21, "FAC"), Entity(8, 15, "GPE"), Entity(26, 29, "PERSON"),
    ))  # fmt: skip

    annotations = [document, document.without_annotations()]

    assert token_labels(annotations)[0] == ["FAC"] * 4 + ["O"] * 4 + ["PERSON"]
    found = label_tokens([annotations], *entity_columns([annotations]))
    assert [many.tolist() for many in found.left_out] == [[2], [0]]
