"""schema.toml read strictly: all mistakes at once, each with its line."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation.characters import TERMINAL_CONTROLS
from curation.errors import SchemaError, abbreviate, raise_problems
from curation.files import read_text
from curation.schema.model import (
    NO_RELATION,
    EntityType,
    Flag,
    GuidelineRule,
    RelationType,
    Schema,
)
from curation.schema.toml_file import TomlMistakes, describe_fault, parse_toml_file

TYPE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_SECTIONS = ("introduction", "arrows", "spans", "relations", "screen", "submitting")
_RULES = ("span_rules", "relation_rules")

_Text = Annotated[str, Field(min_length=1)]
_Examples = Annotated[tuple[_Text, ...], Field(min_length=2, strict=False)]
_Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
# In Label Studio's editor the key u unselects the span.
_Hotkey = Annotated[str, Field(pattern=r"^[a-tv-z0-9]$")]
# A flag may take its document out of the gold, which no slip on one key should do. A flag without a
# key gets a letter from Label Studio.
_FlagHotkey = Annotated[str, Field(pattern=r"^((ctrl|alt|shift)\+)+[a-z0-9]$")]
_TypeNames = Annotated[tuple[_Text, ...], Field(min_length=1, strict=False)]
_Strings = Annotated[tuple[_Text, ...], Field(strict=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    definition: _Text


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    about: _Text
    rule: _Text
    example_in: _Text = Field(alias="in")
    example_out: _Text = Field(alias="out")

    def to_rule(self) -> GuidelineRule:
        return GuidelineRule(**self.model_dump())


_Rules = Annotated[tuple[_Rule, ...], Field(strict=False)]


class _Typed(_Strict):
    rules: _Rules = ()
    examples_in: _Examples = Field(alias="in")
    examples_out: _Examples = Field(alias="out")
    color: _Color
    former_names: _Strings = Field((), alias="was")


class _Entity(_Typed):
    hotkey: _Hotkey
    model_labels: _Strings = ()


class _Relation(_Typed):
    head: _TypeNames
    tail: _TypeNames
    symmetric: bool = False


class _Flag(_Strict):
    hotkey: _FlagHotkey
    keeps_out: bool


def read_schema(path: Path) -> Schema:
    """
    The schema in the file *path*.

    Raises SchemaError with all mistakes in the file, each as ``file:line: what``.
    """
    return parse_schema(read_text(path), path)


def parse_schema(text: str, path: Path) -> Schema:
    """The schema in *text*; mistakes are reported as those of the file *path*."""
    toml = parse_toml_file(text, path, SchemaError)
    reader = _Reader(TomlMistakes(text, path))
    schema = reader.schema(toml)
    if schema is None:
        raise_problems(
            reader.mistakes.problems(),
            SchemaError,
            hint=f"mend {path}, then: curate schema build",
        )
    return schema


_Type = TypeVar("_Type", bound=_Strict)


class _Reader:
    """Reads the parts of schema.toml and collects all problems."""

    def __init__(self, mistakes: TomlMistakes) -> None:
        self.mistakes = mistakes
        self.add = mistakes.add
        self.line = mistakes.line

    def schema(self, toml: dict[str, Any]) -> Schema | None:
        """The schema; None where there are problems."""
        known = (
            "removed",
            "same_words",
            "consequences",
            "entities",
            "relations",
            "flags",
            "guidelines",
        )
        for key in toml:
            if key not in known:
                self.add(f"unknown table {key!r}; known are {', '.join(known)}", key)
        removed = self.removed(toml)
        same_words = self.same_words(toml)
        entities = self.table(toml, "entities", _Entity)
        relations = self.table(toml, "relations", _Relation)
        flags = self.table(toml, "flags", _Flag, is_needed=False)
        consequences = self.consequences(toml)
        sections = self.sections(toml.get("guidelines", {}))
        rules = self.rules(toml.get("guidelines", {}))
        self.check_characters(toml)
        self.check_names(toml)
        self.check_heads_and_tails(toml)
        self.check_hotkeys_and_labels(toml)
        self.check_former_names(toml)
        if self.mistakes:
            return None
        return Schema(
            entities={name: EntityType(name, **_fields(e)) for name, e in entities.items()},
            relations={name: RelationType(name, **_fields(r)) for name, r in relations.items()},
            flags={name: Flag(name, **f.model_dump()) for name, f in flags.items()},
            sections=sections,
            same_words=same_words,
            removed=removed,
            rules=rules,
            consequences=consequences,
        )

    def removed(self, toml: dict[str, Any]) -> frozenset[str]:
        """The names of types that were removed."""
        types = {**_tables(toml, "entities"), **_tables(toml, "relations")}
        former = {
            old
            for kind in types.values()
            if isinstance(kind.get("was"), list)
            for old in map(str, kind["was"])
        }
        names = toml.get("removed", [])
        for name in names if isinstance(names, list) else [names]:
            if not isinstance(name, str) or not TYPE_NAME.fullmatch(name):
                what = f"has {abbreviate(name)}; a list of names of types is expected"
            elif name in types:
                what = f"has {name!r}, which is the name of a type now; delete it here"
            elif name in former:
                what = f"has {name!r}, which is a former name of a type; delete one of the two"
            else:
                continue
            self.add(f"'removed' {what}", "removed")
        return frozenset(names) if not self.mistakes else frozenset()

    def same_words(self, toml: dict[str, Any]) -> frozenset[frozenset[str]]:
        """The pairs of entity types that may stand on the same words."""
        entities = _tables(toml, "entities")
        pairs = toml.get("same_words", [])
        found: set[frozenset[str]] = set()
        for pair in pairs if isinstance(pairs, list) else [pairs]:
            types = pair if isinstance(pair, list) else []
            unknown = [one for one in types if not isinstance(one, str) or one not in entities]
            if unknown:
                self.add(
                    f"'same_words' has {abbreviate(unknown[0])}, which is no entity type; "
                    f"entity types are {', '.join(entities)}",
                    "same_words",
                )
            elif len(types) != 2 or types[0] == types[1]:
                self.add(
                    f"'same_words' has {abbreviate(pair)}; pairs of two entity types are "
                    'expected, as in [["GPE", "ORG"]]',
                    "same_words",
                )
            else:
                found.add(frozenset(types))
        return frozenset(found)

    def consequences(self, toml: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        """The pairs of relations of which the first has the second as its consequence."""
        relations = _tables(toml, "relations")
        pairs = toml.get("consequences", [])
        found = []
        for pair in pairs if isinstance(pairs, list) else [pairs]:
            names = pair if isinstance(pair, list) else []
            unknown = [one for one in names if not isinstance(one, str) or one not in relations]
            if unknown:
                self.add(
                    f"'consequences' has {abbreviate(unknown[0])}, which is no relation; "
                    f"relations are {', '.join(relations)}",
                    "consequences",
                )
            elif len(names) != 2 or names[0] == names[1]:
                self.add(
                    f"'consequences' has {abbreviate(pair)}; pairs of two relations are "
                    'expected, as in [["holds_position", "affiliated_with"]]',
                    "consequences",
                )
            else:
                found.append((names[0], names[1]))
        return tuple(found)

    def table(
        self, toml: dict[str, Any], name: str, kind: type[_Type], *, is_needed: bool = True
    ) -> dict[str, _Type]:
        table = toml.get(name, {})
        if not isinstance(table, dict) or (is_needed and not table):
            self.add(f"at least one table [{name}.…] is needed", name)
            return {}
        types = {}
        for key, value in table.items():
            try:
                types[key] = kind.model_validate(value)
            except ValidationError as error:
                for detail in error.errors(include_url=False):
                    keys = [part for part in detail["loc"] if isinstance(part, str)]
                    self.add(f"[{name}.{key}] {_sentence(detail)}", name, key, *keys)
        return types

    def sections(self, toml: Any) -> dict[str, str]:
        if not isinstance(toml, dict):
            self.add("[guidelines] must be a table", "guidelines")
            return {}
        for key, value in toml.items():
            if key not in _RULES and not (key in _SECTIONS and isinstance(value, str)):
                what = (
                    f"[guidelines] {key!r} is not one of the texts {', '.join(_SECTIONS)},"
                    f" nor of the rules {', '.join(_RULES)}"
                )
                self.add(what, "guidelines", key)
        return {key: value for key, value in toml.items() if key in _SECTIONS}

    def rules(self, toml: Any) -> dict[str, tuple[GuidelineRule, ...]]:
        """The rules about several types, by their section."""
        found: dict[str, tuple[GuidelineRule, ...]] = {}
        for key in _RULES:
            listed = toml.get(key, []) if isinstance(toml, dict) else []
            rules = []
            for value in listed if isinstance(listed, list) else [listed]:
                try:
                    rules.append(_Rule.model_validate(value).to_rule())
                except ValidationError as error:
                    for detail in error.errors(include_url=False):
                        self.add(
                            f"[guidelines] {key} {describe_fault(detail)}", "guidelines", key
                        )
            found[key] = tuple(rules)
        return found

    def check_characters(self, value: Any, *keys: str) -> None:
        """No control character may get into the guideline or onto a screen."""
        if isinstance(value, str) and (found := TERMINAL_CONTROLS.search(value)):
            what = f"[{'.'.join(keys)}] contains the control character {found[0]!a}; delete it"
            self.add(what, *keys)
        elif isinstance(value, list):
            for item in value:
                self.check_characters(item, *keys)
        elif isinstance(value, dict):
            for key, inner in value.items():
                self.check_characters(inner, *keys, key)

    def check_names(self, toml: dict[str, Any]) -> None:
        for table in ("entities", "relations", "flags"):
            for name in _tables(toml, table):
                if not TYPE_NAME.fullmatch(name):
                    what = f"{name!r} is no name for a type: letters, digits and _ only"
                    self.add(what, table, name)
        if NO_RELATION in _tables(toml, "relations"):
            what = f"{NO_RELATION!r} is no name for a relation: the dataset calls pairs without one so"
            self.add(what, "relations", NO_RELATION)

    def check_heads_and_tails(self, toml: dict[str, Any]) -> None:
        """Relations must join entity types; each unknown name is one problem, with all its lines."""
        entities = _tables(toml, "entities")
        unknown: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, relation in _tables(toml, "relations").items():
            for side in ("head", "tail"):
                types = relation.get(side, [])
                for entity_type in types if isinstance(types, list) else []:
                    if entity_type not in entities:
                        unknown[abbreviate(entity_type)].append((name, side))
        for entity_type, places in unknown.items():
            name, side = places[0]
            lines = sorted({self.line("relations", *place) for place in places[1:]})
            also = f" (also on line {', '.join(map(str, lines))})" if lines else ""
            self.add(
                f"relation {name!r} joins {entity_type}, which is no entity type{also}; "
                f"entity types are {', '.join(entities)}",
                "relations",
                name,
                side,
            )

    def check_hotkeys_and_labels(self, toml: dict[str, Any]) -> None:
        """Two types mustn't share a hotkey or a label of the model."""
        hotkeys: dict[str, list[tuple[str, str]]] = defaultdict(list)
        model_labels: dict[str, list[str]] = defaultdict(list)
        for table in ("entities", "flags"):
            for name, value in _tables(toml, table).items():
                if isinstance(value.get("hotkey"), str):
                    hotkeys[value["hotkey"]].append((table, name))
                listed = value.get("model_labels", [])
                for label in listed if isinstance(listed, list) else []:
                    model_labels[str(label)].append(name)
        for hotkey, owners in hotkeys.items():
            first = owners[0][1]
            for table, name in owners[1:]:
                what = f"{name} has the key {hotkey!r}, which {first} has already"
                self.add(what, table, name, "hotkey")
        for label, names in model_labels.items():
            for name in names[1:]:
                what = f"{name} has the model's label {label!r}, which {names[0]} has already"
                self.add(what, "entities", name, "model_labels")

    def check_former_names(self, toml: dict[str, Any]) -> None:
        """A former name must belong to one type, and mustn't be a type's name now."""
        for table in ("entities", "relations"):
            types = _tables(toml, table)
            owners: dict[str, str] = {}
            for name, value in types.items():
                listed = value.get("was", [])
                for old in map(str, listed if isinstance(listed, list) else []):
                    owner = owners.setdefault(old, name)
                    if not TYPE_NAME.fullmatch(old):
                        what = "is no name for a type"
                    elif old in types:
                        what = "is the name of a type now"
                    elif owner != name or listed.count(old) > 1:
                        what = f"'was' of {owner} has already"
                    else:
                        continue
                    self.add(f"'was' of {name} has {old!r}, which {what}", table, name, "was")


def _fields(kind: _Typed) -> dict[str, Any]:
    """What a type has, its rules as values."""
    return {**kind.model_dump(), "rules": tuple(one.to_rule() for one in kind.rules)}


def _tables(toml: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    table = toml.get(name, {})
    if not isinstance(table, dict):
        return {}
    return {key: value for key, value in table.items() if isinstance(value, dict)}


def _sentence(detail: Any) -> str:
    """A mistake that pydantic found, in words that name the key."""
    key = ".".join(str(part) for part in detail["loc"])
    value = abbreviate(detail["input"])
    if detail["type"] != "string_pattern_mismatch":
        return describe_fault(detail)
    if key == "color":
        return f"'color' is {value}, which is no colour; write it as #3366cc"
    if "alt" in detail["ctx"]["pattern"]:
        return (
            f"{key!r} is {value}; for a flag, more than one key is needed, "
            "as in alt+shift+1: a slip must not take a document out of the gold"
        )
    return f"{key!r} is {value}; a digit or a small letter except u is allowed"
