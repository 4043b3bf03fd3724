"""schemas.json: the types of every schema that was ever built, so that old work isn't taken for complete."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation.errors import SchemaError
from curation.files import read_text
from curation.schema.model import Schema, TypeNames

HISTORY_FILE = "schemas.json"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _TypesEntry(_Strict):
    entities: list[str]
    relations: list[str]


class _History(_Strict):
    format: Literal[1]
    schemas: dict[str, _TypesEntry] = Field(default_factory=dict)


def read_history(folder: Path) -> Mapping[str, TypeNames]:
    """
    The types of each schema in *folder*'s schemas.json, by fingerprint; none where there is no such file.

    Raises SchemaError where the file is none that ``curate schema build`` wrote.
    """
    path = folder / HISTORY_FILE
    if not path.exists():
        return {}
    try:
        history = _History.model_validate_json(read_text(path))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise SchemaError(
            f"{path}: not what curate schema build wrote: {place and place + ': '}{fault['msg']}",
            hint=f"after a merge keep the lines of both sides; else: git checkout {path}",
        ) from None
    return {
        fingerprint: TypeNames(frozenset(types.entities), frozenset(types.relations))
        for fingerprint, types in history.schemas.items()
    }


def history_text(schema: Schema, folder: Path) -> str:
    """What *folder*'s schemas.json has to hold: what is in it, and the schema of today."""
    known = {**read_history(folder), schema.fingerprint: schema.type_names}
    blocks = [
        f"    {json.dumps(fingerprint)}: {{\n"
        f'      "entities": {json.dumps(sorted(types.entities))},\n'
        f'      "relations": {json.dumps(sorted(types.relations))}\n'
        "    }"
        for fingerprint, types in sorted(known.items())
    ]
    body = ",\n".join(blocks)
    return f'{{\n  "format": 1,\n  "schemas": {{\n{body}\n  }}\n}}\n'
