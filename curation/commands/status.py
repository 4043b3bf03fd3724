"""``curate status``: how far a project is."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from curation import console
from curation.commands.options import DEFAULT_PROJECT, AsJson, ProjectTitle
from curation.errors import pluralise
from curation.files import Json

if TYPE_CHECKING:
    from curation.flows.status import StatusReport


def status(project: ProjectTitle = DEFAULT_PROJECT, as_json: AsJson = False) -> None:
    """
    Say how far a project is.

    What is annotated, what is left, and what is wrong.

    Example: curate status
    """
    from curation.flows.connect import connect
    from curation.flows.status import status as read_status
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    studio = connect(workspace.home, os.environ)
    report = read_status(studio, workspace, schema, title=project, watch=console.watch)
    if as_json:
        console.out_json(status_json(report))
    else:
        console.lines(status_lines(report))


def status_lines(report: "StatusReport") -> Iterator[str]:
    """The project's numbers, its annotators, and what was wrong at the last pull."""
    project = report.project
    yield f"{project.project}: {project.link}"
    yield (
        f"{pluralise(project.tasks, 'task')}: {project.annotated} annotated, {project.begun} begun, "
        f"{project.skipped} skipped, {project.left} left"
    )
    for annotator in project.workers:
        pace = ""
        if annotator.seconds is not None:
            pace = f", {annotator.seconds:.0f} s a document (median)"
        yield (
            f"  {annotator.pseudonym}: {annotator.submitted} submitted, "
            f"{annotator.skipped} skipped{pace}"
        )
    if project.unsubmitted:
        has = "has" if len(project.unsubmitted) == 1 else "have"
        annotations = pluralise(len(project.unsubmitted), "annotation")
        yield f"warning: {annotations} {has} changes that nobody submitted with Update:"
        yield from console.problem_lines(project.unsubmitted)
    if report.config_differences:
        step = (
            report.unfinished_rename
            or "curate push brings the config up to date, or says what is in the way"
        )
        differences = "; ".join(report.config_differences)
        yield f"warning: the project's config differs from schema.toml ({step}): {differences}"
    if not report.was_pulled:
        yield "Nothing was pulled yet: curate pull"
    elif report.problems:
        yield f"warning: {pluralise(len(report.problems), 'problem')} at the last pull:"
        yield from console.problem_lines(report.problems)
    else:
        yield "No problems at the last pull."
    if report.excluded:
        stays = "stays" if len(report.excluded) == 1 else "stay"
        yield f"warning: {pluralise(len(report.excluded), 'document')} {stays} out of the gold:"
        yield from console.problem_lines(report.excluded)
    yield from console.orphaned_lines(
        {problem.place: problem.what for problem in report.orphaned}, "the gold"
    )
    yield from console.not_offered_lines(report.not_offered)
    yield from console.remark_lines(report.remarks)
    if report.bad_files:
        yield f"warning: {pluralise(len(report.bad_files), 'problem')} with files of gold/next; mend them:"
        yield from console.problem_lines(report.bad_files)


def status_json(report: "StatusReport") -> Json:
    """The same for programs."""
    project = asdict(report.project)
    return project | {
        "unsubmitted": [problem.to_json() for problem in report.project.unsubmitted],
        "problems": [problem.to_json() for problem in report.problems],
        "remarks": [problem.to_json() for problem in report.remarks],
        "outside": [problem.to_json() for problem in report.excluded],
        "withdrawn": [problem.to_json() for problem in report.orphaned],
        "bad": [problem.to_json() for problem in report.bad_files.shown],
        "returned": list(report.returned),
        "drift": list(report.config_differences),
        "unfinished": report.unfinished_rename,
        "not_offered": {
            name: list(documents) for name, documents in report.not_offered.by_type.items()
        },
        "offer_unknown": list(report.not_offered.unknown),
    }
