"""What is one difference between annotations, and what isn't."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import articles, marked

from curation.annotations.compared import compare_documents
from curation.annotations.differences import majority
from curation.annotations.place_map import labelled_span
from curation.annotations.settle_choices import settle
from curation.documents.document import Document, Entity, Layer, Relation


@st.composite
def several(draw):
    """Two to four annotators' documents of one article, by uid; some of them are alike."""
    article = draw(articles())
    different = [
        SCHEMA.canonical(draw(marked(SCHEMA, article, Layer("annotator", "person-1a2b"))))
        for _ in range(draw(st.integers(1, 3)))
    ]
    chosen = draw(st.lists(st.sampled_from(different), min_size=2, max_size=4))
    return {f"u{number}": one for number, one in enumerate(chosen)}


def everything(document):
    return {*document.entities}, {*document.relations}


@given(several(), st.data())
def test_whoevers_readings_are_all_chosen_is_reproduced_exactly(documents, data):
    compared = compare_documents(documents, SCHEMA)
    uid = data.draw(st.sampled_from(sorted(documents)))

    choices = {one.key: one.option_of(uid).alias for one in compared.differences}
    settled = settle(compared, choices, SCHEMA)

    assert settled.contradictions == ()
    assert everything(settled.document) == everything(documents[uid])


@given(several(), st.data())
def test_any_choice_gives_a_gold_with_all_that_is_agreed_or_names_what_contradicts(
    documents, data
):
    compared = compare_documents(documents, SCHEMA)
    choices = {
        one.key: data.draw(st.sampled_from(one.options)).alias for one in compared.differences
    }

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


@given(several())
def test_there_is_a_difference_exactly_where_annotations_are_not_alike(documents):
    compared = compare_documents(documents, SCHEMA)

    alike = len({(one.entities, one.relations) for one in documents.values()}) == 1
    assert (compared.differences == ()) == alike
    if alike:
        assert everything(compared.agreed) == everything(next(iter(documents.values())))


@given(several())
def test_each_annotation_has_one_reading_at_each_difference(documents):
    compared = compare_documents(documents, SCHEMA)

    for one in compared.differences:
        assert sorted(uid for option in one.options for uid in option.by) == sorted(documents)
        assert len({option.alias for option in one.options}) == len(one.options)
        assert len([option for option in one.options if option.by]) > 1
    keys = [one.key for one in compared.differences]
    assert len({*keys}) == len(keys)


# What one difference is, sentence by sentence. President Bob of Oslo met Al.

TEXT = "President Bob of Oslo met Al."
TITLE, BOB, WHOLE = Entity(0, 9, "TITLE"), Entity(10, 13, "PERSON"), Entity(0, 13, "PERSON")
OSLO, AL = Entity(17, 21, "GPE"), Entity(26, 28, "PERSON")
HOLDS = Relation(BOB, TITLE, "holds_position")
MET = Relation(BOB, AL, "meets_with")


def as_(entity, label):
    return replace(entity, label=label)


def compared(*works, schema=SCHEMA):
    documents = {
        uid: schema.canonical(
            Document(
                "d1",
                TEXT,
                tuple(one for one in work if isinstance(one, Entity)),
                tuple(one for one in work if isinstance(one, Relation)),
            )
        )
        for uid, work in zip("abcd", works, strict=False)
    }
    return compare_documents(documents, schema)


def spans_of(difference):
    """Each option's labelled spans, by who has it."""
    return {one.by: one.reading.entities for one in difference.options}


def arrows_of(difference):
    """Each option's arrows as label and direction, by who has it."""
    return {
        one.by: {(arrow.label, arrow.direction) for arrow in one.reading.arrows}
        for one in difference.options
    }


