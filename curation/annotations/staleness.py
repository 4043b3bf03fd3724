"""What of a verdict holds, after annotations that it rests on have changed."""

from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass, replace

from msgspec import structs

from curation.annotations.compared import (
    VERDICT_UID,
    DecidedPart,
    DocumentComparison,
    offering_also,
)
from curation.annotations.differences import ComparedAnnotations, Difference, arrows_asked
from curation.annotations.known_readings import KnownReadings
from curation.annotations.place_map import NodePair, PlaceNode
from curation.annotations.readings import (
    FLAGS_KEY,
    NOTHING,
    TAKE_IN,
    entities_key,
    place_of_key,
)
from curation.annotations.record import Decision, DocumentRecord, Verdict, document_of_record
from curation.annotations.voters import Voters, compare_voters, find_voters
from curation.documents.spans import do_overlap
from curation.schema import Schema


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
    """
    The work of judging one verdict.

    The annotations are compared with each other and with the verdict, which has no vote. A place, or a
    pair of places, is open where an annotation has there what isn't known, or where nobody was asked.
    """

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
        self.compared = compared
        self.uids = tuple(voters.documents)
        self.decided = schema.canonical(
            document_of_record(record, verdict.entities, verdict.relations)
        )
        at_places = [one for one in verdict.decisions if one.kind == "entities"]
        self.comparison = DocumentComparison(
            voters.documents,
            schema,
            text_sha256=record.text_sha256,
            decided=DecidedPart(
                document=self.decided,
                places=tuple(one.place[0] for one in at_places),
                entities=frozenset(
                    entity
                    for one in at_places
                    for reading in one.readings
                    for entity in reading.entities
                ),
                undecided=tuple(
                    span for key in verdict.undecided if (span := place_of_key(key))
                ),
            ),
        )
        self.known = KnownReadings(verdict, self.comparison)
        self.open_places: set[PlaceNode] = set()
        self.open_pairs: set[NodePair] = set()
        # Of these, what waits for a first decision.
        self.undecided_places: set[PlaceNode] = set()
        self.undecided_pairs: set[NodePair] = set()
        # With which end's readings the arrows between two nodes come; None where they are asked by themselves.
        self.ends: dict[NodePair, PlaceNode | None] = {}

    def judge(self) -> VerdictState:
        joint = self.compared
        if self.uids:
            self._find_open()
            joint = self._joint()
        undecided = frozenset(self._keys(self.undecided_places, self.undecided_pairs))
        undecided &= joint.by_key.keys()
        opened = frozenset(self._keys(self.open_places, self.open_pairs)) & joint.by_key.keys()
        flags = joint.by_key.get(FLAGS_KEY)
        if flags and not _has_flags(self.verdict, flags):
            opened |= {FLAGS_KEY}
        # Where all annotators agree by now, nobody needs to be asked.
        is_in_question = bool(self.compared.differences)
        shown = opened if is_in_question else frozenset()
        joint = replace(
            joint,
            differences=tuple(
                one if one.key in shown else _without_verdict(one) for one in joint.differences
            ),
        )
        changed = tuple(
            one for one in self.verdict.decisions if self._is_asked_anew(one, opened)
        )
        return VerdictState(
            compared=joint if is_in_question else self.compared,
            open=tuple(one for one in joint.differences if one.key in shown),
            changed=changed,
            holding=len(self.verdict.decisions) - len(changed),
            gone=self._gone(),
            is_needed=is_in_question or not self.uids or not (opened or self._is_agreed_on()),
            is_taken_in=self._is_taken_in(opened),
            undecided=tuple(
                one.key for one in joint.differences if one.key in undecided & shown
            ),
            news=len(opened),
            decisions=self.verdict.decisions,
        )

    def _find_open(self) -> None:
        """Find the places and pairs that the verdict doesn't settle, or not any more."""
        for node in self.comparison.places:
            is_waiting = node in self.known.waiting
            if is_waiting and node not in self.known.at:
                self.undecided_places.add(node)
            if is_waiting or not all(self.known.knows_at(node, uid) for uid in self.uids):
                self.open_places.add(node)
        before = -1
        while before != len(self.open_places):
            # What arrows come with may have been opened by others.
            before = len(self.open_places)
            self.open_pairs.clear()
            for pair in self.comparison.pairs:
                self._judge_pair(pair)

    def _judge_pair(self, pair: NodePair) -> None:
        """Find whether what is between two nodes is open, by itself or with an end."""
        if len({*self.comparison.readings_between(pair).values()}) == 1 or pair[0] == pair[1]:
            return
        decisions = self.known.between.get(pair, ())
        is_known = self._is_known(pair)
        # What comes with an end that is open rests on nothing any more.
        open_ends = self.open_places.intersection(pair)
        is_settled = is_known and (not open_ends or self._is_known(pair, but_at=open_ends))
        if decisions or pair in self.known.waiting:
            end = None
            is_settled &= bool(decisions) and not any(map(self.known.is_unclear, decisions))
            # What were several questions is one.
            is_settled &= len(decisions) == 1 or not open_ends
        else:
            end = self._folding_end(pair)
        self.ends[pair] = end
        if end in self.open_places or is_settled:
            return
        if end and not is_known:
            self.open_places.add(end)
            return
        self.ends[pair] = None
        self.open_pairs.add(pair)
        if not decisions and (pair in self.known.waiting or self.undecided_places & open_ends):
            self.undecided_pairs.add(pair)

    def _is_known(self, pair: NodePair, but_at: Collection[PlaceNode] = ()) -> bool:
        if self.comparison.is_told_apart(pair) and not self.known.tells_apart(pair):
            return False
        return all(self.known.knows_between(pair, uid, but_at=but_at) for uid in self.uids)

    def _folding_end(self, pair: NodePair) -> PlaceNode | None:
        """The end with whose readings arrows come."""
        readings = self.comparison.readings_between(pair)
        if len({readings[uid] for uid in self.uids}) > 1:
            return self.comparison.folding_end(pair)
        # The verdict alone has something else there.
        decided = self.comparison.marked[VERDICT_UID]
        ends = (node for node in pair if node.is_disputed)
        return min(
            ends, key=lambda one: (one not in self.open_places, one in decided), default=None
        )

    def _joint(self) -> ComparedAnnotations:
        """The annotations compared with each other and with the verdict; what was offered still is."""
        found = self.comparison.compare(self.ends.get)
        differences = [*found.differences]
        for number, one in enumerate(differences):
            node = PlaceNode(*one.place[0], "place")
            if one.kind == "entities" and node in self.open_places:
                known = self.known.offered_at(node, self.ends)
                differences[number] = offering_also(one, known, self.comparison.text_sha256)
        if flags := self.compared.by_key.get(FLAGS_KEY):
            differences.append(flags)
        return replace(
            self.compared,
            agreed=found.agreed,
            agreed_arrows=found.agreed_arrows,
            differences=tuple(differences),
        )

    def _keys(self, places: Iterable[PlaceNode], pairs: Iterable[NodePair]) -> Iterator[str]:
        yield from (entities_key(one.span) for one in places)
        yield from map(self.comparison.key_of, pairs)

    def _is_asked_anew(self, decision: Decision, opened: Container[str]) -> bool:
        """Whether what was decided is in question again, alone or as a part of something else."""
        if decision.kind == "flags":
            return FLAGS_KEY in opened
        if decision.kind == "entities":
            return any(do_overlap(one.span, decision.place[0]) for one in self.open_places)
        pair = self.known.pair_of(decision)
        if pair in self.open_pairs or (pair[0] == pair[1] and pair[0] in self.open_places):
            return True
        # What were several questions is one now, or nothing says which one it was.
        is_one_of_several = len(self.known.between[pair]) > 1
        return (
            is_one_of_several and not self.open_places.isdisjoint(pair)
        ) or self.known.is_unclear(decision)

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


def _has_flags(verdict: Verdict, difference: Difference) -> bool:
    """Whether a decision was made on all flags that keep the document out."""
    decided = {
        flag
        for one in verdict.decisions
        if one.kind == "flags"
        for offered in one.offered
        for flag in offered.reading.flag_names
    }
    return {flag for one in difference.options for flag in one.reading.flag_names} <= decided
