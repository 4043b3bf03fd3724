"""Tags say which tokens an entity has, and nothing is said of what tokens can't show."""

import pytest
from hypothesis import given
from samples import SCHEMA
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, auto_detect
from strategies import documents

from curation.documents.document import Entity
from curation.formats.iob2 import tag_names, tag_tokens
from curation.formats.spacy_tokens import tokenize

WORDS = ["The", "Bank", "of", "Iran", "'s", "head"]
STARTS = [0, 4, 9, 12, 16, 19]


@pytest.mark.parametrize(
    ("entities", "tags", "not_aligned", "overlapping"),
    [
        pytest.param([], "O O O O O O", 0, 0, id="none"),
        pytest.param([(4, 16, "ORG")], "O B-ORG I-ORG I-ORG O O", 0, 0, id="one"),
        pytest.param([(4, 16, "ORG"), (12, 16, "GPE")], "O B-ORG I-ORG I-ORG O O", 0, 1, id="nested"),
        pytest.param([(4, 11, "ORG"), (9, 18, "GPE")], "O O B-GPE I-GPE I-GPE O", 0, 1, id="crossing"),
        pytest.param([(12, 16, "GPE"), (16, 18, "ORG")], "O O O B-GPE B-ORG O", 0, 0, id="side by side"),
        pytest.param([(12, 15, "GPE")], "O O O O O O", 1, 0, id="ends inside a token"),
        pytest.param([(13, 16, "GPE")], "O O O O O O", 1, 0, id="begins inside a token"),
        pytest.param([(4, 15, "ORG"), (12, 16, "GPE")], "O O O B-GPE O O", 1, 0, id="the longest isn't aligned"),
        pytest.param([(0, 3, "ORG"), (0, 3, "GPE")], "B-GPE O O O O O", 0, 1, id="two labels"),
    ],
)  # fmt: skip
def test_tags_show_the_longest_of_what_is_aligned(entities, tags, not_aligned, overlapping):
    spans = [Entity(*span) for span in entities]

    found = tag_tokens(WORDS, STARTS, spans)

    assert found.tags == tags.split()
    assert (found.not_aligned, found.overlapping) == (not_aligned, overlapping)
    assert found.tagged == len(entities) - not_aligned - overlapping


@given(documents(SCHEMA))
def test_an_iob2_reader_gets_back_the_entities_that_are_tagged(document):
    tokens = tokenize(document.text, "en")

    found = tag_tokens(tokens.words, tokens.starts, document.entities)

    read = {
        (tokens.starts[first], tokens.starts[last] + len(tokens.words[last]), label)
        for label, first, last in get_entities(found.tags)
    }
    assert len(read) == found.tagged
    assert read <= {(*entity.span, entity.label) for entity in document.entities}
    assert found.tagged + found.not_aligned + found.overlapping == len(document.entities)
    assert {*found.tags} <= {*tag_names(SCHEMA.entities)}
    assert auto_detect([found.tags, ["B-X", "I-X"]]) is IOB2
