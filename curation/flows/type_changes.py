"""A type renamed or removed in schema.toml, in gold/next and in Label Studio: what both commands do."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from curation.annotations.record import DocumentRecord, contents_of_record
from curation.annotations.rename import record_under_current_names
from curation.errors import GoldError, Problem, Problems, StudioError, raise_problems
from curation.files import Json, explain_os_errors, write_text
from curation.flows.known_projects import find_known_projects
from curation.gold.working.version import MEND_FILES, WorkingVersion
from curation.labelstudio.adjudication.project import refuse_adjudication
from curation.labelstudio.config import (
    align_config,
    names_not_in_schema,
    unfinished_rename,
)
from curation.labelstudio.pull.exported_task import exported_document_id
from curation.labelstudio.pull.last_editor import LastEditors, load_last_editors
from curation.labelstudio.rename import (
    PendingRename,
    config_with_both_names,
    pending_renames,
    rename_in_project,
)
from curation.labelstudio.server.port import Project, Studio, studio_link
from curation.labelstudio.server.project_copy import ProjectCopy
from curation.labelstudio.server.stored_results import (
    annotations_with_drafted_changes,
    results_of_predictions,
    results_of_tasks,
)
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.build import outdated_files, render_generated_files
from curation.schema.rename import find_mentions
from curation.schema.type_change import TypeChange
from curation.state.backups import write_backup
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class SchemaEdit:
    """The change of a type, schema.toml before and after it, and the schema that results."""

    change: TypeChange
    before: str
    after: str
    schema: Schema


@dataclass(frozen=True, kw_only=True)
class TypeChangeReport:
    """
    What the change of a type did, or would do.

    *results* counts annotations, drafts and predictions, *documents* those of ``gold/next``, with
    *spans* and *arrows* of the type in their annotations and verdicts;
    *lines* of schema.toml say the old name in words. *link* leads to the project, and is empty
    where there is none; *backup* is the file with all of it as it was, None where none was needed.
    *unfinished* says of other known projects, by title, how to make the change there too.
    """

    change: TypeChange
    project: str
    link: str
    results: Counter[str]
    documents: int
    spans: int
    arrows: int
    lines: tuple[int, ...]
    backup: Path | None
    unfinished: Mapping[str, str]


def carry_through(  # noqa: PLR0913 - the commands' own options
    studio: Studio,
    workspace: Workspace,
    edit: SchemaEdit,
    *,
    title: str,
    now: datetime,
    dry_run: bool = False,
    watch: Watch = unwatched,
) -> TypeChangeReport:
    """
    Make the change of a type wherever the type is used.

    After the backup our own files go first, since a schema that has both names, or says that the
    type was removed, understands whatever Label Studio holds; see ``labelstudio.rename`` for the
    rest. Broken off anywhere, the same command finishes it. Nobody pushes or pulls meanwhile.
    Raises StudioError, with nothing changed, where an annotation to be written has changes that
    nobody has submitted.
    """
    if dry_run:
        workspace = workspace.read_only()
    change = edit.change
    with (
        workspace.state.lock_project("push", studio.url, title),
        workspace.working_version(edit.schema, watch) as working,
        _temporary_file(workspace) as copy,
    ):
        documents, marks = _put_changed_records(working, edit)
        project = studio.find_project(title)
        refuse_adjudication(project)
        unfinished = dict(_unfinished_elsewhere(studio, workspace, working, edit, title))
        editors = load_last_editors(workspace.state, studio.url, title)
        left = _left_to_change(studio, project, edit, editors=editors, copy=copy, watch=watch)
        if project:
            # What stands in the way is raised before anything is changed.
            with_both_names = config_with_both_names(edit.schema, change)
            align_config(studio, project, edit.schema, config=with_both_names, dry_run=True)
        backup = None
        if not dry_run and (edit.before != edit.after or documents or left):
            name = f"before-{change.new or f'removing-{change.old}'}"
            backup = write_backup(workspace.home, name, copy, now)
        if not dry_run:
            _write_config(workspace.config, edit)
            workspace.commit(working)
            if project:
                rename_in_project(
                    studio,
                    project,
                    edit.schema,
                    change,
                    pending=left,
                    editors=editors,
                    watch=watch,
                )
    return TypeChangeReport(
        change=change,
        project=title,
        link=studio_link(studio.url, project.id) if project else "",
        results=Counter(result.kind for result in left),
        documents=documents,
        spans=marks["spans"],
        arrows=marks["arrows"],
        lines=find_mentions(edit.after, change.old),
        backup=backup,
        unfinished=unfinished,
    )


def _unfinished_elsewhere(
    studio: Studio, workspace: Workspace, working: WorkingVersion, edit: SchemaEdit, title: str
) -> Iterator[tuple[str, str]]:
    """The other known projects that have the type still, and how to make the change there."""
    change = edit.change
    for other in find_known_projects(studio, workspace.state, working).annotated:
        for project in studio.projects_named(other) if other != title else ():
            if change.old in names_not_in_schema(project, edit.schema)[change.table]:
                yield other, unfinished_rename(project, edit.schema)


@contextmanager
def _temporary_file(workspace: Workspace) -> Iterator[IO[bytes]]:
    """Room for a copy of the project."""
    folder = workspace.home if workspace.writing else None
    with explain_os_errors(workspace.home), TemporaryFile(dir=folder) as copy:
        yield copy


def _put_changed_records(working: WorkingVersion, edit: SchemaEdit) -> tuple[int, Counter[str]]:
    """Put every record under today's schema; how many change, and how many spans and arrows had the type."""
    if working.file_problems:
        raise_problems(working.problems(), GoldError, hint=MEND_FILES.format(working.folder))
    count = 0
    marks: Counter[str] = Counter()
    for document in sorted(working.known_ids):
        record = working.record(document)
        if record and (changed := record_under_current_names(record, edit.schema)) != record:
            working.put(changed)
            count += 1
            marks += _count_marks(record, edit.change.old)
    return count, marks


