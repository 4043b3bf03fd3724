"""Scores: laws, hand-worked examples, and independent oracles."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from samples import SCHEMA
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab
from strategies import documents, marked, texts

from curation.document import Document, Entity, Layer, Relation
from curation.errors import InputError
from curation.scoring import Counts, Recipe, score
from curation.scoring.counts import Tally
from curation.scoring.entities import exact_entities, strict_entities
from curation.scoring.relations import boundary_relations, strict_relations

RECIPE = Recipe("g", "d", "s", "m", "w", 1, "all", "all", "0")
SCHEMES = {
    "entities strict": strict_entities,
    "entities exact": exact_entities,
    "relations strict": lambda g, p: strict_relations(g, p, SCHEMA.symmetric),
    "relations boundaries": lambda g, p: boundary_relations(g, p, SCHEMA.symmetric),
}
scheme = pytest.mark.parametrize("tally", SCHEMES.values(), ids=SCHEMES)


@st.composite
def pairs(draw):
    """One text annotated twice."""
    article = Document("d", draw(texts()))
    one = draw(marked(SCHEMA, article, Layer("gold")))
    two = draw(marked(SCHEMA, article, Layer("annotator", "person-1")))
    shared = draw(st.sampled_from([(), one.entities]))
    two = replace(two, entities=tuple({*two.entities, *shared}))
    return one, two


@scheme
@given(document=documents(SCHEMA))
def test_a_document_against_itself_is_all_hits(tally, document):
    counts = tally(document, document).micro

    assert (counts.fp, counts.fn) == (0, 0)
    assert counts.f1 in (1.0, None)


@scheme
@given(pair=pairs())
def test_swapping_the_sides_swaps_precision_and_recall(tally, pair):
    there, back = tally(*pair).micro, tally(*reversed(pair)).micro

    assert (there.precision, there.recall, there.f1) == (back.recall, back.precision, back.f1)


@scheme
@given(pair=pairs())
def test_hits_and_misses_are_all_of_the_gold(tally, pair):
    gold, predicted = pair
    counts = tally(gold, predicted).micro
    what = "relations" if tally in list(SCHEMES.values())[2:] else "entities"

    assert counts.tp + counts.fn == len(getattr(gold, what))
    assert counts.tp + counts.fp == len(getattr(predicted, what))


@given(pairs())
def test_a_looser_scheme_never_finds_less(pair):
    assert exact_entities(*pair).micro.tp >= strict_entities(*pair).micro.tp
    symmetric = SCHEMA.symmetric
    assert (
        boundary_relations(*pair, symmetric).micro.tp
        >= strict_relations(*pair, symmetric).micro.tp
    )


@given(st.lists(pairs(), max_size=4))
def test_documents_add_up(given):
    golds = [replace(gold, id=str(n)) for n, (gold, _) in enumerate(given)]
    found = [replace(other, id=str(n)) for n, (_, other) in enumerate(given)]
    whole = score(golds, found, recipe=RECIPE, symmetric=SCHEMA.symmetric)
    again = score(golds[::-1], found[::-1], recipe=RECIPE, symmetric=SCHEMA.symmetric)

    assert whole.to_json() == again.to_json()
    summed = sum((strict_entities(g, p) for g, p in given), Tally())
    assert whole.entities["strict"].micro == summed.micro


@given(pairs())
def test_entities_strict_is_what_spacys_scorer_says(pair):
    """An oracle, on what it can hold: flat entities over whole characters."""
    gold, predicted = (flat(side) for side in pair)
    assume(gold.entities or predicted.entities)
    vocab = Vocab()
    docs = []
    for side in (gold, predicted):
        doc = Doc(vocab, words=list(side.text), spaces=[False] * len(side.text))
        doc.ents = [Span(doc, e.start, e.end, label=e.label) for e in side.entities]
        docs.append(doc)
    theirs = Scorer.score_spans([Example(docs[1], docs[0])], "ents")
    ours = strict_entities(gold, predicted).micro

    if gold.entities:
        # spaCy doesn't rate documents without gold entities at all, and says 0 for a rate of nothing.
        assert theirs["ents_p"] == pytest.approx(ours.precision or 0)
        assert theirs["ents_r"] == pytest.approx(ours.recall or 0)
        assert theirs["ents_f"] == pytest.approx(ours.f1 or 0)


def flat(document):
    """Without entities that overlap an earlier one, or hold what spaCy calls white space."""
    kept, end = [], 0
    for entity in document.entities:
        if entity.start >= end:
            kept.append(entity)
            end = entity.end
    return replace(document, entities=tuple(kept), relations=())


BOB, IRAN, AL = Entity(0, 3, "PERSON"), Entity(7, 11, "GPE"), Entity(16, 18, "PERSON")
TEXT = "Bob of Iran met Al."


def made(entities=(), relations=()):
    return Document("d", TEXT, tuple(entities), tuple(relations))


@pytest.mark.parametrize(
    ("gold", "predicted", "strict", "exact"),
    [
        pytest.param([BOB], [BOB], (1, 0, 0), (1, 0, 0), id="a hit"),
        pytest.param([BOB], [], (0, 0, 1), (0, 0, 1), id="missed"),
        pytest.param([], [BOB], (0, 1, 0), (0, 1, 0), id="spurious"),
        pytest.param([BOB], [Entity(0, 3, "ORG")], (0, 1, 1), (1, 0, 0), id="wrong type"),
        pytest.param([BOB], [Entity(0, 6, "PERSON")], (0, 1, 1), (0, 1, 1), id="wrong end"),
        pytest.param(
            [BOB], [BOB, Entity(0, 3, "ORG")], (1, 1, 0), (1, 1, 0), id="two types on one span"
        ),
        pytest.param(
            [BOB, Entity(0, 3, "ORG")], [Entity(0, 3, "ORG"), BOB], (2, 0, 0), (2, 0, 0),
            id="two types on both",
        ),
        pytest.param(
            [Entity(0, 11, "ORG"), IRAN], [IRAN], (1, 0, 1), (1, 0, 1), id="nested"
        ),
    ],
)  # fmt: skip
def test_entities_by_hand(gold, predicted, strict, exact):
    assert strict_entities(made(gold), made(predicted)).micro == Counts(*strict)
    assert exact_entities(made(gold), made(predicted)).micro == Counts(*exact)


def test_by_boundaries_a_wrong_type_counts_for_the_golds_type():
    tally = exact_entities(made([BOB, IRAN]), made([Entity(0, 3, "ORG"), AL]))

    assert tally.by_type == {"GPE": Counts(fn=1), "PERSON": Counts(tp=1, fp=1)}


BOB_ORG = Entity(0, 3, "ORG")


@pytest.mark.parametrize(
    ("predicted", "strict", "boundaries"),
    [
        pytest.param([Relation(BOB, AL, "supports")], (1, 0, 0), (1, 0, 0), id="a hit"),
        pytest.param([Relation(AL, BOB, "supports")], (0, 1, 1), (0, 1, 1), id="turned round"),
        pytest.param([Relation(BOB, AL, "opposes")], (0, 1, 1), (0, 1, 1), id="wrong label"),
        pytest.param(
            [Relation(BOB_ORG, AL, "supports")], (0, 1, 1), (1, 0, 0), id="wrong type"
        ),
        pytest.param([Relation(BOB, IRAN, "supports")], (0, 1, 1), (0, 1, 1), id="wrong end"),
        pytest.param([], (0, 0, 1), (0, 0, 1), id="missed"),
    ],
)
def test_relations_by_hand(predicted, strict, boundaries):
    """The criteria of Taillé et al. 2020, section 2."""
    gold = made([BOB, AL], [Relation(BOB, AL, "supports")])
    found = made({e for r in predicted for e in (r.head, r.tail)}, predicted)

    assert strict_relations(gold, found, ()).micro == Counts(*strict)
    assert boundary_relations(gold, found, ()).micro == Counts(*boundaries)


def test_a_relation_without_direction_matches_either_way():
    gold = made([BOB, AL], [Relation(BOB, AL, "meets_with")])
    found = made([BOB, AL], [Relation(AL, BOB, "meets_with")])

    assert strict_relations(gold, found, {"meets_with"}).micro == Counts(tp=1)
    assert strict_relations(gold, found, ()).micro == Counts(fp=1, fn=1)


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [
        pytest.param(Counts(2, 1, 0), 2 / 3, 1.0, 0.8, id="one false alarm"),
        pytest.param(Counts(0, 0, 3), None, 0.0, 0.0, id="nothing predicted"),
        pytest.param(Counts(0, 2, 0), 0.0, None, 0.0, id="nothing to find"),
        pytest.param(Counts(0, 0, 0), None, None, None, id="nothing at all"),
    ],
)
def test_rates(counts, precision, recall, f1):
    assert (counts.precision, counts.recall) == (precision, recall)
    assert counts.f1 == (f1 if f1 is None else pytest.approx(f1))


def test_the_json_has_the_names_of_the_contract():
    form = score([made([BOB])], [], recipe=RECIPE).to_json()

    assert form["format"] == 1
    assert form["entities"]["strict"]["micro"] == {
        "tp": 0, "fp": 0, "fn": 1, "precision": None, "recall": 0.0, "f1": 0.0,
    }  # fmt: skip
    assert form["entities"]["exact"]["by_type"]["PERSON"]["fn"] == 1
    assert form["entities"]["strict"]["macro"] == {"f1": 0.0}
    assert form["relations"]["strict"]["micro"]["f1"] is None
    assert form["relations"]["boundaries"]["by_type"] == {}


def test_predictions_on_other_texts_are_refused():
    with pytest.raises(InputError, match="no gold, for it"):
        score([made()], [replace(made(), id="other")], recipe=RECIPE)
    with pytest.raises(InputError, match="not the gold's"):
        score([made()], [replace(made(), text="Bob")], recipe=RECIPE)
