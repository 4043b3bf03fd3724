"""based_in: an organisation has its seat, or belongs, in a place."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import below
from curation.preannotate.parsed_article import Mention, Reading

LABEL = "based_in"

PLACES = ("GPE", "LOC")
_SEAT = ("based", "headquartered")


def based_in(reading: Reading) -> Iterator[Relation]:
    """ "Al Jazeera, based in Qatar", "the London-based group Amnesty", "Tehran's Sharif University"."""
    for organisation in reading.of_type("ORG"):
        for place in (
            *_seated(reading, organisation),
            *_hyphened(reading, organisation),
            *_owned(reading, organisation),
        ):
            yield Relation(organisation.entity, place.entity, LABEL)


def _seated(reading: Reading, organisation: Mention) -> Iterator[Mention]:
    root = reading.root(organisation)
    said = [t for t in reading.doc[root.sent.start : root.sent.end] if t.lower_ in _SEAT]
    for verb in said:
        subject = verb.head if verb.dep_ in ("acl", "advcl", "amod", "relcl") else None
        passive = [c for c in verb.children if c.dep_ in ("nsubjpass", "nsubj")]
        near = verb.i - organisation.end in (0, 1)
        if subject == root or root in passive or near:
            for token in below(verb, "in"):
                if place := reading.at(token, PLACES):
                    yield place


def _hyphened(reading: Reading, organisation: Mention) -> Iterator[Mention]:
    """ "London-based Amnesty": the name follows at once or after what it is called."""
    for at in range(organisation.start - 1, max(organisation.start - 6, 1), -1):
        token = reading.doc[at]
        if token.lower_ in _SEAT and token.nbor(-1).text == "-":
            if place := reading.at(token.nbor(-2), PLACES):
                yield place
            return
        if token.pos_ not in ("NOUN", "PROPN", "ADJ") or reading.at(token, ("PERSON",)):
            return


def _owned(reading: Reading, organisation: Mention) -> Iterator[Mention]:
    """ "Tehran's Sharif University": the place's possessive just before the name."""
    mark = reading.token(organisation.start - 1)
    if mark is None or mark.lower_ not in ("'s", "’s"):
        return
    if place := reading.at(reading.token(mark.i - 1), PLACES):
        yield place
