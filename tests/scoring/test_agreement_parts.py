"""Agreement of each two annotators, and of each one against the others, beside slow references and libraries."""

from dataclasses import replace
from itertools import combinations

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import costly
from samples import SCHEMA
from scipy.stats import bootstrap
from scoring_samples import document_with, token_labels
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2
from sklearn.metrics import cohen_kappa_score
from sklearn.metrics import f1_score as f1_by_sklearn

from curation.documents.document import Document, Entity, Relation
from curation.scoring.agreement import measure_agreement
from curation.scoring.agreement_results import AgreementRecipe
from curation.scoring.canonical_relations import canonical_relations
from curation.scoring.document_pairs import by_document

RECIPE = AgreementRecipe(gold="", digest="d", schema="s", seed=7, resamples=300, curate="0")
TEXT = "Bob of Iran met Al in May."
SPANS = [(0, 3), (7, 11), (16, 18), (22, 25)]
BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


def agreed(work, recipe=RECIPE):
    return measure_agreement(by_document([*work.items()]), SCHEMA.symmetric, recipe=recipe)


def numbered(many, *spans):
    return [replace(document_with(TEXT, *spans), id=f"d{n}") for n in range(many)]


@st.composite
def annotated(draw, number):
    """One annotator's version: spans that don't overlap, each once, and arrows between them."""
    labels = draw(
        st.lists(st.sampled_from(["", "PERSON", "GPE", "ORG"]), min_size=4, max_size=4)
    )
    entities = [
        Entity(*span, label) for span, label in zip(SPANS, labels, strict=True) if label
    ]
    ends = list(combinations(entities, 2))
    arrows = draw(st.lists(st.sampled_from(["supports", "meets_with"]), max_size=len(ends)))
    relations = {
        Relation(one, other, label) for (one, other), label in zip(ends, arrows, strict=False)
    }
    return Document(f"d{number}", TEXT, tuple(entities), tuple(relations))


@st.composite
def teams(draw):
    """Documents by annotator; each document was annotated by two or three of three."""
    work = {"a": [], "b": [], "c": []}
    for number in range(draw(st.integers(1, 5))):
        absent = draw(st.sampled_from(["", "a", "b", "c"]))
        for name in work:
            if name != absent:
                work[name].append(draw(annotated(number)))
    return {name: documents for name, documents in work.items() if documents}


def items(document, kind, scheme):
    """All that one annotator marked, in the form in which the scheme compares it."""
    if kind == "entities":
        return {one if scheme == "strict" else one.span for one in document.entities}
    return {
        one if scheme == "strict" else (one.label, one.head.span, one.tail.span)
        for one in canonical_relations(document, SCHEMA.symmetric)
    }


def counted(work, annotator, others, kind, scheme):
    """(both, of the annotator, of the others), over each document that both have, by going through all."""
    both = own = theirs = 0
    for other in others:
        for one in work[annotator]:
            for two in work[other]:
                if one.id == two.id:
                    ours, those = items(one, kind, scheme), items(two, kind, scheme)
                    both += len(ours & those)
                    own += len(ours)
                    theirs += len(those)
    return both, own, theirs


@costly(1 / 2)
@given(teams())
def test_each_pair_and_each_against_the_others_is_what_going_through_all_gives(work):
    found = agreed(work, replace(RECIPE, resamples=2))

    for pair in found.pairs:
        one, other = pair.annotators
        for kind, results in (("entities", pair.entities), ("relations", pair.relations)):
            assert [*results] == ["strict", "exact" if kind == "entities" else "boundaries"]
            for scheme, result in results.items():
                both, predicted, gold = counted(work, other, [one], kind, scheme)
                counts = result.micro.counts
                assert (counts.tp, counts.predicted, counts.gold) == (both, predicted, gold)
    for part in found.by_annotator:
        others = [name for name in work if name != part.annotator]
        for kind, results in (("entities", part.entities), ("relations", part.relations)):
            for scheme, result in results.items():
                both, own, theirs = counted(work, part.annotator, others, kind, scheme)
                counts = result.micro.counts
                assert (counts.tp, counts.predicted, counts.gold) == (both, own, theirs)


@costly(1 / 2)
@given(teams())
def test_kappa_and_alpha_of_each_pair_are_what_the_libraries_say(work):
    """Over the documents that both annotated, also where a third is missing on some of them."""
    found = agreed(work, replace(RECIPE, resamples=2))

    kappas = {}
    for pair in found.pairs:
        one, other = tokens_of(work, pair.annotators)
        if len({*one, *other}) < 2:
            assert (pair.kappa.value, pair.alpha.value) == (None, None)
            continue
        kappas[pair.annotators] = float(cohen_kappa_score(one, other))
        codes = sorted({*one, *other})
        coded = [[codes.index(label) for label in side] for side in (one, other)]
        theirs = krippendorff.alpha(reliability_data=coded, level_of_measurement="nominal")
        assert pair.kappa.value == pytest.approx(kappas[pair.annotators])
        assert pair.alpha.value == pytest.approx(float(theirs))
    for part in found.by_annotator:
        own = [kappa for names, kappa in kappas.items() if part.annotator in names]
        assert part.kappa.value == (pytest.approx(sum(own) / len(own)) if own else None)


