"""What of a text is shown around a mistake."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SCHEMA
from scoring_samples import of, pairs

from curation.documents.document import Document, Entity, Relation
from curation.report.excerpts import LONGEST_SENTENCE, Mark, TextPiece, cut_at_marks, excerpts
from curation.report.mistake_counts import MistakeCounts
from curation.report.mistake_sentences import (
    LONGEST_WORDS,
    MOST_MISTAKES,
    EntityWords,
    RelationWords,
    in_words,
    mistake_sentences,
)
from curation.scoring.sentences import sentence_starts

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


def test_the_sentence_is_thereand_no_more():
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


@settings(max_examples=50)
@given(pairs())
def test_what_is_thereis_what_the_text_says(pair):
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


@settings(max_examples=50)
@given(pairs())
def test_every_mistake_is_shown_once(pair):
    counts = MistakeCounts(SCHEMA.symmetric)
    mistakes = counts.count(*pair)
    found = list(mistake_sentences(*pair, mistakes))

    there = Counter(mistake for case in found for mistake in case.mistakes)
    assert there == Counter(mistakes)
    assert counts.times.total() == len(mistakes)


def test_mistakes_of_one_sentence_are_together():
    gold = of(TEXT, (12, 15, "PERSON"), (19, 23, "GPE"), (37, 39, "PERSON"))
    found = list(
        mistake_sentences(
            gold,
            gold.without_annotations(),
            MistakeCounts().count(gold, gold.without_annotations()),
        )
    )

    assert [len(case.mistakes) for case in found] == [2, 1]
    assert found[0].predicted == (TextPiece(text="Bob of Iran met Al."),)


def test_what_else_each_side_has_there_is_marked_quietly():
    """A name that was right doesn't look as if nobody had suggested it."""
    bob, iran, al = entity("Bob"), entity("Iran", "GPE"), entity("Al")
    gold, predicted = Document("d", TEXT, (bob, iran, al)), Document("d", TEXT, (bob, al))
    (case,) = mistake_sentences(gold, predicted, MistakeCounts().count(gold, predicted))

    def marked(side):
        return [(piece.text, piece.ends, piece.is_other) for piece in side if piece.depth]

    bob, al = ("Bob", (("PERSON", 0),), True), ("Al", (("PERSON", 0),), True)
    assert marked(case.gold) == [bob, ("Iran", (("GPE", 1),), False), al]
    assert marked(case.predicted) == [bob, al]


def test_a_sentence_with_very_many_comes_again():
    many = of("a " * 200, *((2 * n, 2 * n + 1, "A") for n in range(200)))
    found = list(
        mistake_sentences(
            many,
            many.without_annotations(),
            MistakeCounts().count(many, many.without_annotations()),
        )
    )

    assert {len(case.mistakes) for case in found} == {MOST_MISTAKES, 200 % MOST_MISTAKES}


def test_a_relation_across_sentences_shows_both():
    ends = entity("Bob"), entity("The end", "EVENT")
    gold = Document("d", TEXT, ends, (Relation(*ends, "supports"),))
    bare = Document("d", TEXT, ends)
    found = list(mistake_sentences(gold, bare, MistakeCounts().count(gold, bare)))

    (case,) = found
    assert "".join(map(drawn, case.gold)) == "[Bob|PERSON] of Iran met Al. … [The end|EVENT]."
    assert in_words(case.mistakes[0].gold, TEXT, (), case.numbers) == RelationWords(
        EntityWords("Bob", "PERSON", 1), "supports", EntityWords("The end", "EVENT", 2), False
    )


def test_of_the_same_words_twice_the_number_says_which_are_meant():
    text = "Bob met Al, and Bob saw Al."
    people = [(0, 3, "PERSON"), (8, 10, "PERSON"), (16, 19, "PERSON"), (24, 26, "PERSON")]
    gold = of(text, *people, arrows=((2, 1, "supports"),))
    predicted = of(text, *people, arrows=((1, 2, "supports"),))
    (case,) = mistake_sentences(gold, predicted, MistakeCounts().count(gold, predicted))

    (wrong,) = case.mistakes
    ours, theirs = (in_words(side, text, (), case.numbers) for side in wrong.sides)
    assert [ours.head, ours.tail] == [
        EntityWords("Bob", "PERSON", 2),
        EntityWords("Al", "PERSON", 1),
    ]
    assert [theirs.head, theirs.tail] == [ours.tail, ours.head]
    for side in (case.gold, case.predicted):
        marked = [
            (piece.text, piece.ends) for piece in side if piece.depth and not piece.is_other
        ]
        assert marked == [("Al", (("PERSON", 1),)), ("Bob", (("PERSON", 2),))]


@settings(max_examples=50)
@given(pairs())
def test_every_name_below_a_sentence_has_its_number_in_it(pair):
    gold, _ = pair
    for case in mistake_sentences(*pair, MistakeCounts(SCHEMA.symmetric).count(*pair)):
        for items, side in (
            ((one.gold for one in case.mistakes), case.gold),
            ((one.predicted for one in case.mistakes), case.predicted),
        ):
            names = {in_words(item, gold.text, (), case.numbers) for item in items if item}
            below = {
                (one.label, one.number)
                for name in names
                for one in (
                    (name.head, name.tail) if isinstance(name, RelationWords) else (name,)
                )
            }
            assert below == {end for piece in side for end in piece.ends if end[1]}


@given(st.integers(1, 500))
def test_an_endless_name_is_told_by_its_ends(length):
    name = in_words(Entity(0, length, "A"), "x" * length, (), {(0, length): 1})

    assert len(name.words) <= LONGEST_WORDS + 3
