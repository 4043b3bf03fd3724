"""label_config/, which makes a folder one to work in: the schema, and what is built from it."""

import os
import shlex
from pathlib import Path

from curation.errors import CurateError, SchemaError
from curation.schema.build import stale
from curation.schema.model import Schema
from curation.schema.read import read_schema

SCHEMA = "schema.toml"


def refuse_elsewhere(config: Path) -> None:
    """Raises SchemaError where there is no schema: nothing may be left in a folder that isn't ours."""
    path = config / SCHEMA
    if path.exists():
        return
    here = Path.cwd()
    above = (one for one in here.parents if os.path.exists(one / path))  # noqa: PTH110 - never raises
    hint = f"copy {config}/ here from the source of curate, or go to a folder that has it"
    if found := next(above, None):
        hint = f"cd {shlex.quote(os.path.relpath(found, here))}"
    raise SchemaError(f"this is no folder of curate's: there is no {path}", hint=hint)


def schema_in(config: Path) -> Schema:
    """
    The schema of the folder that one works in.

    Raises SchemaError with every mistake in it, each with its line.
    """
    refuse_elsewhere(config)
    return read_schema(config / SCHEMA)


def schema_if_any(config: Path) -> Schema:
    """The same; one without types where there is none, for documents with whatever labels."""
    return schema_in(config) if (config / SCHEMA).exists() else Schema({}, {})


def built_schema_in(config: Path, *, stale_is: type[CurateError] = SchemaError) -> Schema:
    """The same; raises *stale_is*, too, where it was changed and not built since."""
    schema = schema_in(config)
    if old := stale(schema, config):
        names = " and ".join(map(str, old))
        raise stale_is(f"{names}: not what {SCHEMA} says", hint="curate schema build")
    return schema
