"""Prodigy's JSON lines for spans and relations, as its ``rel.manual`` writes and ``db-in`` takes them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from curation.documents.document import Document, Entity
from curation.errors import Problem, Problems, abbreviate
from curation.files import Json, read_objects
from curation.formats.losses import Losses, LossKind
from curation.formats.shape import (
    FilePart,
    FoundDocument,
    both_directions,
    line_part,
    objects_under,
    parse_found,
)
from curation.formats.whole_tokens import WholeTokens, whole_tokens
from curation.schema import Schema

NOT_ACCEPTED = LossKind("document", "left out, as it was rejected or ignored in Prodigy")


def write_prodigy(
    documents: Iterable[Document], schema: Schema, losses: Losses
) -> Iterator[FilePart]:
    """A line a document, with spaCy's tokens cut at the spans' edges, so that each span is one of tokens."""
    for document in documents:
        edges = {edge for entity in document.entities for edge in entity.span}
        tokens = whole_tokens(document).cut_at(edges)
        spans = {entity: _span(entity, tokens) for entity in document.entities}
        line: Json = {
            "text": document.text,
            "id": document.id,
            "meta": dict(document.meta),
            "tokens": [
                {
                    "text": word,
                    "start": one.start,
                    "end": one.end,
                    "id": number,
                    "ws": one.has_space,
                }
                for number, (one, word) in enumerate(
                    zip(tokens.tokens, tokens.words, strict=True)
                )
            ],
            "spans": [*spans.values()],
            "relations": [
                {
                    "head": spans[one.head]["token_end"],
                    "child": spans[one.tail]["token_end"],
                    "head_span": spans[one.head],
                    "child_span": spans[one.tail],
                    "label": one.label,
                }
                for one in both_directions(document, schema, losses)
            ],
            "answer": "accept",
        }
        if document.layer:
            line["layer"] = document.layer.to_json()
        yield line_part(line)


def _span(entity: Entity, tokens: WholeTokens) -> Json:
    first, last = tokens.place_of(entity) or (0, 0)
    span: Json = {
        "start": entity.start,
        "end": entity.end,
        "token_start": first,
        "token_end": last,
        "label": entity.label,
    }
    return span if entity.score is None else {**span, "score": entity.score}


def read_prodigy(
    path: Path, schema: Schema, losses: Losses, problems: Problems
) -> Iterator[FoundDocument]:
    """The accepted documents of a file of ``db-out``; who annotated, where a session had a name."""
    for number, (place, line) in enumerate(read_objects(path, problems), start=1):
        if line.get("answer", "accept") != "accept":
            losses.add(NOT_ACCEPTED, place)
            continue
        before = len(problems)
        found = _interchange(line, f"{path.stem}-{number}", place, problems)
        if len(problems) == before and (document := parse_found(found, place, problems)):
            yield FoundDocument(
                place=place,
                document=document,
                annotator=str(line.get("_annotator_id") or line.get("_session_id") or ""),
                is_suggested="answer" not in line,
            )


def _interchange(line: Json, name: str, place: str, problems: Problems) -> Json:
    meta = line.get("meta") or {}
    identity = line.get("id") or (meta.get("id") if isinstance(meta, dict) else "") or name
    spans = [*objects_under(line, "spans", place, problems)]
    ids: dict[tuple[object, ...], str] = {}
    by_last_token: dict[object, list[str]] = {}
    for number, span in enumerate(spans):
        ids.setdefault(_place_of(span), f"e{number}")
        by_last_token.setdefault(span.get("token_end"), []).append(f"e{number}")

    def end(relation: Json, key: str) -> str:
        span = relation.get(f"{key}_span")
        found = ids.get(_place_of(span)) if isinstance(span, dict) else None
        candidates = by_last_token.get(relation.get(key), [])
        if found or len(candidates) == 1:
            return found or candidates[0]
        what = f"{key} {abbreviate(relation.get(key))} of a relation is the last token of "
        what += f"{len(candidates)} spans, and {key}_span none of these"
        problems.append(Problem(place, what))
        return ""

    return {
        "id": str(identity),
        "text": line.get("text"),
        "meta": meta,
        "entities": [
            {"id": f"e{number}", **{key: span.get(key) for key in ("start", "end", "label")}}
            | ({"score": span["score"]} if "score" in span else {})
            for number, span in enumerate(spans)
        ],
        "relations": [
            {"head": end(one, "head"), "tail": end(one, "child"), "label": one.get("label")}
            for one in objects_under(line, "relations", place, problems)
        ],
    } | ({"layer": line["layer"]} if "layer" in line else {})


def _place_of(span: Json) -> tuple[object, ...]:
    return tuple(str(span.get(key)) for key in ("start", "end", "label"))
