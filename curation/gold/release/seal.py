"""Sealing: the folder of a version appears with all its files and their hashes, or not at all."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from curation.annotations.effort import Effort
from curation.files import explain_os_errors, sync_folder
from curation.gold.dataset_facts import DEFAULT_NONE_SHARE
from curation.gold.licences import article_license
from curation.gold.release.splits import SPLITS
from curation.gold.release.totals import DatasetTotals
from curation.gold.sealed.manifest import (
    AgreementEntry,
    BaselineEntry,
    EffortEntry,
    GroupsEntry,
    LayerEntry,
    LeakEntry,
    Manifest,
    ManifestCounts,
    SchemaEntry,
)
from curation.gold.sealed.versions import MANIFEST_FILE, write_synced
from curation.gold.tables.write_tables import WrittenTables, write_tables
from curation.progress import Watch, unwatched

# The folder of a release that isn't complete has this before its name.
_UNFINISHED = ".sealing-"

# The guideline as it was at the release travels with the version.
GUIDELINE_FILE = "guidelines.md"

# So that nobody alters a sealed version by mistake.
_READ_ONLY = 0o444


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """
    What the manifest says of a version that is neither in its rows nor in the schema.

    *guideline* is the text of the guideline at the release, *curate* the version
    of this program, *agreement* the lines that say how well annotators agreed, *effort* what all of them together did,
    *taken_back* how many first submissions these lines are about that are in no row, *doubts* the lines
    that say how many doubts annotators noted. The fields that
    follow are as in the manifest; *none_share* is the share of pairs without a relation that the view of
    relations has, *article_license* the licence of documents that say none.
    """

    guideline: str
    curate: str
    agreement: tuple[str, ...] = ()
    effort: Effort | None = None
    taken_back: int = 0
    doubts: tuple[str, ...] = ()
    released: str = ""
    agreement_figures: Mapping[str, AgreementEntry] = field(default_factory=dict)
    baseline: BaselineEntry | None = None
    groups: GroupsEntry | None = None
    leaks: tuple[LeakEntry, ...] = ()
    none_share: float = DEFAULT_NONE_SHARE
    article_license: str = ""

    @property
    def guideline_sha256(self) -> str:
        """The hash of the guideline, by which annotations name it."""
        return hashlib.sha256(self.guideline.encode()).hexdigest()


def seal_version(
    path: Path, totals: DatasetTotals, provenance: Provenance, *, watch: Watch = unwatched
) -> None:
    """
    Write the dataset with these *totals* as the version folder *path*; *watch* shows how many rows are written.

    All files are written and synced in a hidden folder, which is then renamed. To be called under
    a lock, because the hidden folders of killed releases are removed first.
    """
    gold = path.parent
    with explain_os_errors(gold):
        for unfinished in gold.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(unfinished)
        folder = gold / f"{_UNFINISHED}{path.name}"
        folder.mkdir(parents=True)
        written = write_tables(folder, totals, none_share=provenance.none_share, watch=watch)
        manifest = build_manifest(path.name, totals, provenance, written)
        write_synced(folder / GUIDELINE_FILE, provenance.guideline.encode())
        write_synced(folder / MANIFEST_FILE, manifest.to_text().encode())
        for sealed in folder.iterdir():
            sealed.chmod(_READ_ONLY)
        sync_folder(folder)
        folder.rename(path)
        sync_folder(gold)


def build_manifest(
    version: str, totals: DatasetTotals, provenance: Provenance, written: WrittenTables
) -> Manifest:
    """The manifest of a version whose tables are *written*."""
    licenses: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for document, license_ in totals.licenses.items():
        is_gold = document in totals.text_hashes
        licenses[is_gold][article_license(license_, provenance.article_license)] += 1
    return Manifest(
        version=version,
        digest=totals.digest,
        schema=SchemaEntry.of(totals.schema),
        guideline_sha256=provenance.guideline_sha256,
        curate=provenance.curate,
        ingest=sorted(totals.ingest_versions),
        models=[LayerEntry(**layer.to_json()) for layer in sorted(totals.models, key=repr)],
        agreement=list(provenance.agreement),
        effort=EffortEntry(**asdict(provenance.effort)) if provenance.effort else None,
        taken_back=provenance.taken_back,
        doubts=list(provenance.doubts),
        counts=ManifestCounts(
            documents=len(totals.text_hashes),
            annotations=totals.annotations,
            splits={split: totals.splits[split] for split in _splits_with_documents(totals)},
            entities=dict(sorted(totals.entities.items())),
            relations=dict(sorted(totals.relations.items())),
        ),
        files={**written.files, GUIDELINE_FILE: provenance.guideline_sha256},
        released=provenance.released,
        guidelines=dict(sorted(totals.guidelines.items())),
        platforms=dict(sorted(totals.platforms.items())),
        agreement_figures=dict(provenance.agreement_figures),
        baseline=provenance.baseline,
        licenses=dict(sorted(licenses[True].items())),
        kept_out_licenses=dict(sorted(licenses[False].items())),
        views={name: dict(counts) for name, counts in written.views.items()},
        fractions=dict(totals.split_plan.fractions),
        groups=provenance.groups,
        leaks=list(provenance.leaks),
    )


def _splits_with_documents(totals: DatasetTotals) -> list[str]:
    return [split for split in SPLITS if totals.splits[split]]
