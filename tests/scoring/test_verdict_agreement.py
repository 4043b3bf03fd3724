"""Annotators against verdicts, and what suggestions did to them, beside slow references and scipy."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import costly
from samples import SCHEMA
from scipy.stats import bootstrap
from scoring_samples import document_with
from sklearn.metrics import precision_recall_fscore_support

from curation.documents.document import Document, Entity, Relation
from curation.scoring import verdict_agreement
from curation.scoring.agreement_results import AgreementRecipe
from curation.scoring.canonical_relations import canonical_relations
from curation.scoring.verdict_agreement import JudgedSubmission, measure_against_verdicts
from curation.scoring.verdict_json import verdict_agreement_to_json

RECIPE = AgreementRecipe(gold="next", digest="d", schema="s", seed=7, resamples=300, curate="0")
FEW = replace(RECIPE, resamples=2)
TEXT = "Bob of Iran met Al in May."
SPANS = [(0, 3), (7, 11), (16, 18), (22, 25)]
BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")
MAY = (22, 25, "DATE")


def measured(documents, recipe=RECIPE):
    return measure_against_verdicts(documents, SCHEMA.symmetric, recipe=recipe)


def on(number, *spans, arrows=()):
    return replace(document_with(TEXT, *spans, arrows=arrows), id=f"d{number:03}")


def judged(annotator, submission, verdict, arm="assisted", suggestion=None):
    return JudgedSubmission(
        annotator=annotator,
        submission=submission,
        verdict=verdict,
        arm=arm,
        suggestion=suggestion,
    )


@st.composite
def marked(draw, number):
    """Spans that don't overlap, each once, and arrows between neighbours."""
    labels = draw(
        st.lists(st.sampled_from(["", "PERSON", "GPE", "ORG"]), min_size=4, max_size=4)
    )
    entities = [
        Entity(*span, label) for span, label in zip(SPANS, labels, strict=True) if label
    ]
    arrows = draw(st.lists(st.sampled_from(["supports", "meets_with", ""]), max_size=3))
    relations = {
        Relation(one, other, label)
        for one, other, label in zip(entities, entities[1:], arrows, strict=False)
        if label
    }
    return Document(f"d{number:03}", TEXT, tuple(entities), tuple(relations))


@st.composite
def adjudicated(draw):
    """Documents with a verdict, a suggestion, and what two or three annotators submitted in some arm."""
    documents = []
    for number in range(draw(st.integers(1, 5))):
        verdict = draw(marked(number))
        suggestion = draw(st.one_of(st.none(), marked(number)))
        names = draw(st.sampled_from(["ab", "bc", "abc"]))
        documents.append(
            [
                judged(
                    name,
                    draw(marked(number)),
                    verdict,
                    draw(st.sampled_from(["assisted", "blind", "unknown"])),
                    suggestion,
                )
                for name in names
            ]
        )
    return documents


def items(document, kind):
    if kind == "entities":
        return {*document.entities}
    return {*canonical_relations(document, SCHEMA.symmetric)}


@costly(1 / 2)
@given(adjudicated())
def test_each_annotator_and_type_is_what_sklearn_says(documents):
    """Strict, over everything that either side has: sklearn's counts by label."""
    found = measured(documents, FEW)

    every = [one for some in documents for one in some]
    assert found.documents == len(documents)
    assert [one.annotator for one in found.annotators] == sorted({o.annotator for o in every})
    for part in found.annotators:
        own = [one for one in every if one.annotator == part.annotator]
        assert part.documents == len(own)
        for kind, results in (("entities", part.entities), ("relations", part.relations)):
            units = [
                (
                    item.label,
                    item in items(one.verdict, kind),
                    item in items(one.submission, kind),
                )
                for one in own
                for item in items(one.verdict, kind) | items(one.submission, kind)
            ]
            by_type = results["strict"].by_type
            assert {*by_type} == {label for label, _, _ in units}
            for name, rated in by_type.items():
                truth, answer = zip(
                    *((gold, said) for label, gold, said in units if label == name), strict=True
                )
                theirs = precision_recall_fscore_support(
                    truth, answer, average="binary", zero_division=np.nan
                )
                ours = (rated.counts.precision, rated.counts.recall, rated.counts.f1)
                for mine, other in zip(ours, theirs[:3], strict=True):
                    is_undefined = mine is None or np.isnan(other)
                    assert is_undefined or mine == pytest.approx(float(other))


