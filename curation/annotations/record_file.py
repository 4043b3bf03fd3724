"""The file of a document's record: the bytes of a record, and a record checked from bytes."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring

import msgspec

from curation.annotations.record import (
    RECORD_FORMAT,
    AnnotationRecord,
    Decision,
    DocumentRecord,
    EntitiesAndRelations,
    EntityRecord,
    FirstSubmission,
    RelationEnd,
    RelationRecord,
    Suggestion,
    Verdict,
    document_of_record,
    first_submission,
)
from curation.annotations.withdrawal import is_emptied
from curation.documents.document import LONGEST_TEXT, check_structure
from curation.documents.interchange import EDITED_TEXT
from curation.documents.storable import is_encodable
from curation.encodings import describe_encoding
from curation.errors import Problem, pluralise
from curation.strict_json import LONGEST_LINE, parse_object

# Half of a merge that git left behind.
_CONFLICT = re.compile(rb"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)

_SHA256 = re.compile("[0-9a-f]{64}")

_PLAIN = msgspec.json.Decoder(DocumentRecord)


def record_bytes(record: DocumentRecord) -> bytes:
    """
    The bytes of a record's file: keys in a fixed order, one entity or relation on each line.

    Equal records have equal bytes, so that ``git diff`` shows what changed.
    """
    return f"{_object(_fields_of_record(record))}\n".encode()


def read_trusted_record(raw: bytes) -> DocumentRecord:
    """The record in bytes that ``read_record`` accepted before; msgspec.ValidationError for other bytes."""
    return _PLAIN.decode(raw)


def read_record(raw: bytes, path: str) -> tuple[DocumentRecord | None, list[Problem]]:
    """
    The record in the bytes of a file, or None and everything that is wrong with the file.

    The place of each problem is *path*, with a line number where the JSON is broken.
    """
    record = _read_plain_record(raw)
    if record is None:
        record, problems = _read_strictly(raw, path)
        if record is None:
            return None, problems
    problems = [Problem(path, what) for what in _faults_of_record(record)]
    return (None, problems) if problems else (record, [])


def _read_plain_record(raw: bytes) -> DocumentRecord | None:
    """
    The record in bytes that are, but for white space, what is written of the record.

    So there is no key twice, nor anything else that two readers could understand differently. None
    for other bytes, of which the strict reader says what is wrong.
    """
    if len(raw) > LONGEST_LINE:
        return None
    try:
        record = _PLAIN.decode(raw)
        again = msgspec.json.encode(record)
        return record if msgspec.json.format(raw, indent=-1) == again else None
    except (ValueError, RecursionError):
        return None


def _read_strictly(raw: bytes, path: str) -> tuple[DocumentRecord | None, list[Problem]]:
    """The record in any bytes, or what is wrong with them; not whether its parts fit together."""
    if broken := _not_json(raw, path):
        return None, [broken]
    try:
        form = parse_object(raw)
    except ValueError as error:
        return None, [Problem(path, str(error))]
    if form.get("format") != RECORD_FORMAT:
        found = json.dumps(form.get("format"))
        what = f"'format' is {found}; this curate reads format {RECORD_FORMAT}"
        return None, [Problem(path, what)]
    try:
        return msgspec.convert(form, type=DocumentRecord, strict=True), []
    except msgspec.ValidationError as error:
        return None, [Problem(path, _describe_validation_error(str(error)))]


# Writing. A value is its JSON, with line feeds between its lines; an object is a list of keys and values.

_Fields = list[tuple[str, str]]


# One encoder for all values, since json.dumps makes a new one at each call.
_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

# The same for what is known to be a string, in half the time.
_string = encode_basestring


def _block(opening: str, items: Iterable[str], closing: str) -> str:
    """Items in brackets, each on lines of its own; without items the brackets stay on one line."""
    inside = ",\n".join(items).replace("\n", "\n  ")
    return f"{opening}\n  {inside}\n{closing}" if inside else opening + closing


def _object(fields: _Fields) -> str:
    """An object in braces; the first line of a value stands beside its key."""
    return _block("{", [f'"{key}": {value}' for key, value in fields], "}")


def _fields_of_record(record: DocumentRecord) -> _Fields:
    fields = [
        ("format", _json(record.format)),
        ("id", _json(record.id)),
        ("text_sha256", _json(record.text_sha256)),
        ("group", _json(record.group)),
        ("state", _json(record.state)),
    ]
    if record.state != "active":
        fields.append(("state_reason", _json(record.state_reason)))
        fields.append(("state_at", _json(record.state_at)))
    meta = [(_json(key)[1:-1], _json(value)) for key, value in sorted(record.meta.items())]
    suggestions = [
        (key, _object(_fields_of_suggestion(one)))
        for key, one in sorted(record.suggestions.items())
    ]
    annotations = [_object(_fields_of_annotation(one)) for one in record.annotations]
    verdict = _json(None)
    if record.verdict:
        verdict = _object(_fields_of_verdict(record.verdict))
    return [
        *fields,
        ("meta", _object(meta)),
        ("text", _block("[", map(_string, record.text), "]")),
        ("suggestions", _object(suggestions)),
        ("annotations", _block("[", annotations, "]")),
        ("verdict", verdict),
    ]


def _fields_of_suggestion(suggestion: Suggestion) -> _Fields:
    return [
        ("model", _json(suggestion.model)),
        ("version", _json(suggestion.version)),
        ("weights", _json(suggestion.weights)),
        ("rules", _json(suggestion.rules)),
        ("entities", _entity_lines(suggestion.entities)),
        ("relations", _relation_lines(suggestion.relations)),
    ]


def _fields_of_annotation(one: AnnotationRecord) -> _Fields:
    fields = [
        ("uid", _json(one.uid)),
        ("server", _json(one.server)),
        ("project", _json(one.project)),
        ("number", _json(one.number)),
        ("annotator", _json(one.annotator)),
        ("kind", _json(one.kind)),
        ("edited_by", _json(one.edited_by)),
        ("copy_of", _json(one.copy_of)),
        ("arm", _json(one.arm)),
        ("evidence", _json(one.evidence)),
        ("started_from", _json(one.started_from)),
        ("status", _json(one.status)),
        ("created", _json(one.created)),
        ("updated", _json(one.updated)),
        ("seconds", _json(one.seconds)),
        ("schema", _json(one.schema)),
        ("guideline", _json(one.guideline)),
        ("entities", _json(None) if one.entities is None else _entity_lines(one.entities)),
        ("relations", _json(None) if one.relations is None else _relation_lines(one.relations)),
        ("flags", _json(one.flags)),
        ("first", _object(_fields_of_first(one.first)) if one.first else _json(None)),
        ("first_sure", _json(one.first_sure)),
    ]
    if one.first_edited_by:
        fields.append(("first_edited_by", _json(one.first_edited_by)))
    if one.after_verdict:
        fields.append(("after_verdict", _json(one.after_verdict)))
    if one.moved_from:
        places = [_json(msgspec.structs.asdict(place)) for place in one.moved_from]
        fields.append(("moved_from", _block("[", places, "]")))
    return fields


def _fields_of_first(first: FirstSubmission) -> _Fields:
    return [
        ("updated", _json(first.updated)),
        ("flags", _json(first.flags)),
        ("added", _object(_fields_of_content(first.added))),
        ("removed", _object(_fields_of_content(first.removed))),
    ]


def _fields_of_content(content: EntitiesAndRelations) -> _Fields:
    return [
        ("entities", _entity_lines(content.entities)),
        ("relations", _relation_lines(content.relations)),
    ]


def _fields_of_verdict(verdict: Verdict) -> _Fields:
    decisions = [_object(_fields_of_decision(one)) for one in verdict.decisions]
    fields = [
        ("by", _json(verdict.by)),
        ("kind", _json(verdict.kind)),
        ("at", _json(verdict.at)),
        ("schema", _json(verdict.schema)),
        ("guideline", _json(verdict.guideline)),
    ]
    if verdict.tasks:
        tasks = [_json(msgspec.to_builtins(task)) for task in verdict.tasks]
        fields.append(("tasks", _block("[", tasks, "]")))
    fields.append(("decisions", _block("[", decisions, "]")))
    if verdict.undecided:
        fields.append(("undecided", _json(verdict.undecided)))
    return [
        *fields,
        ("entities", _entity_lines(verdict.entities)),
        ("relations", _relation_lines(verdict.relations)),
        ("flags", _json(verdict.flags)),
    ]


def _fields_of_decision(decision: Decision) -> _Fields:
    offered = [
        _json({"by": one.by, "reading": msgspec.to_builtins(one.reading)})
        for one in decision.offered
    ]
    fields = [
        ("key", _json(decision.key)),
        ("kind", _json(decision.kind)),
        ("place", _json(decision.place)),
        ("offered", _block("[", offered, "]")),
        ("chosen", _json(msgspec.to_builtins(decision.chosen))),
        ("own", _json(decision.own)),
    ]
    if decision.preselected:
        fields.append(("preselected", _json(decision.preselected)))
    if decision.number is not None:
        fields.append(("number", _json(decision.number)))
    if decision.round is not None:
        fields.append(("round", _json(decision.round)))
    if decision.task:
        fields.append(("task", _json(decision.task)))
    fields += (
        (name, _json(value))
        for name, value in (
            ("by", decision.by),
            ("by_kind", decision.by_kind),
            ("at", decision.at),
        )
        if value is not msgspec.UNSET
    )
    return fields


def _entity_lines(entities: Iterable[EntityRecord]) -> str:
    lines = []
    for one in entities:
        score = "" if one.score is msgspec.UNSET else f', "score": {_json(one.score)}'
        lines.append(
            f'{{"start": {one.start}, "end": {one.end}, "label": {_string(one.label)}, '
            f'"text": {_string(one.text)}{score}}}'
        )
    return _block("[", lines, "]")


def _relation_lines(relations: Iterable[RelationRecord]) -> str:
    lines = []
    for one in relations:
        ends = f'"head": {_end_line(one.head)}, "tail": {_end_line(one.tail)}'
        lines.append(f'{{{ends}, "label": {_string(one.label)}}}')
    return _block("[", lines, "]")


def _end_line(end: RelationEnd) -> str:
    start, stop, label = end
    return f"[{start}, {stop}, {_string(label)}]"


# Reading.


def _not_json(raw: bytes, path: str) -> Problem | None:
    """Why no JSON can be read, with the line; None where JSON can be read."""
    if half := _CONFLICT.search(raw):
        line = raw.count(b"\n", 0, half.start()) + 1
        return Problem(f"{path}:{line}", "an unfinished merge: git left conflict markers here")
    if what := describe_encoding(raw, path, in_place=True):
        return Problem(path, what)
    try:
        json.loads(raw)
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(": ").removesuffix(" at")
        return Problem(f"{path}:{error.lineno}", f"not JSON: {what}, column {error.colno}")
    except (ValueError, RecursionError):
        return None  # the strict reader says what it is
    return None


def _describe_validation_error(message: str) -> str:
    """msgspec's sentence about a key or a type that is wrong, with the place first."""
    what, _, place = message.partition(" - at ")
    what = what.replace("`", "'")
    what = f"{what[:1].lower()}{what[1:]}"
    return f"{place.strip('`')}: {what}" if place else what


