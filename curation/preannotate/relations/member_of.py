"""member_of: a person, an organisation or a country is a member of an organisation."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import below, children, subjects
from curation.preannotate.grammar.factual import happens
from curation.preannotate.grammar.parties import parties
from curation.preannotate.parsed_article import Reading, Token

LABEL = "member_of"

MEMBERS = ("PERSON", "ORG", "GPE")


def member_of(reading: Reading) -> Iterator[Relation]:
    """ "Turkey is a member of NATO", "Biden, a member of the committee", "NATO member Turkey"."""
    for noun in reading.doc:
        if noun.pos_ != "NOUN" or noun.lemma_ != "member":
            continue
        bodies = [*below(noun, "of"), *children(noun, ("compound", "poss", "nmod"))]
        for body in bodies:
            organisation = reading.at(body, ("ORG",))
            if organisation is None:
                continue
            for token in _who(noun):
                for member in parties(reading, token, MEMBERS):
                    if member != organisation:
                        yield Relation(member.entity, organisation.entity, LABEL)


def _who(noun: Token) -> list[Token]:
    """Of whom the word "member" is said."""
    verb = noun.head
    if noun.dep_ == "attr" and verb.lemma_ in ("be", "become", "remain"):
        return subjects(verb) if happens(verb) else []
    if noun.dep_ == "appos":
        return [noun.head]
    if noun.dep_ in ("compound", "nmod") and noun.head.i == noun.i + 1:
        return [noun.head]
    return children(noun, ("appos",))
