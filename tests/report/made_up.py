"""A gold that nobody annotated: suggestions, changed at random as a careful annotator might."""

import random
import re
from dataclasses import replace
from itertools import pairwise

from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation

NAMES = re.compile(r"\b[A-Z][\w’.-]+(?: [A-Z][\w’.-]+)*")
MODEL = Layer("model", "made-up", "1")


def corrected(suggested: Document, rng: random.Random) -> Document:
    """Most suggestions kept, some mended, some taken out, and some names added."""
    kept = {one: _mended(one, suggested.text, rng) for one in suggested.entities}
    places = [match.span() for match in NAMES.finditer(suggested.text)]
    added = [
        Entity(*place, rng.choice(("ORG", "EVENT", "FAC", "LAW", "TITLE")))
        for place in places
        if rng.random() < 0.06
    ]
    entities = {one for one in kept.values() if one} | set(added)
    relations = set()
    for one in suggested.relations:
        head, tail = kept[one.head], kept[one.tail]
        if head and tail and rng.random() < 0.85:
            relations.add(_other(Relation(head, tail, one.label), rng))
    some = sorted(entities)
    for head, tail in pairwise(some):
        fitting = [k.name for k in SCHEMA.relations.values() if k.joins(head.label, tail.label)]
        if fitting and rng.random() < 0.08 and head.end <= tail.start:
            relations.add(SCHEMA.canonical_relation(Relation(head, tail, rng.choice(fitting))))
    return replace(
        suggested, entities=tuple(entities), relations=tuple(relations), layer=Layer("gold")
    )


def _mended(one: Entity, text: str, rng: random.Random) -> Entity | None:
    chance = rng.random()
    if chance < 0.03:
        return None
    if chance < 0.06:
        return replace(one, label=rng.choice(sorted(SCHEMA.entities)))
    if chance < 0.09 and (space := text.find(" ", one.start, one.end)) > 0:
        return replace(one, start=space + 1)
    return one


def _other(one: Relation, rng: random.Random) -> Relation:
    chance = rng.random()
    kinds = [
        k.name for k in SCHEMA.relations.values() if k.joins(one.head.label, one.tail.label)
    ]
    if chance < 0.1 and kinds:
        return SCHEMA.canonical_relation(replace(one, label=rng.choice(kinds)))
    if chance < 0.16:
        return SCHEMA.canonical_relation(replace(one, head=one.tail, tail=one.head))
    return one


def guessed(article: Document, rng: random.Random) -> Document:
    """Suggestions of no model: runs of capitals, neighbours joined, each with a score."""
    labels = sorted(SCHEMA.entities)
    entities = tuple(
        Entity(*match.span(), rng.choice(labels), score=round(rng.random(), 2))
        for match in NAMES.finditer(article.text)
    )
    relations = tuple(
        SCHEMA.canonical_relation(Relation(head, tail, kind.name))
        for head, tail in pairwise(entities)
        for kind in SCHEMA.relations.values()
        if kind.joins(head.label, tail.label) and rng.random() < 0.1
    )
    return replace(article, entities=entities, relations=relations, layer=MODEL)
