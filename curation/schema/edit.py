"""schema.toml with one type renamed, its comments, order and form left as they are."""

import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Literal

from curation.errors import SchemaError
from curation.files import Json
from curation.schema.read import key_lines

Table = Literal["entities", "relations"]


def renamed(text: str, table: Table, old: str, new: str, *, path: Path) -> str:
    """
    The *text* of schema.toml with the type *old* of *table* named *new*, which *was* it.

    Only what names the type is touched: its table and the signatures that it
    stands in. The model's labels are the model's words, and prose is prose. Which places
    name it, the parser itself is asked, so that no way to write TOML is
    misread; and the result must mean exactly the renamed form, or
    SchemaError says that it has to be done by hand.
    """
    wanted = _form(text)
    _rename(wanted, table, old, new)
    was = _was(wanted[table][new], old, new)
    wanted[table][new]["was"] = was
    for place in reversed(list(_places(text, table, old, new))):
        text = f"{text[: place.start()]}{new}{text[place.end() :]}"
    for edited in _with_was(text, table, new, was):
        if _parsed(edited) == wanted:
            return edited
    raise SchemaError(
        f"{path}: [{table}.{old}] is written in a way that can't be edited safely",
        hint=f"give it a header of its own, [{table}.{old}], then try again",
    )


def mentions(text: str, name: str) -> tuple[int, ...]:
    """The lines that say *name*, for a person to read over."""
    word = _word(name)
    return tuple(n for n, line in enumerate(text.split("\n"), 1) if word.search(line))


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")


def _form(text: str) -> Json:
    return tomllib.loads(text.replace("\r\n", "\n"))


def _parsed(text: str) -> Json:
    """Empty where an edit made something that is no TOML."""
    try:
        return _form(text)
    except tomllib.TOMLDecodeError:
        return {}


def _places(text: str, table: Table, old: str, new: str) -> Iterator[re.Match[str]]:
    """Where *old* stands as the name of the type: where *new* in its place would be a name."""
    for place in _word(old).finditer(text):
        form = _parsed(f"{text[: place.start()]}{new}{text[place.end() :]}")
        if new in form.get(table, {}) or new in _ends(form, table):
            yield place


def _ends(form: Json, table: Table) -> list[Any]:
    if table == "relations":
        return []
    relations = form.get("relations", {}).values()
    return [end for one in relations for side in ("head", "tail") for end in one.get(side, [])]


def _rename(form: Json, table: Table, old: str, new: str) -> None:
    form[table] = {new if name == old else name: kind for name, kind in form[table].items()}
    if table == "entities":
        for one in form["relations"].values():
            for side in ("head", "tail"):
                one[side] = [new if end == old else end for end in one[side]]


def _was(kind: Json, old: str, new: str) -> list[str]:
    """Oldest first; a type that takes an old name of its own back has it no longer behind it."""
    return [name for name in deepcopy(kind.get("was", [])) if name != new] + [old]


def _with_was(text: str, table: Table, name: str, was: list[str]) -> Iterator[str]:
    """Ways to write what the type was: in place of the line that says so, or as its last line."""
    lines = text.split("\n")
    known = key_lines(text)
    said = "was = [" + ", ".join(f'"{one}"' for one in was) + "]"
    end = "\r" if lines[0].endswith("\r") else ""
    if (there := known.get((table, name, "was"))) is not None:
        yield "\n".join((*lines[: there - 1], said + end, *lines[there:]))
    header = known.get((table, name))
    if header is None:
        return
    later = [
        line for where, line in known.items() if line > header and where[:2] != (table, name)
    ]
    last = min(later, default=len(lines) + 1) - 1
    while last > header and lines[last - 1].strip()[:1] in ("", "#"):
        last -= 1
    yield "\n".join((*lines[:last], said + end, *lines[last:]))
