"""Entities by continuing the training of a spaCy model on gold documents, by spaCy's own training loop."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from spacy.training.loop import train
from spacy.util import fix_random_seed

from curation.documents.document import Document
from curation.formats.losses import Losses
from curation.formats.spacy import write_spacy
from curation.schema import Schema

_NER = "ner"
_BATCH_SIZE = 2

_TRAINING: dict[str, Any] = {
    "dropout": 0.2,
    "accumulate_gradient": 1,
    "patience": 0,
    "max_epochs": 0,
    "before_update": None,
    "before_to_disk": None,
    "train_corpus": "corpora.train",
    "dev_corpus": "corpora.dev",
    "score_weights": {"ents_f": 1.0},
    "optimizer": {
        "@optimizers": "Adam.v1",
        "beta1": 0.9,
        "beta2": 0.999,
        "L2_is_weight_decay": True,
        "L2": 0.01,
        "grad_clip": 1.0,
        "use_averages": False,
        "eps": 1e-8,
        "learn_rate": 0.001,
    },
    "batcher": {
        "@batchers": "spacy.batch_by_sequence.v1",
        "size": _BATCH_SIZE,
        "get_length": None,
    },
    "logger": {"@loggers": "spacy.ConsoleLogger.v1", "progress_bar": False},
}


def labels_by_type(nlp: Any, schema: Schema) -> dict[str, str]:
    """The label of the model for each entity type: one that it knows as that type, else the type's name."""
    known = nlp.get_pipe(_NER).labels
    return {
        kind.name: next((label for label in kind.model_labels if label in known), kind.name)
        for kind in schema.entities.values()
    }


def train_entities(
    nlp: Any, documents: Sequence[Document], schema: Schema, *, seed: int, epochs: int
) -> None:
    """
    Train the entity recogniser of *nlp* on the documents' entities, *epochs* times over, and take half of the change.

    Nothing else of *nlp* changes.

    The same model, documents and numbers give the same weights.
    """
    labels = labels_by_type(nlp, schema)
    ner = nlp.get_pipe(_NER)
    fix_random_seed(seed)
    for label in labels.values():
        ner.add_label(label)
    before = _weights(ner.model)
    examples = [_with_labels(document, labels) for document in documents]
    config = nlp.config
    with TemporaryDirectory() as folder:
        train_file = Path(folder) / "train.spacy"
        dev_file = Path(folder) / "dev.spacy"
        _write(train_file, examples, schema)
        # The loop wants something to evaluate on, and nothing depends on it: cross-validation scores.
        _write(dev_file, examples[:1], schema)
        nlp.config = _configured(
            nlp, train_file, dev_file, seed=seed, steps=_steps(documents, epochs)
        )
        try:
            train(nlp, stdout=io.StringIO(), stderr=io.StringIO())
        finally:
            nlp.config = config
    _move_halfway(ner.model, before)


def _weights(model: Any) -> list[Any]:
    return [node.get_param(name).copy() for node, name in _parameters(model)]


def _move_halfway(model: Any, before: Sequence[Any]) -> None:
    """
    Take the mean of the weights *before* and now.

    What was learned stays, and most of what few documents made the model forget comes back
    (Wortsman et al. 2022, *Robust fine-tuning of zero-shot models*).
    """
    for (node, name), old in zip(_parameters(model), before, strict=True):
        node.set_param(name, (old + node.get_param(name)) / 2)


def _parameters(model: Any) -> Iterator[tuple[Any, str]]:
    """Each layer of the model with the name of each of its weights."""
    for node in model.walk():
        for name in node.param_names:
            if node.has_param(name):
                yield node, name


def _steps(documents: Sequence[Document], epochs: int) -> int:
    return max(1, epochs * len(documents) // _BATCH_SIZE)


def _with_labels(document: Document, labels: dict[str, str]) -> Document:
    entities = tuple(
        replace(entity, label=labels[entity.label])
        for entity in document.entities
        if entity.label in labels
    )
    return replace(document, entities=entities, relations=())


def _write(path: Path, documents: Sequence[Document], schema: Schema) -> None:
    for part in write_spacy(documents, schema, Losses()):
        path.write_bytes(part.content)


def _configured(nlp: Any, train_file: Path, dev_file: Path, *, seed: int, steps: int) -> Any:
    """The model's config with what ``spacy train`` needs to go on with the entities alone."""
    config = nlp.config.copy()
    config["corpora"] = {"train": _corpus(train_file), "dev": _corpus(dev_file)}
    config["training"] = {
        **config["training"],
        **_TRAINING,
        "seed": seed,
        "max_steps": steps,
        "eval_frequency": steps,
        "frozen_components": [name for name in nlp.pipe_names if name != _NER],
        "annotating_components": _vectors_of_names(nlp),
    }
    return config


def _vectors_of_names(nlp: Any) -> list[str]:
    """The components whose vectors the names rest on, where these are shared with other components."""
    layers = {id(layer) for layer in nlp.get_pipe(_NER).model.walk()}
    return [
        name
        for name, pipe in nlp.pipeline
        if any(id(listener) in layers for listener in getattr(pipe, "listeners", ()))
    ]


def _corpus(path: Path) -> dict[str, Any]:
    return {
        "@readers": "spacy.Corpus.v1",
        "path": str(path),
        "gold_preproc": False,
        "max_length": 0,
        "limit": 0,
        "augmenter": None,
    }