SINGLE_PLACES = {
    "another-label": ((OSLO,), (as_(OSLO, "LOC"),), "e17-21"),
    "another-boundary": ((BOB,), (WHOLE,), "e0-13"),
    "nesting": ((WHOLE,), (as_(WHOLE, "ORG"), BOB), "e0-13"),
    "one-or-two": ((WHOLE,), (TITLE, BOB), "e0-13"),
    "two-labels-on-one-span": ((OSLO,), (OSLO, as_(OSLO, "NORP")), "e17-21"),
    "not-marked": ((OSLO,), (), "e17-21"),
    "overlapping-by-way-of-another": (
        (Entity(0, 13, "PERSON"), Entity(14, 21, "LOC")),
        (Entity(10, 16, "ORG"),),
        "e0-21",
    ),
}


@pytest.mark.parametrize("case", SINGLE_PLACES)
def test_whatever_differs_at_one_place_is_one_question(case):
    one, other, key = SINGLE_PLACES[case]

    (difference,) = compared((*one, AL), (*other, AL)).differences

    assert (difference.kind, difference.key) == ("entities", key)
    options = spans_of(difference)
    assert options["a",] == tuple(labelled_span(each) for each in one)
    assert options["b",] == tuple(labelled_span(each) for each in other)
    assert () in options.values()


def test_a_span_inside_an_agreed_one_is_a_question_of_its_own():
    found = compared((WHOLE,), (WHOLE, BOB))

    assert found.agreed.entities == (WHOLE,)
    assert [one.key for one in found.differences] == ["e10-13"]


def test_spans_that_only_touch_are_two_questions():
    found = compared((Entity(0, 9, "TITLE"), Entity(9, 13, "PERSON")), ())

    assert [one.key for one in found.differences] == ["e0-9", "e9-13"]


def test_what_all_have_inside_a_disputed_place_stays_agreed():
    found = compared((TITLE, BOB, WHOLE), (TITLE, BOB, as_(WHOLE, "ORG")))

    assert found.agreed.entities == (TITLE, BOB)
    (difference,) = found.differences
    assert spans_of(difference)["a",] == ((0, 13, "PERSON"),)


def test_not_marked_and_no_arrow_can_always_be_chosen():
    place, pair = compared(
        (OSLO, BOB, AL, Relation(BOB, AL, "supports")),
        (as_(OSLO, "LOC"), BOB, AL, Relation(AL, BOB, "supports")),
    ).differences

    assert spans_of(place)[()] == ()
    assert arrows_of(pair)[()] == set()


def test_a_disputed_label_at_an_end_is_no_difference_of_the_relation():
    """The arrow is agreed, and goes to whatever is chosen there."""
    located = Relation(BOB, OSLO, "affiliated_with")
    found = compared(
        (BOB, OSLO, located),
        (BOB, as_(OSLO, "ORG"), replace(located, tail=as_(OSLO, "ORG"))),
    )

    assert [one.key for one in found.differences] == ["e17-21"]
    (arrow,) = found.agreed_arrows
    assert (arrow.label, arrow.direction) == ("affiliated_with", "forward")
    assert (arrow.place, arrow.ends) == (((10, 13), (17, 21)), (None, None))
    assert found.end(arrow, 0) == BOB
    assert found.end(arrow, 1).key == "e17-21"


def test_between_two_places_an_option_is_the_set_of_labels_and_directions():
    there, back = Relation(BOB, AL, "supports"), Relation(AL, BOB, "opposes")

    (pair,) = compared((BOB, AL, there), (BOB, AL, there, back), (BOB, AL)).differences

    assert (pair.kind, pair.key, pair.place) == (
        "relations",
        "r10-13,26-28",
        ((10, 13), (26, 28)),
    )
    assert arrows_of(pair) == {
        ("a",): {("supports", "forward")},
        ("b",): {("supports", "forward"), ("opposes", "backward")},
        ("c",): set(),
    }


