"""member_of: a person, an organisation or a country is a member of an organisation."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_subjects,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.grammar.parties import find_parties
from curation.preannotate.parsed_article import ParsedArticle, Token

LABEL = "member_of"

_MEMBER_TYPES = ("PERSON", "ORG", "GPE")


def member_of(article: ParsedArticle) -> Iterator[Relation]:
    """ "Turkey is a member of NATO", "Biden, a member of the committee", "NATO member Turkey"."""
    for noun in article.doc:
        if noun.pos_ != "NOUN" or noun.lemma_ != "member":
            continue
        bodies = [
            *objects_of_prepositions(noun, "of"),
            *children_in_roles(noun, ("compound", "poss", "nmod")),
        ]
        for body in bodies:
            organisation = article.at(body, ("ORG",))
            if organisation is None:
                continue
            for token in _members(noun):
                for member in find_parties(article, token, _MEMBER_TYPES):
                    if member != organisation:
                        yield Relation(member.entity, organisation.entity, LABEL)


def _members(noun: Token) -> list[Token]:
    """The nouns that the word "member" is said of."""
    verb = noun.head
    if noun.dep_ == "attr" and verb.lemma_ in ("be", "become", "remain"):
        return find_subjects(verb) if is_factual(verb) else []
    if noun.dep_ == "appos":
        return [noun.head]
    if noun.dep_ in ("compound", "nmod") and noun.head.i == noun.i + 1:
        return [noun.head]
    return children_in_roles(noun, ("appos",))
