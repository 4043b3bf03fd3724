"""based_in: an organisation has its seat, or belongs, in a place."""

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
    find_subjects,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.grammar.parties import find_all_parties
from curation.preannotate.parsed_article import Mention, ParsedArticle
from curation.preannotate.word_lists import word_set

LABEL = "based_in"

_PLACES = ("GPE", "LOC")
_INSTITUTIONS = word_set(
    """university college school institute hospital court bank embassy academy centre center
    crescent company museum church mosque"""
)
# Bodies of a state have no seat; the state's name says whose they are.
_OF_STATES = word_set(
    """ministry department office congress senate government parliament army navy police court
    forces embassy council commission assembly"""
)
_SEATS = ("headquarters", "headquarter", "seat", "base", "office")
_SEAT = ("based", "headquartered")


def based_in(article: ParsedArticle) -> Iterator[Relation]:
    """ "Al Jazeera, based in Qatar", "the London-based group Amnesty", "Tehran's Sharif University"."""
    for organisation in article.of_type("ORG"):
        for place in (
            *_by_seat(article, organisation),
            *_by_hyphen(article, organisation),
            *_by_possessive(article, organisation),
            *_by_name_before(article, organisation),
            *_in_place(article, organisation),
        ):
            yield Relation(organisation.entity, place.entity, LABEL)
    yield from _by_headquarters(article)


def _by_headquarters(article: ParsedArticle) -> Iterator[Relation]:
    """ "Siemens has its headquarters in Munich"."""
    for noun in article.nouns(_SEATS):
        verb = noun.head
        if verb.lemma_ != "have" or not is_factual(verb):
            continue
        places = [t for one in (noun, verb) for t in objects_of_prepositions(one, "in")]
        for organisation in find_all_parties(article, find_subjects(verb), ("ORG",)):
            for place in find_all_parties(article, places, _PLACES):
                yield Relation(organisation.entity, place.entity, LABEL)


def _by_seat(article: ParsedArticle, organisation: Mention) -> Iterator[Mention]:
    root = article.root(organisation)
    verbs = [t for t in article.sentence(root) if t.lower_ in _SEAT]
    for verb in verbs:
        subject = verb.head if verb.dep_ in ("acl", "advcl", "amod", "relcl") else None
        passive = [c for c in verb.children if c.dep_ in ("nsubjpass", "nsubj")]
        near = verb.i - organisation.end in (0, 1)
        if subject == root or root in passive or near:
            for token in objects_of_prepositions(verb, "in"):
                if place := article.at(token, _PLACES):
                    yield place


def _by_hyphen(article: ParsedArticle, organisation: Mention) -> Iterator[Mention]:
    """ "London-based Amnesty": the name follows at once or after what it is called."""
    for at in range(organisation.start - 1, max(organisation.start - 6, 1), -1):
        token = article.tokens[at]
        if token.lower_ in _SEAT and token.nbor(-1).text == "-":
            if place := article.at(token.nbor(-2), _PLACES):
                yield place
            return
        if token.pos_ not in ("NOUN", "PROPN", "ADJ") or article.at(token, ("PERSON",)):
            break
    for noun in children_in_roles(article.root(organisation), ("appos",)):
        for token in noun.lefts:  # "Amnesty, a London-based group"
            if token.lower_ in _SEAT and token.nbor(-1).text == "-":
                seat = article.at(token.nbor(-2), _PLACES)
                yield from [seat] if seat else []


def _by_possessive(article: ParsedArticle, organisation: Mention) -> Iterator[Mention]:
    """ "Tehran's Sharif University": the place's possessive just before the name."""
    if place := owner_before(article, organisation.start, _PLACES):
        yield place


def _by_name_before(article: ParsedArticle, organisation: Mention) -> Iterator[Mention]:
    """ "US Congress", "US oil company Acme": a state's or a town's name, and what it is."""
    at = organisation.start
    if {t.lower_ for t in article.doc[at : organisation.end]} & _OF_STATES:
        return
    words = list(common_words_before(article, at, most=3))
    is_whole = article.root(organisation).dep_ != "compound"  # not "U.S. draft U.N. resolution"
    if words and words[0].pos_ == "NOUN" and words[0].lemma_ not in _OF_STATES and is_whole:
        at = words[-1].i
    if place := mention_before(article, at, ("GPE",)):
        yield place


def _in_place(article: ParsedArticle, organisation: Mention) -> Iterator[Mention]:
    """ "the University of Oslo in Norway": an institution, which stays where it is."""
    preposition = article.token(organisation.end)
    last_words = {t.lower_ for t in article.doc[organisation.start : organisation.end]}
    joints = ("in", ",")  # "Columbia University, New York"
    if (
        preposition is None
        or preposition.lower_ not in joints
        or not last_words & _INSTITUTIONS
    ):
        return
    if place := place_after(article, organisation.end + 1, _PLACES):
        yield place
