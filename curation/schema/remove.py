"""schema.toml without one type; comments, order and quotes of all others stay as they are."""

import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from curation.default_project import DEFAULT_PROJECT, in_project
from curation.errors import SchemaError
from curation.files import Json
from curation.schema.model import Schema
from curation.schema.toml_places import end_of_table, find_toml_places
from curation.schema.toml_syntax import parse_toml
from curation.schema.type_change import (
    PAIRS,
    TypeChange,
    TypeTable,
    lists_of_types,
    not_editable,
    replace_name,
    set_former_names,
)

_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)*")
_BLANK_OR_COMMENT = re.compile(r"\s*(#.*)?")


def find_removal(
    old: str,
    into: str | None,
    schema: Schema,
    still_used: Mapping[TypeTable, Collection[str]],
    project: str = DEFAULT_PROJECT,
) -> TypeChange:
    """
    The removal of the type *old*, whose spans and arrows become *into*, or go where *into* is None.

    *still_used* are names that the schema doesn't have and that annotations still use: a type that
    was taken out of schema.toml by hand is among them. Hints name the *project*. Raises SchemaError where the schema doesn't allow the removal.
    """
    types: dict[TypeTable, Collection[str]] = {
        "entities": schema.entities,
        "relations": schema.relations,
    }
    now = {**schema.former_relation_names, **schema.former_entity_names}.get(old)
    tables = [table for table in types if old in types[table]]
    is_begun = not tables and (old in schema.removed or now is not None)
    if is_begun and now != into:
        what = f"{now} now" if now else "removed, and its spans with it"
        same = f"curate schema remove {old}{f' --into {now}' if now else ''}"
        hint = in_project(same, project)
        raise SchemaError(f"{old} is {what}", hint=hint)
    if is_begun and now:
        tables = [table for table in types if now in types[table]]
    tables = tables or [table for table in types if old in still_used.get(table, ())]
    if not tables and not is_begun:
        known = f"types are {', '.join((*schema.entities, *schema.relations))}"
        raise SchemaError(
            f"no entity type or relation {old!r} in the schema, and nothing uses one",
            hint=known,
        )
    if len(tables) > 1:
        what = f"{old!r} is both an entity type and a relation"
        raise SchemaError(what, hint="rename one of the two by hand first")
    table = tables[0] if tables else "entities"
    if into is not None:
        _refuse_other_kind(old, into, schema, table)
    else:
        _refuse_last_ends(old, schema, project)
    return TypeChange(table, old, into, is_begun)


def _refuse_other_kind(old: str, into: str, schema: Schema, table: TypeTable) -> None:
    """Raises SchemaError where *into* is no other type of the table, or can't join what *old* joins."""
    types: Mapping[str, object] = schema.entities if table == "entities" else schema.relations
    if into == old or into not in types:
        kind = "entity types" if table == "entities" else "relations"
        others = ", ".join(name for name in types if name != old)
        raise SchemaError(f"{old} can't become {into!r}", hint=f"other {kind} are {others}")
    if table == "relations" and old in schema.relations:
        before = schema.relations[old]
        after = schema.relations[into]
        heads = [name for name in before.head if name not in after.head]
        tails = [name for name in before.tail if name not in after.tail]
        if heads or tails:
            raise SchemaError(
                f"{old} joins {before.signature}, and {into} only {after.signature}",
                hint=f"add {', '.join(dict.fromkeys([*heads, *tails]))} to the head and tail of {into} in schema.toml first",
            )


def _refuse_last_ends(old: str, schema: Schema, project: str) -> None:
    """Raises SchemaError where a relation would be left without a head or a tail."""
    bare = [
        kind.name for kind in schema.relations.values() if {old} in ({*kind.head}, {*kind.tail})
    ]
    if bare:
        what = f"{old} is all that {' and '.join(bare)} may begin or end at"
        first = bare[0]
        hint = (
            f"{in_project(f'curate schema remove {first}', project)} first, or: "
            f"{in_project(f'curate schema remove {old} --into OTHER', project)}"
        )
        raise SchemaError(what, hint=hint)