def _faults_of_record(record: DocumentRecord) -> Iterator[str]:
    """Everything that is wrong with a record whose keys and types are right."""
    texts = (record.id, record.group, record.whole_text)
    if not all(map(is_encodable, texts)):
        yield "half a character (a lone surrogate)"
        return
    faults = list(_faults_of_article(record))
    yield from faults
    if EDITED_TEXT in faults:
        return  # all else would be about where spans lay in the old text
    for key, suggestion in record.suggestions.items():
        place = f"suggestion {key!r}"
        yield from _faults_of_content(record, suggestion.entities, suggestion.relations, place)
    for uid, number in Counter(one.uid for one in record.annotations).items():
        if number > 1:
            yield f"annotation {uid!r}: {number} annotations have this uid"
    for annotation in record.annotations:
        yield from _faults_of_annotation(record, annotation)
    if record.verdict:
        yield from _faults_of_verdict(record, record.verdict)


def _faults_of_article(record: DocumentRecord) -> Iterator[str]:
    if not record.id or not record.group:
        yield f"{'id' if not record.id else 'group'!r} is empty"
    text = record.whole_text
    if is_emptied(record):
        yield from _faults_of_emptied(record)
        return
    if not text.strip():
        yield "'text' is only white space"
    if hashlib.sha256(text.encode()).hexdigest() != record.text_sha256:
        yield EDITED_TEXT