def _count_marks(record: DocumentRecord, old: str) -> Counter[str]:
    """The spans and arrows of the type *old*, and the arrows that join such spans, in annotations and the verdict."""
    marks: Counter[str] = Counter()
    for content in contents_of_record(record):
        marks["spans"] += sum(entity.label == old for entity in content.entities)
        marks["arrows"] += sum(
            old in (relation.label, relation.head[2], relation.tail[2])
            for relation in content.relations
        )
    return marks


def _left_to_change(
    studio: Studio,
    project: Project | None,
    edit: SchemaEdit,
    *,
    editors: LastEditors,
    copy: IO[bytes],
    watch: Watch,
) -> list[PendingRename]:
    """What is left to change in the project, all of which is copied as it goes by."""
    live = {"title": project.title, "label_config": project.label_config} if project else {}
    project_copy = ProjectCopy(copy, {"project": live, "schema.toml": edit.before})
    tasks = studio.export(project.id, drafts=True) if project else ()
    predictions = studio.predictions(project.id) if project else ()
    task_count = project.tasks if project else 0
    left: list[PendingRename] = []
    lost_drafts = Problems()
    for task in project_copy.copied(
        "tasks", watch(tasks, "looking at tasks", task_count), dict
    ):
        of_task = list(pending_renames(results_of_tasks([task]), edit.change, editors))
        left += of_task
        if project and any(result.kind == "annotations" for result in of_task):
            link = studio_link(studio.url, project.id, task["id"])
            lost_drafts += _lost_drafts(link, task, of_task)
    watched = watch(predictions, "looking at suggestions", task_count)
    for prediction in project_copy.copied("predictions", watched, asdict):
        left += pending_renames(results_of_predictions([prediction]), edit.change, editors)
    project_copy.finish()
    if lost_drafts:
        hint = (
            "nothing was renamed or removed; ask their annotators to press Update, then run the same command "
            "again (an Update of yours would throw their changes away)"
        )
        raise_problems(lost_drafts, StudioError, hint=hint)
    return left


def _lost_drafts(link: str, task: Json, left: list[PendingRename]) -> Iterator[Problem]:
    """The drafts that Label Studio would throw away, as their annotation is written."""
    for result in left:
        if result.kind == "annotations" and result.number in annotations_with_drafted_changes(
            task
        ):
            what = f"annotation {result.number} has changes that nobody submitted with Update: {link}"
            yield Problem(exported_document_id(task), what)


def _write_config(config: Path, edit: SchemaEdit) -> None:
    if edit.after != edit.before:
        write_text(config / "schema.toml", edit.after)
    if outdated_files(edit.schema, config):
        for path, text in render_generated_files(edit.schema, config).items():
            write_text(path, text)
