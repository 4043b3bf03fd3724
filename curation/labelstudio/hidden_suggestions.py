"""Tasks that have suggestions and open without them: blind by accident."""

from dataclasses import dataclass

from curation.default_project import in_project
from curation.errors import pluralise
from curation.labelstudio.port import Project, Studio


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenSuggestions:
    """
    Suggestions that annotators don't begin with, since the project shows others, or none.

    *tasks* counts the tasks that somebody is still to annotate, *begun* those of them that somebody
    has begun or annotated, whose suggestions no push replaces. *models* are those of the
    suggestions, *shown* is the one that the project shows, empty for none. *are_off*: the project
    shows no suggestions at all.
    """

    project: str
    tasks: int
    begun: int
    models: tuple[str, ...]
    shown: str
    are_off: bool

    def __str__(self) -> str:
        opens = "opens" if self.tasks == 1 else "open"
        models = " and ".join(self.models)
        if self.are_off:
            why = "the project shows no suggestions"
        elif self.shown:
            why = f"the project shows the suggestions of {self.shown}"
        else:
            why = "the project shows no model's suggestions"
        begun = ""
        if self.begun:
            begun = (
                f"; {self.begun} of them somebody has begun, and no push replaces their "
                "suggestions: duplicate those from their tab"
            )
        return (
            f"{pluralise(self.tasks, 'task')} of {self.project!r} {opens} without the suggestions "
            f"of {models}, blind by accident: {why}{begun}"
        )

    @property
    def hint(self) -> str:
        """What to type, so that annotators begin with suggestions again."""
        return f"push these documents once more: {in_project('curate push', self.project)}"


def find_hidden_suggestions(studio: Studio, project: Project) -> HiddenSuggestions | None:
    """
    The suggestions that annotators to come won't see; None where they see all.

    The project's tasks are listed only where it has suggestions that it doesn't show.
    """
    versions = {version for version, _, _ in studio.totals(project.id).suggestions}
    shown = {project.model_version} if project.shows_suggestions else set()
    if not project.tasks or versions <= shown:
        return None
    suggested_by = studio.suggested_by(project.id)
    hidden = [
        task
        for task in studio.tasks(project.id)
        if suggested_by.get(task.id)
        and not suggested_by[task.id] & shown
        and not task.is_finished
    ]
    if not hidden:
        return None
    return HiddenSuggestions(
        project=project.title,
        tasks=len(hidden),
        begun=sum(task.is_begun for task in hidden),
        models=tuple(sorted({one for task in hidden for one in suggested_by[task.id]})),
        shown=project.model_version,
        are_off=not project.shows_suggestions,
    )
