"""Whatever the article says, its words in Markdown show as they stand."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from curation.labelstudio.adjudication.markdown_text import (
    bold_in_context,
    bold_words,
    literal_markdown,
)

MARKDOWN = MarkdownIt("commonmark", {"html": True})
INVISIBLE = re.compile("[\u2060\u2068\u2069]")
# Control characters have no place in CommonMark, and articles have none.
characters = st.one_of(
    st.sampled_from(list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \n\t0aé—א😀")),
    st.characters(exclude_categories=("Cc", "Cs", "Cf")),
)
texts = st.text(characters, max_size=30)
some_words = st.text(characters, min_size=1, max_size=30)


def shown(markdown):
    """The HTML of a paragraph of Markdown, and its text."""
    html = MARKDOWN.render(f"**#1** {markdown}")
    inside = html.removeprefix("<p><strong>#1</strong> ").removesuffix("</p>\n")
    text = unescape(inside.replace("<strong>", "").replace("</strong>", ""))
    return inside, INVISIBLE.sub("", text)


@given(texts)
def test_escaped_words_show_exactly_as_they_stand(text):
    html, said = shown(literal_markdown(text) + "\u2060")

    assert said == INVISIBLE.sub("", text)
    assert "<" not in html


@given(texts, some_words, texts)
def test_words_are_bold_whatever_stands_around_them(before, words, after):
    """Also beside punctuation and inside of a word, where Markdown has rules of its own."""
    html, _ = shown(literal_markdown(before) + bold_words(words) + literal_markdown(after))

    (bold,) = re.findall("<strong>(.*?)</strong>", html, re.DOTALL)
    assert unescape(INVISIBLE.sub("", bold)) == INVISIBLE.sub("", words)


@given(some_words, st.data())
def test_bold_in_context_shows_a_piece_of_the_text_with_the_spans_in_bold(text, data):
    places = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text)))
    )
    spans = data.draw(st.lists(places, min_size=1, max_size=3))

    html, said = shown(bold_in_context(text, spans))

    bold = [
        unescape(INVISIBLE.sub("", one))
        for one in re.findall("<strong>(.*?)</strong>", html, re.DOTALL)
    ]
    covered = {at for start, end in spans for at in range(start, end)}
    assert sum(map(len, bold)) == len(INVISIBLE.sub("", "".join(text[at] for at in covered)))
    for piece in said.removeprefix("… ").removesuffix(" …").split(" … "):
        assert piece in INVISIBLE.sub("", text)


LONG = f"Title\n\nBob met Ann.\n{'and then ' * 20}Al left, {'and so on, ' * 30}until Jo came."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["Title"], "<Title>", id="a heading"),
        pytest.param(["Ann"], "Bob met <Ann>.", id="a short line is shown whole"),
        pytest.param(["Ann.\nand"], "Bob met <Ann.\nand> then and then and then and then and then and …", id="over a line end"),
        pytest.param(["Bob", "Ann"], "<Bob> met <Ann>.", id="two on one line"),
        pytest.param(["Bob met", "met Ann"], "<Bob met Ann>.", id="two that overlap"),
        pytest.param(
            ["Al", "Jo"],
            "… and then and then and then and then and then <Al> left, and so on, and so on, and so on, and …"
            " on, and so on, and so on, and so on, until <Jo> came.",
            id="two far apart",
        ),
    ],
)  # fmt: skip
def test_the_context_ends_with_the_line_and_after_some_words(words, said):
    spans = [(LONG.index(one), LONG.index(one) + len(one)) for one in words]

    html, _ = shown(bold_in_context(LONG, spans))

    marked = html.replace("<strong>", "<").replace("</strong>", ">")
    assert unescape(INVISIBLE.sub("", marked)) == said
