"""Annotations of one document compared with each other, and with what a verdict has decided."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from msgspec import structs

from curation.annotations.differences import (
    ComparedAnnotations,
    Difference,
    Option,
    difference_order,
)
from curation.annotations.place_map import NodePair, PlaceNode, labelled_span
from curation.annotations.readings import (
    FLAGS_KEY,
    KEEP_OUT,
    NOTHING,
    TAKE_IN,
    Arrow,
    Direction,
    LabelledSpan,
    PlaceReading,
    PlaceSpan,
    entities_key,
    make_reading,
    option_alias,
    reading_order,
)
from curation.documents.document import Document, Entity, Relation
from curation.documents.spans import do_overlap, overlapping_groups
from curation.schema import Schema


@dataclass(frozen=True, kw_only=True)
class DecidedPart:
    """
    What a verdict says, for annotations to be compared with it.

    *document* is what it says, *places* are those that it decided, *entities* those of all the readings
    there, *undecided* the places of which it says nothing yet.
    """

    document: Document
    places: tuple[PlaceSpan, ...] = ()
    entities: frozenset[LabelledSpan] = frozenset()
    undecided: tuple[PlaceSpan, ...] = ()


def compare_documents(
    documents: Mapping[str, Document], schema: Schema, *, text_sha256: str = ""
) -> ComparedAnnotations:
    """
    Documents of one text compared, given by uid, with symmetric relations in canonical direction.

    *text_sha256* may be given where it is known, which saves a hash. Raises ValueError for no document.
    """
    if not documents:
        raise ValueError("no document to compare")
    first = next(iter(documents.values()))
    if all(_has_same_marks(one, first) for one in documents.values()):
        return ComparedAnnotations(agreed=replace(first, layer=None), annotations=documents)
    sha = text_sha256 or first.text_sha256
    return DocumentComparison(documents, schema, text_sha256=sha).compare()


def _has_same_marks(one: Document, other: Document) -> bool:
    return one is other or (one.entities == other.entities and one.relations == other.relations)


def flag_difference(
    text_sha256: str, flags: Mapping[str, Iterable[str]], schema: Schema
) -> Difference | None:
    """The question whether a flagged document is kept out, for flags given by uid; None where none keeps it out."""
    keeping = {
        uid: {flag for flag in own if schema.keeps_out(flag)} for uid, own in flags.items()
    }
    names = tuple(sorted({flag for own in keeping.values() for flag in own}))
    if not names:
        return None
    readings = {
        PlaceReading(flags=KEEP_OUT, flag_names=names): [uid for uid in flags if keeping[uid]],
        PlaceReading(flags=TAKE_IN): [uid for uid in flags if not keeping[uid]],
    }
    return Difference(
        key=FLAGS_KEY,
        kind="flags",
        place=(),
        options=tuple(
            Option(option_alias(text_sha256, FLAGS_KEY, reading), tuple(by), reading)
            for reading, by in readings.items()
        ),
    )


_Concrete = tuple[str, Direction, LabelledSpan, LabelledSpan]

# Stands for the verdict among the uids of annotations.
VERDICT_UID = ""


class DocumentComparison:
    """
    Documents of one text side by side: *nodes* tells where each span is, and the rest who has what there.

    What a verdict has *decided* is compared as if it were one more document, though nobody's: what
    was decided as one place stays one place, alone or as a part of a larger one. *marked* are each
    document's entities by node, *joined* its relations by the pair of nodes that they join.
    """

    def __init__(
        self,
        annotations: Mapping[str, Document],
        schema: Schema,
        *,
        text_sha256: str,
        decided: DecidedPart | None = None,
    ) -> None:
        self.annotations = annotations
        self.decided = decided
        self.documents = (
            {**annotations, VERDICT_UID: decided.document} if decided else annotations
        )
        self.schema = schema
        self.text_sha256 = text_sha256
        self.labels = {
            uid: _labels_by_span(one.entities) for uid, one in self.documents.items()
        }
        self._held: Set[LabelledSpan] = decided.entities if decided else frozenset()
        self._beside = self._decided_beside_agreed()
        self.places: list[PlaceNode] = []
        self.nodes = self._nodes()
        self._beside_nodes = {
            entity: place
            for entity in self._beside
            for place in self.places
            if do_overlap(place.span, entity[:2])
        }
        place_spans = {node.span for node in self.places}
        # Spans of agreed entities that are also the whole of a disputed place.
        self.doubled = {
            node.span
            for node in self.nodes.values()
            if not node.is_disputed and node.span in place_spans
        }
        self.marked: dict[str, dict[PlaceNode, list[LabelledSpan]]] = {
            uid: self._marked(one) for uid, one in self.documents.items()
        }
        self.joined = {uid: self._joined(one) for uid, one in self.documents.items()}

    @property
    def pairs(self) -> Sequence[NodePair]:
        """The pairs of nodes that a relation of some document joins, in the order of the text."""
        return sorted({pair for joined in self.joined.values() for pair in joined})

    def compare(
        self, folding_end: Callable[[NodePair], PlaceNode | None] | None = None
    ) -> ComparedAnnotations:
        """
        What is alike, and the differences.

        *folding_end* says with which end's readings the arrows come between two nodes, None where they
        are a difference of their own.
        """
        folding_end = folding_end or self.folding_end
        first = next(iter(self.documents.values()))
        agreed_relations: list[Relation] = []
        agreed_arrows: list[Arrow] = []
        folded: dict[str, dict[PlaceNode, list[Arrow]]] = {
            uid: defaultdict(list) for uid in self.documents
        }
        found: list[Difference] = []
        for pair in self.pairs:
            one, other = pair
            if one == other and one.is_disputed:
                for uid in self.documents:
                    folded[uid][one] += self._arrows(uid, pair, is_detailed=True)
                continue
            readings = self.readings_between(pair)
            if len(set(readings.values())) == 1:
                if one.is_disputed or other.is_disputed:
                    agreed_arrows += next(iter(readings.values()))
                else:
                    agreed_relations += self._relations_between(first, pair)
            elif (end := folding_end(pair)) is not None:
                for uid, arrows in readings.items():
                    folded[uid][end] += arrows
            else:
                found.append(self._pair_difference(pair, readings))
        found += (self._place_difference(node, folded) for node in self.places)
        found.sort(key=difference_order)
        agreed = first.without_annotations()
        entities = (one for one in first.entities if not self.nodes[one.span].is_disputed)
        return ComparedAnnotations(
            agreed=replace(agreed, entities=tuple(entities), relations=tuple(agreed_relations)),
            agreed_arrows=tuple(agreed_arrows),
            differences=tuple(found),
            annotations=self.annotations,
        )

    def folding_end(self, pair: NodePair) -> PlaceNode | None:
        """The one end that is in doubt, where all annotators who marked something there have the same arrows."""
        in_doubt = [
            node
            for node in pair
            if node.is_disputed
            and not all(node in self.marked[uid] for uid in self.annotations)
        ]
        if len(in_doubt) != 1:
            return None
        (end,) = in_doubt
        readings = self.readings_between(pair)
        alike = {readings[uid] for uid in self.annotations if end in self.marked[uid]}
        return end if len(alike) == 1 else None

    def _nodes(self) -> dict[PlaceSpan, PlaceNode]:
        """The node of each span that somebody marked."""
        held = {one[:2] for one in self._held} - {one[:2] for one in self._beside}
        spans = sorted({span for labels in self.labels.values() for span in labels} | held)
        nodes: dict[PlaceSpan, PlaceNode] = {}
        disputed: list[PlaceSpan] = []
        for span in spans:
            readings = {
                tuple(one for one in labels.get(span, ()) if (*span, one) not in self._beside)
                for labels in self.labels.values()
            }
            if span in held or len(readings) > 1:
                disputed.append(span)
            else:
                nodes[span] = PlaceNode(*span, "agreed")
        places = self.decided.places if self.decided else ()
        for place, group in overlapping_groups({*disputed, *places}):
            node = PlaceNode(*place, "place")
            self.places.append(node)
            nodes.update((span, node) for span in group if span not in nodes)
        return nodes

    def _decided_beside_agreed(self) -> Set[LabelledSpan]:
        """What was decided at a place, on words that all annotations have alike under another label, or labels."""
        everybody = [self.labels[uid] for uid in self.annotations]
        held: dict[PlaceSpan, set[str]] = defaultdict(set)
        for start, end, label in self._held:
            held[start, end].add(label)
        return {
            (*span, label)
            for span, labels in held.items()
            if len(alike := {one.get(span, ()) for one in everybody}) == 1
            if () not in alike and labels.isdisjoint(*alike)
            for label in labels
        }

    def node_of(self, entity: LabelledSpan) -> PlaceNode | None:
        """Where an entity is; None for words that nobody marked."""
        return self._beside_nodes.get(entity) or self.nodes.get(entity[:2])

    def _node_of(self, entity: Entity) -> PlaceNode:
        return self._beside_nodes.get(labelled_span(entity)) or self.nodes[entity.span]

    def _marked(self, document: Document) -> dict[PlaceNode, list[LabelledSpan]]:
        marked: dict[PlaceNode, list[LabelledSpan]] = defaultdict(list)
        for one in document.entities:
            marked[self._node_of(one)].append(labelled_span(one))
        return marked

    def _joined(self, document: Document) -> dict[NodePair, set[_Concrete]]:
        joined: dict[NodePair, set[_Concrete]] = defaultdict(set)
        for relation in document.relations:
            head = (self._node_of(relation.head), labelled_span(relation.head))
            tail = (self._node_of(relation.tail), labelled_span(relation.tail))
            (one, first), (other, second) = sorted((head, tail))
            direction: Direction = "forward" if (one, first) == head else "backward"
            if relation.label in self.schema.symmetric:
                direction = "none"
            joined[one, other].add((relation.label, direction, first, second))
        return joined

    def readings_between(self, pair: NodePair) -> dict[str, tuple[Arrow, ...]]:
        """Each document's arrows between two nodes; the ends are named only where that makes a difference."""
        readings = {
            uid: tuple(self._arrows(uid, pair, is_detailed=False))
            for uid in self.with_a_say(*pair)
        }
        for uids in self._told_apart(pair, readings):
            for uid in uids:
                readings[uid] = tuple(self._arrows(uid, pair, is_detailed=True))
        return readings

    def is_told_apart(self, pair: NodePair) -> bool:
        """Whether annotations that have the same arrows and entities join different ones of these."""
        readings = {
            uid: tuple(self._arrows(uid, pair, is_detailed=False)) for uid in self.annotations
        }
        return any(self._told_apart(pair, readings))

    def _told_apart(
        self, pair: NodePair, readings: Mapping[str, tuple[Arrow, ...]]
    ) -> Iterator[Sequence[str]]:
        """Documents with the same arrows, and the same entities at an end, that join different ones of these."""
        classes: dict[tuple[Arrow, ...], list[str]] = defaultdict(list)
        for uid, arrows in readings.items():
            classes[arrows].append(uid)
        return (uids for uids in classes.values() if self._join_different_entities(pair, uids))

    def with_a_say(self, *nodes: PlaceNode) -> Mapping[str, Document]:
        """The documents that say what is at these nodes: all but a verdict that hasn't decided it."""
        undecided = self.decided.undecided if self.decided else ()
        is_decided = not any(
            node.is_disputed and do_overlap(node.span, place)
            for node in nodes
            for place in undecided
        )
        return self.documents if is_decided else self.annotations

    def _join_different_entities(self, pair: NodePair, uids: Sequence[str]) -> bool:
        """Whether annotations with the same arrows, and the same entities at an end, join different ones of these."""
        if len(uids) == 1:
            return False
        one, other = pair
        seen: dict[object, object] = {}
        for uid in uids:
            first = tuple(self.marked[uid].get(one, ()))
            second = tuple(self.marked[uid].get(other, ()))
            if len(first) < 2 and len(second) < 2:
                continue
            joined = self.joined[uid].get(pair, set())
            at_first = {(label, way, end) for label, way, end, _ in joined}
            at_second = {(label, way, end) for label, way, _, end in joined}
            for at, what in (
                ((0, first), at_first),
                ((1, second), at_second),
                ((2, first, second), joined),
            ):
                if seen.setdefault(at, what) != what:
                    return True
        return False

    def _arrows(self, uid: str, pair: NodePair, *, is_detailed: bool) -> list[Arrow]:
        """An annotation's arrows between two nodes."""
        one, other = pair
        marked = self.marked[uid]
        names_first = self._is_named(one, marked, is_detailed=is_detailed)
        names_second = self._is_named(other, marked, is_detailed=is_detailed)
        arrows = (
            Arrow(
                label,
                way,
                (one.span, other.span),
                (first if names_first else None, second if names_second else None),
            )
            for label, way, first, second in self.joined[uid].get(pair, ())
        )
        return list(make_reading(arrows=tuple(arrows)).arrows)

    def _is_named(
        self,
        node: PlaceNode,
        marked: Mapping[PlaceNode, list[LabelledSpan]],
        *,
        is_detailed: bool,
    ) -> bool:
        """Whether an arrow says which entity of the node it joins."""
        has_several = len(marked.get(node, ())) > 1
        return self._is_doubled(node) or (has_several and (is_detailed or not node.is_disputed))

    def _is_doubled(self, node: PlaceNode) -> bool:
        return not node.is_disputed and node.span in self.doubled

    def _relations_between(self, document: Document, pair: NodePair) -> Iterator[Relation]:
        for relation in document.relations:
            nodes = sorted((self.nodes[relation.head.span], self.nodes[relation.tail.span]))
            if tuple(nodes) == pair:
                yield relation

    def _place_difference(
        self, node: PlaceNode, folded: Mapping[str, Mapping[PlaceNode, list[Arrow]]]
    ) -> Difference:
        readings = {
            uid: make_reading(
                tuple(self.marked[uid].get(node, ())), tuple(folded[uid].get(node, ()))
            )
            for uid in self.documents
        }
        key = entities_key(node.span)
        return Difference(
            key=key,
            kind="entities",
            place=(node.span,),
            options=_options_of(self.text_sha256, key, readings),
        )

    def _pair_difference(
        self, pair: NodePair, arrows: Mapping[str, tuple[Arrow, ...]]
    ) -> Difference:
        readings = {uid: make_reading(arrows=own) for uid, own in arrows.items()}
        one, other = pair
        key = self.key_of(pair)
        return Difference(
            key=key,
            kind="relations",
            place=(one.span, other.span),
            options=_options_of(self.text_sha256, key, readings),
        )

    def key_of(self, pair: NodePair) -> str:
        """The key of the difference between two nodes."""
        return f"r{self._name(pair[0])},{self._name(pair[1])}"

    def _name(self, node: PlaceNode) -> str:
        return f"{node.start}-{node.end}{'=' if self._is_doubled(node) else ''}"


