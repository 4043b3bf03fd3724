"""What ``curate show ID --version V`` says."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from curation.documents.typed_ids import typed_ids
from curation.errors import pluralise

if TYPE_CHECKING:
    from curation.annotations.record import EntityRecord, RelationEnd, RelationRecord
    from curation.flows.show_released import (
        ReleasedAnnotation,
        ReleasedDocument,
        ReleasedMark,
    )


def released_lines(shown: "ReleasedDocument") -> Iterator[str]:
    """The document of a version for people: what is marked and by whom, its annotations, how to correct it."""
    yield f"{shown.id} in {shown.version}{f', {shown.split}' if shown.split else ''}"
    yield f"file   {shown.now.file if shown.now else 'none in gold/next'}"
    yield f"task   {(shown.now.link if shown.now else '') or 'not known here'}"
    if shown.withdrawal:
        yield f"withdrawn since {shown.withdrawal.at} ({shown.withdrawal.reason})"
    yield ""
    gold = shown.gold
    if gold is None:
        yield "no gold"
    else:
        by = " and ".join(gold.annotators) or "nobody known"
        decided = (
            f", decided by {' and '.join(sorted(shown.verdict.adjudicators))}"
            if shown.verdict
            else ""
        )
        yield f"gold: {gold.arm}, by {by}{decided}"
    words = _words(shown)
    yield from (f"  {_mark_line(one, words)}" for one in shown.marks if one.in_gold)
    if others := [one for one in shown.marks if not one.in_gold]:
        yield "not gold:"
        yield from (f"  {_mark_line(one, words)}" for one in others)
    yield ""
    yield pluralise(len(shown.annotations), "annotation")
    for annotation in shown.annotations:
        yield from _annotation_lines(annotation)
    yield ""
    yield from _correction_lines(shown)


def _mark_line(one: "ReleasedMark", words: Mapping["RelationEnd", str]) -> str:
    """A mark, with who made it; *words* are those of each entity."""
    by = ", ".join(one.marked_by) or "nobody in this version"
    return f"{_mark_words(one.mark, words)}: {by}"


def _mark_words(
    mark: "EntityRecord | RelationRecord", words: Mapping["RelationEnd", str]
) -> str:
    from curation.annotations.record import EntityRecord

    if isinstance(mark, EntityRecord):
        return f"{mark.start}..{mark.end} {mark.label} {mark.text!r}"
    ends = (repr(words.get(end, f"{end[0]}..{end[1]}")) for end in (mark.head, mark.tail))
    return f" {mark.label} ".join(ends)


def _words(shown: "ReleasedDocument") -> Mapping["RelationEnd", str]:
    """The words of each entity that anybody marked."""
    from curation.annotations.record import EntityRecord

    marks = [one.mark for one in shown.marks]
    return {
        (mark.start, mark.end, mark.label): mark.text
        for mark in marks
        if isinstance(mark, EntityRecord)
    }


def _annotation_lines(annotation: "ReleasedAnnotation") -> Iterator[str]:
    layer = annotation.layer
    yield f"  {layer.annotator}, {layer.arm}"
    if not annotation.records:
        yield "    gold/next has no annotation of this annotator now"
    for one in annotation.records:
        project = f", project {one.project!r}" if one.project else ""
        changed = ", changed since" if one.uid in annotation.changed else ""
        yield f"    {one.uid}, {one.status}{project}{changed}"


def _correction_lines(shown: "ReleasedDocument") -> Iterator[str]:
    """What to type so that the next version says otherwise."""
    if shown.withdrawal or shown.now is None:
        yield "Nothing is left to correct: gold/next doesn't have the document any more."
        return
    if shown.is_corrected:
        yield f"gold/next says otherwise already: curate diff {shown.version} next"
        yield "  curate release"
        return
    document = typed_ids([shown.id])
    yield "To correct it:"
    if shown.now.link:
        yield f"  change the annotation in its task, and press Update: {shown.now.link}"
        yield "  curate pull"
    else:
        yield f"  change the annotation in {shown.now.file}, or import it: curate import FILE --as-annotations"
    if shown.verdict or len(shown.annotations) > 1:
        yield f"  curate adjudicate {document}   (where annotators differ then)"
    yield "  curate release   (a patch: only annotations changed)"
