"""What supports and opposes have in common: one party's deed or word towards another."""

from collections.abc import Collection, Iterator
from itertools import product

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import below, children, objects, subjects
from curation.preannotate.grammar.factual import happens, noun_happens
from curation.preannotate.grammar.parties import ACT, TARGET, parties
from curation.preannotate.parsed_article import Mention, Reading, Token
from curation.preannotate.word_lists import words

# With these a deed is only given its verb: "expressed support", "launched an attack".
LIGHT = words("""express voice give provide declare reiterate show lend send launch carry mount make
    stage conduct fire begin start impose wage increase tighten step deliver extend reaffirm
    fight face lodge hurl level throw signal state have""")


def towards(
    reading: Reading, label: str, actors: Collection[Token], targets: Collection[Token]
) -> Iterator[Relation]:
    """An arrow from each party that acts to each that it is done to."""
    heads = _all(reading, actors, ACT)
    tails = _all(reading, targets, TARGET)
    for head, tail in product(heads, tails):
        if head.entity != tail.entity:
            yield Relation(head.entity, tail.entity, label)


def by_verb(reading: Reading, label: str, verbs: Collection[str]) -> Iterator[Relation]:
    """ "A backs B", "B, backed by A"."""
    for token in reading.doc:
        if token.pos_ == "VERB" and token.lemma_.lower() in verbs and happens(token):
            yield from towards(reading, label, subjects(token), objects(token))


def by_preposition(
    reading: Reading, label: str, verbs: dict[str, tuple[str, ...]]
) -> Iterator[Relation]:
    """ "A sides with B", "A fights against B"."""
    for token in reading.doc:
        prepositions = verbs.get(token.lemma_.lower(), ())
        if prepositions and token.pos_ == "VERB" and happens(token):
            targets = list(below(token, *prepositions))
            yield from towards(reading, label, subjects(token), targets)


def by_noun(
    reading: Reading, label: str, nouns: Collection[str], prepositions: tuple[str, ...]
) -> Iterator[Relation]:
    """ "A's support for B", "A expressed support for B"."""
    for token in reading.doc:
        if token.pos_ == "NOUN" and token.lemma_.lower() in nouns and noun_happens(token):
            targets = list(below(token, *prepositions))
            light = token.head.lemma_ in LIGHT and token.dep_ == "dobj"
            if light and not targets:
                targets = list(below(token.head, *prepositions))
            actors = children(token, ("poss", "amod", "compound", "nmod"))
            actors = [actor for actor in actors if reading.at(actor, ACT)]
            actors += below(token, "by", "from")
            if light and not actors:
                actors = subjects(token.head)
            yield from towards(reading, label, actors, targets)


def _all(reading: Reading, tokens: Collection[Token], labels: Collection[str]) -> list[Mention]:
    found = (mention for token in tokens for mention in parties(reading, token, labels))
    return list(dict.fromkeys(found))
