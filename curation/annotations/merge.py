"""Merging what a pull got of one document into its record; what came from other projects stays."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from curation.annotations.moved import (
    ImportedAnnotation,
    match_imported,
    places_after_move,
    rename_uids,
)
from curation.annotations.record import (
    RECORD_FORMAT,
    AnnotationRecord,
    AnnotationStatus,
    AnnotatorKind,
    Arm,
    DocumentRecord,
    EntitiesAndRelations,
    Evidence,
    Suggestion,
    entity_records,
    first_submission,
    first_submission_record,
    in_text_order,
    lines_of_text,
    relation_records,
    suggestion_key,
    suggestion_of,
)
from curation.documents.document import Document
from curation.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledAnnotation:
    """
    One annotation as Label Studio has it now.

    *document* is None where the annotation has a problem or was skipped; *suggestion* is what the
    annotator started from. *edited_by* is the pseudonym of another account that edited the annotation
    last, empty where none did, None where nobody knows who did. *last_changed_by_curate* is true
    where ``curate`` wrote the annotation last, which is nobody's judgement. *copy_of* is the uid of
    another annotator's annotation that this one is a copy of, None where none is known. *created* and *updated* are the server's times, empty where
    unknown; *seconds* is the time that the editor was open. *schema* is the fingerprint of the schema
    that the task offered, None where nobody knows. *stamped_suggestion* is the key of the suggestion
    that the task was pushed with, for an annotation of which no other trace of a suggestion is left.
    *is_imported* is true where the annotation came by an import, which tells nobody's name and no
    times; *former_number* is its number in the project that it was exported from, where known.
    """

    uid: str
    number: int
    annotator: str
    kind: AnnotatorKind
    edited_by: str | None
    status: Literal["submitted", "problem", "skipped"]
    created: str
    updated: str
    changed_since_created: bool
    seconds: int | None
    last_changed_by_curate: bool
    arm: Arm
    evidence: Evidence
    schema: str | None = None
    stamped_suggestion: str | None = None
    copy_of: str | None = None
    document: Document | None = None
    suggestion: Document | None = None
    flags: tuple[str, ...] = ()
    is_imported: bool = False
    former_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledDocument:
    """
    Everything that a project has of one document.

    *article* is None where the task holds another text than was pushed. *is_unsound* is true where
    the document as a whole has a problem, so that none of its annotations in this project counts
    until the problem is mended. *schema* knows which types an earlier schema had.
    """

    id: str
    server: str
    project: str
    article: Document | None
    annotations: tuple[PulledAnnotation, ...]
    is_unsound: bool = False
    schema: Schema | None = None


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """
    The record after a pull, None where there is nothing to keep.

    *lost_annotators* are those who had a sound, submitted annotation before and have none now.
    *has_other_text* is true where the task's text differs from the record's, so that none of the
    task's annotations counts. *moved* has, by the uids that an import gave, the annotations that took
    the place of known ones, as these were; *unmatched* are the uids of imported annotations that nobody
    can say any more whose they are. *left_behind* are uids of annotations that the project still has,
    and that were moved from there.
    """

    record: DocumentRecord | None
    lost_annotators: tuple[str, ...] = ()
    has_other_text: bool = False
    moved: Mapping[str, AnnotationRecord] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()
    left_behind: frozenset[str] = frozenset()


def merge_pulled(known: DocumentRecord | None, pulled: PulledDocument) -> MergedRecord:
    """
    The *known* record, with what was *pulled* instead of what came from the same project before.

    Annotations are identified by their uid. First submissions, verdict, state and group stay. An
    annotation that has a problem, was skipped or was deleted keeps its last sound entities and
    relations. An annotation that an older ``curate`` wrote without the server's uid is identified by
    its annotator, one that was exported and imported as ``match_imported`` says.
    """
    article = pulled.article
    has_other_text = bool(known and article and article.text_sha256 != known.text_sha256)
    if known is None and article is None:
        return MergedRecord(None)
    is_unsound = pulled.is_unsound or article is None or has_other_text
    before = known.annotations if known else ()
    matched = _matched(before, pulled)
    left_behind = _left_behind(before, pulled, matched)
    moved = {} if is_unsound else _moved(before, pulled, matched)
    same_project: set[tuple[str | None, str | None]] = {
        (pulled.server, pulled.project),
        ("", ""),
    }
    same_project |= {
        (one.server, one.project) for one in matched.values() if one.server is not None
    }
    matched |= moved
    suggestions: dict[str, Suggestion] = dict(known.suggestions) if known else {}
    after: list[AnnotationRecord] = []
    for pulled_annotation in pulled.annotations:
        if pulled_annotation.uid in left_behind:
            continue
        old = matched.get(pulled_annotation.uid)
        new = _updated(old, pulled_annotation, pulled, suggestions, is_unsound=is_unsound)
        if new is not None:
            after.append(new)
    updated_uids = {annotation.uid for annotation in matched.values()}
    updated_uids |= {annotation.uid for annotation in pulled.annotations}
    remaining = [annotation for annotation in before if annotation.uid not in updated_uids]
    after += _not_pulled(remaining, pulled, same_project)
    after.sort(key=lambda annotation: (annotation.created or "", annotation.uid))
    if known is None and not after:
        return MergedRecord(None)
    new_uids = {old.uid: uid for uid, old in matched.items() if old.uid != uid}
    record = _record(known, pulled, after, suggestions, is_unsound=is_unsound)
    record = rename_uids(record, new_uids)
    known_uids = {one.uid for one in before} | matched.keys()
    return MergedRecord(
        record,
        _lost_annotators(before, after),
        has_other_text,
        moved=moved,
        unmatched=tuple(
            one.uid
            for one in pulled.annotations
            if one.is_imported and one.status != "skipped" and one.uid not in known_uids
        ),
        left_behind=left_behind,
    )


def _not_pulled(
    annotations: Iterable[AnnotationRecord],
    pulled: PulledDocument,
    same_project: Set[tuple[str | None, str | None]],
) -> Iterator[AnnotationRecord]:
    """Of *annotations* that a pull didn't give: those of other projects, and sound ones, as deleted."""
    for annotation in annotations:
        if (annotation.server, annotation.project) not in same_project:
            yield annotation
        elif annotation.entities is not None:
            # Where two tasks hold the document, the annotation may be in the other task.
            status: AnnotationStatus = "problem" if pulled.is_unsound else "deleted"
            yield msgspec.structs.replace(annotation, status=status)


