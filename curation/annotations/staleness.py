"""What of a verdict holds, after annotations that it rests on have changed."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from msgspec import structs

from curation.annotations.compared import DecidedPart, compare_documents
from curation.annotations.differences import ComparedAnnotations, Difference, arrows_asked
from curation.annotations.place_map import (
    ArrowShape,
    NodePair,
    PlaceMap,
    PlaceNode,
    fits_reading,
)
from curation.annotations.readings import (
    FLAGS_KEY,
    NOTHING,
    TAKE_IN,
    LabelledSpan,
    PlaceReading,
    PlaceSpan,
    pair_of_spans,
    place_of_key,
)
from curation.annotations.record import Decision, DocumentRecord, Verdict, document_of_record
from curation.annotations.voters import Voters, compare_voters, find_voters
from curation.documents.document import Document
from curation.documents.spans import do_overlap
from curation.schema import Schema

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
        decided = {one.key for one in self.compared.differences}
        decided |= {one.key for one in self.decisions} - {one.key for one in self.changed}
        return frozenset(decided - {one.key for one in self.open})

    @property
    def answered(self) -> frozenset[tuple[int | None, int | None]]:
        """The questions that the verdict answers, each by its round and its number there."""
        return frozenset((one.round, one.number) for one in self.decisions)

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
        # What isn't decided yet: places, and pairs of them.
        self.undecided_places = {
            span for key in verdict.undecided if (span := place_of_key(key)) is not None
        }
        self.undecided_nodes = {PlaceNode(*span, "place") for span in self.undecided_places}
        self.undecided_pairs = {
            self.map.pair_of_key(key, spans)
            for key in verdict.undecided
            if (spans := pair_of_spans(key)) is not None
        }
        # Where an annotation has what wasn't offered: spans, and pairs of nodes.
        self.new_at: set[PlaceSpan] = set()
        self.new_between: set[NodePair] = set()

    def judge(self) -> VerdictState:
        for document in self.voters.documents.values():
            self._find_new(document)
        self._find_newly_told_apart()
        joint = self._compared_with_verdict()
        reopened = self._reopened(joint)
        undecided = self._undecided(joint) - reopened
        changed = tuple(
            one for one in self.verdict.decisions if self._is_asked_anew(one, joint, reopened)
        )
        # Where all annotations agree by now, nobody needs to be asked.
        is_in_question = bool(self.compared.differences)
        opened = reopened | undecided if is_in_question else frozenset()
        joint = replace(
            joint,
            differences=tuple(
                one if one.key in opened else _without_verdict(one) for one in joint.differences
            ),
        )
        return VerdictState(
            compared=joint if is_in_question else self.compared,
            open=tuple(one for one in joint.differences if one.key in opened),
            changed=changed,
            holding=len(self.verdict.decisions) - len(changed),
            gone=self._gone(),
            is_needed=is_in_question
            or not self.compared.annotations
            or not (reopened or undecided or self._is_agreed_on()),
            is_taken_in=self._is_taken_in(reopened),
            undecided=tuple(one.key for one in joint.differences if one.key in undecided),
            news=len(reopened | undecided),
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
        for node in {*marked, *self.agreed_nodes} - self.allowed.keys() - self.undecided_nodes:
            if marked.get(node, _NO_ENTITIES) != self.agreed_nodes.get(node, _NO_ENTITIES):
                self.new_at.add(node.span)
        for node, allowed in self.allowed.items():
            there = marked.get(node, _NO_ENTITIES)
            if there not in allowed:
                self.new_at |= {node.span, *(one[:2] for one in there)}
        arrows = self.map.detailed_arrows(document)
        for pair in {*arrows, *self.arrows_decided, *self.between} - self.undecided_pairs:
            if self.undecided_nodes.intersection(pair):
                continue
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

    def _compared_with_verdict(self) -> ComparedAnnotations:
        """The annotations compared with each other and with the verdict, which has no vote."""
        if not self.voters.documents:
            return self.compared
        readings = [reading for one in self.at_places.values() for reading in readings_of(one)]
        decided = DecidedPart(
            document=self.decided,
            places=tuple(node.span for node in self.at_places),
            spans=frozenset(entity[:2] for one in readings for entity in one.entities),
            undecided=tuple(self.undecided_places),
        )
        found = compare_documents(
            self.voters.documents,
            self.schema,
            text_sha256=self.record.text_sha256,
            decided=decided,
        )
        flags = self.compared.by_key.get(FLAGS_KEY)
        return replace(
            self.compared,
            agreed=found.agreed,
            agreed_arrows=found.agreed_arrows,
            differences=(*found.differences, flags) if flags else found.differences,
        )

    def _reopened(self, joint: ComparedAnnotations) -> frozenset[str]:
        """The keys of the differences that have a reading which wasn't offered."""
        found = {
            one.key
            for one in joint.differences
            if one.kind == "entities"
            and any(do_overlap(one.place[0], span) for span in self.new_at)
        }
        for pair in self.new_between:
            found |= {one.key for one in self._asked_between(joint, pair)}
        for one in joint.differences:
            if one.kind == "flags" and not _has_flags(self.decisions.get(one.key), one):
                found.add(one.key)
        found = {key for key in found if not self._was_offered(joint.by_key[key])}
        return frozenset(found | self._joined_since(joint) | self._renamed(joint))

    def _renamed(self, joint: ComparedAnnotations) -> set[str]:
        """The keys under which something else was decided: between agreed spans, where a place has just these now."""
        return {
            key
            for key, one in self.decisions.items()
            if one.kind == "relations"
            and key in joint.by_key
            and joint.by_key[key] not in self._asked_between(joint, self._pair(one))
        }

    def _pair(self, decision: Decision) -> NodePair:
        return self.map.pair_of_key(decision.key, decision.place)

    def _joined_since(self, joint: ComparedAnnotations) -> set[str]:
        """The keys of what were several questions about arrows, and is one now."""
        decided = [self._pair(one) for one in self.verdict.decisions if one.kind == "relations"]
        about = ([one.key for one in self._asked_between(joint, pair)] for pair in decided)
        return {
            key for key, number in Counter(chain.from_iterable(about)).items() if number > 1
        }

    def _undecided(self, joint: ComparedAnnotations) -> frozenset[str]:
        """The keys of the differences that wait for a first decision."""
        found: set[str] = set()
        for key in self.verdict.undecided:
            if key in joint.by_key:
                found.add(key)
            elif span := place_of_key(key):
                found |= {
                    one.key for place, one in joint.by_place.items() if do_overlap(place, span)
                }
        for pair in self.undecided_pairs:
            found |= {one.key for one in self._asked_between(joint, pair)}
        return frozenset(found)

    def _was_offered(self, difference: Difference) -> bool:
        """Whether just this was asked, with all the readings that are there now."""
        decision = self.decisions.get(difference.key)
        if decision is None or decision.kind == "flags" or decision.place != difference.place:
            return False
        return difference.readings <= {*readings_of(decision)}

    def _asked_between(
        self, joint: ComparedAnnotations, pair: NodePair
    ) -> Iterable[Difference]:
        """The differences about arrows between two nodes of the verdict."""
        names = sorted(self._name_now(joint, node) for node in pair)
        return [one for one in joint.differences if tuple(names) in joint.pairs_of(one)]

    def _name_now(self, joint: ComparedAnnotations, node: PlaceNode) -> str:
        """What tells a node of the verdict now, as `pair_of` tells it."""
        is_agreed = any(one.span == node.span for one in joint.agreed.entities)
        if node.kind != "agreed" or not is_agreed:
            for place, one in joint.by_place.items():
                if do_overlap(place, node.span):
                    return one.key
        return f"{node.start}-{node.end}"

    def _is_asked_anew(
        self, decision: Decision, joint: ComparedAnnotations, reopened: Container[str]
    ) -> bool:
        """Whether what was decided is in question again, alone or as a part of something else."""
        if decision.kind == "flags":
            return FLAGS_KEY in reopened
        if decision.kind == "entities":
            about = [
                one
                for place, one in joint.by_place.items()
                if do_overlap(place, decision.place[0])
            ]
        else:
            about = [*self._asked_between(joint, self._pair(decision))]
            # The place that has its spans now would be mistaken for what was decided.
            about += (one for one in (joint.by_key.get(decision.key),) if one)
        return any(one.key in reopened for one in about)

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


def replaces(
    later: Decision | Difference,
    earlier: Decision | Difference,
    places: ComparedAnnotations | None = None,
) -> bool:
    """
    Whether a later difference, or decision, takes the place of an earlier one, about the same words.

    One about a place does so too for arrows that come with what stands there. Where the *places* are
    known as they are now, spans that overlap by chance are told apart.
    """
    if earlier.kind != "relations":
        return later.kind == earlier.kind and all(
            do_overlap(now, then) for now, then in zip(later.place, earlier.place, strict=True)
        )
    joined = arrows_asked(later)
    if places is not None:
        pairs = {places.pair_of(arrow) for arrow in arrows_asked(earlier)}
        return any(places.pair_of(arrow) in pairs for arrow in joined)
    first, second = earlier.place
    return any(
        (do_overlap(one, first) and do_overlap(other, second))
        or (do_overlap(one, second) and do_overlap(other, first))
        for one, other in (arrow.place for arrow in joined)
    )


def _without_verdict(difference: Difference) -> Difference:
    """The difference without what a verdict alone has there."""
    options = (one for one in difference.options if one.by or one.reading == NOTHING)
    return structs.replace(difference, options=tuple(options))


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
