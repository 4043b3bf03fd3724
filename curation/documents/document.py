"""A document with its entities and relations, and the layer that says whose they are."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter, lt
from typing import Literal, TypeVar

from curation.errors import Problem
from curation.files import Json, json_line

MetaValue = str | int | float | bool | None
Meta = Mapping[str, MetaValue | list[str]]
# In code points: neither the model nor a browser with Label Studio takes more.
LONGEST_TEXT = 1_000_000

# The key in `meta` of a corrected article: the id of the document that it takes the place of.
SUPERSEDES_KEY = "supersedes"

LayerKind = Literal["model", "annotator", "gold"]

# What may have made a suggested relation.
BY_RULES = "rules"
BY_CLASSIFIER = "classifier"
BY_BOTH = "both"
MAKERS = (BY_RULES, BY_CLASSIFIER, BY_BOTH)


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """
    A labelled span: *start* and *end* in code points, *end* exclusive.

    Entities with the same span and label are equal, whatever their *id* and *score*.
    *id* is unique in a document or empty; *score* is the model's confidence, None if unknown.
    """

    start: int
    end: int
    label: str
    id: str = field(default="", compare=False)
    score: float | None = field(default=None, compare=False)

    @property
    def span(self) -> tuple[int, int]:
        """Start and end."""
        return self.start, self.end


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """
    A labelled arrow from *head* to *tail*.

    Of a trained model's suggestion *score* is how probable it is, None where the model can't say, and
    *made_by* whether rules, a classifier or both made it; neither counts for equality.
    """

    head: Entity
    tail: Entity
    label: str
    score: float | None = field(default=None, compare=False)
    made_by: str = field(default="", compare=False)


# The same orders as those of the classes, in half the time.
entity_order: Callable[[Entity], tuple[int, int, str]] = attrgetter("start", "end", "label")
relation_order: Callable[[Relation], tuple[int, int, str, int, int, str, str]] = attrgetter(
    *("head.start", "head.end", "head.label"),
    *("tail.start", "tail.end", "tail.label"),
    "label",
)


@dataclass(frozen=True, slots=True)
class Layer:
    """
    Whose annotations a document holds; a document without a layer is a raw article.

    *name* is a model's name or an annotator's pseudonym. *weights* and *rules* are hashes that
    distinguish two models of one name and version; only models have them.
    """

    kind: LayerKind
    name: str = ""
    version: str = ""
    weights: str = ""
    rules: str = ""

    def __str__(self) -> str:
        """``name@version+weights.rules`` for a model with any of these; else the name or kind."""
        if self.kind != "model":
            return self.name or self.kind
        if Layer.parse_model(self.name) == self:
            return self.name
        return f"{self.name}@{self.version}+{self.weights}.{self.rules}"

    @staticmethod
    @lru_cache(maxsize=64)  # few models made many documents
    def parse_model(line: str) -> "Layer":
        """A model's layer from what ``str`` made of the layer; any other line is the name."""
        if parts := re.fullmatch(r"(.+)@([^@+]*)\+([^@+.]*)\.([^@+.]*)", line, re.DOTALL):
            return Layer("model", *parts.groups())
        return Layer("model", line)

    def to_json(self) -> Json:
        """The layer as JSON, without the fields that are empty."""
        names = ("kind", "name", "version", "weights", "rules")
        return {name: value for name in names if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Document:
    """
    An article's text with its entities and relations, both sorted.

    The text was normalised once, on ingest, and never changes again; all offsets count its
    code points.
    """

    id: str
    text: str
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    meta: Meta = field(default_factory=dict)
    layer: Layer | None = None

    def __post_init__(self) -> None:
        starts = [one.start for one in self.entities]
        entities = _in_order(self.entities, starts, entity_order)
        object.__setattr__(self, "entities", entities)
        starts = [one.head.start for one in self.relations]
        relations = _in_order(self.relations, starts, relation_order)
        object.__setattr__(self, "relations", relations)

    @property
    def text_sha256(self) -> str:
        """The hash of the text; id and hash together identify a document."""
        return _sha256(self.text)

    @property
    def group(self) -> str:
        """What the documents of one story share: the group in the meta, else the document's own id."""
        return group_said(self.meta) or self.id

    @property
    def supersedes(self) -> str:
        """The id of the document that this one takes the place of; empty where there is none."""
        old = self.meta.get(SUPERSEDES_KEY)
        return old if isinstance(old, str) else ""

    def words(self, entity: Entity) -> str:
        """The text of the entity's span."""
        return self.text[entity.start : entity.end]

    def without_annotations(self) -> "Document":
        """The article alone: no entities, relations or layer."""
        return replace(self, entities=(), relations=(), layer=None)

    def with_numbered_entities(self) -> "Document":
        """The document with new entity ids e1, e2, … in reading order, duplicates removed."""
        # Not by dataclasses.replace, which takes five times as long: a pull does this often.
        numbered = {
            entity: Entity(entity.start, entity.end, entity.label, f"e{n}", entity.score)
            for n, entity in enumerate(dict.fromkeys(self.entities), 1)
        }
        return replace(
            self,
            entities=tuple(numbered.values()),
            relations=tuple(
                Relation(numbered[r.head], numbered[r.tail], r.label, r.score, r.made_by)
                for r in self.relations
            ),
        )

    def to_json(self) -> Json:
        """The interchange format; entities get new ids unless theirs are unique and not empty."""
        ids = {entity.id for entity in self.entities}
        has_unique_ids = len(ids) == len(self.entities) and "" not in ids
        document = self if has_unique_ids else self.with_numbered_entities()
        json_object: Json = {
            "id": document.id,
            "text": document.text,
            "entities": [_entity_to_json(entity) for entity in document.entities],
            "relations": [_relation_to_json(relation) for relation in document.relations],
            "meta": dict(document.meta),
        }
        if document.layer:
            json_object["layer"] = document.layer.to_json()
        return json_object

    def to_line(self) -> str:
        """The interchange format as one line of JSON."""
        return json_line(self.to_json())


_Part = TypeVar("_Part", Entity, Relation)


def _in_order(
    parts: Sequence[_Part],
    starts: Sequence[int],
    order: Callable[[_Part], tuple[int | str, ...]],
) -> tuple[_Part, ...]:
    """The *parts* by their *order*, in which the *starts* come first."""
    # Most are in order already; where each starts behind the one before, nothing else matters.
    is_rising = all(map(lt, starts, starts[1:]))
    return tuple(parts if is_rising else sorted(parts, key=order))


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """
    A document as one annotator submitted it.

    The layer of *document* is the annotator's pseudonym. *suggestion* is the model's document
    that the annotator started from, None if blind. *edited_by* is the pseudonym of another
    annotator who edited last, else empty. *note* is the annotator's free text. *not_offered* are
    the types that the annotator's task didn't offer, None where nobody knows.

    *first* is the annotator's first sound submission, None where that is *document* itself;
    *first_sure* is false where the annotation was changed before anybody pulled it.
    *not_independent* says why the annotation says nothing of agreement, and is empty where it does.
    *arm_sure* is false where nothing says whether the annotator saw suggestions, where only the task
    says that there were some, and where the first submission began otherwise than this annotation.
    *guideline* is the hash of the guideline that the annotator had, *platform* the program in which the
    annotation was made; both are empty where nobody knows.
    """

    document: Document
    suggestion: Document | None = None
    flags: tuple[str, ...] = ()
    edited_by: str = ""
    note: str = ""
    not_offered: tuple[str, ...] | None = None
    first: Document | None = None
    first_sure: bool = True
    not_independent: str = ""
    arm_sure: bool = True
    guideline: str = field(default="", compare=False)
    platform: str = field(default="", compare=False)

    @property
    def arm(self) -> Literal["assisted", "blind", "unknown"]:
        """Whether the annotator saw suggestions; unknown where nothing says so."""
        if not self.arm_sure:
            return "unknown"
        return "blind" if self.suggestion is None else "assisted"

    @property
    def first_submission(self) -> Document:
        """The annotator's first sound submission."""
        return self.document if self.first is None else self.first

    @property
    def annotator(self) -> str:
        """The annotator's pseudonym."""
        return self.document.layer.name if self.document.layer else ""


PROGRAM_PREFIX = "machine-"
UNKNOWN_PREFIX = "unknown-"


def is_program_pseudonym(pseudonym: str) -> bool:
    """Whether the pseudonym is a program's; those of people begin with ``person-``."""
    return pseudonym.startswith(PROGRAM_PREFIX)


def is_person_pseudonym(pseudonym: str) -> bool:
    """Whether the pseudonym is that of somebody who is known to be a person."""
    return bool(pseudonym) and not (
        is_program_pseudonym(pseudonym) or is_unknown_pseudonym(pseudonym)
    )


def is_unknown_pseudonym(pseudonym: str) -> bool:
    """Whether the pseudonym is that of an annotator of whom nobody knows whether it is a person."""
    return pseudonym.startswith(UNKNOWN_PREFIX)


def _entity_to_json(entity: Entity) -> Json:
    json_object: Json = {
        "id": entity.id,
        "start": entity.start,
        "end": entity.end,
        "label": entity.label,
    }
    if entity.score is not None:
        json_object["score"] = entity.score
    return json_object


def _relation_to_json(relation: Relation) -> Json:
    json_object: Json = {
        "head": relation.head.id,
        "tail": relation.tail.id,
        "label": relation.label,
    }
    if relation.score is not None:
        json_object["score"] = relation.score
    if relation.made_by:
        json_object["made_by"] = relation.made_by
    return json_object


def check_structure(document: Document) -> tuple[Problem, ...]:
    """
    The problems of a document that no schema could allow.

    Spans must lie in the text, not be empty, and neither begin nor end with white space. No
    entity or relation may occur twice. A relation must join two different entities of the
    document.
    """
    return (
        *check_places(document),
        *_white_space_problems(document),
        *_repetition_problems(document),
        *_relation_problems(document),
    )


def check_places(document: Document) -> tuple[Problem, ...]:
    """The problems without whose mending a document means nothing: of the text, and of spans outside of it."""
    return (*_text_problems(document), *_place_problems(document))


def has_blank_edge(text: str, entity: Entity) -> bool:
    """Whether the span begins or ends with white space."""
    first = text[entity.start : entity.start + 1]
    last = text[entity.end - 1 : entity.end]
    return first.isspace() or last.isspace()


@lru_cache(maxsize=1)
def _sha256(text: str) -> str:
    # A pull asks for the hash of one text after another, and of each several times.
    return hashlib.sha256(text.encode()).hexdigest()


def _entity_problem(document: Document, entity: Entity, what: str) -> Problem:
    return Problem(f"{document.id}, {entity.start}..{entity.end}", what)


def _text_problems(document: Document) -> Iterator[Problem]:
    if (at := document.text.find("\0")) >= 0:
        yield Problem(
            f"{document.id}, {at}", "a NUL character, which would shift every offset after it"
        )
    if (length := len(document.text)) > LONGEST_TEXT:
        yield Problem(
            document.id,
            f"the text has {length:,} characters; at most {LONGEST_TEXT:,} are allowed",
        )


def _place_problems(document: Document) -> Iterator[Problem]:
    length = len(document.text)
    for entity in document.entities:
        if not 0 <= entity.start < entity.end <= length:
            what = f"the span is empty, reversed or outside the text (0..{length})"
            yield _entity_problem(document, entity, what)


def _white_space_problems(document: Document) -> Iterator[Problem]:
    for entity in document.entities:
        words = document.words(entity)
        if words != words.strip() and 0 <= entity.start < entity.end <= len(document.text):
            yield _entity_problem(
                document, entity, f"{words!r} begins or ends with white space"
            )


def _repetition_problems(document: Document) -> Iterator[Problem]:
    for entity in _twice(document.entities):
        yield _entity_problem(
            document, entity, f"duplicate entity: the same span is {entity.label} twice"
        )


def _relation_problems(document: Document) -> Iterator[Problem]:
    entities = set(document.entities)
    for relation in document.relations:
        if relation.head not in entities or relation.tail not in entities:
            what = f"{relation.label} joins an entity that is not in the document"
            yield _entity_problem(document, relation.head, what)
        elif relation.head == relation.tail:
            yield _entity_problem(
                document, relation.head, f"{relation.label} joins an entity with itself"
            )
    for relation in _twice(document.relations):
        yield _entity_problem(document, relation.head, f"duplicate relation {relation.label}")


def _twice(items: tuple[_Part, ...]) -> list[_Part]:
    return [item for item, after in pairwise(items) if item == after]


def group_said(meta: Meta) -> str:
    """The group that a document with this *meta* says it is in; empty where it says none."""
    group = meta.get("group")
    return group if isinstance(group, str) else ""