def tokens_of(work, pair):
    """Both annotators' labels of all tokens of the documents that both have."""
    sides = ([], [])
    versions = by_document([*work.items()])
    for named in versions:
        labelled = dict(
            zip([name for name, _ in named], token_labels([d for _, d in named]), strict=True)
        )
        if all(name in labelled for name in pair):
            for side, name in zip(sides, pair, strict=True):
                side.extend(labelled[name])
    return sides


@costly(1 / 2)
@given(teams())
def test_f1_of_each_pair_is_what_seqeval_and_sklearn_say(work):
    """Entities by seqeval, relations by scikit-learn, over the documents that both annotated."""
    found = agreed(work, replace(RECIPE, resamples=2))

    for pair in found.pairs:
        both = [
            (one, other)
            for one in work[pair.annotators[0]]
            for other in work[pair.annotators[1]]
            if one.id == other.id
        ]
        ours = pair.entities_f1
        if ours is None:
            assert not any(one.entities or other.entities for one, other in both)
        else:
            sides = ([iob2(document) for document in side] for side in zip(*both, strict=True))
            theirs = f1_score(*sides, mode="strict", scheme=IOB2, zero_division=0)
            assert ours == pytest.approx(float(theirs))
        units = [
            (
                item in items(one, "relations", "strict"),
                item in items(other, "relations", "strict"),
            )
            for one, other in both
            for item in items(one, "relations", "strict") | items(other, "relations", "strict")
        ]
        if not units:
            assert pair.relations_f1 is None
        else:
            theirs = f1_by_sklearn(*zip(*units, strict=True), zero_division=0)
            assert pair.relations_f1 == pytest.approx(float(theirs))


def iob2(document):
    """One label for each of the four words that can be marked."""
    labels = {entity.span: entity.label for entity in document.entities}
    return [f"B-{labels[span]}" if span in labels else "O" for span in SPANS]


def test_who_marks_more_than_the_others_has_the_lower_precision():
    found = agreed(
        {"a": numbered(2, BOB, IRAN, AL), "b": numbered(2, BOB), "c": numbered(1, BOB)}
    )

    a, b, c = found.by_annotator
    assert [one.annotator for one in (a, b, c)] == ["a", "b", "c"]
    assert [one.documents for one in (a, b, c)] == [2, 2, 1]
    counts = a.entities["strict"].micro.counts
    assert (counts.precision, counts.recall) == (pytest.approx(1 / 3), 1)
    counts = b.entities["strict"].micro.counts
    assert (counts.precision, counts.recall) == (1, pytest.approx(3 / 7))
    assert a.entities["strict"].by_type["GPE"].counts.precision == 0


def test_with_one_pair_its_figures_are_those_of_all_together():
    some = [*numbered(3, BOB, IRAN), *numbered(8, BOB)[3:]]
    found = agreed({"a": some, "b": [replace(one, entities=one.entities[:1]) for one in some]})

    (pair,) = found.pairs
    assert pair.entities["strict"] == found.entities["strict"]
    assert pair.kappa == found.kappa
    assert pair.alpha == found.alpha
    assert [one.kappa for one in found.by_annotator] == [found.kappa] * 2


def test_a_pair_that_shares_four_documents_has_no_interval_beside_one_that_shares_eight():
    some = [*numbered(3, BOB, IRAN), *numbered(8, BOB)[3:]]
    less = [replace(one, entities=one.entities[:1]) for one in some]
    found = agreed({"a": some, "b": less, "c": less[:4]})

    intervals = {pair.annotators: pair.entities["strict"].micro.bca.f1 for pair in found.pairs}
    assert intervals["a", "b"] is not None
    assert intervals["a", "c"] is None
    assert {pair.annotators: pair.kappa.bca is None for pair in found.pairs} == {
        ("a", "b"): False,
        ("a", "c"): True,
        ("b", "c"): True,
    }


def test_the_interval_of_one_against_the_others_is_scipys():
    """Percentiles, from resampling the documents that somebody else annotated too."""
    rng = np.random.default_rng(3)
    marks = rng.random((3, 40, 3)) < 0.7
    spans = (BOB, IRAN, AL)
    work = {
        name: [
            replace(
                document_with(
                    TEXT, *(span for span, yes in zip(spans, row, strict=True) if yes)
                ),
                id=f"d{n:02}",
            )
            for n, row in enumerate(rows)
        ]
        for name, rows in zip("abc", marks, strict=True)
    }

    found = agreed(work, replace(RECIPE, resamples=4000)).by_annotator[0]

    both = np.array([(marks[0] & other).sum(axis=1) for other in marks[1:]]).sum(axis=0)
    sizes = 2 * marks[0].sum(axis=1) + marks[1:].sum(axis=(0, 2))
    theirs = bootstrap(
        (both, sizes),
        lambda tp, size, axis=-1: 2 * tp.sum(axis=axis) / size.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=4000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    ours = found.entities["strict"].micro.percentile.f1
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_hripcsak_and_rothschilds_kappa_goes_to_f1_where_negatives_abound():
    """2005: as the number of negatives grows, κ of a pair tends to its F1; .8 here."""
    text = "Bob of Iran met Al " + "the x " * 5000
    one = document_with(text, BOB, IRAN, AL)
    other = document_with(text, BOB, IRAN)

    (pair,) = agreed({"a": [one], "b": [other]}).pairs

    assert pair.entities_f1 == pytest.approx(0.8)
    assert pair.kappa.value == pytest.approx(0.8, abs=1e-3)
