"""affiliated_with: a person works for, speaks for, leads or serves an organisation or a state."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_subjects,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.grammar.parties import find_parties
from curation.preannotate.parsed_article import Mention, ParsedArticle
from curation.preannotate.relations.has_nationality import SERVANTS
from curation.preannotate.relations.holds_position import (
    OfficeHolder,
    find_office_holders,
    institutions_of_title,
)
from curation.preannotate.word_lists import word_set

LABEL = "affiliated_with"

_BODIES = ("ORG", "GPE", "NORP")
# May stand between a state and its office: "Israel's former foreign minister".
_BETWEEN = word_set("""'s ’s ' ’ former then acting new current outgoing incoming late interim longtime ex -
    the veteran senior top""")
_SERVES = {"work": ("for", "at"), "serve": ("in", "with"), "report": ("for",), "lead": ()}


def affiliated_with(article: ParsedArticle) -> Iterator[Relation]:
    """ "US President Donald Trump", "Utiashvili, a spokesperson for the Interior Ministry"."""
    for holder in find_office_holders(article):
        for place in _bodies_of_office(article, holder):
            yield Relation(holder.person.entity, place.entity, LABEL)
    for person in article.of_type("PERSON"):
        for place in (
            *_after_preposition(article, person),
            *_in_credit(article, person),
            *_served(article, person),
        ):
            yield Relation(person.entity, place.entity, LABEL)
    yield from _by_verb(article)


def _bodies_of_office(article: ParsedArticle, holder: OfficeHolder) -> list[Mention]:
    """The bodies of the office: those it is "of" or "for", and the name before it."""
    title = holder.title
    bodies = [
        m
        for t in institutions_of_title(article, title)
        for m in find_parties(article, t, _BODIES)
    ]
    at = title.start - 1
    sentence = article.doc[title.start].sent.start
    while at >= sentence and _may_stand_between(article, at):
        at -= 1
    place = article.at(article.doc[at], _BODIES) if at >= sentence else None
    if place and place.end == at + 1:
        bodies.append(place)
    return list(dict.fromkeys(bodies))


def _may_stand_between(article: ParsedArticle, at: int) -> bool:
    """Whether the word, or another office, may stand between a state and its office."""
    token = article.doc[at]
    office = article.at(token, ("TITLE",))
    return token.lower_ in _BETWEEN or token.lemma_ == "leader" or office is not None


def _after_preposition(article: ParsedArticle, person: Mention) -> Iterator[Mention]:
    """ "Vadim Savitsky of the Russian Defense Ministry"."""
    follows = article.token(person.end)
    if follows is None or follows.lower_ not in ("of", "from", "with"):
        return
    for token in objects_of_prepositions(article.root(person), "of", "from", "with"):
        organisation = article.at(token, ("ORG",))
        if organisation and organisation.start - person.end <= 2:
            yield organisation


def _in_credit(article: ParsedArticle, person: Mention) -> Iterator[Mention]:
    """ "(Vadim Savitsky/Russian Defense Ministry via AP)": photographer and agency."""
    slash = article.token(person.end)
    if slash is not None and slash.text == "/":
        agency = article.at(article.token(person.end + 1), ("ORG",))
        if agency and agency.start == person.end + 1:
            yield agency


def _served(article: ParsedArticle, person: Mention) -> Iterator[Mention]:
    """ "Hamas leader Khaled Meshaal", "Kim Jong Un, leader of North Korea"."""
    for apposed in children_in_roles(article.root(person), ("appos",)):
        if apposed.lemma_ in SERVANTS:
            for token in objects_of_prepositions(apposed, "of"):
                yield from find_parties(article, token, _BODIES)
    noun = article.token(person.start - 1)
    if noun is None or noun.lemma_ not in SERVANTS or article.at(noun, ("TITLE",)):
        return
    at = noun.i - 1
    while at > noun.sent.start and article.doc[at].lower_ in _BETWEEN | {"senior", "top"}:
        at -= 1
    place = article.at(article.token(at), _BODIES)
    if place and place.end == at + 1 and place.start >= noun.sent.start:
        yield place


def _by_verb(article: ParsedArticle) -> Iterator[Relation]:
    for verb in article.doc:
        if verb.pos_ != "VERB" or verb.lemma_ not in _SERVES or not is_factual(verb):
            continue
        places = list(objects_of_prepositions(verb, *_SERVES[verb.lemma_]))
        places += children_in_roles(verb, ("dobj",)) if verb.lemma_ == "lead" else []
        for subject in find_subjects(verb):
            person = article.at(subject, ("PERSON",))
            for place in places:
                organisation = article.at(place, ("ORG",))
                if person and organisation:
                    yield Relation(person.entity, organisation.entity, LABEL)
