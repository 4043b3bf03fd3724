"""Sentences keep to their lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.preannotate import paragraphs
from curation.preannotate.paragraphs import parse_paragraphs

PIECES = st.sampled_from(
    ["Bush", "met", "Putin", "in Moscow", ".", ",", "“", "…", "\n", "\n\n", " \n", "\n ", " \n ", "\t\n", "  ", "é", "🙂", "-"]
)  # fmt: skip


@given(st.lists(PIECES, min_size=1, max_size=25))
def test_no_sentence_runs_across_a_newline(pipeline, pieces):
    doc = parse_paragraphs(pipeline.nlp, " ".join(pieces))

    for sentence in doc.sents:
        assert "\n" not in sentence.text.strip()


@pytest.mark.slow
def test_neither_does_a_name(suggested):
    for document in suggested:
        for entity in document.entities:
            assert "\n" not in document.words(entity)


@pytest.mark.parametrize("text", ["", " ", "\n", "\n\n \n"])
def test_a_text_without_words_is_read_all_the_same(entities_in, text):
    assert entities_in(text) == []


def test_what_the_tokeniser_knows_of_a_word_is_known_in_its_line(pipeline):
    """The tagger looks at it; a word alone doesn't have it."""
    doc = parse_paragraphs(pipeline.nlp, "Title\nBush can't say that they won't.")

    relations_in = [token.norm_ for token in doc if token.norm_ != token.lex.norm_]
    assert relations_in == ["can", "not", "will", "not"]
    assert [token.lemma_ for token in doc if token.text == "wo"] == ["will"]


def test_what_fits_is_read_at_once_and_what_does_not_in_portions_of_lines(
    pipeline, articles, monkeypatch
):
    """The tokens are the same; a sentence keeps to its line, as ever."""
    text = "\n".join(article.text for article in articles[:3])
    whole = parse_paragraphs(pipeline.nlp, text)
    monkeypatch.setattr(paragraphs, "MAX_TOKENS_AT_ONCE", 200)

    parts = parse_paragraphs(pipeline.nlp, text)

    assert [(t.text, t.idx) for t in parts] == [(t.text, t.idx) for t in whole]
    assert {one.start for one in parts.sents} >= {
        t.i + 1 for t in whole if "\n" in t.text and t.i + 1 < len(whole)
    }
    names = {(one.start_char, one.end_char, one.label_) for one in whole.ents}
    found = {(one.start_char, one.end_char, one.label_) for one in parts.ents}
    assert len(found & names) > 0.9 * len(names)


@pytest.mark.parametrize(
    ("sentence", "before"),
    [
        ("Bush met Putin in Moscow. ", {"."}),
        ("Bush met Putin and ", {"Bush", "Putin", "met", "and"}),
    ],
)
def test_a_line_without_end_is_cut_after_a_full_stop_if_it_has_one(
    pipeline, monkeypatch, sentence, before
):
    """Else the memory for it would know no bounds."""
    monkeypatch.setattr(paragraphs, "MAX_TOKENS_AT_ONCE", 50)

    doc = parse_paragraphs(pipeline.nlp, sentence * 40)

    _, *cuts = paragraphs._line_starts(doc)
    assert len(cuts) >= 3
    assert {doc[cut - 1].text for cut in cuts} <= before
    assert max(len(one) for one in doc.sents) <= 50
