"""From what annotators did to what the gold says: merged where they agree, listed where not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from curation.document import Annotation, Document
from curation.gold.model import Gold
from curation.schema import Schema

SHOWN = 40


@dataclass(frozen=True)
class Conflict:
    """A document that annotators differ on; each difference says who has what there."""

    document: str
    annotators: tuple[str, ...]
    differences: tuple[str, ...]


@dataclass(frozen=True)
class KeptOut:
    """A document that an annotator's flag keeps out of the gold."""

    document: str
    annotators: tuple[str, ...]
    flags: tuple[str, ...]


class Settled(NamedTuple):
    """What became of every annotated document: gold, a conflict, or kept out."""

    golds: tuple[Gold, ...]
    conflicts: tuple[Conflict, ...]
    kept_out: tuple[KeptOut, ...]


def settle(annotations: Iterable[Annotation], schema: Schema) -> Settled:
    """
    The gold of every document that its annotators agree on, before any adjudication.

    One annotator is agreement. One flag that keeps out is enough to keep the
    document out, whatever the others say. Other flags are no disagreement; the
    gold has all of them.
    """
    by_document: dict[str, list[Annotation]] = defaultdict(list)
    for annotation in annotations:
        document = schema.canonical(annotation.document)
        by_document[document.id].append(replace(annotation, document=document))
    outcomes = [
        _settled(sorted(by_document[identity], key=lambda layer: layer.annotator), schema)
        for identity in sorted(by_document)
    ]
    return Settled(
        tuple(one for one in outcomes if isinstance(one, Gold)),
        tuple(one for one in outcomes if isinstance(one, Conflict)),
        tuple(one for one in outcomes if isinstance(one, KeptOut)),
    )


def _settled(layers: list[Annotation], schema: Schema) -> Gold | Conflict | KeptOut:
    document = layers[0].document
    who = tuple(dict.fromkeys(layer.annotator for layer in layers))
    bad = {flag for layer in layers for flag in layer.flags if _keeps_out(flag, schema)}
    if bad:
        return KeptOut(document.id, who, tuple(sorted(bad)))
    if differences := tuple(_differences(layers)):
        return Conflict(document.id, who, differences)
    return _merged(layers, who)


def _keeps_out(flag: str, schema: Schema) -> bool:
    return flag in schema.flags and schema.flags[flag].keeps_out


def _merged(layers: list[Annotation], who: tuple[str, ...]) -> Gold:
    document = layers[0].document
    shown = {layer.suggestion.layer for layer in layers if layer.suggestion}
    group = document.meta.get("group")
    return Gold(
        document,
        flags=tuple({flag for layer in layers for flag in layer.flags}),
        annotators=who,
        n_annotations=len(layers),
        arm="blind" if any(layer.suggestion is None for layer in layers) else "assisted",
        preannotated_by=", ".join(sorted(str(layer) for layer in shown if layer)),
        group=group if isinstance(group, str) else "",
    )


def _differences(layers: list[Annotation]) -> Iterator[str]:
    """Each place that isn't the same in all *layers*, in the order of the text."""
    text = layers[0].document.text
    if any(layer.document.text != text for layer in layers):
        yield "the texts differ, so that nothing can be compared"
        return
    # Two differing layers of one annotator are told apart by number.
    names = [layer.annotator for layer in layers]
    names = [
        f"{name} ({names[:n].count(name) + 1})" if names.count(name) > 1 else name
        for n, name in enumerate(names)
    ]
    marks = [_marks(layer.document) for layer in layers]
    for place in sorted({place for found in marks for place in found}):
        labels = [tuple(found.get(place, ())) for found in marks]
        if len(set(labels)) > 1:
            ends = " → ".join(_shown(text, span) for span in place)
            said = "; ".join(
                f"{' and '.join(label) or 'nothing'} by {name}"
                for name, label in zip(names, labels, strict=True)
            )
            yield f"{ends}: {said}"


_Place = tuple[tuple[int, int], ...]


def _marks(document: Document) -> Mapping[_Place, list[str]]:
    """The labels at each span, and at each pair of spans that relations join."""
    found: dict[_Place, list[str]] = defaultdict(list)
    for entity in document.entities:
        found[(entity.span,)].append(entity.label)
    for relation in sorted(document.relations, key=lambda relation: relation.label):
        head, tail = relation.head, relation.tail
        # Where two entities stand on one span, the arrow's label alone doesn't say which it joins.
        doubled = len(found[(head.span,)]) > 1 or len(found[(tail.span,)]) > 1
        ends = f" ({head.label} → {tail.label})" if doubled else ""
        found[head.span, tail.span].append(f"{relation.label}{ends}")
    return found


def _shown(text: str, span: tuple[int, int]) -> str:
    start, end = span
    words = text[start:end]
    short = words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"
    return f"{start}..{end} {short!r}"
