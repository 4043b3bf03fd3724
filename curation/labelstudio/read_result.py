"""An annotator's result as a document: what was meant by it, and what is in doubt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from curation.checks.against_schema import check
from curation.checks.edges import doubt, in_part, nothing, objection, trimmed
from curation.checks.word_boundaries import hyphened
from curation.documents.document import Document, Entity, Layer, Relation
from curation.documents.interchange import parse_score
from curation.documents.quote import quote_context, quote_words
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.results import as_list, as_object
from curation.schema.labeling import FLAGS_TAG, LABELS_TAG, NOTE_TAG
from curation.schema.model import Schema

# Where a region comes from, as the editor tells: drawn, or suggested and then changed.
ORIGIN_SUGGESTED, ORIGIN_CHANGED = "prediction", "prediction-changed"
ORIGINS_BY_HAND = ("manual", ORIGIN_CHANGED)

# A region without an id: nobody knows which arrows were meant for it.
NO_ID = ""


@dataclass(frozen=True)
class ReadResult:
    """
    An annotator's result as a document, and what there is to say about it.

    *trims* are the spans whose edges were tidied, each with what it was read as; *doubts* those
    with a mark at the edge that may belong there or not. *merged* counts regions and arrows that
    said the same thing twice. *former* are names, as ``OLD=NEW``, that were understood, though a
    type or relation only had them before. *note* holds what was written about the document and
    about single spans. With *problems* the document is not to be used.
    """

    document: Document
    flags: tuple[str, ...] = ()
    note: str = ""
    trimmed: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
    repetitions: int = 0
    problems: tuple[Problem, ...] = ()
    former_names: frozenset[str] = frozenset()


def read_result(
    bare: Document, result: Iterable[Json], layer: Layer, schema: Schema
) -> ReadResult:
    """
    What the annotator meant by *result*, on the text of *bare*.

    Offsets are trusted; ``value.text`` is what a browser showed and is not
    looked at. A name that a type had before is understood. Nothing is
    dropped: what can't be read is a problem.
    """
    reader = _Reader(bare, schema)
    given = [as_object(region) for region in result]
    for region in given:
        if region.get("type") != "relation":
            reader.region(region)
    for region in given:
        if region.get("type") == "relation":
            reader.arrow(region)
    reader.hyphens()
    document = schema.canonical(
        replace(
            bare,
            entities=tuple(reader.distinct),
            relations=tuple(reader.relations),
            layer=layer,
        )
    )
    # Also beside other problems: what could be read is checked, so that all is told at once.
    breaches = check(document, schema)
    return ReadResult(
        document,
        tuple(sorted(reader.flags)),
        joined_notes(reader.notes),
        tuple(reader.trims),
        tuple(reader.doubts),
        reader.merged,
        (*reader.problems, *breaches),
        frozenset(reader.former),
    )


def joined_notes(notes: Iterable[str]) -> str:
    """All *notes* as one, each of them once; half a character, which no file holds, as a mark."""
    whole = "\n".join(dict.fromkeys(note.strip() for note in notes)).strip()
    return whole.encode("utf-8", "replace").decode("utf-8")


@dataclass
class _Reader:
    """
    Reads one result, region by region, keeping every objection.

    *refused* are the ids of regions that were told to be no entity: of an arrow into
    one of them nothing is said. *drawn* are the entities that a hand drew or changed.
    """

    bare: Document
    schema: Schema
    entities: dict[str, Entity] = field(default_factory=dict)
    distinct: dict[Entity, Entity] = field(default_factory=dict)
    relations: dict[Relation, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    trims: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    merged: int = 0
    former: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    drawn: list[Entity] = field(default_factory=list)

    def say(self, what: str, where: str = "") -> None:
        self.problems.append(Problem(f"{self.bare.id}{where}", what))

    def region(self, region: Json) -> None:
        value = as_object(region.get("value"))
        match region.get("from_name"), region.get("type"):
            case str(name), "labels" if name == LABELS_TAG:
                self.span(region, value)
            case str(name), "choices" if name == FLAGS_TAG:
                self.choices(value)
            case str(name), "textarea" if name == NOTE_TAG:
                self.notes += [str(line) for line in as_list(value.get("text"))]
            case name, kind:
                self.say(f"a region of {name!r}, {kind!r}, which our config doesn't have")

    def refuse(self, region: Json, what: str, where: str) -> None:
        """Say why the region is no entity."""
        self.refused.add(str(region.get("id") or NO_ID))
        self.say(what, where)

    def choices(self, value: Json) -> None:
        for choice in as_list(value.get("choices")):
            if isinstance(choice, str) and choice in self.schema.flags:
                self.flags.add(choice)
            else:
                self.say(
                    f"there is no flag {choice!r}; there are {', '.join(self.schema.flags)}"
                )

    def span(self, region: Json, value: Json) -> None:
        start, end = value.get("start"), value.get("end")
        text = self.bare.text
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
            self.refuse(region, self.nowhere(value), f", {start}..{end}")
            return
        by_hand = region.get("origin") in ORIGINS_BY_HAND
        first, last = trimmed(text, start, end, by_hand=by_hand)
        labels = as_list(value.get("labels"))
        identity = region.get("id")
        what = self.fault((start, end), labels, identity, empty=first == last)
        if what:
            self.refuse(region, what, f", {start}..{end}")
            return
        place = f"{self.bare.id}, {start}..{end}"
        if by_hand and (what := objection(text, first, last)):
            # Its type is known all the same, so that its arrows are read.
            self.say(what, f", {start}..{end}")
        elif (first, last) != (start, end):
            what = f"{text[start:end]!r} is read as {self.quoted(first, last)}"
            self.trims.append(Problem(place, what))
        if by_hand and (what := doubt(text, first, last)):
            self.doubts.append(Problem(place, what))
        score = None if by_hand else parse_score(region.get("score"))
        label = self.now(str(labels[0]), self.schema.former_entity_names)
        entity = Entity(first, last, label, str(identity), score)
        same = self.distinct.setdefault(entity, entity)
        self.merged += same is not entity
        self.entities[entity.id] = same
        if by_hand:
            self.drawn.append(entity)
        for line in as_list(as_object(region.get("meta")).get("text")):
            self.notes.append(f"{text[first:last]}: {str(line).strip()}")

    def hyphens(self) -> None:
        """Doubt of the "Jean" of "Jean-Claude"; not of "Moscow" in "Moscow-Tehran", where both are marked."""
        spans = [one.span for one in self.entities.values()]
        for one in self.drawn:
            first, last = hyphened(self.bare.text, *one.span)
            if (first, last) == one.span:
                continue
            if any(first < end and start < one.start for start, end in spans):
                first = one.start
            if any(one.end < end and start < last for start, end in spans):
                last = one.end
            if (first, last) != one.span:
                place = f"{self.bare.id}, {one.start}..{one.end}"
                what = in_part(self.bare.text, one.span, (first, last))
                self.doubts.append(Problem(place, what))

    def nowhere(self, value: Json) -> str:
        """That a span has no place in the text, said so that one finds it."""
        start, end = value.get("start"), value.get("end")
        labels = " ".join(map(str, as_list(value.get("labels"))))
        what = f"the {labels} span" if labels else "a span"
        near = ""
        if type(start) is int and 0 <= start <= len(self.bare.text):
            near = f" ({quote_context(self.bare.text, start, start)})"
        return (
            f"{what} from character {start} to {end}{near} is empty, reversed or "
            "outside the text; remove it and mark it again"
        )

    def dangling(self, head: Entity | None, tail: Entity | None) -> str:
        """An arrow of which at most one end is there, by that end; no hand can draw it."""
        mend = "the editor can't show such a task: what was sent has to be sent anew"
        if head:
            what = (
                f"the arrow from {self.quoted(*head.span)} leads to a region that is not there"
            )
        elif tail:
            what = (
                f"the arrow to {self.quoted(*tail.span)} comes from a region that is not there"
            )
        else:
            what = "an arrow joins two regions that are not there"
        return f"{what}; {mend}"

    def fault(
        self, span: tuple[int, int], labels: list[object], identity: object, *, empty: bool
    ) -> str:
        """What keeps a region from being an entity, whatever its edges."""
        if len(labels) != 1:
            what = "has no label" if not labels else f"has {len(labels)} labels; one is allowed"
            return f"{self.quoted(*span)} {what}"
        if empty:
            return nothing(self.bare.text, *span)
        if not isinstance(identity, str) or not identity:
            return f"{self.quoted(*span)} has no id; remove it and mark it again"
        if identity in self.entities or identity in self.refused:
            return f"{self.quoted(*span)} has the id of another region; remove both and mark them again"
        return ""

    def arrow(self, region: Json) -> None:
        ends = [str(region.get(key)) for key in ("from_id", "to_id")]
        if self.refused & {*ends}:
            return
        head, tail = (self.entities.get(end) for end in ends)
        if head is None or tail is None:
            if NO_ID not in self.refused:
                self.say(self.dangling(head, tail))
            return
        where = f", {head.start}..{head.end} → {tail.start}..{tail.end}"
        drawn = head, tail
        labels = [str(label) for label in as_list(region.get("labels"))]
        if not labels:
            self.say(f"{self.named(*drawn)} has no label", where)
        direction = region.get("direction", "right")
        if direction not in ("left", "right", "bi"):
            self.say(f"{self.named(*drawn)} has the direction {direction!r}", where)
            return
        if direction == "left":
            head, tail = tail, head
        for said_label in labels:
            label = self.now(said_label, self.schema.former_relation_names)
            kind = self.schema.relations.get(label)
            if direction == "bi" and kind and not kind.symmetric:
                what = f"points both ways, but {label} has a direction"
                self.say(f"{self.named(*drawn)} {what}", where)
                continue
            self.relation(Relation(head, tail, label), drawn, where)

    def relation(self, relation: Relation, ends: tuple[Entity, Entity], where: str) -> None:
        drawn = f"{relation.head.span}{relation.tail.span}"
        turned = self.schema.canonical_relation(relation)
        before = self.relations.setdefault(turned, drawn)
        if before is drawn:
            return
        if before != drawn:
            what = f"stands there both ways; {relation.label} has no direction, keep one"
            self.say(f"{self.named(*ends)} {what}", where)
        else:
            self.merged += 1

    def now(self, label: str, former: Mapping[str, str]) -> str:
        """What is called so now."""
        if label in former:
            self.former.add(f"{label}={former[label]}")
        return former.get(label, label)

    def quoted(self, start: int, end: int) -> str:
        return quote_words(self.bare.text, start, end)

    def named(self, head: Entity, tail: Entity) -> str:
        """An arrow, as it was drawn."""
        return f"the arrow from {self.quoted(*head.span)} to {self.quoted(*tail.span)}"
