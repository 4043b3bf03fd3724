"""``curate schema rename``: a type's name in schema.toml, in gold/next and in Label Studio."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from curation import gold
from curation.files import Json, read_text, write_text
from curation.schema import Schema
from curation.schema.generated import generated, stale
from curation.schema.read import parse_schema
from curation.schema.rename import Renaming, mentions, parse_renaming, renamed
from curation.studio.drift import align
from curation.studio.port import Project, Step, Studio
from curation.studio.rename import both, left_to_do, rename_in
from curation.studio.results import Result, of_predictions, of_tasks
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
class _Found:
    """All that there is, and what is to become of it."""

    asked: Renaming
    text: str
    after: str
    schema: Schema
    working: gold.Working
    renewed: gold.Working
    project: Project | None
    exported: Json
    left: list[Result]

    @property
    def done(self) -> bool:
        return self.text == self.after and self.working == self.renewed and not self.left


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
    """
    with place.state.alone("push", studio.url, title), place.alone():
        found = _look(studio, place, config / "schema.toml", given, title)
        if found.project:
            # What stands against it is told before anything is changed.
            live = both(found.schema, found.asked)
            align(studio, found.project, found.schema, config=live, dry_run=True)
        backup = None
        if not dry_run and not found.done:
            backup = place.state.backup(f"before-{found.asked.new}", found.exported, now)
        if not dry_run:
            yield from _carry_out(studio, place, config, found)
    asked, project = found.asked, found.project
    yield Renamed(
        asked,
        title,
        f"{studio.url}/projects/{project.id}/data" if project else "",
        Counter(one.kind for one in found.left),
        len(_touched(found.working, found.schema)),
        mentions(found.after, asked.old),
        backup,
    )


def _look(studio: Studio, place: Workspace, path: Path, given: str, title: str) -> _Found:
    text = read_text(path)
    schema = parse_schema(text, path)
    asked = parse_renaming(given, schema)
    after = text
    if not asked.begun:
        after = renamed(text, asked.table, asked.old, asked.new, path=path)
        schema = parse_schema(after, path)
    working = gold.read_next(place.gold)
    project = studio.find_project(title)
    tasks = list(studio.export(project.id, drafts=True)) if project else []
    shown = list(studio.predictions(project.id)) if project else []
    exported = {
        "project": {"title": title, "label_config": project.label_config} if project else {},
        "schema.toml": text,
        "tasks": tasks,
        "predictions": [
            {
                "id": one.id,
                "task": one.task,
                "model_version": one.model_version,
                "result": one.result,
            }
            for one in shown
        ],
    }
    left = left_to_do((*of_tasks(tasks), *of_predictions(shown)), asked)
    return _Found(
        asked, text, after, schema, working, _renewed(working, schema), project, exported, left
    )


def _carry_out(studio: Studio, place: Workspace, config: Path, found: _Found) -> Iterator[Step]:
    if found.after != found.text:
        write_text(config / "schema.toml", found.after)
    if stale(found.schema, config):
        for path, text in generated(found.schema, config).items():
            write_text(path, text)
    if found.renewed != found.working:
        gold.write_next(place.gold, found.renewed)
    if found.project:
        hands = place.state.hands(studio.url, found.project.title)
        yield from rename_in(
            studio, found.project, found.schema, found.asked, found.left, hands
        )


def _renewed(working: gold.Working, schema: Schema) -> gold.Working:
    """The working state with each type under the name that it has now."""
    golds = (replace(one, document=schema.renewed(one.document)) for one in working.golds)
    layers = (
        replace(
            one,
            document=schema.renewed(one.document),
            suggestion=one.suggestion and schema.renewed(one.suggestion),
        )
        for one in working.annotations
    )
    return gold.Working(tuple(golds), tuple(layers))


def _touched(working: gold.Working, schema: Schema) -> set[str]:
    """The documents that have a type under a name that it had before."""
    layers = [(one.document, one.suggestion) for one in working.annotations]
    there = [
        *(one.document for one in working.golds),
        *(one for pair in layers for one in pair),
    ]
    return {one.id for one in there if one and schema.renewed(one) != one}
