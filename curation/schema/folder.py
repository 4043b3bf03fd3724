"""The schema of the folder one works in: label_config/schema.toml and the files generated from it."""

import os
import shlex
from dataclasses import replace
from pathlib import Path

from curation.errors import SchemaError
from curation.schema.build import outdated_files
from curation.schema.history import read_history
from curation.schema.model import Schema
from curation.schema.read import read_schema

SCHEMA_FILE = "schema.toml"


def require_schema_file(config: Path) -> None:
    """Raises SchemaError where *config* has no schema.toml, so that nothing is written elsewhere."""
    path = config / SCHEMA_FILE
    if path.exists():
        return
    here = Path.cwd()
    parents = (folder for folder in here.parents if os.path.exists(folder / path))  # noqa: PTH110 - never raises
    hint = f"curate init, which makes {config}/ here; or go to a folder that has one"
    if folder := next(parents, None):
        hint = f"cd {shlex.quote(os.path.relpath(folder, here))}"
    raise SchemaError(
        f"{path}: no such file; curate works in a folder that has this file", hint=hint
    )


def read_schema_in(config: Path) -> Schema:
    """
    The schema in the folder *config*, with its history.

    Raises SchemaError with all mistakes in schema.toml, each with its line.
    """
    require_schema_file(config)
    return replace(read_schema(config / SCHEMA_FILE), history=read_history(config))


def read_schema_if_any(config: Path) -> Schema:
    """The schema in the folder *config*; a schema without types where the folder has none."""
    return read_schema_in(config) if (config / SCHEMA_FILE).exists() else Schema({}, {})


def read_built_schema_in(config: Path) -> Schema:
    """As read_schema_in; raises SchemaError where generated files aren't what the schema says."""
    schema = read_schema_in(config)
    if stale := stale_files_sentence(schema, config):
        raise SchemaError(stale, hint="curate schema build")
    return schema


def stale_files_sentence(schema: Schema, config: Path) -> str:
    """Which of the generated files in *config* aren't what the schema says; empty where all are."""
    names = " and ".join(map(str, outdated_files(schema, config)))
    return names and f"{names}: not what {SCHEMA_FILE} says"