def _faults_of_emptied(record: DocumentRecord) -> Iterator[str]:
    """What a withdrawn document whose text is gone has besides, though all of it would be of the text."""
    for name in ("meta", "suggestions", "annotations", "verdict"):
        if getattr(record, name):
            yield f"'state' is 'withdrawn' and 'text' is empty, but {name!r} isn't"
    if not _SHA256.fullmatch(record.text_sha256):
        yield f"'text_sha256' is {record.text_sha256!r}, which is no sha256"


def _faults_of_annotation(record: DocumentRecord, one: AnnotationRecord) -> Iterator[str]:
    place = f"annotation {one.uid!r}"
    if not one.uid or not one.annotator:
        yield f"{place}: 'uid' and 'annotator' must not be empty"
    if (one.entities is None) != (one.relations is None):
        yield f"{place}: 'entities' and 'relations' must both be lists, or both be null"
        return
    if one.entities is None or one.relations is None:
        if one.status != "problem":
            yield f"{place}: 'status' is {one.status!r}, but 'entities' is null"
        if one.first:
            yield f"{place}: 'first' is given, but 'entities' is null"
        return
    if one.started_from is not None and one.started_from not in record.suggestions:
        yield f"{place}: 'started_from' is {one.started_from!r}, which is no key of 'suggestions'"
    yield from _faults_of_content(record, one.entities, one.relations, place)
    if one.first:
        yield from _faults_of_first(record, one, one.first, f"{place}, first submission")


