"""The baseline's suggestions: entities of a spaCy model, titles and relations by rules."""

from curation.preannotate.workers import suggest_all

__all__ = ["suggest_all"]
