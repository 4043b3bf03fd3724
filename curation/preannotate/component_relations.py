"""Relations that a component of the model states in ``doc._.relations`` or the like, between suggested entities."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from spacy.tokens import Doc

from curation.documents.document import Relation
from curation.errors import ModelError, abbreviate
from curation.preannotate.parsed_article import Mention, ParsedArticle
from curation.schema import Schema

# A pair of tokens, a label and a score: from the first token of each end to behind its last.
_Bounds = tuple[int, int]
_Stated = tuple[_Bounds, _Bounds, str, float]

_HEADS = ("head", "head_span", "head_pos")
_TAILS = ("tail", "tail_span", "tail_pos")
_LABELS = ("label", "relation")


def find_component_relations(article: ParsedArticle, schema: Schema) -> Iterator[Relation]:
    """
    The relations of the component that ``[baseline]`` of schema.toml names, with the schema's labels.

    An end is the suggested entity that has most of the component's words; a relation of which an
    end is no entity is left out, and so is one below ``min_score``. Raises ModelError where the
    component says something else than pairs with labels.
    """
    source = schema.model_relations
    if source is None or not Doc.has_extension(source.attribute):
        return
    said = getattr(article.doc._, source.attribute)
    for head, tail, label, score in _stated(said, source.attribute):
        name = schema.relation_by_model_label.get(label)
        ends = (_mention(article, head), _mention(article, tail))
        if name is not None and score >= source.min_score and ends[0] and ends[1]:
            yield Relation(ends[0].entity, ends[1].entity, name)


def _mention(article: ParsedArticle, bounds: _Bounds) -> Mention | None:
    """The mention that has most of the words, the shortest of several."""
    start, end = bounds
    shared = {
        mention: min(end, mention.end) - max(start, mention.start)
        for mention in article.mentions
        if mention.start < end and start < mention.end
    }
    return max(shared, key=lambda one: (shared[one], one.start - one.end), default=None)


def _stated(said: Any, attribute: str) -> Iterator[_Stated]:
    """
    Each relation, in any of the forms that components are known to have.

    ``{(head, tail): {label: score}}`` by first tokens, as spaCy's rel_component says it; tables with
    spans or pairs of tokens, in a list (GLiREL) or a table (REBEL); and triples of span, span, label.
    """
    try:
        if isinstance(said, Mapping) and all(isinstance(key, tuple) for key in said):
            for (head, tail), labels in said.items():
                for label, score in labels.items():
                    yield _bounds(head), _bounds(tail), str(label), float(score)
            return
        for one in said.values() if isinstance(said, Mapping) else said or ():
            if isinstance(one, Mapping):
                score = float(one.get("score", 1))
                yield (
                    _bounds(_first_of(one, _HEADS)),
                    _bounds(_first_of(one, _TAILS)),
                    str(_first_of(one, _LABELS)),
                    score,
                )
            else:
                head, tail, label = one
                yield _bounds(head), _bounds(tail), str(label), 1.0
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(
            f"doc._.{attribute} is {abbreviate(said)}, which isn't read: {error}",
            hint="pairs of first tokens with labels and scores are read, tables with head, tail and label, and triples of span, span, label",
        ) from None


def _first_of(table: Mapping[str, Any], keys: Iterable[str]) -> Any:
    for key in keys:
        if key in table:
            return table[key]
    raise KeyError(" or ".join(keys))


def _bounds(end: Any) -> _Bounds:
    """The tokens of a span, of a pair of numbers, or of a first token."""
    if isinstance(end, int):
        return end, end + 1
    if hasattr(end, "start"):
        return end.start, end.end
    start = end[0]
    stop = end[1]
    return int(start), max(int(stop), int(start) + 1)
