"""Where sentences begin."""

import pytest

from curation.scoring.sentences import sentence_starts


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        pytest.param("One. Two", ["Two"], id="full stop"),
        pytest.param("He said “no.” She left! Why? So", ["She", "Why", "So"], id="quotes and marks"),
        pytest.param("A title\n\nThe text\nA caption", ["The", "A cap"], id="newlines"),
        pytest.param("Mr. Kerry of the U.S. Senate met J. Biden", [], id="abbreviations and initials"),
        pytest.param("It cost 3.5 m. dollars in St. Louis", [], id="numbers, lower case"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_where_sentences_begin(text, starts):
    assert [text[at:].startswith(word) for at, word in zip(sentence_starts(text), starts, strict=True)] == [True] * len(starts)  # fmt: skip
