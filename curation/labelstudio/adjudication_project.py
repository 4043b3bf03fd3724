"""Which of a server's projects are for adjudication."""

from curation.labelstudio.port import Project
from curation.schema.adjudication_screen import is_adjudication_config


def is_adjudication(project: Project) -> bool:
    """Whether verdicts are made in the project, and no annotations; its config says so."""
    return is_adjudication_config(project.label_config)
