"""Tasks that have suggestions and open without them: blind by accident."""

from collections.abc import Iterator
from dataclasses import dataclass

from curation.default_project import in_project
from curation.errors import pluralise
from curation.labelstudio.server.port import Project, Studio, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenSuggestions:
    """
    Suggestions that annotators don't begin with, since the project shows others, or none, or they were deleted.

    *tasks* counts the tasks that somebody is still to annotate, *begun* those of them that somebody
    has begun or annotated, *deleted* those that were pushed with suggestions and have none any more, as in a project that was moved.
    *models* are those of the suggestions, *shown* is the one that the project shows, empty for none.
    *are_off*: the project shows no suggestions at all.
    """

    project: str
    tasks: int
    begun: int
    models: tuple[str, ...]
    shown: str
    are_off: bool
    deleted: int = 0

    def __str__(self) -> str:
        opens = "opens" if self.tasks == 1 else "open"
        models = (
            f"the suggestions of {' and '.join(self.models)}" if self.models else "suggestions"
        )
        return (
            f"{pluralise(self.tasks, 'task')} of {self.project!r} {opens} without {models}, "
            f"blind by accident: {' and '.join(self._reasons())}"
        )

    @property
    def hint(self) -> str:
        """What to do, so that annotators begin with suggestions again."""
        push = in_project("curate push", self.project)
        if not (self.begun and (self.deleted or not self._shows_none)):
            return f"push these documents once more: {push}"
        begun = (
            f"of the {self.begun} that somebody has begun no push replaces the suggestions: who "
            "annotates them duplicates the ones of their tab, where there is one"
        )
        if self.begun == self.tasks:
            return begun
        return (
            f"push the {pluralise(self.tasks - self.begun, 'other')} once more: {push}; {begun}"
        )

    @property
    def _shows_none(self) -> bool:
        return self.are_off or not self.shown

    def _reasons(self) -> Iterator[str]:
        if self.tasks > self.deleted:
            if self.are_off:
                yield "the project shows no suggestions"
            elif self.shown:
                yield f"the project shows the suggestions of {self.shown}"
            else:
                yield "the project shows no model's suggestions"
        if self.deleted:
            were = "was" if self.deleted == 1 else "were"
            yield (
                f"{pluralise(self.deleted, 'task')} {were} pushed with suggestions that are gone "
                "(deleted in Label Studio, say)"
            )


def find_hidden_suggestions(studio: Studio, project: Project) -> HiddenSuggestions | None:
    """
    The suggestions that annotators to come won't see; None where they see all.

    The project's tasks are listed only where it has suggestions that it doesn't show, or fewer of
    them than tasks.
    """
    suggestions = studio.suggestion_totals(project.id)
    versions = {version for version, _, _ in suggestions}
    count = sum(number for _, number, _ in suggestions)
    shown = {project.model_version} if project.shows_suggestions else set()
    if versions <= shown and count >= project.tasks:
        return None
    suggested_by = studio.suggested_by(project.id) if suggestions else {}
    hidden: list[Task] = []
    deleted = 0
    for task in studio.tasks(project.id):
        models = suggested_by.get(task.id)
        if task.is_finished or (models and models & shown):
            continue
        if models:
            hidden.append(task)
        elif task.stamp and task.stamp.arm == "assisted":
            hidden.append(task)
            deleted += 1
    if not hidden:
        return None
    return HiddenSuggestions(
        project=project.title,
        tasks=len(hidden),
        begun=sum(task.is_begun for task in hidden),
        models=tuple(sorted({one for task in hidden for one in suggested_by.get(task.id, ())})),
        shown=project.model_version,
        are_off=not project.shows_suggestions,
        deleted=deleted,
    )
