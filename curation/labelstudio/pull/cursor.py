"""Where the last pull of a project stopped."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from curation.errors import Problem
from curation.labelstudio.pull.annotation_facts import (
    FACTS_COLUMNS,
    AnnotationFacts,
    facts_of_row,
    facts_rows,
)
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.state import State
from curation.state.tables import enter_project, insert_rows, project_key

_Row = dict[str, object]

_DOCUMENTS = "SELECT document, task, deleted, emptied, returned FROM documents"


@dataclass(frozen=True, kw_only=True)
class PullCursor:
    """
    What is known of a project when a pull has ended.

    *since* is a time of the server's: every change up to it was pulled. It is the time of the
    latest change before the pull began to list tasks, so that whatever changes during the pull
    has the same time or a later one, and is listed by the next pull. *seen* are the tasks of
    that time or a later one, each with its time of change when it was pulled, so that no task is
    pulled twice.

    *task_count* is how many tasks the project had. By document: *annotated* gives the task of
    each that had annotations, *problems* what was wrong, *remarks* what was worth a look, *waiting*
    why annotations were returned with ``curate return`` that nobody has updated since.
    *deleted* are documents whose task is gone, *emptied* those whose task has no annotation any
    more, *returned* those whose task says why it was returned to its annotator, *returned_early* those
    of them that others were still to annotate. *ask_again* are
    tasks, each with its document, that the next pull asks for even if they don't change: two
    that hold one document, and those whose annotations were listed but not exported. *link*
    leads to the project. *work* has the facts of all annotations, by task; only where
    *has_work* is true, since an older curate didn't keep them. *changed_work* are the tasks whose
    facts differ from those that were loaded; None where nothing was loaded. *told_keys* are the keys
    of Label Studio's that we know nothing of and that were told.
    """

    since: str = ""
    task_count: int = 0
    annotated: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    remarks: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    ask_again: Mapping[int, str] = field(default_factory=dict)
    seen: Mapping[int, str] = field(default_factory=dict)
    link: str = ""
    returned: tuple[str, ...] = ()
    returned_early: frozenset[str] = frozenset()
    work: Mapping[int, tuple[AnnotationFacts, ...]] = field(default_factory=dict)
    has_work: bool = False
    changed_work: frozenset[int] | None = field(default=None, compare=False)
    waiting: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    told_keys: frozenset[str] = frozenset()

    @cached_property
    def task_links(self) -> Mapping[str, str]:
        """By document, the link to the task of each that has annotations."""
        return {doc: f"{self.link}?task={task}" for doc, task in self.annotated.items()}

    def all_problems(self, returned: Collection[str] = ()) -> tuple[Problem, ...]:
        """Everything that is wrong now; problems of *returned* documents say that they are."""
        return tuple(
            replace(problem, what=f"{problem.what} (returned)")
            if document in returned
            else problem
            for document in sorted(self.problems)
            for problem in self.problems[document]
        )

    def remarks_on(self, documents: Iterable[str]) -> tuple[Problem, ...]:
        """What is worth a look in these documents, though nothing is wrong with it."""
        return tuple(
            remark
            for document in sorted(documents)
            for remark in self.remarks.get(document, ())
        )

    def save(self, state: State, url: str, title: str) -> None:
        """Remember this for the project; to be called when everything else is safely written."""
        with state.transaction() as connection:
            key = enter_project(connection, url, title)
            self._save_row_and_work(connection, key)
            self._save_documents(connection, key)
            for table in ("problems", "waiting", "again", "seen", "told_keys"):
                connection.execute(f"DELETE FROM {table} WHERE project = ?", [key])
            insert_rows(connection, "problems", _rows_of_kind(key, "problem", self.problems))
            insert_rows(connection, "problems", _rows_of_kind(key, "remark", self.remarks))
            insert_rows(connection, "waiting", problem_rows(key, self.waiting))
            again = (
                {"project": key, "task": task, "document": document}
                for task, document in self.ask_again.items()
            )
            insert_rows(connection, "again", again)
            seen = (
                {"project": key, "task": task, "time": time} for task, time in self.seen.items()
            )
            insert_rows(connection, "seen", seen)
            told = ({"project": key, "key": told} for told in sorted(self.told_keys))
            insert_rows(connection, "told_keys", told)

    def _save_row_and_work(self, connection: sqlite3.Connection, key: str) -> None:
        """Of the facts only those of changed tasks, where it is known which these are."""
        tasks = self.changed_work
        if tasks is None:
            connection.execute("DELETE FROM cursors WHERE project = ?", [key])
            insert_rows(connection, "cursors", [self._row(key)])
            insert_rows(connection, "work", facts_rows(key, self.work))
            return
        connection.execute(
            "UPDATE cursors SET since = :since, tasks = :tasks, link = :link, has_work = :has_work"
            " WHERE project = :project",
            self._row(key),
        )
        connection.executemany(
            "DELETE FROM work WHERE project = ? AND task = ?", [(key, task) for task in tasks]
        )
        changed = {task: self.work[task] for task in sorted(tasks & self.work.keys())}
        insert_rows(connection, "work", facts_rows(key, changed))

    def _row(self, key: str) -> _Row:
        return {
            "project": key,
            "since": self.since,
            "tasks": self.task_count,
            "link": self.link,
            "has_work": self.has_work,
        }

    def _save_documents(self, connection: sqlite3.Connection, key: str) -> None:
        """Only of the documents that differ from what is known: most of many stay as they are."""
        known = {*connection.execute(f"{_DOCUMENTS} WHERE project = ?", [key])}
        now = {*self._documents()}
        if known == now:  # and so the table's checksum stays, too
            return
        connection.executemany(
            "DELETE FROM documents WHERE project = ? AND document = ?",
            [(key, document) for document, *_ in known - now],
        )
        connection.executemany(
            "INSERT INTO documents (project, document, task, deleted, emptied, returned)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(key, *row) for row in sorted(now - known)],
        )

    def _documents(self) -> Iterator[tuple[str, int | None, int, int, int]]:
        """The rows of documents, without the project."""
        deleted = set(self.deleted)
        emptied = set(self.emptied)
        returned = set(self.returned)
        for document in self.annotated.keys() | deleted | emptied | returned:
            yield (
                document,
                self.annotated.get(document),
                document in deleted,
                document in emptied,
                (document in returned) + (document in self.returned_early),
            )


def load_cursor(state: State, url: str, title: str) -> PullCursor | None:
    """Where the last pull of a project stopped; None where the project was never pulled."""
    with state.reading() as connection:
        return _load(connection, project_key(url, title))


def load_cursors(state: State, without: Collection[tuple[str, str]] = ()) -> list[PullCursor]:
    """
    Where each project's last pull stopped, the newest last; without the facts of annotations.

    Left out are the projects *without*, each given by the hash of its server, and its title.
    """
    with state.reading() as connection:
        rows = connection.execute(
            "SELECT cursors.project, projects.url, projects.title FROM cursors"
            " JOIN projects ON projects.key = cursors.project"
            " ORDER BY cursors.since, cursors.link"
        ).fetchall()
        found = [
            _load(connection, key, with_work=False)
            for key, url, title in rows
            if not without or (server_hash(url), title) not in without
        ]
    return [one for one in found if one]


def links_by_project(state: State) -> Mapping[tuple[str, str], Mapping[str, str]]:
    """By address and title, the links to the tasks of each project that was ever pulled."""
    with state.reading() as connection:
        rows = connection.execute(
            "SELECT projects.url, projects.title, cursors.link, document, task FROM documents"
            " JOIN cursors ON cursors.project = documents.project"
            " JOIN projects ON projects.key = documents.project WHERE task IS NOT NULL"
        ).fetchall()
    found: dict[tuple[str, str], dict[str, str]] = {}
    for url, title, link, document, task in rows:
        found.setdefault((url, title), {})[document] = f"{link}?task={task}"
    return found


def task_links(state: State, without: Collection[tuple[str, str]] = ()) -> Mapping[str, str]:
    """For each document that was ever pulled, the link to its task, in the project pulled last."""
    return {
        document: link
        for cursor in load_cursors(state, without)
        for document, link in cursor.task_links.items()
    }


def _load(
    connection: sqlite3.Connection, key: str, *, with_work: bool = True
) -> PullCursor | None:
    row = "SELECT since, tasks, link, has_work FROM cursors WHERE project = ?"
    found = connection.execute(row, [key]).fetchone()
    if found is None:
        return None
    since, tasks, link, has_work = found
    documents = connection.execute(f"{_DOCUMENTS} WHERE project = ?", [key]).fetchall()
    row = "SELECT task, document FROM again WHERE project = ?"
    again = dict(connection.execute(row, [key]))
    row = "SELECT task, time FROM seen WHERE project = ?"
    seen = dict(connection.execute(row, [key]))
    told_keys = connection.execute("SELECT key FROM told_keys WHERE project = ?", [key])
    return PullCursor(
        since=since,
        task_count=tasks,
        link=link,
        annotated={name: task for name, task, *_ in documents if task is not None},
        deleted=tuple(name for name, _, deleted, _, _ in documents if deleted),
        emptied=tuple(name for name, _, _, emptied, _ in documents if emptied),
        returned=tuple(name for name, _, _, _, returned in documents if returned),
        returned_early=frozenset(name for name, *_, returned in documents if returned > 1),
        problems=_problems(connection, key, "problem"),
        remarks=_problems(connection, key, "remark"),
        waiting=_waiting(connection, key),
        ask_again=again,
        seen=seen,
        work=_work(connection, key) if with_work else {},
        has_work=with_work and bool(has_work),
        told_keys=frozenset(told for (told,) in told_keys),
    )


def _work(
    connection: sqlite3.Connection, key: str
) -> Mapping[int, tuple[AnnotationFacts, ...]]:
    row = f"SELECT task, {FACTS_COLUMNS} FROM work WHERE project = ?"
    found: dict[int, tuple[AnnotationFacts, ...]] = {}
    for task, *columns in connection.execute(row, [key]):
        found[task] = (*found.get(task, ()), facts_of_row(columns))
    return found


def _rows_of_kind(
    key: str, kind: str, by_document: Mapping[str, tuple[Problem, ...]]
) -> Iterator[_Row]:
    for row in problem_rows(key, by_document):
        yield {**row, "kind": kind}


def problem_rows(key: str, by_document: Mapping[str, tuple[Problem, ...]]) -> Iterator[_Row]:
    """The rows of a table of problems, numbered by document, of the project with this key."""
    for document, problems in by_document.items():
        for number, problem in enumerate(problems):
            row = {"project": key, "document": document, "number": number}
            yield {**row, **problem.to_json()}


def _waiting(connection: sqlite3.Connection, key: str) -> dict[str, tuple[Problem, ...]]:
    row = (
        "SELECT document, place, what, link, who FROM waiting"
        " WHERE project = ? ORDER BY document, number"
    )
    return problems_by_document(connection.execute(row, [key]))


def _problems(
    connection: sqlite3.Connection, key: str, kind: str
) -> dict[str, tuple[Problem, ...]]:
    row = (
        "SELECT document, place, what, link, who FROM problems"
        " WHERE project = ? AND kind = ? ORDER BY document, number"
    )
    return problems_by_document(connection.execute(row, [key, kind]))


def problems_by_document(
    rows: Iterable[tuple[str, str, str, str, str]],
) -> dict[str, tuple[Problem, ...]]:
    """The problems in rows of document, place, what, link and who."""
    found: dict[str, list[Problem]] = {}
    for document, place, what, link, who in rows:
        found.setdefault(document, []).append(Problem(place, what, link, who))
    return {document: tuple(some) for document, some in found.items()}