def test_a_symmetric_relation_has_no_direction():
    alike = compared((BOB, AL, MET), (BOB, AL, Relation(AL, BOB, "meets_with")))
    (pair,) = compared((BOB, AL, MET), (BOB, AL)).differences

    assert alike.differences == ()
    assert arrows_of(pair)["a",] == {("meets_with", "none")}


def test_an_arrow_to_an_end_that_only_its_author_marked_comes_with_that_reading():
    (place,) = compared((BOB, TITLE, HOLDS), (BOB,)).differences

    assert place.key == "e0-9"
    assert arrows_of(place) == {("a",): {("holds_position", "backward")}, ("b",): set()}


def test_an_arrow_comes_with_its_end_where_all_who_marked_the_end_have_it():
    folded = compared((BOB, TITLE, HOLDS), (BOB, TITLE, HOLDS), (BOB,))
    asked = compared((BOB, TITLE, HOLDS), (BOB, TITLE), (BOB,))

    assert [one.key for one in folded.differences] == ["e0-9"]
    assert [one.key for one in asked.differences] == ["e0-9", "r0-9,10-13"]


def test_where_both_ends_are_in_doubt_the_arrow_is_a_difference_of_its_own():
    found = compared((BOB, TITLE, HOLDS), ())

    assert [one.key for one in found.differences] == ["e0-9", "e10-13", "r0-9,10-13"]


def test_of_three_annotators_each_distinct_reading_is_an_option():
    (place,) = compared((OSLO,), (as_(OSLO, "ORG"),), (as_(OSLO, "LOC"),), (OSLO,)).differences

    assert spans_of(place) == {
        ("a", "d"): ((17, 21, "GPE"),),
        ("b",): ((17, 21, "ORG"),),
        ("c",): ((17, 21, "LOC"),),
        (): (),
    }


def test_an_arrow_says_which_of_two_entities_on_the_same_words_it_joins():
    norp = as_(OSLO, "NORP")
    one = (OSLO, norp, AL, Relation(OSLO, AL, "supports"))
    other = (OSLO, norp, AL, Relation(norp, AL, "supports"))

    (pair,) = compared(one, other).differences

    assert [arrow.ends[0] for option in pair.options for arrow in option.reading.arrows] == [
        (17, 21, "GPE"),
        (17, 21, "NORP"),
    ]


def test_differences_stand_in_the_order_of_the_text_and_a_pair_after_both_its_ends():
    """So whoever goes from one to the next knows the ends before the arrow."""
    found = compared(
        (as_(AL, "ORG"), BOB, OSLO, Relation(BOB, OSLO, "affiliated_with")),
        (AL, BOB, as_(OSLO, "LOC")),
    )

    assert [one.key for one in found.differences] == ["e17-21", "r10-13,17-21", "e26-28"]


def test_keys_and_aliases_say_nothing_of_whose_a_reading_is():
    """And are the same whoever comes first."""
    one, other = (BOB, TITLE, HOLDS), (WHOLE, OSLO)

    def named(found):
        return [
            (each.key, [option.alias for option in each.options]) for each in found.differences
        ]

    assert named(compared(one, other)) == named(compared(other, one))
    assert named(compared(one, other)) == named(compared(other, one, one))


MAJORITIES = {
    "two-of-three": ([OSLO, OSLO, as_(OSLO, "LOC")], (17, 21, "GPE")),
    "two-of-four": ([OSLO, OSLO, as_(OSLO, "LOC"), as_(OSLO, "ORG")], None),
    "all-different": ([OSLO, as_(OSLO, "ORG"), as_(OSLO, "LOC")], None),
    "never-of-two": ([OSLO, as_(OSLO, "LOC")], None),
}


@pytest.mark.parametrize("case", MAJORITIES)
def test_a_majority_is_more_than_half_of_three_or_more(case):
    works, chosen = MAJORITIES[case]
    (place,) = compared(*((one,) for one in works)).differences

    alias = majority(place)

    assert (place.option(alias).reading.entities if alias else None) == (chosen and (chosen,))
