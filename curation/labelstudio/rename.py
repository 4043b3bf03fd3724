"""
A type renamed or removed in a project while people work in the project.

At every moment each name in use is one that the config has and that a pull understands, so that
the renaming may be broken off anywhere and be run again:

1. schema.toml has the new name already, and says what it was, or that the type was removed: a
   pull understands both.
2. The config gets both names. A browser that loads a task from now on can show
   either; one that was open goes on with the old one.
3. Suggestions, annotations and drafts get the new name, or lose the type, one by one. Annotators' work is read
   once more right before it is written, as it may just have changed: what is lost then is a
   change made within that tenth of a second. (Label Studio has no way to write only what is
   unchanged; the backup has the state before.)
4. Again from the start, until nothing has the old name: browsers that were open have
   submitted meanwhile.
5. The config loses the old name, which ``align_config`` only allows if nothing uses it.

Nothing is remembered of how far a renaming came: what has the old name is still to be renamed.
What is submitted with it later is read as the new one by a pull, and is renamed by the next run.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from curation.files import Json
from curation.labelstudio.config import align_config
from curation.labelstudio.pull.last_editor import LastEditors
from curation.labelstudio.server.port import Project, ResultKind, Studio
from curation.labelstudio.server.stored_results import (
    ENTITY_TYPE,
    RELATION,
    StoredResult,
    all_results,
    region_list,
    renamed_regions,
    results_of_predictions,
)
from curation.progress import Watch, unwatched
from curation.schema.labeling import labeling_xml
from curation.schema.model import EntityType, RelationType, Schema
from curation.schema.type_change import TypeChange

# How often the project is looked through for what open browsers have submitted meanwhile.
RENAME_PASSES = 5

# The colour of a type that is about to go.
_COLOR = "#888888"

# Annotators' work comes last: the shorter the time between two passes over it, the less comes in.
ANNOTATORS_WORK: tuple[ResultKind, ...] = ("annotations", "drafts")


def config_with_both_names(schema: Schema, renaming: TypeChange) -> str:
    """The config of *schema*, which has the new name or lacks the type, with the old one beside it."""
    if renaming.table == "entities":
        entity_type = (
            replace(schema.entities[renaming.new], name=renaming.old, hotkey="")
            if renaming.new
            else EntityType(renaming.old, "", (), (), _COLOR, "")
        )
        entities = {**schema.entities, renaming.old: entity_type}
        return labeling_xml(replace(schema, entities=entities))
    relation_type = (
        replace(schema.relations[renaming.new], name=renaming.old)
        if renaming.new
        else RelationType(renaming.old, "", (), (), _COLOR, (), ())
    )
    relations = {**schema.relations, renaming.old: relation_type}
    return labeling_xml(replace(schema, relations=relations))


class PendingRename(NamedTuple):
    """
    A result that still has the old name.

    *last_edit* is what ``LastEditors`` is to remember of an annotation: the account that last
    changed it, and the digest of what is going to be written.
    """

    kind: ResultKind
    number: int
    last_edit: tuple[int, str] = (0, "")


def pending_renames(
    results: Iterable[StoredResult], renaming: TypeChange, editors: LastEditors
) -> Iterator[PendingRename]:
    """The *results* that still have the old name."""
    for result in results:
        after = _renamed(result.regions, renaming)
        if after == result.regions:
            continue
        last_edit = (0, "")
        if result.kind == "annotations":
            last_edit = editors.last_edit(result.raw, after)
        yield PendingRename(result.kind, result.number, last_edit)


def rename_in_project(  # noqa: PLR0913
    studio: Studio,
    project: Project,
    schema: Schema,
    renaming: TypeChange,
    *,
    pending: list[PendingRename],
    editors: LastEditors,
    watch: Watch = unwatched,
) -> None:
    """
    Give *pending* and whatever is submitted meanwhile the new name, which *schema* has.

    *editors* remembers who last changed an annotation, before the annotation is written.
    """
    if pending:
        both_names = config_with_both_names(schema, renaming)
        align_config(studio, project, schema, config=both_names, watch=watch)
    for _ in range(RENAME_PASSES):
        if not pending:
            break
        edits = {one.number: one.last_edit for one in pending if one.kind == "annotations"}
        editors.remember(edits)
        written = _written(studio, project, renaming, pending, editors)
        for _done in watch(written, "renaming", len(pending)):
            pass
        results = all_results(studio, project.id)
        pending = list(
            pending_renames(watch(results, "looking again", None), renaming, editors)
        )
    now = studio.find_project(project.title)
    if now:
        align_config(studio, now, schema, watch=watch)


def _written(
    studio: Studio,
    project: Project,
    renaming: TypeChange,
    pending: list[PendingRename],
    editors: LastEditors,
) -> Iterator[PendingRename]:
    """Each as soon as it has the new name; suggestions first, annotators' work last."""
    if any(one.kind == "predictions" for one in pending):
        # As they are listed: nobody works on suggestions.
        for result in results_of_predictions(studio.predictions(project.id)):
            after = _renamed(result.regions, renaming)
            if after != result.regions:
                studio.rewrite(result.kind, result.number, after)
                yield PendingRename(result.kind, result.number)
    for kind in ANNOTATORS_WORK:
        for work in pending:
            if work.kind == kind:
                _write(studio, work, renaming, editors)
                yield work


def _write(
    studio: Studio, work: PendingRename, renaming: TypeChange, editors: LastEditors
) -> None:
    """Give an annotator's work, as it is now, the new name."""
    now = studio.stored(work.kind, work.number)
    if now is None:
        return
    before = region_list(now["result"])
    after = _renamed(before, renaming)
    if after == before:
        return
    if work.kind == "annotations":
        editors.remember({work.number: editors.last_edit(now, after)})
    studio.rewrite(work.kind, work.number, after)


def _renamed(regions: list[Json], renaming: TypeChange) -> list[Json]:
    kind = ENTITY_TYPE if renaming.table == "entities" else RELATION
    return renamed_regions(regions, kind, renaming.old, renaming.new)
