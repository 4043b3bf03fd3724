"""``curate train``: a model trained on the gold."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import AsJson, GoldName, MetaConditions, ModelName, SplitName
from curation.errors import pluralise
from curation.files import Json

if TYPE_CHECKING:
    from curation.flows.train import Training
    from curation.training.material import TrainingMaterial

TRAINED = Path(".curate") / "trained"

# Of a type that has fewer examples a model rarely learns anything.
_FEW_EXAMPLES = 30
_FEW_DOCUMENTS = 100


def train(
    gold: GoldName = "",
    split: SplitName = "train",
    where: MetaConditions = [],  # noqa: B006
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="New folder for the model.", readable=False
        ),
    ] = TRAINED,
    model: ModelName = "",
    epochs: Annotated[
        int,
        typer.Option("--epochs", metavar="N", min=1, help="How often to go over the entities."),
    ] = 10,
    keep_entities: Annotated[
        bool, typer.Option("--keep-entities", help="Train relations alone.")
    ] = False,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help="Seed of the training.")
    ] = 7,
    curve: Annotated[
        bool,
        typer.Option(
            "--curve", help="Say what more gold would bring; takes three times as long."
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what there is to train on, and train nothing."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """
    Train a model on the gold.

    Entities by going on with the training of a spaCy model, relations by a classifier
    that joins the rules. What sealed versions have in validation or test is left out
    (--split all takes it, too). What the model
    would do on other articles is cross-validated first, near copies kept together. The
    folder is what --model of the other commands takes.

    Example: curate train --gold 1.0.0 -o my-model
    """
    from curation.documents.meta_selection import read_selection
    from curation.flows.train import read_material
    from curation.flows.train import train as train_on
    from curation.schema.folder import read_schema_in
    from curation.training.material import TrainingOptions
    from curation.workspace import Workspace

    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    material = read_material(
        workspace,
        schema,
        gold or None,
        split=split,
        where=read_selection(where),
        watch=console.watch,
    )
    console.lines(material_lines(material))
    if dry_run:
        return
    options = TrainingOptions(
        base=model or None, seed=seed, epochs=epochs, keeps_entities=keep_entities
    )
    training = train_on(
        schema, material, output, options, with_curve=curve, watch=console.watch
    )
    if as_json:
        console.out_json(training_json(training))
    else:
        print_training(training)
    console.lines(training_lines(training))


def material_lines(material: "TrainingMaterial") -> Iterator[str]:
    """What there is to train on, and what is too little."""
    documents = len(material.documents)
    chosen = f" where {material.where}" if material.where else ""
    split = "" if material.split == "all" else f" in {material.split}"
    entities = sum(material.entities.values())
    relations = sum(material.relations.values())
    yield (
        f"{pluralise(documents, 'document')} of {material.gold}{split}{chosen}: "
        f"{pluralise(entities, 'entity')}, {pluralise(relations, 'relation')}."
    )
    if material.held_out:
        yield (
            f"left out: {pluralise(material.held_out, 'document')} that sealed versions have in validation or "
            "test, or of which they have near copies or others of the group there"
        )
    if material.left_out:
        yield (
            f"{pluralise(material.left_out, 'document')} left out that had not been offered all types."
        )
    if material.by_programs:
        yield (
            f"warning: no person is known to have annotated {material.by_programs} of "
            f"{pluralise(documents, 'document')}: the model learns what programs do"
        )
    if material.assisted:
        yield (
            f"{material.assisted} of {pluralise(documents, 'document')} were annotated with suggestions: the "
            "figures flatter the model that made these; blind documents alone don't"
        )
    if documents < _FEW_DOCUMENTS:
        yield (
            f"warning: {pluralise(documents, 'document')} are few to train on; expect little, and "
            "take the cross-validated figures for rough"
        )
    for what, counts in (
        ("entity types", material.entities),
        ("relations", material.relations),
    ):
        if few := _few(counts):
            yield f"warning: {what} with too few examples to learn much of: {few}"


def _few(counts: Mapping[str, int]) -> str:
    few = {name: count for name, count in sorted(counts.items()) if count < _FEW_EXAMPLES}
    return ", ".join(f"{name} ({count})" for name, count in few.items())


def print_training(training: "Training") -> None:
    """The cross-validated scores, and the learning curve."""
    from curation.report.training_tables import curve_table, validation_tables

    recipe = training.recipe
    console.tables(validation_tables(recipe.scores, len(recipe.texts)))
    if training.curve:
        points = [(one.documents, one.entities.f1, one.relations.f1) for one in training.curve]
        console.tables([curve_table(points)])


def training_json(training: "Training") -> Json:
    """The recipe, the folder and the learning curve."""
    return {
        "folder": str(training.folder),
        "recipe": training.recipe.to_json(),
        "curve": [
            {
                "documents": one.documents,
                "entities": {"f1": one.entities.f1},
                "relations": {"f1": one.relations.f1},
            }
            for one in training.curve
        ],
    }


def training_lines(training: "Training") -> Iterator[str]:
    """What training didn't help, where the model is, and what to type next."""
    if training.is_worse_at_entities:
        yield (
            "warning: training made entities no better, cross-validated; to leave them as they were: "
            "--keep-entities"
        )
    yield f"The model is in {training.folder}; its recipe, in recipe.json there."
    yield f"To use it: {console.program()} preannotate --model {training.folder}"
