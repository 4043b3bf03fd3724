"""Whether an office in the text is somebody's: a named person's, or one particular holder's."""

from collections.abc import Sequence
from typing import Any

from curation.preannotate.office_words import PUBLIC, RANKS, SHORT, SPEAKERS, singular
from curation.preannotate.parsed_article import Token

Bounds = tuple[int, int]

_PLACES = ("NORP", "GPE", "ORG")


def held(span: Any, head: Token, people: Sequence[Bounds]) -> bool:
    """Whether one particular holder is meant."""
    word = singular(head.text)
    if _beside(span, head, people):
        return True
    if word not in PUBLIC or head.dep_ in ("attr", "oprd", "acomp") or _prep(head) == "as":
        return False
    if word in SPEAKERS and any(child.lower_ in ("a", "an", "the") for child in head.children):
        return True
    capital = span[0].text[0].isupper() and span[0].i != span.sent.start
    acts = head.dep_ in ("nsubj", "nsubjpass", "poss")
    return _definite(span, head) or (capital and acts)


def _beside(span: Any, head: Token, people: Sequence[Bounds]) -> bool:
    """Whether a named person stands next to the office, or is said to hold it."""
    doc, rank = span.doc, singular(head.text) in RANKS | SHORT
    after = span.end
    if after < len(doc) and doc[after].text == "," and not rank:
        after += 1
    if any(s == after or s <= span.start < span.end < e for s, e in people):
        return not any(token.is_sent_start for token in doc[span.end : after + 1])
    if head.dep_ == "conj" and any(s <= head.head.i < e for s, e in people):
        return False
    if head.dep_ in ("appos", "conj") and head.head.dep_ in ("appos", "conj"):
        return _holds(head.head, people) or _holds(head, people)
    return _holds(head, people)


def _holds(head: Token, people: Sequence[Bounds]) -> bool:
    owner = None
    if head.dep_ == "appos":
        owner = head.head
    elif head.dep_ == "attr" and head.head.lemma_ in ("be", "become", "remain"):
        owner = next((c for c in head.head.children if c.dep_ == "nsubj"), None)
    elif head.dep_ in ("nsubj", "nsubjpass") and head.head.lemma_ == "be":
        owner = next((c for c in head.head.children if c.dep_ == "attr"), None)
    elif _prep(head) == "as" and head.head.head.lemma_ in ("serve", "name", "appoint", "elect"):
        owner = next(
            (c for c in head.head.head.children if c.dep_ in ("dobj", "nsubjpass", "nsubj")),
            None,
        )
    if owner is None:
        left = min((t.i for t in head.subtree), default=head.i)
        comma = left > 0 and head.doc[left - 1].text == ","
        return comma and any(e == left - 1 for _, e in people)
    return any(s <= owner.i < e for s, e in people)


def _definite(span: Any, head: Token) -> bool:
    """ "the president", "Russia's defense minister", "US presidents", "ministers of Iran"."""
    before = span.doc[span.start - 1] if span.start > span.sent.start else None
    if before is not None and (before.lower_ == "the" or before.ent_type_ in _PLACES):
        return True
    if any(c.dep_ == "poss" and c.ent_type_ in _PLACES for c in head.children):
        return True
    places = (g for c in head.children if c.lower_ in ("of", "for") for g in c.children)
    plural = head.tag_ in ("NNS", "NNPS")
    determined = any(child.lower_ == "the" for child in head.children)
    return determined or (not plural and any(g.ent_type_ in _PLACES for g in places))


def _prep(token: Token) -> str:
    """The preposition on which it depends, or nothing."""
    return str(token.head.lower_) if token.dep_ == "pobj" else ""
