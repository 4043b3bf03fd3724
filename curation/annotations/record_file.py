"""A document's record as a file: the one function that writes it and the one gate that reads it."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from curation.annotations.record import (
    RECORD_FORMAT,
    AnnotationRecord,
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
from curation.documents.document import check_structure
from curation.documents.interchange import is_encodable
from curation.errors import Problem
from curation.strict_json import parse_object, why_not_utf8

# Half of a merge that git left behind.
_CONFLICT = re.compile(rb"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)

_PLAIN = msgspec.json.Decoder(DocumentRecord)


def record_bytes(record: DocumentRecord) -> bytes:
    """
    The file of a record: keys in a fixed order, one entity or relation a line.

    The same record is always the same bytes, so that ``git diff`` shows what changed.
    """
    lines = ["{"]
    lines += _object_lines(_fields_of_record(record), "  ")
    lines.append("}\n")
    return "\n".join(lines).encode()


def read_trusted_record(raw: bytes) -> DocumentRecord:
    """A record from bytes that the gate has let through before; msgspec.ValidationError for others."""
    return _PLAIN.decode(raw)


def read_record(raw: bytes, path: str) -> tuple[DocumentRecord | None, list[Problem]]:
    """
    The record in the bytes of a file, or everything that is wrong with it.

    Each problem's place is *path*, with the line where the JSON is broken.
    """
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
        record = msgspec.json.decode(raw, type=DocumentRecord)
    except msgspec.ValidationError as error:
        return None, [Problem(path, _shape_fault(str(error)))]
    problems = [Problem(path, what) for what in _faults_of_record(record)]
    return (None, problems) if problems else (record, [])


# Writing: lines of one object, each value given as lines of its own.

_Lines = list[str]


# One for all values: json.dumps makes an encoder anew each time.
_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _object_lines(fields: Sequence[tuple[str, _Lines]], indent: str) -> _Lines:
    """``"key": value`` for each field, the first line of a value beside its key."""
    lines: _Lines = []
    last = len(fields) - 1
    for number, (key, value) in enumerate(fields):
        first, *rest = value
        lines.append(f'{indent}"{key}": {first}')
        lines += [f"{indent}{line}" for line in rest]
        if number < last:
            lines[-1] += ","
    return lines


def _block(opening: str, items: Sequence[_Lines], closing: str) -> _Lines:
    """Items inside brackets, each on lines of its own; an empty pair stays on one line."""
    if not items:
        return [opening + closing]
    lines = [opening]
    for number, item in enumerate(items):
        lines += [f"  {line}" for line in item]
        if number < len(items) - 1:
            lines[-1] += ","
    lines.append(closing)
    return lines


def _nested(fields: Sequence[tuple[str, _Lines]]) -> _Lines:
    """An object on lines of its own."""
    return ["{", *_object_lines(fields, "  "), "}"] if fields else ["{}"]


def _one(value: object) -> _Lines:
    return [_json(value)]


def _fields_of_record(record: DocumentRecord) -> list[tuple[str, _Lines]]:
    fields = [
        ("format", _one(record.format)),
        ("id", _one(record.id)),
        ("text_sha256", _one(record.text_sha256)),
        ("group", _one(record.group)),
        ("state", _one(record.state)),
    ]
    if record.state != "active":
        fields.append(("state_reason", _one(record.state_reason)))
        fields.append(("state_at", _one(record.state_at)))
    meta = [(_json(key)[1:-1], _one(value)) for key, value in sorted(record.meta.items())]
    suggestions = [
        (key, _nested(_fields_of_suggestion(one)))
        for key, one in sorted(record.suggestions.items())
    ]
    annotations = [_nested(_fields_of_annotation(one)) for one in record.annotations]
    verdict = _one(None)
    if record.verdict:
        verdict = _nested(_fields_of_verdict(record.verdict))
    return [
        *fields,
        ("meta", _nested(meta)),
        ("text", _block("[", [_one(line) for line in record.text], "]")),
        ("suggestions", _nested(suggestions)),
        ("annotations", _block("[", annotations, "]")),
        ("verdict", verdict),
    ]


def _fields_of_suggestion(suggestion: Suggestion) -> list[tuple[str, _Lines]]:
    return [
        ("model", _one(suggestion.model)),
        ("version", _one(suggestion.version)),
        ("weights", _one(suggestion.weights)),
        ("rules", _one(suggestion.rules)),
        ("entities", _spans(suggestion.entities)),
        ("relations", _arrows(suggestion.relations)),
    ]


def _fields_of_annotation(one: AnnotationRecord) -> list[tuple[str, _Lines]]:
    return [
        ("uid", _one(one.uid)),
        ("server", _one(one.server)),
        ("project", _one(one.project)),
        ("number", _one(one.number)),
        ("annotator", _one(one.annotator)),
        ("kind", _one(one.kind)),
        ("edited_by", _one(one.edited_by)),
        ("copy_of", _one(one.copy_of)),
        ("arm", _one(one.arm)),
        ("evidence", _one(one.evidence)),
        ("started_from", _one(one.started_from)),
        ("status", _one(one.status)),
        ("created", _one(one.created)),
        ("updated", _one(one.updated)),
        ("seconds", _one(one.seconds)),
        ("schema", _one(one.schema)),
        ("guideline", _one(one.guideline)),
        ("entities", _one(None) if one.entities is None else _spans(one.entities)),
        ("relations", _one(None) if one.relations is None else _arrows(one.relations)),
        ("flags", _one(one.flags)),
        ("first", _nested(_fields_of_first(one.first)) if one.first else _one(None)),
        ("first_sure", _one(one.first_sure)),
    ]


def _fields_of_first(first: FirstSubmission) -> list[tuple[str, _Lines]]:
    return [
        ("updated", _one(first.updated)),
        ("flags", _one(first.flags)),
        ("added", _nested(_fields_of_marks(first.added))),
        ("removed", _nested(_fields_of_marks(first.removed))),
    ]


def _fields_of_marks(marks: EntitiesAndRelations) -> list[tuple[str, _Lines]]:
    return [("entities", _spans(marks.entities)), ("relations", _arrows(marks.relations))]


def _fields_of_verdict(verdict: Verdict) -> list[tuple[str, _Lines]]:
    decisions: list[_Lines] = []
    for one in verdict.decisions:
        offered = [_one({"by": offer.by, "labels": offer.labels}) for offer in one.offered]
        fields = [
            ("place", _one(one.place)),
            ("offered", _block("[", offered, "]")),
            ("chosen", _one(one.chosen)),
        ]
        decisions.append(_nested(fields))
    return [
        ("by", _one(verdict.by)),
        ("kind", _one(verdict.kind)),
        ("at", _one(verdict.at)),
        ("schema", _one(verdict.schema)),
        ("guideline", _one(verdict.guideline)),
        ("decisions", _block("[", decisions, "]")),
        ("entities", _spans(verdict.entities)),
        ("relations", _arrows(verdict.relations)),
        ("flags", _one(verdict.flags)),
    ]


def _spans(spans: Iterable[EntityRecord]) -> _Lines:
    lines = []
    for one in spans:
        score = "" if one.score is msgspec.UNSET else f', "score": {_json(one.score)}'
        lines.append(
            [
                f'{{"start": {one.start}, "end": {one.end}, "label": {_json(one.label)}, '
                f'"text": {_json(one.text)}{score}}}'
            ]
        )
    return _block("[", lines, "]")


def _arrows(arrows: Iterable[RelationRecord]) -> _Lines:
    lines = []
    for one in arrows:
        ends = f'"head": {_end(one.head)}, "tail": {_end(one.tail)}'
        lines.append([f'{{{ends}, "label": {_json(one.label)}}}'])
    return _block("[", lines, "]")


def _end(end: RelationEnd) -> str:
    start, stop, label = end
    return f"[{start}, {stop}, {_json(label)}]"


# Reading: what a file may not hold.


def _not_json(raw: bytes, path: str) -> Problem | None:
    """Why no JSON can be read at all, with the line."""
    if half := _CONFLICT.search(raw):
        line = raw.count(b"\n", 0, half.start()) + 1
        return Problem(f"{path}:{line}", "half of a merge: git left its conflict marks here")
    if what := why_not_utf8(raw):
        return Problem(path, what)
    try:
        json.loads(raw)
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(": ").removesuffix(" at")
        return Problem(f"{path}:{error.lineno}", f"not JSON: {what}, column {error.colno}")
    except (ValueError, RecursionError):
        return None  # the strict reader says what it is
    return None


def _shape_fault(said: str) -> str:
    """msgspec's sentence about a file of another shape, the place first."""
    what, _, place = said.partition(" - at ")
    what = what.replace("`", "'")
    what = f"{what[:1].lower()}{what[1:]}"
    return f"{place.strip('`')}: {what}" if place else what


