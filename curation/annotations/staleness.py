"""What of a verdict holds, after annotations that it rests on have changed."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from msgspec import structs

from curation.annotations.compared import (
    ComparedAnnotations,
    Difference,
    compare_documents,
)
from curation.annotations.place_map import (
    ArrowShape,
    NodePair,
    PlaceMap,
    PlaceNode,
    fits_reading,
    labelled_span,
)
from curation.annotations.readings import (
    FLAGS_KEY,
    TAKE_IN,
    LabelledSpan,
    PlaceReading,
    PlaceSpan,
    place_of_key,
)
from curation.annotations.record import Decision, DocumentRecord, Verdict, document_of_record
from curation.annotations.voters import Voters, compare_voters, find_voters
from curation.documents.document import Document
from curation.documents.spans import do_overlap
from curation.schema import Schema

_VERDICT_UID = ""
_NO_ARROWS: frozenset[ArrowShape] = frozenset()
_NO_ENTITIES: frozenset[LabelledSpan] = frozenset()


@dataclass(frozen=True, kw_only=True)
class VerdictState:
    """
    A verdict beside the annotations as they are now.

    *compared* are the annotations; *open* are its differences that the verdict doesn't settle: with a
    reading that wasn't offered, or undecided, as those of a later round are. *changed* are the decisions
    that don't hold any more, *holding* is the number of those that do. *gone* are the uids of
    annotations that the verdict rests on and that are no longer submitted. *is_needed* is false where
    all annotations agree, on what the verdict says or on something that wasn't offered. *is_taken_in* says
    whether the adjudicator took the document in though it was flagged. *news* is the number of places
    and pairs at which an annotation has what wasn't offered, *undecided* the keys of what waits for
    a first decision. *decisions* are all of the verdict.
    """

    compared: ComparedAnnotations
    open: tuple[Difference, ...] = ()
    changed: tuple[Decision, ...] = ()
    holding: int = 0
    gone: tuple[str, ...] = ()
    is_needed: bool = True
    is_taken_in: bool = False
    undecided: tuple[str, ...] = ()
    news: int = 0
    decisions: tuple[Decision, ...] = ()

    @property
    def decided(self) -> frozenset[str]:
        """The keys for which the verdict holds, also where annotators have come to agree since."""
        is_open = {one.key for one in self.open} | {one.key for one in self.changed}
        decided = {one.key for one in self.compared.differences}
        decided |= {
            one.key
            for one in self.decisions
            # What is open now may be about the same words under another key.
            if not any(is_about_the_same(one, other) for other in self.open)
        }
        return frozenset(decided - is_open)

    @property
    def holds(self) -> bool:
        """Whether the verdict settles the document."""
        return not (self.open or self.news)

    @property
    def reopened(self) -> tuple[Difference, ...]:
        """The open differences that don't wait for a first decision: annotations changed there."""
        return tuple(one for one in self.open if one.key not in self.undecided)

    @property
    def reopened_places(self) -> int:
        """At how many places the verdict doesn't hold any more; also where all annotations agree by now."""
        return len(self.reopened) if self.open else self.news


def judge_verdict(record: DocumentRecord, schema: Schema) -> VerdictState:
    """
    What of the record's verdict holds, and what is open; without a verdict everything is.

    A reading that was offered, or that the verdict has, opens nothing, whoever has it.
    """
    voters = find_voters(record, schema)
    return judge_compared(record, voters, compare_voters(record, voters, schema), schema)


def judge_compared(
    record: DocumentRecord, voters: Voters, compared: ComparedAnnotations, schema: Schema
) -> VerdictState:
    """The same, where the annotations are compared already."""
    verdict = record.verdict
    if verdict is None:
        return VerdictState(compared=compared, open=compared.differences)
    return _Judging(record, verdict, voters, compared, schema).judge()


