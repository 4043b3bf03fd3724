"""meets_with: two parties meet or talk with each other, or are said to be about to."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import (
    below,
    children,
    is_passive,
    objects,
    subjects,
)
from curation.preannotate.grammar.factual import happens, noun_happens
from curation.preannotate.grammar.joint_action import between, each_other, named, with_each
from curation.preannotate.parsed_article import Reading, Token
from curation.preannotate.word_lists import words

LABEL = "meets_with"

TALKS = words(
    "meeting talk talks negotiation summit conversation dialogue discussion encounter"
)
# "held talks with", "shook hands with"
HOLD = words("hold have conduct shake begin start attend open")
_AT = ("at", "during", "after", "in", "of", "following", "before")
SPEAK = words("meet talk speak confer negotiate")


def meets_with(reading: Reading) -> Iterator[Relation]:
    """ "Bush is to meet Putin", "held talks with Iran", "a meeting of the presidents of A and B"."""
    for token in reading.doc:
        lemma = token.lemma_.lower()
        if token.pos_ == "VERB" and lemma in SPEAK and happens(token, planned=True):
            yield from _meeting(reading, token)
        elif token.pos_ == "NOUN" and lemma in TALKS and noun_happens(token, planned=True):
            yield from _talks(reading, token)
        elif token.pos_ == "NOUN" and lemma == "hand" and token.head.lemma_ == "shake":
            yield from _held(reading, token)


def _meeting(reading: Reading, verb: Token) -> Iterator[Relation]:
    if is_passive(verb):
        return
    others = list(below(verb, "with"))
    if verb.lemma_ == "meet":
        others += objects(verb)
    actors = subjects(verb)
    if others:
        yield from with_each(reading, LABEL, actors, others)
    elif verb.lemma_ == "meet" and not objects(verb):
        yield from each_other(LABEL, named(reading, actors))


def _talks(reading: Reading, noun: Token) -> Iterator[Relation]:
    yield from between(reading, LABEL, noun)
    yield from each_other(LABEL, named(reading, list(below(noun, "of"))))
    yield from _held(reading, noun)
    whose = children(noun, ("poss", "amod", "nmod"))
    others = list(below(noun, "with"))
    yield from with_each(reading, LABEL, whose, others)
    if others and not named(reading, whose):
        yield from with_each(reading, LABEL, _present(noun), others)


def _present(noun: Token) -> list[Token]:
    """Who did something at the talks: "Shoigu said at the start of talks with Hatami"."""
    above = noun
    while above.dep_ == "pobj" and above.head.lower_ in _AT:
        above = above.head.head
    if above is noun or above.pos_ != "VERB" or not happens(above):
        return []
    return subjects(above)


def _held(reading: Reading, noun: Token) -> Iterator[Relation]:
    verb = noun.head
    if noun.dep_ != "dobj" or verb.lemma_ not in HOLD or not happens(verb, planned=True):
        return
    others = [*below(noun, "with"), *below(verb, "with")]
    # A caption's slip: "shakes hands with meets with the minister".
    others += [t for other in others for t in below(other, "with")]
    if others:
        yield from with_each(reading, LABEL, subjects(verb), others)
    else:
        yield from each_other(LABEL, named(reading, subjects(verb)))
