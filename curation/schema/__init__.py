"""What may be annotated: the types, their rules, and all that is built from them."""

from curation.schema.model import EntityType, Flag, RelationType, Schema
from curation.schema.read import read_schema

__all__ = ["EntityType", "Flag", "RelationType", "Schema", "read_schema"]
