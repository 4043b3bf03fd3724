"""located_in: a place, a facility or an event lies in a place."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import children_in_roles, objects_of_prepositions
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token
from curation.preannotate.word_lists import word_set

LABEL = "located_in"

_LOCATED_TYPES = ("FAC", "GPE", "LOC", "EVENT")
_PLACES = ("GPE", "LOC")
_PLACE_NOUNS = word_set("""town city village capital province region district port island state area suburb
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


def located_in(article: ParsedArticle) -> Iterator[Relation]:
    """ "Moscow, Russia", "the Natanz plant in Iran", "Tskhinvali, the capital of South Ossetia"."""
    for thing in article.of_type(*_LOCATED_TYPES):
        for place in (
            *_after_comma(article, thing),
            *_by_preposition(article, thing),
            *_by_apposition(article, thing),
            *_by_possessive(article, thing),
        ):
            if place.entity != thing.entity:
                yield Relation(thing.entity, place.entity, LABEL)


def _after_comma(article: ParsedArticle, thing: Mention) -> Iterator[Mention]:
    """ "Moscow, Russia," but not "Russia, Turkey and Iran"."""
    comma = article.token(thing.end)
    if comma is None or comma.text != "," or thing.label not in ("GPE", "FAC"):
        return
    place = article.at(article.token(thing.end + 1), ("GPE",))
    if place is None or place.start != thing.end + 1 or _in_list(article, thing, place):
        return
    root = article.root(place)
    if root.dep_ == "appos" and root.head == article.root(thing):
        yield place


def _in_list(article: ParsedArticle, first: Mention, last: Mention) -> bool:
    before, after = article.token(first.start - 1), article.token(last.end)
    beyond = article.token(last.end + 1)
    if (
        before is not None
        and before.text == ","
        and article.at(article.token(first.start - 2), _PLACES)
    ):
        return True
    if after is not None and after.lower_ in ("and", "or", "&"):
        return True
    return bool(
        after is not None
        and after.text == ","
        and beyond is not None
        and (beyond.lower_ in ("and", "or") or article.at(beyond, _PLACES))
    )


def _by_preposition(article: ParsedArticle, thing: Mention) -> Iterator[Mention]:
    """The preposition depends on the name, or on the common noun that the name specifies."""
    root = article.root(thing)
    own = [root] if thing.label in ("FAC", "EVENT") or _is_after_place_preposition(root) else []
    for holder in (*own, *_specified_nouns(root)):
        for token in objects_of_prepositions(holder, *_IN):
            if token.i > thing.end - 1 and (place := article.at(token, _PLACES)):
                yield place


def _is_after_place_preposition(root: Token) -> bool:
    """Whether the name says where something is: "at Port Said in Egypt", not "teamwork with Iran"."""
    return bool(root.dep_ == "pobj" and root.head.lower_ in _AT)


def _specified_nouns(root: Token) -> list[Token]:
    """ "the Natanz plant", "the town of Senaki"."""
    above = root.head
    if root.dep_ in ("compound", "nmod") and above.lemma_ in _PLACE_NOUNS and above.i > root.i:
        return [above]
    if (
        root.dep_ == "pobj"
        and above.lower_ == "of"
        and above.head.lemma_ in _PLACE_NOUNS - {"capital"}
    ):
        return [above.head]
    if root.dep_ == "appos" and above.lemma_ in _PLACE_NOUNS:
        return [above]
    return []


def _by_apposition(article: ParsedArticle, thing: Mention) -> Iterator[Mention]:
    """ "Tskhinvali, the capital of South Ossetia", "Poti, a port in Georgia"."""
    for noun in children_in_roles(article.root(thing), ("appos",)):
        if noun.lemma_ in _PLACE_NOUNS:
            for token in objects_of_prepositions(noun, "of", *_IN):
                yield from _place(article, token)
            for owner in children_in_roles(noun, ("poss",)):
                yield from _place(article, owner)


def _by_possessive(article: ParsedArticle, thing: Mention) -> Iterator[Mention]:
    """ "Russia's capital Moscow", "Iran's Natanz plant"."""
    root = article.root(thing)
    above = root.head
    noun = (
        above
        if root.dep_ in ("compound", "nmod", "appos") and above.lemma_ in _PLACE_NOUNS
        else root
    )
    if noun is root and root.lemma_ not in _PLACE_NOUNS and thing.label != "FAC":
        return
    for owner in children_in_roles(noun, ("poss",)):
        if owner.i < thing.start:
            yield from _place(article, owner)


def _place(article: ParsedArticle, token: Token) -> Iterator[Mention]:
    """The place that the token names, or after which a noun is named ("South Ossetia region")."""
    if place := article.at(token, _PLACES):
        yield place
    elif token.lemma_ in _PLACE_NOUNS:
        for child in children_in_roles(token, ("compound", "nmod")):
            if place := article.at(child, _PLACES):
                yield place
