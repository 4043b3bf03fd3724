"""supports: one party backs, helps or praises another, a law or an event."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar import stance
from curation.preannotate.grammar.parties import ACT, TARGET, parties
from curation.preannotate.parsed_article import Reading
from curation.preannotate.word_lists import words

LABEL = "supports"

VERBS = words("""back support help assist aid praise hail laud applaud endorse commend sponsor arm
    finance fund bolster salute""")
WITH = {"side": ("with",), "stand": ("by", "behind"), "rally": ("behind", "around")}
NOUNS = frozenset(["support", "backing", "endorsement", "praise", "solidarity"])


def supports(reading: Reading) -> Iterator[Relation]:
    """ "Russia backs Assad", "Tehran's support for Hezbollah", "the Western-backed Abbas"."""
    yield from stance.by_verb(reading, LABEL, VERBS)
    yield from stance.by_preposition(reading, LABEL, WITH)
    yield from stance.by_noun(reading, LABEL, NOUNS, ("for", "of", "to", "with"))
    yield from _hyphened(reading)
    yield from _two_back(reading)


def _hyphened(reading: Reading) -> Iterator[Relation]:
    """ "the U.S.-backed government of Iraq": the name before the hyphen backs."""
    for token in reading.doc[2:]:
        if token.lower_ not in ("backed", "supported") or token.nbor(-1).text != "-":
            continue
        backer = reading.at(token.nbor(-2), ACT)
        if backer is None or token.head.i < token.i:
            continue
        for backed in parties(reading, token.head, TARGET):
            if backed.start > token.i:
                yield Relation(backer.entity, backed.entity, LABEL)


def _two_back(reading: Reading) -> Iterator[Relation]:
    """
    "Russia and Iran back Assad", where the model takes "back" for an adverb.

    Only between names, and only after two of them: one name backs, two back.
    """
    for token in reading.doc[1:-1]:
        if token.lower_ != "back" or token.pos_ == "VERB":
            continue
        backed = reading.at(token.nbor(1), TARGET)
        backers = list(parties(reading, token.nbor(-1)))
        if backed and backed.start == token.i + 1 and len(backers) > 1:
            for backer in backers:
                yield Relation(backer.entity, backed.entity, LABEL)
