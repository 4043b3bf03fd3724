"""Which of a server's projects are for adjudication."""

from curation.default_project import ADJUDICATION_PROJECT, in_project
from curation.errors import StudioError
from curation.labelstudio.server.port import Project
from curation.schema.adjudication_screen import is_adjudication_config


def is_adjudication(project: Project) -> bool:
    """Whether verdicts are made in the project, and no annotations; its config says so."""
    return is_adjudication_config(project.label_config)


def refuse_adjudication(project: Project | None) -> None:
    """Raises StudioError where verdicts are made in the *project*, and not what a command works on."""
    if project and is_adjudication(project):
        command = in_project("curate adjudicate", project.title, default=ADJUDICATION_PROJECT)
        raise StudioError(
            f"{project.title!r} is a project for adjudication: verdicts are made there, not annotations",
            hint=f"name the annotators' project with --project; or: {command}",
        )
