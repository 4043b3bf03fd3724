"""What the last push left on the server, so that the next one needn't look at all of it again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from curation import __version__
from curation.files import json_line
from curation.labelstudio.push.check_documents import CheckedDocument
from curation.labelstudio.server.port import Project, ProjectTotals, Studio
from curation.schema.model import Schema
from curation.state import State
from curation.state.tables import enter_project, insert_rows, project_key


@dataclass(frozen=True, slots=True)
class PushedDocument:
    """A document whose *task* was seen to hold its text and exactly its suggestions."""

    document: CheckedDocument
    task: int


@dataclass(frozen=True, kw_only=True)
class PushLedger:
    """
    The documents that were as pushed when the project had these *totals*; only a cache.

    *project* is the project's identity, also among servers; *rules* stands for what decides how
    a line is checked and what is sent of it. *pushed* has the documents by their digest. *dealing*
    says, as options of a push, how all tasks were dealt out.
    """

    project: str = ""
    rules: str = ""
    totals: ProjectTotals = field(default_factory=ProjectTotals)
    pushed: Mapping[str, PushedDocument] = field(default_factory=dict)
    dealing: str = ""

    def checked_documents(self, schema: Schema) -> dict[str, CheckedDocument]:
        """By digest, the documents that are sound, whatever has become of the project."""
        if self.rules != push_rules(schema):
            return {}
        return {digest: one.document for digest, one in self.pushed.items()}

    def is_of(self, project: Project) -> bool:
        """Whether this is what was left in just that project."""
        return self.project == project_identity(project)

    def save(self, state: State, url: str, title: str) -> None:
        """Remember this for the project; if the ledger is lost, the next push looks at everything."""
        totals = self.totals
        with state.transaction() as connection:
            key = enter_project(connection, url, title)
            connection.execute("DELETE FROM ledgers WHERE project = ?", [key])
            row = {
                "project": key,
                "identity": self.project,
                "rules": self.rules,
                "tasks": totals.tasks,
                "last": totals.last_task,
                "newest": totals.last_change,
                "dealing": self.dealing,
            }
            insert_rows(connection, "ledgers", [row])
            insert_rows(connection, "suggestions", _suggestion_rows(key, totals))
            insert_rows(connection, "settled", _pushed_rows(key, self.pushed))


def load_ledger(state: State, url: str, title: str) -> PushLedger | None:
    """The ledger of the last push to the project; None where none is remembered."""
    key = project_key(url, title)
    with state.reading() as connection:
        row = "SELECT identity, rules, tasks, last, newest, dealing FROM ledgers WHERE project = ?"
        found = connection.execute(row, [key]).fetchone()
        if found is None:
            return None
        identity, rules, tasks, last, newest, dealing = found
        row = "SELECT version, count, latest FROM suggestions WHERE project = ? ORDER BY number"
        suggestions = tuple(connection.execute(row, [key]))
        row = "SELECT digest, document, version, task FROM settled WHERE project = ?"
        pushed = {
            digest: PushedDocument(CheckedDocument(document, digest, version), task)
            for digest, document, version, task in connection.execute(row, [key])
        }
    totals = ProjectTotals(
        tasks=tasks, last_task=last, last_change=newest, suggestions=suggestions
    )
    return PushLedger(
        project=identity, rules=rules, totals=totals, pushed=pushed, dealing=dealing
    )


def _suggestion_rows(key: str, totals: ProjectTotals) -> Iterator[dict[str, object]]:
    for number, (version, count, latest) in enumerate(totals.suggestions):
        yield {
            "project": key,
            "number": number,
            "version": version,
            "count": count,
            "latest": latest,
        }


def _pushed_rows(key: str, pushed: Mapping[str, PushedDocument]) -> Iterator[dict[str, object]]:
    for digest, one in pushed.items():
        yield {
            "project": key,
            "digest": digest,
            "document": one.document.id,
            "version": one.document.model_version,
            "task": one.task,
        }


def push_rules(schema: Schema) -> str:
    """What decides how a line is checked and what is sent of it: our version and the schema."""
    # Before there were stamps, and guidelines in them, a ledger of the same version knew tasks without.
    former = json_line({**schema.former_entity_names, **schema.former_relation_names})
    others = [sorted(schema.removed), sorted(map(sorted, schema.same_words))]
    return f"{__version__} stamped by guideline {schema.fingerprint} {former}{json_line({'': others}) if any(others) else ''}"


def project_identity(project: Project) -> str:
    """What no other project has, on no server: numbers are given again, times of creation aren't."""
    return f"{project.id} {project.created_at}"


