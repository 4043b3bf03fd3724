"""Names by their shape: capitals that end or begin with a word for what is named, as "Black Sea" does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from curation.preannotate.office_words import OFFICE_MODIFIERS, OFFICES, singular_office
from curation.preannotate.span_edges import NO_TYPE, TokenSpan
from curation.preannotate.word_lists import listed_words, word_set

# The last word of a name, or the last before "of", "on" and "for".
_LAST_WORDS = {
    # Awards have no type, nor has anything in their names: "Nobel Peace Prize".
    NO_TYPE: listed_words("awards"),
    "LAW": listed_words("laws"),
    "EVENT": listed_words("events"),
    "LOC": listed_words("landscapes"),
    "FAC": listed_words("buildings"),
    "ORG": listed_words("bodies"),
}
# Buildings where something is in or at them; else the bodies in them, which the model knows.
_WHERE = word_set(
    "hospital museum hotel station park theatre theater centre center base camp hall library church"
)
_PLACE_PREPOSITIONS = word_set("in at near outside inside to from around into")
# The first word of a name.
_FIRST_WORDS = {
    "LOC": word_set("mount cape lake"),
    "EVENT": word_set("operation hurricane typhoon cyclone"),
}
# "Ministry of Foreign Affairs", "Gulf of Aden", "Battle of Britain", "Convention on Cluster Munitions"
_WITH_TAIL = {
    "LOC": word_set("gulf sea bay strait straits"),
    "EVENT": word_set("battle siege feast"),
    "LAW": word_set("convention treaty declaration resolution"),
    "ORG": word_set("ministry university bank department institute council academy"),
}
_NUMBERED = {"EVENT": word_set("war"), "LAW": word_set("resolution article")}
_NUMERALS = frozenset(["I", "II", "III", "One", "Two"])
_AWARDS = _LAST_WORDS[NO_TYPE]
_NEVER_GOVERNED = word_set("sea ocean river lake gulf strait peninsula mountains desert mount")
_SMALL_LAWS = ("treaty", "protocol", "accord", "accords")
_TAIL_PREPOSITIONS = ("of", "on", "for", "against")
# "Ministry of Education and Science"
_WITH_JOINT_TAIL = ("ministry", "department")

_ShapeWords = Mapping[str, frozenset[str]]


def _by_word(lists: _ShapeWords) -> dict[str, str]:
    return {word: label for label, words in lists.items() for word in words}


_LABEL_BY_LAST = _by_word(_LAST_WORDS)
# The types that a shape may say.
SHAPE_TYPES = frozenset(_LAST_WORDS) - {NO_TYPE}

_LABEL_BY_FIRST = _by_word(_FIRST_WORDS)
_LABEL_WITH_TAIL = _by_word(_WITH_TAIL)
_LABEL_NUMBERED = _by_word(_NUMBERED)
_CUES = (
    _LABEL_BY_LAST.keys()
    | _LABEL_BY_FIRST.keys()
    | _LABEL_WITH_TAIL.keys()
    | _LABEL_NUMBERED.keys()
    | _WHERE
)
_KEPT = frozenset(["PERSON", "DATE", "MONEY", "TITLE"])


def shape_names(doc: Any, names: Sequence[TokenSpan]) -> list[TokenSpan]:
    """The names, and those that have a shape, in the order of the text; a shape wins over names in it."""
    names = [_as_law(doc, name) for name in names]
    label_at = {i: name for name in names for i in range(name.start, name.end)}
    found: list[TokenSpan] = []
    end = 0
    for token in doc:
        is_cue = token.i >= end and token.lower_ in _CUES and token.text[0].isupper()
        if is_cue and (shape := _shape(doc, token, max(end, token.sent.start), label_at)):
            found.append(shape)
            end = shape.end
    covered = {i for shape in found for i in range(shape.start, shape.end)}
    rest = (name for name in names if covered.isdisjoint(range(name.start, name.end)))
    typed = (shape for shape in found if shape.label != NO_TYPE)
    return sorted(chain(rest, typed), key=lambda name: name.start)


def _as_law(doc: Any, name: TokenSpan) -> TokenSpan:
    """A name of the model's that ends with "treaty", in small letters, too, as a law."""
    is_law = name.end - name.start > 1 and doc[name.end - 1].lower_ in _SMALL_LAWS
    return replace(name, label="LAW") if is_law else name


def _shape(
    doc: Any, token: Any, least: int, names: Mapping[int, TokenSpan]
) -> TokenSpan | None:
    own = names.get(token.i)
    if (own and own.label in _KEPT and token.lower_ not in _AWARDS) or _in_capital_line(token):
        return None
    shape = _bounds(doc, token, least, names)
    if shape is None or own is None or shape.label == NO_TYPE:
        return shape
    # The model knows better where its own names begin, and which of the places have a government.
    goes_on = own.label == shape.label and own.start == shape.start and own.end < shape.end
    is_water_or_rock = shape.label == "LOC" and token.lower_ in _NEVER_GOVERNED
    is_known = own.label in (shape.label, "GPE") and not is_water_or_rock
    if (is_known and not goes_on) or own.end > shape.end:
        return None
    return replace(shape, start=min(own.start, shape.start))


