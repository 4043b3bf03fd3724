"""Sentences keep to their lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.preannotate.paragraphs import read

PIECES = st.sampled_from(
    ["Bush", "met", "Putin", "in Moscow", ".", ",", "“", "…", "\n", "\n\n", " \n", "\n ", " \n ", "\t\n", "  ", "é", "🙂", "-"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=25))
def test_no_sentence_runs_across_a_newline(pipeline, pieces):
    doc = read(pipeline.nlp, " ".join(pieces))

    for sentence in doc.sents:
        assert "\n" not in sentence.text.strip()


def test_neither_does_a_name(suggested):
    for document in suggested:
        for entity in document.entities:
            assert "\n" not in document.words(entity)


@pytest.mark.parametrize("text", ["", " ", "\n", "\n\n \n"])
def test_a_text_without_words_is_read_all_the_same(named, text):
    assert named(text) == []
