"""What a pull found of one document, merged into its record: nothing of other projects changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from curation.annotations.record import (
    RECORD_FORMAT,
    AnnotationRecord,
    AnnotationStatus,
    AnnotatorKind,
    DocumentRecord,
    EntitiesAndRelations,
    Evidence,
    Suggestion,
    entity_records,
    first_submission,
    first_submission_record,
    lines_of_text,
    relation_records,
    suggestion_key,
    suggestion_of,
)
from curation.documents.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledAnnotation:
    """
    One annotation as Label Studio has it now.

    *document* is what was meant, None where it isn't sound or was skipped; *suggestion* is what
    it started from. *edited_by* is an account other than the annotator's that changed it last,
    empty where none did. *last_changed_by_curate*: the last to write it was a program of ours, which judged
    nothing. *created* and *updated* are the server's times, empty where it doesn't say.
    """

    uid: str
    number: int
    annotator: str
    kind: AnnotatorKind
    edited_by: str
    status: Literal["submitted", "problem", "skipped"]
    created: str
    updated: str
    changed_since_created: bool
    seconds: int | None
    last_changed_by_curate: bool
    evidence: Evidence
    document: Document | None = None
    suggestion: Document | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledDocument:
    """
    All that a project has of one document.

    *article* is its text and meta, None where the task holds another text than was pushed.
    *is_unsound*: something is wrong with the document as a whole, so that none of its annotations
    in this project counts until it is mended.
    """

    id: str
    server: str
    project: str
    article: Document | None
    annotations: tuple[PulledAnnotation, ...]
    is_unsound: bool = False


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """
    The record after a pull, None where there is nothing to keep.

    *has_other_text*: the task's text isn't the record's, so that nothing in it counts. *lost_annotators* are annotators of whom a sound, submitted annotation was there before and is none now.
    """

    record: DocumentRecord | None
    lost_annotators: tuple[str, ...] = ()
    has_other_text: bool = False


def merge_pulled(known: DocumentRecord | None, pulled: PulledDocument) -> MergedRecord:
    """
    The *known* record with what was *pulled* in the place of what came from the same project.

    Annotations are known by their uid. First submissions, verdict, state and group stay; an
    annotation with a problem, skipped or deleted keeps what was last sound in it. One that an older
    curate wrote, without the server's uid, is taken for the same annotator's.
    """
    article = pulled.article
    other_text = bool(known and article and article.text_sha256 != known.text_sha256)
    if known is None and article is None:
        return MergedRecord(None)
    unsound = pulled.is_unsound or article is None or other_text
    before = known.annotations if known else ()
    matched = _matched(before, pulled)
    mine: set[tuple[str | None, str | None]] = {(pulled.server, pulled.project), ("", "")}
    mine |= {(one.server, one.project) for one in matched.values() if one.server is not None}
    suggestions: dict[str, Suggestion] = dict(known.suggestions) if known else {}
    after: list[AnnotationRecord] = []
    for found in pulled.annotations:
        old = matched.get(found.uid)
        new = _updated(old, found, pulled, suggestions, unsound=unsound)
        if new is not None:
            after.append(new)
    taken = {one.uid for one in matched.values()}
    for one in before:
        if one.uid in taken:
            continue
        if (one.server, one.project) not in mine:
            after.append(one)
        elif one.entities is not None:
            # Where two tasks hold the document, the other one has it.
            status: AnnotationStatus = "problem" if pulled.is_unsound else "deleted"
            after.append(msgspec.structs.replace(one, status=status))
    after.sort(key=lambda one: (one.created or "", one.uid))
    if known is None and not after:
        return MergedRecord(None)
    record = _record(known, pulled, after, suggestions, unsound=unsound)
    return MergedRecord(record, _gone(before, after), other_text)


def _record(
    known: DocumentRecord | None,
    pulled: PulledDocument,
    annotations: Sequence[AnnotationRecord],
    suggestions: Mapping[str, Suggestion],
    *,
    unsound: bool,
) -> DocumentRecord:
    used = {one.started_from for one in annotations}
    kept = {key: one for key, one in suggestions.items() if key in used}
    if known is None:
        assert pulled.article is not None
        return make_record(pulled.article, annotations, kept)
    meta = known.meta
    elsewhere = any(one.project != pulled.project for one in annotations)
    if pulled.article is not None and not unsound and not elsewhere:
        meta = dict(pulled.article.meta)
    return msgspec.structs.replace(
        known, meta=meta, annotations=tuple(annotations), suggestions=kept
    )


def make_record(
    article: Document,
    annotations: Iterable[AnnotationRecord],
    suggestions: Mapping[str, Suggestion],
) -> DocumentRecord:
    """The first record of an article."""
    group = article.meta.get("group")
    return DocumentRecord(
        format=RECORD_FORMAT,
        id=article.id,
        text_sha256=article.text_sha256,
        group=group if isinstance(group, str) and group else article.id,
        state="active",
        meta=dict(article.meta),
        text=lines_of_text(article.text),
        suggestions=dict(suggestions),
        annotations=tuple(annotations),
        verdict=None,
    )


def _matched(
    before: Sequence[AnnotationRecord], pulled: PulledDocument
) -> dict[str, AnnotationRecord]:
    """The record of each pulled annotation that has one, by the uid that was pulled."""
    by_uid = {one.uid: one for one in before}
    matched = {one.uid: by_uid[one.uid] for one in pulled.annotations if one.uid in by_uid}
    # What an older curate wrote has no number, and a uid of ours.
    unnamed = [
        one
        for one in before
        if one.uid not in matched
        and one.number is None
        and (not one.server or (one.server, one.project) == (pulled.server, pulled.project))
    ]
    for found in pulled.annotations:
        if found.uid in matched:
            continue
        same = next((one for one in unnamed if one.annotator == found.annotator), None)
        if same:
            unnamed.remove(same)
            matched[found.uid] = same
    return matched


def _updated(
    old: AnnotationRecord | None,
    found: PulledAnnotation,
    pulled: PulledDocument,
    suggestions: dict[str, Suggestion],
    *,
    unsound: bool,
) -> AnnotationRecord | None:
    """The annotation's record now; None for one of which nothing sound is known and that waits for nobody."""
    if found.status == "skipped" and (old is None or old.entities is None):
        return None
    status: AnnotationStatus = (
        "problem" if unsound and found.status == "submitted" else found.status
    )
    if old is not None and (unsound or found.document is None):
        # What was sound stays, with the times at which it was so.
        return msgspec.structs.replace(
            old,
            uid=found.uid,
            server=pulled.server,
            project=pulled.project,
            number=found.number,
            status=status,
        )
    new = _new(found, pulled, status, None if unsound else found.document)
    if new.entities is not None and found.suggestion is not None:
        suggestion = suggestion_of(found.suggestion)
        key = suggestion_key(suggestion)
        suggestions[key] = suggestion
        new = msgspec.structs.replace(new, started_from=key)
    return _continued(old, new, by_us=found.last_changed_by_curate) if old is not None else new


