"""A document, the entities in it and the relations between them: the one thing that flows."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal, TypeVar

from curation.errors import Problem
from curation.files import Json, json_line

Scalar = str | int | float | bool | None
Meta = Mapping[str, Scalar | list[str]]
# No article is longer, and neither the model nor an annotator's browser takes more.
LONGEST = 1_000_000

Kind = Literal["model", "annotator", "gold"]


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """
    A labelled span of code points, *end* exclusive.

    Two annotators who mark the same words the same way made the same entity:
    *id* says which copy this is and *score* how sure a model was; neither
    counts when comparing.
    """

    start: int
    end: int
    label: str
    id: str = field(default="", compare=False)
    score: float | None = field(default=None, compare=False)

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A labelled arrow from *head* to *tail*."""

    head: Entity
    tail: Entity
    label: str


@dataclass(frozen=True, slots=True)
class Layer:
    """
    Whose annotations these are; no layer at all is a raw article.

    *weights* and *rules* are hashes that tell two models of one name and
    version apart; only a model has them.
    """

    kind: Kind
    name: str = ""
    version: str = ""
    weights: str = ""
    rules: str = ""

    def __str__(self) -> str:
        """One line that names the layer: ``name@version+weights.rules`` for a model, as far as it has those."""
        if self.kind != "model":
            return self.name or self.kind
        if Layer.model(self.name) == self:
            return self.name
        return f"{self.name}@{self.version}+{self.weights}.{self.rules}"

    @staticmethod
    def model(line: str) -> "Layer":
        """The model's layer from its line; a line of another form is all name."""
        if parts := re.fullmatch(r"(.+)@([^@+]*)\+([^@+.]*)\.([^@+.]*)", line, re.DOTALL):
            return Layer("model", *parts.groups())
        return Layer("model", line)


@dataclass(frozen=True, slots=True)
class Document:
    """
    An article's text with annotations, in one canonical order.

    The text was normalised once, on ingest, and never changes again: every
    offset counts its code points.
    """

    id: str
    text: str
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    meta: Meta = field(default_factory=dict)
    layer: Layer | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "entities", tuple(sorted(self.entities)))
        object.__setattr__(self, "relations", tuple(sorted(self.relations)))

    @property
    def text_sha256(self) -> str:
        """Identifies the text; with the id it identifies the document."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def words(self, entity: Entity) -> str:
        """What the entity's span says."""
        return self.text[entity.start : entity.end]

    def bare(self) -> "Document":
        """The article alone, as nobody annotated it."""
        return replace(self, entities=(), relations=(), layer=None)

    def numbered(self) -> "Document":
        """The same with every entity's id given anew, e1, e2, … in reading order."""
        # Not by replace, which takes five times as long: a pull numbers every entity twice.
        name = {
            one: Entity(one.start, one.end, one.label, f"e{n}", one.score)
            for n, one in enumerate(dict.fromkeys(self.entities), 1)
        }
        return replace(
            self,
            entities=tuple(name.values()),
            relations=tuple(
                Relation(name[r.head], name[r.tail], r.label) for r in self.relations
            ),
        )

    def to_json(self) -> Json:
        """The interchange form; ids are kept where they tell the entities apart."""
        ids = {entity.id for entity in self.entities}
        named = self if len(ids) == len(self.entities) and "" not in ids else self.numbered()
        form: Json = {"id": named.id, "text": named.text}
        form["entities"] = [_entity_form(entity) for entity in named.entities]
        form["relations"] = [
            {"head": r.head.id, "tail": r.tail.id, "label": r.label} for r in named.relations
        ]
        form["meta"] = dict(named.meta)
        if named.layer:
            form["layer"] = layer_form(named.layer)
        return form

    def to_line(self) -> str:
        """One line of JSON, the interchange format of every command."""
        return json_line(self.to_json())


@dataclass(frozen=True, slots=True)
class Annotation:
    """
    One annotator's finished work on a document.

    *document* carries a layer of the kind annotator, named by a pseudonym;
    *suggestion* is what the annotator started from, None where it was blind;
    *edited_by* is somebody else who changed it last, if anybody did. *note* is
    the annotator's own words about the document; it says nothing of what is marked.
    """

    document: Document
    suggestion: Document | None = None
    flags: tuple[str, ...] = ()
    edited_by: str = ""
    note: str = ""

    @property
    def annotator(self) -> str:
        """The pseudonym."""
        return self.document.layer.name if self.document.layer else ""


MACHINE = "machine-"


def is_machine(pseudonym: str) -> bool:
    """Whether an annotator is a program or a language model; people are ``person-…``."""
    return pseudonym.startswith(MACHINE)


def layer_form(layer: Layer) -> Json:
    """The layer as JSON, without what is empty."""
    names = ("kind", "name", "version", "weights", "rules")
    return {name: value for name in names if (value := getattr(layer, name))}


def _entity_form(entity: Entity) -> Json:
    form: Json = {"id": entity.id, "start": entity.start, "end": entity.end}
    form["label"] = entity.label
    if entity.score is not None:
        form["score"] = entity.score
    return form


def faults(document: Document) -> tuple[Problem, ...]:
    """
    What can't be true of any document, whatever its labels.

    Spans lie inside the text, aren't empty and don't begin or end with white
    space; no entity or relation stands there twice; a relation joins two
    different entities of this document.
    """
    return (*_text_faults(document), *_span_faults(document), *_arrow_faults(document))


def _at(document: Document, entity: Entity, what: str) -> Problem:
    return Problem(f"{document.id}, {entity.start}..{entity.end}", what)


def _text_faults(document: Document) -> Iterator[Problem]:
    if (at := document.text.find("\0")) >= 0:
        yield Problem(
            f"{document.id}, {at}", "a NUL character, which shifts every offset behind it"
        )
    if (length := len(document.text)) > LONGEST:
        yield Problem(document.id, f"the text has {length:,} characters; {LONGEST:,} may be")


def _span_faults(document: Document) -> Iterator[Problem]:
    length = len(document.text)
    for entity in document.entities:
        words = document.words(entity)
        if not 0 <= entity.start < entity.end <= length:
            what = f"the span is empty, reversed or outside the text (0..{length})"
            yield _at(document, entity, what)
        elif words != words.strip():
            yield _at(document, entity, f"{words!r} begins or ends with white space")
    for entity in _twice(document.entities):
        yield _at(document, entity, f"the same {entity.label} stands there twice")


def _arrow_faults(document: Document) -> Iterator[Problem]:
    there = set(document.entities)
    for relation in document.relations:
        if relation.head not in there or relation.tail not in there:
            what = f"{relation.label} joins an entity that is not in the document"
            yield _at(document, relation.head, what)
        elif relation.head == relation.tail:
            yield _at(document, relation.head, f"{relation.label} joins an entity with itself")
    for relation in _twice(document.relations):
        yield _at(document, relation.head, f"the same {relation.label} stands there twice")


_Part = TypeVar("_Part", Entity, Relation)


def _twice(items: tuple[_Part, ...]) -> list[_Part]:
    return [item for item, after in pairwise(items) if item == after]
