"""member_of: a person, an organisation or a country is a member of an organisation."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.beside import mention_before, place_after
from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_objects,
    find_subjects,
    is_passive,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.grammar.parties import find_parties
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token
from curation.preannotate.word_lists import word_set

LABEL = "member_of"

# "member" of a body; "states" and the like before whose names the body's stands.
_MEMBERS = word_set("member state country nation power ally")
_JOINING: dict[str, tuple[str, ...]] = {"join": (), "sit": ("in", "on"), "belong": ("to",)}
_LEADING = word_set(
    "a an the one of former founding leading senior key active fellow prominent longtime"
)
_MEMBER_TYPES = ("PERSON", "ORG", "GPE")


def member_of(article: ParsedArticle) -> Iterator[Relation]:
    """ "Turkey is a member of NATO", "NATO member Turkey", "EU states such as Malta", "Malta joined the EU"."""
    for noun in article.nouns:
        if noun.lemma_ not in _MEMBERS:
            continue
        bodies = children_in_roles(noun, ("compound", "poss", "nmod"))
        if noun.lemma_ == "member":
            bodies += objects_of_prepositions(noun, "of")
        for body in bodies:
            organisation = article.at(body, ("ORG",))
            # "the Hamas member": a state's members are states, and "Turkish officials" are no members.
            if organisation:
                yield from _relate(article, _members(noun), organisation)
    yield from _by_verb(article)
    yield from _beside(article)


def _beside(article: ParsedArticle) -> Iterator[Relation]:
    """ "Ann Lee, a former member of the Duma, …": between commas, whatever the parse says."""
    for noun in article.nouns:
        preposition = article.token(noun.i + 1)
        if noun.lemma_ != "member" or preposition is None or preposition.lower_ != "of":
            continue
        organisation = place_after(article, noun.i + 2, ("ORG",))
        at = noun.i - 1
        while at > noun.sent.start and article.doc[at].lower_ in _LEADING:
            at -= 1
        if organisation is None or article.doc[at].text != ",":
            continue
        if member := mention_before(article, at, _MEMBER_TYPES):
            yield Relation(member.entity, organisation.entity, LABEL)


def _relate(
    article: ParsedArticle, tokens: list[Token], organisation: Mention
) -> Iterator[Relation]:
    for token in tokens:
        for member in find_parties(article, token, _MEMBER_TYPES):
            if member != organisation:
                yield Relation(member.entity, organisation.entity, LABEL)


def _by_verb(article: ParsedArticle) -> Iterator[Relation]:
    for verb in article.verbs:
        if verb.lemma_ not in _JOINING or not is_factual(verb):
            continue
        prepositions = _JOINING[verb.lemma_]
        bodies = (
            list(objects_of_prepositions(verb, *prepositions))
            if prepositions
            else children_in_roles(verb, ("dobj",))
        )
        for body in bodies:
            if organisation := article.at(body, ("ORG",)):
                subjects = find_objects(verb) if is_passive(verb) else find_subjects(verb)
                yield from _relate(article, subjects, organisation)


def _members(noun: Token) -> list[Token]:
    """The nouns that the word "member" is said of."""
    verb = noun.head
    found = [
        *children_in_roles(noun, ("appos",)),
        *objects_of_prepositions(noun, "like", "including"),
        *_such_as(noun),
    ]
    if noun.lemma_ != "member":
        found += objects_of_prepositions(noun, "of")
    if noun.dep_ == "attr" and verb.lemma_ in ("be", "become", "remain"):
        found += find_subjects(verb) if is_factual(verb) else []
    elif noun.dep_ == "appos" or (
        noun.dep_ in ("compound", "nmod") and noun.head.i == noun.i + 1
    ):
        found.append(noun.head)
    return found


def _such_as(noun: Token) -> list[Token]:
    """ "states such as Malta": "such as" depends on the noun as one preposition."""
    return [
        name
        for preposition in noun.children
        if preposition.lower_ == "as" and preposition.nbor(-1).lower_ == "such"
        for name in children_in_roles(preposition, ("pobj",))
    ]
