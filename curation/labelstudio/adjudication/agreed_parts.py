"""What all annotators agree on beside the differences that tasks ask for, before and after adjudicators' edits."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from curation.annotations.differences import ComparedAnnotations
from curation.annotations.readings import Arrow, LabelledSpan, PlaceSpan
from curation.documents.document import Document, Entity, Relation
from curation.documents.spans import do_overlap
from curation.labelstudio.adjudication.counted_choices import CountedChoices, VerdictRound
from curation.labelstudio.adjudication.verdict_drawings import AgreedPart


class AgreedParts:
    """
    The agreed part of all rounds of a document together; *annotations* are those of the document now, compared.

    *moved* says what became of agreed entities that adjudicators gave other words or another type.
    """

    def __init__(
        self, article: Document, counted: CountedChoices, annotations: ComparedAnnotations
    ) -> None:
        self.article = article
        self.counted = counted
        self.annotations = annotations
        self.moved: dict[LabelledSpan, LabelledSpan] = {}
        for one in counted.rounds:
            self.moved |= one.read.moved

    def before(self) -> AgreedPart:
        """What all agreed on when the tasks were made, and what needs no task or none any more."""
        filled = self._joined(map(self._filled, self.counted.rounds))
        if not self.counted.rounds:
            filled = AgreedPart(document=self.annotations.agreed, arrows=())
        before = self._joined((filled, self._fallen_away(), self._across_rounds(filled)))
        return self._beside_standing(before)

    def after(self, before: AgreedPart) -> AgreedPart:
        """The same as the adjudicator left it, in every round."""
        removed_entities: set[Entity] = set()
        removed_relations: set[Relation] = set()
        removed_arrows: set[Arrow] = set()
        for one in self.counted.rounds:
            filled = self._filled(one)
            left = self._left(one)
            removed_entities |= {*filled.document.entities} - {*left.document.entities}
            removed_relations |= {*filled.document.relations} - {*left.document.relations}
            removed_arrows |= {*filled.arrows} - {*left.arrows}
        after = self._joined((before, *map(self._left, self.counted.rounds)))
        document = replace(
            after.document,
            entities=tuple({*after.document.entities} - removed_entities),
            relations=tuple({*after.document.relations} - removed_relations),
        )
        arrows = [one for one in after.arrows if one not in removed_arrows]
        if self.counted.standing:
            arrows = [
                one
                for one in (
                    followed_arrow(each, self.moved, self.counted.rounds_by_place)
                    for each in arrows
                )
                if self._has_ends(one, document)
            ]
        return AgreedPart(document=document, arrows=tuple(arrows))

    def _beside_standing(self, part: AgreedPart) -> AgreedPart:
        """The agreed part, of which what stands is none, with the arrows that go with that."""
        if self.counted.standing is None:
            return part
        part = self._less_standing(part)
        arrows = (*part.arrows, *self.counted.standing.arrows(part.document))
        return replace(part, arrows=tuple(dict.fromkeys(arrows)))

    def _less_standing(self, part: AgreedPart) -> AgreedPart:
        """The part without what stands, and with the ends of its arrows at the places of what stands."""
        if self.counted.standing is None:
            return part
        return AgreedPart(
            document=self.counted.standing.less(part.document),
            arrows=tuple(self.counted.standing.moved_to_places(part.arrows)),
        )

    def _has_ends(self, arrow: Arrow, document: Document) -> bool:
        """Whether both ends are places, or entities that the adjudicator left."""
        spans = {one.span for one in document.entities}
        return all(
            span in self.counted.rounds_by_place or span in spans for span in arrow.place
        )

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
                *(one for other, one in self.counted.in_question if other != number),
                *self.counted.superseded,
            )
            for reading in shown.readings
            for entity in reading.entities
        }
        # What came with a reading since isn't what all agree on, nor did it fall away with the question.
        pairs = {
            pair for one in self.counted.superseded for pair in self.annotations.pairs_of(one)
        }
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
            for one in self.counted.rounds
            for difference in one.read.fallen_away
            if difference.key not in self.counted.asked
            for span in difference.place
        ]
        spans += (span for one in self.counted.superseded for span in one.place)
        now = self.annotations.agreed
        asked = {
            Entity(*entity)
            for one in self.counted.asked.values()
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
            rounds = {self.counted.rounds_by_place.get(span) for span in arrow.place}
            if len(rounds) > 1 and None not in rounds and arrow not in filled.arrows:
                arrows.append(arrow)
        return AgreedPart(document=self.article, arrows=tuple(arrows))


def followed_arrow(
    arrow: Arrow,
    moved: Mapping[LabelledSpan, LabelledSpan],
    places: Container[PlaceSpan],
) -> Arrow:
    """The arrow, with agreed ends where the adjudicator *moved* these; ends at *places* stay."""
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
        is_moved = now is not None and span not in places
        spans.append((now[0], now[1]) if now and is_moved else span)
        ends.append(now if named and is_moved else named)
    return Arrow(arrow.label, arrow.direction, (spans[0], spans[1]), (ends[0], ends[1]))
