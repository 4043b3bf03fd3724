"""Sealing: the folder of a version appears with all its files and their hashes, or not at all."""

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from curation.annotations.effort import Effort
from curation.files import explain_os_errors, sync_folder
from curation.gold.dataset import Dataset
from curation.gold.manifest import (
    AgreementEntry,
    BaselineEntry,
    EffortEntry,
    LayerEntry,
    Manifest,
    ManifestCounts,
    SchemaEntry,
)
from curation.gold.parquet import ParquetTable
from curation.gold.rows import gold_row, layer_rows
from curation.gold.splits import SPLITS, split_of
from curation.gold.tables import ANNOTATIONS_TABLE, Table
from curation.gold.totals import DatasetTotals
from curation.gold.versions import MANIFEST_FILE, write_synced
from curation.progress import Watch, unwatched

# The folder of a release that isn't complete has this before its name.
_UNFINISHED = ".sealing-"

# So that nobody alters a sealed version by mistake.
_READ_ONLY = 0o444


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """
    What the manifest says of a version that is neither in its rows nor in the schema.

    *guideline_sha256* is the hash of the guideline that annotators followed, *curate* the version
    of this program, *agreement* the lines that say how well annotators agreed, *effort* what all of them together did,
    *taken_back* how many first submissions these lines are about that are in no row. The fields that
    follow are as in the manifest.
    """

    guideline_sha256: str
    curate: str
    agreement: tuple[str, ...] = ()
    effort: Effort | None = None
    taken_back: int = 0
    released: str = ""
    agreement_figures: Mapping[str, AgreementEntry] = field(default_factory=dict)
    baseline: BaselineEntry | None = None


def seal_version(
    path: Path,
    dataset: Dataset,
    totals: DatasetTotals,
    provenance: Provenance,
    *,
    watch: Watch = unwatched,
) -> None:
    """
    Write the dataset as the version folder *path*; *watch* shows how many tables are finished.

    All files are written and synced in a hidden folder, which is then renamed. To be called under
    a lock, because the hidden folders of killed releases are removed first.
    """
    gold = path.parent
    with explain_os_errors(gold), ExitStack() as stack:
        for unfinished in gold.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(unfinished)
        folder = gold / f"{_UNFINISHED}{path.name}"
        folder.mkdir(parents=True)
        kept = [Table(split) for split in _splits_with_documents(totals)]
        if totals.annotations or totals.verdicts:
            kept.append(ANNOTATIONS_TABLE)
        tables: dict[Table, ParquetTable] = {}
        for table in kept:
            tables[table] = ParquetTable(folder, table)
            stack.callback(tables[table].close)
        for gold_document in dataset.gold_documents:
            tables[Table(split_of(gold_document.group))].add(gold_row(gold_document))
        for row in layer_rows(dataset):
            tables[ANNOTATIONS_TABLE].add(row)
        files: dict[str, str] = {}
        for parquet in watch(tables.values(), f"sealing {path.name}", len(tables)):
            file, sha256 = parquet.finish()
            files[file] = sha256
        manifest = build_manifest(path.name, totals, provenance, files)
        write_synced(folder / MANIFEST_FILE, manifest.to_text().encode())
        for sealed in folder.iterdir():
            sealed.chmod(_READ_ONLY)
        sync_folder(folder)
        folder.rename(path)
        sync_folder(gold)


def build_manifest(
    version: str, totals: DatasetTotals, provenance: Provenance, files: Mapping[str, str]
) -> Manifest:
    """The manifest of a version; *files* gives the sha256 of each file by name."""
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
        counts=ManifestCounts(
            documents=len(totals.text_hashes),
            annotations=totals.annotations,
            splits={split: totals.splits[split] for split in _splits_with_documents(totals)},
            entities=dict(sorted(totals.entities.items())),
            relations=dict(sorted(totals.relations.items())),
        ),
        files=dict(files),
        released=provenance.released,
        agreement_figures=dict(provenance.agreement_figures),
        baseline=provenance.baseline,
    )


def _splits_with_documents(totals: DatasetTotals) -> list[str]:
    return [split for split in SPLITS if totals.splits[split]]
