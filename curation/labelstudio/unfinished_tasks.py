"""Tasks that somebody is still to annotate, on which nothing must show that tells of others' work."""

from collections.abc import Collection

from curation.labelstudio.server.port import Project, Studio


def find_unfinished_tasks(
    studio: Studio, project: Project, tasks: Collection[int]
) -> frozenset[int]:
    """Of these *tasks*, by number, those for several annotators that aren't all in."""
    if not tasks:
        return frozenset()
    listed = studio.tasks(project.id, numbers=sorted(tasks))
    return frozenset(task.id for task in listed if task.overlap > 1 and not task.is_finished)
