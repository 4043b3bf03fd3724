"""What the last pull of an adjudicators' project saw, and what was wrong there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from curation.errors import Problem
from curation.labelstudio.pull.cursor import problem_rows, problems_by_document
from curation.state import State
from curation.state.tables import enter_project, insert_rows, project_key


@dataclass(frozen=True, kw_only=True)
class VerdictCursor:
    """
    What is known of an adjudicators' project when a pull has ended.

    *seen* are the tasks with somebody's work, each with its time of change when it was pulled.
    *problems* are those of verdicts, by document.
    """

    seen: Mapping[int, str] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    def save(self, state: State, url: str, title: str) -> None:
        """Remember this for the project; to be called when everything else is safely written."""
        with state.transaction() as connection:
            key = enter_project(connection, url, title)
            for table in ("verdict_tasks", "verdict_problems"):
                connection.execute(f"DELETE FROM {table} WHERE project = ?", [key])
            insert_rows(connection, "verdict_tasks", self._tasks(key))
            insert_rows(connection, "verdict_problems", problem_rows(key, self.problems))

    def _tasks(self, key: str) -> Iterator[Mapping[str, object]]:
        for task, time in self.seen.items():
            yield {"project": key, "task": task, "time": time}


def load_verdict_cursor(state: State, url: str, title: str) -> VerdictCursor:
    """What the last pull of a project saw; nothing where the project was never pulled from here."""
    key = project_key(url, title)
    with state.reading() as connection:
        tasks = connection.execute(
            "SELECT task, time FROM verdict_tasks WHERE project = ?", [key]
        ).fetchall()
        rows = connection.execute(
            "SELECT document, place, what, link, who FROM verdict_problems"
            " WHERE project = ? ORDER BY document, number",
            [key],
        ).fetchall()
    return VerdictCursor(seen=dict(tasks), problems=problems_by_document(rows))
