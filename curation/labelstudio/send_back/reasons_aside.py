"""Reasons that come off returned tasks while these are open for other annotators, and go back when all are in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from curation.labelstudio.pull.annotation_facts import AnnotationFacts
from curation.labelstudio.pull.cursor import PullCursor
from curation.labelstudio.server.port import Project, Studio
from curation.labelstudio.unfinished_tasks import find_unfinished_tasks
from curation.schema.labeling import RETURNED_KEY

# By task, the facts of its annotations.
_Work = Mapping[int, tuple[AnnotationFacts, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonsAside:
    """
    Returned tasks, by number, whose reason isn't shown, or is to be shown no longer, for the sake of others.

    *to_take_off* show a reason and were opened for others again, *early* show one as somebody wanted
    while others are still to come; *off* show none and others are still to come, *to_give_back* show
    none and all are in.
    """

    to_take_off: frozenset[int] = frozenset()
    early: frozenset[int] = frozenset()
    off: frozenset[int] = frozenset()
    to_give_back: frozenset[int] = frozenset()


def find_reasons_aside(
    studio: Studio,
    project: Project,
    cursor: PullCursor,
    tasks: Collection[int],
    *,
    before: _Work,
) -> ReasonsAside:
    """
    Which of the *tasks*, which have something to mend, were returned by an earlier pull, and show no reason now.

    A task was opened again if all were in at the last pull, or somebody's work was skipped or deleted
    since *before*. What was returned while others were still to come, as somebody wanted, stays.
    """
    returned = {cursor.annotated.get(document) for document in cursor.returned}
    asked = {task for task in tasks if task in returned}
    if not asked:
        return ReasonsAside()
    shown = frozenset(studio.returned(project.id).keys() & asked)
    unfinished = find_unfinished_tasks(studio, project, asked)
    early = {cursor.annotated.get(document) for document in cursor.returned_early}
    to_take_off = frozenset(
        task
        for task in shown & unfinished
        if task not in early
        or _submitted(cursor.work.get(task, ())) < _submitted(before.get(task, ()))
    )
    return ReasonsAside(
        to_take_off=to_take_off,
        early=(shown & unfinished) - to_take_off,
        off=(frozenset(asked) - shown) & unfinished,
        to_give_back=frozenset(asked) - shown - unfinished,
    )


def take_reasons_off(studio: Studio, tasks: Iterable[int]) -> None:
    """Let the *tasks* say no more why they were returned; the next pull that finds all annotations in says so again."""
    for task in sorted(tasks):
        data = studio.task_data(task)
        if data is not None:
            studio.replace_task_data(task, {**data, RETURNED_KEY: ""})


def _submitted(facts: Iterable[AnnotationFacts]) -> int:
    return sum(not one.is_skipped for one in facts)
