"""What meetings and agreements have in common: something that parties do together."""

from collections.abc import Collection, Iterator
from itertools import combinations, product

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import below
from curation.preannotate.grammar.parties import ACT, parties
from curation.preannotate.parsed_article import Mention, Reading, Token


def each_other(label: str, parties_: Collection[Mention]) -> Iterator[Relation]:
    """An arrow for each pair."""
    for one, other in combinations(parties_, 2):
        if one.entity != other.entity:
            yield Relation(one.entity, other.entity, label)


def with_each(
    reading: Reading, label: str, ones: Collection[Token], others: Collection[Token]
) -> Iterator[Relation]:
    """An arrow from each of the first to each of the others; none within one side."""
    for one, other in product(named(reading, ones), named(reading, others)):
        if one.entity != other.entity:
            yield Relation(one.entity, other.entity, label)


def named(reading: Reading, tokens: Collection[Token]) -> list[Mention]:
    """The parties that these nouns stand for, each once."""
    found = (mention for token in tokens for mention in parties(reading, token, ACT))
    return list(dict.fromkeys(found))


def between(reading: Reading, label: str, noun: Token) -> Iterator[Relation]:
    """ "talks between A and B"."""
    yield from each_other(label, named(reading, list(below(noun, "between", "among"))))
