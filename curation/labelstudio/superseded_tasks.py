"""The tasks of articles that others take the place of."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from curation.labelstudio.server.port import Project, Studio, studio_link


@dataclass(frozen=True, kw_only=True)
class SupersededTasks:
    """
    What became of the tasks of superseded documents, by the documents' ids.

    *deleted* are those whose task nobody had begun. *kept* gives the links of the other tasks.
    """

    deleted: set[str] = field(default_factory=set)
    kept: dict[str, str] = field(default_factory=dict)


def successors_in(
    studio: Studio, projects: Iterable[Project], documents: Collection[str]
) -> dict[str, str]:
    """For each of *documents* that the document of another task supersedes, that one's id."""
    found: dict[str, str] = {}
    for project in projects:
        found |= studio.successors(project.id, sorted(documents))
    return found


def delete_superseded_tasks(
    studio: Studio, projects: Iterable[Project], documents: Collection[str]
) -> SupersededTasks:
    """Delete the tasks of superseded *documents*, but for those that somebody has begun."""
    done = SupersededTasks()
    for project in projects if documents else ():
        for task in list(studio.tasks(project.id, doc_ids=sorted(documents))):
            if task.is_begun:
                done.kept[task.doc_id] = studio_link(studio.url, project.id, task.id)
            else:
                studio.delete_task(task.id)
                done.deleted.add(task.doc_id)
    return done
