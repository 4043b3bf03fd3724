"""Whether somebody holds an office in the text: a named person, or one particular holder."""

from collections.abc import Sequence
from typing import Any

from curation.preannotate.office_words import (
    PUBLIC_OFFICES,
    RANKS,
    SPOKESPEOPLE,
    singular_office,
)
from curation.preannotate.parsed_article import Token

TokenBounds = tuple[int, int]

BODIES = ("NORP", "GPE", "ORG")
_ROLES = ("role", "capacity", "job", "post", "position")
_APPOINTING = (
    "serve",
    "name",
    "appoint",
    "elect",
    "swear",
    "resign",
    "inaugurate",
    "replace",
    "succeed",
)


def is_held(span: Any, head: Token, people: Sequence[TokenBounds]) -> bool:
    """Whether a named person or one particular holder holds the office *span* with this *head*."""
    word = singular_office(head.text)
    if _is_beside_person(span, head, people):
        return True
    if _preposition(head) == "as":
        return head.head.head.lemma_ in _APPOINTING or head.head.head.lemma_ in _ROLES
    if word not in PUBLIC_OFFICES or head.dep_ in ("oprd", "acomp"):
        return False
    if head.dep_ == "attr":
        return _is_said_of_somebody(head.head)
    if word in SPOKESPEOPLE and any(
        child.lower_ in ("a", "an", "the") for child in head.children
    ):
        return True
    if head.tag_ in ("NNS", "NNPS") and head.dep_ == "nsubj" and head.left_edge.i == span.start:
        return True
    has_capital = span[0].text[0].isupper() and span[0].i != span.sent.start
    acts = head.dep_ in ("nsubj", "nsubjpass", "poss")
    return _is_definite(span, head) or (has_capital and acts)


def _is_said_of_somebody(verb: Token) -> bool:
    """ "He is the president", "she, who was governor": a particular holder, and no candidate."""
    if verb.lemma_ not in ("be", "become", "remain") or verb.tag_ not in ("VBD", "VBZ", "VBP"):
        return False
    return any(
        c.dep_ == "nsubj" and c.lower_ in ("he", "she", "who", "i") for c in verb.children
    )


def _is_beside_person(span: Any, head: Token, people: Sequence[TokenBounds]) -> bool:
    """Whether a named person is next to the office, or holds it by the parse."""
    doc = span.doc
    is_rank = singular_office(head.text) in RANKS
    next_token = _after_place(doc, span.end)
    if next_token < len(doc) and doc[next_token].text == "," and not is_rank:
        next_token += 1
    if any(s == next_token or s <= span.start < span.end < e for s, e in people):
        return not any(token.is_sent_start for token in doc[span.end : next_token + 1])
    if head.dep_ == "conj" and any(s <= head.head.i < e for s, e in people):
        return False
    if head.dep_ in ("appos", "conj") and head.head.dep_ in ("appos", "conj"):
        return _is_held_by_person(head.head, people) or _is_held_by_person(head, people)
    return _is_held_by_person(head, people)


def _after_place(doc: Any, at: int) -> int:
    """The token after "of Iran" or "for NASA", or *at* where no place and person follow."""
    if at + 2 >= len(doc) or doc[at].lower_ not in ("of", "for", "at"):
        return at
    end = at + 1 + (doc[at + 1].lower_ == "the")
    while end < len(doc) and doc[end].ent_type_ in ("GPE", "LOC", "ORG"):
        end += 1
    is_person = end < len(doc) and doc[end].ent_type_ == "PERSON"
    return end if is_person and doc[end - 1].ent_type_ else at


def _is_held_by_person(head: Token, people: Sequence[TokenBounds]) -> bool:
    owner = None
    if head.dep_ == "appos":
        owner = head.head
    elif head.dep_ == "attr" and head.head.lemma_ in ("be", "become", "remain"):
        owner = next((c for c in head.head.children if c.dep_ == "nsubj"), None)
    elif head.dep_ in ("nsubj", "nsubjpass") and head.head.lemma_ == "be":
        owner = next((c for c in head.head.children if c.dep_ == "attr"), None)
    elif _preposition(head) == "as" and head.head.head.lemma_ in _APPOINTING:
        owner = next(
            (c for c in head.head.head.children if c.dep_ in ("dobj", "nsubjpass", "nsubj")),
            None,
        )
    if owner is None:
        left = min((t.i for t in head.subtree), default=head.i)
        comma = left > 0 and head.doc[left - 1].text == ","
        return comma and any(e == left - 1 for _, e in people)
    return any(s <= owner.i < e for s, e in people)


def _is_definite(span: Any, head: Token) -> bool:
    """ "the president", "Russia's defense minister", "US presidents", "ministers of Iran"."""
    before = span.doc[span.start - 1] if span.start > span.sent.start else None
    if before is not None and (before.lower_ == "the" or before.ent_type_ in BODIES):
        return True
    if any(c.dep_ == "poss" and c.ent_type_ in BODIES for c in head.children):
        return True
    places = (g for c in head.children if c.lower_ in ("of", "for") for g in c.children)
    plural = head.tag_ in ("NNS", "NNPS")
    determined = any(child.lower_ == "the" for child in head.children)
    return determined or (not plural and any(g.ent_type_ in BODIES for g in places))


def _preposition(token: Token) -> str:
    """The preposition on which the token depends; empty if none."""
    return str(token.head.lower_) if token.dep_ == "pobj" else ""
