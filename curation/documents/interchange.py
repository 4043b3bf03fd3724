"""The interchange format, one document a line of JSON: read strictly, with all problems listed."""

import hashlib
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from itertools import count
from typing import Any, TypeGuard, get_args

from curation.documents.document import (
    MAKERS,
    Document,
    Entity,
    Layer,
    LayerKind,
    Meta,
    Relation,
    check_places,
    check_structure,
)
from curation.documents.storable import is_encodable, storage_problems
from curation.errors import Problem, abbreviate
from curation.files import Json
from curation.strict_json import parse_object

# What `meta` says of an article and a row of the gold has as a column. A column has the name
# of its key in `meta`, except for `ingest_version`.
ARTICLE_FIELDS = ("title", "src", "url", "published", "license", "attribution", "lang")
META_KEY_BY_COLUMN = {
    **dict(zip(ARTICLE_FIELDS, ARTICLE_FIELDS, strict=True)),
    "ingest_version": "ingest",
}
EDITED_TEXT = (
    "the text doesn't have the hash in 'text_sha256': the text was changed after it was annotated; "
    "put the old text back (a corrected article is a new document, with an id of its own)"
)
# The keys whose values are ids.
_ID_KEYS = ("id", "head", "tail")
_ARMS = ("assisted", "blind", "unknown")
# The columns about annotators, which only the reader of the gold needs.
_GOLD_COLUMNS = ("text_sha256", "group", "flags", "annotators", "n_annotations", "adjudicated", "arm", "preannotated_by", "not_offered")  # fmt: skip


class Reading(Enum):
    """
    How strictly documents are read.

    BY_FORMAT is the format to the letter. With UNTRIMMED spans may begin or end with white space,
    and entities and relations may occur twice: the caller tidies and checks. AS_GIVEN also takes
    integers for ids, and numbers entities without one, as other programs write them; what is scored
    is what is there. STORED is
    the format, with NUL characters that an older curate let pass: in Label Studio, in a version.
    """

    BY_FORMAT = "by format"
    UNTRIMMED = "untrimmed"
    AS_GIVEN = "as given"
    STORED = "stored"


def parse_document(
    json_object: Json, place: str, reading: Reading = Reading.BY_FORMAT
) -> tuple[Document | None, list[Problem]]:
    """
    The document that *json_object* is in the interchange format; strict in keys and types.

    A row of the gold, recognised by ``text_sha256``, is read as a document, too. Returns either
    a document and no problems, or None and at least one problem at *place*.
    """
    parser = _Parser(place, reading)
    article_keys = json_object.keys() & {*ARTICLE_FIELDS, "source"}
    if "meta" not in json_object and article_keys:
        what = (
            f"an article with {abbreviate(min(article_keys))}, not a document; "
            "make documents of articles with: curate ingest"
        )
        return None, [Problem(place, what)]
    if "text_sha256" in json_object:
        json_object = parser.gold_row(json_object)
    parser.keys(
        json_object, "document", ("id", "text"), ("entities", "relations", "meta", "layer")
    )
    identity = parser.text(json_object, "document", "id")
    text = parser.text(json_object, "document", "text")
    entities: dict[str, Entity] = {}
    without_id: list[Entity] = []
    for number, item in enumerate(parser.objects(json_object, "entities"), start=1):
        entity = parser.entity(item, number)
        if entity and entity.id in entities:
            parser.add(f"duplicate entity id {entity.id!r}")
        elif entity and entity.id:
            entities[entity.id] = entity
        elif entity:
            without_id.append(entity)
    relations = [
        parser.relation(item, entities, number)
        for number, item in enumerate(parser.objects(json_object, "relations"), start=1)
    ]
    meta = parser.meta(json_object.get("meta", {}))
    layer = parser.layer(json_object["layer"]) if "layer" in json_object else None
    if parser.problems:
        return None, parser.problems
    document = Document(
        id=identity,
        text=text,
        entities=(*entities.values(), *numbered_entities(without_id, taken=entities)),
        relations=tuple(relation for relation in relations if relation),
        meta=meta,
        layer=layer,
    )
    is_strict = reading in (Reading.BY_FORMAT, Reading.STORED)
    check = check_structure if is_strict else check_places
    problems = [Problem(place, str(problem)) for problem in check(document)]
    if reading in (Reading.BY_FORMAT, Reading.UNTRIMMED):
        problems += [Problem(place, problem.what) for problem in storage_problems(document)]
    return (None, problems) if problems else (document, [])


