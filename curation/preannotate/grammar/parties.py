"""The named parties that noun phrases stand for."""

from collections.abc import Callable, Collection, Iterator

from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_subjects,
    objects_of_prepositions,
)
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token
from curation.preannotate.word_lists import listed_words, word_set

ACTOR_TYPES = frozenset(["PERSON", "ORG", "GPE", "NORP"])
TARGET_TYPES = ACTOR_TYPES | {"LAW", "EVENT"}

# Nouns that stand for the name before them: "Iranian forces" for Iran, "Assad's army" for Assad.
_PARTY_NOUNS = listed_words("party_nouns")
# What belongs to a party, so that whoever is against it, or for it, is against the party, or for it.
_BELONGINGS = listed_words("belongings")
# What is done to its owner, or asked, or is another party, so that it doesn't stand for its owner.
_NOT_OWNERS = listed_words("not_owners")
# "a missile fired by the Houthis hit Riyadh", "adopted a resolution condemning Syria"
_FIRING = word_set("fire launch plant throw drop detonate lead")
_PAPERS = word_set("resolution statement letter report declaration communique law bill")
_ADOPTING = word_set("adopt pass issue approve release publish write sign send make")
# "bombed targets in Libya"
_AIMS = word_set(
    "target position base camp compound stronghold site hideout facility depot outskirts"
)
# "thousands of Iraqis": who they are stands behind "of".
_AMOUNTS = word_set("""thousand hundred dozen ten million majority minority group number handful couple crowd
    most some many half rest remainder scores""")
_PLACES = frozenset(
    ["port", "city", "town", "village", "state", "republic", "region", "province", "territory"]
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
    """As find_all_parties, where a party's plans and deeds, and what it fires and adopts, stand for it, too."""
    return _with_owners(article, tokens, labels, _owners_of_deed)


def find_targets(
    article: ParsedArticle, tokens: Collection[Token], labels: Collection[str]
) -> list[Mention]:
    """As find_all_parties, where whatever belongs to a party stands for it, too."""
    return _with_owners(article, tokens, labels, _owners_of_thing)


def _with_owners(
    article: ParsedArticle,
    tokens: Collection[Token],
    labels: Collection[str],
    owners_of: Callable[[Token], list[Token]],
) -> list[Mention]:
    found = []
    for token in tokens:
        parties = list(find_parties(article, token, labels))
        if not parties and token.pos_ == "NOUN" and article.any_at(token) is None:
            owned = (find_parties(article, owner, labels) for owner in owners_of(token))
            parties = next(filter(None, map(list, owned)), [])
        found += parties
    return list(dict.fromkeys(found))


def _owners_of_deed(token: Token) -> list[Token]:
    lemma = token.lemma_.lower()
    carried = [
        t
        for verb in children_in_roles(token, ("acl",))
        if verb.lemma_ in _FIRING
        for t in find_subjects(verb)
    ]
    if lemma in _BELONGINGS:
        return [*_owners(token), *objects_of_prepositions(token, "by"), *carried]
    is_adopted = lemma in _PAPERS and token.dep_ == "dobj" and token.head.lemma_ in _ADOPTING
    return find_subjects(token.head) if is_adopted else carried


def _owners_of_thing(token: Token) -> list[Token]:
    lemma = token.lemma_.lower()
    if lemma in _NOT_OWNERS:
        return []
    if lemma in _BELONGINGS:
        owners = [*_owners(token), *objects_of_prepositions(token, "by")]
    else:
        owners = [*children_in_roles(token, ("poss",)), *objects_of_prepositions(token, "by")]
    return owners + (
        list(objects_of_prepositions(token, "in", "near")) if lemma in _AIMS else []
    )


def _coordinated(token: Token) -> list[Token]:
    return [t for t in token.conjuncts if t.pos_ in ("NOUN", "PROPN", "ADJ", "NUM")]


def _named(article: ParsedArticle, token: Token, labels: Collection[str]) -> Iterator[Mention]:
    if mention := article.at(token, labels):
        yield mention
        return
    if token.lemma_ in _PLACES and (place := _called(article, token, labels)):
        yield place
        return
    lemma = token.lemma_.lower()
    if lemma in _AMOUNTS:
        for name in objects_of_prepositions(token, "of"):
            yield from _named(article, name, labels)
    office = article.at(token, _OFFICES)
    if not office and lemma not in _PARTY_NOUNS:
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
    return [*_owners_before(token), *objects_of_prepositions(token, "of", "from")]


def _owners_before(token: Token) -> list[Token]:
    before = children_in_roles(token, ("amod", "compound", "poss", "nmod"))
    # "the US-led coalition", "rebels loyal to Nkunda"
    led = [t for word in before if word.lower_ == "led" for t in word.children]
    before += [t for t in led if t.dep_ in ("npadvmod", "compound", "nsubj", "advmod")]
    loyal = [
        t
        for word in before
        if word.lower_ == "loyal"
        for t in objects_of_prepositions(word, "to")
    ]
    return [*reversed(before), *loyal]
