"""Names found for all words at once are those that the component of the model finds by itself."""

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from curation.preannotate.greedy_names import _named_moves, find_names

WORDS = ["Iran", "'s", "Ann", "Lee", "the", "of", "\n", " ", "United", "Nations", "5", "May", "said", "."]  # fmt: skip
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.booleans()), min_size=1, max_size=60)


@pytest.fixture(scope="module", name="untrained")
def _untrained():
    """A component that finds names everywhere, with labels that look like moves."""
    ner = _new_component("ner", "ORG", "I-B", "L")
    _draw_weights(ner, 1)
    return ner


def _new_component(factory, *labels):
    nlp = spacy.blank("en")
    component = nlp.add_pipe(factory)
    for label in labels:
        component.add_label(label)
    nlp.initialize()
    return component


def _draw_weights(ner, scale):
    upper = ner.model.get_ref("upper")
    drawn = np.random.default_rng(3).normal(0, scale, upper.get_param("W").shape)
    upper.set_param("W", drawn.astype("float32"))


def _doc(ner, words):
    """Words, of which some open a line."""
    starts = [opens if i else True for i, (_, opens) in enumerate(words)]
    doc = Doc(ner.vocab, words=[word for word, _ in words])
    for token, opens in zip(doc, starts, strict=True):
        if opens:
            token.is_sent_start = True
    return doc


def _names(doc):
    return [(ent.start, ent.end, ent.label_) for ent in doc.ents]


@given(TEXTS)
def test_the_names_of_the_baseline_are_those_that_its_component_finds(pipeline, words):
    ner = pipeline.nlp.get_pipe("ner")

    found = find_names(ner, _doc(ner, words))

    assert _names(found) == _names(ner(_doc(ner, words)))


@given(TEXTS)
def test_the_names_of_a_component_that_guesses_are_those_that_it_finds(untrained, words):
    found = find_names(untrained, _doc(untrained, words))

    assert _names(found) == _names(untrained(_doc(untrained, words)))


def test_long_names_are_found_whole(untrained):
    words = [(word, False) for word in WORDS * 30]

    found = find_names(untrained, _doc(untrained, words))

    assert _names(found) == _names(untrained(_doc(untrained, words)))
    assert len(found.ents) > 10


def test_of_moves_that_are_as_good_the_first_is_taken(untrained):
    words = [("Ann", False), (" ", False), ("Lee", False), ("Iran", True), ("May", False)]
    _draw_weights(untrained, 0)

    found = find_names(untrained, _doc(untrained, words))

    assert _names(found) == _names(untrained(_doc(untrained, words)))
    _draw_weights(untrained, 1)


def test_names_that_are_there_already_are_kept_as_the_component_keeps_them(pipeline):
    ner = pipeline.nlp.get_pipe("ner")

    def doc():
        made = _doc(ner, [(word, False) for word in WORDS])
        made.set_ents([made.char_span(0, 4, label="LAW")], default="missing")
        return made

    assert _names(find_names(ner, doc())) == _names(ner(doc()))


def test_a_component_that_searches_by_beams_is_asked_itself(pipeline):
    beam = _new_component("beam_ner", "ORG")
    words = [(word, False) for word in WORDS]

    found = find_names(beam, _doc(beam, words))

    assert _names(found) == _names(beam(_doc(beam, words)))


def test_moves_of_another_kind_are_left_to_the_component():
    usual = ("O", "B-PER", "I-PER", "L-PER", "U-PER")

    assert _named_moves(usual)
    assert _named_moves((*usual, "x-PER")) is None
