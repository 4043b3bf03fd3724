"""What is written beside a sealed version: its manifest, and its entry in the changelog."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from curation.documents.document import Layer, LayerKind
from curation.errors import GoldError, pluralise
from curation.gold.dataset import Manifest

MANIFEST_FORMAT = 1
# Faults of a manifest that are told; nobody mends one by hand.
_SHOWN_FAULTS = 3

_CHANGELOG_HEADER = "# Changes of the gold dataset\n"


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Layer(_Strict):
    kind: LayerKind
    name: str = ""
    version: str = ""
    weights: str = ""
    rules: str = ""


class _Relation(_Strict):
    definition: str
    head: list[str]
    tail: list[str]
    symmetric: bool


class _Schema(_Strict):
    fingerprint: str
    entities: dict[str, str]
    relations: dict[str, _Relation]


class _Counts(_Strict):
    documents: int
    annotations: int
    splits: dict[str, int]
    entities: dict[str, int]
    relations: dict[str, int]


class _Manifest(_Strict):
    # pydantic has a method of the name.
    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))

    format: Literal[1]
    version: str
    digest: str
    schema_: _Schema
    guideline_sha256: str
    curate: str
    ingest: list[str]
    models: list[_Layer]
    agreement: list[str]
    counts: _Counts
    files: dict[str, str]


def manifest_text(manifest: Manifest) -> str:
    """The manifest as JSON that people can read."""
    form = {"format": MANIFEST_FORMAT, **asdict(manifest)}
    form["models"] = [layer.to_json() for layer in manifest.models]
    return json.dumps(form, ensure_ascii=False, indent=2) + "\n"


def parse_manifest(raw: bytes, place: str) -> Manifest:
    """The manifest that *raw* holds; GoldError, naming *place*, if it holds none."""
    try:
        form = _Manifest.model_validate_json(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        said = "; ".join(
            f"{'.'.join(map(str, f['loc']))}: {f['msg']}".removeprefix(": ")
            for f in faults[:_SHOWN_FAULTS]
        )
        hint = f"git checkout {place}"
        raise GoldError(f"{place}: not a manifest: {said}", hint=hint) from None
    return Manifest(
        form.version,
        form.digest,
        form.schema_.model_dump(),
        form.guideline_sha256,
        form.curate,
        tuple(form.ingest),
        tuple(Layer(**layer.model_dump()) for layer in form.models),
        tuple(form.agreement),
        form.counts.model_dump(),
        form.files,
    )


@dataclass(frozen=True)
class VersionSeal:
    """What the changelog says of a version, so that its manifest can't change unseen."""

    digest: str
    manifest_sha256: str


_ENTRY = re.compile(r"^## (?P<version>\S+)$(?P<body>.*?)(?=^## |\Z)", re.M | re.S)
_HASH = r"^- {} `([0-9a-f]{{64}})`$"


def parse_seals(changelog: str) -> Mapping[str, VersionSeal]:
    """
    The seal of each version that the changelog has an entry for.

    An entry without its hashes, or a second one for the same version, seals nothing.
    """
    found: dict[str, VersionSeal] = {}
    twice: set[str] = set()
    for entry in _ENTRY.finditer(changelog):
        hashes = [
            re.findall(_HASH.format(re.escape(name)), entry["body"], re.M)
            for name in ("digest", "manifest.json")
        ]
        if entry["version"] in found:
            twice.add(entry["version"])
        if all(len(inside) == 1 for inside in hashes):
            found[entry["version"]] = VersionSeal(hashes[0][0], hashes[1][0])
    return {version: seal for version, seal in found.items() if version not in twice}


def add_changelog_entry(
    changelog: str, manifest: Manifest, manifest_sha256: str, change: str
) -> str:
    """The changelog with an entry for this version on top; what people wrote stays."""
    counts = manifest.counts
    splits = ", ".join(f"{number} {split}" for split, number in counts["splits"].items())
    entry = (
        f"## {manifest.version}\n\n"
        f"{change}\n\n"
        f"- {pluralise(counts['documents'], 'document')} ({splits}),"
        f" {pluralise(sum(counts['entities'].values()), 'entity')},"
        f" {pluralise(sum(counts['relations'].values()), 'relation')},"
        f" {pluralise(counts['annotations'], 'annotation')}\n"
        f"- schema `{manifest.fingerprint}`\n"
        f"- digest `{manifest.digest}`\n"
        f"- manifest.json `{manifest_sha256}`\n"
    )
    first = _ENTRY.search(changelog)
    before = changelog[: first.start()] if first else changelog or _CHANGELOG_HEADER
    after = changelog[first.start() :] if first else ""
    return f"{before.rstrip()}\n\n{entry}" + (f"\n{after}" if after else "")
