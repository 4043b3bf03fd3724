"""Where annotators agree it is gold, and a verdict wins; else there is none, and a reason."""

from dataclasses import replace

import msgspec
import pytest
from annotations.drawn import pulled_annotation, pulled_document, records
from gold_samples import annotated
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import marked

from curation.annotations.consensus import find_consensus
from curation.annotations.make_verdict import decisions_on
from curation.annotations.merge import merge_pulled
from curation.annotations.record import (
    Verdict,
    document_of_record,
    entity_records,
    relation_records,
)
from curation.annotations.voters import compare_annotations, find_voters
from curation.documents.document import Document, Entity, Relation
from curation.gold.dataset import GoldDocument
from curation.gold.working.dataset import gold_document_of

ANN, BEA, CAT = "person-a", "person-b", "person-c"
KEEPS_OUT = [name for name, flag in SCHEMA.flags.items() if flag.keeps_out]


def record_of(*annotations, status="submitted"):
    """The record of a document that these have annotated, each with its number as uid."""
    pulled = (
        pulled_annotation(
            one.document,
            uid=f"u{number}",
            annotator=one.annotator,
            status=status,
            suggestion=one.suggestion,
            flags=one.flags,
        )
        for number, one in enumerate(annotations, start=1)
    )
    return merge_pulled(None, pulled_document(annotations[0].document, *pulled)).record


def by(name, *labels, **known):
    """Somebody's work on d1, the usual one where no labels are given."""
    return annotated("d1", annotator=name, **({"labels": labels} if labels else {}), **known)


def agreed(*annotations):
    return find_consensus(record_of(*annotations), SCHEMA)


def marks(document):
    return document and (document.entities, document.relations)


def changed(record, uid, **values):
    """The record with some values of one annotation changed."""
    return msgspec.structs.replace(
        record,
        annotations=tuple(
            msgspec.structs.replace(one, **values) if one.uid == uid else one
            for one in record.annotations
        ),
    )


def settled(record, verdict):
    """The record with the *verdict*, a document, on what its annotators say now."""
    offered = {
        one.uid: SCHEMA.canonical(document_of_record(record, one.entities, one.relations))
        for one in record.annotations
        if one.status == "submitted"
    }
    verdict = SCHEMA.canonical(verdict)
    compared = replace(
        compare_annotations(record, SCHEMA),
        **({} if offered else {"agreed": verdict}),
    )
    decision = Verdict(
        by="person-9",
        kind="person",
        at="2026-11-04T10:00:00Z",
        schema=None,
        guideline=None,
        decisions=decisions_on(compared, verdict, SCHEMA),
        entities=entity_records(verdict),
        relations=relation_records(verdict),
        flags=(),
    )
    return msgspec.structs.replace(record, verdict=decision)


# What is gold.


def test_one_annotator_is_gold():
    one = by(ANN, flags=("needs_discussion",))
    record = record_of(one)

    gold = gold_document_of(record, find_consensus(record, SCHEMA))

    assert gold == GoldDocument(
        one.document,
        flags=("needs_discussion",),
        annotators=(ANN,),
        n_annotations=1,
        preannotated_by="en_core_web_sm@3.8.0+cd93e9ca9126.a1b2",
        group="d1",
    )
    assert gold.document.layer.kind == "gold"


def test_equal_annotations_merge():
    """Ids don't count; flags that keep nothing out add up."""
    record = record_of(by(BEA, flags=("needs_discussion",)), by(ANN))

    gold = gold_document_of(record, find_consensus(record, SCHEMA))

    assert gold.annotators == (ANN, BEA)
    assert gold.n_annotations == 2
    assert gold.flags == ("needs_discussion",)
    assert gold.arm == "assisted"


def test_nothing_marked_is_gold():
    """An empty submission says that there is nothing."""
    found = agreed(annotated("d1", labels=()))

    assert (found.reason, found.document.entities) == ("", ())


def test_one_without_suggestions_makes_it_blind():
    record = record_of(by(ANN, suggestion=None), by(BEA))

    gold = gold_document_of(record, find_consensus(record, SCHEMA))

    assert gold.arm == "blind"
    assert gold.preannotated_by == "en_core_web_sm@3.8.0+cd93e9ca9126.a1b2"


def test_a_symmetric_relation_drawn_either_way_is_no_difference():
    one, two = by(ANN), by(BEA)
    head, tail = one.document.entities[:2]
    there = replace(one.document, relations=(Relation(head, tail, "meets_with"),))
    back = replace(two.document, relations=(Relation(tail, head, "meets_with"),))

    found = agreed(replace(one, document=there), replace(two, document=back))

    assert found.reason == ""
    assert len(found.document.relations) == 1


def test_the_group_is_the_records():
    record = record_of(annotated("d1", group="g7"))

    assert gold_document_of(record, find_consensus(record, SCHEMA)).group == "g7"


# What is none.


