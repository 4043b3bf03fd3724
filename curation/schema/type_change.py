"""A type of schema.toml that gets another name, or goes; and what all such edits of the file share."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import tomlkit

from curation.errors import SchemaError

TypeTable = Literal["entities", "relations"]


@dataclass(frozen=True, slots=True)
class TypeChange:
    """
    The type *old* of a table of schema.toml is to be *new*: another name, another type, or None, so that it goes.

    *is_begun* where schema.toml says so already, so that an interrupted change goes on.
    """

    table: TypeTable
    old: str
    new: str | None
    is_begun: bool


def set_former_names(kind: Any, was: list[str]) -> None:
    """Set ``was`` of a table of tomlkit's; where it is new, after the last key: a comment behind that is the next table's."""
    if "was" in kind:
        # In place, so that comments and quotes of the names that stay are kept.
        names = kind["was"]
        for number in reversed(range(len(names))):
            if names[number] not in was:
                del names[number]
        names.extend(name for name in was if name not in names)
        return
    body = kind.value.body
    last = max(number for number, (key, _) in enumerate(body) if key is not None)
    trivia = body[last][1].trivia
    item = tomlkit.item(was)
    item.trivia.trail = trivia.trail  # empty at the end of a file without a last newline
    trivia.trail = "\n"
    body.insert(last + 1, (tomlkit.key("was"), item))


# The key before the first table that has pairs of types, by their table.
PAIRS: dict[TypeTable, str] = {"entities": "same_words", "relations": "consequences"}


def lists_of_types(document: Any, table: TypeTable) -> Iterator[Any]:
    """Each list of a tomlkit document that names types of the *table*: heads, tails, pairs."""
    if table == "entities":
        for relation in document["relations"].values():
            yield relation["head"]
            yield relation["tail"]
    yield from document.get(PAIRS[table], ())


def replace_name(names: Any, old: str, new: str) -> None:
    """Replace *old* in a list of tomlkit's, in the quotes that it has."""
    for number, name in enumerate(names):
        if name == old:
            is_literal = name.as_string().startswith("'")
            names[number] = tomlkit.string(new, literal=is_literal)


def not_editable(path: Path, table: str, old: str) -> SchemaError:
    """The error for a schema.toml that can't be edited so that only the wanted changes."""
    return SchemaError(
        f"{path}: [{table}.{old}] is written in a way that can't be edited safely",
        hint=f"write the type as a table with the header [{table}.{old}], then try again",
    )
