"""Documents as other programs write them, one JSON line each: read strictly, every fault told."""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard, get_args

from curation.documents.document import Document, Entity, Kind, Layer, Meta, Relation, faults
from curation.errors import InputError, Problem, Problems, brief, refuse
from curation.files import Json, objects, read_lines
from curation.strict_json import SURROGATE, parse_object

# The facts about an article that have a column of their own in a record of the gold; its name
# in `meta` is the same but for the last.
FACTS = ("title", "src", "url", "published", "license", "attribution", "lang")
COLUMNS = {**dict(zip(FACTS, FACTS, strict=True)), "ingest_version": "ingest"}
ARMS = ("assisted", "blind", "unknown")
# What a record says besides: how the gold came to be, which its own reader looks at.
_BESIDES = ("text_sha256", "group", "flags", "annotators", "n_annotations", "adjudicated", "arm", "preannotated_by")  # fmt: skip


def read_documents(path: Path) -> Iterator[Document]:
    """
    The documents of a JSONL file (``-``: standard input), line by line.

    Raises InputError at the end of the file with every problem found, each
    with its line; whoever writes must wait for the end.
    """
    return documents_in(read_lines(path), path)


def documents_in(lines: Iterable[tuple[int, bytes]], path: Path) -> Iterator[Document]:
    """The same of numbered *lines* of *path*."""
    problems = Problems()
    seen: dict[str, str] = {}
    for place, form in objects(lines, path, problems):
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
        whole = problems.first[0].place == str(path)
        hint = "is it the right file?" if whole else f"mend these lines of {path}"
        refuse(problems, InputError, hint=hint)
    if not seen:
        raise empty(path)


def empty(path: Path) -> InputError:
    """A file without a document is no file of documents: what made it has failed, more likely."""
    hint = "one JSON object a line is needed; see how the file was made"
    return InputError(f"{path}: no documents there", hint=hint)


def parse_document(form: Json, place: str) -> tuple[Document | None, list[Problem]]:
    """
    A document from its interchange form, strict in keys and types.

    A record of the gold, as ``gold/next/gold.jsonl`` has them, is a document
    and more. Without a document there is at least one problem, each beginning
    with *place*.
    """
    gate = _Gate(place)
    if "meta" not in form and (facts := form.keys() & {*FACTS, "source"}):
        what = (
            f"an article with {brief(min(facts))}, not a document; make it one: curate ingest"
        )
        return None, [Problem(place, what)]
    if "text_sha256" in form:
        form = gate.record(form)
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

    def record(self, row: Json) -> Json:
        """The document's own part of a record of the gold."""
        if "annotator" in row:
            self.say("this is one annotator's part of a document; take all with: --gold next")
        if row.get("arm", ARMS[0]) not in ARMS:
            self.say(f"'arm' must be one of {', '.join(ARMS)}, not {brief(row['arm'])}")
        who = row.get("annotators", [])
        if not (isinstance(who, list) and all(isinstance(one, str) for one in who)):
            self.say(f"'annotators' must be a list of pseudonyms, not {brief(who)}")
        text = str(row.get("text"))
        if hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() != row["text_sha256"]:
            self.say("the text isn't the one that 'text_sha256' names")
        try:
            meta = parse_object(str(row.get("meta")))
        except ValueError as error:
            self.say(f"'meta': {error}")
            meta = {}
        for column, key in COLUMNS.items():
            if row.get(column) is not None:
                meta[key] = row[column]
        left = {key: row[key] for key in row if key not in (*COLUMNS, *_BESIDES)}
        entities = [self.unquoted(entity, text) for entity in self.objects(row, "entities")]
        return left | {"entities": entities, "meta": meta, "layer": {"kind": "gold"}}

    def unquoted(self, entity: Json, text: str) -> Json:
        """An entity of a record, without the words that it says stand there."""
        start, end = self.offset(entity, "start"), self.offset(entity, "end")
        if "text" in entity and (said := entity["text"]) != (there := text[start:end]):
            self.say(f"{start}..{end}: {brief(there)} stands there, not {brief(said)}")
        return {key: value for key, value in entity.items() if key != "text"}

    def text(self, form: Json, name: str, key: str) -> str:
        """A string with text in it that can be written as UTF-8."""
        value = form.get(key)
        if key not in form:
            return ""
        if not isinstance(value, str) or not value:
            self.say(
                f"{key!r} of the {name} must be a string that isn't empty, not {brief(value)}"
            )
            return ""
        if key == "text" and value.isspace():
            self.say(f"{key!r} of the {name} holds nothing but white space")
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
        # Nearly every one is of this form, and there are many.
        start: Any = form.get("start")
        end: Any = form.get("end")
        name, label = form.get("id"), form.get("label")
        numbers = len(form) == 4 and type(start) is int and type(end) is int
        if numbers and _plain(name) and _plain(label):
            return Entity(start, end, label, name)
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
        head, tail, name = form.get("head"), form.get("tail"), form.get("label")
        if len(form) == 3 and _plain(head) and _plain(tail) and _plain(name):  # noqa: SIM102
            if head in entities and tail in entities:
                return Relation(entities[head], entities[tail], name)
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


def _plain(value: object) -> TypeGuard[str]:
    """Text as labels and ids are, to which nothing can be objected."""
    return type(value) is str and value != "" and value.isascii()


def encodable(text: str) -> bool:
    """Whether it can be written as UTF-8: it holds no half characters."""
    return text.isascii() or not SURROGATE.search(text)


def to_score(value: object) -> float | None:
    """A JSON number as a score; None for what isn't one or is too large to be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < sys.float_info.max else None
