"""The known projects for adjudication: the tasks in them, and what adjudicators did there."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from curation.annotations.record import VerdictTask
from curation.errors import Problem
from curation.flows.unpulled_verdicts import AdjudicatedTasks, find_unpulled_verdicts
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.adjudication.task import read_adjudication_stamp
from curation.labelstudio.adjudication.verdict_cursor import VerdictCursor, load_verdict_cursor
from curation.labelstudio.server.port import Studio, Task, studio_link
from curation.state import State


class AdjudicatorsProjects:
    """The projects with these *titles*; what isn't asked for isn't read."""

    def __init__(self, studio: Studio, state: State, titles: Collection[str]) -> None:
        self._studio = studio
        numbers = studio.titles().items() if titles else ()
        self._numbers = {title: number for number, title in sorted(numbers) if title in titles}
        self._cursors: Mapping[str, VerdictCursor] = {
            title: load_verdict_cursor(state, studio.url, title) for title in self._numbers
        }

    @property
    def links(self) -> Mapping[str, str]:
        """The page of each project, by title."""
        return {
            title: studio_link(self._studio.url, number)
            for title, number in self._numbers.items()
        }

    @cached_property
    def _tasks(self) -> Mapping[str, Mapping[str, list[Task]]]:
        """The tasks by title and document."""
        found: dict[str, dict[str, list[Task]]] = {}
        for title, number in self._numbers.items():
            found[title] = defaultdict(list)
            for task in self._studio.tasks(number):
                found[title][task.doc_id].append(task)
        return found

    def tasks_of(self, document: str) -> Mapping[str, Task]:
        """The tasks of a document, by their links."""
        return {
            studio_link(self._studio.url, self._numbers[title], task.id): task
            for title, by_document in self._tasks.items()
            for task in by_document.get(document, ())
        }

    def link_to(self, document: str, made: VerdictTask) -> str:
        """The task of a document in which an adjudicator made a part of its verdict; empty where there is none."""
        tasks = self._tasks.get(made.project, {}).get(document, [])
        for task in tasks:
            if len(tasks) == 1 or self._round(task) == made.round:
                number = self._numbers[made.project]
                return studio_link(self._studio.url, number, task.id)
        return ""

    def _round(self, task: Task) -> int | None:
        stamp = read_adjudication_stamp(self._studio.task_data(task.id) or {})
        return stamp.round if stamp else None

    def titles_of(self, documents: Iterable[str]) -> tuple[str, ...]:
        """The titles of the projects that have tasks of any of *documents*."""
        wanted = {*documents}
        return tuple(title for title, some in self._tasks.items() if wanted & some.keys())

    def unpulled(
        self, working: WorkingVersion, documents: Collection[str]
    ) -> Iterator[tuple[str, str]]:
        """Those of *documents* with work of adjudicators that isn't pulled, and what that is."""
        for title, number in self._numbers.items():
            adjudicated = {}
            for name in documents & self._tasks[title].keys():
                record = working.record(name)
                verdict = record.verdict if record else None
                tasks = self._tasks[title][name]
                adjudicated[name] = AdjudicatedTasks(tasks=tasks, verdict=verdict)
            yield from find_unpulled_verdicts(
                self._studio, number, title, adjudicated, self._cursors[title]
            )

    def problems(
        self, working: WorkingVersion, links: Mapping[str, str]
    ) -> Iterator[tuple[str, tuple[Problem, ...]]]:
        """What was wrong with verdicts at the last pull, on documents that have *links*, or that gold/next hasn't."""
        elsewhere = {one.document for one in working.all_facts()} - links.keys()
        for cursor in self._cursors.values():
            for name, problems in cursor.problems.items():
                if name not in elsewhere:
                    yield name, problems
