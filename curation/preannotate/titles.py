"""Titles by rules: offices and ranks, which the model doesn't know, by their words and place."""

from collections.abc import Iterator
from typing import Any

from curation.preannotate.office_holders import BODIES, TokenBounds, is_held
from curation.preannotate.office_words import (
    BODY_NOUNS,
    DEPARTMENTS,
    HONOURS,
    NEEDED_BEFORE,
    OFFICE_AFTER_OF,
    OFFICE_BEFORE_GENERAL,
    OFFICE_MODIFIERS,
    OFFICES,
    PUBLIC_OFFICES,
    RANKS,
    WITH_DEPARTMENT,
    WITH_FIELD,
    singular_office,
)
from curation.preannotate.parsed_article import Token
from curation.preannotate.word_lists import word_set

# What stays outside a title: "senior adviser".
_OUTSIDE = word_set(
    """senior former new old late current previous acting then outgoing incoming longtime top
    local young own many other several veteran famous british-born"""
)
_HYPHENS = frozenset("-‐‑–")


def find_titles(doc: Any) -> Iterator[TokenBounds]:
    """
    The token spans of offices that a person holds or that stand for a person.

    An office in general ("who will become president") is no title.
    """
    people = [(ent.start, ent.end) for ent in doc.ents if ent.label_ == "PERSON"]
    end = 0
    for token in doc:
        if token.i < end or not _is_office(token):
            continue
        start = _title_start(token, end)
        stop = _title_end(token)
        if any(s <= start and stop < e and s != start for s, e in people):
            continue
        if not _names_body(doc, token, stop) and is_held(doc[start:stop], token, people):
            end = stop
            yield start, stop


def _names_body(doc: Any, head: Token, end: int) -> bool:
    """ "the District Prosecutor's Office", "the Joint Chiefs of Staff": bodies, called after an office."""
    words = [t.text for t in doc[end : end + 2]]
    is_office = (
        len(words) == 2 and words[0] in ("'s", "’s") and words[1] in ("Office", "Department")
    )
    return is_office or (head.lower_ in ("chief", "chiefs") and doc[head.i - 1].text == "Joint")


def _is_office(token: Token) -> bool:
    word = singular_office(token.text)
    if word not in OFFICES or token.pos_ in ("VERB", "AUX", "ADV"):
        return False
    next_token = _token_after(token)
    if next_token is not None and next_token.text in _HYPHENS and not _is_elect(token):
        tail = _token_after(next_token)
        return tail is not None and tail.lower_ in ("general", "in")
    # "Deputy Secretary General": the head is the last word of the title.
    if next_token is not None and (_goes_on(token, next_token) or _is_qualifier(token)):
        return False
    needed = NEEDED_BEFORE.get(word)
    return (
        needed is None or (token.i > 0 and token.nbor(-1).lower_ in needed) or _belongs(token)
    )


def _goes_on(token: Token, next_token: Token) -> bool:
    """Whether the next word is the head of the same title; "leader King Abdullah" has two."""
    following = singular_office(next_token.text)
    if following not in OFFICES:
        return False
    is_general = following == "general" and token.lower_ in OFFICE_BEFORE_GENERAL
    is_second = next_token.text[0].isupper() and (
        following in HONOURS or (following in RANKS and token.lower_ in PUBLIC_OFFICES)
    )
    return is_general or token.lower_ in OFFICE_MODIFIERS or not is_second


def _belongs(token: Token) -> bool:
    """Whether a named state, people or body is said to have the office: "Libyan leader", "leader of Hamas"."""
    before = token.nbor(-1) if token.i > token.sent.start else None
    if before is not None and before.text in ("'s", "’s"):
        before = before.nbor(-1) if before.i > token.sent.start else None
    if before is not None and before.ent_type_ in BODIES:
        return True
    return any(
        thing.ent_type_ in BODIES
        for child in token.children
        if child.lower_ == "of"
        for thing in child.children
    )


def _is_qualifier(token: Token) -> bool:
    """Whether the token only qualifies the common noun after it: "chief ally", "minister post"."""
    next_token = _token_after(token)
    if token.lower_ == "chief" and token.dep_ in ("amod", "compound"):
        return True
    return bool(
        next_token is not None
        and token.dep_ in ("compound", "amod")
        and next_token.pos_ == "NOUN"
        and next_token == token.head
        and not next_token.ent_type_
    )


