"""Names that a common noun is said of: "states such as Malta", "Malta and other states"."""

from collections.abc import Collection, Iterator

from curation.preannotate.grammar.beside import place_after
from curation.preannotate.grammar.clauses import children_in_roles, find_objects, find_subjects
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token

_LEADING_IN = (
    ("such", "as"),
    ("among", "them"),
    ("including",),
    ("like",),
    ("notably",),
    ("especially",),
)

# Words that may stand before these: "members of Congress of both parties, including".
_LONGEST = 6


def find_instances(noun: Token) -> list[Token]:
    """The nouns that the parse says this noun of; those in a row with them aren't among them."""
    verb = noun.head
    found = children_in_roles(noun, ("appos",))
    if noun.dep_ == "appos":
        found.append(verb)
    elif noun.dep_ == "conj" and any(child.lower_ == "other" for child in noun.children):
        found.append(verb)  # "Malta and other members"
    elif noun.dep_ == "attr" and verb.lemma_ in ("be", "become", "remain") and is_factual(verb):
        found += find_subjects(verb)
    elif noun.dep_ == "nsubj" and verb.lemma_ == "be" and is_factual(verb):
        found += children_in_roles(verb, ("attr",))  # "the members are Malta and Norway"
    elif noun.dep_ == "nsubj" and verb.lemma_ == "include" and is_factual(verb):
        found += find_objects(verb)
    return found


def names_led_in(article: ParsedArticle, at: int, labels: Collection[str]) -> Iterator[Mention]:
    """The names in a row behind token *at*, which "such as", "among them" or the like leads in."""
    for here in range(at, min(at + _LONGEST, len(article.tokens))):
        words = tuple(t.lower_ for t in article.tokens[here : here + 2])
        for leading in _LEADING_IN:
            if words[: len(leading)] == leading:
                yield from _row(article, here + len(leading), labels)
                return
        token = article.tokens[here]
        if token.is_sent_start or token.pos_ in ("VERB", "AUX") or article.any_at(token):
            return


def _row(article: ParsedArticle, at: int, labels: Collection[str]) -> Iterator[Mention]:
    while name := place_after(
        article, at + (getattr(article.token(at), "lower_", "") == "the"), labels
    ):
        yield name
        at = name.end
        while (token := article.token(at)) is not None and token.lower_ in (",", "and", "or"):
            at += 1
        if at == name.end:
            return
