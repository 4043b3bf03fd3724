"""schema.toml read strictly: all mistakes at once, each with its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from curation.errors import SchemaError, abbreviate, raise_problems
from curation.files import read_text
from curation.schema.model import EntityType, Flag, RelationType, Schema
from curation.schema.schema_mistakes import find_schema_mistakes
from curation.schema.toml_file import TomlMistakes, describe_fault, parse_toml_file
from curation.schema.toml_form import (
    BaselineForm,
    EntityForm,
    FlagForm,
    GuidelinesForm,
    RelationForm,
    RuleForm,
    SchemaForm,
    TableForm,
)

_FORMS: Mapping[str, type[TableForm]] = {
    "entities": EntityForm,
    "relations": RelationForm,
    "flags": FlagForm,
    "guidelines": GuidelinesForm,
    "baseline": BaselineForm,
}
# Tables that hold keys of their own; the others hold a table for each type or flag.
_SINGLE_TABLES = ("guidelines", "baseline")
_RULE_LISTS = ("rules", "span_rules", "relation_rules")


def read_schema(path: Path) -> Schema:
    """
    The schema in the file *path*.

    Raises SchemaError with all mistakes in the file, each as ``file:line:column: what``.
    """
    return parse_schema(read_text(path), path)


def parse_schema(text: str, path: Path) -> Schema:
    """The schema in *text*; mistakes are reported as those of the file *path*."""
    toml = parse_toml_file(text, path, SchemaError)
    mistakes = TomlMistakes(text, path)
    find_schema_mistakes(toml, mistakes)
    try:
        form = SchemaForm.model_validate(toml)
    except ValidationError as error:
        form = None
        for detail in error.errors(include_url=False):
            _add_fault(detail, mistakes)
    if form is None or mistakes:
        hint = f"mend {path}, then: curate schema build"
        raise_problems(mistakes.problems(), SchemaError, hint=hint)
    return _schema(form)


def _schema(form: SchemaForm) -> Schema:
    entities = {name: EntityType(name, **one.values()) for name, one in form.entities.items()}
    relations = {
        name: RelationType(name, **one.values()) for name, one in form.relations.items()
    }
    guidelines = form.guidelines.model_dump(exclude_unset=True)
    rules = {
        "span_rules": form.guidelines.span_rules,
        "relation_rules": form.guidelines.relation_rules,
    }
    return Schema(
        entities=entities,
        relations=relations,
        flags={name: Flag(name, **one.model_dump()) for name, one in form.flags.items()},
        sections={name: text for name, text in guidelines.items() if name not in rules},
        same_words=frozenset(map(frozenset, form.same_words)),
        removed=frozenset(form.removed),
        rules={name: tuple(one.to_rule() for one in listed) for name, listed in rules.items()},
        consequences=tuple((first, second) for first, second in form.consequences),
        baseline=form.baseline.model if form.baseline else "",
        model_relations=form.baseline.to_source() if form.baseline else None,
    )


def _add_fault(detail: Any, mistakes: TomlMistakes) -> None:
    """Add a mistake that pydantic found in the value or in the key where it is."""
    keys = tuple(map(str, detail["loc"]))
    if detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]:
        return  # pydantic counts sound entries only, and tells the others, too
    if len(keys) == 1 and detail["type"] == "extra_forbidden":
        what = f"unknown table {keys[0]!r}; known are {', '.join(SchemaForm.keys())}"
        mistakes.add_key(what, *keys)
        return
    if len(keys) == 1 and keys[0] not in _SINGLE_TABLES:
        mistakes.add_key(f"at least one table [{keys[0]}.…] is needed", *keys)
        return
    depth = 1 if keys[0] in _SINGLE_TABLES else 2
    sentence = _sentence({**detail, "loc": keys[depth:]})
    what = f"[{'.'.join(keys[:depth])}] {sentence}"
    if detail["type"] == "extra_forbidden":
        is_rule = len(keys) > 2 and keys[-3] in _RULE_LISTS
        form = RuleForm if is_rule else _FORMS[keys[0]]
        what += f"; keys are {', '.join(form.keys())}"
    mistakes.add_fault(detail, what, *keys)


def _sentence(detail: Any) -> str:
    """A mistake that pydantic found, in words that name the key."""
    key = ".".join(detail["loc"])
    value = abbreviate(detail["input"])
    if detail["type"] != "string_pattern_mismatch":
        return describe_fault(detail)
    if key == "color":
        return f"'color' is {value}, which is no colour; write it as #3366cc"
    if key == "relations":
        return f"'relations' is {value}; an attribute is expected, as in doc._.relations"
    if "alt" in detail["ctx"]["pattern"]:
        return (
            f"{key!r} is {value}; for a flag, more than one key is needed, "
            "as in alt+shift+1: a slip must not take a document out of the gold"
        )
    return f"{key!r} is {value}; a digit or a small letter except u is allowed"
