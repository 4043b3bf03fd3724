"""The gate to schema.toml: everything wrong with it at once, each with its line."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation.errors import Problem, SchemaError, abbreviate, raise_problems
from curation.files import read_text
from curation.schema.line_numbers import key_lines
from curation.schema.model import EntityType, Flag, RelationType, Schema
from curation.strict_json import TERMINAL_CONTROLS

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

SECTIONS = ("introduction", "spans", "relations", "screen", "submitting")

Text = Annotated[str, Field(min_length=1)]
Examples = Annotated[tuple[Text, ...], Field(min_length=2, strict=False)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
# Label Studio's editor has a use for u: it lets go of the selected span.
Key = Annotated[str, Field(pattern=r"^[a-tv-z0-9]$")]
Names = Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]
Labels = Annotated[tuple[Text, ...], Field(strict=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    definition: Text


class _Typed(_Strict):
    examples_in: Examples = Field(alias="in")
    examples_out: Examples = Field(alias="out")
    color: Color
    was: Labels = ()


class _Entity(_Typed):
    hotkey: Key
    model_labels: Labels = ()


class _Relation(_Typed):
    head: Names
    tail: Names
    symmetric: bool = False


class _Flag(_Strict):
    hotkey: Key
    keeps_out: bool


def read_schema(path: Path) -> Schema:
    """
    The schema in *path*.

    Raises SchemaError with every mistake in the file, each as ``file:line: what``.
    """
    return parse_schema(read_text(path), path)


def parse_schema(text: str, path: Path) -> Schema:
    """The same of *text* that stands, or is to stand, in *path*."""
    try:
        form = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        number = line[1] if line else 1 + text.rstrip().count("\n")
        raise SchemaError(f"{path}:{number}: not TOML: {error}", hint=f"mend {path}") from None
    except (ValueError, RecursionError):
        what = "holds a number of too many digits, or lists in lists in lists"
        raise SchemaError(f"{path}: {what}", hint=f"mend {path}") from None
    reader = _Reader(path, key_lines(text))
    schema = reader.schema(form)
    if schema is None:
        raise_problems(
            reader.sorted(), SchemaError, hint=f"mend {path}, then: curate schema build"
        )
    return schema


_Form = TypeVar("_Form", bound=_Strict)


class _Reader:
    """Collects objections, so that a second mistake isn't hidden by the first."""

    def __init__(self, path: Path, lines: Mapping[tuple[str, ...], int]) -> None:
        self.path = path
        self.lines = lines
        self.found: list[tuple[int, str]] = []

    def say(self, what: str, *where: str) -> None:
        """Object to the nearest line known for the key path *where*."""
        self.found.append((self.line(*where), what))

    def line(self, *where: str) -> int:
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def sorted(self) -> Iterator[Problem]:
        for line, what in sorted(self.found):
            yield Problem(f"{self.path}:{line}", what)

    def schema(self, form: dict[str, Any]) -> Schema | None:
        known = ("entities", "relations", "flags", "guidelines")
        for key in form:
            if key not in known:
                self.say(f"an unknown table {key!r}; known are {', '.join(known)}", key)
        entities = self.table(form, "entities", _Entity)
        relations = self.table(form, "relations", _Relation)
        flags = self.table(form, "flags", _Flag, needed=False)
        sections = self.sections(form.get("guidelines", {}))
        self.unseen(form)
        self.names(form)
        self.ends(form)
        self.shared(form)
        self.former(form)
        if self.found:
            return None
        return Schema(
            {n: EntityType(n, **e.model_dump()) for n, e in entities.items()},
            {n: RelationType(n, **r.model_dump()) for n, r in relations.items()},
            {n: Flag(n, **f.model_dump()) for n, f in flags.items()},
            sections,
        )

    def table(
        self, form: dict[str, Any], name: str, kind: type[_Form], *, needed: bool = True
    ) -> dict[str, _Form]:
        table = form.get(name, {})
        if not isinstance(table, dict) or (needed and not table):
            self.say(f"there must be at least one [{name}.…]", name)
            return {}
        good = {}
        for key, value in table.items():
            try:
                good[key] = kind.model_validate(value)
            except ValidationError as error:
                for fault in error.errors(include_url=False):
                    where = (
                        name,
                        key,
                        *(part for part in fault["loc"] if isinstance(part, str)),
                    )
                    self.say(f"[{name}.{key}] {_sentence(fault)}", *where)
        return good

    def sections(self, form: Any) -> dict[str, str]:
        if not isinstance(form, dict):
            self.say("[guidelines] must be a table", "guidelines")
            return {}
        for key, value in form.items():
            if key not in SECTIONS or not isinstance(value, str):
                self.say(
                    f"[guidelines] holds texts named {', '.join(SECTIONS)}", "guidelines", key
                )
        return form

    def unseen(self, value: Any, *where: str) -> None:
        """No escape sequence gets into the guideline or onto a screen."""
        if isinstance(value, str) and (found := TERMINAL_CONTROLS.search(value)):
            what = f"[{'.'.join(where)}] holds an unseen character, {found[0]!a}; take it out"
            self.say(what, *where)
        elif isinstance(value, list):
            for item in value:
                self.unseen(item, *where)
        elif isinstance(value, dict):
            for key, inner in value.items():
                self.unseen(inner, *where, key)

    def names(self, form: dict[str, Any]) -> None:
        for table in ("entities", "relations", "flags"):
            for name in _tables(form, table):
                if not NAME.fullmatch(name):
                    what = f"{name!r} is no name for a type: letters, digits and _ only"
                    self.say(what, table, name)

    def ends(self, form: dict[str, Any]) -> None:
        """Relations may join only entity types that there are; a name that isn't one is told once."""
        entities = _tables(form, "entities")
        unknown: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, relation in _tables(form, "relations").items():
            for side in ("head", "tail"):
                types = relation.get(side, [])
                for given in types if isinstance(types, list) else []:
                    if given not in entities:
                        unknown[abbreviate(given)].append((name, side))
            if relation.get("symmetric") is True and relation.get("head") != relation.get(
                "tail"
            ):
                what = f"relation {name!r} is symmetric, so head and tail must be the same"
                self.say(what, "relations", name, "symmetric")
        for given, ((name, side), *others) in unknown.items():
            what = f"relation {name!r} joins {given}, which is no entity type"
            lines = sorted({self.line("relations", *where) for where in others})
            too = f" (also on line {', '.join(map(str, lines))})" if lines else ""
            self.say(f"{what}{too}; there are {', '.join(entities)}", "relations", name, side)

    def shared(self, form: dict[str, Any]) -> None:
        """One key, one model label: one type."""
        keys: dict[str, list[tuple[str, str]]] = defaultdict(list)
        labels: dict[str, list[str]] = defaultdict(list)
        for table in ("entities", "flags"):
            for name, value in _tables(form, table).items():
                if isinstance(value.get("hotkey"), str):
                    keys[value["hotkey"]].append((table, name))
                listed = value.get("model_labels", [])
                for label in listed if isinstance(listed, list) else []:
                    labels[str(label)].append(name)
        for key, owners in keys.items():
            for table, name in owners[1:]:
                what = f"{name} is on the key {key!r}, which {owners[0][1]} has already"
                self.say(what, table, name, "hotkey")
        for label, names in labels.items():
            for name in names[1:]:
                what = f"{name} takes the model's {label!r}, which {names[0]} takes already"
                self.say(what, "entities", name, "model_labels")

    def former(self, form: dict[str, Any]) -> None:
        """What was called so once is one type, and nothing is called so now."""
        for table in ("entities", "relations"):
            types = _tables(form, table)
            owners: dict[str, str] = {}
            for name, value in types.items():
                listed = value.get("was", [])
                for old in map(str, listed if isinstance(listed, list) else []):
                    first = owners.setdefault(old, name)
                    if not NAME.fullmatch(old):
                        what = f"{name} was {old!r}, which is no name for a type"
                    elif old in types:
                        what = f"{name} was {old!r}, which is the name of a type now"
                    elif first != name or listed.count(old) > 1:
                        what = f"{name} was {old!r}, which {first} was already"
                    else:
                        continue
                    self.say(what, table, name, "was")