def offering_also(
    difference: Difference, readings: Iterable[PlaceReading], text_sha256: str
) -> Difference:
    """The difference, with readings that nobody has among its options."""
    by = {one.reading: one.by for one in difference.options}
    by |= {one: () for one in readings if one not in by}
    options = (
        Option(option_alias(text_sha256, difference.key, one), by[one], one)
        for one in sorted(by, key=reading_order)
    )
    return structs.replace(difference, options=tuple(options))


def _options_of(
    text_sha256: str, key: str, readings: Mapping[str, PlaceReading]
) -> tuple[Option, ...]:
    """The distinct readings of annotations, given by uid, and the empty one; sorted without regard to whose they are."""
    by: dict[PlaceReading, list[str]] = {NOTHING: []}
    for uid, reading in readings.items():
        by.setdefault(reading, []).extend([uid] if uid != VERDICT_UID else [])
    return tuple(
        Option(option_alias(text_sha256, key, reading), tuple(sorted(by[reading])), reading)
        for reading in sorted(by, key=reading_order)
    )


def _labels_by_span(entities: Iterable[Entity]) -> dict[PlaceSpan, tuple[str, ...]]:
    labels: dict[PlaceSpan, Set[str]] = defaultdict(set)
    for one in entities:
        labels[one.span] = {*labels[one.span], one.label}
    return {span: tuple(sorted(found)) for span, found in labels.items()}
