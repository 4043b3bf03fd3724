"""The baseline's suggestions: a spaCy model for the names, rules for offices and relations."""

from curation.preannotate.workers import suggest_all

__all__ = ["suggest_all"]
