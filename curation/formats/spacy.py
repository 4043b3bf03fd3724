"""spaCy's binary format: for ``spacy train`` with ner, spancat, and rel_component."""

from collections.abc import Iterable, Iterator
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation.documents.document import Document
from curation.documents.outermost import outermost_entities
from curation.errors import InputError, Problem, Problems, abbreviate, pluralise
from curation.files import Json, explain_os_errors, json_line
from curation.formats.losses import NOT_ALIGNED, WITH_LOST_END, Losses, LossKind
from curation.formats.shape import FilePart, FoundDocument, has_model, parse_found
from curation.formats.whole_tokens import whole_tokens
from curation.schema import Schema
from curation.strict_json import parse_object

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

# Where spancat looks for spans.
SPANS_KEY = "sc"
# In user_data: what ``doc._.rel`` of rel_component reads, and what spaCy has no place for.
REL_KEY = ("._.", "rel", None, None)
OUR_KEY = "curate"
_OUR_DATA = f"user_data[{OUR_KEY!r}]"

IN_SPANS_ALONE = LossKind(
    "entity", "in doc.spans['sc'] alone, as doc.ents holds none that overlap a longer one"
)


def write_spacy(
    documents: Iterable[Document], schema: Schema, losses: Losses
) -> Iterator[FilePart]:
    """One ``DocBin``, in spaCy's own tokens: cut at the spans they would tell a model where these are."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    vocab = Vocab()
    stored = DocBin(store_user_data=True)
    for document in documents:
        stored.add(_doc(document, schema, losses, vocab))
    yield FilePart("", stored.to_bytes())


def _doc(document: Document, schema: Schema, losses: Losses, vocab: Any) -> "Doc":
    from spacy.tokens import Doc, Span

    tokens = whole_tokens(document)
    places = {one: place for one in document.entities if (place := tokens.place_of(one))}
    losses.add(NOT_ALIGNED, document.id, len(document.entities) - len(places))
    doc = Doc(vocab, tokens.words, tokens.spaces)
    spans = {
        entity: Span(doc, first, last + 1, entity.label, span_id=entity.id)
        for entity, (first, last) in places.items()
    }
    outermost = outermost_entities([*places])
    losses.remark(IN_SPANS_ALONE, document.id, len(places) - len(outermost))
    doc.spans[SPANS_KEY] = [*spans.values()]
    doc.ents = [spans[entity] for entity in outermost]
    numbers = {entity: number for number, entity in enumerate(places)}
    relations = [one for one in document.relations if {one.head, one.tail} <= places.keys()]
    losses.add(WITH_LOST_END, document.id, len(document.relations) - len(relations))
    arrows = {(one.head, one.tail, one.label) for one in relations}
    arrows |= {(tail, head, label) for head, tail, label in arrows if label in schema.symmetric}
    doc.user_data[REL_KEY] = {
        (places[head][0], places[tail][0]): {
            label: float((head, tail, label) in arrows) for label in schema.relations
        }
        for head, tail in permutations(outermost, 2)
    }
    # As JSON, since spaCy can't store every number.
    doc.user_data[OUR_KEY] = json_line(
        {
            "id": document.id,
            "meta": dict(document.meta),
            "layer": document.layer.to_json() if document.layer else None,
            "scores": [entity.score for entity in places],
            "relations": [
                [numbers[one.head], numbers[one.tail], one.label] for one in relations
            ],
        }
    )
    return doc


def read_spacy(
    path: Path, schema: Schema, losses: Losses, problems: Problems
) -> Iterator[FoundDocument]:
    """The documents of a ``DocBin``, by whomever it was made."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    with explain_os_errors(path):
        raw = path.read_bytes()
    try:
        docs = [*DocBin().from_bytes(raw).get_docs(Vocab())]
    except Exception as error:  # whatever the parts of a foreign file lead spaCy to
        what = f"{path}: not a file that spaCy wrote: {type(error).__name__}"
        raise InputError(what, hint="check that this is the right file") from None
    for number, doc in enumerate(docs, start=1):
        place = f"{path}, document {number}"
        try:
            found = _interchange(doc, f"{path.stem}-{number}")
        except ValueError as error:
            problems.append(Problem(place, str(error)))
            continue
        if document := parse_found(found, place, problems):
            yield FoundDocument(
                place=place, document=document, is_suggested=has_model(document)
            )


