"""meets_with: two parties meet or talk with each other, or are said to be about to."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_objects,
    find_subjects,
    is_passive,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual, is_factual_noun
from curation.preannotate.grammar.joint_action import (
    find_actors,
    relate_between,
    relate_both_sides,
    relate_each_other,
)
from curation.preannotate.grammar.parties import ACTOR_TYPES
from curation.preannotate.parsed_article import ParsedArticle, Token
from curation.preannotate.word_lists import word_set

LABEL = "meets_with"

_TALKS = word_set(
    "meeting talk talks negotiation summit conversation dialogue discussion encounter consultation conference"
)
# "held talks with", "shook hands with"
_HOLDING_VERBS = word_set(
    "hold have conduct shake begin start attend open resume continue conclude finish end"
)
_AT = ("at", "during", "after", "in", "of", "following", "before")
_SPEAKING_VERBS = word_set("meet discuss talk speak confer negotiate consult huddle sit")
# What one does to a person whom one meets, and to one's guest.
_RECEIVING_VERBS = word_set("visit host receive summon telephone phone greet welcome")


def meets_with(article: ParsedArticle) -> Iterator[Relation]:
    """ "Bush is to meet Putin", "held talks with Iran", "a meeting of the presidents of A and B"."""
    for verb in article.verbs(_SPEAKING_VERBS, any_case=True):
        if is_factual(verb, planned=True):
            yield from _by_verb(article, verb)
    for verb in article.verbs(_RECEIVING_VERBS - _SPEAKING_VERBS, any_case=True):
        if is_factual(verb, planned=True):
            yield from _by_receiving(article, verb)
    for noun in article.nouns(_TALKS, any_case=True):
        if is_factual_noun(noun, planned=True):
            yield from _by_noun(article, noun)
            yield from _by_hyphen(article, noun)
    for noun in article.nouns(("hand",), any_case=True):
        if noun.head.lemma_ == "shake":
            yield from _by_holding_verb(article, noun)


def _by_verb(article: ParsedArticle, verb: Token) -> Iterator[Relation]:
    if is_passive(verb):
        return
    partners = list(objects_of_prepositions(verb, "with"))
    if verb.lemma_ == "meet":
        partners += find_objects(verb)
    actors = find_subjects(verb)
    if partners:
        yield from relate_both_sides(article, LABEL, actors, partners)
    elif verb.lemma_ == "discuss" or (verb.lemma_ == "meet" and not find_objects(verb)):
        yield from relate_each_other(LABEL, find_actors(article, actors))


def _by_receiving(article: ParsedArticle, verb: Token) -> Iterator[Relation]:
    """ "Ortega visits Khamenei", "Norway summoned Iran's ambassador": a person, or an officer of a state."""
    objects = [t for t in find_objects(verb) if article.at(t, ("PERSON", "TITLE"))]
    yield from relate_both_sides(article, LABEL, find_subjects(verb), objects)


def _by_hyphen(article: ParsedArticle, noun: Token) -> Iterator[Relation]:
    """ "Israeli-Palestinian peace talks"."""
    before = [t for t in noun.lefts if t.dep_ in ("amod", "compound", "nmod")]
    for token in before:
        first = article.at(article.token(token.i - 2), ACTOR_TYPES)
        second = article.at(token, ACTOR_TYPES)
        hyphen = article.token(token.i - 1)
        if first and second and hyphen is not None and hyphen.text in ("-", "–"):
            yield Relation(first.entity, second.entity, LABEL)


def _by_noun(article: ParsedArticle, noun: Token) -> Iterator[Relation]:
    yield from relate_between(article, LABEL, noun)
    members = list(objects_of_prepositions(noun, "of"))
    yield from relate_each_other(LABEL, find_actors(article, members))
    yield from _by_holding_verb(article, noun)
    owners = [*children_in_roles(noun, ("poss", "amod", "nmod")), *members]
    partners = list(objects_of_prepositions(noun, "with"))
    yield from relate_both_sides(article, LABEL, owners, partners)
    if partners and not find_actors(article, owners):
        yield from relate_both_sides(article, LABEL, _participants(noun), partners)


def _participants(noun: Token) -> list[Token]:
    """The subjects of what was done at the talks: "Shoigu said at the start of talks with Hatami"."""
    above = noun
    while above.dep_ == "pobj" and above.head.lower_ in _AT:
        above = above.head.head
    if above is noun or above.pos_ != "VERB" or not is_factual(above):
        return []
    return find_subjects(above)


def _by_holding_verb(article: ParsedArticle, noun: Token) -> Iterator[Relation]:
    verb = noun.head
    if (
        noun.dep_ != "dobj"
        or verb.lemma_ not in _HOLDING_VERBS
        or not is_factual(verb, planned=True)
    ):
        return
    partners = [*objects_of_prepositions(noun, "with"), *objects_of_prepositions(verb, "with")]
    # A caption's slip: "shakes hands with meets with the minister".
    partners += [t for partner in partners for t in objects_of_prepositions(partner, "with")]
    if partners:
        yield from relate_both_sides(article, LABEL, find_subjects(verb), partners)
    else:
        yield from relate_each_other(LABEL, find_actors(article, find_subjects(verb)))