@given(adjudicated())
def test_shares_are_what_going_through_all_annotations_gives(documents):
    found = measured(documents, FEW).anchoring

    every = [one for some in documents for one in some]
    assert found.unknown == sum(one.arm == "unknown" for one in every)
    assert {*found.arms} == {one.arm for one in every} - {"unknown"}
    assert bool(found.differences) == (len(found.arms) == 2)
    for arm, figures in found.arms.items():
        own = [one for one in every if one.arm == arm]
        assert figures.annotations == len(own)
        assert figures.documents == len({one.verdict.id for one in own})
        for kind, shares in (
            ("entities", figures.entity_shares),
            ("relations", figures.relation_shares),
        ):
            told = {"missed": [0, 0], "wrong_kept": [0, 0], "changed": [0, 0]}
            for one in own:
                verdict, said = items(one.verdict, kind), items(one.submission, kind)
                told["missed"][0] += sum(not answered(item, said) for item in verdict)
                told["missed"][1] += len(verdict)
                shown = items(one.suggestion, kind) if one.suggestion else set()
                told["wrong_kept"][0] += len((shown - verdict) & said)
                told["wrong_kept"][1] += len(shown - verdict)
                told["changed"][0] += len(shown - said)
                told["changed"][1] += len(shown)
            for name, (part, whole) in told.items():
                share = getattr(shares, name)
                assert (name, share.part, share.whole) == (name, part, whole)
                assert share.value == (part / whole if whole else None)


def answered(item, said):
    """Whether something of the annotation stands where the item stands; spans here are equal or apart."""
    if isinstance(item, Entity):
        return any(one.span == item.span for one in said)
    ends = {item.head.span, item.tail.span}
    return any(
        one.label == item.label and {one.head.span, one.tail.span} == ends
        and (item.label in SCHEMA.symmetric or one.head.span == item.head.span)
        for one in said
    )  # fmt: skip


@costly(1 / 3)
@given(adjudicated(), st.randoms(use_true_random=False))
def test_the_order_of_documents_and_annotators_changes_nothing(documents, random):
    shuffled = [random.sample(some, len(some)) for some in documents]
    random.shuffle(shuffled)

    assert measured(shuffled, FEW) == measured(documents, FEW)


@costly(1 / 3)
@given(adjudicated())
def test_json_holds_it_whatever_it_is(documents):
    found = measured(documents, FEW)

    form = json.loads(json.dumps(verdict_agreement_to_json(found), allow_nan=False))
    assert form["documents"] == found.documents


def test_whoever_the_verdict_follows_has_all_and_keeps_no_wrong_suggestion():
    """d0: a is right; b kept the suggested ORG, and missed Al; c, blind, marked May as well."""
    verdict = on(0, BOB, IRAN, AL)
    suggestion = on(0, BOB, (7, 11, "ORG"))
    found = measured(
        [
            [
                judged("a", verdict, verdict, "assisted", suggestion),
                judged("b", suggestion, verdict, "assisted", suggestion),
                judged("c", on(0, BOB, IRAN, AL, MAY), verdict, "blind", suggestion),
            ]
        ]
    )

    a, b, c = (one.entities["strict"].micro.counts for one in found.annotators)
    assert (a.precision, a.recall) == (1, 1)
    assert (b.precision, b.recall) == (1 / 2, 1 / 3)
    assert (c.precision, c.recall) == (3 / 4, 1)
    assisted = found.anchoring.arms["assisted"].entity_shares
    assert (assisted.wrong_kept.part, assisted.wrong_kept.whole) == (1, 2)
    assert (assisted.missed.part, assisted.missed.whole) == (1, 6)
    assert (assisted.changed.part, assisted.changed.whole) == (1, 4)
    blind = found.anchoring.arms["blind"].entity_shares
    assert (blind.wrong_kept.part, blind.wrong_kept.whole) == (0, 1)
    kept = found.anchoring.differences["entities.wrong_kept"]
    assert (kept.assisted, kept.blind, kept.difference) == (1 / 2, 0, 1 / 2)


