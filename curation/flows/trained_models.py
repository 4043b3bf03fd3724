"""Which models of this folder curate train made, and on which texts."""

from collections.abc import Mapping
from pathlib import Path

from curation.errors import ModelError


def known_training_texts(home: Path, model: str | None = None) -> Mapping[str, frozenset[str]]:
    """By the weights of each trained model in *home*, and of *model*, the SHA-256 of the texts that it was trained on."""
    from curation.preannotate.model_files import locate_model
    from curation.preannotate.trained.recipe import RECIPE_FILE

    places = [str(path.parent) for path in sorted(home.glob(f"*/{RECIPE_FILE}"))]
    found = {}
    for place in [*places, *([model] if model else [])]:
        try:
            located = locate_model(place)
        except ModelError:  # whoever scores with this model will be told
            continue
        if located.recipe:
            found[located.layer.weights] = frozenset(located.recipe.texts)
    return found