def _token_after(token: Token) -> Token | None:
    """The next token of the same sentence; None at its end."""
    is_last = token.i + 1 >= len(token.doc) or token.nbor().is_sent_start
    return None if is_last else token.nbor()


def _is_elect(token: Token) -> bool:
    words = token.doc[token.i + 1 : token.i + 3]
    return len(words) == 2 and words[0].text in _HYPHENS and words[1].lower_ == "elect"


def _title_start(token: Token, least: int) -> int:
    """The first of the modifiers before the title's head, at *least* or later."""
    start: int = token.i
    floor = max(least, token.sent.start)
    while start > floor:
        before = token.doc[start - 1]
        first = token.doc[start - 2].lower_ if start - 2 >= floor else ""
        if _ends_force(before, token):
            break
        if _is_modifier(before) or _is_field(before, token):
            start -= 1
        elif (before.text in _HYPHENS and first in OFFICE_MODIFIERS) or (
            # "Trade and Industry Minister"
            before.lower_ in ("and", "&")
            and first in DEPARTMENTS
            and token.doc[start].lower_ in DEPARTMENTS
        ):
            start -= 2
        else:
            break
    return start


def _ends_force(token: Token, head: Token) -> bool:
    """Whether the token before a rank ends a force's name, as in "U.S. Army Capt."; alone, it is the rank's."""
    is_of_name = token.ent_type_ == "ORG" and token.ent_iob_ == "I"
    is_office = singular_office(token.text) in OFFICES  # "State Prosecutor General"
    return is_of_name and not is_office and singular_office(head.text) in RANKS


def _is_field(token: Token, head: Token) -> bool:
    """ "foreign-policy" before "advisor": what the office is about, in small letters."""
    return bool(
        singular_office(head.text) in WITH_FIELD
        and token.text.islower()
        and token.text.isalpha()
        and token.dep_ in ("compound", "amod")
        and token.lower_ not in _OUTSIDE
        and not token.ent_type_
    )


def _is_modifier(token: Token) -> bool:
    # "2nd deputy chair"
    ordinal = token.text[0].isdigit() and token.text[-2:] in ("st", "nd", "rd", "th")
    is_body = token.text in BODY_NOUNS  # in small letters
    return (
        token.lower_ in OFFICE_MODIFIERS
        or singular_office(token.text) in RANKS
        or ordinal
        or is_body
    )


def _title_end(token: Token) -> int:
    """The token after the title, which may go on after its head: "Secretary of State for Defence"."""
    doc = token.doc
    stop: int = token.i + 1
    words = [t.lower_ for t in doc[stop : min(stop + 4, token.sent.end)]] + [""] * 4
    if words[0] in _HYPHENS and words[1] == "general":
        return stop + 2
    if words[0] in _HYPHENS and words[1] == "in" and words[3] == "chief":
        return stop + 4
    if words[0] == "general" and token.lower_ in OFFICE_BEFORE_GENERAL:
        return stop + 1
    while stop + 1 < token.sent.end and doc[stop].lower_ in ("of", "for"):
        after = stop + 1 + (doc[stop + 1].lower_ in ("the", "foreign", "internal", "home"))
        if after >= token.sent.end or doc[after].lower_ not in OFFICE_AFTER_OF:
            break
        stop = after + 1
        if stop < token.sent.end and doc[stop].lower_ in ("affairs", "security"):
            stop += 1
    department = _department_end(token, stop)
    return stop if department is None else department


def _department_end(token: Token, stop: int) -> int | None:
    """The end of "for Women and Equality"; None where no name of a department follows."""
    doc = token.doc
    end: int = token.sent.end
    if singular_office(token.text) not in WITH_DEPARTMENT or stop + 1 >= end:
        return None
    at: int = stop + 1 + (doc[stop + 1].text == "the")
    if doc[stop].text not in ("of", "for") or not _is_department(doc, at, end):
        return None
    while _is_department(doc, at, end):
        is_joint = at + 1 < end and doc[at + 1].text in ("and", ",", "&")
        at += 2 if is_joint and _is_department(doc, at + 2, end) else 1
    return at


def _is_department(doc: Any, at: int, end: int) -> bool:
    return bool(
        at < end
        and doc[at].text.istitle()
        and doc[at].ent_type_ not in ("PERSON", "GPE", "NORP", "LOC", "DATE")
        and doc[at].pos_ in ("PROPN", "NOUN", "ADJ")
        and singular_office(doc[at].text) not in OFFICES
    )
