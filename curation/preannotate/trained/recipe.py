"""What makes a trained model repeatable, as a file in its folder; read without loading the model."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from curation.documents.document import Layer
from curation.errors import ModelError
from curation.files import Json, explain_os_errors, read_text
from curation.strict_json import parse_object

RECIPE_FILE = "recipe.json"
RELATIONS_FILE = "relations.json"
FORMAT = 1

_TRAIN_AGAIN = "train the model again: curate train"


@dataclass(frozen=True, kw_only=True)
class TrainingRecipe:
    """
    From what, on what and how a model was trained, and what cross-validation says of it.

    *base* is the model that training began with. *gold*, *gold_digest*, *split* and *where* name the
    documents, *texts* are the SHA-256 of their texts. *labels* gives the entity type that each label of
    the model means. *features* is a hash of what the classifier is told of a pair. *packages* are the versions that the weights depend on. *weights*
    are the SHA-256 of the files that training made. *scores* are cross-validated counts.
    """

    base: Layer
    gold: str
    gold_digest: str
    split: str
    where: str
    texts: tuple[str, ...]
    schema: str
    seed: int
    epochs: int
    folds: int
    labels: Mapping[str, str]
    features: str
    curate: str
    packages: Mapping[str, str]
    weights: Mapping[str, str]
    scores: Mapping[str, Any]

    def to_json(self) -> Json:
        """The recipe as its file has it."""
        return {
            "format": FORMAT,
            **asdict(self),
            "base": self.base.to_json(),
            "texts": [*self.texts],
        }


def read_recipe(folder: Path) -> TrainingRecipe | None:
    """
    The recipe of the model in *folder*; None where curate train didn't make the model.

    Raises ModelError for a recipe that can't be read.
    """
    path = folder / RECIPE_FILE
    if not path.is_file():
        return None
    try:
        return _recipe(parse_object(read_text(path)))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{path} is no recipe that this curate can read: {error}", hint=_TRAIN_AGAIN
        ) from None


def _recipe(stored: Json) -> TrainingRecipe:
    if (number := stored.pop("format")) != FORMAT:
        raise ValueError(f"format {number}")
    base = Layer(**stored.pop("base"))
    texts = tuple(stored.pop("texts"))
    return TrainingRecipe(base=base, texts=texts, **stored)


def read_classifier_json(folder: Path) -> Json:
    """What the classifier's file in *folder* holds; ModelError where it is no JSON object."""
    path = folder / RELATIONS_FILE
    try:
        with explain_os_errors(path):
            return parse_object(path.read_bytes())
    except ValueError as error:
        raise ModelError(f"{path}: {error}", hint=_TRAIN_AGAIN) from None
