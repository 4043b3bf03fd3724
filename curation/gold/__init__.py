"""The gold set: what annotators meant, in versions that never change."""

from curation.gold.card import write_card
from curation.gold.excluded_reasons import counted, withdrawn
from curation.gold.model import Gold, Kept, Manifest, Origins, Version, Walk, Working
from curation.gold.release import ReleaseReport, seal_release
from curation.gold.rows import digest
from curation.gold.seal import Provenance
from curation.gold.versions import newest, read_version, versions
from curation.gold.working import NEXT, WorkingVersion
from curation.gold.working_rows import walk_next

__all__ = [
    "NEXT",
    "Gold",
    "Kept",
    "Manifest",
    "Origins",
    "Provenance",
    "ReleaseReport",
    "Version",
    "Walk",
    "Working",
    "WorkingVersion",
    "counted",
    "digest",
    "newest",
    "read_version",
    "seal_release",
    "versions",
    "walk_next",
    "withdrawn",
    "write_card",
]
