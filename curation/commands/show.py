"""``curate show``: one document of gold/next."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import AsJson
from curation.documents.typed_ids import typed_ids
from curation.errors import pluralise

if TYPE_CHECKING:
    from curation.annotations.record import (
        AnnotationRecord,
        EntityRecord,
        RelationEnd,
        RelationRecord,
    )
    from curation.flows.show import ShownDocument
    from curation.flows.show_released import (
        ReleasedAnnotation,
        ReleasedDocument,
        ReleasedMark,
    )


def show(
    document: Annotated[str, typer.Argument(metavar="ID", help="Id of a document.")],
    version: Annotated[
        str,
        typer.Option(
            "--version", metavar="VERSION", help="As this sealed version has the document."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """
    Show one document, and what it rests on.

    Of gold/next: its gold, its annotations, where they differ, and the link to its
    task. Of a version: who marked what, and how to correct it.

    Example: curate show wikinews-784626
    """
    from curation.flows.show import show as look_up
    from curation.flows.show_released import show_released
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    if version:
        released = show_released(workspace, schema, document, version, watch=console.watch)
        found = released.to_json()
        lines = released_lines(released)
    else:
        shown = look_up(workspace, schema, document)
        found = shown.to_json()
        lines = document_lines(shown)
    if as_json:
        console.out_json(found)
        return
    for line in lines:
        console.out(console.safe(line))


def document_lines(shown: "ShownDocument") -> Iterator[str]:
    """The document for people: what it is, its gold, its annotations, its differences."""
    record = shown.record
    agreed = shown.agreed
    title = record.meta.get("title")
    yield f"{record.id}{f': {title}' if title else ''}"
    yield f"file   {shown.file}"
    yield f"task   {shown.link or 'not known here'}"
    yield f"group  {record.group}"
    yield f"state  {_state(shown)}"
    yield ""
    yield from _gold_lines(shown)
    yield ""
    yield pluralise(len(record.annotations), "annotation")
    for annotation in record.annotations:
        line = _annotation_line(annotation)
        if why := agreed.without_vote.get(annotation.uid):
            line += ", no vote" if why in line else f", no vote: {why}"
        yield f"  {line}"
    yield from _verdict_lines(shown)
    for note in shown.notes:
        yield f"  note of {note.annotator} (private): {' '.join(note.text.split())}"
    differences = shown.open_differences
    if differences:
        has_verdict = shown.record.verdict is not None
        yield ""
        yield pluralise(len(differences), "open difference" if has_verdict else "difference")
        yield from (f"  {difference}" for difference in differences)


def _state(shown: "ShownDocument") -> str:
    record = shown.record
    if record.state == "active":
        return "active"
    reason = f" ({record.state_reason})" if record.state_reason else ""
    return f"{record.state} since {record.state_at or 'an unknown time'}{reason}"


def _gold_lines(shown: "ShownDocument") -> Iterator[str]:
    from curation.gold.working.excluded import reason_for_one

    agreed = shown.agreed
    if shown.gold is None:
        yield f"no gold: {reason_for_one(shown.why_no_gold)}"
        return
    entities, relations = shown.gold
    origin = "a verdict" if agreed.adjudicated else " and ".join(agreed.annotators)
    counts = f"{pluralise(len(entities), 'entity')}, {pluralise(len(relations), 'relation')}"
    yield f"gold: {counts}, {agreed.arm}, by {origin}"
    for entity in entities:
        yield f"  {entity.start}..{entity.end} {entity.label} {entity.text!r}"
    words = {(entity.start, entity.end): entity.text for entity in entities}
    for relation in relations:
        head = words[relation.head[:2]]
        tail = words[relation.tail[:2]]
        yield f"  {head!r} {relation.label} {tail!r}"


def _verdict_lines(shown: "ShownDocument") -> Iterator[str]:
    """The verdict: whose it is, what was decided at each difference, and whether it holds."""
    verdict = shown.record.verdict
    if verdict is None:
        return
    by = " and ".join(
        f"{name or 'an unknown adjudicator'} ({kind})"
        for name, kind in shown.adjudicators.items()
    )
    state = shown.agreed.verdict
    parts = [f"verdict by {by}"]
    if verdict.at:
        parts.append(f"updated {verdict.at}")
    parts.append(pluralise(len(verdict.decisions), "decision"))
    if state and not state.is_needed:
        parts.append("no longer needed, as all annotations agree")
    elif state and state.reopened:
        parts.append(f"{pluralise(len(state.reopened), 'difference')} open again")
    if verdict.undecided:
        parts.append(f"{len(verdict.undecided)} undecided")
    yield ""
    yield ", ".join(parts)
    yield from (f"  {line}" for line in shown.describe_decisions())


def _annotation_line(annotation: "AnnotationRecord") -> str:
    parts = [f"{annotation.annotator} ({annotation.kind})", annotation.status, annotation.arm]
    if annotation.entities is not None and annotation.relations is not None:
        parts.append(pluralise(len(annotation.entities), "entity"))
        parts.append(pluralise(len(annotation.relations), "relation"))
    if annotation.flags:
        parts.append(f"flagged {', '.join(annotation.flags)}")
    if annotation.copy_of:
        parts.append("copied from another annotator's")
    if annotation.edited_by:
        parts.append(f"edited by {' and '.join(annotation.edited_by)}")
    if annotation.updated:
        parts.append(f"updated {annotation.updated}")
    if annotation.first:
        parts.append("changed since its first submission")
    if annotation.project:
        parts.append(f"project {annotation.project!r}")
    return ", ".join(parts)


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
