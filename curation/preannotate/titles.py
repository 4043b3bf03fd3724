"""Offices and ranks, which the model doesn't know: found by their words and their place."""

from collections.abc import Iterator
from typing import Any

from curation.preannotate.office_holders import Bounds, held
from curation.preannotate.office_words import (
    AFTER_OF,
    BEFORE_GENERAL,
    BESIDE,
    DEPARTMENTS,
    MODIFIERS,
    PUBLIC,
    RANKS,
    SHORT,
    SORTED,
    singular,
)
from curation.preannotate.parsed_article import Token

_OFFICES = PUBLIC | BESIDE | RANKS
_HYPHENS = frozenset("-‐‑–")


def titles(doc: Any) -> Iterator[Bounds]:
    """
    The token spans of offices that the text gives to a person or that act in a person's place.

    An office in general ("who will become president") is none.
    """
    people = [(ent.start, ent.end) for ent in doc.ents if ent.label_ == "PERSON"]
    end = 0
    for token in doc:
        if token.i < end or not _is_office(token):
            continue
        start, stop = _from(token, end), _to(token)
        if any(s <= start and stop < e and s != start for s, e in people):
            continue
        if held(doc[start:stop], token, people):
            end = stop
            yield start, stop


def _is_office(token: Token) -> bool:
    word = singular(token.text)
    following = _next(token)
    if word in SHORT and following is not None and following.text == ".":
        return True
    if word not in _OFFICES or token.pos_ in ("VERB", "AUX", "ADV"):
        return False
    if following is not None and following.text in _HYPHENS and not _elect(token):
        tail = _next(following)
        return tail is not None and tail.lower_ in ("general", "in")
    # "Deputy Secretary General": the head is the last word of the title.
    if following is not None and (singular(following.text) in _OFFICES or _compound(token)):
        return False
    sort = SORTED.get(word)
    return sort is None or (token.i > 0 and token.nbor(-1).lower_ in sort)


def _compound(token: Token) -> bool:
    """Whether a common noun follows that it only qualifies: "chief ally", "minister post"."""
    following = _next(token)
    return bool(
        following is not None
        and token.dep_ in ("compound", "amod")
        and following.pos_ == "NOUN"
        and following == token.head
        and not following.ent_type_
    )


def _next(token: Token) -> Token | None:
    """The following token of the same sentence."""
    last = token.i + 1 >= len(token.doc) or token.nbor().is_sent_start
    return None if last else token.nbor()


def _elect(token: Token) -> bool:
    words = token.doc[token.i + 1 : token.i + 3]
    return len(words) == 2 and words[0].text in _HYPHENS and words[1].lower_ == "elect"


def _from(token: Token, least: int) -> int:
    """Where the title begins: at the first of the modifiers before its head."""
    start: int = token.i
    floor = max(least, token.sent.start)
    while start > floor:
        before = token.doc[start - 1]
        first = token.doc[start - 2].lower_ if start - 2 >= floor else ""
        if _modifies(before):
            start -= 1
        elif (before.text in _HYPHENS and first in MODIFIERS) or (
            # "Trade and Industry Minister"
            before.lower_ in ("and", "&")
            and first in DEPARTMENTS
            and token.doc[start].lower_ in DEPARTMENTS
        ):
            start -= 2
        else:
            break
    return start


def _modifies(token: Token) -> bool:
    # "2nd deputy chair"
    ordinal = token.text[0].isdigit() and token.text[-2:] in ("st", "nd", "rd", "th")
    return token.lower_ in MODIFIERS or singular(token.text) in RANKS or ordinal


def _to(token: Token) -> int:
    """Where the title ends: "Secretary of State for Defence" goes on after its head."""
    doc = token.doc
    stop: int = token.i + 1
    words = [t.lower_ for t in doc[stop : min(stop + 4, token.sent.end)]] + [""] * 4
    if token.lower_ in SHORT and words[0] == ".":
        return stop + 1
    if words[0] in _HYPHENS and words[1] in ("elect", "general"):
        return stop + 2
    if words[0] in _HYPHENS and words[1] == "in" and words[3] == "chief":
        return stop + 4
    if words[0] == "general" and token.lower_ in BEFORE_GENERAL:
        return stop + 1
    while stop + 1 < token.sent.end and doc[stop].lower_ in ("of", "for"):
        after = stop + 1 + (doc[stop + 1].lower_ in ("the", "foreign", "internal", "home"))
        if after >= token.sent.end or doc[after].lower_ not in AFTER_OF:
            break
        stop = after + 1
        if stop < token.sent.end and doc[stop].lower_ in ("affairs", "security"):
            stop += 1
    return stop
