"""The relation step alone, on entities that are given."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from curation.checks.against_schema import check_document
from curation.documents.document import Document, Entity, Layer, Relation

TEXT = "Russia and Iran backed Assad. Bush met Putin in Moscow, Russia."


def test_given_entities_stay_as_they_are(pipeline, schema, marked):
    given_ = replace(
        marked("GPE[Russia] backs PERSON[Assad]."), layer=Layer("gold"), meta={"title": "x"}
    )

    found = pipeline.relate(given_, schema)

    assert replace(found, relations=()) == given_
    assert [r.label for r in found.relations] == ["supports"]


def test_the_relations_that_were_there_are_replaced(pipeline, schema, marked):
    given_ = marked("GPE[Russia] backs PERSON[Assad].")
    russia, assad = given_.entities
    wrong = replace(given_, relations=(Relation(russia, assad, "opposes"),))

    assert [r.label for r in pipeline.relate(wrong, schema).relations] == ["supports"]


def test_a_relation_joins_the_very_entities_that_were_given(pipeline, schema):
    """Their ids too, though these don't count when comparing."""
    entities = (Entity(0, 6, "GPE", "left"), Entity(13, 18, "PERSON", "right"))
    document = Document("d", "Russia backs Assad.", entities)

    (relation,) = pipeline.relate(document, schema).relations

    assert (relation.head.id, relation.tail.id) == ("left", "right")


def test_half_a_word_takes_part_in_no_relation(pipeline, schema):
    document = Document(
        "d", "Russia backs Assad.", (Entity(0, 4, "GPE"), Entity(13, 18, "PERSON"))
    )

    assert pipeline.relate(document, schema).relations == ()


def test_of_nested_entities_the_longest_that_fits_is_the_end(pipeline, schema):
    text = "The Bank of America backs Assad."
    entities = (Entity(4, 19, "ORG"), Entity(12, 19, "GPE"), Entity(26, 31, "PERSON"))

    (relation,) = pipeline.relate(Document("d", text, entities), schema).relations

    assert relation.head == entities[0]


def test_a_symmetric_relation_begins_at_the_earlier_entity(relations_in):
    assert relations_in("It was PERSON[Putin] whom PERSON[Bush] met.") <= {
        "Putin meets_with Bush"
    }


def test_a_symmetric_relation_of_two_types_is_turned_to_its_signature(pipeline, schema, marked):
    """PERSON ↔ ORG, where the text names the ORG first."""
    kind = replace(schema.relations["meets_with"], head=("PERSON",), tail=("ORG",))
    other = replace(schema, relations={**schema.relations, "meets_with": kind})

    found = pipeline.relate(marked("ORG[NATO] met PERSON[Bush]."), other)

    assert [(r.head.label, r.tail.label) for r in found.relations] == [("PERSON", "ORG")]


@given(
    spans=st.lists(
        st.tuples(
            st.integers(0, len(TEXT)),
            st.integers(1, 14),
            st.sampled_from(["PERSON", "GPE", "ORG", "NORP", "TITLE", "LOC", "FAC", "DATE"]),
        ),
        max_size=12,
    )
)
def test_whatever_the_entities_the_relations_keep_to_the_schema(pipeline, schema, spans):
    places = {(s, min(s + n, len(TEXT))): label for s, n, label in spans}
    entities = {Entity(*place, label) for place, label in places.items()}
    sound = [e for e in entities if (w := TEXT[e.start : e.end]) and w == w.strip()]

    found = pipeline.relate(Document("d", TEXT, tuple(sound)), schema)

    assert check_document(found, schema) == ()
    assert found.entities == tuple(sorted(sound))
