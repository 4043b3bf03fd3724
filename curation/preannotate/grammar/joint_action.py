"""Relations between parties that do something together, as in meetings and agreements."""

from collections.abc import Collection, Iterator
from itertools import combinations, product

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import objects_of_prepositions
from curation.preannotate.grammar.parties import ACTOR_TYPES, find_all_parties
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token


def relate_each_other(label: str, actors: Collection[Mention]) -> Iterator[Relation]:
    """A relation for each pair of actors."""
    for head, tail in combinations(actors, 2):
        if head.entity != tail.entity:
            yield Relation(head.entity, tail.entity, label)


def relate_both_sides(
    article: ParsedArticle,
    label: str,
    one_side: Collection[Token],
    other_side: Collection[Token],
) -> Iterator[Relation]:
    """A relation from each actor of one side to each of the other; none within a side."""
    for head, tail in product(find_actors(article, one_side), find_actors(article, other_side)):
        if head.entity != tail.entity:
            yield Relation(head.entity, tail.entity, label)


def find_actors(article: ParsedArticle, tokens: Collection[Token]) -> list[Mention]:
    """The persons, organisations and states that the nouns stand for, each once."""
    return find_all_parties(article, tokens, ACTOR_TYPES)


def relate_between(article: ParsedArticle, label: str, noun: Token) -> Iterator[Relation]:
    """ "talks between A and B"."""
    yield from relate_each_other(
        label, find_actors(article, list(objects_of_prepositions(noun, "between", "among")))
    )