class _Judging:
    """The work of judging one verdict."""

    def __init__(
        self,
        record: DocumentRecord,
        verdict: Verdict,
        voters: Voters,
        compared: ComparedAnnotations,
        schema: Schema,
    ) -> None:
        self.record = record
        self.verdict = verdict
        self.voters = voters
        self.compared = compared
        self.schema = schema
        self.decided = schema.canonical(
            document_of_record(record, verdict.entities, verdict.relations)
        )
        self.decisions = {one.key: one for one in verdict.decisions}
        self.map, self.at_places = map_of_verdict(verdict, schema)
        # The labelled spans at each span that all annotations had alike.
        self.agreed_nodes: dict[PlaceNode, frozenset[LabelledSpan]] = {}
        for start, end, label in self.map.agreed:
            node = PlaceNode(start, end, "agreed")
            there = self.agreed_nodes.get(node, _NO_ENTITIES)
            self.agreed_nodes[node] = there | {(start, end, label)}
        self.allowed = {
            node: {frozenset(reading.entities) for reading in readings_of(one)}
            for node, one in self.at_places.items()
        }
        self.arrows_decided = self.map.arrows(self.decided)
        self.detailed_decided = self.map.detailed_arrows(self.decided)
        self.between = self._arrows_that_were_offered()
        # Where it was asked which of several entities of a place an arrow joins.
        self.told_apart = {
            pair
            for pair, offered in self.between.items()
            if pair[0] != pair[1]
            and any(
                end is not None and node.kind != "agreed"
                for shapes in offered
                for shape in shapes
                for end, node in zip(shape[2:], pair, strict=True)
            )
        }
        # Where an annotation has what wasn't offered: spans, by node, and pairs of nodes.
        self.new_at: dict[PlaceNode, set[PlaceSpan]] = defaultdict(set)
        self.new_between: set[NodePair] = set()

    def judge(self) -> VerdictState:
        for document in self.voters.documents.values():
            self._find_new(document)
        self._find_newly_told_apart()
        compared = self.compared
        is_open = self._open_keys(compared)
        if compared.differences and self._is_hidden(compared, is_open):
            compared = self._compared_with_verdict()
            is_open = self._open_keys(compared)
        opened = tuple(one for one in compared.differences if one.key in is_open)
        news = len(self.new_at) + len(self.new_between)
        changed = tuple(one for one in self.verdict.decisions if self._is_changed(one))
        return VerdictState(
            compared=compared,
            open=opened,
            changed=changed,
            holding=len(self.verdict.decisions) - len(changed),
            gone=self._gone(),
            is_needed=bool(self.compared.differences)
            or not self.compared.annotations
            or not (news or self._is_agreed_on()),
            is_taken_in=self._is_taken_in(is_open),
            undecided=self.verdict.undecided,
            news=news,
            decisions=self.verdict.decisions,
        )

    def _arrows_that_were_offered(self) -> Mapping[NodePair, set[frozenset[ArrowShape]]]:
        """For pairs of nodes, what annotations had between them, and what was chosen."""
        offered: dict[NodePair, set[frozenset[ArrowShape]]] = defaultdict(set)
        for node, decision in self.at_places.items():
            for reading in readings_of(decision):
                arrows = self.map.arrows_of(reading.arrows)
                for pair, shapes in arrows.items():
                    offered[pair].add(shapes)
                    if decision.own and reading == decision.chosen:
                        # What the annotators all had there, without the adjudicator's own arrows.
                        decided = self.arrows_decided.get(pair, _NO_ARROWS)
                        offered[pair].add(decided - shapes)
                offered[node, node].add(arrows.get((node, node), _NO_ARROWS))
        for decision in self.verdict.decisions:
            if decision.kind == "relations":
                pair = self.map.pair_of_key(decision.key, decision.place)
                for reading in readings_of(decision):
                    arrows = self.map.detailed_arrows_of(reading.arrows)
                    offered[pair].add(arrows.get(pair, _NO_ARROWS))
        return offered

    def _find_new(self, document: Document) -> None:
        """Take note of everything in an annotation that wasn't offered."""
        marked = self.map.marked(document)
        for node in {*marked, *self.agreed_nodes} - self.allowed.keys():
            if marked.get(node, _NO_ENTITIES) != self.agreed_nodes.get(node, _NO_ENTITIES):
                self.new_at[node].add(node.span)
        for node, allowed in self.allowed.items():
            there = marked.get(node, _NO_ENTITIES)
            if there not in allowed:
                self.new_at[node] |= {node.span, *((one[0], one[1]) for one in there)}
        arrows = self.map.detailed_arrows(document)
        for pair in {*arrows, *self.arrows_decided, *self.between}:
            shapes = arrows.get(pair, _NO_ARROWS)
            # Who has nothing at an end needn't have the arrow.
            if (shapes or all(node in marked for node in pair)) and not self._is_known(
                pair, shapes
            ):
                self.new_between.add(pair)

    def _is_known(self, pair: NodePair, shapes: frozenset[ArrowShape]) -> bool:
        """Whether arrows between two nodes were offered, or are those that were decided."""
        is_told_apart = pair in self.told_apart
        decided = (self.detailed_decided if is_told_apart else self.arrows_decided).get(
            pair, _NO_ARROWS
        )
        return fits_reading(decided, shapes) or any(
            fits_reading(offered, shapes) for offered in self.between.get(pair, ())
        )

    def _find_newly_told_apart(self) -> None:
        """Take note of arrows that join different ones of the same entities at a place, where all joined one before."""
        seen: dict[object, object] = {}
        for document in self.voters.documents.values():
            marked = self.map.marked(document)
            for pair, joined in self.map.detailed_arrows(document).items():
                if pair in self.told_apart or pair[0] == pair[1]:
                    continue
                shapes = frozenset((label, way) for label, way, _, _ in joined)
                for number, node in enumerate(pair):
                    if node.kind == "agreed" or len(marked[node]) == 1:
                        continue
                    ends = {(one[0], one[1], one[2 + number]) for one in joined}
                    if seen.setdefault((pair, number, marked[node], shapes), ends) != ends:
                        self.new_between.add(pair)

    def _open_keys(self, compared: ComparedAnnotations) -> set[str]:
        """The keys of the differences that have a reading which wasn't offered."""
        found = {
            one.key
            for one in compared.differences
            if one.kind == "entities" and self._touches_new(one.place[0])
        }
        for pair in self.new_between:
            found |= {one.key for one in self._asked_between(compared, pair)}
        for one in compared.differences:
            if one.kind == "flags" and not _has_flags(self.decisions.get(one.key), one):
                found.add(one.key)
        return {key for key in found if not self._was_offered(compared.by_key[key])}

    def _was_offered(self, difference: Difference) -> bool:
        """Whether just this was asked, with all the readings that are there now."""
        decision = self.decisions.get(difference.key)
        if decision is None or decision.kind == "flags" or decision.place != difference.place:
            return False
        return difference.readings <= {*readings_of(decision)}

    def _touches_new(self, place: PlaceSpan) -> bool:
        return any(do_overlap(place, span) for spans in self.new_at.values() for span in spans)

    def _asked_between(
        self, compared: ComparedAnnotations, pair: NodePair
    ) -> Iterable[Difference]:
        """The differences about arrows between two nodes of the verdict."""
        one, other = pair
        if one == other:
            return [
                difference
                for difference in compared.differences
                if difference.kind == "entities" and do_overlap(difference.place[0], one.span)
            ]
        first = self._spans_now(compared, one)
        second = self._spans_now(compared, other)
        return [
            each
            for each in compared.differences
            if any(
                (places[0] in first and places[1] in second)
                or (places[0] in second and places[1] in first)
                for places in _joined_by(each)
            )
        ]

    def _spans_now(self, compared: ComparedAnnotations, node: PlaceNode) -> set[PlaceSpan]:
        """The places, and the spans of agreed entities, where a node of the verdict is now."""
        agreed = {
            entity.span
            for entity in compared.agreed.entities
            if node in self.map.nodes(labelled_span(entity))
        }
        if node.kind == "agreed" and agreed:
            return agreed
        return agreed | {place for place in compared.by_place if do_overlap(place, node.span)}

    def _is_hidden(self, compared: ComparedAnnotations, is_open: Container[str]) -> bool:
        """Whether something that wasn't offered is in no open difference, as where all annotations agree on it by now."""
        opened = [
            one.place[0]
            for one in compared.differences
            if one.kind == "entities" and one.key in is_open
        ]
        for spans in self.new_at.values():
            if not any(do_overlap(place, span) for place in opened for span in spans):
                return True
        return any(
            not any(one.key in is_open for one in self._asked_between(compared, pair))
            and not any(do_overlap(place, node.span) for place in opened for node in pair)
            for pair in self.new_between
        )

    def _compared_with_verdict(self) -> ComparedAnnotations:
        """The annotations compared with each other and with the verdict, which has no vote."""
        documents = {**self.voters.documents, _VERDICT_UID: self.decided}
        found = compare_documents(documents, self.schema, text_sha256=self.record.text_sha256)
        flags = self.compared.by_key.get(FLAGS_KEY)
        differences = tuple(
            structs.replace(
                one,
                options=tuple(
                    structs.replace(
                        option, by=tuple(uid for uid in option.by if uid != _VERDICT_UID)
                    )
                    for option in one.options
                ),
            )
            for one in found.differences
        )
        return replace(
            self.compared,
            agreed=found.agreed,
            agreed_arrows=found.agreed_arrows,
            differences=(*differences, flags) if flags else differences,
        )

    def _is_changed(self, decision: Decision) -> bool:
        if decision.kind == "flags":
            now = self.compared.by_key.get(FLAGS_KEY)
            return now is not None and not _has_flags(decision, now)
        if decision.kind == "entities":
            node = self.map.node_at_place(decision.place[0])
            return node in self.new_at or (node, node) in self.new_between
        return self.map.pair_of_key(decision.key, decision.place) in self.new_between

    def _is_agreed_on(self) -> bool:
        """Whether what all annotations agree on is what the verdict says."""
        agreed = self.compared.agreed
        return (
            agreed.entities == self.decided.entities
            and agreed.relations == self.decided.relations
        )

    def _is_taken_in(self, is_open: Container[str]) -> bool:
        return FLAGS_KEY not in is_open and any(
            one.chosen.flags == TAKE_IN for one in self.verdict.decisions
        )

    def _gone(self) -> tuple[str, ...]:
        uids = {
            uid
            for decision in self.verdict.decisions
            for reading in decision.offered
            for uid in reading.by
        }
        submitted = {one.uid for one in self.record.annotations if one.status == "submitted"}
        return tuple(sorted(uids - submitted))