def test_of_no_adjudicated_document_there_is_nothing():
    found = measured([])

    assert (found.documents, found.annotators, dict(found.anchoring.arms)) == (0, (), {})


@pytest.fixture(scope="module")
def corpus():
    """Forty documents: assisted annotators keep most wrong suggestions, blind ones mark few of these."""
    rng = np.random.default_rng(5)
    documents = []
    for n in range(40):
        suggestion = on(n, BOB, (7, 11, "ORG") if rng.random() < 0.8 else IRAN)
        verdict = on(n, BOB, IRAN, AL)
        arms = ["assisted", "blind"] if n < 25 else ["assisted", "assisted"]
        some = []
        for name, arm in zip("ab", arms, strict=True):
            keeps = rng.random() < (0.6 if arm == "assisted" else 0.1)
            spans = [BOB, (7, 11, "ORG") if keeps else IRAN]
            if rng.random() < 0.7:
                spans.append(AL)
            some.append(judged(name, on(n, *spans), verdict, arm, suggestion))
        documents.append(some)
    return documents


def test_how_many_documents_are_matched_at_once_changes_nothing(corpus, monkeypatch):
    together = measured(corpus)

    monkeypatch.setattr(verdict_agreement, "BYTES_AT_ONCE", 2000)

    assert measured(corpus) == together


def test_the_intervals_are_scipys(corpus):
    """Documents are resampled, both arms together; percentiles, and those of the difference."""
    found = measured(corpus, replace(RECIPE, resamples=5000)).anchoring

    kept, wrong = (np.zeros((40, 2)) for _ in range(2))
    for n, some in enumerate(corpus):
        for one in some:
            arm = ("assisted", "blind").index(one.arm)
            bad = {*one.suggestion.entities} - {*one.verdict.entities}
            kept[n, arm] += len(bad & {*one.submission.entities})
            wrong[n, arm] += len(bad)

    def interval(statistic, *columns):
        found = bootstrap(
            columns, statistic, paired=True, vectorized=True, n_resamples=5000,
            method="percentile", rng=np.random.default_rng(1),
        ).confidence_interval  # fmt: skip
        return pytest.approx((found.low, found.high), abs=0.02)

    def share(part, whole, axis=-1):
        return part.sum(axis=axis) / whole.sum(axis=axis)

    def difference(a, b, c, d, axis=-1):
        return share(a, b, axis) - share(c, d, axis)

    for arm, name in enumerate(("assisted", "blind")):
        theirs = interval(share, kept[:, arm], wrong[:, arm])
        assert found.arms[name].entity_shares.wrong_kept.percentile == theirs
    theirs = interval(difference, kept[:, 0], wrong[:, 0], kept[:, 1], wrong[:, 1])
    ours = found.differences["entities.wrong_kept"]
    assert ours.percentile == theirs
    assert ours.bca.low > 0


def test_fewer_than_five_documents_of_an_arm_give_no_interval(corpus):
    found = measured([*corpus[:4], *corpus[25:]]).anchoring

    shares = {arm: one.entity_shares for arm, one in found.arms.items()}
    assert found.arms["blind"].documents == 4
    assert shares["assisted"].wrong_kept.bca is not None
    assert shares["blind"].wrong_kept.bca is None
    assert shares["blind"].missed.bca is None
    assert {one.bca for one in found.differences.values()} == {None}
    assert found.arms["blind"].entities["strict"].micro.bca.f1 is None