def _tables(form: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    table = form.get(name, {})
    if not isinstance(table, dict):
        return {}
    return {key: value for key, value in table.items() if isinstance(value, dict)}


# What pydantic expects, in the words of TOML.
NEEDED = {
    "tuple_type": 'a list is needed, as in ["one", "two"]',
    "bool_type": "true or false is needed, without quotes",
    "string_type": "words in quotes are needed",
}


def _sentence(fault: Any) -> str:
    """What pydantic found, in words that name the key."""
    key = ".".join(str(part) for part in fault["loc"])
    given = fault["input"]
    match fault["type"]:
        case "missing":
            return f"has no {key!r}"
        case "extra_forbidden":
            return f"has an unknown key {key!r}"
        case "too_short":
            return f"{key!r} needs at least {fault['ctx']['min_length']}, here are {len(given)}"
        case "string_pattern_mismatch" if key == "color":
            return f"'color' is {abbreviate(given)}, which is no colour; write it as #3366cc"
        case "string_pattern_mismatch":
            return f"{key!r} is {abbreviate(given)}; one small letter but u, or a digit, is allowed"
        case "string_too_short":
            return f"{key!r} is empty"
        case "model_type":
            return f"is {abbreviate(given)}, and must be a table of its own"
        case kind:
            return f"{key!r} is {abbreviate(given)}; {NEEDED.get(kind, fault['msg'])}"
