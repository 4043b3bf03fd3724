"""Relations against relations: the criteria by hand, bands, the gold's entities, what is said at all."""

from collections import Counter
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from scoring_samples import (
    CONTEXT,
    RECIPE,
    crowded,
    document_with,
    micro,
    pairs,
    relation_counts,
)

from curation.documents.document import Document, Relation
from curation.scoring.canonical_relations import canonical_relations
from curation.scoring.counts import OutcomeCounts
from curation.scoring.matched_documents import ScoringContext, match_documents
from curation.scoring.relation_matching import match_relations
from curation.scoring.schemes import DOCUMENT_LEVEL, ON_GOLD_ENTITIES, RELATION_SCHEMES
from curation.scoring.score import score

TEXT = "Bob of Iran met Al. Al is ill."


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


@pytest.mark.parametrize(
    ("spans", "arrow", "strict", "boundaries", "relaxed"),
    [
        pytest.param([BOB, AL], (0, 1, "supports"), (1, 0, 0), (1, 0, 0), (1, 0, 0), id="a hit"),
        pytest.param([BOB, AL], (1, 0, "supports"), *[(0, 1, 1)] * 3, id="turned round"),
        pytest.param([BOB, AL], (0, 1, "opposes"), *[(0, 1, 1)] * 3, id="wrong label"),
        pytest.param([BOB, IRAN], (0, 1, "supports"), *[(0, 1, 1)] * 3, id="wrong end"),
        pytest.param(
            [(0, 3, "ORG"), AL], (0, 1, "supports"), (0, 1, 1), (1, 0, 0), (1, 0, 0), id="wrong type"
        ),
        pytest.param(
            [(0, 6, "PERSON"), AL], (0, 1, "supports"), (0, 1, 1), (0, 1, 1), (1, 0, 0), id="longer end"
        ),
        pytest.param(
            [(0, 6, "ORG"), AL], (0, 1, "supports"), (0, 1, 1), (0, 1, 1), (1, 0, 0), id="longer, wrong type"
        ),
    ],
)  # fmt: skip
def test_the_criteria_by_hand(spans, arrow, strict, boundaries, relaxed):
    gold = document_with(TEXT, BOB, AL, arrows=((0, 1, "supports"),))
    found = document_with(TEXT, *spans, arrows=(arrow,))

    counted = {
        name: micro(relation_counts(name, gold, found, ()))
        for name in ("strict", "boundaries", "relaxed")
    }
    assert counted == {
        "strict": OutcomeCounts.binary(*strict),
        "boundaries": OutcomeCounts.binary(*boundaries),
        "relaxed": OutcomeCounts.binary(*relaxed),
    }


def test_what_mixing_the_criteria_does():
    """
    Worked by hand from the definitions of Taillé et al. 2020.

    One end is too long ("President Trump"), one has the wrong type: neither is
    a hit by Strict, one is by Boundaries, both are where ends need only
    overlap. Compared across papers, that is 0, 50 and 100 % for one output.
    """
    text = "President Trump governs the USA. President Trump governs the USA."
    gold = document_with(
        text, (10, 15, "Person"), (28, 31, "Country"), (43, 48, "Person"), (61, 64, "Country"),
        arrows=((0, 1, "president-of"), (2, 3, "president-of")),
    )  # fmt: skip
    found = document_with(
        text, (0, 15, "Person"), (28, 31, "Country"), (43, 48, "Location"), (61, 64, "Country"),
        arrows=((0, 1, "president-of"), (2, 3, "president-of")),
    )  # fmt: skip

    counted = [
        micro(relation_counts(name, gold, found, ())).f1
        for name in ("strict", "boundaries", "relaxed")
    ]
    assert counted == [0, 0.5, 1]


def test_a_relation_without_direction_matches_either_way():
    gold = document_with(TEXT, BOB, AL, arrows=((0, 1, "meets_with"),))
    found = document_with(TEXT, (0, 6, "PERSON"), AL, arrows=((1, 0, "meets_with"),))
    turned = document_with(TEXT, BOB, AL, arrows=((1, 0, "meets_with"),))

    assert micro(relation_counts("strict", gold, turned)) == OutcomeCounts.binary(tp=1)
    assert micro(relation_counts("strict", gold, turned, ())) == OutcomeCounts.binary(
        fp=1, fn=1
    )
    assert micro(relation_counts("relaxed", gold, found)) == OutcomeCounts.binary(tp=1)
    assert micro(relation_counts("relaxed", gold, found, ())) == OutcomeCounts.binary(
        fp=1, fn=1
    )


