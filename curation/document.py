"""A document, the entities in it and the relations between them: the one thing that flows."""

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeVar, get_args

from curation.errors import InputError, Problem, brief, refuse
from curation.files import Json, json_line, read_objects

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
        """One line that names the layer: ``name@version+weights.rules`` for a model."""
        if self.kind != "model":
            return self.name or self.kind
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
        ids = {entity: f"e{n}" for n, entity in enumerate(dict.fromkeys(self.entities), 1)}
        name = {entity: replace(entity, id=given) for entity, given in ids.items()}
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
    *edited_by* is somebody else who changed it last, if anybody did.
    """

    document: Document
    suggestion: Document | None = None
    flags: tuple[str, ...] = ()
    edited_by: str = ""

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


SURROGATE = re.compile("[\ud800-\udfff]")

_Part = TypeVar("_Part", Entity, Relation)


def _twice(items: tuple[_Part, ...]) -> list[_Part]:
    return [item for item, after in pairwise(items) if item == after]


def read_documents(path: Path) -> Iterator[Document]:
    """
    The documents of a JSONL file (``-``: standard input), line by line.

    Raises InputError at the end of the file with every problem found, each
    with its line; whoever writes must wait for the end.
    """
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for place, form in read_objects(path, problems):
        document, found = parse_document(form, place)
        problems += found
        if document is None:
            continue
        if (first := seen.setdefault(document.id, place)) != place:
            problems.append(
                Problem(place, f"the id {document.id!r} is that of {first} already")
            )
            continue
        yield document
    if problems:
        refuse(problems, InputError, hint=f"mend these lines of {path}")


def parse_document(form: Json, place: str) -> tuple[Document | None, list[Problem]]:
    """
    A document from its interchange form, strict in keys and types.

    Without a document there is at least one problem, each beginning with
    *place*.
    """
    gate = _Gate(place)
    gate.keys(form, "document", ("id", "text"), ("entities", "relations", "meta", "layer"))
    identity = gate.text(form, "document", "id")
    text = gate.text(form, "document", "text")
    entities: dict[str, Entity] = {}
    for item in gate.objects(form, "entities"):
        entity = gate.entity(item)
        if entity and entity.id in entities:
            gate.say(f"the entity id {entity.id!r} stands there twice")
        elif entity:
            entities[entity.id] = entity
    relations = [gate.relation(item, entities) for item in gate.objects(form, "relations")]
    meta = gate.meta(form.get("meta", {}))
    layer = gate.layer(form["layer"]) if "layer" in form else None
    if gate.problems:
        return None, gate.problems
    joined = tuple(relation for relation in relations if relation)
    document = Document(identity, text, tuple(entities.values()), joined, meta, layer)
    wrong = [Problem(place, str(problem)) for problem in faults(document)]
    return (None, wrong) if wrong else (document, [])


class _Gate:
    """Reads what another program wrote and keeps every objection."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.problems: list[Problem] = []

    def say(self, what: str) -> None:
        self.problems.append(Problem(self.place, what))

    def keys(
        self, form: Json, name: str, needed: Iterable[str], allowed: Iterable[str]
    ) -> None:
        needed = tuple(needed)
        known = (*needed, *allowed)
        for key in needed:
            if key not in form:
                self.say(f"the {name} has no {key!r}")
        for key in form:
            if key not in known:
                self.say(
                    f"the {name} has an unknown key {brief(key)}; known are {', '.join(known)}"
                )

    def text(self, form: Json, name: str, key: str) -> str:
        """A string that isn't empty and can be written as UTF-8."""
        value = form.get(key)
        if key not in form:
            return ""
        if not isinstance(value, str) or not value:
            self.say(
                f"{key!r} of the {name} must be a string that isn't empty, not {brief(value)}"
            )
            return ""
        if not encodable(value):
            self.say(f"{key!r} of the {name} holds half a character (a lone surrogate)")
            return ""
        return value

    def offset(self, form: Json, key: str) -> int:
        value = form.get(key, 0)
        if type(value) is not int:
            self.say(f"{key!r} of the entity must be an integer, not {brief(value)}")
            return 0
        return value

    def objects(self, form: Json, key: str) -> Iterator[Json]:
        items = form.get(key, [])
        if not isinstance(items, list):
            self.say(f"{key!r} must be a list, not {brief(items)}")
            return
        for item in items:
            if isinstance(item, dict):
                yield item
            else:
                self.say(f"{key!r} must hold objects, not {brief(item)}")

    def entity(self, form: Json) -> Entity | None:
        before = len(self.problems)
        self.keys(form, "entity", ("id", "start", "end", "label"), ("score",))
        score = None
        if "score" in form and (score := to_score(form["score"])) is None:
            self.say(f"'score' of the entity must be a number, not {brief(form['score'])}")
        entity = Entity(
            self.offset(form, "start"),
            self.offset(form, "end"),
            self.text(form, "entity", "label"),
            self.text(form, "entity", "id"),
            score,
        )
        return entity if len(self.problems) == before else None

    def relation(self, form: Json, entities: Mapping[str, Entity]) -> Relation | None:
        before = len(self.problems)
        self.keys(form, "relation", ("head", "tail", "label"), ())
        ends = [self.text(form, "relation", key) for key in ("head", "tail")]
        label = self.text(form, "relation", "label")
        if len(self.problems) > before:
            return None
        for end in ends:
            if end not in entities:
                self.say(f"{label} joins {end!r}, which is no entity of this document")
        if len(self.problems) > before:
            return None
        return Relation(entities[ends[0]], entities[ends[1]], label)

    def meta(self, form: object) -> Meta:
        if not isinstance(form, dict):
            self.say(f"'meta' must be an object, not {brief(form)}")
            return {}
        for key, value in form.items():
            texts = [key, *(value if isinstance(value, list) else [value])]
            if not all(encodable(text) for text in texts if isinstance(text, str)):
                self.say(f"{brief(key)} in 'meta' holds half a character (a lone surrogate)")
            elif isinstance(value, dict) or (
                isinstance(value, list) and not all(isinstance(text, str) for text in value)
            ):
                self.say(f"{brief(key)} in 'meta' must be a plain value or a list of strings")
        return form

    def layer(self, form: object) -> Layer | None:
        if not isinstance(form, dict):
            self.say(f"'layer' must be an object, not {brief(form)}")
            return None
        self.keys(form, "layer", ("kind",), ("name", "version", "weights", "rules"))
        if "kind" in form and form["kind"] not in get_args(Kind):
            self.say(f"'kind' of the layer must be one of {', '.join(get_args(Kind))}")
        for key in form:
            self.text(form, "layer", key)
        return None if self.problems else Layer(**form)


def encodable(text: str) -> bool:
    """Whether it can be written as UTF-8: it holds no half characters."""
    return text.isascii() or not SURROGATE.search(text)


def to_score(value: object) -> float | None:
    """A JSON number as a score; None for what isn't one or is too large to be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < sys.float_info.max else None
