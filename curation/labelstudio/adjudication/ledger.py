"""What the last ``curate adjudicate`` left in a project, so that the next one needn't look at all tasks again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from curation.labelstudio.push.ledger import project_identity, push_rules
from curation.labelstudio.server.port import Project, ProjectTotals, Studio
from curation.schema.model import Schema
from curation.state import State
from curation.state.tables import enter_project, insert_rows, project_key


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTasks:
    """
    How many *tasks* of adjudication a document has, and how many of its relations are *waiting* for another.

    *digest* is that of the document's file to which the tasks were brought; without one they are to
    be looked at again, whatever the file says.
    """

    tasks: int
    digest: str = ""
    waiting: int = 0


@dataclass(frozen=True, kw_only=True)
class AdjudicationLedger:
    """
    All documents with tasks when the project had these *totals*; only a cache.

    *identity* is the project's, with what decides how a task is made.
    """

    identity: str = ""
    totals: ProjectTotals = field(default_factory=ProjectTotals)
    documents: Mapping[str, DocumentTasks] = field(default_factory=dict)

    def save(self, state: State, url: str, title: str) -> None:
        """Remember this for the project; if the ledger is lost, the next adjudicate looks at everything."""
        with state.transaction() as connection:
            key = enter_project(connection, url, title)
            connection.execute("DELETE FROM adjudication_ledgers WHERE project = ?", [key])
            row = {
                "project": key,
                "identity": self.identity,
                "totals": json.dumps(asdict(self.totals)),
            }
            insert_rows(connection, "adjudication_ledgers", [row])
            rows = (
                {"project": key, "document": document, **asdict(one)}
                for document, one in self.documents.items()
            )
            insert_rows(connection, "adjudication_documents", rows)

    def documents_now(
        self, studio: Studio, project: Project, totals: ProjectTotals, schema: Schema
    ) -> dict[str, DocumentTasks] | None:
        """
        The documents with tasks, now that the project has these *totals*; those of changed tasks have no digest.

        None where tasks or suggestions have come or gone, or another curate or schema makes tasks:
        then all are to be looked at. Drafts change nothing here.
        """
        before = self.totals
        if self.identity != ledger_identity(project, schema):
            return None
        if replace(before, last_change="") != replace(totals, last_change=""):
            return None
        documents = dict(self.documents)
        if sum(one.tasks for one in documents.values()) != totals.tasks:
            return None
        if before.last_change != totals.last_change:
            for task in studio.tasks(project.id, since=before.last_change):
                if task.updated_at > before.last_change and task.doc_id in documents:
                    documents[task.doc_id] = replace(documents[task.doc_id], digest="")
        return documents


def ledger_identity(project: Project, schema: Schema) -> str:
    """What no other project has, and what decides how a task is made."""
    return f"{project_identity(project)} {push_rules(schema)}"


def load_adjudication_ledger(state: State, url: str, title: str) -> AdjudicationLedger:
    """What the last run left in the project; an empty one where nothing is remembered."""
    key = project_key(url, title)
    with state.reading() as connection:
        row = "SELECT identity, totals FROM adjudication_ledgers WHERE project = ?"
        found = connection.execute(row, [key]).fetchone()
        row = (
            "SELECT document, tasks, digest, waiting FROM adjudication_documents"
            " WHERE project = ?"
        )
        documents = {
            document: DocumentTasks(tasks=tasks, digest=digest, waiting=waiting)
            for document, tasks, digest, waiting in connection.execute(row, [key])
        }
    if found is None:
        return AdjudicationLedger()
    identity, totals = found
    known = json.loads(totals)
    known["suggestions"] = tuple(map(tuple, known["suggestions"]))
    return AdjudicationLedger(
        identity=identity, totals=ProjectTotals(**known), documents=documents
    )
