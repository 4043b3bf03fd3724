"""based_in: an organisation has its seat, or belongs, in a place."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar.clauses import objects_of_prepositions
from curation.preannotate.parsed_article import Mention, ParsedArticle

LABEL = "based_in"

_PLACES = ("GPE", "LOC")
_SEAT = ("based", "headquartered")


def based_in(article: ParsedArticle) -> Iterator[Relation]:
    """ "Al Jazeera, based in Qatar", "the London-based group Amnesty", "Tehran's Sharif University"."""
    for organisation in article.of_type("ORG"):
        for place in (
            *_by_seat(article, organisation),
            *_by_hyphen(article, organisation),
            *_by_possessive(article, organisation),
        ):
            yield Relation(organisation.entity, place.entity, LABEL)


def _by_seat(article: ParsedArticle, organisation: Mention) -> Iterator[Mention]:
    root = article.root(organisation)
    verbs = [t for t in article.doc[root.sent.start : root.sent.end] if t.lower_ in _SEAT]
    for verb in verbs:
        subject = verb.head if verb.dep_ in ("acl", "advcl", "amod", "relcl") else None
        passive = [c for c in verb.children if c.dep_ in ("nsubjpass", "nsubj")]
        near = verb.i - organisation.end in (0, 1)
        if subject == root or root in passive or near:
            for token in objects_of_prepositions(verb, "in"):
                if place := article.at(token, _PLACES):
                    yield place


def _by_hyphen(article: ParsedArticle, organisation: Mention) -> Iterator[Mention]:
    """ "London-based Amnesty": the name follows at once or after what it is called."""
    for at in range(organisation.start - 1, max(organisation.start - 6, 1), -1):
        token = article.doc[at]
        if token.lower_ in _SEAT and token.nbor(-1).text == "-":
            if place := article.at(token.nbor(-2), _PLACES):
                yield place
            return
        if token.pos_ not in ("NOUN", "PROPN", "ADJ") or article.at(token, ("PERSON",)):
            return


def _by_possessive(article: ParsedArticle, organisation: Mention) -> Iterator[Mention]:
    """ "Tehran's Sharif University": the place's possessive just before the name."""
    mark = article.token(organisation.start - 1)
    if mark is None or mark.lower_ not in ("'s", "’s"):
        return
    if place := article.at(article.token(mark.i - 1), _PLACES):
        yield place
