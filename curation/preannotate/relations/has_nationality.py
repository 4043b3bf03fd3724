"""has_nationality: a person is said to be of a nation, without an office of its state."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import children, subjects
from curation.preannotate.grammar.factual import happens
from curation.preannotate.parsed_article import Mention, Reading
from curation.preannotate.word_lists import words

LABEL = "has_nationality"

NATIONS = ("NORP", "GPE")
# Who serves or leads a state or a group is affiliated with it.
SERVANTS = words("""leader official diplomat lawmaker officer dictator ruler head boss founder agent
    representative delegate commander soldier member counterpart""")


def has_nationality(reading: Reading) -> Iterator[Relation]:
    """ "Austrian skier Anna Fenninger", "Mehdi Karroubi, an Iranian"."""
    for person in reading.of_type("PERSON"):
        for nation in (*_before(reading, person), *_behind(reading, person)):
            yield Relation(person.entity, nation.entity, LABEL)


def _before(reading: Reading, person: Mention) -> Iterator[Mention]:
    """The nation, one to three common nouns, the name."""
    at = person.start - 1
    while at >= 0 and person.start - at <= 4:
        token = reading.doc[at]
        if token.is_sent_start and not reading.at(token, NATIONS):
            return
        nation = reading.at(token, NATIONS)
        if nation:
            if at < person.start - 1 and not _possessive(reading, nation):
                yield nation
            return
        common = token.pos_ in ("NOUN", "ADJ") and token.text.islower()
        common = common and token.lemma_ not in SERVANTS
        if not common or reading.at(token, ("TITLE", "ORG", "DATE")):
            return
        at -= 1


def _possessive(reading: Reading, nation: Mention) -> bool:
    follows = reading.token(nation.end)
    return follows is not None and follows.text in ("'s", "’s", "'", "’")


def _behind(reading: Reading, person: Mention) -> Iterator[Mention]:
    """ "…, an Iranian", "…, an Iranian journalist", "… is an Iranian"."""
    root = reading.root(person)
    nouns = children(root, ("appos",))
    for noun in reading.doc[root.sent.start : root.sent.end]:
        said = noun.dep_ == "attr" and noun.head.lemma_ == "be" and happens(noun.head)
        if said and root in subjects(noun.head):
            nouns.append(noun)
    for noun in nouns:
        if reading.at(noun, ("TITLE", "PERSON", "ORG", "GPE")):
            continue
        if not any(child.lower_ in ("a", "an") for child in noun.children):
            continue
        for token in (noun, *children(noun, ("amod",))):
            if nation := reading.at(token, ("NORP",)):
                yield nation
