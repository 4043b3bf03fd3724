"""The named parties that noun phrases stand for."""

from collections.abc import Collection, Iterator

from curation.preannotate.grammar.clauses import children_in_roles, objects_of_prepositions
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token
from curation.preannotate.word_lists import word_set

ACTOR_TYPES = frozenset(["PERSON", "ORG", "GPE", "NORP"])
TARGET_TYPES = ACTOR_TYPES | {"LAW", "EVENT"}

# Nouns that stand for the name before them: "Iranian forces" for Iran, "Assad's army" for Assad.
_PARTY_NOUNS = word_set("""regime government administration army force troop military militia militant soldier
    fighter police authority official leadership side party navy fleet warplane jet aircraft
    warship group insurgent rebel separatist gunman delegation state country nation republic
    movement ally coalition unit team cabinet intelligence parliament lawmaker politician
    leader firm company newspaper agency ministry people representative diplomat
    negotiator counterpart bloc junta crew envoy militiaman serviceman policeman commando airforce
    artillery helicopter bomber plane tank submarine ship gunboat sniper guerrilla extremist
    terrorist faction wing camp council court prosecutor judge activist protester demonstrator
    civilian citizen resident worker voter student""")
# What belongs to a party, so that whoever is against it, or for it, is against the party, or for it.
_BELONGINGS = word_set("""policy plan program programme decision action move
    attack strike raid offensive invasion bombing shelling aggression occupation airstrike
    assault operation campaign war threat refusal ambition rule crackdown treatment
    response effort role stance conduct behavior behaviour intervention presence activity
    imperialism interference settlement blockade law bid candidacy reform leadership target
    bridge plant building house home camp position boat village town soil reform
    base border airport embassy consulate convoy outpost warship vessel tanker aid
    checkpoint installation facility territory ruling verdict testing test launch construction
    independence sovereignty right integrity interest cause struggle fight""")
_PLACES = frozenset(
    ["port", "city", "town", "village", "state", "republic", "region", "province"]
)
_OFFICES = frozenset(["TITLE"])


def find_parties(
    article: ParsedArticle, token: Token, labels: Collection[str] = ACTOR_TYPES
) -> Iterator[Mention]:
    """
    The mentions with one of these *labels* that a noun and its coordinates stand for, each once.

    A bare noun stands for the name that says whose it is; pronouns stand for nobody.
    """
    seen = set()
    for noun in (token, *_coordinated(token)):
        for mention in _named(article, noun, labels):
            if mention not in seen:
                seen.add(mention)
                yield mention


def find_all_parties(
    article: ParsedArticle, tokens: Collection[Token], labels: Collection[str]
) -> list[Mention]:
    """As find_parties, for several nouns."""
    parties = (mention for token in tokens for mention in find_parties(article, token, labels))
    return list(dict.fromkeys(parties))


def find_standing_for(
    article: ParsedArticle, tokens: Collection[Token], labels: Collection[str]
) -> list[Mention]:
    """As find_all_parties, where a party's plans, deeds and places stand for it, too."""
    found = find_all_parties(article, tokens, labels)
    for token in tokens:
        if article.at(token, labels) or token.lemma_.lower() not in _BELONGINGS:
            continue
        for owner in (*_owners(token), *objects_of_prepositions(token, "by")):
            named = [m for t in (owner, *_coordinated(owner)) if (m := article.at(t, labels))]
            if named:
                found += named
                break
    return list(dict.fromkeys(found))


def _coordinated(token: Token) -> list[Token]:
    return [t for t in token.conjuncts if t.pos_ in ("NOUN", "PROPN", "ADJ", "NUM")]


def _named(article: ParsedArticle, token: Token, labels: Collection[str]) -> Iterator[Mention]:
    if mention := article.at(token, labels):
        yield mention
        return
    if token.lemma_ in _PLACES and (place := _called(article, token, labels)):
        yield place
        return
    office = article.at(token, _OFFICES)
    if not office and token.lemma_.lower() not in _PARTY_NOUNS:
        return
    for child in children_in_roles(token, ("appos",)):
        if mention := article.at(child, ("PERSON", "ORG", "GPE")):
            yield mention
            return
    for owner in _owners(token):
        named = [m for t in (owner, *_coordinated(owner)) if (m := article.at(t, labels))]
        if named:
            yield from named
            return


def _called(article: ParsedArticle, token: Token, labels: Collection[str]) -> Mention | None:
    """The name of "the port of Poti"."""
    names = (article.at(t, labels) for t in objects_of_prepositions(token, "of"))
    return next(filter(None, names), None)


def _owners(token: Token) -> list[Token]:
    """The tokens that may say whose the noun is, the nearest first ("MOSCOW — Russia's minister")."""
    before = children_in_roles(token, ("amod", "compound", "poss", "nmod"))
    # "the US-led coalition"
    led = [t for word in before if word.lower_ == "led" for t in word.children]
    before += [t for t in led if t.dep_ in ("npadvmod", "compound", "nsubj", "advmod")]
    return [*reversed(before), *objects_of_prepositions(token, "of", "from")]