def _faults_of_first(
    record: DocumentRecord, one: AnnotationRecord, first: FirstSubmission, place: str
) -> Iterator[str]:
    missing = {*first.added.entities} - {*(one.entities or ())}
    if missing or {*first.added.relations} - {*(one.relations or ())}:
        yield f"{place}: 'added' has what isn't in the annotation"
    if {*first.removed.entities} & {*(one.entities or ())}:
        yield f"{place}: 'removed' has what is in the annotation"
    submission = first_submission(one)
    if submission:
        content, _ = submission
        yield from _faults_of_content(record, content.entities, content.relations, place)


def _faults_of_verdict(record: DocumentRecord, verdict: Verdict) -> Iterator[str]:
    yield from _faults_of_content(record, verdict.entities, verdict.relations, "the verdict")
    for key, number in Counter(one.key for one in verdict.decisions).items():
        if number > 1:
            yield f"decision {key!r}: {number} decisions have this key"
    for decision in verdict.decisions:
        yield from _faults_of_decision(decision, len(record.whole_text))


def _faults_of_decision(decision: Decision, length: int) -> Iterator[str]:
    spans_of = {"entities": 1, "relations": 2, "flags": 0}
    expected = spans_of[decision.kind]
    if len(decision.place) != expected:
        yield (
            f"decision {decision.key!r}: 'place' has {pluralise(len(decision.place), 'span')}, not {expected}"
        )
    spans = {*decision.place}
    for reading in (*(one.reading for one in decision.offered), decision.chosen):
        spans |= {(start, end) for start, end, _ in reading.entities}
        for arrow in reading.arrows:
            spans |= {*arrow.place}
    for start, end in sorted(spans):
        if not 0 <= start < end <= length:
            yield f"decision {decision.key!r}: {start}..{end} is empty, reversed or outside the text"


def _faults_of_content(
    record: DocumentRecord,
    entities: Sequence[EntityRecord],
    relations: Sequence[RelationRecord],
    place: str,
) -> Iterator[str]:
    """Everything that keeps these from being entities and relations of the record's text."""
    text = record.whole_text
    if _are_sound(text, entities, relations):
        return
    for one in entities:
        if not one.label:
            yield f"{place}: {one.start}..{one.end} has an empty label"
        if 0 <= one.start < one.end <= len(text) and text[one.start : one.end] != one.text:
            words = text[one.start : one.end]
            yield (
                f"{place}: {one.start}..{one.end}: the text is {words!r}, not {one.text!r}; "
                "correct 'start' and 'end', or 'text'"
            )
    ends = {(one.start, one.end, one.label) for one in entities}
    for relation in relations:
        for end in (relation.head, relation.tail):
            if end not in ends:
                start, stop, label = end
                yield (
                    f"{place}: {relation.label} joins {label} {start}..{stop}, "
                    "which is none of its entities"
                )
    joined = [one for one in relations if one.head in ends and one.tail in ends]
    for fault in check_structure(document_of_record(record, entities, joined)):
        yield f"{place}: {str(fault).removeprefix(f'{record.id}, ')}"


def _are_sound(
    text: str, entities: Sequence[EntityRecord], relations: Sequence[RelationRecord]
) -> bool:
    """Whether nothing at all is wrong with these, quickly."""
    if len(text) > LONGEST_TEXT or "\0" in text:
        return False
    found = set()
    for one in entities:
        words = text[one.start : one.end]
        is_inside = 0 <= one.start < one.end <= len(text)
        if not (is_inside and one.label and words == one.text == words.strip()):
            return False
        found.add((one.start, one.end, one.label))
    joined = {(one.head, one.tail, one.label) for one in relations}
    return (
        len(found) == len(entities)
        and len(joined) == len(relations)
        and all(head in found and tail in found and head != tail for head, tail, _ in joined)
    )