@given(pairs())
def test_every_relation_is_matched_once_or_left_once(pair):
    ours, theirs = (canonical_relations(one, SCHEMA.symmetric) for one in pair)
    found = list(match_relations(ours, theirs, SCHEMA.symmetric))

    assert sorted(i for i, _, _ in found if i >= 0) == list(range(len(ours)))
    assert sorted(j for _, j, _ in found if j >= 0) == list(range(len(theirs)))


@given(pairs())
def test_strict_relations_are_the_common_ones(pair):
    """Another way to the same: sets of canonical relations."""
    ours, theirs = ({*canonical_relations(one, SCHEMA.symmetric)} for one in pair)

    assert micro(relation_counts("strict", *pair)).tp == len(ours & theirs)


@given(st.lists(pairs() | crowded(), min_size=2, max_size=4))
def test_relations_of_many_documents_are_those_of_each_alone(documents):
    """Whatever stands beside: by type, by sentence band, and of documents as a whole."""
    named = [
        tuple(replace(one, id=f"d{n}") for one in both) for n, both in enumerate(documents)
    ]

    def counted(some):
        tables = match_documents(*zip(*some, strict=True), CONTEXT).relations
        return Counter(
            {
                (part, scheme, label, field): number
                for part in ("types", "bands", "document_level")
                for scheme, outcomes in RELATION_SCHEMES.items()
                for label, counts in getattr(tables, part).counts(outcomes).items()
                for field, number in asdict(counts).items()
            }
        )

    assert +counted(named) == +sum((counted([one]) for one in named), Counter())


def test_relations_within_a_sentence_are_told_from_those_across():
    spans = (BOB, AL, (20, 22, "PERSON"))
    gold = document_with(TEXT, *spans, arrows=((0, 1, "supports"), (0, 2, "supports")))
    found = document_with(TEXT, *spans, arrows=((0, 1, "supports"), (1, 2, "opposes")))

    bands = score([gold], [found], recipe=RECIPE, context=CONTEXT).relations["strict"].by_band

    assert {name: rates.counts for name, rates in bands.items()} == {
        "same_sentence": OutcomeCounts.binary(tp=1),
        "across": OutcomeCounts.binary(fp=1, fn=1),
    }


def test_on_the_golds_entities_only_the_relation_step_is_judged():
    """End to end nothing is right, since the ends are wrong; on the gold's ends the step is."""
    gold = document_with(TEXT, BOB, AL, arrows=((0, 1, "supports"),))
    found = document_with(TEXT, (0, 6, "PERSON"), AL, arrows=((0, 1, "supports"),))
    asked = []

    def relate(document):
        asked.append(document)
        one, other = document.entities
        return replace(document, relations=(Relation(one, other, "supports"),))

    result = score(
        [gold], [found], recipe=RECIPE, context=ScoringContext(relate=relate)
    ).relations

    assert asked == [Document("d", TEXT, gold.entities)]
    assert result["strict"].micro.counts == OutcomeCounts.binary(fp=1, fn=1)
    assert result[ON_GOLD_ENTITIES].micro.counts == OutcomeCounts.binary(tp=1)


def test_what_is_said_twice_is_said_once_at_document_level():
    gold = document_with(
        TEXT, BOB, AL, (20, 22, "PERSON"), arrows=((0, 1, "meets_with"), (0, 2, "meets_with"))
    )
    found = document_with(TEXT, BOB, (20, 22, "PERSON"), arrows=((1, 0, "meets_with"),))

    result = score([gold], [found], recipe=RECIPE, context=CONTEXT).relations

    assert result["strict"].micro.counts == OutcomeCounts.binary(tp=1, fn=1)
    assert result[DOCUMENT_LEVEL].micro.counts == OutcomeCounts.binary(tp=1)


def test_labels_are_counted_by_type():
    gold = document_with(TEXT, BOB, AL, arrows=((0, 1, "supports"), (0, 1, "opposes")))
    found = document_with(TEXT, BOB, AL, arrows=((0, 1, "supports"), (1, 0, "affiliated_with")))

    types = match_documents([gold], [found], CONTEXT).relations.types.labels
    assert types == ("affiliated_with", "opposes", "supports")
    assert relation_counts("strict", gold, found) == {
        "affiliated_with": OutcomeCounts.binary(fp=1),
        "opposes": OutcomeCounts.binary(fn=1),
        "supports": OutcomeCounts.binary(tp=1),
    }