def _interchange(doc: "Doc", name: str) -> Json:
    """As one of our own lines; raises ValueError for data beside the text that is neither ours nor rel_component's."""
    ours = _our_data(doc)
    spans = [*doc.spans.get(SPANS_KEY, ())]
    shown = {_span(one) for one in spans}
    spans += [one for one in doc.ents if _span(one) not in shown]
    ids = [f"e{number}" for number, _ in enumerate(spans)]
    if "relations" in ours:
        relations = [*_our_relations(ours, ids)]
    else:
        relations = [*_rel_component(doc, spans, ids)]
    scores = _listed(ours, "scores") or [None] * len(spans)
    if len(scores) != len(spans):
        counts = f"{pluralise(len(scores), 'score')} for {pluralise(len(spans), 'entity')}"
        raise ValueError(f"{_OUR_DATA}: {counts}")
    found: Json = {
        "id": ours.get("id") or name,
        "text": doc.text,
        "meta": ours.get("meta") or {},
        "entities": [
            {
                "id": identity,
                "start": span.start_char,
                "end": span.end_char,
                "label": span.label_,
            }
            | ({} if score is None else {"score": score})
            for identity, span, score in zip(ids, spans, scores, strict=True)
        ],
        "relations": [
            {"head": head, "tail": tail, "label": label} for head, tail, label in relations
        ],
    }
    return found | ({"layer": ours["layer"]} if ours.get("layer") else {})


def _our_data(doc: "Doc") -> Json:
    held = doc.user_data.get(OUR_KEY, "{}")
    if not isinstance(held, str):
        raise ValueError(f"{_OUR_DATA}: {abbreviate(held)}, not a JSON object")  # noqa: TRY004
    try:
        return parse_object(held)
    except ValueError as error:
        raise ValueError(f"{_OUR_DATA}: {error}") from None


def _listed(ours: Json, key: str) -> list[Any]:
    found = ours.get(key, [])
    if not isinstance(found, list):
        what = f"{key!r} must be a list, not {abbreviate(found)}"
        raise ValueError(f"{_OUR_DATA}: {what}")  # noqa: TRY004
    return found


def _our_relations(ours: Json, ids: list[str]) -> Iterator[tuple[str, str, str]]:
    for one in _listed(ours, "relations"):
        match one:
            case [head, tail, label] if {type(head), type(tail)} == {int}:
                if min(head, tail) >= 0 and max(head, tail) < len(ids):
                    yield ids[head], ids[tail], label
                    continue
        joins = f"joins no two of {pluralise(len(ids), 'entity')}"
        raise ValueError(f"{_OUR_DATA}: a relation is {json_line(one)}, which {joins}")


def _rel_component(
    doc: "Doc", spans: list["Span"], ids: list[str]
) -> Iterator[tuple[str, str, str]]:
    """What rel_component's data says: for the first tokens of two entities, how sure each label is."""
    ents = {_span(one) for one in doc.ents}
    by_first_token = {
        span.start: identity
        for span, identity in zip(spans, ids, strict=True)
        if _span(span) in ents
    }
    pairs = doc.user_data.get(REL_KEY)
    for pair, labels in (pairs if isinstance(pairs, dict) else {}).items():
        match pair, labels:
            case [first, second], dict():
                head = by_first_token.get(first)
                tail = by_first_token.get(second)
            case _:
                raise ValueError(
                    f"doc._.rel: {pair!r}: {abbreviate(labels)}, not labels of two tokens"
                )
        for label, sure in labels.items():
            if not isinstance(sure, int | float):
                raise ValueError(f"doc._.rel: {pair!r}: {label!r} is {sure!r}, not a number")  # noqa: TRY004
            if head and tail and sure >= 0.5:
                yield head, tail, label


def _span(span: "Span") -> tuple[int, int, str]:
    return span.start_char, span.end_char, span.label_
