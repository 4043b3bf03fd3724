"""``curate show``: all that is known of one document of gold/next."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from curation.annotations.consensus import Consensus
from curation.annotations.decision_makers import adjudicators_of
from curation.annotations.difference_words import describe_decision
from curation.annotations.record import (
    AnnotatorKind,
    DocumentRecord,
    EntityRecord,
    RelationRecord,
    entity_records,
    relation_records,
)
from curation.annotations.record_file import record_bytes
from curation.errors import GoldError
from curation.flows.chosen_documents import refuse_bad_files_of
from curation.gold.working.excluded import exclusion_reason
from curation.schema import Schema
from curation.state import Note
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class ShownDocument:
    """
    A document's record, what it establishes, and what annotators wrote of it.

    *file* is its file in gold/next, *link* leads to its task and is empty where none is known.
    """

    record: DocumentRecord
    agreed: Consensus
    file: str
    link: str
    notes: tuple[Note, ...]

    @property
    def why_no_gold(self) -> str:
        """Why the document has no gold; empty where it has some."""
        return exclusion_reason(self.record.state, self.agreed.reason)

    @property
    def gold(self) -> tuple[tuple[EntityRecord, ...], tuple[RelationRecord, ...]] | None:
        """The entities and relations of the gold; None where there is none."""
        document = self.agreed.document
        return (entity_records(document), relation_records(document)) if document else None

    @property
    def adjudicators(self) -> dict[str | None, AnnotatorKind]:
        """All adjudicators of the verdict, each with whether that is a person."""
        return adjudicators_of(self.record.verdict) if self.record.verdict else {}

    def describe_decisions(self) -> Iterator[str]:
        """What the verdict decided at each difference, in words, and whose readings were offered."""
        verdict = self.record.verdict
        names = {one.uid: one.annotator for one in self.record.annotations}
        for one in verdict.decisions if verdict else ():
            yield describe_decision(self.record.whole_text, one, names)

    @property
    def open_differences(self) -> tuple[str, ...]:
        """The differences that no verdict settles, in words, where the annotators differ."""
        is_open = self.agreed.reason == "differ" or self.agreed.reopened
        return self.agreed.describe_open_differences() if is_open else ()

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
            "why_none": self.why_no_gold,
            "differences": list(self.agreed.describe_differences()),
            "open_differences": list(self.open_differences),
            "record": json.loads(record_bytes(self.record)),
        }


def show(workspace: Workspace, schema: Schema, document: str) -> ShownDocument:
    """
    What is known of a document.

    Raises GoldError for a document that gold/next doesn't have, or whose file can't be read.
    """
    shown = find_shown(workspace, schema, document)
    if shown is None:
        raise GoldError(
            f"{workspace.next} has no document {document!r}",
            hint=f"each document has a file there, with its id inside: ls {workspace.next}",
        )
    return shown


def find_shown(workspace: Workspace, schema: Schema, document: str) -> ShownDocument | None:
    """The same; None for a document that gold/next doesn't have."""
    workspace = workspace.read_only()
    with workspace.working_version(schema) as working:
        refuse_bad_files_of(working, [document])
        record = working.record(document)
        agreed = working.consensus(document)
        if record is None or agreed is None:
            return None
        return ShownDocument(
            record=record,
            agreed=agreed,
            file=str(working.path(document)),
            link=workspace.task_links.get(document, ""),
            notes=workspace.state.notes(document),
        )
