"""schema.toml with the stub of one more type, to be filled in; all else stays as it is."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from curation.errors import SchemaError
from curation.schema.free_color import free_color
from curation.schema.model import NO_RELATION
from curation.schema.schema_mistakes import TYPE_NAME
from curation.schema.toml_file import parse_toml_file
from curation.schema.toml_places import end_of_table, find_toml_places
from curation.schema.toml_syntax import parse_toml
from curation.schema.type_change import not_editable

TypeKind = Literal["entity", "relation", "flag"]

_TABLES: Mapping[TypeKind, str] = {
    "entity": "entities",
    "relation": "relations",
    "flag": "flags",
}
# The first that is free is suggested; in Label Studio's editor the key u unselects the span.
_HOTKEYS = "123456789abcdefghijklmnopqrstvwxyz0"

_EXAMPLES = """\
# What the type is, in one sentence.
definition = ""
# Two examples or more of what it is, the marked words in [brackets], ...
in = ["", ""]
# ... and of what it isn't; say after a dash why not.
out = ["", ""]
color = "{color}"
"""
_STUBS: Mapping[TypeKind, str] = {
    "entity": f"""\
[entities.{{name}}]
{_EXAMPLES}# The key that annotators press: a digit or a small letter except u.
hotkey = "{{hotkey}}"
# Labels of the spaCy model that are suggested as this type; without any, annotators mark it by hand.
model_labels = []
""",
    "relation": f"""\
[relations.{{name}}]
{_EXAMPLES}# The entity types that an arrow may begin at, and those that it may end at.
head = []
tail = []
# true where the relation has no direction, as in "meets".
symmetric = false
""",
    "flag": """\
[flags.{name}]
# What is wrong with the document, in one sentence.
definition = ""
# More than one key at once, so that a slip sets no flag.
hotkey = "{hotkey}"
# Whether a document with the flag stays out of the gold.
keeps_out = false
""",
}


def add_type(text: str, kind: TypeKind, name: str, *, path: Path) -> tuple[str, int]:
    """
    The *text* of schema.toml with a stub for the type, behind the last of its kind, and the stub's line.

    Raises SchemaError where the name can't be that of a new type.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    toml = parse_toml_file(text, path, SchemaError)
    _refuse_name(toml, kind, name)
    table = _TABLES[kind]
    stub = _STUBS[kind].format(
        name=name,
        color=free_color(_values(toml, table, "color")),
        hotkey=_free_hotkey(toml, kind),
    )
    end = end_of_table(text, find_toml_places(text), table)
    before = text[:end].rstrip("\n")
    after = text[end:].lstrip("\n")
    added = f"{before}\n\n{stub}\n{after}" if after else f"{before}\n\n{stub}"
    wanted = {**toml, table: {**toml.get(table, {}), **parse_toml(stub)[table]}}
    try:
        is_right = parse_toml(added) == wanted
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise not_editable(path, table, name)
    return added.replace("\n", newline), before.count("\n") + 3


def _refuse_name(toml: Mapping[str, Any], kind: TypeKind, name: str) -> None:
    """Raises SchemaError where the name is none, or is or was that of another type."""
    if not TYPE_NAME.fullmatch(name) or (kind == "relation" and name == NO_RELATION):
        what = f"{name!r} is no name for a type"
        raise SchemaError(what, hint="use letters, digits and _ only, a letter first")
    types = {
        other: value
        for table in _TABLES.values()
        for other, value in dict(toml.get(table, {})).items()
    }
    if name in types:
        what = f"the schema already has a type {name!r}"
        raise SchemaError(what, hint=f"types are {', '.join(types)}")
    for other, value in types.items():
        if name in value.get("was", ()):
            what = f"{name!r} is a former name of {other}, and an open browser may still use it"
            raise SchemaError(what, hint="give another name")
    if name in toml.get("removed", ()):
        what = f"{name!r} was removed, and what still has the type is left out"
        raise SchemaError(
            what, hint="if the type is to come back, delete its name in 'removed'"
        )


def _values(toml: Mapping[str, Any], table: str, key: str) -> Iterator[str]:
    for value in toml.get(table, {}).values():
        if isinstance(value.get(key), str):
            yield value[key]


def _free_hotkey(toml: Mapping[str, Any], kind: TypeKind) -> str:
    """A key that no type has; empty where all are taken."""
    taken = {*_values(toml, "entities", "hotkey"), *_values(toml, "flags", "hotkey")}
    keys: Iterable[str] = _HOTKEYS
    if kind == "flag":
        keys = (f"alt+shift+{key}" for key in _HOTKEYS)
    return next((key for key in keys if key not in taken), "")