class _Parser:
    """Reads the parts of one document and collects all problems, each at *place*."""

    def __init__(self, place: str, reading: Reading) -> None:
        self.place = place
        self.reading = reading
        self.problems: list[Problem] = []

    def add(self, what: str) -> None:
        self.problems.append(Problem(self.place, what))

    def keys(
        self, json_object: Json, name: str, needed: Iterable[str], optional: Iterable[str]
    ) -> None:
        needed = tuple(needed)
        known = (*needed, *optional)
        for key in needed:
            if key not in json_object:
                self.add(f"the {name} has no {key!r}")
        for key in json_object:
            if key not in known:
                self.add(
                    f"the {name} has an unknown key {abbreviate(key)}; known are {', '.join(known)}"
                )

    def gold_row(self, row: Json) -> Json:
        """The document in a row of the gold, in the interchange format."""
        if "annotator" in row:
            self.add("a row of one annotator; give whole documents with: --gold next")
        if row.get("arm", _ARMS[0]) not in _ARMS:
            self.add(f"'arm' must be one of {', '.join(_ARMS)}, not {abbreviate(row['arm'])}")
        annotators = row.get("annotators", [])
        if not (isinstance(annotators, list) and all(isinstance(a, str) for a in annotators)):
            self.add(f"'annotators' must be a list of pseudonyms, not {abbreviate(annotators)}")
        text = str(row.get("text"))
        is_edited = (
            hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() != row["text_sha256"]
        )
        if is_edited:
            self.add(EDITED_TEXT)
        try:
            meta = parse_object(str(row.get("meta")))
        except ValueError as error:
            self.add(f"'meta': {error}")
            meta = {}
        for column, key in META_KEY_BY_COLUMN.items():
            if row.get(column) is not None:
                meta[key] = row[column]
        other_columns = {
            key: value
            for key, value in row.items()
            if key not in META_KEY_BY_COLUMN and key not in _GOLD_COLUMNS
        }
        return other_columns | {
            "entities": [
                self.without_text(entity, number, None if is_edited else text)
                for number, entity in enumerate(self.objects(row, "entities"), start=1)
            ],
            "meta": meta,
            "layer": {"kind": "gold"},
        }

    def without_text(self, entity: Json, number: int, text: str | None) -> Json:
        """An entity of a row without its key ``text``, which must be what its span says in *text*."""
        start = entity.get("start")
        end = entity.get("end")
        if text is not None and type(start) is int and type(end) is int:
            words = text[start:end]
            if "text" in entity and entity["text"] != words:
                self.add(
                    f"{_named('entity', entity, number)}: the text at {start}..{end} is "
                    f"{abbreviate(words)}, not {abbreviate(entity['text'])}; "
                    "correct 'start' and 'end', or 'text'"
                )
        return {key: value for key, value in entity.items() if key != "text"}

    def text(self, json_object: Json, name: str, key: str) -> str:
        """The string under *key*, neither empty nor impossible to write as UTF-8."""
        value = json_object.get(key)
        if key not in json_object:
            return ""
        if self.reading == Reading.AS_GIVEN and key in _ID_KEYS and type(value) is int:
            return str(value)
        if not isinstance(value, str) or not value:
            self.add(
                f"{key!r} of the {name} must be a string that isn't empty, not {abbreviate(value)}"
            )
            return ""
        if key == "text" and value.isspace():
            self.add(f"{key!r} of the {name} is only white space")
            return ""
        if not is_encodable(value):
            self.add(f"{key!r} of the {name} contains half a character (a lone surrogate)")
            return ""
        return value

    def offset(self, entity: Json, name: str, key: str) -> int:
        value = entity.get(key, 0)
        if type(value) is int:
            return value
        kind = "the string " if isinstance(value, str) else ""
        kind = "the decimal number " if isinstance(value, float) else kind
        self.add(f"{key!r} of the {name} must be an integer, not {kind}{abbreviate(value)}")
        return 0

    def objects(self, json_object: Json, key: str) -> Iterator[Json]:
        items = json_object.get(key, [])
        if not isinstance(items, list):
            self.add(f"{key!r} must be a list, not {abbreviate(items)}")
            return
        for item in items:
            if isinstance(item, dict):
                yield item
            else:
                self.add(f"{key!r} must hold objects, not {abbreviate(item)}")

    def entity(self, json_object: Json, number: int) -> Entity | None:
        # Fast path: nearly all entities look like this, and a file has many.
        start: Any = json_object.get("start")
        end: Any = json_object.get("end")
        name = json_object.get("id")
        label = json_object.get("label")
        has_integers = len(json_object) == 4 and type(start) is int and type(end) is int
        if has_integers and _is_ascii_text(name) and _is_ascii_text(label):
            return Entity(start, end, label, name)
        problems_before = len(self.problems)
        called = _named("entity", json_object, number)
        lacks_id = self.reading == Reading.AS_GIVEN and json_object.get("id") is None
        needed = ("start", "end", "label") if lacks_id else ("id", "start", "end", "label")
        self.keys(json_object, called, needed, ("score", "id") if lacks_id else ("score",))
        score = self.score(json_object, called)
        entity = Entity(
            start=self.offset(json_object, called, "start"),
            end=self.offset(json_object, called, "end"),
            label=self.text(json_object, called, "label"),
            id="" if lacks_id else self.text(json_object, called, "id"),
            score=score,
        )
        return entity if len(self.problems) == problems_before else None

    def score(self, json_object: Json, called: str) -> float | None:
        score = None
        if "score" in json_object and (score := parse_score(json_object["score"])) is None:
            value = abbreviate(json_object["score"])
            self.add(f"'score' of the {called} must be a number, not {value}")
        return score

    def relation(
        self, json_object: Json, entities: Mapping[str, Entity], number: int
    ) -> Relation | None:
        """A relation between *entities*, which are known by their ids."""
        # Fast path, as above.
        head = json_object.get("head")
        tail = json_object.get("tail")
        label: object = json_object.get("label")
        if len(json_object) == 3 and _is_ascii_text(head) and _is_ascii_text(tail):  # noqa: SIM102
            if head in entities and tail in entities and _is_ascii_text(label):
                return Relation(entities[head], entities[tail], label)
        problems_before = len(self.problems)
        called = _named("relation", json_object, number)
        self.keys(json_object, called, ("head", "tail", "label"), ("score", "made_by"))
        score = self.score(json_object, called)
        made_by = json_object.get("made_by", "")
        if "made_by" in json_object and made_by not in MAKERS:
            self.add(
                f"'made_by' of the {called} must be one of {', '.join(MAKERS)}, not {abbreviate(made_by)}"
            )
        ends = [self.text(json_object, called, key) for key in ("head", "tail")]
        name = self.text(json_object, called, "label")
        if len(self.problems) > problems_before:
            return None
        for end in ends:
            if end not in entities:
                self.add(f"{name} joins {end!r}, which is no entity of this document")
        if len(self.problems) > problems_before:
            return None
        return Relation(entities[ends[0]], entities[ends[1]], name, score, str(made_by))

    def meta(self, value: object) -> Meta:
        if not isinstance(value, dict):
            self.add(f"'meta' must be an object, not {abbreviate(value)}")
            return {}
        for key, item in value.items():
            texts = [key, *(item if isinstance(item, list) else [item])]
            if not all(is_encodable(text) for text in texts if isinstance(text, str)):
                self.add(
                    f"{abbreviate(key)} in 'meta' contains half a character (a lone surrogate)"
                )
            elif isinstance(item, dict) or (
                isinstance(item, list) and not all(isinstance(text, str) for text in item)
            ):
                self.add(
                    f"{abbreviate(key)} in 'meta' must be a string, a number, true, false, "
                    "null or a list of strings"
                )
        return value

    def layer(self, value: object) -> Layer | None:
        if not isinstance(value, dict):
            self.add(f"'layer' must be an object, not {abbreviate(value)}")
            return None
        self.keys(value, "layer", ("kind",), ("name", "version", "weights", "rules"))
        if "kind" in value and value["kind"] not in get_args(LayerKind):
            kinds = ", ".join(get_args(LayerKind))
            self.add(f"'kind' of the layer must be one of {kinds}")
        for key in value:
            self.text(value, "layer", key)
        return None if self.problems else Layer(**value)


def numbered_entities(
    entities: Iterable[Entity], *, taken: Collection[object]
) -> Iterator[Entity]:
    """The *entities*, which have no ids, with ids that aren't *taken*."""
    free = (name for number in count(1) if (name := f"e{number}") not in taken)
    for entity, name in zip(entities, free, strict=False):
        yield replace(entity, id=name)


def _named(kind: str, json_object: Json, number: int) -> str:
    """Which one it is, for people: ``entity 'e7'``, or by its number where there is no id."""
    identity = json_object.get("id")
    is_named = isinstance(identity, str) and bool(identity)
    return f"{kind} {abbreviate(identity)}" if is_named else f"{kind} number {number}"


def _is_ascii_text(value: object) -> TypeGuard[str]:
    """Whether *value* is a string as most labels and ids are, which needs no other check."""
    return type(value) is str and value != "" and value.isascii()


def parse_score(value: object) -> float | None:
    """A JSON number as a score; None for any other value and for numbers too large for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < sys.float_info.max else None
