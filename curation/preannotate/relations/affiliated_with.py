"""affiliated_with: a person works for, speaks for, leads or serves an organisation or a state."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import below, children, subjects
from curation.preannotate.grammar.factual import happens
from curation.preannotate.grammar.parties import parties
from curation.preannotate.parsed_article import Mention, Reading
from curation.preannotate.relations.has_nationality import SERVANTS
from curation.preannotate.relations.holds_position import Holder, holders, of_title
from curation.preannotate.word_lists import words

LABEL = "affiliated_with"

PLACES = ("ORG", "GPE", "NORP")
# May stand between a state and its office: "Israel's former foreign minister".
_BETWEEN = words("""'s ’s ' ’ former then acting new current outgoing incoming late interim longtime ex -
    the veteran senior top""")
_SERVES = {"work": ("for", "at"), "serve": ("in", "with"), "report": ("for",), "lead": ()}


def affiliated_with(reading: Reading) -> Iterator[Relation]:
    """ "US President Donald Trump", "Utiashvili, a spokesperson for the Interior Ministry"."""
    for holder in holders(reading):
        for place in _states(reading, holder):
            yield Relation(holder.person.entity, place.entity, LABEL)
    for person in reading.of_type("PERSON"):
        for place in (
            *_of(reading, person),
            *_credit(reading, person),
            *_servant(reading, person),
        ):
            yield Relation(person.entity, place.entity, LABEL)
    yield from _serving(reading)


def _states(reading: Reading, holder: Holder) -> list[Mention]:
    """Whose office it is: what it is said to be of, and the name in front of it."""
    title = holder.title
    found = [m for t in of_title(reading, title) for m in parties(reading, t, PLACES)]
    at = title.start - 1
    sentence = reading.doc[title.start].sent.start
    while at >= sentence and _between(reading, at):
        at -= 1
    place = reading.at(reading.doc[at], PLACES) if at >= sentence else None
    if place and place.end == at + 1:
        found.append(place)
    return list(dict.fromkeys(found))


def _between(reading: Reading, at: int) -> bool:
    """Whether the word may stand between a state and its office; another office may, too."""
    token = reading.doc[at]
    office = reading.at(token, ("TITLE",))
    return token.lower_ in _BETWEEN or token.lemma_ == "leader" or office is not None


def _of(reading: Reading, person: Mention) -> Iterator[Mention]:
    """ "Vadim Savitsky of the Russian Defense Ministry"."""
    follows = reading.token(person.end)
    if follows is None or follows.lower_ not in ("of", "from", "with"):
        return
    for token in below(reading.root(person), "of", "from", "with"):
        organisation = reading.at(token, ("ORG",))
        if organisation and organisation.start - person.end <= 2:
            yield organisation


def _credit(reading: Reading, person: Mention) -> Iterator[Mention]:
    """ "(Vadim Savitsky/Russian Defense Ministry via AP)": who took the picture, for whom."""
    slash = reading.token(person.end)
    if slash is not None and slash.text == "/":
        agency = reading.at(reading.token(person.end + 1), ("ORG",))
        if agency and agency.start == person.end + 1:
            yield agency


def _servant(reading: Reading, person: Mention) -> Iterator[Mention]:
    """ "Hamas leader Khaled Meshaal", "Kim Jong Un, leader of North Korea"."""
    for apposed in children(reading.root(person), ("appos",)):
        if apposed.lemma_ in SERVANTS:
            for token in below(apposed, "of"):
                yield from parties(reading, token, PLACES)
    noun = reading.token(person.start - 1)
    if noun is None or noun.lemma_ not in SERVANTS or reading.at(noun, ("TITLE",)):
        return
    at = noun.i - 1
    while at > noun.sent.start and reading.doc[at].lower_ in _BETWEEN | {"senior", "top"}:
        at -= 1
    place = reading.at(reading.token(at), PLACES)
    if place and place.end == at + 1 and place.start >= noun.sent.start:
        yield place


def _serving(reading: Reading) -> Iterator[Relation]:
    for verb in reading.doc:
        if verb.pos_ != "VERB" or verb.lemma_ not in _SERVES or not happens(verb):
            continue
        places = list(below(verb, *_SERVES[verb.lemma_]))
        places += children(verb, ("dobj",)) if verb.lemma_ == "lead" else []
        for subject in subjects(verb):
            person = reading.at(subject, ("PERSON",))
            for place in places:
                organisation = reading.at(place, ("ORG",))
                if person and organisation:
                    yield Relation(person.entity, organisation.entity, LABEL)
