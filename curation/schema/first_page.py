"""The guideline's first page: all that is needed to begin, on one screen."""

from collections.abc import Iterator

from curation.schema.model import Schema

# What an annotator does on Label Studio's screen. One word is in front of each, for the first column
# to be narrow wherever the page is read.
_CHANGE = "a name: click on it, then press another type's key, drag one of the handles at its ends, or press **Backspace** to remove it with its arrows."
_DRAW = "an arrow: click on the name where it starts, press **Alt+R**, click on the other name."
_LABEL = "each arrow: in the list **Relations** beside the text, point at it, press **…** and choose. An arrow can have several labels."
_TURN = "an arrow: in that list, click on the small arrow before its two names, twice: the first click makes it point both ways."
_DELETE = "an arrow: in that list, point at it and press the bin."
_UNDO = "**Ctrl+Z**, one change after the other; **Esc** lets go of what is selected."
_SKIP = "**Ctrl+Space**, only where you can't judge the document: it waits for somebody else, and your marks don't count."
_SUBMIT = (
    "**Ctrl+Enter**: this is right now, as far as you can see, also where nothing is marked."
)


def first_page_lines(schema: Schema) -> Iterator[str]:
    """In Markdown: the keys, how to draw, turn and delete an arrow, when to skip, how to flag."""
    yield from ("| to | do |", "|---|---|")
    for doing, how in _rows(schema):
        yield f"| **{doing}** | {how} |"
    yield ""


def _rows(schema: Schema) -> Iterator[tuple[str, str]]:
    yield "Mark", f"a name: press its key, then drag over the words. {_keys(schema)}"
    yield "Change", _CHANGE
    if schema.relations:
        yield "Draw", _DRAW
        yield "Label", _LABEL
        yield "Turn", f"{_TURN}{_undirected(schema)}"
        yield "Delete", _DELETE
    yield "Undo", _UNDO
    if schema.flags:
        flags = " · ".join(f"**{flag.hotkey}** {flag.name}" for flag in schema.flags.values())
        yield "Flag", f"the document: {flags}"
    yield "Skip", _SKIP
    yield "Submit", _SUBMIT


def _keys(schema: Schema) -> str:
    """
    Each type with its key.

    No links to the definitions: whoever followed one in Label Studio would be thrown out of the task.
    """
    return " · ".join(
        f"**{entity.hotkey}** {entity.name}" for entity in schema.entities.values()
    )


def _undirected(schema: Schema) -> str:
    names = [relation.name for relation in schema.relations.values() if relation.symmetric]
    if not names:
        return ""
    *first, last = names
    have = f"{', '.join(first)} and {last} have" if first else f"{last} has"
    return f" {have} no direction: draw one arrow, not two."
