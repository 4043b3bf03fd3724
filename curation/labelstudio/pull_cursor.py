"""Where the last pull of a project stopped."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from curation.errors import Problem
from curation.state import State
from curation.state.tables import enter_project, insert, project_key

Row = dict[str, object]


@dataclass(frozen=True)
class Cursor:
    """
    What is known of a project when a pull has ended.

    *since* is a server time: every change up to it was seen. It is the newest
    one that there was before the pull began to look, so that what changes
    while it looks has a later time, or the same, and is looked at next time.
    *seen* are the tasks of that time or a later one, each with the time of the
    state in which it was seen, so that nothing is looked at twice.

    *tasks* is how many tasks there were; *annotated* the task of each document
    that had annotations; *problems* what was wrong then, by document, *remarks*
    what was worth a look;
    *deleted* documents whose task is gone, *emptied* those whose task is there
    but has no annotation any more. *again* are tasks, each with its document,
    that the next pull has to look at even if they don't change: two that hold
    one document, and those whose annotations are listed but weren't given.
    *returned* are documents on whose task the reason stands for which it went back.
    *link* leads to the project.
    """

    since: str = ""
    tasks: int = 0
    annotated: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    remarks: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    again: Mapping[int, str] = field(default_factory=dict)
    seen: Mapping[int, str] = field(default_factory=dict)
    link: str = ""
    returned: tuple[str, ...] = ()

    @property
    def links(self) -> Mapping[str, str]:
        """To the task of each document that has annotations."""
        return {doc: f"{self.link}?task={task}" for doc, task in self.annotated.items()}

    @property
    def standing(self) -> tuple[Problem, ...]:
        """Everything that is wrong at this moment, found by the last pull or before."""
        found = self.problems
        return tuple(problem for document in sorted(found) for problem in found[document])

    def standing_told(self, returned: Collection[str]) -> tuple[Problem, ...]:
        """The same; of what was *returned* to its annotator already, each says so."""
        return tuple(
            replace(one, what=f"{one.what} (returned)") if document in returned else one
            for document in sorted(self.problems)
            for one in self.problems[document]
        )

    def remarks_on(self, documents: Iterable[str]) -> tuple[Problem, ...]:
        """What is worth a look in these, though nothing is wrong with it."""
        found = self.remarks
        return tuple(one for document in sorted(documents) for one in found.get(document, ()))

    def keep(self, state: State, url: str, title: str) -> None:
        """Remember where this pull stopped; call it when all else is safely written."""
        with state.transaction() as connection:
            key = enter_project(connection, url, title)
            connection.execute("DELETE FROM cursors WHERE project = ?", [key])
            insert(connection, "cursors", [self._row(key)])
            insert(connection, "documents", self._documents(key))
            insert(connection, "problems", _told(key, "problem", self.problems))
            insert(connection, "problems", _told(key, "remark", self.remarks))
            again = self.again.items()
            tasks = ({"project": key, "task": task, "document": of} for task, of in again)
            insert(connection, "again", tasks)
            seen = self.seen.items()
            times = ({"project": key, "task": task, "time": time} for task, time in seen)
            insert(connection, "seen", times)

    def _row(self, key: str) -> Row:
        return {"project": key, "since": self.since, "tasks": self.tasks, "link": self.link}

    def _documents(self, key: str) -> Iterator[Row]:
        deleted, emptied, returned = map(set, (self.deleted, self.emptied, self.returned))
        for document in sorted(self.annotated.keys() | deleted | emptied | returned):
            yield {
                "project": key,
                "document": document,
                "task": self.annotated.get(document),
                "deleted": document in deleted,
                "emptied": document in emptied,
                "returned": document in returned,
            }


def load_cursor(state: State, url: str, title: str) -> Cursor | None:
    """Where the last pull of a project stopped; None where there was none."""
    with state.reading() as connection:
        return _loaded(connection, project_key(url, title))


def load_cursors(state: State) -> list[Cursor]:
    """Where each project's last pull stopped, the newest last."""
    with state.reading() as connection:
        keys = connection.execute("SELECT project FROM cursors ORDER BY since, link").fetchall()
        found = [_loaded(connection, key) for (key,) in keys]
    return [one for one in found if one]


def links(state: State) -> Mapping[str, str]:
    """For each document that was ever pulled: its task, in the project pulled last."""
    found = load_cursors(state)
    return {document: link for one in found for document, link in one.links.items()}


def _loaded(connection: sqlite3.Connection, key: str) -> Cursor | None:
    row = "SELECT since, tasks, link FROM cursors WHERE project = ?"
    found = connection.execute(row, [key]).fetchone()
    if found is None:
        return None
    since, tasks, link = found
    row = "SELECT document, task, deleted, emptied, returned FROM documents WHERE project = ?"
    documents = connection.execute(row, [key]).fetchall()
    row = "SELECT task, document FROM again WHERE project = ?"
    again = dict(connection.execute(row, [key]))
    row = "SELECT task, time FROM seen WHERE project = ?"
    seen = dict(connection.execute(row, [key]))
    return Cursor(
        since=since,
        tasks=tasks,
        link=link,
        annotated={name: task for name, task, *_ in documents if task is not None},
        deleted=tuple(name for name, _, deleted, _, _ in documents if deleted),
        emptied=tuple(name for name, _, _, emptied, _ in documents if emptied),
        returned=tuple(name for name, _, _, _, returned in documents if returned),
        problems=_problems(connection, key, "problem"),
        remarks=_problems(connection, key, "remark"),
        again=again,
        seen=seen,
    )


def _told(key: str, kind: str, told: Mapping[str, tuple[Problem, ...]]) -> Iterator[Row]:
    for document, problems in told.items():
        for number, one in enumerate(problems):
            where = {"project": key, "document": document, "kind": kind, "number": number}
            yield {**where, **one.to_json()}


def _problems(
    connection: sqlite3.Connection, key: str, kind: str
) -> dict[str, tuple[Problem, ...]]:
    found: dict[str, list[Problem]] = {}
    row = (
        "SELECT document, place, what, link, who FROM problems"
        " WHERE project = ? AND kind = ? ORDER BY document, number"
    )
    for document, place, what, link, who in connection.execute(row, [key, kind]):
        found.setdefault(document, []).append(Problem(place, what, link, who))
    return {document: tuple(some) for document, some in found.items()}
