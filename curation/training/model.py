"""A trained model as a folder: spaCy's parts, the classifier, and the recipe."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from curation import __version__
from curation.documents.document import Document
from curation.files import file_sha256, new_folder, write_text
from curation.preannotate.pipeline import Pipeline
from curation.preannotate.trained.parts import TrainedParts, hash_features
from curation.preannotate.trained.recipe import (
    RECIPE_FILE,
    RELATIONS_FILE,
    TrainingRecipe,
)
from curation.progress import Watch
from curation.scoring.counts import OutcomeCounts
from curation.training.cross_validation import CountsByType, CrossValidation, Trainer
from curation.training.entities import labels_by_type
from curation.training.material import TrainingMaterial
from curation.training.relations import calibrate_classifier

_PACKAGES = ("spacy", "thinc", "numpy", "scipy", "scikit-learn")
_ENTITY_WEIGHTS = "ner/model"


@dataclass(frozen=True, kw_only=True)
class TrainedModel:
    """A model trained on all documents, its *parts* beside spaCy's, and what cross-validation says of it."""

    pipeline: Pipeline
    parts: TrainedParts
    validation: CrossValidation


def train_model(
    trainer: Trainer, documents: Sequence[Document], groups: Mapping[str, str], watch: Watch
) -> TrainedModel:
    """
    The model trained on all *documents*, which stand by id and have the rules' names of types.

    The same base, documents and options give the same weights.
    """
    # By two threads, sums come out differently in their last bits.
    with threadpool_limits(1):
        validation = trainer.cross_validate(documents, groups, watch)
        pipeline = trainer.base
        for _ in watch([documents], "training", 1):
            pipeline = trainer.train_entities(documents)
        weights = trainer.learn_relations(documents)
        classifier = calibrate_classifier(weights, validation.guesses)
    labels = {
        label: name for name, label in labels_by_type(pipeline.nlp, trainer.schema).items()
    }
    parts = TrainedParts(labels, classifier)
    return TrainedModel(
        pipeline=replace(pipeline, trained=parts), parts=parts, validation=validation
    )


def write_model(
    folder: Path,
    trainer: Trainer,
    model: TrainedModel,
    material: TrainingMaterial,
) -> TrainingRecipe:
    """Write the model's folder, whole or not at all, and return its recipe."""
    options = trainer.options
    nlp = model.pipeline.nlp
    base = trainer.base.layer
    with new_folder(folder) as part:
        nlp.meta["name"] = f"{nlp.meta['name']}_trained"
        nlp.to_disk(part)
        _write_json(part / RELATIONS_FILE, model.parts.classifier.to_json())
        recipe = TrainingRecipe(
            base=base,
            gold=material.gold,
            gold_digest=material.digest,
            split=material.split,
            where=material.where,
            texts=tuple(sorted(document.text_sha256 for document in material.documents)),
            schema=trainer.schema_fingerprint,
            seed=options.seed,
            epochs=0 if options.keeps_entities else options.epochs,
            folds=options.folds,
            labels=model.parts.labels,
            features=hash_features(),
            curate=__version__,
            packages={
                "python": platform.python_version(),
                **{name: version(name) for name in _PACKAGES},
            },
            weights={
                name: file_sha256(part / name) for name in (_ENTITY_WEIGHTS, RELATIONS_FILE)
            },
            scores=validation_to_json(model.validation),
        )
        _write_json(part / RECIPE_FILE, recipe.to_json())
    return recipe


def validation_to_json(validation: CrossValidation) -> dict[str, Any]:
    """Cross-validated counts, before and after training, by type."""
    return {
        "entities": {
            "before": _counts(validation.count_entities(validation.before)),
            "after": _counts(validation.count_entities(validation.after)),
        },
        "relations": {
            "before": _counts(validation.count_relations(validation.before)),
            "after": _counts(validation.count_relations(validation.after)),
        },
    }


def _counts(counts: CountsByType) -> dict[str, Any]:
    by_type = {name: _outcomes(of_type) for name, of_type in counts.by_type.items()}
    return {"micro": _outcomes(counts.micro), "by_type": by_type}


def _outcomes(counts: OutcomeCounts) -> dict[str, int]:
    return {"gold": counts.gold, "predicted": counts.predicted, "correct": counts.correct}


def _write_json(path: Path, value: Any) -> None:
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
