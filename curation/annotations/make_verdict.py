"""An adjudicator's verdict as a record holds it, made of what was chosen at each difference."""

from collections.abc import Container, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from curation.annotations.decision_makers import DecisionMaker
from curation.annotations.differences import ComparedAnnotations, Difference, Option
from curation.annotations.place_map import (
    ArrowShape,
    NodeArrows,
    NodePair,
    PlaceMap,
    PlaceNode,
    arrows_between,
    fits_reading,
    labelled_span,
)
from curation.annotations.readings import (
    FLAGS_KEY,
    TAKE_IN,
    Arrow,
    LabelledSpan,
    PlaceReading,
    entities_key,
    make_reading,
)
from curation.annotations.record import (
    AnnotatorKind,
    Decision,
    OfferedReading,
    Preselected,
    Verdict,
    VerdictTask,
    entity_records,
    relation_records,
)
from curation.annotations.settle_choices import Choice, Settlement
from curation.documents.document import Document
from curation.documents.spans import overlapping_groups
from curation.schema import Schema

_NO_ARROWS: frozenset[ArrowShape] = frozenset()


@dataclass(frozen=True, kw_only=True)
class VerdictSource:
    """Who made a verdict, when, and under which schema and guideline; None where unknown."""

    by: str | None
    kind: AnnotatorKind
    at: str | None
    schema: str | None = None
    guideline: str | None = None
    tasks: tuple[VerdictTask, ...] = ()

    @property
    def maker(self) -> DecisionMaker:
        """The adjudicator and the time."""
        return DecisionMaker(by=self.by, kind=self.kind, at=self.at)


@dataclass(frozen=True, kw_only=True)
class ChoiceMark:
    """Where a choice stands in its task, and what became of a choice that was made beforehand."""

    number: int | None = None
    round: int | None = None
    preselected: Preselected = ""


@dataclass(frozen=True, kw_only=True)
class MadeChoices:
    """What was chosen at each difference, by key, and what a task says of it."""

    choices: Mapping[str, Choice]
    marks: Mapping[str, ChoiceMark] = field(default_factory=dict)


def make_verdict(
    compared: ComparedAnnotations,
    settlement: Settlement,
    made: MadeChoices,
    source: VerdictSource,
    schema: Schema,
) -> Verdict:
    """
    The verdict that choices among *compared* annotations establish.

    *compared* has what the annotators agree on, also where the adjudicator changed that before
    the *settlement*; such a change becomes a decision of its own. Raises ValueError for choices that
    contradict each other.
    """
    document = settlement.document
    if document is None:
        raise ValueError("choices that contradict each other make no verdict")
    return Verdict(
        by=source.by,
        kind=source.kind,
        at=source.at,
        schema=source.schema,
        guideline=source.guideline,
        tasks=source.tasks,
        decisions=decisions_on(compared, document, schema, made=made),
        undecided=settlement.undecided,
        entities=entity_records(document),
        relations=relation_records(document),
        flags=settlement.flags,
    )


def decisions_on(
    compared: ComparedAnnotations,
    decided: Document,
    schema: Schema,
    *,
    made: MadeChoices | None = None,
) -> tuple[Decision, ...]:
    """
    The decisions by which the *decided* document follows from *compared* annotations.

    With *made* choices, only differences with a choice are decided; else all are, and a flagged document
    is taken in. Where annotators agree and the document says other than they, that is a decision too.
    """
    return tuple(_Deciding(compared, decided, schema, made).decisions())


