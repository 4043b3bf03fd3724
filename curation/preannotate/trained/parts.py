"""What a trained model has beside spaCy's parts, read from its folder and checked against its recipe."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from curation.errors import ModelError
from curation.files import file_sha256
from curation.preannotate.rules_hash import hash_module
from curation.preannotate.trained import candidates
from curation.preannotate.trained.classifier import RelationClassifier
from curation.preannotate.trained.recipe import (
    RELATIONS_FILE,
    TrainingRecipe,
    read_classifier_json,
)
from curation.schema import Schema


@dataclass(frozen=True)
class TrainedParts:
    """The entity type that each label of the model means, and the classifier of relations."""

    labels: Mapping[str, str]
    classifier: RelationClassifier

    def with_labels(self, rule_schema: Schema) -> Schema:
        """The schema, in the rules' names, that reads the model's labels as they were learned."""
        entities = {
            kind.name: replace(
                kind,
                model_labels=(
                    *(label for label in kind.model_labels if label not in self.labels),
                    *(label for label, name in self.labels.items() if name == kind.name),
                ),
            )
            for kind in rule_schema.entities.values()
        }
        return replace(rule_schema, entities=entities)


@cache
def hash_features() -> str:
    """A hash of the code that says what a classifier is told of a pair (8 hex digits)."""
    return hash_module(Path(candidates.__file__))


def read_trained_parts(folder: Path, recipe: TrainingRecipe) -> TrainedParts:
    """The parts in *folder*; ModelError where they aren't what the recipe says, or are of another curate."""
    if recipe.features != hash_features():
        raise ModelError(
            f"{folder} was trained by curate {recipe.curate}, whose classifier was told other things of a pair",
            hint="train the model again: curate train",
        )
    for name, expected in recipe.weights.items():
        path = folder / name
        if not path.is_file() or file_sha256(path) != expected:
            raise ModelError(
                f"{path} isn't what curate train wrote, as recipe.json has another hash",
                hint="train the model again: curate train",
            )
    classifier = RelationClassifier.from_json(
        read_classifier_json(folder), str(folder / RELATIONS_FILE)
    )
    return TrainedParts(recipe.labels, classifier)
