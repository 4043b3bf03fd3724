"""What says how well annotators agree with verdicts: their first submissions on adjudicated documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from curation.annotations.effort import UNKNOWN_MODEL_NAME
from curation.documents.document import AnnotatedDocument, Document
from curation.gold.dataset import GoldDocument, StoredDataset
from curation.gold.independent_submissions import independent_annotations, rows_by_document

# A verdict says something of annotators where there are so many to decide between.
_FEWEST_ANNOTATORS = 2


@dataclass(frozen=True, kw_only=True)
class AdjudicatedSubmissions:
    """
    A gold document that a verdict decided, and the independent annotations that it is about.

    There are two annotators or more, each with one annotation, but for the adjudicator, who is left
    out: *own_verdicts* counts such annotations. *suggestion* is what some annotator of the document
    was shown; None where nobody knows one as a whole.
    """

    gold: GoldDocument
    annotations: tuple[AnnotatedDocument, ...]
    suggestion: Document | None
    own_verdicts: int


def find_adjudicated_submissions(rows: StoredDataset) -> Iterator[AdjudicatedSubmissions]:
    """The adjudicated documents with two or more independent annotators, in the order of the rows."""
    adjudicated = rows.origins.adjudicated
    if not adjudicated:
        return
    golds = {gold.id: gold for gold in rows.gold_documents if gold.id in adjudicated}
    adjudicators = {one.document.id: one.adjudicators for one in rows.verdicts}
    for every, taken_back in rows_by_document(rows):
        document = (*every, *taken_back)[0].document.id
        if document not in golds:
            continue
        gold = golds[document]
        independent = [
            *(_with_sure_arm(one, every, gold) for one in independent_annotations(every)),
            *taken_back,
        ]
        if len(independent) < _FEWEST_ANNOTATORS:
            continue
        judged = [
            one for one in independent if one.annotator not in adjudicators.get(document, ())
        ]
        yield AdjudicatedSubmissions(
            gold=gold,
            annotations=tuple(judged),
            suggestion=next(filter(None, map(known_suggestion, independent)), None),
            own_verdicts=len(independent) - len(judged),
        )


def known_suggestion(annotation: AnnotatedDocument) -> Document | None:
    """What the annotator was shown; None for a blind one, and where only a part of it is known."""
    suggestion = annotation.suggestion
    if suggestion and suggestion.layer and suggestion.layer.name == UNKNOWN_MODEL_NAME:
        return None
    return suggestion


def _with_sure_arm(
    annotation: AnnotatedDocument, every: Sequence[AnnotatedDocument], gold: GoldDocument
) -> AnnotatedDocument:
    """
    The annotation, its arm unknown where the annotator worked in both arms, or nothing says "blind".

    Rows of older versions don't say it of the annotation; the gold document has always said it.
    """
    arms = {one.arm for one in every if one.annotator == annotation.annotator}
    if len(arms) > 1 or (annotation.arm == "blind" and gold.arm != "blind"):
        return replace(annotation, arm_sure=False)
    return annotation