def test_a_difference_is_no_gold_and_is_told_with_who_has_what():
    """Each place once, in the order of the text."""
    found = agreed(by(ANN), by(BEA, "NORP", "PERSON"), by(CAT, "GPE"))

    assert (found.document, found.reason) == (None, "differ")
    assert found.annotators == (ANN, BEA, CAT)
    assert found.describe_differences() == (
        "0..6 'Russia': GPE by person-a and person-c; NORP by person-b",
        "13..18 'Assad': PERSON and ← supports 0..6 'Russia' by person-a and person-b;"
        " not marked by person-c",
        "24..29 'Syria': GPE by person-a; not marked by person-b and person-c",
    )


@pytest.mark.parametrize("flag", KEEPS_OUT)
def test_a_flag_keeps_the_document_out(flag):
    """One annotator's is enough."""
    found = agreed(by(ANN, flags=(flag,)), by(BEA))

    assert (found.document, found.reason, found.flags) == (None, "flagged", (flag,))
    assert found.annotators == (ANN, BEA)


@given(records())
def test_a_document_that_is_not_active_has_no_gold(record):
    for state in ("dropped", "superseded", "withdrawn"):
        found = find_consensus(msgspec.structs.replace(record, state=state), SCHEMA)

        assert (found.document, found.reason, found.annotations) == (None, "inactive", ())


def test_a_problem_in_one_annotation_keeps_the_document_out():
    """Until it is mended; what the others say is not taken for all."""
    record = record_of(by(ANN), by(BEA))

    found = find_consensus(changed(record, "u2", status="problem"), SCHEMA)

    assert (found.document, found.reason, found.compared) == (None, "problem", None)
    assert [one.annotator for one in found.annotations] == [ANN]
    assert [one.annotator for one in found.taken_back] == [BEA]


@pytest.mark.parametrize("status", ["deleted", "skipped"])
def test_what_was_deleted_or_skipped_has_no_vote(status):
    record = record_of(by(ANN), by(BEA, "NORP", "PERSON"))

    found = find_consensus(changed(record, "u2", status=status), SCHEMA)

    assert found.annotators == (ANN,)
    assert marks(found.document) == marks(by(ANN).document)
    alone = find_consensus(changed(record_of(by(ANN)), "u1", status=status), SCHEMA)
    assert (alone.document, alone.reason) == (None, "unannotated")


# Whose it is.


def test_the_same_twice_by_one_annotator_counts_once():
    """In two projects, say, which is no agreement of two."""
    record = record_of(by(ANN), by(ANN), by(BEA))

    gold = gold_document_of(record, find_consensus(record, SCHEMA))

    assert (gold.annotators, gold.n_annotations) == ((ANN, BEA), 2)


def test_of_one_annotators_different_work_in_two_projects_the_latest_counts_and_that_is_told():
    record = record_of(by(ANN), by(ANN, "GPE"), by(BEA, "GPE"))
    record = changed(record, "u1", updated="2026-11-03T10:03:00Z")

    assert find_consensus(record, SCHEMA).reason == "differ"
    later = changed(record, "u2", updated="2026-11-03T10:04:00Z")
    found = find_consensus(later, SCHEMA)
    assert (found.reason, found.annotators) == ("", (ANN, BEA))
    assert [one.label for one in found.document.entities] == ["GPE"]
    assert found.without_vote == {"u1": "earlier work of the same annotator"}


# Verdicts.


def test_a_verdict_wins_over_a_difference():
    record = record_of(by(ANN), by(BEA, "NORP", "PERSON"))

    found = find_consensus(settled(record, by(BEA, "NORP", "PERSON").document), SCHEMA)

    assert found.adjudicated
    assert found.reopened == ()
    assert [one.label for one in found.document.entities] == ["NORP", "PERSON"]
    assert found.annotators == (ANN, BEA)


def test_a_verdict_may_say_other_than_all_annotators_agree_on():
    """It was asked about more than where they differ."""
    record = record_of(by(ANN), by(BEA))
    nothing = replace(by(ANN).document, entities=(), relations=())

    found = find_consensus(settled(record, nothing), SCHEMA)

    assert (found.adjudicated, found.reopened, found.document.entities) == (True, (), ())


def test_a_verdict_holds_though_a_problem_keeps_an_annotation_out():
    record = settled(record_of(by(ANN), by(BEA, "NORP", "PERSON")), by(ANN).document)

    found = find_consensus(changed(record, "u2", status="problem"), SCHEMA)

    assert (found.adjudicated, found.reason) == (True, "")


def test_adopting_a_reading_that_was_offered_opens_nothing():
    """Whoever comes round to the other's reading has added nothing new."""
    ours, theirs = by(ANN), by(BEA, "NORP", "PERSON")
    record = settled(record_of(ours, theirs), ours.document)

    adopted = changed(
        record,
        "u1",
        entities=entity_records(theirs.document),
        relations=relation_records(theirs.document),
    )

    found = find_consensus(adopted, SCHEMA)
    assert (found.adjudicated, found.reopened) == (True, ())
    assert marks(found.document) == marks(ours.document)


