"""What is one difference between annotations, and what isn't."""

from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import articles, marked

from curation.annotations.compared import compare_documents
from curation.annotations.settle import settle
from curation.documents.document import Layer


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
