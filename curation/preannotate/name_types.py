"""One name, one type in an article: what the lists, the longest mention and the words around say."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from curation.preannotate.known_names import (
    is_city,
    is_country,
    is_organisation,
    is_people,
    is_region,
)
from curation.preannotate.office_words import OFFICES, singular_office
from curation.preannotate.span_edges import HONORIFICS, NO_TYPE, TokenSpan
from curation.preannotate.word_lists import listed_words, word_set

# Types between which the sentence decides, not the name: a building and the body in it.
_BY_SENTENCE = frozenset(["ORG", "FAC"])
_SETTLED = frozenset(["PERSON", "ORG", "GPE", "LOC", "FAC", "NORP"])
# Abbreviations of things, which the model takes for bodies.
_THINGS = listed_words("things")
_VESSELS = word_set(
    "ship freighter vessel yacht ferry tanker boat submarine trawler aircraft shuttle"
)
_SHIP_PREFIXES = ("uss", "hms", "mv", "ss", "hmas", "ins", "m/v")
_SUMMIT = re.compile(r"G-?\d{1,2}")
_PLACE_NOUNS = word_set("city town village capital port province state district region suburb")
_PLACE_PREPOSITIONS = word_set("in near at from outside around into through")


def settle_types(doc: Any, names: Sequence[TokenSpan]) -> list[TokenSpan]:
    """The names, of which those with the same words have one type."""
    surnames = {
        doc[n.end - 1].text for n in names if n.label == "PERSON" and n.end - n.start > 1
    }
    mentions: dict[str, list[TokenSpan]] = defaultdict(list)
    for name in names:
        mentions[_words(doc, name)].append(name)
    types = {words: _type_of(doc, words, same, surnames) for words, same in mentions.items()}
    settled = ((name, types[_words(doc, name)]) for name in names)
    return [
        name if label is None else replace(name, label=label)
        for name, label in settled
        if label != NO_TYPE
    ]


def _words(doc: Any, name: TokenSpan) -> str:
    return str(doc[name.start : name.end].text)


def _type_of(
    doc: Any, words: str, mentions: Sequence[TokenSpan], surnames: Collection[str]
) -> str | None:
    """The type of all these mentions; None where each keeps its own."""
    labels = Counter(mention.label for mention in mentions)
    if words in _THINGS or any(_is_called_vessel(doc, mention) for mention in mentions):
        return NO_TYPE
    if not labels.keys() <= _SETTLED or labels.keys() == _BY_SENTENCE:
        return None
    if listed := _listed_type(words, labels, surnames):
        return listed
    if words in surnames and (labels.keys() != {"GPE"} or not is_city(words)):
        return "PERSON"
    if _SUMMIT.fullmatch(words):
        return "ORG"
    return _type_by_context(doc, words, mentions) or labels.most_common(1)[0][0]


def _type_by_context(doc: Any, words: str, mentions: Sequence[TokenSpan]) -> str | None:
    """What the words beside some mention say of all; None where they say nothing."""
    if any(_is_called_place(doc, mention) for mention in mentions):
        return "GPE"
    if any(_is_called_person(doc, mention) for mention in mentions):
        return "PERSON"
    is_place = any(_follows_preposition(doc, mention) for mention in mentions)
    may_be_other = any(mention.label in ("PERSON", "ORG") for mention in mentions)
    return "GPE" if is_city(words) and (is_place or not may_be_other) else None


def _listed_type(
    words: str, labels: Mapping[str, int], surnames: Collection[str]
) -> str | None:
    if words in surnames and "PERSON" in labels:
        return None
    if is_country(words):
        return "GPE"
    if is_people(words):
        return "NORP"
    # Some regions have the names of others, and common words: "Gulf", "Central".
    if is_region(words) and labels.keys() - {"LOC", "NORP"}:
        return "GPE"
    return "ORG" if is_organisation(words) else None


def _is_called_place(doc: Any, mention: TokenSpan) -> bool:
    """ "the town of Senaki"."""
    before = [token.lower_ for token in doc[max(0, mention.start - 2) : mention.start]]
    return len(before) == 2 and before[1] == "of" and before[0] in _PLACE_NOUNS


def _is_called_vessel(doc: Any, mention: TokenSpan) -> bool:
    """ "a freighter named Victoria", "the USS Cole": ships and aircraft have no type."""
    before = [token.lower_ for token in doc[max(0, mention.start - 3) : mention.start]]
    if before and before[-1] == "the":
        before.pop()
    if not before:
        return False
    is_named = before[-1] in ("named", "called", "renamed", "christened")
    return before[-1] in _SHIP_PREFIXES or (is_named and bool(_VESSELS & {*before}))


def _follows_preposition(doc: Any, mention: TokenSpan) -> bool:
    return mention.start > 0 and doc[mention.start - 1].lower_ in _PLACE_PREPOSITIONS


def _is_called_person(doc: Any, mention: TokenSpan) -> bool:
    """ "Mr. Lee", "said Ann Lee, president of …"."""
    if mention.start > 0 and doc[mention.start - 1].lower_ in HONORIFICS:
        return True
    comma = mention.end
    office = mention.end + 1
    return bool(
        mention.end - mention.start in (2, 3)
        and office < len(doc)
        and doc[comma].text == ","
        and (singular_office(doc[office].text) in OFFICES)
        and all(token.text.istitle() for token in doc[mention.start : mention.end])
    )
