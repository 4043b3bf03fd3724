"""Annotations of a project that was moved: exported from Label Studio, and imported into another project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from curation.annotations.record import (
    AnnotationRecord,
    Decision,
    DocumentRecord,
    EntityRecord,
    FormerPlace,
    RelationRecord,
)

_Content = tuple[frozenset[EntityRecord], frozenset[RelationRecord]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedAnnotation:
    """An annotation that came by an import; *former_number* is None where the imported file had no numbers."""

    uid: str
    former_number: int | None
    entities: tuple[EntityRecord, ...]
    relations: tuple[RelationRecord, ...]


def match_imported(
    known: Sequence[AnnotationRecord], imported: Sequence[ImportedAnnotation]
) -> dict[str, AnnotationRecord]:
    """
    Which of a document's *known* annotations the imported ones are, by the uids that the import gave.

    An imported annotation is the known one that had its number and has its entities and relations.
    Where the imported file had no numbers, the content decides, if one annotation alone has it on
    either side. What fits nothing, or several, is left out.
    """
    candidates = [one for one in known if one.server is not None and one.entities is not None]
    matched: dict[str, AnnotationRecord] = {}
    for one in imported:
        if one.former_number is not None:
            found = [
                other
                for other in candidates
                if one.former_number in _numbers(other) and _content(other) == _content(one)
            ]
            if len(found) == 1:
                candidates.remove(found[0])
                matched[one.uid] = found[0]
    for one in imported:
        if one.former_number is None and one.entities:
            content = _content(one)
            found = [other for other in candidates if _content(other) == content]
            alike = [other for other in imported if _content(other) == content]
            if len(found) == len(alike) == 1:
                matched[one.uid] = found[0]
    return matched


def places_after_move(old: AnnotationRecord, uid: str) -> tuple[FormerPlace, ...]:
    """Where the annotation with this *uid* was before: in the place of its *old* record, and before that."""
    places = {place.uid: place for place in old.moved_from}
    if old.server and old.project is not None and old.number is not None:
        places[old.uid] = FormerPlace(old.uid, old.server, old.project, old.number, old.updated)
    places.pop(uid, None)
    return tuple(places.values())


def rename_uids(record: DocumentRecord, uids: Mapping[str, str]) -> DocumentRecord:
    """The record; copies and decisions name the new uids of annotations, where *uids* has some."""
    if not uids:
        return record
    annotations = tuple(
        msgspec.structs.replace(one, copy_of=one.copy_of and uids.get(one.copy_of, one.copy_of))
        for one in record.annotations
    )
    verdict = record.verdict and msgspec.structs.replace(
        record.verdict,
        decisions=tuple(_with_new_uids(one, uids) for one in record.verdict.decisions),
    )
    return msgspec.structs.replace(record, annotations=annotations, verdict=verdict)


def _with_new_uids(decision: Decision, uids: Mapping[str, str]) -> Decision:
    offered = tuple(
        msgspec.structs.replace(reading, by=tuple(uids.get(uid, uid) for uid in reading.by))
        for reading in decision.offered
    )
    return msgspec.structs.replace(decision, offered=offered)


def _numbers(record: AnnotationRecord) -> set[int | None]:
    """The annotation's number where it is, and where it was before."""
    return {record.number, *(place.number for place in record.moved_from)}


def _content(one: AnnotationRecord | ImportedAnnotation) -> _Content:
    return frozenset(one.entities or ()), frozenset(one.relations or ())
