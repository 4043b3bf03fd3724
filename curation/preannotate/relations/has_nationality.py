"""has_nationality: a person is said to be of a nation, without an office of its state."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.beside import (
    common_words_before,
    mention_before,
    owner_before,
)
from curation.preannotate.grammar.clauses import children_in_roles, find_subjects
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.known_names import is_nation
from curation.preannotate.parsed_article import Mention, ParsedArticle
from curation.preannotate.word_lists import word_set

LABEL = "has_nationality"

_NATIONS = ("NORP", "GPE")
# Words that make no person of a nation, but one of another party.
_OTHERS = word_set("""rival foe ally enemy critic victim opponent suspect target visitor friend neighbor
    neighbour wife husband son daughter brother sister father mother successor predecessor boss fan
    supporter star hero guest""")
# People who serve or lead a state or a group; they are affiliated with it.
SERVANTS = word_set("""leader official diplomat lawmaker officer dictator ruler head boss founder agent
    representative delegate commander soldier member counterpart""")


def has_nationality(article: ParsedArticle) -> Iterator[Relation]:
    """ "Austrian skier Anna Fenninger", "Mehdi Karroubi, an Iranian"."""
    for person in article.of_type("PERSON"):
        for nation in (*_nations_before(article, person), *_nations_after(article, person)):
            yield Relation(person.entity, nation.entity, LABEL)


def _nations_before(article: ParsedArticle, person: Mention) -> Iterator[Mention]:
    """ "Austrian skier Anna Fenninger", "Italian Mario Monti", "Nicaragua's Ortega", "Danish-born Ann Lee"."""
    if owner := owner_before(article, person.start, ("GPE",)):
        yield owner
        return
    words = list(common_words_before(article, person.start, most=6))
    if any(word.lemma_ in SERVANTS or word.lemma_ in _OTHERS for word in words):
        return
    at = words[-1].i if words else person.start
    labels = _NATIONS if words else ("NORP",)
    nation = mention_before(article, at, labels)
    if nation is None and words:
        nation = owner_before(article, at, ("GPE",))  # "Kenya's world champion Ann Lee"
    if nation and is_nation(article.words(nation)):
        yield nation


def _nations_after(article: ParsedArticle, person: Mention) -> Iterator[Mention]:
    """ "…, an Iranian", "…, an Iranian journalist", "… is an Iranian"."""
    root = article.root(person)
    mark = article.token(person.end)
    office = article.at(article.token(person.start - 1), ("TITLE",))
    if mark is not None and mark.text in ("(", "of") and office is None:
        # "Ann Lee of Kenya", "Ann Lee (Kenya)"
        country = article.at(article.token(person.end + 1), ("GPE",))
        if country and country.start == person.end + 1 and is_nation(article.words(country)):
            yield country
    nouns = children_in_roles(root, ("appos",))
    for noun in article.sentence(root):
        is_predicate = (
            noun.dep_ == "attr" and noun.head.lemma_ == "be" and is_factual(noun.head)
        )
        if is_predicate and root in find_subjects(noun.head):
            nouns.append(noun)
    for noun in nouns:
        if article.at(noun, ("TITLE", "PERSON", "ORG", "GPE")):
            continue
        if not any(child.lower_ in ("a", "an") for child in noun.children):
            continue
        for token in (noun, *children_in_roles(noun, ("amod",))):
            nation = article.at(token, ("NORP",))
            if nation and is_nation(article.words(nation)):
                yield nation
