"""Relations from a party to what its deeds or words are directed at, as in supports and opposes."""

from collections.abc import Collection, Iterator
from itertools import product

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_objects,
    find_subjects,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual, is_factual_noun
from curation.preannotate.grammar.parties import (
    ACTOR_TYPES,
    TARGET_TYPES,
    find_standing_for,
)
from curation.preannotate.parsed_article import ParsedArticle, Token
from curation.preannotate.word_lists import word_set

# Verbs that only carry the noun of a deed: "expressed support", "launched an attack".
_LIGHT_VERBS = word_set("""express voice give provide declare reiterate show lend send launch carry mount make
    stage conduct fire begin start impose wage increase tighten step deliver extend reaffirm
    fight face lodge hurl level throw signal state have""")


_ACCIDENTS = word_set("crash collapse derail sink fall erupt burn capsize")


def relate_towards(
    article: ParsedArticle, label: str, actors: Collection[Token], targets: Collection[Token]
) -> Iterator[Relation]:
    """A relation from each party that acts to each target."""
    heads = find_standing_for(article, actors, ACTOR_TYPES)
    tails = find_standing_for(article, targets, TARGET_TYPES)
    for head, tail in product(heads, tails):
        if head.entity != tail.entity:
            yield Relation(head.entity, tail.entity, label)


def relate_by_verb(
    article: ParsedArticle, label: str, verbs: Collection[str]
) -> Iterator[Relation]:
    """ "A backs B", "B, backed by A"."""
    for token in article.verbs:
        if (
            token.lemma_.lower() in verbs
            and is_factual(token, announced=True)
            and not _is_accident(token)
        ):
            yield from relate_towards(article, label, find_subjects(token), find_objects(token))


def _is_accident(verb: Token) -> bool:
    """ "A NATO aircraft crashed, killing 14 British servicemen": nobody did it to anybody."""
    return bool(verb.dep_ == "advcl" and verb.head.lemma_ in _ACCIDENTS)


def relate_by_preposition(
    article: ParsedArticle, label: str, verbs: dict[str, tuple[str, ...]]
) -> Iterator[Relation]:
    """ "A sides with B", "A fights against B"."""
    for token in article.verbs:
        prepositions = verbs.get(token.lemma_.lower(), ())
        if prepositions and is_factual(token, announced=True):
            targets = list(objects_of_prepositions(token, *prepositions))
            yield from relate_towards(article, label, find_subjects(token), targets)


def relate_by_noun(
    article: ParsedArticle, label: str, nouns: Collection[str], prepositions: tuple[str, ...]
) -> Iterator[Relation]:
    """ "A's support for B", "A expressed support for B"."""
    for token in article.nouns:
        if token.lemma_.lower() in nouns and is_factual_noun(token):
            targets = list(objects_of_prepositions(token, *prepositions))
            has_light_verb = token.head.lemma_ in _LIGHT_VERBS and token.dep_ == "dobj"
            if has_light_verb and not targets:
                targets = list(objects_of_prepositions(token.head, *prepositions))
            actors = children_in_roles(token, ("poss", "amod", "compound", "nmod"))
            actors = [actor for actor in actors if article.at(actor, ACTOR_TYPES)]
            actors += objects_of_prepositions(token, "by", "from")
            if has_light_verb and not actors:
                actors = find_subjects(token.head)
            elif not actors and (verb := _verb_of_purpose(token)):
                actors = find_subjects(verb)
            yield from relate_towards(article, label, actors, targets)


def _verb_of_purpose(noun: Token) -> Token | None:
    """The verb of "spoke in support of", "voted in favour of"; None for other nouns."""
    preposition = noun.head
    if noun.dep_ != "pobj" or preposition.lower_ != "in" or list(noun.lefts):
        return None
    verb = preposition.head
    return verb if verb.pos_ == "VERB" and is_factual(verb, announced=True) else None


def relate_by_holder(
    article: ParsedArticle, label: str, nouns: Collection[str]
) -> Iterator[Relation]:
    """ "Ann Lee, a critic of Norway", "Norway's foe Iran": from whoever the noun is said of."""
    for noun in article.nouns:
        if noun.lemma_.lower() not in nouns:
            continue
        targets = [*objects_of_prepositions(noun, "of"), *children_in_roles(noun, ("poss",))]
        holders = children_in_roles(noun, ("appos",))
        if noun.dep_ == "appos":
            holders.append(noun.head)
        elif noun.dep_ == "attr" and noun.head.lemma_ == "be" and is_factual(noun.head):
            holders += find_subjects(noun.head)
        elif noun.dep_ in ("compound", "nmod"):
            holders.append(noun.head)
        yield from relate_towards(article, label, holders, targets)
