"""agreement_with: two parties have made a deal, a treaty or a cease-fire with each other."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import below, children, subjects
from curation.preannotate.grammar.factual import happens, noun_happens
from curation.preannotate.grammar.joint_action import between, each_other, named, with_each
from curation.preannotate.parsed_article import Reading, Token
from curation.preannotate.word_lists import words

LABEL = "agreement_with"

DEALS = words("deal agreement treaty pact accord contract ceasefire truce memorandum armistice")
MAKE = words("sign reach strike conclude make ink ratify have seal complete enter finalize")


def agreement_with(reading: Reading) -> Iterator[Relation]:
    """ "Iran signed a deal with Zarubezhneft", "the treaty between Egypt and Israel"."""
    for token in reading.doc:
        if _is_deal(token) and noun_happens(token):
            yield from between(reading, LABEL, token)
            whose = [
                c for c in children(token, ("poss", "amod", "nmod")) if reading.at(c, _WHO)
            ]
            others = list(below(token, "with"))
            yield from with_each(reading, LABEL, whose, others)
            yield from _made(reading, token, others)


_WHO = ("GPE", "NORP", "ORG", "PERSON")


def _is_deal(token: Token) -> bool:
    if token.pos_ not in ("NOUN", "PROPN"):
        return False
    split = (
        token.lower_ == "fire"
        and token.i > 1
        and "cease" in token.doc[token.i - 2 : token.i].text
    )
    return token.lemma_.lower() in DEALS or split


def _made(reading: Reading, deal: Token, others: list[Token]) -> Iterator[Relation]:
    verb = deal.head
    if deal.dep_ != "dobj" or verb.lemma_ not in MAKE or not happens(verb):
        return
    others = [*others, *below(verb, "with")]
    if others:
        yield from with_each(reading, LABEL, subjects(verb), others)
    else:
        yield from each_other(LABEL, named(reading, subjects(verb)))