def readings_of(decision: Decision) -> Iterable[PlaceReading]:
    """The readings that were offered, and the one chosen."""
    return (*(one.reading for one in decision.offered), decision.chosen)


def is_about_the_same(one: Decision | Difference, other: Decision | Difference) -> bool:
    """Whether two differences, or decisions, are of one kind and about places that overlap."""
    return one.kind == other.kind and all(
        do_overlap(now, then) for now, then in zip(one.place, other.place, strict=True)
    )


def _joined_by(difference: Difference) -> Iterable[tuple[PlaceSpan, ...]]:
    """The pairs of places between which a difference has arrows, or none where others have some."""
    if difference.kind == "relations":
        return [difference.place]
    return [arrow.place for one in difference.options for arrow in one.reading.arrows]


def is_change_of_agreed(decision: Decision) -> bool:
    """Whether all annotations agreed there, and the adjudicator changed that."""
    return len(decision.offered) == 1


def map_of_verdict(
    verdict: Verdict, schema: Schema
) -> tuple[PlaceMap, Mapping[PlaceNode, Decision]]:
    """Which entity is at which of the verdict's places, and the decision at each place."""
    agreed = {(one.start, one.end, one.label) for one in verdict.entities}
    places: dict[PlaceNode, Decision] = {}
    edits: dict[PlaceNode, set[LabelledSpan]] = {}
    for one in verdict.decisions:
        if one.kind != "entities":
            continue
        agreed -= {*one.chosen.entities}
        if is_change_of_agreed(one):
            node = PlaceNode(*one.place[0], "edit")
            edits[node] = {entity for each in readings_of(one) for entity in each.entities}
        else:
            node = PlaceNode(*one.place[0], "place")
        places[node] = one
    disputed = {node for node in places if node.is_disputed}
    for key in verdict.undecided:
        if span := place_of_key(key):
            disputed.add(PlaceNode(*span, "place"))
    found = PlaceMap(frozenset(agreed), tuple(sorted(disputed)), edits, schema.symmetric)
    return found, places


def _has_flags(decision: Decision | None, difference: Difference) -> bool:
    """Whether a decision was made on all flags that keep the document out."""
    if decision is None:
        return False
    decided = {flag for one in decision.offered for flag in one.reading.flag_names}
    return {flag for one in difference.options for flag in one.reading.flag_names} <= decided
