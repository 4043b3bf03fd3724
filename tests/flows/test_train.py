"""Training on the gold: the same weights again, a recipe that tells all, and models that others can use."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from gold_samples import Working, annotated, many, sealed, write_next
from samples import ROOT, SCHEMA
from trainable import trainable

from curation.commands.train import material_lines
from curation.documents.document import BY_CLASSIFIER, MAKERS
from curation.documents.meta_selection import read_selection
from curation.errors import GoldError, InputError, ModelError, UsageError
from curation.files import write_lines
from curation.flows.doctor import doctor
from curation.flows.evaluate import EvaluationOptions, evaluate
from curation.flows.train import read_material, train
from curation.gold.release.sealed_groups import read_sealed_groups
from curation.gold.release.splits import TRAIN
from curation.gold.scored_gold import ALL_SPLITS
from curation.gold.working.version import NEXT
from curation.preannotate import suggest_all
from curation.preannotate.model_files import locate_model
from curation.preannotate.pipeline import load_pipeline
from curation.preannotate.trained.recipe import RECIPE_FILE, RELATIONS_FILE
from curation.report.caveats import score_caveats
from curation.training.material import TrainingOptions
from curation.workspace import Workspace

FEW_STEPS = TrainingOptions(epochs=1, folds=2)


def material_of(folder, documents):
    gold = folder / "gold.jsonl"
    write_lines(gold, (document.to_line() for document in documents))
    return read_material(Workspace(folder / "gold", folder / ".curate"), SCHEMA, str(gold))


@pytest.fixture(scope="module", name="trained")
def _trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    material = material_of(folder, trainable())
    return train(SCHEMA, material, folder / "model", FEW_STEPS)


@pytest.mark.slow
def test_the_same_inputs_give_the_same_weights(trained, tmp_path):
    """In whatever order the documents of the gold come."""
    material = material_of(tmp_path, reversed(trainable()))

    again = train(SCHEMA, material, tmp_path / "again", FEW_STEPS)

    assert again.recipe == trained.recipe
    weights = again.recipe.weights
    assert {*weights} == {"ner/model", RELATIONS_FILE}
    for name in weights:
        assert (again.folder / name).read_bytes() == (trained.folder / name).read_bytes()


def test_the_recipe_says_on_what_and_how_a_model_was_trained(trained):
    recipe = locate_model(str(trained.folder)).recipe

    assert recipe == trained.recipe
    assert (recipe.gold, recipe.seed, recipe.epochs) == ("gold.jsonl", 7, 1)
    assert recipe.schema == SCHEMA.fingerprint
    assert recipe.base == locate_model().layer
    assert {*recipe.texts} == {document.text_sha256 for document in trainable()}
    assert {"python", "spacy", "scikit-learn"} <= {*recipe.packages}
    assert recipe.scores["relations"]["after"]["micro"]["gold"] == 16


def test_a_trained_model_is_another_one_than_its_base(trained):
    layer = load_pipeline(str(trained.folder)).layer

    assert layer.name.endswith("_trained")
    assert layer.weights != locate_model().layer.weights


def test_each_relation_of_a_trained_model_says_what_made_it(trained):
    """And how probable the classifier finds it; by workers as in this process."""
    bare = [document.without_annotations() for document in trainable(10)[8:]]

    alone = [*suggest_all(bare, SCHEMA, model=str(trained.folder))]
    relations = [relation for document in alone for relation in document.relations]

    assert relations
    assert {one.made_by for one in relations} <= {*MAKERS}
    assert BY_CLASSIFIER in {one.made_by for one in relations}
    assert all(0 <= one.score <= 1 for one in relations)


@pytest.mark.slow
def test_workers_tell_the_same_of_relations(trained):
    bare = [document.without_annotations() for document in trainable(10)[8:]]

    alone = suggest_all(bare, SCHEMA, model=str(trained.folder))
    shared = suggest_all(bare, SCHEMA, model=str(trained.folder), workers=2, batch_size=1)

    assert [one.to_line() for one in shared] == [one.to_line() for one in alone]


@pytest.mark.slow
def test_the_entities_stay_as_they_are_where_that_is_asked(tmp_path):
    """And a curve says what fewer documents would give."""
    material = material_of(tmp_path, trainable())
    options = replace(FEW_STEPS, keeps_entities=True)

    kept = train(SCHEMA, material, tmp_path / "model", options, with_curve=True)

    ours = (kept.folder / "ner" / "model").read_bytes()
    assert ours == (locate_model().folder / "ner" / "model").read_bytes()
    assert kept.recipe.epochs == 0
    assert not kept.is_worse_at_entities
    assert [point.documents for point in kept.curve] == [2, 4, 6, 8]
    assert kept.curve[-1].relations.gold == 16


def test_near_copies_count_once_where_there_is_too_little_to_train_on(tmp_path):
    copies = [replace(trainable(1)[0], id=f"copy-{number}") for number in range(5)]

    with pytest.raises(GoldError, match=r"gold\.jsonl has 1 document to train on"):
        material_of(tmp_path, copies)


def test_only_the_documents_that_are_chosen_are_trained_on(tmp_path):
    write_lines(tmp_path / "g.jsonl", (one.to_line() for one in trainable(8)))

    material = read_material(
        Workspace(tmp_path, tmp_path),
        SCHEMA,
        str(tmp_path / "g.jsonl"),
        where=read_selection(["seen=true"]),
    )

    assert [one.id for one in material.documents] == ["d0", "d2", "d4", "d6"]
    assert material.where == "seen=true"


def test_a_folder_in_use_and_a_trained_base_are_refused(trained, tmp_path):
    material = material_of(tmp_path, trainable())

    with pytest.raises(InputError, match="is there already"):
        train(SCHEMA, material, trained.folder, FEW_STEPS)
    with pytest.raises(UsageError, match="was trained by curate train already"):
        train(SCHEMA, material, tmp_path / "new", replace(FEW_STEPS, base=str(trained.folder)))


def _altered(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (RELATIONS_FILE, '"scale"', '"scales"', "isn't what curate train wrote"),
        (RECIPE_FILE, '"features": "', '"features": "0', "was told other things"),
        (RECIPE_FILE, '"format": 1', '"format": 2', "no recipe that this curate can read"),
        (RECIPE_FILE, '"seed"', '"seeds"', "no recipe that this curate can read"),
    ],
    ids=["weights", "features", "format", "key"],
)
def test_an_altered_model_is_refused(trained, tmp_path, name, old, new, says):
    folder = tmp_path / "altered"
    shutil.copytree(trained.folder, folder)
    _altered(folder, name, old, new)

    with pytest.raises(ModelError, match=says):
        load_pipeline(str(folder))


def test_a_score_on_what_a_model_was_trained_on_is_warned_of(trained, tmp_path):
    """Of the model itself, and of its predictions in a file, on either side of a comparison."""
    documents = trainable(10)
    gold = tmp_path / "gold.jsonl"
    write_lines(gold, (document.to_line() for document in documents))
    suggested = tmp_path / "suggested.jsonl"
    bare = [document.without_annotations() for document in documents]
    lines = (one.to_line() for one in suggest_all(bare, SCHEMA, model=str(trained.folder)))
    write_lines(suggested, lines)
    home = tmp_path / ".curate"
    shutil.copytree(trained.folder, home / "trained")
    workspace = Workspace(tmp_path / "gold", home)

    def scored(**options):
        found = evaluate(
            workspace, SCHEMA, EvaluationOptions(gold=str(gold), seed=7, **options)
        )
        return found.scores, " ".join(score_caveats(found.scores))

    scores, told = scored(predictions=suggested)
    assert scores.headline.trained_on == 8
    assert "the model was trained on 8 of 10 documents" in told

    scores, told = scored(predictions=gold, against=suggested)
    assert scores.headline.trained_on == 0
    assert scores.comparison.trained_on == 8
    assert "are of a model that was trained on 8 of 10 documents" in told


def test_the_schema_names_the_model_that_suggests_where_none_is_given(trained):
    document = trainable(10)[9].without_annotations()
    schema = replace(SCHEMA, baseline=str(trained.folder))

    by_schema = [*suggest_all([document], schema)]
    by_name = [*suggest_all([document], SCHEMA, model=str(trained.folder))]
    ours = [*suggest_all([document], schema, model=locate_model().layer.name)]

    assert by_schema == by_name
    assert by_schema[0].layer == by_name[0].layer == locate_model(str(trained.folder)).layer
    assert ours[0].layer == locate_model().layer


def test_a_model_that_the_schema_names_and_nobody_has_is_told_with_the_place():
    schema = replace(SCHEMA, baseline="my-model")

    with pytest.raises(
        ModelError, match=r"schema\.toml, \[baseline\]: no spaCy model 'my-model'"
    ):
        suggest_all([], schema)


def test_doctor_says_on_what_a_model_was_trained_and_whether_its_schema_is_todays(
    trained, tmp_path
):
    config = tmp_path / "label_config"
    shutil.copytree(ROOT / "label_config", config)
    workspace = Workspace(tmp_path / "gold", tmp_path / ".curate", config=config)

    def model_line():
        return next(doctor(workspace, {}, model=str(trained.folder)))

    assert model_line().is_sound
    assert model_line().seen.endswith("trained on 8 documents of gold.jsonl")
    _altered(config, "schema.toml", "[relations.supports]", "[relations.backs]")
    assert not model_line().is_sound
    assert "was trained under another schema" in model_line().seen


@pytest.mark.long
def test_another_process_with_another_seed_of_hashes_gives_the_same_weights(tmp_path):
    write_lines(tmp_path / "gold.jsonl", (one.to_line() for one in trainable()))
    (tmp_path / "label_config").symlink_to(ROOT / "label_config")

    for seed in ("1", "2"):
        command = [sys.executable, "-m", "curation", "train", "--gold", "gold.jsonl"]
        subprocess.run(
            [*command, "--epochs", "2", "-o", f"model-{seed}"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
        )

    recipes = [(tmp_path / f"model-{seed}" / RECIPE_FILE).read_text() for seed in "12"]
    assert recipes[0] == recipes[1]


@pytest.mark.slow
def test_training_begins_with_what_the_model_that_the_schema_names_was_made_of(
    trained, tmp_path
):
    schema = replace(SCHEMA, baseline=str(trained.folder))
    material = material_of(tmp_path, trainable())
    options = replace(FEW_STEPS, keeps_entities=True)

    again = train(schema, material, tmp_path / "again", options)

    assert again.recipe.base == trained.recipe.base


@pytest.fixture(name="released")
def _released(tmp_path):
    """A gold folder with a sealed version, whose documents and one more of a test group are in gold/next."""
    gold = tmp_path / "gold"
    sealed(gold, Working((), tuple(many(25))))
    groups = read_sealed_groups(gold)
    held_out = {name for name, group in groups.groups.items() if groups.splits[group] != TRAIN}
    in_test = min(held_out)
    assert 0 < len(held_out) < 25
    added = annotated("new", group=groups.groups[in_test])
    write_next(gold, Working((), (*many(25), added)))
    return Workspace(gold, tmp_path / ".curate"), held_out


def test_what_sealed_versions_hold_out_is_not_trained_on_nor_are_others_of_its_group(released):
    workspace, held_out = released

    material = read_material(workspace, SCHEMA, NEXT)

    ids = {one.id for one in material.documents}
    assert ids == {f"d{number}" for number in range(25)} - held_out
    assert material.held_out == len(held_out) + 1
    assert material.left_out == 0
    told = f"left out: {len(held_out) + 1} documents that sealed versions have in validation or test"
    assert told in " ".join(material_lines(material))


def test_all_of_next_is_trained_on_where_all_splits_are_asked_for(released):
    workspace, _ = released

    material = read_material(workspace, SCHEMA, NEXT, split=ALL_SPLITS)

    assert (len(material.documents), material.held_out) == (26, 0)


def test_of_a_version_another_split_is_trained_on_where_that_is_asked_for(released):
    workspace, held_out = released

    documents = {
        split: len(read_material(workspace, SCHEMA, "0.1.0", split=split).documents)
        for split in (TRAIN, ALL_SPLITS)
    }

    assert documents == {TRAIN: 25 - len(held_out), ALL_SPLITS: 25}
