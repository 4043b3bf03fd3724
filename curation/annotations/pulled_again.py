"""One annotation's record after a pull: what is new in it, and what stays as it was known."""

from dataclasses import dataclass, replace

import msgspec

from curation.annotations.moved import places_after_move
from curation.annotations.offered_later import types_offered_later, with_types_offered_later
from curation.annotations.pulled import PulledAnnotation, PulledDocument
from curation.annotations.record import (
    AnnotationRecord,
    AnnotationStatus,
    Arm,
    EntitiesAndRelations,
    Evidence,
    FirstSubmission,
    entity_records,
    first_submission,
    first_submission_record,
    first_submitted_at,
    relation_records,
)


def annotation_after_pull(
    old: AnnotationRecord | None,
    found: PulledAnnotation,
    pulled: PulledDocument,
    *,
    started_from: str | None,
    is_unsound: bool,
) -> AnnotationRecord | None:
    """
    The record of a *found* annotation, which was known as *old*; None where there is nothing to keep.

    *started_from* is the key of the suggestion that it is found to have started from. In an unsound
    document, no annotation's content counts.
    """
    if found.status == "skipped" and (old is None or old.entities is None):
        return None
    status: AnnotationStatus = found.status
    if is_unsound and status == "submitted":
        status = "problem"
    has_content = found.document is not None and not is_unsound
    if old is not None and not has_content:
        # The last sound content stays, with its times.
        first_edited_by = old.first_edited_by
        if old.entities is None and found.edited_by:
            first_edited_by = _each_once((*first_edited_by, found.edited_by))
        return msgspec.structs.replace(
            old,
            first_edited_by=first_edited_by,
            uid=found.uid,
            server=pulled.server,
            project=pulled.project,
            number=found.number,
            status=status,
        )
    new = _new_record(
        found, pulled, status=status, started_from=started_from, has_content=has_content
    )
    return new if old is None else _continued(old, new, found, pulled)


def _new_record(
    found: PulledAnnotation,
    pulled: PulledDocument,
    *,
    status: AnnotationStatus,
    started_from: str | None,
    has_content: bool,
) -> AnnotationRecord:
    """The record of an annotation of which nothing else is known than what was pulled."""
    document = found.document if has_content else None
    is_changed = found.changed_since_created or found.is_imported
    return AnnotationRecord(
        uid=found.uid,
        server=pulled.server,
        project=pulled.project,
        number=found.number,
        annotator=found.annotator,
        kind=found.kind,
        edited_by=(found.edited_by,) if found.edited_by else (),
        copy_of=found.copy_of,
        arm=found.arm,
        evidence=found.evidence,
        started_from=started_from if document else None,
        status=status,
        created=found.created or None,
        updated=found.updated or None,
        seconds=found.seconds,
        schema=found.schema,
        guideline=found.guideline,
        entities=entity_records(document) if document else None,
        relations=relation_records(document) if document else None,
        flags=found.flags if document else (),
        first=None,
        first_sure=not is_changed,
        first_edited_by=(found.edited_by,) if found.edited_by and is_changed else (),
    )


def _continued(
    old: AnnotationRecord,
    new: AnnotationRecord,
    found: PulledAnnotation,
    pulled: PulledDocument,
) -> AnnotationRecord:
    """The *new* record of an annotation that has an *old* one: its annotator and first submission stay."""
    is_moved = found.is_imported and (old.uid != new.uid or bool(old.moved_from))
    is_same_place = (old.uid, old.project, old.number) == (new.uid, new.project, new.number)
    copy_of = _copy_of(old, new, is_moved=is_moved)
    if found.is_imported:
        start = _start_of_imported(old, new, is_moved=is_moved)
    else:
        start = _start(old, new, is_copy=bool(copy_of))
    was_sound = old.entities is not None
    is_untouched = _is_untouched(old, new, found)
    updated = old.updated if is_untouched else _updated(old, new, found)
    return msgspec.structs.replace(
        new,
        # The same server by another address is the same server.
        server=old.server if is_same_place else new.server,
        annotator=old.annotator,
        kind=old.kind,
        edited_by=old.edited_by if is_untouched else _editors(old, new, found),
        copy_of=copy_of,
        arm=start.arm,
        evidence=start.evidence,
        started_from=start.started_from,
        created=old.created if found.is_imported else new.created,
        updated=updated,
        schema=old.schema if is_untouched else new.schema or old.schema,
        guideline=old.guideline if is_untouched else new.guideline or old.guideline,
        first=old.first if is_untouched else _first(old, new, pulled, updated),
        first_sure=old.first_sure if was_sound else new.first_sure,
        first_edited_by=_first_editors(old, new),
        after_verdict=old.after_verdict,
        moved_from=places_after_move(old, new.uid) if is_moved else (),
    )


