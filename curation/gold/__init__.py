"""The gold set: what annotators meant, in versions that never change."""

from curation.gold.absent import counted, withdrawn
from curation.gold.adjudicate import Conflict, KeptOut, Settled, settle
from curation.gold.amend import Next, Outside, amended
from curation.gold.card import write_card
from curation.gold.kept import walk_next
from curation.gold.model import Gold, Kept, Manifest, Origins, Version, Walk, Working
from curation.gold.record import digest
from curation.gold.release import Released, Step, release
from curation.gold.seal import Provenance
from curation.gold.store import newest, read_version, versions
from curation.gold.working import read_next, write_next

__all__ = [
    "Conflict",
    "Gold",
    "Kept",
    "KeptOut",
    "Manifest",
    "Next",
    "Origins",
    "Outside",
    "Provenance",
    "Released",
    "Settled",
    "Step",
    "Version",
    "Walk",
    "Working",
    "amended",
    "counted",
    "digest",
    "newest",
    "read_next",
    "read_version",
    "release",
    "settle",
    "versions",
    "walk_next",
    "withdrawn",
    "write_card",
    "write_next",
]
