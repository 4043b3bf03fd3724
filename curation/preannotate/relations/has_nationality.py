"""has_nationality: a person is said to be of a nation, without an office of its state."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import children_in_roles, find_subjects
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.parsed_article import Mention, ParsedArticle
from curation.preannotate.word_lists import word_set

LABEL = "has_nationality"

_NATIONS = ("NORP", "GPE")
# People who serve or lead a state or a group; they are affiliated with it.
SERVANTS = word_set("""leader official diplomat lawmaker officer dictator ruler head boss founder agent
    representative delegate commander soldier member counterpart""")


def has_nationality(article: ParsedArticle) -> Iterator[Relation]:
    """ "Austrian skier Anna Fenninger", "Mehdi Karroubi, an Iranian"."""
    for person in article.of_type("PERSON"):
        for nation in (*_nations_before(article, person), *_nations_after(article, person)):
            yield Relation(person.entity, nation.entity, LABEL)


def _nations_before(article: ParsedArticle, person: Mention) -> Iterator[Mention]:
    """A nation, then one to three common nouns, then the name."""
    at = person.start - 1
    while at >= 0 and person.start - at <= 4:
        token = article.doc[at]
        if token.is_sent_start and not article.at(token, _NATIONS):
            return
        nation = article.at(token, _NATIONS)
        if nation:
            if at < person.start - 1 and not _is_possessive(article, nation):
                yield nation
            return
        is_common = token.pos_ in ("NOUN", "ADJ") and token.text.islower()
        is_common = is_common and token.lemma_ not in SERVANTS
        if not is_common or article.at(token, ("TITLE", "ORG", "DATE")):
            return
        at -= 1


def _is_possessive(article: ParsedArticle, nation: Mention) -> bool:
    follows = article.token(nation.end)
    return follows is not None and follows.text in ("'s", "’s", "'", "’")


def _nations_after(article: ParsedArticle, person: Mention) -> Iterator[Mention]:
    """ "…, an Iranian", "…, an Iranian journalist", "… is an Iranian"."""
    root = article.root(person)
    nouns = children_in_roles(root, ("appos",))
    for noun in article.doc[root.sent.start : root.sent.end]:
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
            if nation := article.at(token, ("NORP",)):
                yield nation
