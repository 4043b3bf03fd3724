"""What a verdict survives, and what opens which of its differences again."""

from dataclasses import replace

import msgspec
import pytest
from annotations.crowded import (
    SCHEMA,
    SPANS,
    crowds,
    document,
    everything,
    record_of_crowd,
)
from annotations.test_settle_choices import choices_of
from hypothesis import given
from hypothesis import strategies as st

from curation.annotations.consensus import find_consensus
from curation.annotations.make_verdict import MadeChoices, VerdictSource, make_verdict
from curation.annotations.readings import make_reading
from curation.annotations.record import entity_records, relation_records
from curation.annotations.record_file import read_record, record_bytes
from curation.annotations.settle_choices import settle
from curation.annotations.staleness import judge_verdict
from curation.annotations.voters import compare_annotations
from curation.documents.document import Entity, Relation

SOURCE = VerdictSource(by="person-9", kind="person", at="2026-11-04T10:00:00Z")


def decided(record, choices):
    """The record with the verdict that these choices make; None where they contradict each other."""
    compared = compare_annotations(record, SCHEMA)
    settlement = settle(compared, choices, SCHEMA)
    if settlement.document is None:
        return None
    verdict = make_verdict(compared, settlement, MadeChoices(choices=choices), SOURCE, SCHEMA)
    return msgspec.structs.replace(record, verdict=verdict)


def with_work(record, uid, work):
    """The record in which the annotation has the entities and relations of *work*."""
    return msgspec.structs.replace(
        record,
        annotations=tuple(
            msgspec.structs.replace(
                one, entities=entity_records(work), relations=relation_records(work)
            )
            if one.uid == uid
            else one
            for one in record.annotations
        ),
    )


@st.composite
def settled_crowds(draw):
    """A record with a verdict, by choices among what was offered and the adjudicator's own."""
    documents = draw(crowds())
    record = record_of_crowd(documents)
    data = draw(st.data())
    compared = compare_annotations(record, SCHEMA)
    found = decided(record, choices_of(data, compared, own=True))
    if found is None:
        # The readings of one annotator never contradict each other.
        uid = draw(st.sampled_from(sorted(documents)))
        choices = {one.key: one.option_of(uid).alias for one in compared.differences}
        found = decided(record, choices)
    return found


@pytest.mark.slow
@given(settled_crowds())
def test_a_verdict_is_the_gold_and_survives_its_file(record):
    found = find_consensus(record, SCHEMA)

    verdict = record.verdict
    assert (found.reason, found.adjudicated, found.verdict.open) == ("", True, ())
    assert found.verdict.changed == ()
    assert found.verdict.holding == len(verdict.decisions)
    assert entity_records(found.document) == verdict.entities
    assert {*relation_records(found.document)} == {*verdict.relations}
    assert read_record(record_bytes(record), "x") == (record, [])


@pytest.mark.slow
@given(settled_crowds(), st.data())
def test_whoever_adopts_offered_readings_opens_nothing(record, data):
    """All of another's, or some of one's and some of another's, or what the verdict says."""
    compared = compare_annotations(record, SCHEMA)
    uid = data.draw(st.sampled_from(sorted(compared.annotations)))
    choices = {one.key: one.option_of(uid).alias for one in compared.differences}
    for one in compared.differences:
        if data.draw(st.booleans()):
            choices[one.key] = data.draw(st.sampled_from(one.options)).alias
    work = settle(compared, choices, SCHEMA).document or data.draw(
        st.sampled_from(
            [*compared.annotations.values(), find_consensus(record, SCHEMA).document]
        )
    )

    adopted = with_work(record, uid, work)

    assert judge_verdict(adopted, SCHEMA).open == ()
    assert find_consensus(adopted, SCHEMA).document == find_consensus(record, SCHEMA).document


@pytest.mark.slow
@given(settled_crowds(), st.data())
def test_a_new_reading_opens_exactly_its_difference(record, data):
    """Also where all agreed: a span gets a type that nobody gave it, its arrows stay."""
    compared = compare_annotations(record, SCHEMA)
    uid = data.draw(st.sampled_from(sorted(compared.annotations)))
    own = compared.annotations[uid]
    span = data.draw(st.sampled_from(SPANS))
    new = Entity(*span, "LAW")
    entities = {one for one in own.entities if one.span != span} | {new}
    relations = {one for one in own.relations if {one.head, one.tail} <= entities}
    work = replace(own, entities=tuple(entities), relations=tuple(relations))

    changed = with_work(record, uid, work)

    state = judge_verdict(changed, SCHEMA)
    found = find_consensus(changed, SCHEMA)
    if len(compared.annotations) == 1:
        # Nobody to differ from: what the annotator says now is the gold.
        assert (state.is_needed, found.adjudicated, found.reason) == (False, False, "")
        assert everything(found.document) == everything(work)
        return
    keys = {one.key for one in state.open if one.kind == "entities"}
    touched = {
        one.key
        for one in state.compared.differences
        if one.kind == "entities" and _overlap(one.place[0], span)
    }
    assert keys == touched
    assert len(touched) == 1
    for one in state.open:
        # With the span go arrows that it had.
        assert any(_overlap(place, span) for place in one.place)
    assert (found.adjudicated, found.reason, found.document) == (False, "differ", None)


