"""Sealing: a version's folder appears whole, with hashes of all that is in it, or not at all."""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.files import Json, sync_folder, told
from curation.gold.manifest import manifest_text
from curation.gold.model import Manifest, Working
from curation.gold.record import annotation_row, digest, gold_row
from curation.gold.splits import by_split
from curation.gold.store import ANNOTATIONS, MANIFEST, write_bytes, write_rows
from curation.schema import Schema

# What a release that was killed leaves behind begins like this.
UNFINISHED = ".sealing-"


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


def seal(
    gold: Path, version: str, working: Working, schema: Schema, provenance: Provenance
) -> Iterator[str]:
    """
    Write *working* as the folder *version*; yields the name of each file once it is there.

    All is written and synced under a name that nobody reads, then renamed. Call
    it under a lock: it sweeps away what killed releases left behind.
    """
    with told(gold):
        for left in gold.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        folder = gold / f"{UNFINISHED}{version}"
        folder.mkdir(parents=True)
        files: dict[str, str] = {}
        for name, rows in _tables(working):
            file, files[file] = write_rows(folder, name, rows)
            yield file
        manifest = describe(version, working, schema, provenance, files)
        write_bytes(folder / MANIFEST, manifest_text(manifest).encode())
        yield MANIFEST
        sync_folder(folder)
        folder.rename(gold / version)
        sync_folder(gold)


def describe(
    version: str,
    working: Working,
    schema: Schema,
    provenance: Provenance,
    files: Mapping[str, str],
) -> Manifest:
    """The manifest of *working*, sealed as *version* in *files*."""
    metas = [gold.document.meta for gold in working.golds]
    layers = {a.suggestion.layer for a in working.annotations if a.suggestion}
    return Manifest(
        version,
        digest(working),
        _types(schema),
        provenance.guideline_sha256,
        provenance.curate,
        tuple(sorted({made for meta in metas if isinstance(made := meta.get("ingest"), str)})),
        tuple(sorted((layer for layer in layers if layer), key=repr)),
        provenance.agreement,
        _counts(working),
        files,
    )


def _tables(working: Working) -> Iterator[tuple[str, list[Json]]]:
    for split, golds in by_split(working.golds).items():
        yield split, [gold_row(gold) for gold in golds]
    if working.annotations:
        yield ANNOTATIONS, [annotation_row(layer) for layer in working.annotations]


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


def _counts(working: Working) -> dict[str, Any]:
    documents = [gold.document for gold in working.golds]
    return {
        "documents": len(documents),
        "annotations": len(working.annotations),
        "splits": {split: len(inside) for split, inside in by_split(working.golds).items()},
        "entities": _by_type(e.label for document in documents for e in document.entities),
        "relations": _by_type(r.label for document in documents for r in document.relations),
    }


def _by_type(labels: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(labels).items()))
