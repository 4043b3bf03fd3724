"""Where sentences begin."""

import pytest

from curation.documents.sentences import sentence_starts


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        pytest.param("One. Two", ["Two"], id="full stop"),
        pytest.param("He said “no.” She left! Why? So", ["She", "Why", "So"], id="quotes and marks"),
        pytest.param("A title\n\nThe text\nA caption", ["The", "A cap"], id="newlines"),
        pytest.param("Mr. Kerry of the U.S. Senate met J. Biden", [], id="abbreviations and initials"),
        pytest.param("It cost 3.5 m. dollars in St. Louis", [], id="numbers, lower case"),
        pytest.param("李强会见了马克龙。双方讨论了气候。", ["双方"], id="Chinese"),
        pytest.param("他问：“为什么？”我说：「不！？」好。", ["我说", "好"], id="Chinese quotes"),
        pytest.param("ماذا قال؟ لا أحد يعرف", ["لا"], id="Arabic"),
        pytest.param("राम आया। सीता गई।", ["सीता"], id="Hindi"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_where_sentences_begin(text, starts):
    found = sentence_starts(text)

    assert len(found) == len(starts)
    assert all(text[at:].startswith(word) for at, word in zip(found, starts, strict=True))
