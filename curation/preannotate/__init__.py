"""The baseline's suggestions: a spaCy model for the names, rules for offices and relations."""

from curation.preannotate.pipeline import Pipeline, load
from curation.preannotate.workers import suggest_all

__all__ = ["Pipeline", "load", "suggest_all"]
