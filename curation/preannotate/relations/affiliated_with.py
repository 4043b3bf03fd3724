"""affiliated_with: a person works for, speaks for, leads or serves an organisation or a state."""

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
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.grammar.parties import find_parties
from curation.preannotate.parsed_article import Mention, ParsedArticle
from curation.preannotate.relations.has_nationality import SERVANTS
from curation.preannotate.relations.holds_position import (
    OfficeHolder,
    find_elects,
    find_office_holders,
    institutions_of_title,
)
from curation.preannotate.word_lists import word_set

LABEL = "affiliated_with"

_BODIES = ("ORG", "GPE", "NORP")
# May stand between a state and its office: "Israel's former foreign minister".
_BETWEEN = word_set("""'s ’s ' ’ former then acting new current outgoing incoming late interim longtime ex -
    the veteran senior top""")
# Words for people that belong to nobody they are named with.
_STRANGERS = word_set(
    """rival foe ally enemy critic victim opponent suspect target visitor supporter fan reader
    target member patient prisoner defector fugitive graduate"""
)
_SERVES = {
    "work": ("for", "at"),
    "serve": ("in", "with"),
    "report": ("for",),
    "speak": ("for",),
    "play": ("for",),
}
_LEADS = word_set("lead head chair run command found captain coach own")


def affiliated_with(article: ParsedArticle) -> Iterator[Relation]:
    """ "US President Donald Trump", "Utiashvili, a spokesperson for the Interior Ministry"."""
    for holder in (*find_office_holders(article), *find_elects(article)):
        for place in _bodies_of_office(article, holder):
            yield Relation(holder.person.entity, place.entity, LABEL)
    for person in article.of_type("PERSON"):
        for place in (
            *_after_preposition(article, person),
            *_in_credit(article, person),
            *_served(article, person),
            *_of_body(article, person),
            *_employed(article, person),
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
    preposition = article.token(title.end)
    if preposition is not None and preposition.lower_ in ("of", "for", "at"):
        body = place_after(
            article, title.end + 1, _BODIES
        )  # "director of NASA Michael Griffin"
        bodies += [body] if body else []
    bodies += _state_of_holder(article, holder)
    at = title.start - 1
    sentence = article.tokens[title.start].sent.start
    while at >= sentence and _may_stand_between(article, at):
        at -= 1
    place = article.at(article.tokens[at], _BODIES) if at >= sentence else None
    if place and place.end == at + 1:
        bodies.append(place)
        # "US Republican senator"
        state = mention_before(article, place.start, ("GPE", "NORP"))
        bodies += [state] if state and place.label == "NORP" else []
    return list(dict.fromkeys(bodies))


def _state_of_holder(article: ParsedArticle, holder: OfficeHolder) -> list[Mention]:
    """ "President Vladimir Putin of Russia", "Senator Ann Lee of Iowa"."""
    preposition = article.token(holder.person.end)
    if preposition is None or preposition.lower_ != "of":
        return []
    state = place_after(article, holder.person.end + 1, ("GPE",))
    return [state] if state else []


def _may_stand_between(article: ParsedArticle, at: int) -> bool:
    """Whether the word, or another office, may stand between a state and its office."""
    token = article.tokens[at]
    office = article.at(token, ("TITLE",))
    is_field = token.pos_ in ("NOUN", "ADJ") and token.text.islower() and not token.ent_type_
    return token.lower_ in _BETWEEN or is_field or office is not None


def _after_preposition(article: ParsedArticle, person: Mention) -> Iterator[Mention]:
    """ "Vadim Savitsky of the Russian Defense Ministry"."""
    follows = article.token(person.end)
    if follows is None or follows.lower_ not in ("of", "from", "with"):
        return
    for token in objects_of_prepositions(article.root(person), "of", "from", "with"):
        organisation = article.at(token, ("ORG",))
        if organisation and organisation.start - person.end <= 2:
            yield organisation


def _of_body(article: ParsedArticle, person: Mention) -> Iterator[Mention]:
    """ "Ann Lee of the Green Party", "Reuters' Ann Lee", where the two stand side by side."""
    if owner := owner_before(article, person.start, ("ORG",)):
        yield owner
    mark = article.token(person.end)
    is_owner = mark is not None and mark.lower_ in ("'s", "’s")
    if is_owner and (party := place_after(article, person.end + 1, ("ORG",))):
        yield party  # "Putin's United Russia party"
    preposition = article.token(person.start - 1)
    party = mention_before(article, person.start - 1, ("ORG",))
    if preposition is not None and preposition.lower_ == "of" and party and not is_owner:
        yield party  # "the Justice Party of Ann Lee"
    at = person.end
    if [t.text for t in article.tokens[at : at + 3 : 2]] == [",", ","] and article.tokens[
        at + 1
    ].is_digit:
        at += 2  # her age
    comma = article.token(at)
    at += comma is not None and comma.text == ","
    preposition = article.token(at)
    is_bracket = preposition is not None and preposition.text == "("
    if preposition is None or not (is_bracket or preposition.lower_ in ("of", "from")):
        return
    body = place_after(article, at + 1, ("ORG",))
    closing = article.token(body.end) if body else None
    if body and (not is_bracket or (closing is not None and closing.text == ")")):
        yield body


def _employed(article: ParsedArticle, person: Mention) -> Iterator[Mention]:
    """ "Reuters reporter Ann Lee", "Ann Lee, an analyst at the Brookings Institution"."""
    words = list(common_words_before(article, person.start, most=4))
    if words and words[0].pos_ == "NOUN" and not any(w.lemma_ in _STRANGERS for w in words):
        body = mention_before(article, words[-1].i, ("ORG",))
        if body or (body := owner_before(article, words[-1].i, ("ORG",))):
            yield body
    for apposed in children_in_roles(article.root(person), ("appos",)):
        if apposed.lemma_ in _STRANGERS or apposed.lemma_ == "member" or apposed.pos_ != "NOUN":
            continue
        for token in objects_of_prepositions(apposed, "of", "at", "for", "with", "from"):
            if body := article.at(token, ("ORG",)):
                yield body
        for token in children_in_roles(apposed, ("compound", "poss", "nmod")):
            if body := article.at(token, ("ORG",)):
                yield body


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
        # Members are members: member_of.
        if apposed.lemma_ in SERVANTS - {"member"}:
            for token in objects_of_prepositions(apposed, "of"):
                yield from find_parties(article, token, _BODIES)
    words = list(common_words_before(article, person.start, most=4))
    if not words or words[0].lemma_ not in SERVANTS:
        return
    at = words[-1].i
    place = owner_before(article, at, _BODIES) or mention_before(article, at, _BODIES)
    if place and not (words[0].lemma_ == "member" and place.label == "ORG"):
        yield place


def _by_verb(article: ParsedArticle) -> Iterator[Relation]:
    for verb in article.verbs(_LEADS | _SERVES.keys()):
        is_leading = verb.lemma_ in _LEADS
        if not is_factual(verb):
            continue
        places = list(objects_of_prepositions(verb, *_SERVES.get(verb.lemma_, ())))
        places += find_objects(verb) if is_leading else []
        for subject in find_subjects(verb):
            person = article.at(subject, ("PERSON",))
            for place in places:
                organisation = article.at(place, ("ORG",))
                if person and organisation:
                    yield Relation(person.entity, organisation.entity, LABEL)
