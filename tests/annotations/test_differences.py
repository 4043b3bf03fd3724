"""Where annotations differ: every place once, and who has what there."""

from annotations.drawn import PEOPLE
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import articles, marked

from curation.annotations.differences import (
    _LONGEST_QUOTE,
    decisions_between,
    describe_differences,
    find_differences,
    find_reopened_places,
    labels_by_place,
)
from curation.documents.document import AnnotatedDocument, Document, Entity, Layer, Relation

TEXT = "Bob met Al in Oslo."
BOB, AL, OSLO = Entity(0, 3, "PERSON"), Entity(8, 10, "PERSON"), Entity(14, 18, "GPE")


def article(*entities, arrows=(), text=TEXT):
    return Document("d1", text, entities, arrows)


@st.composite
def several(draw):
    """Two or three annotators' documents of one article."""
    one = draw(articles())
    names = PEOPLE[: draw(st.integers(2, 3))]
    return [draw(marked(SCHEMA, one, Layer("annotator", name))) for name in names]


@given(several())
def test_there_is_no_difference_where_all_mark_the_same_and_else_there_is(documents):
    canonical = [SCHEMA.canonical(one) for one in documents]

    found = list(find_differences(canonical))

    same = len({(one.entities, one.relations) for one in canonical}) == 1
    assert (not found) == same
    assert [one.place for one in found] == sorted({one.place for one in found})
    assert all(len(one.readings) == len(documents) for one in found)
    assert all(len({*one.readings}) > 1 for one in found)


@given(several())
def test_a_place_has_the_labels_of_all_that_stands_there(documents):
    for one in documents:
        places = labels_by_place(one)

        assert sum(map(len, places.values())) == len(one.entities) + len(one.relations)


def test_one_document_alone_differs_from_nothing():
    assert list(find_differences([article(BOB)])) == []


def test_what_only_some_have_is_nothing_for_the_others():
    (one,) = find_differences([article(BOB, AL), article(BOB)])

    assert (one.place, one.readings) == (((8, 10),), (("PERSON",), ()))


def test_two_labels_on_one_span_are_one_reading():
    both = article(OSLO, Entity(14, 18, "ORG"))

    (one,) = find_differences([both, article(OSLO)])

    assert one.readings == (("GPE", "ORG"), ("GPE",))


def test_a_long_span_is_quoted_in_part():
    long = "x" * 90
    said = [AnnotatedDocument(Document("d1", long, some, (), {}, Layer("annotator", name)))
            for name, some in (("a", (Entity(0, 90, "ORG"),)), ("b", ()))]  # fmt: skip

    (line,) = describe_differences(said)

    assert line == f"0..90 '{'x' * (_LONGEST_QUOTE - 1)}…': ORG by a; nothing by b"


def test_a_decision_names_each_reading_and_whose_it_is():
    """Also where they agree and the verdict says other than they."""
    offered = {"u1": article(BOB, AL), "u2": article(BOB, AL, OSLO), "u3": article(BOB, AL)}
    verdict = article(BOB, OSLO)

    al, oslo = decisions_between(offered, verdict)

    assert (al.place, al.chosen) == (((8, 10),), ())
    assert [(one.by, one.labels) for one in al.offered] == [(("u1", "u2", "u3"), ("PERSON",))]
    assert (oslo.place, oslo.chosen) == (((14, 18),), ("GPE",))
    assert [(one.by, one.labels) for one in oslo.offered] == [
        (("u1", "u3"), ()),
        (("u2",), ("GPE",)),
    ]


def test_a_pair_is_decided_by_the_spans_of_its_ends():
    arrow = Relation(BOB, AL, "meets_with")

    (one,) = decisions_between(
        {"u1": article(BOB, AL, arrows=(arrow,)), "u2": article(BOB, AL)},
        article(BOB, AL, arrows=(arrow,)),
    )

    assert (one.place, one.chosen) == (((0, 3), (8, 10)), ("meets_with",))


def test_what_nobody_offered_opens_its_place_alone():
    offered = {"u1": article(BOB, AL), "u2": article(BOB)}
    verdict = article(BOB, AL)
    decisions = tuple(decisions_between(offered, verdict))

    assert find_reopened_places(verdict, decisions, [article(BOB), article(BOB)]) == ()
    assert find_reopened_places(verdict, decisions, [article(BOB, OSLO)]) == (((14, 18),),)
    assert find_reopened_places(verdict, decisions, [article(AL)]) == (((0, 3),),)
    other = article(BOB, Entity(8, 10, "ORG"))
    assert find_reopened_places(verdict, decisions, [other]) == (((8, 10),),)


@given(several(), st.data())
def test_what_a_verdict_was_given_on_opens_nothing(documents, data):
    verdict = data.draw(marked(SCHEMA, documents[0].without_annotations(), None))
    offered = {f"u{number}": one for number, one in enumerate(documents)}

    decisions = tuple(decisions_between(offered, verdict))

    assert find_reopened_places(verdict, decisions, documents) == ()