class _Deciding:
    """The work of finding decisions."""

    def __init__(
        self,
        compared: ComparedAnnotations,
        decided: Document,
        schema: Schema,
        made: MadeChoices | None,
    ) -> None:
        self.compared = compared
        self.marks = made.marks if made else {}
        self.choices = made.choices if made else None
        agreed = {labelled_span(one) for one in compared.agreed.entities}
        places = tuple(PlaceNode(*span, "place") for span in compared.by_place)
        plain = PlaceMap(frozenset(agreed), places, {}, schema.symmetric)
        after = {labelled_span(one) for one in decided.entities}
        added = {
            one
            for one in after - agreed
            if all(node.kind == "agreed" for node in plain.nodes(one))
        }
        removed = agreed - after
        edits = _edited_places(added | removed)
        self.edits = edits
        self.map = PlaceMap(frozenset(agreed - removed), places, edits, schema.symmetric)
        self.marked = self.map.marked(decided)
        self.agreed_marked = self.map.marked(compared.agreed)
        self.arrows = self.map.arrows(decided)
        self.detailed_arrows = self.map.detailed_arrows(decided)
        self.agreed_arrows = _united(
            self.map.arrows(compared.agreed), self.map.arrows_of(compared.agreed_arrows)
        )
        # Places that have grown may have made one pair of two.
        self.between = [
            (self.map.pair_of_key(one.key, one.place), one)
            for one in compared.differences
            if one.kind == "relations"
        ]
        self.questions = {pair for pair, _ in self.between}
        # Where nothing is decided yet, so that arrows to there aren't drawn.
        self.waiting = {
            PlaceNode(*one.place[0], "place")
            for one in compared.differences
            if one.kind == "entities" and not self._is_decided(one.key)
        }
        # The arrows that come with what was chosen at a place.
        self.folded: NodeArrows = {}

    def decisions(self) -> Iterator[Decision]:
        for one in self.compared.differences:
            if one.kind == "entities" and self._is_decided(one.key):
                yield self._decision(one, self._chosen_at_place(one))
        for pair, one in self.between:
            if self._is_decided(one.key):
                yield self._decision(one, self._chosen_between(pair, one))
        flags = self.compared.by_key.get(FLAGS_KEY)
        if flags and self._is_decided(FLAGS_KEY):
            choice = (self.choices or {}).get(FLAGS_KEY)
            option = flags.option(choice) if isinstance(choice, str) else None
            yield self._decision(
                flags, option.reading if option else PlaceReading(flags=TAKE_IN)
            )
        keys = {one.key for one in self.compared.differences}
        yield from self._changes_of_entities(keys)
        yield from self._changes_of_relations()

    def _is_decided(self, key: str) -> bool:
        return self.choices is None or key in self.choices

    def _chosen_at_place(self, difference: Difference) -> PlaceReading:
        """What the decided document has at a place, with the arrows that nothing else explains."""
        node = self.map.node_at_place(difference.place[0])
        entities = self.marked.get(node, frozenset())
        extra = {
            pair: shapes - self.agreed_arrows.get(pair, _NO_ARROWS)
            for pair, shapes in self.arrows.items()
            if node in pair and pair not in self.questions and pair not in self.folded
        }
        for option in self._preferred_first(difference):
            if frozenset(option.reading.entities) == entities:
                arrows = {
                    pair: shapes
                    for pair, shapes in self.map.arrows_of(option.reading.arrows).items()
                    if pair not in self.questions
                }
                if all(
                    shapes <= extra.get(pair, _NO_ARROWS)
                    for pair, shapes in arrows.items()
                    if not self.waiting.intersection(pair)
                ):
                    self.folded = _united(self.folded, arrows)
                    return option.reading
        extra = {pair: shapes for pair, shapes in extra.items() if shapes}
        self.folded = _united(self.folded, extra)
        arrows_of_own: list[Arrow] = []
        for pair, shapes in extra.items():
            arrows_of_own += arrows_between(pair, shapes)
        return make_reading(tuple(entities), tuple(arrows_of_own))

    def _chosen_between(self, pair: NodePair, difference: Difference) -> PlaceReading:
        """What the decided document has between two places."""
        shapes = self.detailed_arrows.get(pair, _NO_ARROWS)
        for option in self._preferred_first(difference):
            arrows = self.map.detailed_arrows_of(option.reading.arrows)
            if fits_reading(arrows.get(pair, _NO_ARROWS), shapes):
                return option.reading
        coarse = self.arrows.get(pair, _NO_ARROWS)
        return make_reading(arrows=arrows_between(pair, coarse))

    def _preferred_first(self, difference: Difference) -> Sequence[Option]:
        """The options, first the one that was ticked, then those with the most arrows."""
        ticked = (self.choices or {}).get(difference.key)
        return sorted(
            difference.options, key=lambda one: (one.alias != ticked, -len(one.reading.arrows))
        )

    def _decision(self, difference: Difference, chosen: PlaceReading) -> Decision:
        mark = self.marks.get(difference.key, ChoiceMark())
        return Decision(
            key=difference.key,
            kind=difference.kind,
            place=difference.place,
            offered=tuple(OfferedReading(one.by, one.reading) for one in difference.options),
            chosen=chosen,
            own=all(one.reading != chosen for one in difference.options),
            preselected=mark.preselected,
            number=mark.number,
            round=mark.round,
        )

    def _changes_of_entities(self, keys: Container[str]) -> Iterator[Decision]:
        """Decisions where all have the same entities, and the decided document has others."""
        everybody = tuple(self.compared.annotations)
        for node in self.edits:
            before = make_reading(tuple(self.agreed_marked.get(node, ())))
            key = entities_key(node.span)
            yield Decision(
                key=f"{key}=" if key in keys else key,
                kind="entities",
                place=(node.span,),
                offered=(OfferedReading(everybody, before),),
                chosen=make_reading(tuple(self.marked.get(node, ()))),
                own=True,
            )

    def _changes_of_relations(self) -> Iterator[Decision]:
        """Decisions where all have the same arrows, and the decided document has others."""
        everybody = tuple(self.compared.annotations)
        expected = _united(self.agreed_arrows, self.folded)
        for pair in sorted({*expected, *self.arrows}):
            after = self.arrows.get(pair, _NO_ARROWS)
            if (
                after == expected.get(pair, _NO_ARROWS)
                or pair in self.questions
                or self.waiting.intersection(pair)
            ):
                continue
            before = self.agreed_arrows.get(pair, _NO_ARROWS)
            yield Decision(
                key="r" + ",".join(self._name(node) for node in pair),
                kind="relations",
                place=(pair[0].span, pair[1].span),
                offered=(
                    OfferedReading(
                        everybody, make_reading(arrows=arrows_between(pair, before))
                    ),
                ),
                chosen=make_reading(arrows=arrows_between(pair, after)),
                own=True,
            )

    def _name(self, node: PlaceNode) -> str:
        is_place = PlaceNode(*node.span, "place") in self.map.places
        mark = "=" if is_place and not node.is_disputed else ""
        return f"{node.start}-{node.end}{mark}"


def _edited_places(entities: Set[LabelledSpan]) -> dict[PlaceNode, Set[LabelledSpan]]:
    """The entities by the places that they cover together."""
    by_span: dict[tuple[int, int], set[LabelledSpan]] = {}
    for start, end, label in entities:
        by_span.setdefault((start, end), set()).add((start, end, label))
    places: dict[PlaceNode, Set[LabelledSpan]] = {}
    for place, group in overlapping_groups(by_span):
        places[PlaceNode(*place, "edit")] = {one for span in group for one in by_span[span]}
    return places


def _united(one: NodeArrows, other: NodeArrows) -> NodeArrows:
    return {
        pair: one.get(pair, _NO_ARROWS) | other.get(pair, _NO_ARROWS) for pair in {*one, *other}
    }
