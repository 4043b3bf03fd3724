"""What says how well annotators agree: first submissions, by annotators who worked independently."""

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from curation.annotations.independence import TAKEN_BACK, UNKNOWN_ANNOTATOR
from curation.documents.document import AnnotatedDocument, Document, is_unknown_pseudonym
from curation.gold.dataset import StoredDataset
from curation.gold.tables.rows import annotation_order
from curation.progress import Watch, unwatched

# A document's annotations, and first submissions that their annotators deleted, skipped or given a problem since.
DocumentRows = tuple[Sequence[AnnotatedDocument], Sequence[AnnotatedDocument]]


class IndependentSubmissions:
    """
    The first submissions of annotators who worked independently, document by document.

    *are_first* is false for a version that was sealed without first submissions: then these are the
    annotations as they were sealed. Counted by the last iteration, in documents that several have
    annotated: *changed* are first submissions that differ from the annotation as it is now, *unsure*
    those of which nobody knows whether they are the first, *taken_back* those of annotations that were
    deleted, skipped or given a problem since. Counted in all documents: *left_out*, by reason, annotations that aren't independent. *not_offered* has, by
    document, the types that some of several annotators was not offered.
    """

    def __init__(self, rows: StoredDataset, watch: Watch = unwatched) -> None:
        self._rows = rows
        self._watch = watch
        self.are_first = rows.has_firsts
        self.changed = 0
        self.unsure = 0
        self.taken_back = 0
        self.left_out: Counter[str] = Counter()
        self.not_offered: dict[str, frozenset[str]] = {}

    def __iter__(self) -> Iterator[Sequence[tuple[str, Document]]]:
        self.changed = 0
        self.unsure = 0
        self.taken_back = 0
        lacking = self._rows.lacking_firsts
        self.left_out = Counter({TAKEN_BACK: lacking} if lacking else {})
        self.not_offered = {}
        for rows, taken_back in self._documents():
            self.left_out.update(filter(None, map(_why_not_independent, rows)))
            independent = [*independent_annotations(rows), *taken_back]
            if len(independent) > 1:
                self._count_compared(independent, len(taken_back))
            if independent:
                yield [(row.annotator, row.first_submission) for row in independent]

    def _count_compared(
        self, independent: Sequence[AnnotatedDocument], taken_back: int
    ) -> None:
        self.changed += sum(row.first is not None for row in independent)
        self.unsure += sum(not row.first_sure for row in independent)
        self.taken_back += taken_back
        names = {name for row in independent for name in row.not_offered or ()}
        if names:
            self.not_offered[independent[0].document.id] = frozenset(names)

    def current(self) -> Iterator[Sequence[tuple[str, Document]]]:
        """The same annotators' annotations as they are now, document by document."""
        for rows, _ in self._documents():
            if independent := independent_annotations(rows):
                yield [(row.annotator, row.document) for row in independent]

    def _documents(self) -> Iterator[DocumentRows]:
        documents = rows_by_document(self._rows)
        yield from self._watch(documents, "comparing", len(self._rows.arms))


def rows_by_document(rows: StoredDataset) -> Iterator[DocumentRows]:
    """Of each document the annotations, and the first submissions of annotators who took theirs back."""
    merged = heapq.merge(
        ((row, False) for row in rows.annotations),
        ((row, True) for row in rows.taken_back),
        key=lambda pair: annotation_order(pair[0]),
    )
    for _, found in groupby(merged, key=lambda pair: pair[0].document.id):
        pairs = list(found)
        yield (
            [row for row, is_taken_back in pairs if not is_taken_back],
            [row for row, is_taken_back in pairs if is_taken_back],
        )


def independent_annotations(rows: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
    """The independent ones; of several by one annotator, which have the same first submission, one."""
    found: dict[str, AnnotatedDocument] = {}
    for row in rows:
        if not _why_not_independent(row):
            found.setdefault(row.annotator, row)
    return list(found.values())


def _why_not_independent(row: AnnotatedDocument) -> str:
    """Why a row says nothing of agreement; of an unknown annotator, also where the row doesn't say so."""
    if row.not_independent:
        return row.not_independent
    return UNKNOWN_ANNOTATOR if is_unknown_pseudonym(row.annotator) else ""
