"""Relations from a party to what its deeds or words are directed at, as in supports and opposes."""

from collections.abc import Collection, Iterator
from itertools import product

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_objects,
    find_subjects,
    is_passive,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual, is_factual_noun
from curation.preannotate.grammar.parties import (
    ACTOR_TYPES,
    TARGET_TYPES,
    find_standing_for,
    find_targets,
)
from curation.preannotate.parsed_article import ParsedArticle, Token
from curation.preannotate.word_lists import word_set

# Verbs that only carry the noun of a deed: "expressed support", "launched an attack".
_LIGHT_VERBS = word_set("""express voice give provide declare reiterate show lend send launch carry mount make
    stage conduct fire begin start impose wage increase tighten step deliver extend reaffirm
    fight lodge hurl level throw signal state have file bring pursue resume renew intensify open
    issue grant supply ship offer pledge promise vow threaten plan prepare announce approve""")
# Verbs whose subject is given the deed: "won the support of", "drew criticism from".
_RECEIVING_VERBS = word_set(
    "receive win get draw enjoy gain secure earn garner obtain face have attract meet"
)


# "provided Syria with weapons"
_WITH = ("provide", "supply", "present")
_ACCIDENTS = word_set("crash collapse derail sink fall erupt burn capsize")


def relate_towards(
    article: ParsedArticle, label: str, actors: Collection[Token], targets: Collection[Token]
) -> Iterator[Relation]:
    """A relation from each party that acts to each target."""
    heads = find_standing_for(article, actors, ACTOR_TYPES)
    tails = find_targets(article, targets, TARGET_TYPES)
    for head, tail in product(heads, tails):
        if head.entity != tail.entity:
            yield Relation(head.entity, tail.entity, label)


def relate_by_verb(
    article: ParsedArticle, label: str, verbs: Collection[str]
) -> Iterator[Relation]:
    """ "A backs B", "B, backed by A"."""
    for token in article.verbs(verbs, any_case=True):
        if is_factual(token, announced=True) and not _is_accident(token):
            yield from relate_towards(article, label, find_subjects(token), find_objects(token))


def relate_to_owned(
    article: ParsedArticle, label: str, verbs: Collection[str]
) -> Iterator[Relation]:
    """ "Hamas defeated the Fatah forces", "Norway welcomed Iran's decision": not where the name itself is the object."""
    for verb in article.verbs(verbs):
        if is_factual(verb):
            owned = [t for t in find_objects(verb) if article.any_at(t) is None]
            yield from relate_towards(article, label, find_subjects(verb), owned)


def _is_accident(verb: Token) -> bool:
    """ "A NATO aircraft crashed, killing 14 British servicemen": nobody did it to anybody."""
    return bool(verb.dep_ == "advcl" and verb.head.lemma_ in _ACCIDENTS)


def relate_by_preposition(
    article: ParsedArticle, label: str, verbs: dict[str, tuple[str, ...]]
) -> Iterator[Relation]:
    """ "A sides with B", "A fights against B"."""
    for token in article.verbs(verbs, any_case=True):
        prepositions = verbs[token.lemma_.lower()]
        if prepositions and is_factual(token, announced=True):
            targets = list(objects_of_prepositions(token, *prepositions))
            yield from relate_towards(article, label, find_subjects(token), targets)


def relate_by_noun(
    article: ParsedArticle, label: str, nouns: Collection[str], prepositions: tuple[str, ...]
) -> Iterator[Relation]:
    """ "A's support for B", "A expressed support for B", "B received support from A"."""
    for noun in article.nouns(nouns, any_case=True):
        verb = _carrying_verb(noun)
        in_clause = verb is not None and verb.dep_ in ("relcl", "acl")
        if not (in_clause and is_factual(verb)) and not is_factual_noun(noun, announced=True):
            continue
        actors = children_in_roles(noun, ("poss", "amod", "compound", "nmod"))
        actors = [actor for actor in actors if article.at(actor, ACTOR_TYPES)]
        givers = list(objects_of_prepositions(noun, "by", "from"))
        targets = list(objects_of_prepositions(noun, *prepositions))
        if verb is not None and verb.lemma_ in _RECEIVING_VERBS and not is_passive(verb):
            givers += objects_of_prepositions(verb, "from")
            givers = actors or givers or list(objects_of_prepositions(noun, "of"))
            if givers:
                yield from relate_towards(article, label, givers, find_subjects(verb))
                continue
        is_light = verb is not None and verb.lemma_ in _LIGHT_VERBS
        if is_light and not targets:
            targets = _receivers(verb, noun, prepositions)
        if givers and actors and not targets and prepositions == ("of",):
            targets = actors  # "Ann Lee's arrest by Norway"
            actors = []
        actors += givers
        if not actors and (acting := verb if is_light else _verb_of_purpose(noun)):
            actors = find_subjects(acting)
        yield from relate_towards(article, label, actors, targets)


def _carrying_verb(noun: Token) -> Token | None:
    """The verb that the noun is the object of: "imposed sanctions", "the sanctions that Norway imposed"."""
    whole = noun
    if (
        noun.dep_ == "pobj"
        and noun.head.lower_ in ("in", "of")
        and noun.head.head.pos_ == "NUM"
    ):
        whole = noun.head.head  # "$5 million in aid"
    if whole.dep_ in ("dobj", "nsubjpass") or (
        whole.dep_ == "pobj" and whole.head.lower_ == "with" and whole.head.head.lemma_ in _WITH
    ):
        return whole.head if whole.dep_ != "pobj" else whole.head.head
    clauses = children_in_roles(noun, ("relcl", "acl"))
    return next((verb for verb in clauses if noun in find_objects(verb)), None)


def _receivers(verb: Token, noun: Token, prepositions: tuple[str, ...]) -> list[Token]:
    """ "gave Syria weapons", "provided Syria with weapons", "imposed sanctions on Syria"."""
    if noun.dep_ == "pobj" and noun.head.head == verb:
        return children_in_roles(verb, ("dobj",))
    datives = children_in_roles(verb, ("dative",))
    return [*datives, *objects_of_prepositions(verb, *prepositions)]


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
    for noun in article.nouns(nouns, any_case=True):
        targets = [*objects_of_prepositions(noun, "of"), *children_in_roles(noun, ("poss",))]
        holders = children_in_roles(noun, ("appos",))
        if noun.dep_ == "appos":
            holders.append(noun.head)
        elif noun.dep_ == "attr" and noun.head.lemma_ == "be" and is_factual(noun.head):
            holders += find_subjects(noun.head)
        elif noun.dep_ in ("compound", "nmod"):
            holders.append(noun.head)
        yield from relate_towards(article, label, holders, targets)
