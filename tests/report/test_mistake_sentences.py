"""Mistakes in their sentences."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from scoring_samples import document_with, pairs

from curation.documents.document import Document, Entity, Relation
from curation.report.excerpts import TextPiece
from curation.report.mistake_counts import MistakeCounts
from curation.report.mistake_sentences import (
    LONGEST_WORDS,
    MOST_MISTAKES,
    AlikeText,
    EntityWords,
    MistakeSentence,
    RelationWords,
    article_parts,
    in_words,
)


def mistake_sentences(gold, predicted, mistakes):
    parts = article_parts(gold, predicted, mistakes)
    return (part for part in parts if isinstance(part, MistakeSentence))


TEXT = "Title here\n\nBob of Iran met Al. Then Al left. Nobody came. The end."


def drawn(piece):
    if piece.is_gap:
        return " … "
    ends = " ".join(label for label, _ in piece.ends)
    return f"[{piece.text}|{ends}]" if piece.depth else piece.text


def entity(words, label="PERSON", text=TEXT):
    start = text.index(words)
    return Entity(start, start + len(words), label)


@given(pairs())
def test_every_mistake_is_shown_once(pair):
    counts = MistakeCounts(SCHEMA.symmetric)
    mistakes = counts.count(*pair)
    found = list(mistake_sentences(*pair, mistakes))

    there = Counter(mistake for case in found for mistake in case.mistakes)
    assert there == Counter(mistakes)
    assert counts.times.total() == len(mistakes)


def test_mistakes_of_one_sentence_are_together():
    gold = document_with(TEXT, (12, 15, "PERSON"), (19, 23, "GPE"), (37, 39, "PERSON"))
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


def drawn_parts(gold, predicted):
    mistakes = MistakeCounts().count(gold, predicted)
    return [
        f"({part.sentences}) " + "".join(map(drawn, part.pieces))
        if isinstance(part, AlikeText)
        else "".join(map(drawn, part.gold))
        for part in article_parts(gold, predicted, mistakes)
    ]


def test_the_article_stands_there_from_its_beginning_to_its_end():
    """What has no mistake once, with the entities of both sides."""
    bob, al, end = entity("Bob"), entity("Al"), entity("The end", "EVENT")
    gold = Document("d", TEXT, (bob, al, end))

    assert drawn_parts(gold, replace(gold, entities=(bob, end))) == [
        "(1) Title here",
        "[Bob|PERSON] of Iran met [Al|PERSON].",
        "(3) Then Al left. Nobody came. [The end|EVENT].",
    ]
    assert drawn_parts(gold, gold) == [
        "(5) Title here\n\n[Bob|PERSON] of Iran met [Al|PERSON]. Then Al left. Nobody came. [The end|EVENT]."
    ]


def test_what_is_wrong_across_sentences_stands_after_the_last_of_them():
    bob, end = entity("Bob"), entity("Nobody")
    gold = Document("d", TEXT, (bob, end), (Relation(bob, end, "supports"),))

    assert drawn_parts(gold, replace(gold, relations=())) == [
        "(4) Title here\n\n[Bob|PERSON] of Iran met Al. Then Al left. [Nobody|PERSON] came.",
        "[Bob|PERSON] of Iran met Al. … [Nobody|PERSON] came.",
        "(1) The end.",
    ]


def test_no_sentence_begins_within_a_name():
    gold = Document("d", TEXT, (entity("Al left. Nobody", "EVENT"),))

    assert drawn_parts(gold, gold.without_annotations()) == [
        "(2) Title here\n\nBob of Iran met Al.",
        "Then [Al left. Nobody|EVENT] came.",
        "(1) The end.",
    ]


def test_a_sentence_with_very_many_comes_again():
    many = document_with("a " * 200, *((2 * n, 2 * n + 1, "A") for n in range(200)))
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
    gold = document_with(text, *people, arrows=((2, 1, "supports"),))
    predicted = document_with(text, *people, arrows=((1, 2, "supports"),))
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
