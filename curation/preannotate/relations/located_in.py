"""located_in: a place, a facility or an event lies in a place."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.beside import (
    common_words_before,
    mention_before,
    owner_before,
    place_after,
)
from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_objects,
    find_subjects,
    is_passive,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.grammar.instances import find_instances, names_led_in
from curation.preannotate.known_names import is_city, is_country, is_region
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token
from curation.preannotate.word_lists import listed_words, word_set

LABEL = "located_in"

_LOCATED_TYPES = ("FAC", "GPE", "LOC", "EVENT")
_PLACES = ("GPE", "LOC")
_PLACE_NOUNS = listed_words("place_nouns")
# Of these, "X area of Y" says that X lies in Y; "X city of Y" that Y lies in X.
_PARTS = word_set("""area district suburb quarter neighborhood neighbourhood region province valley
    county part section borough prefecture territory""")
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
_LYING = ("lie", "locate", "situate", "hold", "take", "stage", "stand", "host")
_IN = ("in", "within", "inside")


def located_in(article: ParsedArticle) -> Iterator[Relation]:
    """ "Moscow, Russia", "the Natanz plant in Iran", "Tskhinvali, the capital of South Ossetia"."""
    yield from _by_verb(article)
    yield from _by_kind(article)
    yield from _elsewhere(article)
    for thing in article.of_type(*_LOCATED_TYPES):
        for place in dict.fromkeys(
            (
                *_after_comma(article, thing),
                *_beside(article, thing),
                *_by_preposition(article, thing),
                *_by_apposition(article, thing),
                *_by_possessive(article, thing),
                *_after_its_kind(article, thing),
                *_after_its_place(article, thing),
                *_said_of_place(article, thing),
            )
        ):
            if place.entity != thing.entity and _can_hold(article, thing, place):
                yield Relation(thing.entity, place.entity, LABEL)


def _by_verb(article: ParsedArticle) -> Iterator[Relation]:
    """ "Senaki and Zugdidi lie in Georgia"."""
    for verb in article.verbs(_LYING):
        if not is_factual(verb):
            continue
        subjects = find_objects(verb) if is_passive(verb) else find_subjects(verb)
        types = _LOCATED_TYPES if verb.lemma_ in _LYING[:3] else ("EVENT",)
        for token in objects_of_prepositions(verb, *_IN):
            place = article.at(token, _PLACES)
            for subject in subjects:
                for thing in (subject, *subject.conjuncts, *_named_by(subject)):
                    found = article.at(thing, types)
                    if place and found and _can_hold(article, found, place):
                        yield Relation(found.entity, place.entity, LABEL)


def _by_kind(article: ParsedArticle) -> Iterator[Relation]:
    """ "nations of Africa such as Chad", "Chennai and other parts of Tamil Nadu", "Montana is a state in the US"."""
    for noun in article.nouns(_PLACE_NOUNS):
        for place in _along(article, noun):
            said_of = [t for one in find_instances(noun) for t in (one, *one.conjuncts)]
            things = [article.at(t, _LOCATED_TYPES) for t in said_of]
            things += names_led_in(article, place.end, _LOCATED_TYPES)
            for thing in dict.fromkeys(filter(None, things)):
                if thing.entity != place.entity and _can_hold(article, thing, place):
                    yield Relation(thing.entity, place.entity, LABEL)


def _elsewhere(article: ParsedArticle) -> Iterator[Relation]:
    """ "Elsewhere in Iraq, a bomb hit Mosul"."""
    for place in article.of_type(*_PLACES):
        words = [t.lower_ for t in article.tokens[max(place.start - 2, 0) : place.start]]
        if words != ["elsewhere", "in"]:
            continue
        end = article.tokens[place.start].sent.end
        for token in article.tokens[place.end : end]:
            thing = article.at(token, ("GPE", "FAC"))
            if thing and _can_hold(article, thing, place):
                yield Relation(thing.entity, place.entity, LABEL)
                break


def _named_by(noun: Token) -> list[Token]:
    """The names behind a kind: "the town of Senaki and Zugdidi"."""
    if noun.lemma_ not in _PLACE_NOUNS:
        return []
    names = list(objects_of_prepositions(noun, "of"))
    return [t for name in names for t in (name, *name.conjuncts)]


def _after_comma(article: ParsedArticle, thing: Mention) -> Iterator[Mention]:
    """ "Moscow, Russia," but not "Russia, Turkey and Iran"."""
    comma = article.token(thing.end)
    if comma is None or comma.text not in (",", "(") or thing.label == "EVENT":
        return
    place = article.at(article.token(thing.end + 1), ("GPE",))
    closing = article.token(place.end) if place else None
    if comma.text == "(" and (closing is None or closing.text != ")"):
        return
    if place is None or place.start != thing.end + 1:
        return
    inner = article.words(thing)
    outer = article.words(place)
    # "Springfield, Illinois, United States", and no list.
    is_chain = (is_country(outer) and (is_city(inner) or is_region(inner))) or (
        is_region(outer) and not is_city(outer) and is_city(inner) and not is_region(inner)
    )
    if not is_chain and _in_list(article, thing, place):
        return
    root = article.root(place)
    is_apposition = root.dep_ == "appos" and root.head == article.root(thing)
    is_attribute = root.dep_ == "compound" and not place.covers(root.head)
    if is_apposition or (not is_attribute and _is_within_country(article, thing, place)):
        yield place


def _is_within_country(article: ParsedArticle, thing: Mention, place: Mention) -> bool:
    """Whether the lists say that a town's name stands before a country's or a province's."""
    inner = article.words(thing)
    outer = article.words(place)
    if is_country(inner):
        return False
    return (
        is_country(outer)
        or (is_region(outer) and not is_region(inner))
        or (is_city(outer) and not is_city(inner) and not is_region(inner))
    )


