"""
What spaCy's ``attribute_ruler`` and ``lemmatizer`` say of tokens, looked up for an article at once.

spaCy holds each of some 180 patterns against each token, nearly all of which test one token alone: its
tag, its role in the parse and its word. What they say together is kept for each such case that came up.
A pattern of another kind is left to spaCy's own Matcher.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from spacy.attrs import intify_attr
from spacy.lang.en.lemmatizer import EnglishLemmatizer
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler
from spacy.strings import StringStore
from spacy.tokens import Doc, Token

# What a pattern may test of one token to be looked up, and what it may set.
_TESTED = ("TAG", "DEP", "LOWER", "IS_SPACE")
_SET = ("TAG", "POS", "MORPH", "LEMMA", "DEP")
_LEMMA_OF = ("ORTH", "LOWER", "POS", "MORPH", "LEMMA")
_SET_NUMBERS = tuple(intify_attr(name) for name in _SET)

# A token by what patterns test of it, each as a number; words that no pattern names are 0.
_Case = tuple[int, ...]
# What is set, by the place in _SET.
_Values = dict[int, int]


@dataclass(frozen=True, slots=True)
class _Test:
    """Whether a token's value, by its place in _TESTED, is one of *values*, or none of them."""

    at: int
    values: frozenset[int]
    is_in: bool

    def fits(self, case: _Case) -> bool:
        """Whether the token passes."""
        return (case[self.at] in self.values) == self.is_in


@dataclass(frozen=True)
class _RulerTable:
    """The patterns of an ``attribute_ruler``: *tests* of those that are looked up, by number, and a *matcher* for the others."""

    tests: tuple[tuple[int, tuple[_Test, ...]], ...]
    named_words: frozenset[int]
    attributes: Sequence[_Values]
    matcher: Matcher | None
    numbers: dict[_Case, tuple[int, ...]] = field(default_factory=dict)
    values: dict[tuple[int, ...], _Values] = field(default_factory=dict)

    def numbers_of(self, case: _Case) -> tuple[int, ...]:
        """The patterns that the token fits."""
        known = self.numbers.get(case)
        if known is None:
            known = self.numbers[case] = tuple(
                number for number, tests in self.tests if all(test.fits(case) for test in tests)
            )
        return known

    def values_of(self, numbers: tuple[int, ...]) -> _Values:
        """What patterns set together: the later wins."""
        known = self.values.get(numbers)
        if known is None:
            known = self.values[numbers] = {
                at: value for number in numbers for at, value in self.attributes[number].items()
            }
        return known


_tables: "WeakKeyDictionary[AttributeRuler, tuple[int, _RulerTable | None]]" = (
    WeakKeyDictionary()
)


def is_looked_up(pipe: Any) -> bool:
    """Whether annotate_tokens knows what the component does."""
    if type(pipe) is AttributeRuler:
        return _table(pipe) is not None
    return type(pipe) is EnglishLemmatizer and pipe.mode == "rule" and not pipe.overwrite


def annotate_tokens(pipe: Any, doc: Doc, line_starts: AbstractSet[int]) -> None:
    """Sets what the component says of the tokens, of which it sees one line at a time."""
    if isinstance(pipe, EnglishLemmatizer):
        _set_lemmas(pipe, doc)
    elif table := _table(pipe):
        _set_attributes(table, pipe, doc, line_starts)


def _table(ruler: AttributeRuler) -> _RulerTable | None:
    count, table = _tables.get(ruler, (-1, None))
    if count != len(ruler.attrs):
        table = _new_table(ruler)
        _tables[ruler] = (len(ruler.attrs), table)
    return table


def _new_table(ruler: AttributeRuler) -> _RulerTable | None:
    """The patterns as a table; None where one sets something else, or may repeat a token."""
    strings = ruler.vocab.strings
    if not all(values.keys() <= {*_SET_NUMBERS} for values in ruler.attrs):
        return None
    others = Matcher(ruler.vocab)
    looked_up = []
    words: set[int] = set()
    for number, rule in enumerate(ruler.patterns):
        for pattern in rule["patterns"]:
            if any(key.upper() == "OP" for token in pattern for key in token):
                return None
            tests = _tests(pattern[0], strings, words) if len(pattern) == 1 else None
            if tests is None or rule["index"] not in (0, -1):
                others.add(str(number), [pattern])
            else:
                looked_up.append((number, tests))
    return _RulerTable(
        tests=tuple(looked_up),
        named_words=frozenset(words),
        attributes=[
            {_SET_NUMBERS.index(key): value for key, value in values.items()}
            for values in ruler.attrs
        ],
        matcher=others if len(others) else None,
    )


