"""schema.toml with one type renamed, its comments, order and form left as they are."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from curation.errors import SchemaError, UsageError
from curation.files import Json
from curation.schema.line_numbers import key_lines
from curation.schema.model import Schema
from curation.schema.read import NAME

Table = Literal["entities", "relations"]


@dataclass(frozen=True, slots=True)
class Renaming:
    """A type of *table* gets another name; *begun* where the schema has it already."""

    table: Table
    old: str
    new: str
    begun: bool


# Lines where a name may stay: the model's own, and what a type was.
WORDLESS = re.compile(r"\s*(model_labels|was)\s*=")


def parse_renaming(given: str, schema: Schema) -> Renaming:
    """``OLD=NEW`` against the schema; SchemaError where it can't be done, UsageError where it isn't that."""
    old, sign, new = (part.strip() for part in given.partition("="))
    if not sign or not old or not new or "=" in new:
        raise UsageError(f"{given!r} isn't OLD=NEW", hint="curate schema rename LAW=STATUTE")
    if old == new:
        raise SchemaError(f"both names are {old!r}", hint="give another name behind the =")
    if not NAME.fullmatch(new):
        what = f"{new!r} is no name for a type"
        raise SchemaError(what, hint="letters, digits and _ only, a letter first")
    tables: dict[Table, dict[str, tuple[str, ...]]] = {
        "entities": {name: kind.was for name, kind in schema.entities.items()},
        "relations": {name: kind.was for name, kind in schema.relations.items()},
    }
    for table, types in tables.items():
        if old in types.get(new, ()):
            return Renaming(table, old, new, begun=True)
    found = [table for table, types in tables.items() if old in types]
    now = {**schema.former_relations, **schema.former_entities}.get(old)
    if not found and now:
        what = f"there is no entity type or relation {old!r} any more: it is called {now} now"
        raise SchemaError(what, hint=f"curate schema rename {now}={new}")
    _refuse(found, {**tables["entities"], **tables["relations"]}, old, new)
    return Renaming(found[0], old, new, begun=False)


def _refuse(found: list[Table], types: dict[str, tuple[str, ...]], old: str, new: str) -> None:
    """Raises SchemaError where *old* isn't one type, or *new* means another already."""
    there = f"there are {', '.join(types)}"
    if not found:
        raise SchemaError(f"there is no entity type or relation {old!r}", hint=there)
    if len(found) > 1:
        what = f"{old!r} is both an entity type and a relation"
        raise SchemaError(what, hint="rename one of them by hand first")
    if new in types:
        raise SchemaError(f"there is a {new!r} already", hint=there)
    for name, was in types.items():
        if new in was and name != old:
            what = f"{name} was {new!r} once, and a browser may still mean that"
            raise SchemaError(what, hint="give another name")


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
    for place in reversed(list(_places(text, table, old))):
        text = f"{text[: place.start()]}{new}{text[place.end() :]}"
    for edited in _with_was(text, table, new, was):
        if _parsed(edited) == wanted:
            return edited
    raise SchemaError(
        f"{path}: [{table}.{old}] is written in a way that can't be edited safely",
        hint=f"give it a header of its own, [{table}.{old}], then try again",
    )


def mentions(text: str, name: str) -> tuple[int, ...]:
    """The lines whose words say *name*, for a person to read over."""
    word = _word(name)
    return tuple(
        n
        for n, line in enumerate(text.split("\n"), 1)
        if word.search(line) and not WORDLESS.match(line)
    )


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


def _places(text: str, table: Table, old: str) -> Iterator[re.Match[str]]:
    """Where *old* is the name of the type: where a mark in its place comes out as a name."""
    places = list(_word(old).finditer(text))
    marked, mark = text, "mark_"
    while mark in text:
        mark += "_"
    for number, place in reversed(list(enumerate(places))):
        marked = f"{marked[: place.start()]}{mark}{number}{marked[place.end() :]}"
    form = _parsed(marked)
    named = {*form.get(table, {}), *_ends(form, table)}
    return (place for number, place in enumerate(places) if f"{mark}{number}" in named)


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
    return [name for name in kind.get("was", []) if name != new] + [old]


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
