"""Mentions that stand beside each other, whatever the parse says: "Senaki in western Georgia"."""

from collections.abc import Collection, Iterator

from curation.preannotate.parsed_article import Mention, ParsedArticle, Token
from curation.preannotate.word_lists import word_set

# Between "in" and a place: "in the northern part of".
_BEFORE_PLACE = word_set(
    """the northern southern eastern western central north south east west northeastern
    northwestern southeastern southwestern north-eastern north-western south-eastern south-western
    upper lower neighbouring neighboring nearby occupied mainland rural part parts of coastal"""
)
_NAMING = ("NOUN", "ADJ", "NUM", "PROPN", "VERB")
_HYPHENS = frozenset("-‐‑–")


def place_after(article: ParsedArticle, at: int, labels: Collection[str]) -> Mention | None:
    """The place that begins at token *at*, or behind "the northern part of"."""
    while (token := article.token(at)) is not None and token.lower_ in _BEFORE_PLACE:
        if place := _starting(article, at, labels):
            return place
        at += 1
        while (hyphen := article.token(at)) is not None and hyphen.text in _HYPHENS:
            at += 1
    return _starting(article, at, labels)


def mention_before(article: ParsedArticle, at: int, labels: Collection[str]) -> Mention | None:
    """The mention that ends just before token *at*, in the same sentence."""
    token = article.token(at - 1)
    here = article.token(at)
    if token is None or here is None or here.is_sent_start:
        return None
    mention = article.at(token, labels)
    return mention if mention is not None and mention.end == at else None


def owner_before(article: ParsedArticle, at: int, labels: Collection[str]) -> Mention | None:
    """The mention whose possessive ends just before token *at*: "Iran's" before "president"."""
    mark = article.token(at - 1)
    if mark is None or mark.lower_ not in ("'s", "’s", "'", "’"):
        return None
    return mention_before(article, at - 1, labels)


def common_words_before(article: ParsedArticle, at: int, *, most: int) -> Iterator[Token]:
    """The words in small letters before token *at*, the nearest first, none of them a mention's."""
    for i in range(at - 1, max(at - 1 - most, -1), -1):
        token = article.tokens[i]
        if article.tokens[i + 1].is_sent_start or not _is_common(article, token):
            return
        yield token


def _is_common(article: ParsedArticle, token: Token) -> bool:
    is_verb = token.pos_ == "VERB" and token.tag_ not in ("VBN", "VBG")
    is_word = token.pos_ in _NAMING and token.text.islower() and not is_verb
    is_joint = token.text in _HYPHENS or token.text.isdigit()
    return (is_word or is_joint) and article.any_at(token) is None


def _starting(article: ParsedArticle, at: int, labels: Collection[str]) -> Mention | None:
    token = article.token(at)
    if token is None or token.is_sent_start:
        return None
    mention = article.at(token, labels)
    return mention if mention is not None and mention.start == at else None
