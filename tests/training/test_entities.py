"""Training the entities of a spaCy model, whatever these rest on."""

import pytest
import spacy
from samples import SCHEMA
from spacy.training import Example
from trainable import trainable

from curation.preannotate.model_files import locate_model
from curation.preannotate.pipeline import load_pipeline
from curation.training.entities import labels_by_type, train_entities

SHARED = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}


@pytest.mark.slow
def test_names_that_rest_on_shared_vectors_are_trained_and_the_vectors_stay():
    nlp = load_pipeline().nlp
    nlp.remove_pipe("ner")
    ner = nlp.add_pipe("ner", config={"model": {"tok2vec": SHARED}})
    ner.add_label("PERSON")
    example = Example.from_dict(nlp.make_doc("Bush came"), {"entities": [(0, 4, "PERSON")]})
    with nlp.select_pipes(enable=["ner"]):
        ner.initialize(lambda: [example], nlp=nlp)
    vectors = nlp.get_pipe("tok2vec").model.to_bytes()
    document = trainable(1)[0]

    train_entities(nlp, trainable(6), SCHEMA, seed=7, epochs=20)

    assert nlp.get_pipe("tok2vec").model.to_bytes() == vectors
    found = {(one.text, one.label_) for one in nlp(document.text).ents}
    assert ("Ann Lee", "PERSON") in found


def test_a_type_that_the_model_knows_keeps_its_label_and_another_gets_its_own_name():
    nlp = spacy.load(locate_model().folder, exclude=["parser", "tagger", "lemmatizer"])

    labels = labels_by_type(nlp, SCHEMA)

    assert labels["GPE"] == "GPE"
    assert labels["TITLE"] == "TITLE"
    assert "TITLE" not in nlp.get_pipe("ner").labels
