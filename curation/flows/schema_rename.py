"""``curate schema rename``: a type under another name in schema.toml, in gold/next and in Label Studio."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from curation.annotations.rename import record_under_current_names
from curation.errors import GoldError, Problem, Problems, StudioError, raise_problems
from curation.files import Json, explain_os_errors, read_text, write_text
from curation.gold.working_version import MEND_FILES, WorkingVersion
from curation.labelstudio.config import align_config
from curation.labelstudio.exported_task import exported_document_id
from curation.labelstudio.last_editor import LastEditors, load_last_editors
from curation.labelstudio.port import Project, Studio, studio_link
from curation.labelstudio.project_copy import ProjectCopy
from curation.labelstudio.rename import (
    PendingRename,
    config_with_both_names,
    pending_renames,
    rename_in_project,
)
from curation.labelstudio.stored_results import (
    annotations_with_drafted_changes,
    results_of_predictions,
    results_of_tasks,
)
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.build import outdated_files, render_generated_files
from curation.schema.read import parse_schema
from curation.schema.rename import Renaming, find_mentions, parse_renaming, rename_type
from curation.state.backups import write_backup
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class RenameReport:
    """
    What a renaming did, or would do.

    *results* counts annotations, drafts and predictions, *documents* those of ``gold/next``;
    *lines* of schema.toml say the old name in words. *link* leads to the project, and is empty
    where there is none; *backup* is the file with all of it as it was, None where none was needed.
    """

    renaming: Renaming
    project: str
    link: str
    results: Counter[str]
    documents: int
    lines: tuple[int, ...]
    backup: Path | None


@dataclass(frozen=True, kw_only=True)
class _SchemaChange:
    """The renaming, and schema.toml before and after it."""

    renaming: Renaming
    before: str
    after: str
    schema: Schema


def schema_rename(  # noqa: PLR0913 - the command's own options
    studio: Studio,
    workspace: Workspace,
    names: str,
    *,
    title: str,
    now: datetime,
    dry_run: bool = False,
    watch: Watch = unwatched,
) -> RenameReport:
    """
    Rename a type as *names* say, ``OLD=NEW``.

    After the backup our own files go first, since a schema that has both names
    understands whatever Label Studio holds; see ``labelstudio.rename`` for the rest.
    Broken off anywhere, the same command finishes it. Nobody pushes or pulls meanwhile.
    Raises StudioError, with nothing renamed, where an annotation to be written has changes that
    nobody has submitted.
    """
    if dry_run:
        workspace = workspace.read_only()
    change = _schema_change(workspace.config / "schema.toml", names)
    with (
        workspace.state.lock_project("push", studio.url, title),
        workspace.working_version(change.schema, watch) as working,
        _temporary_file(workspace) as copy,
    ):
        documents = _put_renamed_records(working, change.schema)
        project = studio.find_project(title)
        editors = load_last_editors(workspace.state, studio.url, title)
        left = _left_to_rename(studio, project, change, editors=editors, copy=copy, watch=watch)
        if project:
            # What stands in the way is raised before anything is changed.
            with_both_names = config_with_both_names(change.schema, change.renaming)
            align_config(studio, project, change.schema, config=with_both_names, dry_run=True)
        backup = None
        if not dry_run and (change.before != change.after or documents or left):
            backup = write_backup(workspace.home, f"before-{change.renaming.new}", copy, now)
        if not dry_run:
            _write_config(workspace.config, change)
            workspace.commit(working)
            if project:
                rename_in_project(
                    studio,
                    project,
                    change.schema,
                    change.renaming,
                    pending=left,
                    editors=editors,
                    watch=watch,
                )
    return RenameReport(
        renaming=change.renaming,
        project=title,
        link=studio_link(studio.url, project.id) if project else "",
        results=Counter(result.kind for result in left),
        documents=documents,
        lines=find_mentions(change.after, change.renaming.old),
        backup=backup,
    )


@contextmanager
def _temporary_file(workspace: Workspace) -> Iterator[IO[bytes]]:
    """Room for a copy of the project."""
    folder = workspace.home if workspace.writing else None
    with explain_os_errors(workspace.home), TemporaryFile(dir=folder) as copy:
        yield copy


def _put_renamed_records(working: WorkingVersion, schema: Schema) -> int:
    """Put every record under the names of today; how many have another name."""
    if working.file_problems:
        raise_problems(working.problems(), GoldError, hint=MEND_FILES.format(working.folder))
    count = 0
    for document in sorted(working.known_ids):
        record = working.record(document)
        if record and (renamed_one := record_under_current_names(record, schema)) != record:
            working.put(renamed_one)
            count += 1
    return count


def _schema_change(path: Path, names: str) -> _SchemaChange:
    before = read_text(path)
    schema = parse_schema(before, path)
    renaming = parse_renaming(names, schema)
    after = before
    if not renaming.is_begun:
        after = rename_type(before, renaming.table, renaming.old, renaming.new, path=path)
        schema = parse_schema(after, path)
    return _SchemaChange(renaming=renaming, before=before, after=after, schema=schema)


def _left_to_rename(
    studio: Studio,
    project: Project | None,
    change: _SchemaChange,
    *,
    editors: LastEditors,
    copy: IO[bytes],
    watch: Watch,
) -> list[PendingRename]:
    """What is left to rename in the project, all of which is copied as it goes by."""
    live = {"title": project.title, "label_config": project.label_config} if project else {}
    project_copy = ProjectCopy(copy, {"project": live, "schema.toml": change.before})
    tasks = studio.export(project.id, drafts=True) if project else ()
    predictions = studio.predictions(project.id) if project else ()
    task_count = project.tasks if project else 0
    left: list[PendingRename] = []
    lost_drafts = Problems()
    for task in project_copy.copied(
        "tasks", watch(tasks, "looking at tasks", task_count), dict
    ):
        of_task = list(pending_renames(results_of_tasks([task]), change.renaming, editors))
        left += of_task
        if project and any(result.kind == "annotations" for result in of_task):
            link = studio_link(studio.url, project.id, task["id"])
            lost_drafts += _lost_drafts(link, task, of_task)
    watched = watch(predictions, "looking at suggestions", task_count)
    for prediction in project_copy.copied("predictions", watched, asdict):
        left += pending_renames(results_of_predictions([prediction]), change.renaming, editors)
    project_copy.finish()
    if lost_drafts:
        hint = (
            "nothing was renamed; ask their annotators to press Update, then run the same command "
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


def _write_config(config: Path, change: _SchemaChange) -> None:
    if change.after != change.before:
        write_text(config / "schema.toml", change.after)
    if outdated_files(change.schema, config):
        for path, text in render_generated_files(change.schema, config).items():
            write_text(path, text)
