"""Sealing: a version's folder appears whole, with hashes of all that is in it, or not at all."""

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from curation.files import Json, explain_os_errors, sync_folder
from curation.gold.dataset import Dataset, Manifest
from curation.gold.manifest import manifest_text
from curation.gold.parquet import ANNOTATIONS_TABLE, ParquetTable
from curation.gold.rows import annotation_row, gold_row
from curation.gold.splits import SPLITS, split_of
from curation.gold.totals import DatasetTotals
from curation.gold.versions import MANIFEST_FILE, write_synced
from curation.progress import Watch, unwatched
from curation.schema import Schema

# What a release that was killed leaves behind begins like this.
_UNFINISHED = ".sealing-"


@dataclass(frozen=True)
class Provenance:
    """
    What a version says of itself that isn't in its rows.

    *guideline_sha256* names the text that the annotators followed, *curate* is
    our own version, *agreement* the lines that say how well they agreed.
    """

    guideline_sha256: str
    curate: str
    agreement: tuple[str, ...] = ()


def seal_version(
    gold: Path,
    version: str,
    working: Dataset,
    found: DatasetTotals,
    provenance: Provenance,
    watch: Watch = unwatched,
) -> None:
    """
    Write *working* as the folder *version*; *watch* shows how many of its files are finished.

    All files are written and synced in a hidden folder, which is then renamed. To be called under
    a lock, since hidden folders of killed releases are removed first.
    """
    with explain_os_errors(gold), ExitStack() as stack:
        for left in gold.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)
        folder = gold / f"{_UNFINISHED}{version}"
        folder.mkdir(parents=True)
        tables: dict[str, ParquetTable] = {}
        for name in (*_splits(found), *([ANNOTATIONS_TABLE] if found.annotations else [])):
            tables[name] = ParquetTable(folder, name)
            stack.callback(tables[name].close)
        for one in working.gold_documents:
            tables[split_of(one.group)].add(gold_row(one))
        for layer in working.annotations:
            tables[ANNOTATIONS_TABLE].add(annotation_row(layer))
        files: dict[str, str] = {}
        for table in watch(tables.values(), f"sealing {version}", len(tables)):
            file, files[file] = table.finish()
        manifest = build_manifest(version, found, provenance, files)
        write_synced(folder / MANIFEST_FILE, manifest_text(manifest).encode())
        sync_folder(folder)
        folder.rename(gold / version)
        sync_folder(gold)


def build_manifest(
    version: str, found: DatasetTotals, provenance: Provenance, files: Mapping[str, str]
) -> Manifest:
    """The manifest of what was *found*, sealed as *version* in *files*."""
    return Manifest(
        version,
        found.digest,
        _types(found.schema),
        provenance.guideline_sha256,
        provenance.curate,
        tuple(sorted(found.ingest_versions)),
        tuple(sorted(found.models, key=repr)),
        provenance.agreement,
        {
            "documents": len(found.text_hashes),
            "annotations": found.annotations,
            "splits": {split: found.splits[split] for split in _splits(found)},
            "entities": dict(sorted(found.entities.items())),
            "relations": dict(sorted(found.relations.items())),
        },
        files,
    )


def _splits(found: DatasetTotals) -> list[str]:
    """Those that have documents, in their usual order."""
    return [split for split in SPLITS if found.splits[split]]


def _types(schema: Schema) -> Json:
    relations = {
        kind.name: {
            "definition": kind.definition,
            "head": list(kind.head),
            "tail": list(kind.tail),
            "symmetric": kind.symmetric,
        }
        for kind in schema.relations.values()
    }
    return {
        "fingerprint": schema.fingerprint,
        "entities": {kind.name: kind.definition for kind in schema.entities.values()},
        "relations": relations,
    }
