"""Merging what a pull got of one document into its record; what came from other projects stays."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from curation.annotations.identity import PulledIdentities, identify_pulled
from curation.annotations.moved import rename_uids
from curation.annotations.pulled import PulledDocument
from curation.annotations.pulled_again import annotation_after_pull
from curation.annotations.record import (
    RECORD_FORMAT,
    AnnotationRecord,
    AnnotationStatus,
    DocumentRecord,
    Suggestion,
    lines_of_text,
    suggestion_key,
    suggestion_of,
)
from curation.documents.document import Document


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

    Annotations are identified as ``identify_pulled`` says. First submissions, verdict, state and group
    stay. An annotation that has a problem, was skipped or was deleted keeps its last sound entities
    and relations.
    """
    article = pulled.article
    if known is None and article is None:
        return MergedRecord(None)
    has_other_text = bool(known and article and article.text_sha256 != known.text_sha256)
    is_unsound = pulled.is_unsound or article is None or has_other_text
    before = known.annotations if known else ()
    identities = identify_pulled(before, pulled, is_unsound=is_unsound)
    shown = _shown_suggestions(pulled)
    keys = {uid: suggestion_key(suggestion) for uid, suggestion in shown.items()}
    suggestions = {keys[uid]: suggestion for uid, suggestion in shown.items()}
    if known:
        # A task of another text has other words at the same places, under the same key.
        suggestions |= known.suggestions
    after = [
        *_pulled_annotations(pulled, identities, keys, suggestions, is_unsound=is_unsound),
        *_not_pulled(before, pulled, identities),
    ]
    after.sort(key=lambda annotation: (annotation.created or "", annotation.uid))
    if known is None and not after:
        return MergedRecord(None)
    record = _record(known, pulled, after, suggestions, is_unsound=is_unsound)
    known_uids = {one.uid for one in before} | identities.known.keys()
    return MergedRecord(
        rename_uids(record, identities.new_uids),
        _lost_annotators(before, after),
        has_other_text,
        moved=identities.moved,
        unmatched=tuple(
            one.uid
            for one in pulled.annotations
            if one.is_imported and one.status != "skipped" and one.uid not in known_uids
        ),
        left_behind=identities.left_behind,
    )


def _shown_suggestions(pulled: PulledDocument) -> dict[str, Suggestion]:
    """What pulled annotations started from, by their uids, where that was pulled with them."""
    return {
        one.uid: suggestion_of(one.suggestion)
        for one in pulled.annotations
        if one.document is not None and one.suggestion is not None
    }


def _pulled_annotations(
    pulled: PulledDocument,
    identities: PulledIdentities,
    shown: Mapping[str, str],
    suggestions: Container[str],
    *,
    is_unsound: bool,
) -> Iterator[AnnotationRecord]:
    """The records of what was pulled; *shown* has keys of *suggestions* by the annotations' uids."""
    known = identities.known
    for found in pulled.annotations:
        if found.uid in identities.left_behind:
            continue
        stamped = found.stamped_suggestion if found.stamped_suggestion in suggestions else None
        record = annotation_after_pull(
            known.get(found.uid),
            found,
            pulled,
            started_from=shown.get(found.uid, stamped),
            is_unsound=is_unsound,
        )
        if record is not None:
            yield record


def _not_pulled(
    before: Iterable[AnnotationRecord], pulled: PulledDocument, identities: PulledIdentities
) -> Iterator[AnnotationRecord]:
    """Of the annotations that a pull didn't give, those of other projects, and sound ones, as deleted."""
    pulled_uids = {one.uid for one in pulled.annotations}
    pulled_uids |= {one.uid for one in identities.known.values()}
    of_this_project: set[tuple[str | None, str | None]] = {
        (pulled.server, pulled.project),
        ("", ""),
    }
    # The same server by another address is the same server.
    of_this_project |= {
        (one.server, one.project)
        for one in identities.matched.values()
        if one.server is not None
    }
    for annotation in before:
        if annotation.uid in pulled_uids:
            continue
        if (annotation.server, annotation.project) not in of_this_project:
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
    if pulled.article is not None and not is_unsound:
        # Two projects may say different things of an article; what one alone says is kept.
        said_before = known.meta if has_other_projects else {}
        meta = dict(pulled.article.meta) | said_before
    return msgspec.structs.replace(
        known, meta=meta, annotations=tuple(annotations), suggestions=used_suggestions
    )


def make_record(
    article: Document,
    annotations: Iterable[AnnotationRecord],
    suggestions: Mapping[str, Suggestion],
) -> DocumentRecord:
    """The record of an article that has none yet."""
    return DocumentRecord(
        format=RECORD_FORMAT,
        id=article.id,
        text_sha256=article.text_sha256,
        group=article.group,
        state="active",
        meta=dict(article.meta),
        text=lines_of_text(article.text),
        suggestions=dict(suggestions),
        annotations=tuple(annotations),
        verdict=None,
    )


def _lost_annotators(
    before: Iterable[AnnotationRecord], after: Iterable[AnnotationRecord]
) -> tuple[str, ...]:
    """The annotators who had submitted something sound, and now have neither that nor a problem to mend."""
    before_pull = {one.annotator for one in before if one.status == "submitted"}
    after_pull = {one.annotator for one in after if one.status in ("submitted", "problem")}
    return tuple(sorted(before_pull - after_pull))
