"""The pairs of mentions that a relation might join, each with what a classifier is told of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from curation.documents.document import Relation
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token
from curation.schema import Schema

# Mentions that stand further apart than this many tokens are no pair.
MAX_DISTANCE = 40
# Between two that near are no more than these, unless many lie inside of others.
_MAX_MENTIONS = 60
# Of longer stretches between two mentions the single words say little.
_MAX_WORDS_BETWEEN = 12
_MAX_GAP = 4
_MAX_PATH = 6
# Types whose words say more than a name, which a classifier would learn by heart.
_WORDS_NOT_NAMES = ("TITLE",)
_DISTANCES = (0, 1, 2, 3, 5, 8, 12, 20)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two mentions of one sentence, the relations that the schema lets join them, and their features."""

    head: Mention
    tail: Mention
    labels: tuple[str, ...]
    features: tuple[str, ...]

    def relation(self, label: str, schema: Schema) -> Relation:
        """The relation *label* between the two, in its canonical direction."""
        return schema.canonical_relation(Relation(self.head.entity, self.tail.entity, label))


def find_candidates(article: ParsedArticle, schema: Schema) -> Iterator[Candidate]:
    """The pairs in the order of the text, once for each direction; a symmetric relation is in one of them."""
    by_types: dict[tuple[str, str], tuple[str, ...]] = {}
    type_by_token = {
        number: mention.label
        for mention in article.mentions
        for number in range(mention.start, mention.end)
    }
    sentences = groupby(article.mentions, key=lambda mention: article.doc[mention.start].sent)
    for number, (sentence, mentions) in enumerate(sentences):
        inside = tuple(mention for mention in mentions if mention.end <= sentence.end)
        for head, tail, between in _neighbours(inside):
            types = (head.label, tail.label)
            if types not in by_types:
                by_types[types] = _labels(types, schema)
            labels = tuple(
                label
                for label in by_types[types]
                if label not in schema.symmetric or _is_canonical(head, tail, label, schema)
            )
            if labels:
                pair = _Pair(article, head, tail, between, number, type_by_token)
                yield Candidate(head, tail, labels, tuple(dict.fromkeys(pair.features())))


def _neighbours(
    mentions: Sequence[Mention],
) -> Iterator[tuple[Mention, Mention, tuple[Mention, ...]]]:
    """Of mentions in the order of the text each two that are near, in both orders, with those between them."""
    for place, first in enumerate(mentions):
        for count, second in enumerate(mentions[place + 1 : place + 1 + _MAX_MENTIONS]):
            if second.start - first.end > MAX_DISTANCE:
                break
            if first.end <= second.start:
                between = tuple(
                    one
                    for one in mentions[place + 1 : place + 1 + count]
                    if first.end <= one.start and one.end <= second.start
                )
                yield first, second, between
                yield second, first, between


def _labels(types: tuple[str, str], schema: Schema) -> tuple[str, ...]:
    return tuple(
        kind.name for kind in schema.relations.values() if kind.joins_either_way(*types)
    )


def _is_canonical(head: Mention, tail: Mention, label: str, schema: Schema) -> bool:
    relation = Relation(head.entity, tail.entity, label)
    return schema.canonical_relation(relation) == relation


@dataclass(frozen=True, slots=True)
class _Pair:
    """
    Two mentions, with those *between* them, in a sentence that is number *sentence* among those with any.

    *type_by_token* has the types of all mentions: those that the model saw would tell a classifier more
    of articles that the model was trained on than of others.
    """

    article: ParsedArticle
    head: Mention
    tail: Mention
    between: tuple[Mention, ...]
    sentence: int
    type_by_token: Mapping[int, str]

    def features(self) -> Iterator[str]:
        """What there is to say of the pair, as strings; the order doesn't matter."""
        types = f"{self.head.label}>{self.tail.label}"
        order = "+" if self.head.start < self.tail.start else "-"
        yield "always"
        yield f"types={types}"
        yield f"types={types}{order}"
        yield f"order={order}"
        yield f"sentence={min(self.sentence, 3)}"
        yield from self._between(types, order)
        yield from self._around()
        yield from self._path(types, order)

    def _between(self, types: str, order: str) -> Iterator[str]:
        first, second = sorted((self.head, self.tail), key=lambda mention: mention.start)
        doc = self.article.doc
        words = doc[first.end : second.start]
        distance = sum(len(words) > bound for bound in _DISTANCES)
        yield f"distance={distance}"
        yield f"distance={distance}{types}{order}"
        yield f"mentions={min(len(self.between), 4)}"
        labels = {mention.label for mention in self.between}
        yield from (f"between={order}<{label}>" for label in sorted(labels))
        if self.tail.label in labels:
            yield f"nearer tail {types}"
        if self.head.label in labels:
            yield f"nearer head {types}"
        if len(words) <= _MAX_GAP:
            gap = " ".join(map(self._word, words))
            yield f"gap={order}{gap}"
            yield f"gap={types}{order}{gap}"
        if len(words) <= _MAX_WORDS_BETWEEN:
            for token in words:
                if token.i not in self.type_by_token and not token.is_space:
                    yield f"between={order}{token.lemma_.lower()}"

    def _around(self) -> Iterator[str]:
        for name, mention in (("head", self.head), ("tail", self.tail)):
            for side, place in (("before", mention.start - 1), ("after", mention.end)):
                token = self.article.token(place)
                yield f"{name} {side}={self._word(token)}"
            root = self.article.root(mention)
            yield f"{name} dep={root.dep_}"
            if mention.label in _WORDS_NOT_NAMES:
                yield f"{name} word={root.lower_}"

    def _path(self, types: str, order: str) -> Iterator[str]:
        """The way from one to the other by the parse: up from both to where the ways meet."""
        head, tail = self.article.root(self.head), self.article.root(self.tail)
        above_head = [head, *head.ancestors]
        above_tail = [tail, *tail.ancestors]
        there = {token.i for token in above_tail}
        meeting = next((token for token in above_head if token.i in there), None)
        if meeting is None:
            yield "path=none"
            return
        up = above_head[: [token.i for token in above_head].index(meeting.i)]
        down = above_tail[: [token.i for token in above_tail].index(meeting.i)]
        steps = [
            *(f"{token.dep_}↑" for token in up),
            *(f"{token.dep_}↓" for token in reversed(down)),
        ]
        yield f"path length={min(len(steps), 8)}"
        inside = [token for token in (*up[1:], *down[1:]) if token.i not in self.type_by_token]
        if meeting.i not in (head.i, tail.i):
            inside.append(meeting)
            yield f"meeting={meeting.lemma_.lower()}"
            yield f"meeting={meeting.lemma_.lower()}{types}{order}"
            yield f"meeting pos={meeting.pos_}"
            for child in meeting.children:
                if child.dep_ in ("neg", "prt", "auxpass", "dobj", "aux"):
                    yield f"meeting {child.dep_}={self._word(child)}"
        else:
            yield f"above={'head' if meeting.i == head.i else 'tail'} {types}"
        for token in inside:
            yield f"on path={token.lemma_.lower()}"
        if len(steps) <= _MAX_PATH:
            yield f"path={' '.join(steps)}"
            yield f"path={types} {' '.join(steps)}"
            words = " ".join(token.lemma_.lower() for token in inside)
            yield f"path={' '.join(steps)} {words}"

    def _word(self, token: Token | None) -> str:
        if token is None or token.is_space:
            return "|"
        kind = self.type_by_token.get(token.i)
        return f"<{kind}>" if kind else str(token.lemma_).lower()
