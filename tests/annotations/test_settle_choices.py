"""Whatever annotators say and an adjudicator chooses: a sound gold, or the differences that contradict."""

import pytest
from annotations.crowded import SCHEMA, SPANS, crowds, document, everything
from hypothesis import given
from hypothesis import strategies as st

from curation.annotations.compared import compare_documents
from curation.annotations.readings import Arrow, make_reading
from curation.annotations.settle_choices import settle
from curation.documents.document import Entity

OWN_LABELS = ("EVENT", "PERSON", "GPE")


def own_reading(data, compared, difference):
    """Something that the adjudicator marked instead of what was offered."""
    if difference.kind == "entities":
        (start, end) = difference.place[0]
        inside = [one for one in SPANS if start <= one[0] and one[1] <= end]
        chosen = data.draw(
            st.lists(st.sampled_from(inside), min_size=1, max_size=2, unique=True)
        )
        return make_reading(
            tuple((*span, data.draw(st.sampled_from(OWN_LABELS))) for span in chosen)
        )
    label = data.draw(st.sampled_from(["supports", "meets_with", "opposes"]))
    way = (
        "none" if label == "meets_with" else data.draw(st.sampled_from(["forward", "backward"]))
    )
    return make_reading(arrows=(Arrow(label, way, difference.place),))


def choices_of(data, compared, *, own=False):
    """A choice at each difference, among what is offered, and perhaps something else."""
    choices = {}
    for one in compared.differences:
        if own and data.draw(st.integers(0, 2)) == 0:
            choices[one.key] = own_reading(data, compared, one)
        else:
            choices[one.key] = data.draw(st.sampled_from(one.options)).alias
    return choices


@pytest.mark.slow
@given(crowds(), st.data())
def test_whoevers_readings_are_all_chosen_is_reproduced_exactly(documents, data):
    compared = compare_documents(documents, SCHEMA)
    uid = data.draw(st.sampled_from(sorted(documents)))

    choices = {one.key: one.option_of(uid).alias for one in compared.differences}
    settled = settle(compared, choices, SCHEMA)

    assert settled.contradictions == ()
    assert settled.undecided == ()
    assert everything(settled.document) == everything(documents[uid])


@pytest.mark.slow
@given(crowds(), st.data())
def test_any_choice_gives_a_gold_that_keeps_what_is_agreed_or_names_what_contradicts(
    documents, data
):
    compared = compare_documents(documents, SCHEMA)
    choices = choices_of(data, compared, own=True)

    settled = settle(compared, choices, SCHEMA)

    assert (settled.document is None) == bool(settled.contradictions)
    for one in settled.contradictions:
        assert one.differences
        assert {*one.differences} <= choices.keys()
    if settled.document:
        entities, relations = everything(settled.document)
        assert {*compared.agreed.entities} <= entities
        assert {*compared.agreed.relations} <= relations
        assert all({one.head, one.tail} <= entities for one in relations)
        assert all(one.head != one.tail for one in relations)
        drawn = {(one.head.span, one.tail.span, one.label) for one in relations}
        for arrow in compared.agreed_arrows:
            assert any(_fits(arrow, *one) for one in drawn)


def _fits(arrow, head, tail, label):
    first, second = (tail, head) if arrow.direction == "backward" else (head, tail)
    ways = [(first, second)] + ([(second, first)] if arrow.direction == "none" else [])
    return label == arrow.label and any(
        all(
            start < place[1] and place[0] < end
            for (start, end), place in zip(way, arrow.place, strict=True)
        )
        for way in ways
    )


@given(crowds())
def test_undecided_differences_are_named_and_nothing_of_them_is_in_the_document(documents):
    compared = compare_documents(documents, SCHEMA)

    settled = settle(compared, {}, SCHEMA)

    assert settled.undecided == tuple(one.key for one in compared.differences)
    assert everything(settled.document) == everything(compared.agreed)


def test_an_unknown_alias_is_told_with_its_difference():

    compared = compare_documents(
        {"a": document([Entity(0, 2, "ORG")], ()), "b": document([], ())}, SCHEMA
    )

    settled = settle(compared, {"e0-2": "0000000000"}, SCHEMA)

    (one,) = settled.contradictions
    assert (one.kind, one.differences, settled.document) == ("unknown option", ("e0-2",), None)