def _new(
    found: PulledAnnotation,
    pulled: PulledDocument,
    status: AnnotationStatus,
    document: Document | None,
) -> AnnotationRecord:
    """The record of an annotation that nobody has pulled before; *document* is what is sound in it."""
    return AnnotationRecord(
        uid=found.uid,
        server=pulled.server,
        project=pulled.project,
        number=found.number,
        annotator=found.annotator,
        kind=found.kind,
        edited_by=(found.edited_by,) if found.edited_by else (),
        copy_of=None,
        arm="blind" if found.evidence == "none" else "assisted",
        evidence=found.evidence,
        started_from=None,
        status=status,
        created=found.created or None,
        updated=found.updated or None,
        seconds=found.seconds,
        schema=None,
        guideline=None,
        entities=entity_records(document) if document else None,
        relations=relation_records(document) if document else None,
        flags=found.flags if document else (),
        first=None,
        first_sure=not found.changed_since_created,
    )


def _continued(
    old: AnnotationRecord, new: AnnotationRecord, *, by_us: bool
) -> AnnotationRecord:
    """
    The *new* record of an annotation that has an *old* one: whose it is and its first submission stay.

    Where the last change was made *by us*, its time and its editor stay as well. A suggestion that
    it is known to have started from is not forgotten because its traces on the server are gone.
    """
    kept = msgspec.structs.replace(
        new, annotator=old.annotator, kind=old.kind, schema=old.schema, guideline=old.guideline
    )
    if by_us:
        kept = msgspec.structs.replace(
            kept, updated=old.updated or new.updated, edited_by=old.edited_by
        )
    if old.evidence != "none" and new.evidence == "none":
        kept = msgspec.structs.replace(
            kept, arm=old.arm, evidence=old.evidence, started_from=old.started_from
        )
    if (old.project, old.number) == (new.project, new.number):
        # The same server by another address is the same server.
        kept = msgspec.structs.replace(kept, server=old.server)
    found = first_submission(old)
    if found is None or new.entities is None or new.relations is None:
        return kept
    then, flags = found
    at = old.first.updated if old.first else (old.updated or "")
    first = first_submission_record(
        then, flags, at, EntitiesAndRelations(new.entities, new.relations), new.flags
    )
    return msgspec.structs.replace(kept, first=first, first_sure=old.first_sure)


def _gone(
    before: Iterable[AnnotationRecord], after: Iterable[AnnotationRecord]
) -> tuple[str, ...]:
    """Who had submitted something sound, and now has neither that nor a problem to mend."""
    there = {one.annotator for one in before if one.status == "submitted"}
    left = {one.annotator for one in after if one.status in ("submitted", "problem")}
    return tuple(sorted(there - left))