def _is_untouched(
    old: AnnotationRecord, new: AnnotationRecord, found: PulledAnnotation
) -> bool:
    """
    Whether somebody else than the annotator updated the annotation, and left it as it is known.

    So does a ``curate`` on another machine that renames a type, of which nobody here knows.
    """
    return (
        bool(found.edited_by)
        and not found.last_changed_by_curate
        and old.status == new.status == "submitted"
        and (old.entities, old.relations, old.flags) == (new.entities, new.relations, new.flags)
    )


def _editors(
    old: AnnotationRecord, new: AnnotationRecord, found: PulledAnnotation
) -> tuple[str, ...]:
    """
    The pseudonyms of others who edited last, as far as anybody knows.

    Nothing is known where ``curate`` made the last change, and where the last editor's account was
    deleted; an import tells any editor, the annotator too.
    """
    is_unknown = found.last_changed_by_curate or found.edited_by is None
    editors = old.edited_by if is_unknown else new.edited_by
    if found.is_imported:
        return tuple(one for one in editors if one != old.annotator)
    return editors


def _first_editors(old: AnnotationRecord, new: AnnotationRecord) -> tuple[str, ...]:
    """The pseudonyms of others who edited the first sound submission before anybody pulled that."""
    if old.entities is None:
        return _each_once((*old.first_edited_by, *new.first_edited_by))
    if old.first_edited_by or old.first is not None or old.first_sure:
        return old.first_edited_by
    # An older curate didn't say who edited before the first pull, and who later.
    return old.edited_by


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _updated(
    old: AnnotationRecord, new: AnnotationRecord, found: PulledAnnotation
) -> str | None:
    """The time of the last change that wasn't ``curate``'s; an import has none, until somebody edits."""
    if found.last_changed_by_curate:
        return old.updated or new.updated
    if found.is_imported:
        return new.updated or old.updated
    return new.updated


def _copy_of(old: AnnotationRecord, new: AnnotationRecord, *, is_moved: bool) -> str | None:
    """The uid of the annotation that this one is a copy of; a server forgets it where that one is deleted."""
    return old.copy_of if is_moved else new.copy_of or old.copy_of


@dataclass(frozen=True, slots=True)
class _Start:
    """What an annotation started from, and how that is known."""

    arm: Arm
    evidence: Evidence
    started_from: str | None


def _start(old: AnnotationRecord, new: AnnotationRecord, *, is_copy: bool) -> _Start:
    """What was known better before stays, even where the server has lost its traces; a copy is never blind."""
    knows_less = new.evidence == "none" or (
        new.evidence == "task" and old.evidence in ("prediction", "regions")
    )
    start = _start_in(old if knows_less else new)
    if is_copy and start.arm == "blind":
        return replace(start, arm="unknown", evidence="none")
    return start


def _start_of_imported(
    old: AnnotationRecord, new: AnnotationRecord, *, is_moved: bool
) -> _Start:
    """An import loses traces, so that what was known before stays."""
    if is_moved or old.evidence != "none":
        return _start_in(old)
    start = _start_in(new)
    if start.evidence == "none":
        # An older curate called blind whatever had lost its traces.
        return replace(start, started_from=old.started_from)
    return start


def _start_in(record: AnnotationRecord) -> _Start:
    return _Start(record.arm, record.evidence, record.started_from)


def _first(
    old: AnnotationRecord, new: AnnotationRecord, pulled: PulledDocument, updated: str | None
) -> FirstSubmission | None:
    """
    The first submission, as the *old* record knows it.

    None where the *new* content, *updated* at this time, is the first and the record says when that was made.
    """
    before = first_submission(old)
    if before is None or new.entities is None or new.relations is None:
        return None
    then, flags = before
    now = EntitiesAndRelations(new.entities, new.relations)
    at = first_submitted_at(old)
    return first_submission_record(
        with_types_offered_later(then, now, types_offered_later(old, new, pulled.schema)),
        now,
        then_flags=flags,
        now_flags=new.flags,
        updated=at,
        says_when=old.first_sure or at == (updated or ""),
    )