def _faults_of_record(record: DocumentRecord) -> Iterator[str]:
    """All that is wrong with a record of the right shape."""
    texts = (record.id, record.group, record.whole_text)
    if not all(map(is_encodable, texts)):
        yield "half a character (a lone surrogate)"
        return
    yield from _faults_of_article(record)
    for key, suggestion in record.suggestions.items():
        place = f"suggestion {key!r}"
        yield from _faults_of_marks(record, suggestion.entities, suggestion.relations, place)
    for uid, number in Counter(one.uid for one in record.annotations).items():
        if number > 1:
            yield f"the annotation {uid!r} stands there {number} times"
    for annotation in record.annotations:
        yield from _faults_of_annotation(record, annotation)
    if verdict := record.verdict:
        yield from _faults_of_marks(record, verdict.entities, verdict.relations, "the verdict")


def _faults_of_article(record: DocumentRecord) -> Iterator[str]:
    if not record.id or not record.group:
        yield f"{'id' if not record.id else 'group'!r} is empty"
    text = record.whole_text
    if not text.strip():
        yield "'text' holds nothing but white space"
    if hashlib.sha256(text.encode()).hexdigest() != record.text_sha256:
        yield "the text isn't the one that 'text_sha256' names"


def _faults_of_annotation(record: DocumentRecord, one: AnnotationRecord) -> Iterator[str]:
    place = f"annotation {one.uid!r}"
    if not one.uid or not one.annotator:
        yield f"{place}: 'uid' and 'annotator' must not be empty"
    if (one.entities is None) != (one.relations is None):
        yield f"{place}: 'entities' and 'relations' must both be lists, or both be null"
        return
    if one.entities is None or one.relations is None:
        if one.status != "problem":
            yield f"{place}: it is {one.status}, but 'entities' is null"
        if one.first:
            yield f"{place}: 'first' needs 'entities'"
        return
    if one.started_from is not None and one.started_from not in record.suggestions:
        yield f"{place}: there is no suggestion {one.started_from!r} in the file"
    yield from _faults_of_marks(record, one.entities, one.relations, place)
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
    then = first_submission(one)
    if then:
        marks, _ = then
        yield from _faults_of_marks(record, marks.entities, marks.relations, place)


def _faults_of_marks(
    record: DocumentRecord,
    spans: Sequence[EntityRecord],
    arrows: Sequence[RelationRecord],
    place: str,
) -> Iterator[str]:
    """What keeps these from being annotations of this text."""
    text = record.whole_text
    for one in spans:
        if not one.label:
            yield f"{place}: {one.start}..{one.end} has an empty label"
        if 0 <= one.start < one.end <= len(text) and text[one.start : one.end] != one.text:
            words = text[one.start : one.end]
            yield f"{place}: {one.start}..{one.end}: the text is {words!r}, not {one.text!r}"
    ends = {(one.start, one.end, one.label) for one in spans}
    for arrow in arrows:
        for end in (arrow.head, arrow.tail):
            if end not in ends:
                start, stop, label = end
                yield (
                    f"{place}: {arrow.label} joins {label} {start}..{stop}, "
                    "which is no entity of it"
                )
    joined = [one for one in arrows if one.head in ends and one.tail in ends]
    for fault in check_structure(document_of_record(record, spans, joined)):
        yield f"{place}: {str(fault).removeprefix(f'{record.id}, ')}"
