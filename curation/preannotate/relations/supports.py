"""supports: one party backs, helps or praises another, a law or an event."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar import stance
from curation.preannotate.grammar.parties import ACTOR_TYPES, TARGET_TYPES, find_parties
from curation.preannotate.parsed_article import ParsedArticle
from curation.preannotate.word_lists import word_set

LABEL = "supports"

_VERBS = word_set("""back support help assist aid praise hail laud applaud endorse commend sponsor arm
    finance fund bolster salute""")
_VERBS_WITH_PREPOSITION = {
    "side": ("with",),
    "stand": ("by", "behind"),
    "rally": ("behind", "around"),
}
_NOUNS = frozenset(["support", "backing", "endorsement", "praise", "solidarity"])


def supports(article: ParsedArticle) -> Iterator[Relation]:
    """ "Russia backs Assad", "Tehran's support for Hezbollah", "the Western-backed Abbas"."""
    yield from stance.relate_by_verb(article, LABEL, _VERBS)
    yield from stance.relate_by_preposition(article, LABEL, _VERBS_WITH_PREPOSITION)
    yield from stance.relate_by_noun(article, LABEL, _NOUNS, ("for", "of", "to", "with"))
    yield from _by_hyphen(article)
    yield from _by_misread_back(article)


def _by_hyphen(article: ParsedArticle) -> Iterator[Relation]:
    """ "the U.S.-backed government of Iraq": the name before the hyphen backs."""
    for token in article.doc[2:]:
        if token.lower_ not in ("backed", "supported") or token.nbor(-1).text != "-":
            continue
        backer = article.at(token.nbor(-2), ACTOR_TYPES)
        if backer is None or token.head.i < token.i:
            continue
        for backed in find_parties(article, token.head, TARGET_TYPES):
            if backed.start > token.i:
                yield Relation(backer.entity, backed.entity, LABEL)


def _by_misread_back(article: ParsedArticle) -> Iterator[Relation]:
    """
    "Russia and Iran back Assad", where the model takes "back" for an adverb.

    Only between names, and only after two of them: one name backs, two back.
    """
    for token in article.doc[1:-1]:
        if token.lower_ != "back" or token.pos_ == "VERB":
            continue
        backed = article.at(token.nbor(1), TARGET_TYPES)
        backers = list(find_parties(article, token.nbor(-1)))
        if backed and backed.start == token.i + 1 and len(backers) > 1:
            for backer in backers:
                yield Relation(backer.entity, backed.entity, LABEL)
