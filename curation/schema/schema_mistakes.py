"""What is wrong in schema.toml between its tables: names, ends, keys and labels that don't go together."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from curation.characters import TERMINAL_CONTROLS
from curation.errors import abbreviate
from curation.schema.example_mistakes import find_example_mistakes, find_rule_mistakes
from curation.schema.model import NO_RELATION
from curation.schema.toml_file import TomlMistakes

TYPE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_Tables = Mapping[str, Mapping[str, Any]]


def find_schema_mistakes(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    """Add what is wrong between the tables of schema.toml; what one table holds is left to its form."""
    entities = _tables(toml, "entities")
    relations = _tables(toml, "relations")
    _check_characters(toml, mistakes)
    _check_names(toml, mistakes)
    _check_removed(toml, mistakes)
    _check_pairs(toml, mistakes, "same_words", entities, "entity type")
    _check_pairs(toml, mistakes, "consequences", relations, "relation")
    _check_heads_and_tails(entities, relations, mistakes)
    _check_hotkeys(toml, mistakes)
    for table, types in (("entities", entities), ("relations", relations)):
        _check_colors(table, types, mistakes)
        _check_model_labels(table, types, mistakes)
        _check_former_names(table, types, mistakes)
        find_example_mistakes(table, types, mistakes)
    guidelines = toml.get("guidelines")
    if isinstance(guidelines, dict):
        for key in ("span_rules", "relation_rules"):
            find_rule_mistakes(guidelines, key, ("guidelines",), mistakes)


def _tables(toml: Mapping[str, Any], name: str) -> _Tables:
    table = toml.get(name, {})
    if not isinstance(table, dict):
        return {}
    return {key: value for key, value in table.items() if isinstance(value, dict)}


def _listed(value: Any) -> list[Any]:
    """The items of a list; none of anything else, which the form tells."""
    return value if isinstance(value, list) else []


def _named(types: _Tables, key: str) -> Iterator[tuple[str, int, str]]:
    """Each string in the list *key* of each type: the type, the number, the string."""
    for name, kind in types.items():
        for number, value in enumerate(_listed(kind.get(key))):
            if isinstance(value, str):
                yield name, number, value


def _check_characters(value: Any, mistakes: TomlMistakes, *keys: str) -> None:
    """No control character may get into the guideline or onto a screen."""
    if isinstance(value, str) and (found := TERMINAL_CONTROLS.search(value)):
        what = f"[{'.'.join(keys)}] contains the control character {found[0]!a}; delete it"
        mistakes.add(what, *keys)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _check_characters(item, mistakes, *keys, str(number))
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_characters(inner, mistakes, *keys, key)


def _check_names(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    for table in ("entities", "relations", "flags"):
        for name in _tables(toml, table):
            if not TYPE_NAME.fullmatch(name):
                what = f"{name!r} is no name for a type: letters, digits and _ only, a letter first"
                mistakes.add_key(what, table, name)
    if NO_RELATION in _tables(toml, "relations"):
        what = (
            f"{NO_RELATION!r} is no name for a relation: the dataset calls pairs without one so"
        )
        mistakes.add_key(what, "relations", NO_RELATION)


def _check_removed(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    """``removed`` lists names that no type has."""
    types = {**_tables(toml, "entities"), **_tables(toml, "relations")}
    former = {old for _, _, old in _named(types, "was")}
    names = toml.get("removed", [])
    for number, name in enumerate(names if isinstance(names, list) else [names]):
        if not isinstance(name, str) or not TYPE_NAME.fullmatch(name):
            what = f"has {abbreviate(name)}; a list of names of types is expected"
        elif name in types:
            what = f"has {name!r}, which is the name of a type now; delete it here"
        elif name in former:
            what = f"has {name!r}, which is a former name of a type; delete one of the two"
        else:
            continue
        _add_item(mistakes, f"'removed' {what}", names, "removed", number)


def _check_pairs(
    toml: Mapping[str, Any], mistakes: TomlMistakes, key: str, types: _Tables, kind: str
) -> None:
    """What stands under *key* before the first table is a list of pairs of different types."""
    pairs = toml.get(key, [])
    for number, pair in enumerate(pairs if isinstance(pairs, list) else [pairs]):
        names = _listed(pair)
        unknown = [one for one in names if not isinstance(one, str) or one not in types]
        if unknown:
            what = f"{abbreviate(unknown[0])}, which is no {kind}; {_every(kind, types)}"
        elif len(names) != 2 or names[0] == names[1]:
            example = list(types)[:2] if len(types) > 1 else ["ONE", "OTHER"]
            what = f"{abbreviate(pair)}; pairs of two {kind}s are expected, as in [{example}]"
        else:
            continue
        _add_item(mistakes, f"{key!r} has {what}", pairs, key, number)


def _every(kind: str, types: _Tables) -> str:
    return f"{kind}s are {', '.join(types)}"


def _add_item(mistakes: TomlMistakes, what: str, listed: Any, key: str, number: int) -> None:
    """Add a mistake in an item of what should be a list."""
    mistakes.add(what, *((key, str(number)) if isinstance(listed, list) else (key,)))


def _check_heads_and_tails(
    entities: _Tables, relations: _Tables, mistakes: TomlMistakes
) -> None:
    """Relations must join entity types; each unknown name is one mistake, with all its lines."""
    unknown: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for name, relation in relations.items():
        for side in ("head", "tail"):
            for number, end in enumerate(_listed(relation.get(side))):
                if end not in entities:
                    unknown[abbreviate(end)].append(("relations", name, side, str(number)))
    for end, places in unknown.items():
        lines = sorted({mistakes.line(*place) for place in places[1:]})
        also = f" (also on line {', '.join(map(str, lines))})" if lines else ""
        what = f"joins {end}, which is no entity type{also}; {_every('entity type', entities)}"
        mistakes.add(f"relation {places[0][1]!r} {what}", *places[0])


def _check_hotkeys(toml: Mapping[str, Any], mistakes: TomlMistakes) -> None:
    """No two types, and no two flags, may have the same key."""
    owners: dict[str, str] = {}
    for table in ("entities", "flags"):
        for name, kind in _tables(toml, table).items():
            hotkey = kind.get("hotkey")
            if isinstance(hotkey, str) and (owner := owners.setdefault(hotkey, name)) != name:
                what = f"{name} has the key {hotkey!r}, which {owner} has already"
                mistakes.add(what, table, name, "hotkey")


def _check_colors(table: str, types: _Tables, mistakes: TomlMistakes) -> None:
    """No two entity types, and no two relations, may have the same colour: nobody could tell them apart."""
    each = "each entity type" if table == "entities" else "each relation"
    owners: dict[str, str] = {}
    for name, kind in types.items():
        color = kind.get("color")
        if isinstance(color, str) and (owner := owners.setdefault(color.lower(), name)) != name:
            what = f"{name} has the colour {abbreviate(color)}, which {owner} has already; {each} has its own"
            mistakes.add(what, table, name, "color")


def _check_model_labels(table: str, types: _Tables, mistakes: TomlMistakes) -> None:
    """A label of the model can be read as one type only."""
    seen: dict[str, str] = {}
    for name, number, label in _named(types, "model_labels"):
        if label in seen:
            what = f"{name} has the model's label {label!r}, which {seen[label]} has already"
            mistakes.add(what, table, name, "model_labels", str(number))
        seen.setdefault(label, name)


def _check_former_names(table: str, types: _Tables, mistakes: TomlMistakes) -> None:
    """A former name must belong to one type, and mustn't be a type's name now."""
    owners: dict[str, str] = {}
    for name, number, old in _named(types, "was"):
        if not TYPE_NAME.fullmatch(old):
            what = "is no name for a type"
        elif old in types:
            what = "is the name of a type now"
        elif old in owners:
            what = f"'was' of {owners[old]} has already"
        else:
            owners[old] = name
            continue
        mistakes.add(
            f"'was' of {name} has {old!r}, which {what}", table, name, "was", str(number)
        )
