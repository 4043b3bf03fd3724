"""What the last push left on the server, so that the next needn't look at all of it again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from curation import __version__
from curation.files import json_line
from curation.labelstudio.check_documents import Brief
from curation.labelstudio.port import Marks, Project, Studio
from curation.schema.model import Schema
from curation.state import State
from curation.state.tables import enter_project, insert, project_key


@dataclass(frozen=True, slots=True)
class Settled:
    """A document whose *task* was seen to hold its text and exactly its suggestions."""

    brief: Brief
    task: int


@dataclass(frozen=True)
class Ledger:
    """
    What was *settled* when the project had these *marks*; a cache, nothing more.

    *project* tells apart two projects of one number, on one address or not;
    *rules* what was checked and made of a line. By the line's digest.
    """

    project: str = ""
    rules: str = ""
    marks: Marks = field(default_factory=Marks)
    settled: Mapping[str, Settled] = field(default_factory=dict)

    def known(self, schema: Schema) -> dict[str, Brief]:
        """Lines that are sound, whatever has become of the project."""
        if self.rules != rules(schema):
            return {}
        return {digest: one.brief for digest, one in self.settled.items()}

    def keep(self, state: State, url: str, title: str) -> None:
        """Remember what a push knows now; losing it costs a full look."""
        marks = self.marks
        with state.transaction() as connection:
            key = enter_project(connection, url, title)
            connection.execute("DELETE FROM ledgers WHERE project = ?", [key])
            row = {
                "project": key,
                "identity": self.project,
                "rules": self.rules,
                "tasks": marks.tasks,
                "last": marks.last,
                "newest": marks.newest,
            }
            insert(connection, "ledgers", [row])
            insert(connection, "suggestions", _suggested(key, marks))
            insert(connection, "settled", _settled(key, self.settled))


def load_ledger(state: State, url: str, title: str) -> Ledger | None:
    """What the last push knew; None where nothing is remembered of one."""
    key = project_key(url, title)
    with state.reading() as connection:
        row = "SELECT identity, rules, tasks, last, newest FROM ledgers WHERE project = ?"
        found = connection.execute(row, [key]).fetchone()
        if found is None:
            return None
        identity, rules, tasks, last, newest = found
        row = "SELECT version, count, latest FROM suggestions WHERE project = ? ORDER BY number"
        suggestions = tuple(connection.execute(row, [key]))
        row = "SELECT digest, document, version, task FROM settled WHERE project = ?"
        settled = {
            digest: Settled(Brief(document, digest, version), task)
            for digest, document, version, task in connection.execute(row, [key])
        }
    return Ledger(identity, rules, Marks(tasks, last, newest, suggestions), settled)


def _suggested(key: str, marks: Marks) -> Iterator[dict[str, object]]:
    for number, (version, count, latest) in enumerate(marks.suggestions):
        yield {
            "project": key,
            "number": number,
            "version": version,
            "count": count,
            "latest": latest,
        }


def _settled(key: str, settled: Mapping[str, Settled]) -> Iterator[dict[str, object]]:
    for digest, one in settled.items():
        yield {
            "project": key,
            "digest": digest,
            "document": one.brief.id,
            "version": one.brief.version,
            "task": one.task,
        }


def rules(schema: Schema) -> str:
    """What decides how a line is judged and what is sent of it."""
    former = json_line({**schema.former_entities, **schema.former_relations})
    return f"{__version__} {schema.fingerprint} {former}"


def identity(project: Project) -> str:
    """No other project has it, on no server: numbers are given anew, moments aren't."""
    return f"{project.id} {project.created_at}"


def still_true(
    ledger: Ledger, studio: Studio, project: Project, marks: Marks, schema: Schema
) -> dict[str, Settled]:
    """
    What is settled in the project now, by document.

    All of it where the *marks* are what they were. Where only some tasks have
    changed or come, these are left out, and what holds their documents. Where
    a task is gone, or suggestions have come or gone, nothing is left.
    """
    before = ledger.marks
    if (ledger.project, ledger.rules) != (identity(project), rules(schema)):
        return {}
    if before.suggestions != marks.suggestions:
        return {}
    settled = {one.brief.id: one for one in ledger.settled.values()}
    if before == marks:
        return settled
    moved = list(studio.tasks(project.id, since=before.newest)) if before.newest else []
    added = {task.id for task in moved if task.id > before.last}
    if marks.tasks != before.tasks + len(added) or marks.last != max(
        added, default=before.last
    ):
        return {}
    numbers = {task.id for task in moved}
    documents = {task.doc_id for task in moved}
    return {
        doc_id: one
        for doc_id, one in settled.items()
        if one.task not in numbers and doc_id not in documents
    }


class Balance(NamedTuple):
    """
    What a push added: the tasks that it *created*, in their order, less *doubles*.

    And how many *suggestions*, less those that it took away.
    """

    created: Sequence[Brief]
    doubles: int
    suggestions: int

    @property
    def tasks(self) -> int:
        """How many more there are."""
        return len(self.created) - self.doubles


def settle(
    studio: Studio,
    project: Project,
    schema: Schema,
    before: Marks,
    settled: Iterable[Settled],
    balance: Balance,
) -> Ledger:
    """
    The ledger after a push that began at the marks *before*.

    Where the server now has more or fewer than the *balance* says, somebody else
    was at it, and nothing is taken for granted. Tasks that were there before and
    have changed meanwhile are left out.
    """
    kept = {one.brief.digest: one for one in settled}
    who, how = identity(project), rules(schema)
    if balance.tasks == balance.suggestions == 0:
        # What changed meanwhile has moved these marks, for the next push to see.
        return Ledger(who, how, before, kept)
    after = studio.marks(project.id)
    if (after.tasks, _number(after)) != (
        before.tasks + balance.tasks,
        _number(before) + balance.suggestions,
    ):
        return Ledger(who, how, after)
    if before.newest:
        since = studio.tasks(project.id, since=before.newest, upto=before.last)
        moved = {task.id for task in since}
        kept = {digest: one for digest, one in kept.items() if one.task not in moved}
    made = _numbered(studio, project, before, after, balance.created)
    return Ledger(who, how, after, kept | {one.brief.digest: one for one in made})


def _numbered(
    studio: Studio, project: Project, before: Marks, after: Marks, created: Sequence[Brief]
) -> list[Settled]:
    """What was created, each with its task; none where somebody else's tasks may be among them."""
    if not created:
        return []
    first, numbers = studio.behind(project.id, before.last)
    ours = first == created[0].id and len(numbers) == len(created)
    if not ours or after.last != numbers[-1]:
        return []
    return [Settled(brief, number) for brief, number in zip(created, numbers, strict=True)]


def _number(marks: Marks) -> int:
    return sum(count for _, count, _ in marks.suggestions)
