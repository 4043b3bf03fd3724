"""The guideline's first page: all that is needed to begin, on one screen."""

from collections.abc import Iterator

from curation.schema.model import Schema

# What is at the top of each row, and what an annotator does on Label Studio's screen.
_NAMES = "Click on it. Press another type's key, drag one of the two handles at its ends, or press **Backspace** to remove it with its arrows."
_ARROW = "Click on the name where it starts, press **Alt+R**, click on the other name."
_LABEL = "In the list **Relations** beside the text, point at the arrow, press **…** and choose. Every arrow needs a label; one arrow can have several."
_TURN = "In that list, click on the small arrow before its two names, twice: the first click makes it point both ways."
_REMOVE = "In that list, point at the arrow and press the bin."
_UNDO = "**Ctrl+Z** takes back one change after the other; **Esc** lets go of what is selected."
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
    yield "Mark a name", f"Press its key, then drag over the words. {_keys(schema)}"
    yield "Change a name", _NAMES
    if schema.relations:
        yield "Draw an arrow", _ARROW
        yield "Label it", _LABEL
        yield "Turn it", f"{_TURN}{_undirected(schema)}"
        yield "Delete it", _REMOVE
    yield "Undo", _UNDO
    if schema.flags:
        flags = " · ".join(f"**{flag.hotkey}** {flag.name}" for flag in schema.flags.values())
        yield "Flag the document", flags
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
