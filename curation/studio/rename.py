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

from curation.files import Json
from curation.schema.labeling import labeling_xml
from curation.schema.model import Schema
from curation.schema.rename import Renaming
from curation.studio.drift import align
from curation.studio.hands import Hands
from curation.studio.port import Project, Step, Studio
from curation.studio.results import ENTITY, RELATION, Result, regions, renaming, results

Change = Callable[[list[Json]], list[Json]]

# How often to look for what open browsers have submitted meanwhile.
PASSES = 5

# Annotators' work last: the shorter the time between two passes over it, the less comes in.
ORDER = ("predictions", "annotations", "drafts")


def both(schema: Schema, asked: Renaming) -> str:
    """The config of *schema*, which has the new name, with the old one beside it."""
    entities, relations = schema.entities, schema.relations
    if asked.table == "entities":
        old = replace(entities[asked.new], name=asked.old, hotkey="")
        return labeling_xml(replace(schema, entities={**entities, asked.old: old}))
    arrow = replace(relations[asked.new], name=asked.old)
    return labeling_xml(replace(schema, relations={**relations, asked.old: arrow}))


def left_to_do(found: Iterable[Result], asked: Renaming) -> list[Result]:
    """What still has the old name, suggestions first."""
    change = _change(asked)
    left = [one for one in found if change(one.regions) != one.regions]
    return sorted(left, key=lambda one: (ORDER.index(one.kind), one.number))


def rename_in(
    studio: Studio,
    project: Project,
    schema: Schema,
    asked: Renaming,
    left: list[Result],
    hands: Hands,
) -> Iterator[Step]:
    """
    Bring *left* and whatever comes meanwhile under the new name, which *schema* has.

    *hands* remembers whose the annotations are, before any of them is written.
    """
    change = _change(asked)
    if left:
        align(studio, project, schema, config=both(schema, asked))
    for _ in range(PASSES):
        if not left:
            break
        work = [one for one in left if one.kind == "annotations"]
        hands.remember([(one.whole, change(one.regions)) for one in work])
        for done, one in enumerate(left):
            yield Step("renaming", done, len(left))
            _write(studio, one, change, hands)
        yield Step("renaming", len(left), len(left))
        left = left_to_do(results(studio, project.id), asked)
    now = studio.find_project(project.title)
    if now:
        align(studio, now, schema)


def _write(studio: Studio, one: Result, change: Change, hands: Hands) -> None:
    """The result as it is now, changed; a suggestion stays what it was, as nobody works on it."""
    fresh = one.whole if one.kind == "predictions" else studio.held(one.kind, one.number)
    if fresh is None:
        return
    before = one.regions if one.kind == "predictions" else regions(fresh["result"])
    after = change(before)
    if after == before:
        return
    if one.kind == "annotations":
        hands.remember([(fresh, after)])
    studio.rewrite(one.kind, one.number, after)


def _change(asked: Renaming) -> Change:
    what = ENTITY if asked.table == "entities" else RELATION
    return renaming(what, asked.old, asked.new)
