"""agreement_with: two parties have made a deal, a treaty or a cease-fire with each other."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_subjects,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual, is_factual_noun
from curation.preannotate.grammar.joint_action import (
    find_actors,
    relate_between,
    relate_both_sides,
    relate_each_other,
)
from curation.preannotate.parsed_article import ParsedArticle, Token
from curation.preannotate.word_lists import word_set

LABEL = "agreement_with"

_DEALS = word_set(
    "deal agreement treaty pact accord contract ceasefire truce memorandum armistice"
)
_MAKING_VERBS = word_set(
    "sign reach strike conclude make ink ratify have seal complete enter finalize"
)


def agreement_with(article: ParsedArticle) -> Iterator[Relation]:
    """ "Iran signed a deal with Zarubezhneft", "the treaty between Egypt and Israel"."""
    for token in article.tokens:
        if _is_deal(token) and is_factual_noun(token):
            yield from _between_two(article, token)
            owners = [
                c
                for c in children_in_roles(token, ("poss", "amod", "nmod"))
                if article.at(c, _PARTY_TYPES)
            ]
            partners = list(objects_of_prepositions(token, "with"))
            yield from relate_both_sides(article, LABEL, owners, partners)
            yield from _by_making_verb(article, token, partners)


def _between_two(article: ParsedArticle, deal: Token) -> Iterator[Relation]:
    """ "the treaty between Egypt and Israel"; of three parties nobody knows who has it with whom."""
    found = list(relate_between(article, LABEL, deal))
    yield from found if len(found) == 1 else []


_PARTY_TYPES = ("GPE", "NORP", "ORG", "PERSON")


def _is_deal(token: Token) -> bool:
    if token.pos_ not in ("NOUN", "PROPN"):
        return False
    split = (
        token.lower_ == "fire"
        and token.i > 1
        and "cease" in token.doc[token.i - 2 : token.i].text
    )
    return token.lemma_.lower() in _DEALS or split


def _by_making_verb(
    article: ParsedArticle, deal: Token, partners: list[Token]
) -> Iterator[Relation]:
    verb = deal.head
    if deal.dep_ != "dobj" or verb.lemma_ not in _MAKING_VERBS or not is_factual(verb):
        return
    partners = [*partners, *objects_of_prepositions(verb, "with")]
    if partners:
        yield from relate_both_sides(article, LABEL, find_subjects(verb), partners)
    else:
        found = list(relate_each_other(LABEL, find_actors(article, find_subjects(verb))))
        yield from found if len(found) == 1 else []
