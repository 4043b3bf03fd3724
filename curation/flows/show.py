"""``curate show``: one document as gold/next has it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from curation.annotations.consensus import Consensus
from curation.annotations.record import (
    AnnotationRecord,
    DocumentRecord,
    EntityRecord,
    RelationRecord,
    entity_records,
    relation_records,
)
from curation.annotations.record_file import record_bytes
from curation.errors import GoldError, pluralise, raise_problems
from curation.gold.excluded_reasons import exclusion_reason
from curation.gold.working_version import MEND_FILES
from curation.labelstudio.pull_cursor import task_links
from curation.schema import Schema
from curation.state import Note
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A document's record, what it establishes, the link to its task, and what annotators wrote of it."""

    record: DocumentRecord
    agreed: Consensus
    file: str
    link: str
    notes: tuple[Note, ...]

    @property
    def gold(self) -> tuple[tuple[EntityRecord, ...], tuple[RelationRecord, ...]] | None:
        """The entities and relations of the gold; None where there is none."""
        document = self.agreed.document
        return (entity_records(document), relation_records(document)) if document else None

    def to_json(self) -> dict[str, Any]:
        """All of it for programs; the record as it stands in its file."""
        gold = None
        if self.gold is not None:
            spans, arrows = self.gold
            gold = {
                "entities": msgspec.to_builtins(spans),
                "relations": msgspec.to_builtins(arrows),
                "flags": list(self.agreed.flags),
                "arm": self.agreed.arm,
                "adjudicated": self.agreed.adjudicated,
            }
        return {
            "file": self.file,
            "link": self.link,
            "gold": gold,
            "why_none": exclusion_reason(self.record.state, self.agreed.reason),
            "differences": list(self.agreed.differences()),
            "record": json.loads(record_bytes(self.record)),
        }


def show(place: Workspace, schema: Schema, document: str) -> Shown:
    """What is known of a document; GoldError for one that isn't in ``gold/next`` or can't be read."""
    place = place.looking()
    with place.amended(schema) as working:
        if working.has_unusable_file(document):
            raise_problems(
                working.problems(), GoldError, hint=MEND_FILES.format(working.folder)
            )
        record, agreed = working.record(document), working.consensus(document)
        if record is None or agreed is None:
            raise GoldError(
                f"{working.folder} has no document {document!r}",
                hint=f"each document has a file there, with its id inside: ls {working.folder}",
            )
        return Shown(
            record=record,
            agreed=agreed,
            file=str(working.path(document)),
            link=task_links(place.state).get(document, ""),
            notes=place.state.notes(document),
        )


def lines(shown: Shown) -> Iterator[str]:
    """The same for people."""
    record, agreed = shown.record, shown.agreed
    title = record.meta.get("title")
    yield f"{record.id}{f': {title}' if title else ''}"
    yield f"file   {shown.file}"
    yield f"task   {shown.link or 'not known here'}"
    yield f"group  {record.group}"
    state: str = record.state
    if record.state != "active":
        reason = f" ({record.state_reason})" if record.state_reason else ""
        state = f"{record.state} since {record.state_at or 'nobody knows when'}{reason}"
    yield f"state  {state}"
    yield ""
    yield from _gold_lines(shown)
    yield ""
    yield pluralise(len(record.annotations), "annotation")
    for one in record.annotations:
        yield f"  {_annotation_line(one)}"
    for note in shown.notes:
        yield f"  note of {note.annotator} (private): {' '.join(note.text.split())}"
    found = agreed.differences() if agreed.reason == "differ" or agreed.reopened else ()
    if found:
        yield ""
        yield pluralise(len(found), "difference")
        yield from (f"  {line}" for line in found)


def _gold_lines(shown: Shown) -> Iterator[str]:
    agreed, gold = shown.agreed, shown.gold
    if gold is None:
        yield f"no gold: {exclusion_reason(shown.record.state, agreed.reason)}"
        return
    spans, arrows = gold
    how = "by a verdict" if agreed.adjudicated else f"by {' and '.join(agreed.annotators)}"
    counts = f"{pluralise(len(spans), 'entity')}, {pluralise(len(arrows), 'relation')}"
    yield f"gold: {counts}, {agreed.arm}, {how}"
    for span in spans:
        yield f"  {span.start}..{span.end} {span.label} {span.text!r}"
    words = {(one.start, one.end): one.text for one in spans}
    for arrow in arrows:
        head, tail = words[arrow.head[:2]], words[arrow.tail[:2]]
        yield f"  {head!r} {arrow.label} {tail!r}"


def _annotation_line(one: AnnotationRecord) -> str:
    said = [f"{one.annotator} ({one.kind})", one.status, one.arm]
    if one.entities is not None and one.relations is not None:
        said.append(pluralise(len(one.entities), "entity"))
        said.append(pluralise(len(one.relations), "relation"))
    if one.flags:
        said.append(f"flagged {', '.join(one.flags)}")
    if one.edited_by:
        said.append(f"edited by {' and '.join(one.edited_by)}")
    if one.updated:
        said.append(f"updated {one.updated}")
    if one.first:
        said.append("changed since its first submission")
    if one.project:
        said.append(f"project {one.project!r}")
    return ", ".join(said)
