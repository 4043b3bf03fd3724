"""member_of: a person, an organisation or a country is a member of an organisation."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.beside import mention_before, place_after
from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_objects,
    find_subjects,
    is_passive,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual, is_factual_noun
from curation.preannotate.grammar.instances import find_instances, names_led_in
from curation.preannotate.grammar.parties import find_parties
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token
from curation.preannotate.word_lists import word_set

LABEL = "member_of"

# "member" of a body; "states" and the like before whose names the body's stands.
_MEMBERS = word_set("member state country nation power ally newcomer faction")
# Verbs by which one is a member: with the body as their object, or behind one of these prepositions.
_JOINING: dict[str, tuple[str, ...]] = {
    "join": (),
    "rejoin": (),
    "sit": ("in", "on"),
    "serve": ("on",),
    "belong": ("to",),
}
_JOINED_IN_PASSIVE = {"elect": "to", "reelect": "to", "admit": "to", "accept": "into"}
_LEADING = word_set(
    "a an the one of former founding leading senior key active fellow prominent longtime"
)
_MEMBER_TYPES = ("PERSON", "ORG", "GPE")


def member_of(article: ParsedArticle) -> Iterator[Relation]:
    """ "Turkey is a member of NATO", "NATO member Turkey", "EU states such as Malta", "Malta joined the EU"."""
    for noun in article.nouns(_MEMBERS | {"membership", "accession", "seat"}):
        lemma = noun.lemma_
        if lemma in _MEMBERS:
            yield from _by_member(article, noun)
        elif lemma in ("membership", "accession"):
            for body in objects_of_prepositions(noun, "of", "in", "to"):
                if is_factual_noun(noun) and (organisation := article.at(body, ("ORG",))):
                    yield from _relate(
                        article, children_in_roles(noun, ("poss",)), organisation
                    )
        elif lemma == "seat" and noun.dep_ == "dobj" and is_factual(noun.head):
            for body in objects_of_prepositions(noun, "in", "on"):
                if organisation := article.at(body, ("ORG",)):
                    sitting = (article.at(t, ("PERSON",)) for t in find_subjects(noun.head))
                    yield from (
                        Relation(m.entity, organisation.entity, LABEL) for m in sitting if m
                    )
    yield from _by_verb(article)
    yield from _beside(article)


def _by_member(article: ParsedArticle, noun: Token) -> Iterator[Relation]:
    """ "members of NATO such as Turkey": a state's members are states, and "Turkish officials" are no members."""
    bodies = children_in_roles(noun, ("compound", "poss", "nmod"))
    if noun.lemma_ in ("member", "faction"):
        bodies += objects_of_prepositions(noun, "of", "to")
    for body in bodies:
        organisation = article.at(body, ("ORG",))
        if not organisation:
            continue
        behind = max(noun.i + 1, organisation.end)
        yield from _relate(article, _members(article, noun), organisation)
        for member in names_led_in(article, behind, _MEMBER_TYPES):
            yield Relation(member.entity, organisation.entity, LABEL)


def _beside(article: ParsedArticle) -> Iterator[Relation]:
    """ "Ann Lee, a former member of the Duma, …": between commas, whatever the parse says."""
    for noun in article.nouns(("member",)):
        preposition = article.token(noun.i + 1)
        if preposition is None or preposition.lower_ != "of":
            continue
        organisation = place_after(article, noun.i + 2, ("ORG",))
        at = noun.i - 1
        while at > noun.sent.start and article.tokens[at].lower_ in _LEADING:
            at -= 1
        if organisation is None or article.tokens[at].text != ",":
            continue
        if member := mention_before(article, at, _MEMBER_TYPES):
            yield Relation(member.entity, organisation.entity, LABEL)


def _relate(
    article: ParsedArticle, tokens: list[Token], organisation: Mention
) -> Iterator[Relation]:
    for token in tokens:
        for member in find_parties(article, token, _MEMBER_TYPES):
            if member != organisation:
                yield Relation(member.entity, organisation.entity, LABEL)


def _by_verb(article: ParsedArticle) -> Iterator[Relation]:
    for verb in article.verbs(_JOINED_IN_PASSIVE.keys() | _JOINING.keys()):
        passive = _JOINED_IN_PASSIVE.get(verb.lemma_)
        if passive and is_passive(verb) and is_factual(verb):
            members = find_objects(verb)
            bodies = list(objects_of_prepositions(verb, passive))
        elif verb.lemma_ in _JOINING and is_factual(verb):
            members = find_objects(verb) if is_passive(verb) else find_subjects(verb)
            prepositions = _JOINING[verb.lemma_]
            bodies = (
                list(objects_of_prepositions(verb, *prepositions))
                if prepositions
                else find_objects(verb)
            )
        else:
            continue
        for body in bodies:
            if organisation := article.at(body, ("ORG",)):
                yield from _relate(article, members, organisation)


def _members(article: ParsedArticle, noun: Token) -> list[Token]:
    """The nouns that the word "member" is said of."""
    found = find_instances(noun)
    if noun.lemma_ not in ("member", "faction"):
        found += objects_of_prepositions(noun, "of")
    name = article.at(article.token(noun.i + 1), _MEMBER_TYPES)
    if noun.dep_ in ("compound", "nmod") and name and name.covers(noun.head):
        found.append(noun.head)
    return found
