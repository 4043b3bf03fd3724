"""Which mentions a noun phrase stands for."""

from collections.abc import Collection, Iterator

from curation.preannotate.grammar.clauses import below, children
from curation.preannotate.parsed_article import Mention, Reading, Token
from curation.preannotate.word_lists import words

ACT = frozenset(["PERSON", "ORG", "GPE", "NORP"])
TARGET = ACT | {"LAW", "EVENT"}

# "Iranian forces" act for Iran, "Assad's army" for Assad: the name in front is the party.
SIDES = words("""regime government administration army force troop military militia militant soldier
    fighter police authority official leadership side party navy fleet warplane jet aircraft
    warship group insurgent rebel separatist gunman delegation state country nation republic
    movement ally coalition unit team cabinet intelligence parliament lawmaker politician
    leader firm company newspaper agency ministry people representative diplomat
    negotiator counterpart bloc junta crew envoy""")
OFFICES = frozenset(["TITLE"])


def parties(reading: Reading, token: Token, labels: Collection[str] = ACT) -> Iterator[Mention]:
    """
    The named parties that a noun and what is coordinated with it stand for.

    A bare noun stands for the name that says whose it is; a pronoun for nobody.
    """
    seen = set()
    for one in (token, *_coordinated(token)):
        for mention in _named(reading, one, labels):
            if mention not in seen:
                seen.add(mention)
                yield mention


def _coordinated(token: Token) -> list[Token]:
    return [t for t in token.conjuncts if t.pos_ in ("NOUN", "PROPN", "ADJ", "NUM")]


def _named(reading: Reading, token: Token, labels: Collection[str]) -> Iterator[Mention]:
    if mention := reading.at(token, labels):
        yield mention
        return
    office = reading.at(token, OFFICES)
    if not office and token.lemma_.lower() not in SIDES:
        return
    for child in children(token, ("appos",)):
        if mention := reading.at(child, ("PERSON", "ORG", "GPE")):
            yield mention
            return
    for owner in _owners(token):
        named = [m for t in (owner, *_coordinated(owner)) if (m := reading.at(t, labels))]
        if named:
            yield from named
            return


def _owners(token: Token) -> list[Token]:
    """What may say whose it is, the nearest first: "MOSCOW — Russia's minister" is Russia's."""
    before = children(token, ("amod", "compound", "poss", "nmod"))
    return [*reversed(before), *below(token, "of", "from")]
