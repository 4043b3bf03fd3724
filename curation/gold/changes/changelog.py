"""``CHANGELOG.md`` of the dataset: an entry for each version, with the hashes that seal the version."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from curation.errors import pluralise
from curation.files import read_text
from curation.gold.sealed.manifest import Manifest

CHANGELOG_FILE = "CHANGELOG.md"

# What the first entry says of the change.
FIRST_CHANGE = "The first version."

_HEADER = "# Changes of the gold dataset\n"
_ENTRY = re.compile(r"^## (?P<version>\S+)$(?P<body>.*?)(?=^## |\Z)", re.M | re.S)
_HASH = r"^- {} `([0-9a-f]{{64}})`$"


@dataclass(frozen=True, kw_only=True)
class VersionSeal:
    """What the changelog says of a version, so that a changed manifest is noticed."""

    digest: str
    manifest_sha256: str


def read_changelog(gold: Path) -> str:
    """The text of the changelog, empty before the first version."""
    path = gold / CHANGELOG_FILE
    return read_text(path) if path.exists() else ""


def read_seals(gold: Path) -> Mapping[str, VersionSeal]:
    """The seal of each version that the changelog in the folder *gold* announces."""
    return parse_seals(read_changelog(gold))


def read_entry(gold: Path, version: str) -> str:
    """The entry of a version, empty where the changelog has none."""
    entries = _ENTRY.finditer(read_changelog(gold))
    return next((one[0].rstrip() for one in entries if one["version"] == version), "")


def without_entries(changelog: str, versions: Container[str]) -> str:
    """The changelog without the entries of these versions."""
    return _ENTRY.sub(lambda one: "" if one["version"] in versions else one[0], changelog)


def parse_seals(changelog: str) -> Mapping[str, VersionSeal]:
    """
    The seal of each version that has an entry in this text.

    An entry without both hashes, and two entries for one version, seal nothing.
    """
    found: dict[str, VersionSeal] = {}
    repeated: set[str] = set()
    for entry in _ENTRY.finditer(changelog):
        version = entry["version"]
        digests = re.findall(_HASH.format("digest"), entry["body"], re.M)
        manifests = re.findall(_HASH.format(r"manifest\.json"), entry["body"], re.M)
        if version in found:
            repeated.add(version)
        if len(digests) == 1 and len(manifests) == 1:
            found[version] = VersionSeal(digest=digests[0], manifest_sha256=manifests[0])
    return {version: seal for version, seal in found.items() if version not in repeated}


def summary_lines(manifest: Manifest, manifest_sha256: str) -> tuple[str, ...]:
    """What an entry says of its version besides what changed."""
    counts = manifest.counts
    splits = ", ".join(f"{number} {split}" for split, number in counts.splits.items())
    return (
        f"- {pluralise(counts.documents, 'document')} ({splits}),"
        f" {pluralise(sum(counts.entities.values()), 'entity')},"
        f" {pluralise(sum(counts.relations.values()), 'relation')},"
        f" {pluralise(counts.annotations, 'annotation')}",
        f"- schema `{manifest.fingerprint}`",
        f"- digest `{manifest.digest}`",
        f"- manifest.json `{manifest_sha256}`",
    )


def add_changelog_entry(
    changelog: str, manifest: Manifest, *, manifest_sha256: str, change: str
) -> str:
    """
    The changelog with an entry for the manifest's version on top.

    *change* says what is different from the version before. What people wrote stays.
    """
    summary = "".join(f"{line}\n" for line in summary_lines(manifest, manifest_sha256))
    entry = f"## {manifest.version}\n\n{change}\n\n{summary}"
    first = _ENTRY.search(changelog)
    before = changelog[: first.start()] if first else changelog or _HEADER
    after = changelog[first.start() :] if first else ""
    return f"{before.rstrip()}\n\n{entry}" + (f"\n{after}" if after else "")