def _record(
    known: DocumentRecord | None,
    pulled: PulledDocument,
    annotations: Sequence[AnnotationRecord],
    suggestions: Mapping[str, Suggestion],
    *,
    is_unsound: bool,
) -> DocumentRecord:
    used = {one.started_from for one in annotations}
    used_suggestions = {key: one for key, one in suggestions.items() if key in used}
    if known is None:
        assert pulled.article is not None
        return make_record(pulled.article, annotations, used_suggestions)
    meta = known.meta
    has_other_projects = any(one.project != pulled.project for one in annotations)
    if pulled.article is not None and not is_unsound and not has_other_projects:
        meta = dict(pulled.article.meta)
    return msgspec.structs.replace(
        known, meta=meta, annotations=tuple(annotations), suggestions=used_suggestions
    )


def make_record(
    article: Document,
    annotations: Iterable[AnnotationRecord],
    suggestions: Mapping[str, Suggestion],
) -> DocumentRecord:
    """The record of an article that has none yet."""
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
    """The record that each pulled annotation has already, by the pulled uid."""
    by_uid = {one.uid: one for one in before}
    matched = {one.uid: by_uid[one.uid] for one in pulled.annotations if one.uid in by_uid}
    # Annotations that an older curate wrote have no number, and a uid that curate made up.
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


