"""Names that the model missed, though it found them elsewhere in the article, or a list has them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from curation.preannotate.known_names import is_country, is_people
from curation.preannotate.span_edges import PREFIXES, TokenSpan

_LONGEST = 6
_REPEATED = frozenset(["PERSON", "ORG", "GPE", "LOC", "NORP"])


def find_repeated_names(doc: Any, names: Sequence[TokenSpan]) -> Iterator[TokenSpan]:
    """The mentions, outside all *names*, of these and of countries and peoples."""
    taken = {i for name in names for i in range(name.start, name.end)}
    types = _types_by_words(doc, names)
    at = 0
    while at < len(doc):
        found = None if at in taken else _name_at(doc, at, taken, types)
        if found:
            yield found
        at = found.end if found else at + 1


def _types_by_words(doc: Any, names: Sequence[TokenSpan]) -> dict[str, str]:
    """The type of each name that may be looked for, and of the surnames of people."""
    counted: dict[str, Counter[str]] = {}
    for name in names:
        if name.label in _REPEATED:
            words = doc[name.start : name.end]
            counted.setdefault(words.text, Counter())[name.label] += 1
            if name.label == "PERSON" and len(words) > 1 and len(words[-1]) > 2:
                counted.setdefault(words[-1].text, Counter())["PERSON"] += 1
    return {words: labels.most_common(1)[0][0] for words, labels in counted.items()}


def _name_at(doc: Any, at: int, taken: set[int], types: dict[str, str]) -> TokenSpan | None:
    if not doc[at].text[0].isupper():
        return None
    stop = at + 1
    while stop < min(len(doc), at + _LONGEST) and stop not in taken:
        stop += 1
    for end in range(stop, at, -1):
        words = doc[at:end].text
        label = types.get(words) or _listed_type(words)
        if label and _stands_alone(doc, at, end, taken):
            return TokenSpan(at, end, label)
    return None


def _listed_type(words: str) -> str | None:
    if is_country(words) and not words.islower():
        return "GPE"
    return "NORP" if is_people(words) else None


def _stands_alone(doc: Any, start: int, end: int, taken: set[int]) -> bool:
    """Whether no other capitalised name goes on before or behind the words."""
    if start > 1 and doc[start - 1].text == "-" and doc[start - 2].lower_ in PREFIXES:
        return False
    for beside in (start - 1, end):
        if 0 <= beside < len(doc) and beside not in taken:
            token = doc[beside]
            opens = beside < start and token.is_sent_start
            if token.text[0].isupper() and token.pos_ == "PROPN" and not opens:
                return False
    return True