@pytest.mark.slow
@given(settled_crowds(), st.data())
def test_what_is_open_can_be_settled_and_then_everything_holds(record, data):
    compared = compare_annotations(record, SCHEMA)
    uid = data.draw(st.sampled_from(sorted(compared.annotations)))
    others = data.draw(crowds())
    changed = with_work(record, uid, next(iter(others.values())))
    state = judge_verdict(changed, SCHEMA)

    choices = {
        one.key: data.draw(st.sampled_from(one.options)).alias
        for one in state.compared.differences
    }
    settlement = settle(state.compared, choices, SCHEMA)

    if settlement.document:
        made = MadeChoices(choices=choices)
        verdict = make_verdict(state.compared, settlement, made, SOURCE, SCHEMA)
        again = msgspec.structs.replace(changed, verdict=verdict)
        found = find_consensus(again, SCHEMA)
        assert (found.reason, found.adjudicated) == ("", True)
        assert everything(found.document) == everything(settlement.document)


def _overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


# Several rounds, and what is no longer needed.


@pytest.mark.slow
@given(settled_crowds(), st.data())
def test_until_every_difference_has_a_decision_the_document_waits(record, data):
    """As where a later round is still to be settled; nothing was reopened, and what is decided stays."""
    compared = compare_annotations(record, SCHEMA)
    uid = data.draw(st.sampled_from(sorted(compared.annotations)))
    every = {one.key: one.option_of(uid).alias for one in compared.differences}
    some = {key: alias for key, alias in every.items() if data.draw(st.booleans())}

    partly = decided(record, some)

    state = judge_verdict(partly, SCHEMA)
    found = find_consensus(partly, SCHEMA)
    waiting = tuple(key for key in every if key not in some)
    assert partly.verdict.undecided == waiting
    assert tuple(one.key for one in state.open) == waiting
    assert (state.reopened, state.holding) == ((), len(partly.verdict.decisions))
    assert (found.reason, found.adjudicated) == (("differ", False) if waiting else ("", True))
    whole = find_consensus(decided(record, every), SCHEMA)
    assert everything(whole.document) == everything(compared.annotations[uid])


@pytest.mark.slow
@given(settled_crowds(), st.data())
def test_where_all_agree_now_the_verdict_is_not_needed(record, data):
    """What they agree on is the gold, unless it was offered: then the verdict stands, which chose otherwise."""
    before = find_consensus(record, SCHEMA)
    others = next(iter(data.draw(crowds()).values()))
    agreeing = record
    for uid in before.compared.annotations:
        agreeing = with_work(agreeing, uid, others)

    found = find_consensus(agreeing, SCHEMA)

    assert found.reason == ""
    if found.adjudicated:
        assert everything(found.document) == everything(before.document)
    else:
        assert everything(found.document) == everything(others)
    is_the_same = everything(others) == everything(before.document)
    assert found.verdict.is_needed == (found.adjudicated and not is_the_same)


@pytest.mark.slow
@given(settled_crowds(), st.data(), st.sampled_from(["problem", "deleted", "skipped"]))
def test_an_annotation_that_goes_leaves_the_verdict_standing_and_is_named(record, data, status):
    before = find_consensus(record, SCHEMA)
    uid = data.draw(st.sampled_from(sorted(before.compared.annotations)))

    less = msgspec.structs.replace(
        record,
        annotations=tuple(
            msgspec.structs.replace(one, status=status) if one.uid == uid else one
            for one in record.annotations
        ),
    )

    found = find_consensus(less, SCHEMA)
    assert (found.document, found.adjudicated) == (before.document, True)
    assert found.verdict.gone == ((uid,) if record.verdict.decisions else ())


def test_a_label_of_the_adjudicators_own_beside_an_agreed_one_opens_nothing():
    """The words stay what all agree on, with the arrows there; also once an annotation goes."""
    name, firm = Entity(6, 8, "PERSON"), Entity(6, 11, "PERSON")
    supports = Relation(name, firm, "supports")
    record = record_of_crowd(
        {"u1": document([name, firm], [supports]), "u2": document([name], [])}
    )
    record = decided(record, {"e6-11": make_reading(((6, 8, "EVENT"),))})

    for status in ("submitted", "problem"):
        first, second = record.annotations
        first = msgspec.structs.replace(first, status=status)
        now = msgspec.structs.replace(record, annotations=(first, second))

        found = find_consensus(now, SCHEMA)

        assert (found.adjudicated, found.verdict.changed) == (True, ())
        assert {*found.document.entities} == {name, Entity(6, 8, "EVENT")}


def test_a_reading_that_was_offered_is_offered_again_though_nobody_has_it_any_more():
    start, end = SPANS[0]
    works = {
        uid: document([Entity(start, end, label)], [])
        for uid, label in (("u0", "ORG"), ("u1", "GPE"))
    }
    record = record_of_crowd(works)
    (first,) = compare_annotations(record, SCHEMA).differences
    record = decided(record, {first.key: first.option_of("u0").alias})

    for uid in works:
        record = with_work(record, uid, document([Entity(start, end, "PERSON")], []))
    record = with_work(record, "u0", document([], []))

    (asked,) = judge_verdict(record, SCHEMA).open
    assert {one.alias for one in first.options} < {one.alias for one in asked.options}
    assert len(asked.options) == len(first.options) + 1


def test_a_span_of_the_adjudicators_own_over_several_places_opens_nothing():
    """Each of two arrows to one name was a question, and is answered, though both places are one by now."""
    spans = (Entity(0, 2, "PERSON"), Entity(3, 5, "PERSON"), Entity(6, 8, "ORG"))
    first, second, firm = spans
    arrows = [Relation(first, firm, "supports"), Relation(second, firm, "opposes")]
    record = record_of_crowd({"u1": document([], []), "u2": document(spans, arrows)})
    choices = {
        one.key: one.option_of("u1").alias
        for one in compare_annotations(record, SCHEMA).differences
    }
    choices["e0-2"] = make_reading(((0, 5, "EVENT"),))

    found = judge_verdict(decided(record, choices), SCHEMA)

    assert (found.open, found.changed, found.news) == ((), (), 0)
