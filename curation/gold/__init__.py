"""The gold set: what annotators meant, in versions that never change."""

from curation.gold.absent import counted, withdrawn
from curation.gold.card import write_card
from curation.gold.model import Gold, Kept, Manifest, Origins, Version, Walk, Working
from curation.gold.record import digest
from curation.gold.release import Released, Step, release
from curation.gold.seal import Provenance
from curation.gold.store import newest, read_version, versions
from curation.gold.walk import walk_next
from curation.gold.working import NEXT, WorkingVersion

__all__ = [
    "NEXT",
    "Gold",
    "Kept",
    "Manifest",
    "Origins",
    "Provenance",
    "Released",
    "Step",
    "Version",
    "Walk",
    "Working",
    "WorkingVersion",
    "counted",
    "digest",
    "newest",
    "read_version",
    "release",
    "versions",
    "walk_next",
    "withdrawn",
    "write_card",
]
