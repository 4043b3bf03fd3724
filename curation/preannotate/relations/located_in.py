"""located_in: a place, a facility or an event lies in a place."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import below, children
from curation.preannotate.parsed_article import Mention, Reading, Token
from curation.preannotate.word_lists import words

LABEL = "located_in"

THINGS = ("FAC", "GPE", "LOC", "EVENT")
PLACES = ("GPE", "LOC")
KINDS = words("""town city village capital province region district port island state area suburb
    plant base airport bridge facility camp hospital neighborhood neighbourhood""")
_AT = (
    "at",
    "in",
    "near",
    "to",
    "into",
    "on",
    "outside",
    "around",
    "through",
    "toward",
    "towards",
)
_IN = ("in", "within", "inside")


def located_in(reading: Reading) -> Iterator[Relation]:
    """ "Moscow, Russia", "the Natanz plant in Iran", "Tskhinvali, the capital of South Ossetia"."""
    for thing in reading.of_type(*THINGS):
        for place in (
            *_after_comma(reading, thing),
            *_in(reading, thing),
            *_apposed(reading, thing),
            *_of_kind(reading, thing),
        ):
            if place.entity != thing.entity:
                yield Relation(thing.entity, place.entity, LABEL)


def _after_comma(reading: Reading, thing: Mention) -> Iterator[Mention]:
    """ "Moscow, Russia," but not "Russia, Turkey and Iran"."""
    comma = reading.token(thing.end)
    if comma is None or comma.text != "," or thing.label not in ("GPE", "FAC"):
        return
    place = reading.at(reading.token(thing.end + 1), ("GPE",))
    if place is None or place.start != thing.end + 1 or _in_list(reading, thing, place):
        return
    root = reading.root(place)
    if root.dep_ == "appos" and root.head == reading.root(thing):
        yield place


def _in_list(reading: Reading, first: Mention, last: Mention) -> bool:
    before, after = reading.token(first.start - 1), reading.token(last.end)
    beyond = reading.token(last.end + 1)
    if (
        before is not None
        and before.text == ","
        and reading.at(reading.token(first.start - 2), PLACES)
    ):
        return True
    if after is not None and after.lower_ in ("and", "or", "&"):
        return True
    return bool(
        after is not None
        and after.text == ","
        and beyond is not None
        and (beyond.lower_ in ("and", "or") or reading.at(beyond, PLACES))
    )


def _in(reading: Reading, thing: Mention) -> Iterator[Mention]:
    """The preposition hangs on the name, or on the common noun that the name specifies."""
    root = reading.root(thing)
    own = [root] if thing.label in ("FAC", "EVENT") or _is_place_of(root) else []
    for holder in (*own, *_specified(root)):
        for token in below(holder, *_IN):
            if token.i > thing.end - 1 and (place := reading.at(token, PLACES)):
                yield place


def _is_place_of(root: Token) -> bool:
    """Whether it is where something is: "at Port Said in Egypt", not "teamwork with Iran in Syria"."""
    return bool(root.dep_ == "pobj" and root.head.lower_ in _AT)


def _specified(root: Token) -> list[Token]:
    """ "the Natanz plant", "the town of Senaki"."""
    above = root.head
    if root.dep_ in ("compound", "nmod") and above.lemma_ in KINDS and above.i > root.i:
        return [above]
    if (
        root.dep_ == "pobj"
        and above.lower_ == "of"
        and above.head.lemma_ in KINDS - {"capital"}
    ):
        return [above.head]
    if root.dep_ == "appos" and above.lemma_ in KINDS:
        return [above]
    return []


def _apposed(reading: Reading, thing: Mention) -> Iterator[Mention]:
    """ "Tskhinvali, the capital of South Ossetia", "Poti, a port in Georgia"."""
    for noun in children(reading.root(thing), ("appos",)):
        if noun.lemma_ in KINDS:
            for token in below(noun, "of", *_IN):
                yield from _place(reading, token)
            for owner in children(noun, ("poss",)):
                yield from _place(reading, owner)


def _of_kind(reading: Reading, thing: Mention) -> Iterator[Mention]:
    """ "Russia's capital Moscow", "Iran's Natanz plant"."""
    root = reading.root(thing)
    above = root.head
    noun = (
        above if root.dep_ in ("compound", "nmod", "appos") and above.lemma_ in KINDS else root
    )
    if noun is root and root.lemma_ not in KINDS and thing.label != "FAC":
        return
    for owner in children(noun, ("poss",)):
        if owner.i < thing.start:
            yield from _place(reading, owner)


def _place(reading: Reading, token: Token) -> Iterator[Mention]:
    """The place itself, or the one that a noun is called after ("South Ossetia region")."""
    if place := reading.at(token, PLACES):
        yield place
    elif token.lemma_ in KINDS:
        for child in children(token, ("compound", "nmod")):
            if place := reading.at(child, PLACES):
                yield place
