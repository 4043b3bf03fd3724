"""``curate show``: one document of gold/next."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import AsJson
from curation.errors import pluralise

if TYPE_CHECKING:
    from curation.annotations.record import AnnotationRecord
    from curation.flows.show import ShownDocument


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
    Show one document of gold/next, or of a version.

    Its gold, its annotations, where they differ, and the link to its task. Of a
    version: who marked what, and how to correct it.

    Example: curate show wikinews-784626
    """
    from curation.commands.released_lines import released_lines
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
    from curation.gold.excluded import reason_for_one

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
