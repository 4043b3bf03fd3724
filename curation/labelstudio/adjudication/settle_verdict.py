"""The verdict of a document: what was read of its tasks, settled into entities and relations, or problems."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import msgspec

from curation.annotations.decision_makers import DecisionMaker, made_by
from curation.annotations.differences import ComparedAnnotations, Difference
from curation.annotations.make_verdict import (
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
    make_reading,
)
from curation.annotations.record import Decision, OfferedReading, Verdict
from curation.annotations.settle_choices import settle
from curation.annotations.shown_differences import ShownDifference
from curation.annotations.standing_decisions import StandingDecisions
from curation.checks.against_schema import check_document
from curation.documents.document import Document, Entity, Relation
from curation.documents.spans import do_overlap
from curation.errors import Problem
from curation.labelstudio.adjudication.agreed_parts import AgreedParts, followed_arrow
from curation.labelstudio.adjudication.counted_choices import CountedChoices, VerdictRound
from curation.labelstudio.adjudication.verdict_drawings import AgreedPart
from curation.labelstudio.adjudication.verdict_words import (
    contradiction_problem,
    describe_edits,
)
from curation.schema.model import Schema


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
    counted = CountedChoices(rounds, annotations, source.maker, standing)
    waiting = [one for one in annotations.differences if not counted.has_asked(one)]
    if waiting and not has_other_tasks():
        # Of all else, annotations changed since, and nobody was asked about that.
        known = standing.verdict.undecided if standing else ()
        waiting = [
            one for one in waiting if one.key in known or counted.waits_for_its_ends(one)
        ]
    return _Settling(article, counted, annotations, schema).settle(source, waiting)


class _Settling:
    def __init__(
        self,
        article: Document,
        counted: CountedChoices,
        annotations: ComparedAnnotations,
        schema: Schema,
    ) -> None:
        self.article = article.without_annotations()
        self.counted = counted
        self.annotations = annotations
        self.schema = schema
        self.agreed = AgreedParts(self.article, counted, annotations)

    def settle(self, source: VerdictSource, waiting: Sequence[Difference]) -> SettledVerdict:
        before = self.agreed.before()
        after = self.agreed.after(before)
        compared = self._compared(after, self.agreed.moved, waiting=waiting, taken_away=before)
        standing = self.counted.standing.choices if self.counted.standing else {}
        choices = {**self.counted.choices, **standing}
        settlement = settle(compared, choices, self.schema)
        problems = [
            replace(problem, link=one.link)
            for one in self.counted.rounds
            for problem in one.read.problems
        ]
        problems += (
            replace(
                contradiction_problem(
                    self.article, one, self.counted.asked, self.counted.stands, self.schema
                ),
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
                MadeChoices(choices=choices, marks=self.counted.marks),
                source,
                self.schema,
            )
            new = (
                self._made(one, source.maker)
                for one in (*verdict.decisions, *self._own_flags())
                if one.key not in self.counted.stands
            )
            decisions = sorted((*new, *self._standing(source.maker)), key=_position)
            verdict = msgspec.structs.replace(verdict, decisions=tuple(decisions))
        return SettledVerdict(
            verdict=verdict,
            missing=tuple(one.name for one in self.counted.missing),
            waiting=len(waiting),
            edits=tuple(describe_edits(self.article, before, after)),
            problems=tuple(dict.fromkeys(problems)),
            overruled=tuple(self.counted.overruled),
            replaced=self.counted.replaced,
            replaced_in=self.counted.replaced_in,
            missing_in=tuple(sorted({one.round for one in self.counted.missing})),
        )

    def _link_of(self, keys: Iterable[str]) -> str:
        """The link to the task that asked last for one of these differences."""
        asked = [self.counted.asked[key].round for key in keys if key in self.counted.asked]
        links = {one.number: one.link for one in self.counted.rounds}
        return links[max(asked)] if asked else ""

    def _is_unanswered(self, key: str) -> bool:
        """Whether the answer is *neither*, and what was drawn doesn't say what else: a problem of its own."""
        return self.counted.choices.get(key) == PlaceReading()

    def _made(self, decision: Decision, whole: DecisionMaker) -> Decision:
        """A decision of these rounds with its maker and task."""
        last = max(
            self.counted.rounds, key=lambda one: (one.maker or whole).at or "", default=None
        )
        found = next((one for one in self.counted.rounds if one.number == decision.round), last)
        if found is None:
            return decision
        decision = msgspec.structs.replace(decision, task=found.task)
        return made_by(decision, found.maker or whole, whole)

    def _standing(self, whole: DecisionMaker) -> Iterator[Decision]:
        """The decisions that stand, in a verdict that as a *whole* is this one's."""
        if self.counted.standing:
            for one in self.counted.standing.decisions:
                yield made_by(one, self.counted.standing.maker(one), whole)

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
                *(
                    self._difference(asked.shown, moved)
                    for asked in self.counted.asked.values()
                ),
                *self.counted.stands.values(),
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
                for uid in self.counted.voters
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
        arrows = tuple(
            followed_arrow(arrow, moved, self.counted.rounds_by_place)
            for arrow in reading.arrows
        )
        return make_reading(reading.entities, arrows)

    def _flags(self) -> tuple[str, ...]:
        """The flags that the adjudicator left or set, and those that keep the document out."""
        flags = {flag for one in self.counted.rounds[-1:] for flag in one.read.flags}
        if self.counted.standing:
            if not self.counted.rounds:
                flags = {*self.counted.standing.verdict.flags}
            for decision in self.counted.standing.decisions:
                flags |= {flag for one in decision.readings for flag in one.flag_names}
        if asked := self.counted.asked.get(FLAGS_KEY):
            flags |= {flag for one in asked.shown.options for flag in one.reading.flag_names}
        return tuple(sorted(flags))

    def _own_flags(self) -> Iterator[Decision]:
        """The decision to keep a document out that no annotator flagged so."""
        keeping = tuple(flag for flag in self._flags() if self.schema.keeps_out(flag))
        if keeping and FLAGS_KEY not in (*self.counted.asked, *self.counted.stands):
            yield Decision(
                key=FLAGS_KEY,
                kind="flags",
                place=(),
                offered=(OfferedReading(self.counted.voters, PlaceReading(flags=TAKE_IN)),),
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
