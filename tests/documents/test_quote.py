"""Words of an article are quoted so that one knows which of several equal ones is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from curation.documents.quote import quote_words

REPORT = (
    "Georgia said no.\nRussian troops moved into Georgia. The army of Georgia fled to Gori."
)


def place(words, number=0):
    at = -1
    for _ in range(number + 1):
        at = REPORT.index(words, at + 1)
    return REPORT, at, at + len(words)


@pytest.mark.parametrize(
    ("words", "number", "said"),
    [
        pytest.param("Gori", 0, "'Gori'", id="there once"),
        pytest.param("Georgia", 0, "'Georgia' ([Georgia] said no. Russian …)", id="first"),
        pytest.param("Georgia", 1, "'Georgia' (… troops moved into [Georgia]. The army of …)", id="second"),
        pytest.param("Georgia", 2, "'Georgia' (… The army of [Georgia] fled to Gori.)", id="last"),
        pytest.param("or", 1, "'or' (… troops moved into Ge[or]gia. The army of …)", id="inside a word"),
    ],
)  # fmt: skip
def test_words_that_occur_more_than_once_are_quoted_with_their_context(words, number, said):
    assert quote_words(*place(words, number)) == said


def test_the_context_grows_until_the_quotation_is_unique():
    again = "the minister of defence said that Georgia is a member of the alliance"
    text = f"In Tbilisi {again}. In Batumi {again}."
    first, second = (
        quote_words(text, at, at + 7) for at in (text.index("Geor"), text.rindex("Geor"))
    )

    assert first != second
    assert all("Batumi" in said or "Tbilisi" in said for said in (first, second))


def test_a_text_that_is_the_same_over_and_over_is_not_quoted_whole():
    text = "Bob met Bob. " * 1000

    assert len(quote_words(text, 6500, 6503)) < 400


@given(texts(), st.data())
def test_every_span_can_be_quoted_in_one_line(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    said = quote_words(text, start, end)
    assert said.startswith(repr(text[start:end]))
    assert len(said.splitlines()) == 1