def _left_behind(
    before: Sequence[AnnotationRecord],
    pulled: PulledDocument,
    matched: dict[str, AnnotationRecord],
) -> frozenset[str]:
    """
    The uids of annotations that are in another project now, and weren't changed here since.

    One that was deleted there is *matched* again: its place is here.
    """
    moved_away = {place.uid: (one, place) for one in before for place in one.moved_from}
    found: set[str] = set()
    for annotation in pulled.annotations:
        if annotation.uid in matched or annotation.uid not in moved_away:
            continue
        now, place = moved_away[annotation.uid]
        if now.status == "deleted":
            matched[annotation.uid] = now
        elif annotation.last_changed_by_curate or annotation.updated <= (place.updated or ""):
            found.add(annotation.uid)
    return frozenset(found)


def _moved(
    before: Sequence[AnnotationRecord],
    pulled: PulledDocument,
    matched: Mapping[str, AnnotationRecord],
) -> dict[str, AnnotationRecord]:
    """The known annotations that imported ones are, by the uids that the import gave."""
    # One that was bad when it came is known by its uid, and by nothing else.
    settled = {uid for uid, one in matched.items() if one.entities is not None}
    imported = [
        ImportedAnnotation(
            uid=one.uid,
            former_number=one.former_number,
            entities=entity_records(one.document),
            relations=relation_records(one.document),
        )
        for one in pulled.annotations
        if one.is_imported and one.document is not None and one.uid not in settled
    ]
    taken = {one.uid for one in matched.values()}
    return match_imported([one for one in before if one.uid not in taken], imported)


def _updated(
    old: AnnotationRecord | None,
    found: PulledAnnotation,
    pulled: PulledDocument,
    suggestions: dict[str, Suggestion],
    *,
    is_unsound: bool,
) -> AnnotationRecord | None:
    """The annotation's record now; None for a skipped annotation of which nothing sound is known."""
    if found.status == "skipped" and (old is None or old.entities is None):
        return None
    status: AnnotationStatus = (
        "problem" if is_unsound and found.status == "submitted" else found.status
    )
    if old is not None and (is_unsound or found.document is None):
        # The last sound content stays, with its times.
        return msgspec.structs.replace(
            old,
            uid=found.uid,
            server=pulled.server,
            project=pulled.project,
            number=found.number,
            status=status,
        )
    new = _new(found, pulled, status, None if is_unsound else found.document)
    if new.entities is not None and found.suggestion is not None:
        suggestion = suggestion_of(found.suggestion)
        key = suggestion_key(suggestion)
        suggestions[key] = suggestion
        new = msgspec.structs.replace(new, started_from=key)
    elif new.entities is not None and found.stamped_suggestion in suggestions:
        new = msgspec.structs.replace(new, started_from=found.stamped_suggestion)
    if old is None:
        return new
    new = _continued(
        old,
        new,
        by_curate=found.last_changed_by_curate,
        knows_editor=found.edited_by is not None,
        offered_later=_offered_later(old, new, pulled.schema),
    )
    return _with_origin(old, new, found) if found.is_imported else new


def _new(
    found: PulledAnnotation,
    pulled: PulledDocument,
    status: AnnotationStatus,
    document: Document | None,
) -> AnnotationRecord:
    """The record of an annotation that was never pulled before; *document* is None where nothing in it is sound."""
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
        started_from=None,
        status=status,
        created=found.created or None,
        updated=found.updated or None,
        seconds=found.seconds,
        schema=found.schema,
        guideline=None,
        entities=entity_records(document) if document else None,
        relations=relation_records(document) if document else None,
        flags=found.flags if document else (),
        first=None,
        first_sure=not (found.changed_since_created or found.is_imported),
    )


