"""Names that the model took too long, too short, or two for one, brought to the guideline."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from curation.preannotate.known_names import (
    is_city,
    is_country,
    is_organisation,
    is_people,
    is_region,
)
from curation.preannotate.office_words import DEPARTMENTS
from curation.preannotate.span_edges import PREFIXES, TokenSpan
from curation.preannotate.word_lists import word_set

# Bodies that go by their name alone, so that an adjective before it is no part of it.
_NAMED_ALONE = word_set("fleet duma knesset bundestag majlis")
# Bodies whose official name goes on with "of" and a place.
_WITH_PLACE = word_set(
    """party ministry republic bank university army council church assembly parliament federation
    union front committee association academy institute representatives court congress"""
)
_SMALL_MINISTRIES = ("ministry", "department")
_BY_CAPITAL = ("PERSON", "ORG", "GPE", "LOC", "FAC")
_NAMES_OF_PLACES = frozenset(["GPE", "LOC"])


def mend_parts(doc: Any, names: Sequence[TokenSpan]) -> list[TokenSpan]:
    """The names with their right edges and types, in the order of the text."""
    parts = [part for name in names for part in _parts(doc, name)]
    return list(_joined(doc, parts))


def _parts(doc: Any, name: TokenSpan) -> Iterator[TokenSpan]:
    if (
        _is_word(doc, name)
        or _is_behind_prefix(doc, name)
        or (name.label == "NORP" and doc[name.start].text.islower())
    ):
        return
    if name.label == "NORP":
        yield from _peoples(doc, name)
    elif name.label == "ORG":
        yield from _body(doc, name)
    elif name.label in _NAMES_OF_PLACES:
        yield from _without_common_words(doc, name)
    else:
        yield name


def _is_word(doc: Any, name: TokenSpan) -> bool:
    """Whether the model took the word that opens a sentence for a name, by its capital alone."""
    token = doc[name.start]
    if name.label not in _BY_CAPITAL or name.end - name.start > 1 or not token.is_sent_start:
        return False
    return bool(
        token.pos_ not in ("PROPN", "")
        and not token.text.isupper()
        and not _is_listed(token.text, name.label)
    )


def _is_listed(word: str, label: str) -> bool:
    """Whether a list has the word; a region only where the model says so: common words name some."""
    if is_people(word) or is_country(word) or is_city(word) or is_organisation(word):
        return True
    return label in _NAMES_OF_PLACES and is_region(word)


def _is_behind_prefix(doc: Any, name: TokenSpan) -> bool:
    """Whether a prefix makes another word of the name: "anti-American"."""
    if doc[name.start].lower_ in PREFIXES and doc[name.start].text.islower():
        return True
    before = doc[max(0, name.start - 2) : name.start]
    return len(before) == 2 and before[1].text == "-" and before[0].lower_ in PREFIXES


def _peoples(doc: Any, name: TokenSpan) -> Iterator[TokenSpan]:
    """ "Sunni Arab" is two peoples; "South Korean" is one."""
    if is_people(doc[name.start : name.end].text):
        yield name
        return
    halves = (replace(name, end=name.start + 1), replace(name, start=name.start + 1))
    if name.end - name.start == 2 and is_people(doc[name.start].text):
        yield from (half for half in halves if not doc[half.start].text.islower())
    else:
        yield name


def _body(doc: Any, name: TokenSpan) -> Iterator[TokenSpan]:
    words = doc[name.start : name.end]
    last = words[-1]
    is_ministry = name.end < len(doc) and doc[name.end].text in _SMALL_MINISTRIES
    if len(words) > 1 and (_is_common(last) or (is_ministry and last.lower_ in DEPARTMENTS)):
        # "the Georgian Interior ministry" names the Georgians alone.
        first = words[0].text
        if is_people(first) or is_country(first):
            yield TokenSpan(name.start, name.start + 1, "NORP" if is_people(first) else "GPE")
        else:
            yield from _without_common_words(doc, name)
        return
    for at in range(1, min(3, len(words))):
        attribute = words[:at].text
        if is_people(attribute) and last.lower_ in _NAMED_ALONE:
            yield TokenSpan(name.start, name.start + at, "NORP")
            yield replace(name, start=name.start + at)
            return
    yield name


def _is_common(token: Any) -> bool:
    return bool(token.text.islower() and token.text.isalpha() and token.pos_ in ("NOUN", "ADJ"))


def _without_common_words(doc: Any, name: TokenSpan) -> Iterator[TokenSpan]:
    """ "Uruzgan province": the name alone."""
    end = name.end
    while end - name.start > 1 and _is_common(doc[end - 1]):
        end -= 1
    # What is left is a name by its capital; an adjective ("northern") names nothing.
    yield replace(name, end=end)


def _joined(doc: Any, names: Sequence[TokenSpan]) -> Iterator[TokenSpan]:
    """The names, of which some go on in the next: "Washington, D.C.", "Communist Party of China"."""
    waiting: TokenSpan | None = None
    for name in names:
        if waiting is not None:
            between = doc[waiting.end : name.start].text
            is_district = between == "," and doc[name.start : name.end].text == "D.C."
            is_tail = (
                between in ("of", "of the")
                and waiting.label == "ORG"
                and name.label in _NAMES_OF_PLACES
                and doc[waiting.end - 1].lower_ in _WITH_PLACE
                and waiting.end - waiting.start > 1
            )
            if is_district or is_tail:
                waiting = replace(waiting, end=name.end)
                continue
            yield waiting
        waiting = name
    if waiting is not None:
        yield waiting
