"""schema.toml with one type renamed; comments, order and quotes stay as they are."""

import re
import tomllib
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from curation.default_project import DEFAULT_PROJECT, in_project
from curation.errors import SchemaError, UsageError
from curation.schema.model import Schema
from curation.schema.schema_mistakes import TYPE_NAME
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

# Lines whose names aren't those of types: the model's labels, and former names.
_NAMES_OTHER_THINGS = re.compile(r"\s*(model_labels|was|removed|same_words|consequences)\s*=")


def parse_renaming(argument: str, schema: Schema, project: str = DEFAULT_PROJECT) -> TypeChange:
    """
    The renaming that ``OLD=NEW`` asks for; hints name the *project*.

    Raises UsageError for any other argument, SchemaError where the schema doesn't allow it.
    """
    old, sign, new = (part.strip() for part in argument.partition("="))
    if not sign or not old or not new or "=" in new:
        raise UsageError(f"{argument!r} isn't OLD=NEW", hint="curate schema rename LAW=STATUTE")
    if old == new:
        raise SchemaError(f"both names are {old!r}", hint="give another name after the =")
    if not TYPE_NAME.fullmatch(new):
        what = f"{new!r} is no name for a type"
        raise SchemaError(what, hint="use letters, digits and _ only, a letter first")
    former_names: dict[TypeTable, dict[str, tuple[str, ...]]] = {
        "entities": {name: kind.former_names for name, kind in schema.entities.items()},
        "relations": {name: kind.former_names for name, kind in schema.relations.items()},
    }
    for table, types in former_names.items():
        if old in types.get(new, ()):
            return TypeChange(table, old, new, is_begun=True)
    tables = [table for table, types in former_names.items() if old in types]
    now = {**schema.former_relation_names, **schema.former_entity_names}.get(old)
    if not tables and now:
        what = f"no entity type or relation {old!r} any more: its name is {now} now"
        raise SchemaError(what, hint=in_project(f"curate schema rename {now}={new}", project))
    all_types = {**former_names["entities"], **former_names["relations"]}
    _refuse_ambiguous(tables, all_types, old, new)
    return TypeChange(tables[0], old, new, is_begun=False)


def _refuse_ambiguous(
    tables: list[TypeTable], former_names: dict[str, tuple[str, ...]], old: str, new: str
) -> None:
    """Raises SchemaError where *old* isn't exactly one type, or *new* is taken."""
    known = f"types are {', '.join(former_names)}"
    if not tables:
        raise SchemaError(f"no entity type or relation {old!r} in the schema", hint=known)
    if len(tables) > 1:
        what = f"{old!r} is both an entity type and a relation"
        raise SchemaError(what, hint="rename one of the two by hand first")
    if new in former_names:
        raise SchemaError(f"the schema already has a type {new!r}", hint=known)
    for name, former in former_names.items():
        if new in former and name != old:
            what = f"{new!r} is a former name of {name}, and an open browser may still use it"
            raise SchemaError(what, hint="give another name")


def rename_type(text: str, table: TypeTable, old: str, new: str, *, path: Path) -> str:
    """
    The *text* of schema.toml with the type *old* of *table* named *new*.

    Renamed are the type's table and the relations' heads and tails; *old* is added to ``was`` of
    the type. The model's labels and prose stay. Raises SchemaError where the
    result wouldn't mean exactly that.
    """
    wanted = parse_toml(text)
    wanted[table] = {new if name == old else name: kind for name, kind in wanted[table].items()}
    was = [name for name in wanted[table][new].get("was", []) if name != new] + [old]
    wanted[table][new]["was"] = was
    if table == "entities":
        for relation in wanted["relations"].values():
            for side in ("head", "tail"):
                relation[side] = [new if end == old else end for end in relation[side]]
    pairs = PAIRS[table]
    if pairs in wanted:
        wanted[pairs] = [
            [new if name == old else name for name in pair] for pair in wanted[pairs]
        ]

    newline = "\r\n" if "\r\n" in text else "\n"
    try:
        edited = _edited(text.replace("\r\n", "\n"), table, old, new, was)
        if parse_toml(edited) == wanted:
            return edited.replace("\n", newline)
    except (TOMLKitError, tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError):
        pass
    raise not_editable(path, table, old)


def _edited(text: str, table: TypeTable, old: str, new: str, was: list[str]) -> str:
    document = tomlkit.parse(text)
    # A renamed key must stay where it is, so that the bodies are changed in place; a table whose
    # parts are apart in the file has several.
    for key, types in document.body:
        if key is None or key.key != table:
            continue
        body: Any = types.value.body
        for number, (name, kind) in enumerate(body):
            if name is not None and name.key == old:
                set_former_names(kind, was)
                if kind.display_name:
                    kind.display_name = _replace_last(kind.display_name, old, new)
                body[number] = (tomlkit.key(new), kind)
    for names in lists_of_types(document, table):
        replace_name(names, old, new)
    return tomlkit.dumps(document)


def _replace_last(text: str, old: str, new: str) -> str:
    before, _, after = text.rpartition(old)
    return before + new + after


def find_mentions(text: str, name: str) -> tuple[int, ...]:
    """The numbers of the lines of schema.toml whose prose has the word *name*."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    return tuple(
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if word.search(line) and not _NAMES_OTHER_THINGS.match(line)
    )
