"""Annotations of a short text that overlap, nest and cross each other as much as they can."""

from dataclasses import replace

from annotations.drawn import pulled_annotation, pulled_document
from hypothesis import strategies as st
from samples import SCHEMA as SHIPPED

from curation.annotations.merge import merge_pulled
from curation.documents.document import Document, Entity, Layer, Relation

# Under this schema a place may be a GPE and a NORP on the same words.
SCHEMA = replace(SHIPPED, same_words=frozenset({frozenset({"GPE", "NORP"})}))
TEXT = "Aa Bb Cc Dd Ee Ff"
SPANS = [(start, end) for start in range(0, 17, 3) for end in range(start + 2, 18, 3)]
LABELS = ("PERSON", "ORG", "GPE", "NORP")
RELATIONS = ("supports", "meets_with", "affiliated_with", "based_in", "member_of", "located_in")
UIDS = ("u1", "u2", "u3", "u4")


def allowed(relation):
    kind = SCHEMA.relations[relation.label]
    return relation.head != relation.tail and kind.joins_either_way(
        relation.head.label, relation.tail.label
    )


def document(entities, relations):
    """A sound document: one label on a span, or both that may stand together; ends that are there."""
    kept = {}
    for one in sorted(entities):
        there = kept.setdefault(one.span, [])
        if all({one.label, other.label} == {"GPE", "NORP"} for other in there):
            there.append(one)
    entities = {one for there in kept.values() for one in there}
    relations = {one for one in relations if {one.head, one.tail} <= entities and allowed(one)}
    return SCHEMA.canonical(Document("d1", TEXT, tuple(entities), tuple(relations)))


entities = st.builds(
    lambda span, label: Entity(*span, label), st.sampled_from(SPANS), st.sampled_from(LABELS)
)


@st.composite
def relations_among(draw, entities):
    if len(entities) < 2:
        return []
    ends = st.sampled_from(sorted(entities))
    arrows = st.builds(Relation, ends, ends, st.sampled_from(RELATIONS))
    return draw(st.lists(arrows, max_size=6))


@st.composite
def varied(draw, base):
    """The document after somebody changed some of it."""
    kept = {one for one in base.entities if draw(st.integers(0, 4))}
    kept |= {*draw(st.lists(entities, max_size=2))}
    arrows = {one for one in base.relations if draw(st.integers(0, 4))}
    arrows |= {*draw(relations_among(kept))}
    return document(kept, arrows)


@st.composite
def crowds(draw, fewest=1):
    """What some annotators have, four at most, by uid; they agree on some of it."""
    spans = draw(st.lists(entities, min_size=2, max_size=5))
    base = document(spans, draw(relations_among(spans)))
    number = draw(st.integers(fewest, 4))
    return {uid: draw(varied(base)) for uid in UIDS[:number]}


def record_of_crowd(documents, flags=()):
    """The record in which each of the documents is the annotation of another person."""
    flagged = dict(zip(UIDS, flags, strict=False))
    pulled = [
        pulled_annotation(
            replace(one, layer=Layer("annotator", f"person-{uid}")),
            uid=uid,
            annotator=f"person-{uid}",
            flags=flagged.get(uid, ()),
        )
        for uid, one in documents.items()
    ]
    article = Document("d1", TEXT)
    return merge_pulled(None, pulled_document(article, *pulled)).record


def everything(document):
    return {*document.entities}, {*document.relations}