def _can_hold(article: ParsedArticle, thing: Mention, place: Mention) -> bool:
    """Whether the place may hold the thing: no country lies in a country, or in a town."""
    both_states = thing.label == "GPE" and place.label == "GPE"
    inner = article.words(thing)
    outer = article.words(place)
    if both_states and (is_country(inner) and outer != "United Kingdom"):
        return False
    return inner.lower() != outer.lower()


def _beside(article: ParsedArticle, thing: Mention) -> Iterator[Mention]:
    """ "Senaki in western Georgia", "the Natanz plant in Iran", "Basra province, in southern Iraq"."""
    at = thing.end
    while (token := article.token(at)) is not None and token.lemma_.lower() in _PLACE_NOUNS:
        at += 1
    has_kind = at > thing.end or article.tokens[thing.end - 1].lower_ in _PLACE_NOUNS
    has_comma = token is not None and token.text == ","
    if has_comma:
        at += 1
        token = article.token(at)
    if token is None or token.is_sent_start:
        return
    is_part = article.tokens[at - 1].lemma_.lower() in _PARTS
    if token.lower_ in _IN or (token.lower_ == "of" and has_kind and is_part):
        if place := place_after(article, at + 1, _PLACES):
            yield place
        elif has_comma:
            yield from _along(article, token)  # "Qandil, in the mountains of northern Iraq"
    elif has_kind and has_comma:  # "Basra province, Iraq"
        place = place_after(article, at, ("GPE",))
        if place and not _in_list(article, thing, place):
            yield from [place] if _is_within_country(article, thing, place) else []


def _after_its_place(article: ParsedArticle, thing: Mention) -> Iterator[Mention]:
    """ "the capital of Iraq, Baghdad"."""
    at = thing.start
    word = article.token(at - 1)
    if word is None or word.text != "," or word.i <= article.tokens[thing.start].sent.start:
        return
    place = mention_before(article, word.i, _PLACES)
    preposition = article.token(place.start - 1) if place else None
    if place is None or preposition is None or preposition.lower_ not in ("of", *_IN):
        return
    kind = article.token(preposition.i - 1)
    if kind is not None and kind.lemma_ in _PLACE_NOUNS and preposition.lower_ == "of":
        yield place


def _said_of_place(article: ParsedArticle, thing: Mention) -> Iterator[Mention]:
    """ "Mosul, Iraq's second largest city"."""
    comma = article.token(thing.end)
    place = place_after(article, thing.end + 1, _PLACES)
    if comma is None or comma.text != "," or place is None:
        return
    mark = article.token(place.end)
    if mark is None or mark.lower_ not in ("'s", "’s"):
        return
    words = article.tokens[mark.i + 1 : mark.i + 6]
    kind = next((i for i, word in enumerate(words) if word.lemma_ in _PLACE_NOUNS), None)
    if kind is not None and all(
        w.pos_ in ("ADJ", "ADV", "NOUN", "NUM", "PROPN", "PUNCT") for w in words[:kind]
    ):
        yield place


def _after_its_kind(article: ParsedArticle, thing: Mention) -> Iterator[Mention]:
    """ "the US state of Ohio", "Iran's southern city Bushehr": a place's name, a kind, then the thing's."""
    at = thing.start
    before = article.token(at - 1)
    is_called = before is not None and before.lower_ == "of"
    kinds = list(common_words_before(article, at - is_called, most=4))
    if not any(kind.lemma_ in _PLACE_NOUNS for kind in kinds):
        return
    if is_called and kinds[0].lemma_ in _PARTS:
        return
    at = kinds[-1].i
    place = owner_before(article, at, _PLACES) or mention_before(article, at, _PLACES)
    if place:
        yield place


def _in_list(article: ParsedArticle, first: Mention, last: Mention) -> bool:
    before = article.token(first.start - 1)
    after = article.token(last.end)
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
        if article.any_at(noun):
            continue
        yield from _along(article, noun)
        if noun.lemma_ in _PLACE_NOUNS:
            for owner in children_in_roles(noun, ("poss",)):
                yield from _place(article, owner)


def _along(article: ParsedArticle, token: Token) -> Iterator[Mention]:
    """The place that a noun is in or of: "the capital of a province in Iraq"."""
    prepositions = (
        [token]
        if token.dep_ == "prep"
        else [
            c
            for c in token.children
            if c.lower_ in _IN or (c.lower_ == "of" and token.lemma_ in _PLACE_NOUNS)
        ]
    )
    for inner in [t for p in prepositions for t in children_in_roles(p, ("pobj",))]:
        named = list(_place(article, inner))
        yield from named or _along(article, inner)


def _by_possessive(article: ParsedArticle, thing: Mention) -> Iterator[Mention]:
    """ "Russia's capital Moscow", "Iran's Natanz plant"."""
    if owner := owner_before(article, thing.start, _PLACES):
        yield owner
        return
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
