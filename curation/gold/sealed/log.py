"""Every version with its date, its size, how well annotators agreed, and what the baseline scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from curation.files import Json
from curation.gold.changes.changelog import read_seals
from curation.gold.sealed.manifest import BaselineScoreEntry, FigureEntry, Manifest
from curation.gold.sealed.verification import is_copy_for_readers
from curation.gold.sealed.versions import list_versions, read_manifest
from curation.gold.sealed.withdrawn import WithdrawnDocument, read_withdrawn


@dataclass(frozen=True)
class VersionLog:
    """
    The manifests of all versions, the newest first.

    *interrupted* is the version whose release isn't complete, empty where there is none. *withdrawn*
    has, by version, the documents that it holds though they were withdrawn since.
    """

    manifests: tuple[Manifest, ...]
    interrupted: str = ""
    withdrawn: Mapping[str, Sequence[WithdrawnDocument]] = field(default_factory=dict)


def read_version_log(gold: Path) -> VersionLog:
    """The log of the folder *gold*; GoldError where a manifest was altered."""
    versions = list_versions(gold)
    interrupted = ""
    # Only the newest version can be one whose release was interrupted.
    if versions and versions[-1] not in read_seals(gold):
        *versions_before, interrupted = versions
        versions = tuple(versions_before)
    withdrawn = {version: (*read_withdrawn(gold / version).values(),) for version in versions}
    is_copy = is_copy_for_readers(gold)
    return VersionLog(
        tuple(
            read_manifest(gold, version, may_be_edition=is_copy)
            for version in reversed(versions)
        ),
        interrupted,
        {version: documents for version, documents in withdrawn.items() if documents},
    )


def log_to_json(log: VersionLog) -> Json:
    """The log as programs read it; null stands for what nobody measured."""
    return {
        "format": 1,
        "versions": [
            _manifest_to_json(manifest)
            | {
                "withdrawn": [
                    {"id": one.id, "at": one.at, "reason": one.reason}
                    for one in log.withdrawn.get(manifest.version, ())
                ]
            }
            for manifest in log.manifests
        ],
        "interrupted": log.interrupted or None,
    }


def agreement_f1(manifest: Manifest) -> Mapping[str, float | None]:
    """The strict F1 between annotators, by kind; none where nobody measured it."""
    return {kind: entry.f1.value for kind, entry in manifest.agreement_figures.items()}


def baseline_f1(manifest: Manifest) -> Mapping[str, float | None]:
    """The strict F1 of the baseline on all documents, by kind; none where it wasn't scored."""
    found = _baseline_scores(manifest)
    return {kind: entry.f1.value if entry.f1 else None for kind, entry in found.items()}


def _baseline_scores(manifest: Manifest) -> Mapping[str, BaselineScoreEntry]:
    if manifest.baseline is None:
        return {}
    return {kind: scores["strict"] for kind, scores in manifest.baseline.scores["all"].items()}


def _manifest_to_json(manifest: Manifest) -> Json:
    counts = manifest.counts
    agreement = manifest.agreement_figures
    return {
        "version": manifest.version,
        "released": manifest.released or None,
        "digest": manifest.digest,
        "schema": manifest.fingerprint,
        "documents": counts.documents,
        "splits": counts.splits,
        "annotations": counts.annotations,
        "entities": sum(counts.entities.values()),
        "relations": sum(counts.relations.values()),
        "agreement": {
            kind: _figure_to_json(entry.f1) | {"documents": entry.documents}
            for kind, entry in agreement.items()
        }
        or None,
        "baseline": {"model": str(manifest.baseline.model.layer)}
        | {
            kind: _figure_to_json(entry.f1)
            for kind, entry in _baseline_scores(manifest).items()
        }
        if manifest.baseline
        else None,
    }


def _figure_to_json(figure: FigureEntry | None) -> Json:
    if figure is None:
        return {"f1": None, "f1_interval": None}
    has_interval = figure.lower is not None
    return {
        "f1": figure.value,
        "f1_interval": [figure.lower, figure.upper] if has_interval else None,
    }
