"""``curate schema rename``: a type's name in schema.toml, in gold/next and in Label Studio."""

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from curation.annotations.rename import renamed_record
from curation.errors import GoldError, Problem, Problems, StudioError, raise_problems
from curation.files import Json, explain_os_errors, read_text, write_text
from curation.gold.working_version import MEND_FILES, WorkingVersion
from curation.labelstudio.config import align_config
from curation.labelstudio.exported_task import exported_document_id
from curation.labelstudio.last_editor import LastEditors, load_last_editors
from curation.labelstudio.port import STRIDE, Project, Step, Studio, studio_link
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
from curation.schema import Schema
from curation.schema.build import outdated_files, render_generated_files
from curation.schema.read import parse_schema
from curation.schema.rename import Renaming, find_mentions, parse_renaming, rename_type
from curation.workspace import Workspace


@dataclass(frozen=True)
class Renamed:
    """
    What a renaming did, or would do.

    *results* counts annotations, drafts and predictions, *documents* those of
    ``gold/next``; *lines* of schema.toml say the old name in words. *link* leads
    to the project, and is empty where there is none; *backup* is where all of it stands as it was.
    """

    asked: Renaming
    project: str
    link: str
    results: Counter[str]
    documents: int
    lines: tuple[int, ...]
    backup: Path | None


@dataclass(frozen=True)
class _Asked:
    """The renaming, and schema.toml before and after it."""

    asked: Renaming
    text: str
    after: str
    schema: Schema


def rename(  # noqa: PLR0913 - what, where, to what, and when
    studio: Studio,
    place: Workspace,
    config: Path,
    given: str,
    *,
    title: str,
    now: datetime,
    dry_run: bool = False,
) -> Iterator[Step | Renamed]:
    """
    Rename a type as *given*, ``OLD=NEW``; the last event is a Renamed.

    After the backup our own files go first, since a schema that has both names
    understands whatever Label Studio holds; see ``studio.rename`` for the rest.
    Broken off anywhere, the same command finishes it. Nobody pushes or pulls meanwhile.
    Raises StudioError, with nothing renamed, where an annotation to be written has changes that
    nobody has submitted.
    """
    if dry_run:
        place = place.looking()
    yield Step("reading gold/next", 0, None)
    found = _asked(config / "schema.toml", given)
    with (
        place.state.lock_project("push", studio.url, title),
        place.amended(found.schema) as working,
        _scratch(place) as copy,
    ):
        documents = _renamed_records(working, found.schema)
        project = studio.find_project(title)
        hands = load_last_editors(place.state, studio.url, title)
        left = yield from _look(studio, project, found, hands, copy)
        if project:
            # What stands against it is told before anything is changed.
            live = config_with_both_names(found.schema, found.asked)
            align_config(studio, project, found.schema, config=live, dry_run=True)
        backup = None
        if not dry_run and (found.text != found.after or documents or left):
            backup = place.state.backup(f"before-{found.asked.new}", copy, now)
        if not dry_run:
            _write_config(config, found)
            place.keep(working)
            if project:
                rename_in_project(
                    studio, project, found.schema, found.asked, pending=left, editors=hands
                )
    yield Renamed(
        found.asked,
        title,
        studio_link(studio.url, project.id) if project else "",
        Counter(one.kind for one in left),
        documents,
        find_mentions(found.after, found.asked.old),
        backup,
    )


@contextmanager
def _scratch(place: Workspace) -> Iterator[IO[bytes]]:
    """Room for a copy of the project."""
    with (
        explain_os_errors(place.home),
        TemporaryFile(dir=place.home if place.writing else None) as copy,
    ):
        yield copy


def _renamed_records(working: WorkingVersion, schema: Schema) -> int:
    """Put every record under the names of today; how many there are of another name."""
    if working.file_problems:
        raise_problems(working.problems(), GoldError, hint=MEND_FILES.format(working.folder))
    renamed_now = 0
    for document in sorted(working.known):
        record = working.record(document)
        if record and (new := renamed_record(record, schema)) != record:
            working.put(new)
            renamed_now += 1
    return renamed_now


def _asked(path: Path, given: str) -> _Asked:
    text = read_text(path)
    schema = parse_schema(text, path)
    asked = parse_renaming(given, schema)
    after = text
    if not asked.is_begun:
        after = rename_type(text, asked.table, asked.old, asked.new, path=path)
        schema = parse_schema(after, path)
    return _Asked(asked, text, after, schema)


def _look(
    studio: Studio, project: Project | None, found: _Asked, hands: LastEditors, copy: IO[bytes]
) -> Generator[Step, None, list[PendingRename]]:
    """What is left to do in the project, all of which is copied as it goes by."""
    live = {"title": project.title, "label_config": project.label_config} if project else {}
    kept = ProjectCopy(copy, {"project": live, "schema.toml": found.text})
    tasks = studio.export(project.id, drafts=True) if project else ()
    shown = studio.predictions(project.id) if project else ()
    many = project.tasks if project else 0
    left: list[PendingRename] = []
    lost = Problems()
    for number, task in enumerate(kept.copied("tasks", tasks, dict)):
        if number % STRIDE == 0:
            yield Step("looking at tasks", number, many)
        those = list(pending_renames(results_of_tasks([task]), found.asked, hands))
        left += those
        if project and any(one.kind == "annotations" for one in those):
            lost += _lost(studio_link(studio.url, project.id, task["id"]), task, those)
    for number, one in enumerate(kept.copied("predictions", shown, asdict)):
        if number % STRIDE == 0:
            yield Step("looking at suggestions", number, many)
        left += pending_renames(results_of_predictions([one]), found.asked, hands)
    kept.finish()
    if lost:
        hint = (
            "nothing was renamed; ask them to press Update, then rename again (an Update of "
            "yours would throw their changes away)"
        )
        raise_problems(lost, StudioError, hint=hint)
    return left


def _lost(link: str, task: Json, left: list[PendingRename]) -> Iterator[Problem]:
    """Label Studio throws away the drafts of an annotation that is written."""
    for one in left:
        if one.kind == "annotations" and one.number in annotations_with_drafted_changes(task):
            what = (
                f"annotation {one.number} has changes that nobody submitted with Update: {link}"
            )
            yield Problem(exported_document_id(task), what)


def _write_config(config: Path, found: _Asked) -> None:
    if found.after != found.text:
        write_text(config / "schema.toml", found.after)
    if outdated_files(found.schema, config):
        for path, text in render_generated_files(found.schema, config).items():
            write_text(path, text)