def _tests(
    token: dict[str, Any], strings: StringStore, words: set[int]
) -> tuple[_Test, ...] | None:
    """What a pattern tests of its only token; None where that can't be looked up. *words* takes up those it names."""
    if not token.keys() <= {*_TESTED}:
        return None
    tests = []
    named: set[int] = set()
    for key, wanted in token.items():
        for kind, listed in wanted.items() if isinstance(wanted, dict) else [("IN", [wanted])]:
            if kind not in ("IN", "NOT_IN") or not all(
                isinstance(one, str | bool) for one in listed
            ):
                return None
            numbers = frozenset(
                int(one) if isinstance(one, bool) else strings.add(one) for one in listed
            )
            tests.append(_Test(_TESTED.index(key), numbers, is_in=kind == "IN"))
            named |= numbers if key == "LOWER" else set()
    words |= named
    return tuple(tests)


def _set_attributes(
    table: _RulerTable, ruler: AttributeRuler, doc: Doc, line_starts: AbstractSet[int]
) -> None:
    words = table.named_words
    found = [
        table.numbers_of((tag, role, word if word in words else 0, is_space))
        for tag, role, word, is_space in doc.to_array(_TESTED).tolist()
    ]
    for number, at in _others(table, ruler, doc, line_starts):
        found[at] = tuple(sorted((*found[at], number)))
    columns = doc.to_array(_SET)
    for row, numbers in zip(columns, found, strict=True):
        for at, value in table.values_of(numbers).items():
            row[at] = value
    doc.from_array(_SET, columns)


def _others(
    table: _RulerTable, ruler: AttributeRuler, doc: Doc, line_starts: AbstractSet[int]
) -> Iterator[tuple[int, int]]:
    """Patterns that aren't looked up, by number, and the token of each that they fit."""
    for key, start, end in table.matcher(doc, allow_missing=True) if table.matcher else ():
        number = int(doc.vocab.strings[key])
        if line_starts.isdisjoint(range(start + 1, end)):
            index = ruler.indices[number]
            yield number, start + index if index >= 0 else end + index


def _set_lemmas(lemmatizer: EnglishLemmatizer, doc: Doc) -> None:
    """As rule_lemmatize of the component, which asks again for each token whether its kind has tables."""
    strings = doc.vocab.strings
    kinds: dict[tuple[int, int], str] = {}
    lemmas = []
    for at, (word, lower, part, morph, lemma) in enumerate(doc.to_array(_LEMMA_OF).tolist()):
        if lemma:
            lemmas.append(lemma)
            continue
        kind = kinds.get((part, morph)) or kinds.setdefault(
            (part, morph), _lemma_kind(lemmatizer, doc[at])
        )
        if kind == "LOWER":
            lemmas.append(lower)
        elif kind == "ORTH":
            lemmas.append(word)
        else:
            forms = lemmatizer.cache.get((word, part, morph)) or lemmatizer.lemmatize(doc[at])
            lemmas.append(strings.add(forms[0]))
    doc.from_array(["LEMMA"], np.array(lemmas, np.uint64))


def _lemma_kind(lemmatizer: EnglishLemmatizer, token: Token) -> str:
    """Which attribute is the lemma of all tokens of this kind; empty where each is looked up."""
    part = token.pos_.lower()
    if not part:
        return ""
    if part in ("eol", "space") or lemmatizer.is_base_form(token):
        return "LOWER"
    tables = (
        lemmatizer.lookups.get_table(name, {})
        for name in ("lemma_index", "lemma_exc", "lemma_rules")
    )
    if any(table.get(part) for table in tables):
        return ""
    return "ORTH" if part == "propn" else "LOWER"
