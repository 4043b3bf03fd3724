"""The table of ``curate migrate``: which of today's types takes the place of an older one."""

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from curation.errors import GoldError, InputError, abbreviate, pluralise, raise_problems
from curation.files import read_text
from curation.gold.sealed.manifest import Manifest
from curation.schema import Schema
from curation.schema.toml_file import TomlMistakes, parse_toml_file


def read_migration_table(
    path: Path | None, manifest: Manifest, schema: Schema
) -> Mapping[str, str]:
    """
    Today's type by that of the manifest's version, empty for what is to be left out.

    Raises InputError with everything that is wrong with the file *path*, and GoldError where a type
    that the version uses is neither in the schema nor in the table.
    """
    table: Mapping[str, str] = {}
    if path is not None:
        table = _parse_table(read_text(path), path, manifest, schema)
    _refuse_missing_types(table, manifest, schema)
    return table


def _parse_table(
    text: str, path: Path, manifest: Manifest, schema: Schema
) -> Mapping[str, str]:
    toml = parse_toml_file(text, path, InputError)
    mistakes = TomlMistakes(text, path)
    for old, new in toml.items():
        if not isinstance(new, str):
            what = f'{old!r} is {abbreviate(new)}; a type in quotes is expected, or "" to leave it out'
            mistakes.add(what, old)
        elif old in manifest.types.entities:
            _check_new_type(mistakes, old, new, "entity types", schema.entities)
        elif old in manifest.types.relations:
            _check_new_type(mistakes, old, new, "relations", schema.relations)
        else:
            known = ", ".join([*manifest.types.entities, *manifest.types.relations])
            what = f"{old!r} is no type of {manifest.version}; its types are {known}"
            mistakes.add_key(what, old)
    if mistakes:
        raise_problems(mistakes.problems(), InputError, hint=f"mend {path}")
    return toml


def _check_new_type(
    mistakes: TomlMistakes, old: str, new: str, what: str, known: Collection[str]
) -> None:
    if new and new not in known:
        mistakes.add(
            f"{old!r} is {new!r}, which the schema doesn't have; {what} are {', '.join(known)}",
            old,
        )


def _refuse_missing_types(table: Mapping[str, str], manifest: Manifest, schema: Schema) -> None:
    """Raise GoldError where gold of the version has a type that is neither in the schema nor in the table."""
    counts = manifest.counts
    missing = {
        **{name: n for name, n in counts.entities.items() if name not in schema.entities},
        **{name: n for name, n in counts.relations.items() if name not in schema.relations},
    }
    lacking = {name: number for name, number in missing.items() if name not in table}
    if lacking:
        told = ", ".join(f"{name} ({number} marked)" for name, number in lacking.items())
        types = pluralise(len(lacking), "type")
        raise GoldError(
            f"{manifest.version} has {types} that today's schema lacks: {told}",
            hint=(
                f"curate migrate {manifest.version} --table FILE, with a line for each in FILE:\n"
                + "\n".join(_proposals(lacking, schema))
            ),
        )


def _proposals(names: Collection[str], schema: Schema) -> Iterator[str]:
    """A line of the table for each type: what the schema says became of it, else what may stand there."""
    former = {**schema.former_entity_names, **schema.former_relation_names}
    for name in names:
        key = name if name.replace("-", "").isalnum() and name.isascii() else json.dumps(name)
        if name in former:
            yield f'{key} = "{former[name]}"'
        elif name in schema.removed:
            yield f'{key} = ""'
        else:
            yield f'{key} = ""  # left out; or one of today\'s types'
