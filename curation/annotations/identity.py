"""Which annotation of a record each pulled annotation is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation.annotations.moved import ImportedAnnotation, match_imported
from curation.annotations.pulled import PulledAnnotation, PulledDocument
from curation.annotations.record import (
    AnnotationRecord,
    FormerPlace,
    entity_records,
    relation_records,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledIdentities:
    """
    Which known annotation each pulled one is, by the uids that were pulled.

    *matched* are known by their uids or annotators; *moved* are those from which an export and an
    import took the uids; *returned* were moved to another project, and deleted there. *left_behind*
    are uids of annotations that are in another project now, and weren't changed here since. Any other
    pulled annotation is new.
    """

    matched: Mapping[str, AnnotationRecord]
    returned: Mapping[str, AnnotationRecord]
    moved: Mapping[str, AnnotationRecord]
    left_behind: frozenset[str]

    @property
    def known(self) -> dict[str, AnnotationRecord]:
        """The known annotations that were pulled again, by the uids that were pulled."""
        return {**self.matched, **self.returned, **self.moved}

    @property
    def new_uids(self) -> dict[str, str]:
        """The uids that were pulled of annotations that were known by other ones, by these."""
        return {old.uid: uid for uid, old in self.known.items() if old.uid != uid}


def identify_pulled(
    before: Sequence[AnnotationRecord], pulled: PulledDocument, *, is_unsound: bool
) -> PulledIdentities:
    """
    Which of the annotations from *before* each pulled one is.

    An annotation is known by its uid; one that an older ``curate`` wrote without the server's uid, by
    its annotator; one that was exported and imported, as ``match_imported`` says. The contents of an
    unsound document identify nothing.
    """
    by_uid = {one.uid: one for one in before}
    named = {one.uid: by_uid[one.uid] for one in pulled.annotations if one.uid in by_uid}
    matched = named | _match_unnamed(before, pulled, named)
    moved_away = {
        place.uid: (one, place)
        for one in before
        for place in one.moved_from
        if place.uid not in matched
    }
    returned = {
        one.uid: moved_away[one.uid][0]
        for one in pulled.annotations
        if one.uid in moved_away and moved_away[one.uid][0].status == "deleted"
    }
    left_behind = frozenset(
        one.uid
        for one in pulled.annotations
        if one.uid in moved_away
        and one.uid not in returned
        and not _is_changed_since(moved_away[one.uid][1], one)
    )
    return PulledIdentities(
        matched=matched,
        returned=returned,
        moved={} if is_unsound else _match_moved(before, pulled, {**matched, **returned}),
        left_behind=left_behind,
    )


def _match_unnamed(
    before: Sequence[AnnotationRecord],
    pulled: PulledDocument,
    named: Mapping[str, AnnotationRecord],
) -> dict[str, AnnotationRecord]:
    """The known annotations without number, and with a uid that an older curate made up, by annotator."""
    unnamed = [
        one
        for one in before
        if one.uid not in named
        and one.number is None
        and (not one.server or (one.server, one.project) == (pulled.server, pulled.project))
    ]
    matched: dict[str, AnnotationRecord] = {}
    for found in pulled.annotations:
        if found.uid in named:
            continue
        same = next((one for one in unnamed if one.annotator == found.annotator), None)
        if same:
            unnamed.remove(same)
            matched[found.uid] = same
    return matched


def _is_changed_since(place: FormerPlace, found: PulledAnnotation) -> bool:
    """Whether somebody changed an annotation in its former place after it was moved from there."""
    return not found.last_changed_by_curate and found.updated > (place.updated or "")


def _match_moved(
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
