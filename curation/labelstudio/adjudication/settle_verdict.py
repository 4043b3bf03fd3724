"""The verdict of a document: what was read of its tasks, settled into entities and relations, or problems."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import msgspec

from curation.annotations.decision_makers import DecisionMaker, made_by
from curation.annotations.differences import ComparedAnnotations, Difference
from curation.annotations.make_verdict import (
    ChoiceMark,
    MadeChoices,
    VerdictSource,
    make_verdict,
)
from curation.annotations.place_map import labelled_span
from curation.annotations.readings import (
    FLAGS_KEY,
    KEEP_OUT,
    TAKE_IN,
    Arrow,
    LabelledSpan,
    PlaceReading,
    PlaceSpan,
    make_reading,
)
from curation.annotations.record import Decision, OfferedReading, Verdict
from curation.annotations.settle_choices import Choice, settle
from curation.annotations.shown_differences import ShownDifference
from curation.annotations.staleness import replaces
from curation.annotations.standing_decisions import StandingDecisions
from curation.checks.against_schema import check_document
from curation.documents.document import Document, Entity, Relation
from curation.documents.spans import do_overlap
from curation.errors import Problem
from curation.labelstudio.adjudication.read_verdict import ReadVerdict
from curation.labelstudio.adjudication.rounds import MOST_DIFFERENCES
from curation.labelstudio.adjudication.verdict_drawings import AgreedPart
from curation.labelstudio.adjudication.verdict_ticks import is_asked_anew
from curation.labelstudio.adjudication.verdict_words import (
    AskedDifference,
    contradiction_problem,
    describe_edits,
)
from curation.schema.model import Schema


@dataclass(frozen=True, kw_only=True)
class VerdictRound:
    """
    What was read of one task of a document; *number* is the task's round.

    *task* is the uid of the adjudicator's annotation, *link* leads to it; *maker* is who made it, None
    for the verdict's source.
    """

    number: int
    read: ReadVerdict
    task: str = ""
    link: str = ""
    maker: DecisionMaker | None = None

    @property
    def is_full(self) -> bool:
        """Whether no more differences fit into the task."""
        read = self.read
        size = len(read.shown) + len(read.fallen_away) + len(read.superseded)
        return size >= MOST_DIFFERENCES


@dataclass(frozen=True, kw_only=True)
class SettledVerdict:
    """
    A verdict as a record is to have it, None where there are *problems*.

    *missing* are the differences, by their numbers, that a task asks for and that have no verdict,
    *missing_in* the rounds of these tasks; *waiting* counts those that other tasks ask for, or will.
    *overruled* are the keys of those that a task decides, and that a later decision decides otherwise;
    *replaced* has the adjudicators of decisions from elsewhere that a task decides otherwise, by the
    numbers of the differences, but for what was asked again; *replaced_in* says in which round.
    *edits* are in words what was changed of what all annotators agreed on.
    """

    verdict: Verdict | None
    missing: tuple[str, ...]
    waiting: int
    edits: tuple[str, ...]
    problems: tuple[Problem, ...]
    overruled: tuple[str, ...] = ()
    replaced: Mapping[str, str | None] = field(default_factory=dict)
    replaced_in: Mapping[str, int] = field(default_factory=dict)
    missing_in: tuple[int, ...] = ()


def settle_verdict(  # noqa: PLR0913 - what a verdict is made of
    article: Document,
    rounds: Sequence[VerdictRound],
    source: VerdictSource,
    annotations: ComparedAnnotations,
    schema: Schema,
    *,
    has_other_tasks: Callable[[], bool] = lambda: False,
    standing: StandingDecisions | None = None,
) -> SettledVerdict:
    """
    The verdict that an adjudicator's work in all *rounds* of a document comes to.

    Decisions that are *standing*, from elsewhere, are of it too; where both decide the same, the later one
    counts. *annotations* are those of the document now, compared. They tell which entities an arrow joins that
    ends at a disputed place, and, where the document *has_other_tasks*, what waits in these.
    """
    if standing:
        standing = standing.at_places(annotations.by_place)
    settling = _Settling(article, rounds, annotations, schema, source.maker, standing)
    waiting = [one for one in annotations.differences if not settling.has_asked(one)]
    if waiting and not has_other_tasks():
        # Of all else, annotations changed since, and nobody was asked about that.
        known = standing.verdict.undecided if standing else ()
        waiting = [
            one for one in waiting if one.key in known or settling.waits_for_its_ends(one)
        ]
    return settling.settle(source, waiting)


class _Settling:
    def __init__(
        self,
        article: Document,
        rounds: Sequence[VerdictRound],
        annotations: ComparedAnnotations,
        schema: Schema,
        maker: DecisionMaker,
        standing: StandingDecisions | None,
    ) -> None:
        self.article = article.without_annotations()
        self.rounds = sorted(rounds, key=lambda one: one.number)
        self.maker = maker
        self.standing = standing
        self.overruled: list[str] = []
        self.replaced: dict[str, str | None] = {}
        self.replaced_in: dict[str, int] = {}
        self.annotations = annotations
        self.schema = schema
        self.asked: dict[str, AskedDifference] = {}
        self.choices: dict[str, Choice] = {}
        self.marks: dict[str, ChoiceMark] = {}
        self.moved: dict[LabelledSpan, LabelledSpan] = {}
        self.in_question = [
            (one.number, shown)
            for one in self.rounds
            for shown in one.read.shown.values()
            if not shown.settled
        ]
        # In whose stead others were asked.
        self.superseded = [each for one in self.rounds for each in one.read.superseded]
        for one in self.rounds:
            for key, shown in one.read.shown.items():
                if shown.settled and any(
                    is_asked_anew(shown, other) for _, other in self.in_question
                ):
                    # Another round has asked in the stead of this.
                    self.superseded.append(shown)
                    continue
                self.asked[key] = AskedDifference(one.number, shown)
                if shown.n:
                    self.marks[key] = ChoiceMark(
                        number=shown.n,
                        round=one.number,
                        preselected=one.read.preselected.get(key, ""),
                    )
                if key in one.read.choices:
                    self.choices[key] = one.read.choices[key]
            self.moved |= one.read.moved
        self._give_way()
        self.stands = self.standing.differences if self.standing else {}
        # The annotations that the tasks were made of.
        self.voters = tuple(
            sorted(
                {
                    uid
                    for one in (
                        *(asked.shown for asked in self.asked.values()),
                        *self.stands.values(),
                    )
                    for option in one.options
                    for uid in option.by
                }
            )
        )
        self.rounds_by_place = {
            asked.shown.place[0]: asked.round
            for asked in self.asked.values()
            if asked.shown.kind == "entities"
        }
        if self.standing:
            # As if they were all of one round more.
            self.rounds_by_place |= dict.fromkeys(self.standing.places, 0)

    def _give_way(self) -> None:
        """Of decisions on the same, leave the later one."""
        if self.standing is None:
            return
        annotations = self.annotations
        standing = self.standing
        gone: list[Decision] = []
        for decision in standing.decisions:
            same = [
                key
                for key, asked in self.asked.items()
                if key == decision.key or replaces(asked.shown, decision, annotations)
            ]
            gone += (decision for key in same if self._takes_the_place(key, decision, standing))
        self.standing = standing.without(gone)
        for decision in self.standing.decisions:
            for key, asked in [*self.asked.items()]:
                if key == decision.key or replaces(asked.shown, decision, annotations):
                    choice = self.choices.pop(key, None)
                    if choice not in (None, self.standing.choices[decision.key]):
                        self.overruled.append(key)
                    self.superseded.append(asked.shown)
                    del self.asked[key]

    def _takes_the_place(
        self, key: str, decision: Decision, standing: StandingDecisions
    ) -> bool:
        """Whether what a task asks under this key counts, and not the decision from elsewhere; takes note of that."""
        asked = self.asked[key]
        if decision.key in standing.opened and self._asks_for_what_is_there_now(key):
            return True
        choice = self.choices.get(key)
        if choice is None or asked.shown.settled:
            return False
        task = next(one for one in self.rounds if one.number == asked.round)
        maker = standing.maker(decision)
        ours = ((task.maker or self.maker).at or "", task.task)
        theirs = (maker.at or "", decision.task)
        is_same = choice == standing.choices[decision.key]
        is_later = ours[0] > theirs[0] or (ours > theirs and not is_same)
        if is_later and not is_same:
            self.replaced[asked.name] = maker.by
            self.replaced_in[asked.name] = asked.round
        return is_later

    def _asks_for_what_is_there_now(self, key: str) -> bool:
        shown = self.asked[key].shown
        now = self.annotations.by_key.get(key)
        return now is not None and not shown.settled and shown.offers(now)

    def has_asked(self, difference: Difference) -> bool:
        """Whether a task asks for it, or it is decided already."""
        key = difference.key
        return key in self.asked or any(
            key == one.key
            or replaces(difference, one, self.annotations)
            or replaces(one, difference, self.annotations)
            for one in (self.standing.decisions if self.standing else ())
        )

    def waits_for_its_ends(self, difference: Difference) -> bool:
        """Whether a relation could be asked in no task, until its ends were settled."""
        ends = {
            self.rounds_by_place[one] for one in difference.place if one in self.rounds_by_place
        }
        is_full = any(one.number in ends and one.is_full for one in self.rounds)
        return difference.kind == "relations" and (len(ends) > 1 or is_full)

    def settle(self, source: VerdictSource, waiting: Sequence[Difference]) -> SettledVerdict:
        before = self._agreed_before()
        after = self._agreed_after(before)
        compared = self._compared(after, self.moved, waiting=waiting, taken_away=before)
        standing = self.standing.choices if self.standing else {}
        choices = {**self.choices, **standing}
        settlement = settle(compared, choices, self.schema)
        problems = [
            replace(problem, link=one.link)
            for one in self.rounds
            for problem in one.read.problems
        ]
        problems += (
            replace(
                contradiction_problem(self.article, one, self.asked, self.stands, self.schema),
                link=self._link_of(one.differences),
            )
            for one in settlement.contradictions
            if not any(self._is_unanswered(key) for key in one.differences)
        )
        if settlement.document is not None:
            problems += check_document(settlement.document, self.schema)
        verdict = None
        if not problems:
            undecided = dict.fromkeys((*settlement.undecided, *(one.key for one in waiting)))
            verdict = make_verdict(
                self._compared(before, {}, waiting=waiting),
                replace(settlement, undecided=tuple(undecided)),
                MadeChoices(choices=choices, marks=self.marks),
                source,
                self.schema,
            )
            new = (
                self._made(one, source.maker)
                for one in (*verdict.decisions, *self._own_flags())
                if one.key not in self.stands
            )
            decisions = sorted((*new, *self._standing(source.maker)), key=_position)
            verdict = msgspec.structs.replace(verdict, decisions=tuple(decisions))
        return SettledVerdict(
            verdict=verdict,
            missing=tuple(
                asked.name for key, asked in self.asked.items() if key not in self.choices
            ),
            waiting=len(waiting),
            edits=tuple(describe_edits(self.article, before, after)),
            problems=tuple(dict.fromkeys(problems)),
            overruled=tuple(self.overruled),
            replaced=self.replaced,
            replaced_in=self.replaced_in,
            missing_in=tuple(
                sorted(
                    {one.round for key, one in self.asked.items() if key not in self.choices}
                )
            ),
        )

    def _link_of(self, keys: Iterable[str]) -> str:
        """The link to the task that asked last for one of these differences."""
        asked = [self.asked[key].round for key in keys if key in self.asked]
        links = {one.number: one.link for one in self.rounds}
        return links[max(asked)] if asked else ""

    def _is_unanswered(self, key: str) -> bool:
        """Whether the answer is *neither*, and what was drawn doesn't say what else: a problem of its own."""
        return self.choices.get(key) == PlaceReading()

    def _made(self, decision: Decision, whole: DecisionMaker) -> Decision:
        """A decision of these rounds with its maker and task."""
        last = max(self.rounds, key=lambda one: (one.maker or whole).at or "", default=None)
        found = next((one for one in self.rounds if one.number == decision.round), last)
        if found is None:
            return decision
        decision = msgspec.structs.replace(decision, task=found.task)
        return made_by(decision, found.maker or whole, whole)

    def _standing(self, whole: DecisionMaker) -> Iterator[Decision]:
        """The decisions that stand, in a verdict that as a *whole* is this one's."""
        if self.standing:
            for one in self.standing.decisions:
                yield made_by(one, self.standing.maker(one), whole)

    def _compared(
        self,
        agreed: AgreedPart,
        moved: Mapping[LabelledSpan, LabelledSpan],
        *,
        waiting: Iterable[Difference],
        taken_away: AgreedPart | None = None,
    ) -> ComparedAnnotations:
        """
        What the tasks showed, with this *agreed* part; what is of *taken_away* alone is nobody's.

        Places that are *waiting* for other tasks are differences without a choice, so that arrows to
        these wait too.
        """
        gone: set[Entity] = set()
        if taken_away:
            gone = {*taken_away.document.entities} - {*agreed.document.entities}
        compared = ComparedAnnotations(
            agreed=agreed.document,
            agreed_arrows=agreed.arrows,
            differences=(
                *(self._difference(asked.shown, moved) for asked in self.asked.values()),
                *self.stands.values(),
                *(
                    one
                    for one in waiting
                    if one.kind == "entities"
                    and not any(
                        do_overlap(one.place[0], entity.span)
                        for entity in agreed.document.entities
                    )
                ),
            ),
            flags=self._flags(),
            taken_away=frozenset(one.span for one in gone),
            annotations={
                uid: _as_left(
                    self.schema.with_current_names(
                        self.annotations.annotations.get(uid, self.article)
                    ),
                    moved,
                    gone,
                )
                for uid in self.voters
            },
        )
        # What all agreed on when one task was made may be in question in another one.
        return replace(
            compared,
            agreed=replace(
                agreed.document,
                relations=tuple(
                    one
                    for one in agreed.document.relations
                    if compared.pair_of(_as_arrow(one)) not in compared.asked_pairs
                ),
            ),
            agreed_arrows=tuple(
                one
                for one in agreed.arrows
                if compared.pair_of(one) not in compared.asked_pairs
            ),
        )

    def _agreed_before(self) -> AgreedPart:
        """What all agreed on when the tasks were made, and what needs no task or none any more."""
        filled = self._joined(map(self._filled, self.rounds))
        if not self.rounds:
            filled = AgreedPart(document=self.annotations.agreed, arrows=())
        before = self._joined((filled, self._fallen_away(), self._across_rounds(filled)))
        return self._beside_standing(before)

    def _beside_standing(self, part: AgreedPart) -> AgreedPart:
        """The agreed part, of which what stands is none, with the arrows that go with that."""
        if self.standing is None:
            return part
        part = self._less_standing(part)
        arrows = (*part.arrows, *self.standing.arrows(part.document))
        return replace(part, arrows=tuple(dict.fromkeys(arrows)))

    def _less_standing(self, part: AgreedPart) -> AgreedPart:
        """The part without what stands, and with the ends of its arrows at the places of what stands."""
        if self.standing is None:
            return part
        return AgreedPart(
            document=self.standing.less(part.document),
            arrows=tuple(self.standing.moved_to_places(part.arrows)),
        )

    def _agreed_after(self, before: AgreedPart) -> AgreedPart:
        """The same as the adjudicator left it, in every round."""
        removed_entities: set[Entity] = set()
        removed_relations: set[Relation] = set()
        removed_arrows: set[Arrow] = set()
        for one in self.rounds:
            filled = self._filled(one)
            left = self._left(one)
            removed_entities |= {*filled.document.entities} - {*left.document.entities}
            removed_relations |= {*filled.document.relations} - {*left.document.relations}
            removed_arrows |= {*filled.arrows} - {*left.arrows}
        after = self._joined((before, *map(self._left, self.rounds)))
        document = replace(
            after.document,
            entities=tuple({*after.document.entities} - removed_entities),
            relations=tuple({*after.document.relations} - removed_relations),
        )
        arrows = [one for one in after.arrows if one not in removed_arrows]
        if self.standing:
            arrows = [
                one
                for one in (self._followed_arrow(each, self.moved) for each in arrows)
                if self._has_ends(one, document)
            ]
        return AgreedPart(document=document, arrows=tuple(arrows))

    def _has_ends(self, arrow: Arrow, document: Document) -> bool:
        """Whether both ends are places, or entities that the adjudicator left."""
        spans = {one.span for one in document.entities}
        return all(span in self.rounds_by_place or span in spans for span in arrow.place)

    def _filled(self, one: VerdictRound) -> AgreedPart:
        """What a round began with, as far as all agree on that now."""
        part = one.read.prefilled or one.read.agreed
        return self._less_standing(self._without_questions(part, one.number))

    def _left(self, one: VerdictRound) -> AgreedPart:
        """The same as the adjudicator left it."""
        return self._less_standing(self._without_questions(one.read.agreed, one.number))

    def _without_questions(self, part: AgreedPart, number: int) -> AgreedPart:
        """The part without what is a reading of a difference that another round asks for since."""
        asked = {
            Entity(*entity)
            for shown in (
                *(one for other, one in self.in_question if other != number),
                *self.superseded,
            )
            for reading in shown.readings
            for entity in reading.entities
        }
        # What came with a reading since isn't what all agree on, nor did it fall away with the question.
        pairs = {pair for one in self.superseded for pair in self.annotations.pairs_of(one)}
        arrows = tuple(one for one in part.arrows if self.annotations.pair_of(one) not in pairs)
        document = part.document
        relations = (one for one in document.relations if not {one.head, one.tail} & asked)
        return AgreedPart(
            document=replace(
                document,
                entities=tuple(one for one in document.entities if one not in asked),
                relations=tuple(relations),
            ),
            arrows=arrows,
        )

    def _joined(self, parts: Iterable[AgreedPart]) -> AgreedPart:
        """Several parts as one."""
        entities: set[Entity] = set()
        relations: set[Relation] = set()
        arrows: dict[Arrow, None] = {}
        for part in parts:
            entities |= {*part.document.entities}
            relations |= {*part.document.relations}
            arrows |= dict.fromkeys(part.arrows)
        document = replace(self.article, entities=tuple(entities), relations=tuple(relations))
        return AgreedPart(document=document, arrows=tuple(arrows))

    def _fallen_away(self) -> AgreedPart:
        """What all agree on now at places that were in question when their task was made."""
        spans = [
            span
            for one in self.rounds
            for difference in one.read.fallen_away
            if difference.key not in self.asked
            for span in difference.place
        ]
        spans += (span for one in self.superseded for span in one.place)
        now = self.annotations.agreed
        asked = {
            Entity(*entity)
            for one in self.asked.values()
            for reading in one.shown.readings
            for entity in reading.entities
        }
        entities = {
            one for one in now.entities if any(do_overlap(one.span, span) for span in spans)
        } - asked
        return AgreedPart(
            document=replace(
                self.article,
                entities=tuple(entities),
                relations=tuple(
                    one for one in now.relations if entities & {one.head, one.tail}
                ),
            ),
            arrows=tuple(
                one
                for one in self.annotations.agreed_arrows
                if any(do_overlap(end, span) for end in one.place for span in spans)
            ),
        )

    def _across_rounds(self, filled: AgreedPart) -> AgreedPart:
        """The arrows between places that different tasks asked for, so that none of them could show them."""
        arrows = []
        for arrow in self.annotations.agreed_arrows:
            rounds = {self.rounds_by_place.get(span) for span in arrow.place}
            if len(rounds) > 1 and None not in rounds and arrow not in filled.arrows:
                arrows.append(arrow)
        return AgreedPart(document=self.article, arrows=tuple(arrows))

    def _difference(
        self, shown: ShownDifference, moved: Mapping[LabelledSpan, LabelledSpan]
    ) -> Difference:
        """The difference with each reading as `_followed` makes it."""
        options = (
            msgspec.structs.replace(one, reading=self._followed(one.reading, moved))
            for one in shown.options
        )
        return msgspec.structs.replace(shown, options=tuple(options))

    def _followed(
        self, reading: PlaceReading, moved: Mapping[LabelledSpan, LabelledSpan]
    ) -> PlaceReading:
        """The reading, whose arrows join agreed entities as the adjudicator changed these."""
        if not (moved and reading.arrows):
            return reading
        arrows = tuple(self._followed_arrow(arrow, moved) for arrow in reading.arrows)
        return make_reading(reading.entities, arrows)

    def _followed_arrow(
        self, arrow: Arrow, moved: Mapping[LabelledSpan, LabelledSpan]
    ) -> Arrow:
        spans: list[PlaceSpan] = []
        ends: list[LabelledSpan | None] = []
        for span, named in zip(arrow.place, arrow.ends, strict=True):
            now = next(
                (
                    after
                    for before, after in moved.items()
                    if before[:2] == span and named in (None, before)
                ),
                None,
            )
            is_moved = now is not None and span not in self.rounds_by_place
            spans.append((now[0], now[1]) if now and is_moved else span)
            ends.append(now if named and is_moved else named)
        return Arrow(arrow.label, arrow.direction, (spans[0], spans[1]), (ends[0], ends[1]))

    def _flags(self) -> tuple[str, ...]:
        """The flags that the adjudicator left or set, and those that keep the document out."""
        flags = {flag for one in self.rounds[-1:] for flag in one.read.flags}
        if self.standing:
            if not self.rounds:
                flags = {*self.standing.verdict.flags}
            for decision in self.standing.decisions:
                flags |= {flag for one in decision.readings for flag in one.flag_names}
        if asked := self.asked.get(FLAGS_KEY):
            flags |= {flag for one in asked.shown.options for flag in one.reading.flag_names}
        return tuple(sorted(flags))

    def _own_flags(self) -> Iterator[Decision]:
        """The decision to keep a document out that no annotator flagged so."""
        keeping = tuple(flag for flag in self._flags() if self.schema.keeps_out(flag))
        if keeping and FLAGS_KEY not in (*self.asked, *self.stands):
            yield Decision(
                key=FLAGS_KEY,
                kind="flags",
                place=(),
                offered=(OfferedReading(self.voters, PlaceReading(flags=TAKE_IN)),),
                chosen=PlaceReading(flags=KEEP_OUT, flag_names=keeping),
                own=True,
            )


def _as_left(
    annotation: Document, moved: Mapping[LabelledSpan, LabelledSpan], gone: Set[Entity]
) -> Document:
    """An annotation, whose arrows join agreed entities as the adjudicator left these."""
    if not (moved or gone):
        return annotation
    now = {
        one: Entity(*moved.get(labelled_span(one), labelled_span(one)))
        for one in annotation.entities
    }
    relations = (
        Relation(now[one.head], now[one.tail], one.label)
        for one in annotation.relations
        if not {now[one.head], now[one.tail]} & gone
    )
    return replace(annotation, entities=tuple(now.values()), relations=tuple(relations))


def _as_arrow(relation: Relation) -> Arrow:
    """An arrow between the entities that a relation joins."""
    head = relation.head
    tail = relation.tail
    ends = (labelled_span(head), labelled_span(tail))
    return Arrow(relation.label, "none", (head.span, tail.span), ends)


def _position(decision: Decision) -> tuple[object, ...]:
    """Where tasks show a decision; what they don't show comes last."""
    return decision.round or math.inf, decision.number or math.inf, decision.place, decision.key
