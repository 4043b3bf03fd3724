"""
A type renamed in a project while people work in it.

At every moment each name in use is one that the config has and that ``pull``
understands, so that it may be broken off anywhere and be run again:

1. schema.toml has the new name already, and says what it was: ``pull`` reads both.
2. The config gets both names. A browser that loads a task from now on can show
   either; one that was open goes on with the old one.
3. Suggestions, annotations and drafts, one by one. Annotators' work is looked at again right
   before it is written, as it may just have changed: what is lost then is a
   change made within that tenth of a second. (Label Studio has no way to write
   only what is unchanged; the backup has the state before.)
4. Again from the start, until nothing is left: browsers that were open have
   submitted meanwhile.
5. The config loses the old name, which ``align`` only does if nothing uses it.

Nothing is remembered of how far it came: what is left to do is what still has
the old name. What is submitted with it later is read as the new one by ``pull``, and
written so by the next run.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from curation.files import Json
from curation.labelstudio.config import align
from curation.labelstudio.last_editor import Hands
from curation.labelstudio.port import STRIDE, Kind, Project, Step, Studio
from curation.labelstudio.results import (
    ENTITY,
    RELATION,
    Result,
    of_predictions,
    regions,
    renaming,
    results,
)
from curation.schema.labeling import labeling_xml
from curation.schema.model import Schema
from curation.schema.rename import Renaming

Change = Callable[[list[Json]], list[Json]]

# How often to look for what open browsers have submitted meanwhile.
PASSES = 5

# The shorter the time between two passes over annotators' work, the less comes in: it is last.
ORDER: tuple[Kind, ...] = ("annotations", "drafts")


def both(schema: Schema, asked: Renaming) -> str:
    """The config of *schema*, which has the new name, with the old one beside it."""
    entities, relations = schema.entities, schema.relations
    if asked.table == "entities":
        old = replace(entities[asked.new], name=asked.old, hotkey="")
        return labeling_xml(replace(schema, entities={**entities, asked.old: old}))
    arrow = replace(relations[asked.new], name=asked.old)
    return labeling_xml(replace(schema, relations={**relations, asked.old: arrow}))


class Left(NamedTuple):
    """What still has the old name; of an annotation also what ``Hands`` is to know of it."""

    kind: Kind
    number: int
    hand: tuple[int, str] = (0, "")


def left_to_do(found: Iterable[Result], asked: Renaming, hands: Hands) -> Iterator[Left]:
    """Those that still have the old name."""
    change = _change(asked)
    for one in found:
        after = change(one.regions)
        if after != one.regions:
            mine = one.kind == "annotations"
            hand = hands.writing(one.whole, after) if mine else (0, "")
            yield Left(one.kind, one.number, hand)


def rename_in(
    studio: Studio,
    project: Project,
    schema: Schema,
    asked: Renaming,
    left: list[Left],
    hands: Hands,
) -> Iterator[Step]:
    """
    Bring *left* and whatever comes meanwhile under the new name, which *schema* has.

    *hands* remembers whose the annotations are, before any of them is written.
    """
    if left:
        align(studio, project, schema, config=both(schema, asked))
    for _ in range(PASSES):
        if not left:
            break
        hands.remember({one.number: one.hand for one in left if one.kind == "annotations"})
        for done, _ in enumerate(_written(studio, project, asked, left, hands)):
            yield Step("renaming", done, len(left))
        yield Step("renaming", len(left), len(left))
        left = []
        for number, one in enumerate(results(studio, project.id)):
            if number % STRIDE == 0:
                yield Step("looking again", number, None)
            left += left_to_do([one], asked, hands)
    now = studio.find_project(project.title)
    if now:
        align(studio, now, schema)


def _written(
    studio: Studio, project: Project, asked: Renaming, left: list[Left], hands: Hands
) -> Iterator[Left]:
    """Each as soon as it has the new name; suggestions first, annotators' work last."""
    change = _change(asked)
    if any(one.kind == "predictions" for one in left):
        # As they were listed: nobody works on them.
        for one in of_predictions(studio.predictions(project.id)):
            if (after := change(one.regions)) != one.regions:
                studio.rewrite(one.kind, one.number, after)
                yield Left(one.kind, one.number)
    for kind in ORDER:
        for work in left:
            if work.kind == kind:
                _write(studio, work, change, hands)
                yield work


def _write(studio: Studio, one: Left, change: Change, hands: Hands) -> None:
    """An annotator's work as it is now, changed."""
    fresh = studio.held(one.kind, one.number)
    if fresh is None:
        return
    before = regions(fresh["result"])
    after = change(before)
    if after == before:
        return
    if one.kind == "annotations":
        hands.remember({one.number: hands.writing(fresh, after)})
    studio.rewrite(one.kind, one.number, after)


def _change(asked: Renaming) -> Change:
    what = ENTITY if asked.table == "entities" else RELATION
    return renaming(what, asked.old, asked.new)
