"""What of a text is shown around a mistake."""

from itertools import pairwise

from hypothesis import given
from scoring_samples import pairs

from curation.documents.document import Entity
from curation.documents.sentences import sentence_starts
from curation.report.excerpts import LONGEST_SENTENCE, Mark, cut_at_marks, excerpts

TEXT = "Title here\n\nBob of Iran met Al. Then Al left. Nobody came. The end."


def shown(text, *entities):
    """The text around some entities, marks in brackets, labels behind them."""
    starts = sentence_starts(text)
    places = {place for one in entities for place in (one.start, one.end - 1)}
    marks = dict.fromkeys(entities, Mark(1, True))
    found = cut_at_marks(text, excerpts(text, starts, places), marks)
    return "".join(map(drawn, found))


def drawn(piece):
    if piece.is_gap:
        return " … "
    ends = " ".join(label for label, _ in piece.ends)
    return f"[{piece.text}|{ends}]" if piece.depth else piece.text


def entity(words, label="PERSON", text=TEXT):
    start = text.index(words)
    return Entity(start, start + len(words), label)


def test_the_sentence_is_there_and_no_more():
    assert shown(TEXT, entity("Bob")) == "[Bob|PERSON] of Iran met Al."


def test_sentences_between_are_left_out():
    found = shown(TEXT, entity("Bob"), entity("end", "EVENT"))

    assert found == "[Bob|PERSON] of Iran met Al. … The [end|EVENT]."


def test_neighbouring_sentences_stay_together():
    assert "met Al. Then [Al left|LAW]." in shown(
        TEXT, entity("Iran"), entity("Al left", "LAW")
    )


def test_marks_may_nest_and_cross():
    crossing = shown(TEXT, entity("Bob of Iran", "ORG"), entity("Iran met", "GPE"))

    assert crossing == "[Bob of |][Iran|ORG][ met|GPE] Al."
    assert shown(TEXT, entity("Bob of Iran", "ORG"), entity("Iran", "GPE")).startswith(
        "[Bob of |][Iran|GPE ORG] met"
    )


def test_of_a_very_long_sentence_the_words_around_are_shown():
    text = "word " * 200 + "Bob " + "word " * 200
    found = shown(text, entity("Bob", text=text))

    assert found.startswith(" … word")
    assert found.endswith("word … ")
    assert "[Bob|PERSON]" in found
    assert len(found) < LONGEST_SENTENCE


@given(pairs())
def test_what_is_there_is_what_the_text_says(pair):
    """Windows lie in order, apart from one another, and pieces say their words; every mark is there."""
    gold, predicted = pair
    starts = sentence_starts(gold.text)
    for document in (gold, predicted):
        marks = {one: Mark(n, True) for n, one in enumerate(document.entities)}
        places = {place for one in marks for place in (one.start, one.end - 1)}
        found = excerpts(gold.text, starts, places)
        told = cut_at_marks(gold.text, found, marks)

        assert all(one.end <= two.start for one, two in pairwise(found))
        said = "".join(piece.text for piece in told)
        assert said == "".join(gold.text[w.start : w.end] for w in found)
        ends = [end for piece in told for end in piece.ends]
        assert sorted(ends) == sorted((one.label, mark.number) for one, mark in marks.items())