def _bounds(
    doc: Any, token: Any, least: int, names: Mapping[int, TokenSpan]
) -> TokenSpan | None:
    word = token.lower_
    start = _start(doc, token, least, {} if word in _AWARDS else names)
    after = doc[token.i + 1] if token.i + 1 < token.sent.end else None
    if word in _LABEL_NUMBERED and after is not None and _is_number(after):
        return TokenSpan(start, token.i + 2, _LABEL_NUMBERED[word])
    if word in _LABEL_BY_FIRST and after is not None:
        end = _capitals_end(doc, token.i + 1, names)
        if end > token.i + 1:
            return TokenSpan(token.i, end, _LABEL_BY_FIRST[word])
    tail = _tail_end(doc, token, names)
    if word in _LABEL_WITH_TAIL and tail:
        return TokenSpan(start, tail, _LABEL_WITH_TAIL[word])
    if start < token.i and not _goes_on(doc, token, names):
        if word in _LABEL_BY_LAST:
            return TokenSpan(start, token.i + 1, _LABEL_BY_LAST[word])
        before = doc[start - 1 - (doc[start - 1].lower_ == "the")] if start > 1 else None
        if word in _WHERE and before is not None and before.lower_ in _PLACE_PREPOSITIONS:
            return TokenSpan(start, token.i + 1, "FAC")
    return None


def _is_number(token: Any) -> bool:
    return bool(token.text in _NUMERALS or token.text.isdigit())


def _start(doc: Any, token: Any, least: int, names: Mapping[int, TokenSpan]) -> int:
    """The first of the capitalised words before the token that belong to no person, date or office."""
    start = int(token.i)
    while start > least:
        before = doc[start - 1]
        name = names.get(start - 1)
        opens = before.is_sent_start and before.pos_ != "PROPN" and name is None
        if (name and name.label in _KEPT) or opens or not _is_capital(before):
            break
        # "Non-Proliferation Treaty"
        is_joint = start - 2 > least and doc[start - 2].text == "-"
        start -= 3 if is_joint and _is_capital(doc[start - 3]) else 1
    return start


def _is_capital(token: Any) -> bool:
    return bool(token.text[0].isupper() and token.pos_ in ("PROPN", "ADJ", "NOUN", "NUM"))


def _capitals_end(doc: Any, at: int, names: Mapping[int, TokenSpan]) -> int:
    """The end of the capitalised words from *at* on; an office or a person is another name."""
    end = at
    stop = doc[at].sent.end
    while end < stop and _is_capital(doc[end]):
        name = names.get(end)
        is_other = name is not None and name.label in _KEPT
        if is_other or singular_office(doc[end].text) in OFFICES:
            break
        end += 1
    return end


def _tail_end(doc: Any, token: Any, names: Mapping[int, TokenSpan]) -> int | None:
    """The end of "of Foreign Affairs", "on Cluster Munitions"; None where no such tail follows."""
    end = token.sent.end
    at = token.i + 1
    if at >= end or doc[at].text not in _TAIL_PREPOSITIONS:
        return None
    at += 2 if at + 1 < end and doc[at + 1].text == "the" else 1
    if at >= end or not _is_capital(doc[at]):
        return None
    stop = _capitals_end(doc, at, names)
    if stop == at:
        return None
    is_joint = stop + 1 < end and doc[stop].text == "and" and token.lower_ in _WITH_JOINT_TAIL
    if is_joint and _is_capital(doc[stop + 1]):
        return _capitals_end(doc, stop + 1, names)
    return stop


def _goes_on(doc: Any, token: Any, names: Mapping[int, TokenSpan]) -> bool:
    """Whether another capitalised word follows, so that this one isn't the last."""
    after = token.i + 1
    if after >= token.sent.end:
        return False
    own = names.get(token.i)
    other = names.get(after)
    if other is not None and other is not own:
        return False
    is_office = (
        doc[after].lower_ in OFFICE_MODIFIERS or singular_office(doc[after].text) in OFFICES
    )
    return _is_capital(doc[after]) and not is_office


def _in_capital_line(token: Any) -> bool:
    """Whether most words of the token's sentence have a capital, as in headlines, so that it says nothing."""
    words = [t for t in token.sent if t.is_alpha and len(t) > 3]
    return len(words) > 2 and 2 * sum(t.text[0].isupper() for t in words) > 1.5 * len(words)