def still_pushed(
    ledger: PushLedger, studio: Studio, project: Project, totals: ProjectTotals, schema: Schema
) -> dict[str, PushedDocument]:
    """
    By id, the documents of the ledger whose tasks are still as they were pushed.

    All of them where the *totals* are the ledger's. Where only some tasks have changed or come,
    those tasks, and those that hold the same documents, are left out. None where a task is gone,
    or suggestions have come or gone.
    """
    before = ledger.totals
    if not ledger.is_of(project) or ledger.rules != push_rules(schema):
        return {}
    if before.suggestions != totals.suggestions:
        return {}
    pushed = {one.document.id: one for one in ledger.pushed.values()}
    if before == totals:
        return pushed
    changed: list[tuple[int, str]] = []
    if before.last_change:
        listed = studio.tasks(project.id, since=before.last_change)
        changed = [(task.id, task.doc_id) for task in listed]
    added = {number for number, _ in changed if number > before.last_task}
    last = max(added, default=before.last_task)
    if totals.tasks != before.tasks + len(added) or totals.last_task != last:
        return {}
    numbers = {number for number, _ in changed}
    documents = {doc_id for _, doc_id in changed}
    return {
        doc_id: one
        for doc_id, one in pushed.items()
        if one.task not in numbers and doc_id not in documents
    }


class PushedCounts(NamedTuple):
    """
    What a push added to the server.

    *created* are the documents of new tasks, in the order of the tasks; *deleted* counts deleted
    tasks; *suggestions* counts those added, less those deleted.
    """

    created: Sequence[CheckedDocument]
    deleted: int
    suggestions: int

    @property
    def tasks(self) -> int:
        """How many more tasks there are than before the push."""
        return len(self.created) - self.deleted


def ledger_after_push(
    studio: Studio,
    project: Project,
    schema: Schema,
    *,
    before: ProjectTotals,
    pushed: Iterable[PushedDocument],
    counts: PushedCounts,
) -> PushLedger:
    """
    The ledger after a push that began with the totals *before*.

    Holds no documents where the server has more or fewer tasks or suggestions now than *counts*
    says: then somebody else pushed, too. Tasks that were there before and have changed meanwhile
    are left out.
    """
    known = {one.document.digest: one for one in pushed}
    identity = project_identity(project)
    rules = push_rules(schema)
    if counts.tasks == counts.suggestions == 0:
        # What changed meanwhile has changed the totals, as the next push will see.
        return PushLedger(project=identity, rules=rules, totals=before, pushed=known)
    after = studio.totals(project.id)
    expected_suggestions = _suggestion_count(before) + counts.suggestions
    if (
        after.tasks != before.tasks + counts.tasks
        or _suggestion_count(after) != expected_suggestions
    ):
        return PushLedger(project=identity, rules=rules, totals=after)
    if before.last_change:
        listed = studio.tasks(project.id, since=before.last_change, upto=before.last_task)
        changed = {task.id for task in listed}
        known = {digest: one for digest, one in known.items() if one.task not in changed}
    for one in _created_tasks(studio, project, before, after, counts.created):
        known[one.document.digest] = one
    return PushLedger(project=identity, rules=rules, totals=after, pushed=known)


def _created_tasks(
    studio: Studio,
    project: Project,
    before: ProjectTotals,
    after: ProjectTotals,
    created: Sequence[CheckedDocument],
) -> list[PushedDocument]:
    """The created documents with their tasks; none where others' tasks may be among them."""
    if not created:
        return []
    first, numbers = studio.tasks_after(project.id, before.last_task)
    all_ours = first == created[0].id and len(numbers) == len(created)
    if not all_ours or after.last_task != numbers[-1]:
        return []
    return [
        PushedDocument(document, number)
        for document, number in zip(created, numbers, strict=True)
    ]


def _suggestion_count(totals: ProjectTotals) -> int:
    return sum(count for _, count, _ in totals.suggestions)
