"""supports: one party backs, helps or praises another, a law or an event."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar import stance
from curation.preannotate.grammar.clauses import find_objects, find_subjects
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.grammar.parties import (
    ACTOR_TYPES,
    TARGET_TYPES,
    find_all_parties,
    find_parties,
)
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token
from curation.preannotate.word_lists import listed_words, word_set

LABEL = "supports"

_VERBS = listed_words("supporting_verbs")
# What one does to a law.
_VERBS_OF_LAWS = word_set("""sign ratify approve pass adopt accept implement observe uphold
    support endorse enact""")
_BACKED = (
    "backed",
    "supported",
    "funded",
    "financed",
    "sponsored",
    "armed",
    "trained",
    "aided",
)
_VERBS_WITH_PREPOSITION = {
    "side": ("with",),
    "stand": ("by", "behind"),
    "rally": ("behind", "around"),
    "vote": ("for",),
    "campaign": ("for",),
    "donate": ("to",),
    "accede": ("to",),
    "lend": ("to",),
}
_NOUNS = word_set(
    "favor favour support backing endorsement praise solidarity recognition defense defence"
)
# What one gives.
_GIFTS = word_set("""support aid assistance help loan funding donation weapon arm arms relief backing
    protection fund asylum money food equipment training refuge supply doctor medicine
    bailout ammunition""")
_FRIENDS = word_set("supporter backer sponsor patron defender donor benefactor")


def supports(article: ParsedArticle) -> Iterator[Relation]:
    """ "Russia backs Assad", "Tehran's support for Hezbollah", "the Western-backed Abbas"."""
    yield from stance.relate_by_verb(article, LABEL, _VERBS)
    # Whose decision one welcomes; guests are welcomed, too.
    yield from stance.relate_to_owned(article, LABEL, ("welcome",))
    yield from stance.relate_by_preposition(article, LABEL, _VERBS_WITH_PREPOSITION)
    yield from stance.relate_by_noun(article, LABEL, _NOUNS, ("for", "of", "to", "with"))
    yield from stance.relate_by_noun(article, LABEL, _GIFTS, ("to", "for"))
    yield from stance.relate_by_holder(article, LABEL, _FRIENDS)
    yield from _by_law(article)
    yield from _by_hyphen(article)
    yield from _by_misread_back(article)


def _by_law(article: ParsedArticle) -> Iterator[Relation]:
    """ "Norway ratified the Kyoto Protocol"."""
    for verb in article.verbs(_VERBS_OF_LAWS):
        if is_factual(verb):
            laws = find_all_parties(article, find_objects(verb), ("LAW",))
            for actor in find_all_parties(article, find_subjects(verb), ACTOR_TYPES):
                yield from (Relation(actor.entity, law.entity, LABEL) for law in laws)


def _by_hyphen(article: ParsedArticle) -> Iterator[Relation]:
    """ "the U.S.-backed government of Iraq": the name before the hyphen backs."""
    for token in article.tokens[2:]:
        if token.lower_ not in _BACKED or token.nbor(-1).text != "-":
            continue
        backer = article.at(token.nbor(-2), ACTOR_TYPES)
        if backer is None or token.head.i < token.i:
            continue
        backed = list(find_parties(article, token.head, TARGET_TYPES))
        for party in _holder_after(article, token) or backed:
            if party.start > token.i:
                yield Relation(backer.entity, party.entity, LABEL)


def _holder_after(article: ParsedArticle, token: Token) -> list[Mention]:
    """The person whose office follows: "the Western-backed Palestinian President Abbas"."""
    for after in article.tokens[token.i + 1 : token.i + 6]:
        person = article.at(after, ("PERSON",))
        if person or article.any_at(after) is None:
            return [person] if person else []
    return []


def _by_misread_back(article: ParsedArticle) -> Iterator[Relation]:
    """
    "Russia and Iran back Assad", where the model takes "back" for an adverb.

    Only between names, and only after two of them: one name backs, two back.
    """
    for token in article.tokens[1:-1]:
        if token.lower_ != "back" or token.pos_ == "VERB":
            continue
        backed = article.at(token.nbor(1), TARGET_TYPES)
        backers = list(find_parties(article, token.nbor(-1)))
        if backed and backed.start == token.i + 1 and len(backers) > 1:
            for backer in backers:
                yield Relation(backer.entity, backed.entity, LABEL)
