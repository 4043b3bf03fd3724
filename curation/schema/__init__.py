"""The schema: which entities, relations and flags may be annotated, and what is built from it."""

from curation.schema.model import EntityType, Flag, RelationType, Schema
from curation.schema.read import read_schema

__all__ = ["EntityType", "Flag", "RelationType", "Schema", "read_schema"]