def remove_type(text: str, change: TypeChange, *, path: Path) -> str:
    """
    The *text* of schema.toml without the type that the *change* removes.

    Taken out are the type's table and its name among heads, tails and pairs of types; where the type
    becomes another, that one takes its place, its former names and its labels of the model. Else the name is
    kept in ``removed``. Raises SchemaError where the result wouldn't mean exactly that.
    """
    wanted = _without_type(parse_toml(text), change)
    newline = "\r\n" if "\r\n" in text else "\n"
    try:
        edited = _edited(text.replace("\r\n", "\n"), change, wanted)
        if parse_toml(edited) == wanted:
            return edited.replace("\n", newline)
    except (TOMLKitError, tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError):
        pass
    raise not_editable(path, change.table, change.old)


def _without_type(toml: Json, change: TypeChange) -> Json:
    """The values that schema.toml is to have."""
    old = change.old
    new = change.new
    gone = toml[change.table].pop(old, {})
    names = [*gone.get("was", []), old]
    if new is None:
        toml["removed"] = [*toml.get("removed", []), *names]
    else:
        kind = toml[change.table][new]
        kind["was"] = [*kind.get("was", []), *names]
        if labels := [*kind.get("model_labels", []), *gone.get("model_labels", [])]:
            kind["model_labels"] = labels
    if change.table == "entities":
        for relation in toml["relations"].values():
            for side in ("head", "tail"):
                relation[side] = _replaced(relation[side], old, new)
    key = PAIRS[change.table]
    if key in toml:
        pairs = (_replaced(pair, old, new) for pair in toml[key])
        toml[key] = [pair for pair in pairs if len(pair) > 1]
    return toml


def _replaced(names: list[str], old: str, new: str | None) -> list[str]:
    """The names with *new* for *old*, each once, or without *old*."""
    if new is None or new in names:
        return [name for name in names if name != old]
    return [new if name == old else name for name in names]


def _edited(text: str, change: TypeChange, wanted: Json) -> str:
    text = _without_table(text, change)
    if change.new is None:
        return _with_removed_names(_with_other_ends(text, change), wanted["removed"])
    document = tomlkit.parse(text)
    kind: Any = document[change.table][change.new]
    after = wanted[change.table][change.new]
    set_former_names(kind, after["was"])
    if "model_labels" in kind:
        labels = kind["model_labels"]
        labels.extend(name for name in after["model_labels"] if name not in labels)
    elif "model_labels" in after:
        kind["model_labels"] = after["model_labels"]
    return _with_other_ends(tomlkit.dumps(document), change)


def _with_other_ends(text: str, change: TypeChange) -> str:
    document = tomlkit.parse(text)
    for names in lists_of_types(document, change.table):
        if change.new is None or change.new in names:
            for number in reversed(range(len(names))):
                if names[number] == change.old:
                    del names[number]
        else:
            replace_name(names, change.old, change.new)
    pairs = document.get(PAIRS[change.table], ())
    for number in reversed(range(len(pairs))):
        if len(pairs[number]) < 2:
            del pairs[number]
    return tomlkit.dumps(document)


def _without_table(text: str, change: TypeChange) -> str:
    """The text of schema.toml without the type's table; a comment above the next table stays."""
    places = find_toml_places(text)
    header = places.keys.get((change.table, change.old))
    if header is None:
        return text
    begin = text.rfind("\n", 0, header.start) + 1
    end = end_of_table(text, places, change.table, change.old)
    return text[:begin] + _BLANK_LINES.sub("", text[end:], count=1)


def _with_removed_names(text: str, names: list[str]) -> str:
    """The text with ``removed``, before the first table where it is new."""
    document = tomlkit.parse(text)
    if "removed" in document:
        known: Any = document["removed"]
        known.extend(name for name in names if name not in known)
        return tomlkit.dumps(document)
    lines = text.splitlines(keepends=True)
    first = next(
        number
        for number, line in enumerate(lines)
        if not _BLANK_OR_COMMENT.fullmatch(line.rstrip("\n"))
    )
    is_table = lines[first].lstrip().startswith("[")
    key = f"removed = {tomlkit.item(names).as_string()}\n" + ("\n" if is_table else "")
    return "".join([*lines[:first], key, *lines[first:]])
