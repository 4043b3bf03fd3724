"""``curate show``: all that is known of one document of gold/next."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from curation.annotations.compared import Difference
from curation.annotations.consensus import Consensus
from curation.annotations.differences import describe_place, describe_reading
from curation.annotations.record import (
    Decision,
    DocumentRecord,
    EntityRecord,
    RelationRecord,
    entity_records,
    relation_records,
)
from curation.annotations.record_file import record_bytes
from curation.errors import GoldError
from curation.flows.chosen_documents import refuse_bad_files_of
from curation.gold.excluded import exclusion_reason
from curation.labelstudio.pull_cursor import task_links
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

    def describe_decisions(self) -> Iterator[str]:
        """What the verdict decided at each difference, in words, and whose readings were offered."""
        verdict = self.record.verdict
        names = {one.uid: one.annotator for one in self.record.annotations}
        for one in verdict.decisions if verdict else ():
            yield _describe_decision(self.record.whole_text, one, names)

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
            "record": json.loads(record_bytes(self.record)),
        }


def _describe_decision(text: str, decision: Decision, names: Mapping[str, str]) -> str:
    asked = Difference(key=decision.key, kind=decision.kind, place=decision.place, options=())
    number = "" if decision.number is None else f"#{decision.number} "
    round_ = f"(round {decision.round}) " if (decision.round or 1) > 1 else ""
    chosen = describe_reading(text, asked, decision.chosen)
    offered = [
        f"{describe_reading(text, asked, one.reading)} by {' and '.join(sorted({names.get(uid, uid) for uid in one.by}))}"
        for one in decision.offered
        if one.by
    ]
    how = ", the adjudicator's own" if decision.own else ""
    if decision.preselected:
        how += f", ticked beforehand and {decision.preselected}"
    where = describe_place(text, decision.place)
    return f"{number}{round_}{where}: {chosen}{how}; offered: {'; '.join(offered)}"


def show(workspace: Workspace, schema: Schema, document: str) -> ShownDocument:
    """
    What is known of a document.

    Raises GoldError for a document that gold/next doesn't have, or whose file can't be read.
    """
    workspace = workspace.read_only()
    with workspace.working_version(schema) as working:
        refuse_bad_files_of(working, [document])
        record = working.record(document)
        agreed = working.consensus(document)
        if record is None or agreed is None:
            raise GoldError(
                f"{working.folder} has no document {document!r}",
                hint=f"each document has a file there, with its id inside: ls {working.folder}",
            )
        return ShownDocument(
            record=record,
            agreed=agreed,
            file=str(working.path(document)),
            link=task_links(workspace.state).get(document, ""),
            notes=workspace.state.notes(document),
        )