def _continued(
    old: AnnotationRecord,
    new: AnnotationRecord,
    *,
    by_curate: bool,
    knows_editor: bool,
    offered_later: Set[str],
) -> AnnotationRecord:
    """
    The *new* record of an annotation that has an *old* one: its annotator and first submission stay.

    Where ``curate`` made the last change, the time and the editor stay as well; where the last
    editor's account was deleted, the editor stays. What the annotation is known to have started
    from stays, even where the server has lost its traces. Of types that were *offered_later*, the
    first submission is the new one.
    """
    merged = msgspec.structs.replace(
        new,
        annotator=old.annotator,
        kind=old.kind,
        schema=new.schema or old.schema,
        guideline=old.guideline,
        # The server forgets what was copied from an annotation that is deleted.
        copy_of=new.copy_of or old.copy_of,
    )
    if by_curate or not knows_editor:
        merged = msgspec.structs.replace(merged, edited_by=old.edited_by)
    if by_curate:
        merged = msgspec.structs.replace(merged, updated=old.updated or new.updated)
    if _knows_more(old, new):
        merged = msgspec.structs.replace(
            merged, arm=old.arm, evidence=old.evidence, started_from=old.started_from
        )
    if merged.copy_of and merged.arm == "blind":
        merged = msgspec.structs.replace(merged, arm="unknown", evidence="none")
    if (old.uid, old.project, old.number) == (new.uid, new.project, new.number):
        # The same server by another address is the same server.
        merged = msgspec.structs.replace(merged, server=old.server)
    found = first_submission(old)
    if found is None or new.entities is None or new.relations is None:
        return merged
    then, flags = found
    now = EntitiesAndRelations(new.entities, new.relations)
    first = first_submission_record(
        _with_types_offered_later(then, now, offered_later),
        now,
        then_flags=flags,
        now_flags=new.flags,
        updated=old.first.updated if old.first else (old.updated or ""),
    )
    return msgspec.structs.replace(merged, first=first, first_sure=old.first_sure)


def _offered_later(
    old: AnnotationRecord, new: AnnotationRecord, schema: Schema | None
) -> frozenset[str]:
    """The types that the annotation's task offers now and didn't before, as far as that is known."""
    if schema is None or old.schema == new.schema:
        return frozenset()
    before = schema.types_not_offered(old.schema)
    now = schema.types_not_offered(new.schema)
    return frozenset() if before is None or now is None else frozenset(before) - frozenset(now)


def _with_types_offered_later(
    first: EntitiesAndRelations, now: EntitiesAndRelations, offered_later: Set[str]
) -> EntitiesAndRelations:
    """The *first* submission; of types that were offered later, the first submission is that of *now*."""
    if not offered_later:
        return first
    later = [
        one for one in now.relations if offered_later & {one.label, one.head[2], one.tail[2]}
    ]
    entities = {one for one in now.entities if one.label in offered_later}
    kept = {*first.entities, *entities}
    places = {(one.start, one.end, one.label) for one in kept}
    joined = {one for one in later if {one.head, one.tail} <= places}
    return in_text_order(kept, {*first.relations, *joined})


def _with_origin(
    old: AnnotationRecord, new: AnnotationRecord, found: PulledAnnotation
) -> AnnotationRecord:
    """The *new* record of an imported annotation; what the import has lost is as the *old* record has it."""
    is_moved = old.uid != new.uid or bool(old.moved_from)
    if is_moved or old.evidence != "none":
        new = msgspec.structs.replace(
            new, arm=old.arm, evidence=old.evidence, started_from=old.started_from
        )
    else:
        # An older curate called blind whatever had lost its traces.
        new = msgspec.structs.replace(new, arm=found.arm, evidence=found.evidence)
    edited_by = tuple(one for one in new.edited_by if one != old.annotator)
    return msgspec.structs.replace(
        new,
        edited_by=edited_by,
        copy_of=old.copy_of if is_moved else new.copy_of,
        created=old.created,
        updated=new.updated or old.updated,
        moved_from=places_after_move(old, new.uid) if is_moved else (),
    )


def _knows_more(old: AnnotationRecord, new: AnnotationRecord) -> bool:
    """Whether the *old* record knows better what the annotation started from."""
    return new.evidence == "none" or (
        new.evidence == "task" and old.evidence in ("prediction", "regions")
    )


def _lost_annotators(
    before: Iterable[AnnotationRecord], after: Iterable[AnnotationRecord]
) -> tuple[str, ...]:
    """The annotators who had submitted something sound, and now have neither that nor a problem to mend."""
    before_pull = {one.annotator for one in before if one.status == "submitted"}
    after_pull = {one.annotator for one in after if one.status in ("submitted", "problem")}
    return tuple(sorted(before_pull - after_pull))