def test_a_reading_that_was_not_offered_opens_its_place_again():
    """The verdict is stale; where all agree by now, that is the gold."""
    ours, theirs = by(ANN), by(BEA, "NORP", "PERSON")
    record = settled(record_of(ours, theirs), ours.document)
    other = by(BEA, "ORG", "PERSON", "GPE")

    stale = changed(
        record,
        "u2",
        entities=entity_records(other.document),
        relations=relation_records(other.document),
    )

    found = find_consensus(stale, SCHEMA)
    assert (found.adjudicated, found.document, found.reason) == (False, None, "differ")
    assert [one.key for one in found.reopened] == ["e0-6"]
    agreeing = changed(
        stale,
        "u1",
        entities=entity_records(other.document),
        relations=relation_records(other.document),
    )
    both = find_consensus(agreeing, SCHEMA)
    assert (both.adjudicated, both.reopened, both.reopened_places) == (False, (), 1)
    assert not both.verdict.is_needed
    assert marks(both.document) == marks(other.document)


def test_a_new_annotators_reading_is_no_offer():
    record = settled(record_of(by(ANN), by(BEA, "NORP", "PERSON")), by(ANN).document)
    later = record_of(by(CAT, "LOC", "PERSON", "GPE", suggestion=None)).annotations
    late = tuple(msgspec.structs.replace(one, uid="u9") for one in later)

    found = find_consensus(
        msgspec.structs.replace(record, annotations=(*record.annotations, *late)), SCHEMA
    )

    assert [one.key for one in found.reopened] == ["e0-6"]


# Laws.


@given(records(), st.randoms())
def test_the_order_of_annotations_does_not_matter(record, random):
    shuffled = list(record.annotations)
    random.shuffle(shuffled)

    other = msgspec.structs.replace(record, annotations=tuple(shuffled))

    assert find_consensus(other, SCHEMA) == find_consensus(record, SCHEMA)


@given(records())
def test_a_consensus_without_annotations_says_the_same_of_everything_else(record):
    whole = find_consensus(record, SCHEMA)

    bare = find_consensus(record, SCHEMA, with_annotations=False)

    assert bare == replace(whole, annotations=(), taken_back=(), arms=())


@given(records())
def test_a_gold_is_what_everybody_says_and_the_reason_is_the_first_in_the_way(record):
    """What agrees stands, and nothing else."""
    found = find_consensus(record, SCHEMA)

    said = {
        (one.entities, one.relations) for one in find_voters(record, SCHEMA).documents.values()
    }
    voting = [
        one for one in record.annotations if one.uid in find_voters(record, SCHEMA).documents
    ]
    flags = {flag for one in voting for flag in one.flags}
    if any(one.status == "problem" for one in record.annotations):
        expected = "problem"
    elif not voting:
        expected = "unannotated"
    elif flags & {*KEEPS_OUT}:
        expected = "flagged"
    else:
        expected = "differ" if len(said) > 1 else ""
    assert found.reason == expected
    assert (found.document is None) == bool(expected)
    if found.document:
        assert {marks(found.document)} == said
        assert found.flags == tuple(sorted(flags))
        assert found.annotators == tuple(sorted({one.annotator for one in voting}))


@given(records(), st.data())
def test_whatever_a_verdict_says_is_the_gold_until_something_new_is_said(record, data):
    article = Document(record.id, record.whole_text, meta=record.meta)
    verdict = data.draw(marked(SCHEMA, article, None))

    found = find_consensus(settled(record, verdict), SCHEMA)

    assert found.adjudicated
    assert (found.reopened, found.reason) == ((), "")
    canonical = SCHEMA.canonical(verdict)
    assert {*found.document.entities} == {*canonical.entities}
    assert {*found.document.relations} == {*canonical.relations}


@pytest.mark.slow
@given(records(voting=2), st.data())
def test_whoever_adopts_an_offered_reading_opens_nothing_again(record, data):
    uids = [*find_voters(record, SCHEMA).documents]
    first, second, *_ = (one for one in record.annotations if one.uid in uids)
    article = Document(record.id, record.whole_text, meta=record.meta)
    record = settled(record, data.draw(marked(SCHEMA, article, None)))

    adopted = changed(record, first.uid, entities=second.entities, relations=second.relations)

    assert find_consensus(adopted, SCHEMA).document == find_consensus(record, SCHEMA).document


def test_an_arrow_from_another_entity_on_the_same_words_is_a_difference():
    """Its ends are entities, not places."""
    first = by(ANN).document
    norp = Entity(0, 6, "NORP")
    gpe, assad, _ = first.entities
    some = [
        replace(
            by(name),
            document=replace(
                first,
                entities=(gpe, norp, assad),
                relations=(Relation(head, assad, "supports"),),
                layer=by(name).document.layer,
            ),
        )
        for name, head in ((ANN, gpe), (BEA, norp))
    ]

    assert agreed(*some).describe_differences() == (
        "0..6 'Russia' and 13..18 'Assad': → supports (GPE) by person-a;"
        " → supports (NORP) by person-b",
    )
