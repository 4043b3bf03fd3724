"""The project's own schema and files, as tests use them."""

from pathlib import Path

from curation.schema import read_schema

ROOT = Path(__file__).parents[1]
SCHEMA = read_schema(ROOT / "label_config" / "schema.toml")
