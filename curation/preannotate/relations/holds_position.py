"""holds_position: a person holds, or held, an office."""

from collections.abc import Iterator
from dataclasses import dataclass

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import below, children, subjects
from curation.preannotate.grammar.factual import happens
from curation.preannotate.parsed_article import Mention, Reading, Token

LABEL = "holds_position"
_NAMED = ("name", "appoint", "elect", "nominate")


@dataclass(frozen=True, slots=True)
class Holder:
    """A person and the office that stands with the name, before it or behind it."""

    person: Mention
    title: Mention


def holds_position(reading: Reading) -> Iterator[Relation]:
    """ "Defense Minister Amir Hatami", "Medvedev, the President of Russia", "Abe is president"."""
    for holder in holders(reading):
        yield Relation(holder.person.entity, holder.title.entity, LABEL)


def holders(reading: Reading) -> Iterator[Holder]:
    """Each person with each of the offices that the sentence gives to that person."""
    seen = set()
    for title in reading.of_type("TITLE"):
        people = list(_following(reading, title)) or list(_owners(reading, title))
        for person in people:
            holder = Holder(person, title)
            if holder not in seen and reading.together(person, title):
                seen.add(holder)
                yield holder


def _following(reading: Reading, title: Mention) -> Iterator[Mention]:
    """The person behind the office, or behind a second one; of "Presidents Bush and Putin", both."""
    after = reading.token(title.end)
    second = reading.at(after, ("TITLE",))
    if second and second.start == title.end:
        yield from _following(reading, second)
        return
    comma = after is not None and after.text == ","
    person = reading.at(reading.token(title.end + comma), ("PERSON",))
    if person is None or person.start != title.end + comma:
        return
    if comma and not _apposed(reading, title, person):
        return
    yield person
    if reading.doc[title.end - 1].tag_ in ("NNS", "NNPS"):
        for other in reading.root(person).conjuncts:
            if mention := reading.at(other, ("PERSON",)):
                yield mention


def _apposed(reading: Reading, title: Mention, person: Mention) -> bool:
    """Whether a comma between them joins: one depends on the other and not as a list."""
    name, office = reading.root(person), reading.root(title)
    return bool((name.head == office and name.dep_ == "appos") or (office.head == name))


def _owners(reading: Reading, title: Mention) -> Iterator[Mention]:
    """Whom the parse gives the office behind the name or by a verb."""
    office = reading.root(title)
    for token in _holders_of(office):
        if person := reading.at(token, ("PERSON",)):
            yield person


def _holders_of(office: Token) -> Iterator[Token]:
    verb = office.head
    if office.dep_ == "appos":
        yield office.head
    if office.dep_ == "conj" and office.head.dep_ in ("appos", "attr"):
        yield from _holders_of(office.head)
    yield from children(office, ("appos",))
    if office.dep_ == "attr" and verb.lemma_ in ("be", "become", "remain") and happens(verb):
        yield from subjects(verb)
    if office.dep_ in ("nsubj", "nsubjpass") and verb.lemma_ == "be" and happens(verb):
        yield from children(verb, ("attr",))
    above = verb.head
    if office.dep_ == "pobj" and verb.lower_ == "as" and happens(above):
        if above.lemma_ in _NAMED:
            yield from children(above, ("dobj", "nsubjpass"))
        elif above.lemma_ == "serve":
            yield from subjects(above)


def of_title(reading: Reading, title: Mention) -> list[Token]:
    """What the office is of: "President of Russia", "spokesman for NATO"."""
    root = reading.root(title)
    return list(below(root, "of", "for", "at", "from", "with"))
