"""One adjudicator's annotation: what was chosen at each difference, and what was edited of the agreed part."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.annotations.differences import Option
from curation.annotations.place_map import labelled_span
from curation.annotations.readings import (
    FLAGS_KEY,
    TAKE_IN,
    LabelledSpan,
    PlaceReading,
    make_reading,
)
from curation.annotations.record import Preselected
from curation.annotations.settle_choices import Choice
from curation.annotations.shown_differences import ShownDifference
from curation.documents.document import Document
from curation.documents.quote import quote_words
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.adjudication.option_words import NO_ARROW, NOT_MARKED
from curation.labelstudio.adjudication.verdict_drawings import (
    AgreedPart,
    Drawings,
    read_regions,
    sort_drawings,
)
from curation.labelstudio.adjudication.verdict_result import VerdictResult, read_verdict_result
from curation.labelstudio.adjudication.verdict_ticks import ReadTicks, read_ticks
from curation.labelstudio.adjudication.verdict_words import (
    describe_difference,
    place_of_difference,
)
from curation.labelstudio.pull.read_result import joined_notes
from curation.labelstudio.pull.region_reader import RegionReader
from curation.schema.model import Schema


@dataclass(frozen=True, kw_only=True)
class ReadVerdict:
    """
    What an adjudicator decided in one task, and all that is wrong with it.

    *shown* are the differences that the verdict decides, *choices* what was chosen, *preselected* what
    was ticked before, all by key; *fallen_away* are differences that are no longer in question,
    *superseded* those in whose stead another one was asked. *agreed* is the agreed part as the adjudicator left it, *prefilled* as the verdict began, None where nobody
    knows; *moved* has agreed entities that were changed, by what they were before. With *problems*
    nothing of it may be used.
    """

    shown: Mapping[str, ShownDifference]
    choices: Mapping[str, Choice]
    preselected: Mapping[str, Preselected]
    fallen_away: tuple[ShownDifference, ...]
    superseded: tuple[ShownDifference, ...]
    agreed: AgreedPart
    prefilled: AgreedPart | None
    moved: Mapping[LabelledSpan, LabelledSpan]
    flags: tuple[str, ...] = ()
    note: str = ""
    trimmed: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_verdict(
    article: Document,
    shown: Sequence[ShownDifference],
    result: Iterable[Json],
    prefilled: Iterable[Json] | None,
    schema: Schema,
) -> ReadVerdict:
    """
    What an adjudicator meant by *result*, in a task that showed these differences.

    *prefilled* is the result that the verdict began with, None where nobody knows. Spans and names of
    types are read as those of an annotator; whether the whole may be gold is left to be checked when
    the choices are settled.
    """
    verdict = read_verdict_result(result)
    ticks = read_ticks(article, shown, verdict.ticks)
    by_number = {one.n: one for one in shown}
    places = [one.place[0] for one in ticks.shown.values() if one.kind == "entities"]
    reader = read_regions(article, verdict, by_number, schema, places)
    own = frozenset(key for key in ticks.shown if ticks.is_own(key))
    before: RegionReader | None = None
    agreed_before: AgreedPart | None = None
    if prefilled is not None:
        began = read_verdict_result(prefilled)
        before = read_regions(article, began, by_number, schema, places)
        agreed_before = sort_drawings(
            before,
            before,
            labelled_marks={},
            shown=ticks.shown,
            superseded=ticks.superseded,
            own=frozenset(),
        ).agreed
    drawings = sort_drawings(
        reader,
        before,
        labelled_marks=_labelled_marks(verdict, by_number, ticks),
        shown=ticks.shown,
        superseded=ticks.superseded,
        own=own,
    )
    choices = dict(_choices(ticks, drawings))
    return ReadVerdict(
        shown=ticks.shown,
        choices=choices,
        preselected=ticks.preselected,
        fallen_away=ticks.fallen_away,
        superseded=ticks.superseded,
        agreed=drawings.agreed,
        prefilled=agreed_before,
        moved=drawings.moved,
        flags=tuple(sorted(reader.flags)),
        note=joined_notes(reader.notes),
        trimmed=tuple(reader.trimmed),
        remarks=tuple(reader.doubts),
        problems=(
            *reader.problems,
            *ticks.problems,
            *_drawing_problems(article, ticks, drawings),
            *_flag_problems(article, ticks, choices, reader.flags, schema),
        ),
    )


def chosen_option(difference: ShownDifference, choice: Choice | None) -> Option | None:
    """The option that was chosen; None where none was, or a reading of the adjudicator's own."""
    return difference.option(choice) if isinstance(choice, str) else None


def _labelled_marks(
    verdict: VerdictResult, by_number: Mapping[int, ShownDifference], ticks: ReadTicks
) -> dict[str, str]:
    """The keys of the marks that were given a label, by region."""
    found: dict[str, str] = {}
    for region in verdict.labelled_marks:
        difference = by_number.get(verdict.marks[region].number)
        if difference and difference.kind == "entities" and difference.key in ticks.shown:
            found[region] = difference.key
    return found


def _choices(ticks: ReadTicks, drawings: Drawings) -> Iterator[tuple[str, Choice]]:
    for key, alias in ticks.aliases.items():
        if not ticks.is_own(key):
            yield key, alias
        elif ticks.shown[key].kind == "entities":
            there = (*drawings.left.get(key, ()), *drawings.at_places.get(key, ()))
            yield key, make_reading(tuple(map(labelled_span, there)))
        else:
            drawn = (*drawings.left_at_pairs.get(key, ()), *drawings.at_pairs.get(key, ()))
            yield key, make_reading(arrows=drawn)


def _drawing_problems(
    article: Document, ticks: ReadTicks, drawings: Drawings
) -> Iterator[Problem]:
    """What was drawn and contradicts what was ticked, or answers no one difference."""
    for entity, keys in drawings.across:
        numbers = " and ".join(f"#{ticks.shown[key].n}" for key in keys)
        what = (
            f"{quote_words(article.text, *entity.span)} lies on the places of differences {numbers}:"
            " mark each place by itself"
        )
        yield Problem(f"{article.id}, {entity.start}..{entity.end}", what)
    drawn_across = {key for _, keys in drawings.across for key in keys}
    for key, alias in ticks.aliases.items():
        one = ticks.shown[key]
        name = describe_difference(article, one)
        place = place_of_difference(article, one)
        is_empty = not any(
            drawn.get(key)
            for drawn in (
                drawings.at_places,
                drawings.left,
                drawings.at_pairs,
                drawings.left_at_pairs,
            )
        )
        if ticks.is_own(key):
            if is_empty and key not in drawn_across:
                thing, none = _NOTHING_DRAWN[one.kind]
                what = f"{name} has the verdict 'neither', and no {thing} there; draw one, or tick '{none}'"
                yield Problem(place, what)
            continue
        option = one.option(alias)
        reading = option.reading if option else PlaceReading()
        for entity in drawings.at_places.get(key, ()):
            if labelled_span(entity) not in reading.entities:
                words = quote_words(article.text, *entity.span)
                what = (
                    f"{name} has one of the readings for its verdict, and {words} is marked there as"
                    f" {entity.label} too; tick 'neither', or remove the mark"
                )
                yield Problem(place, what)
        offered = {(arrow.label, arrow.direction) for arrow in reading.arrows}
        for arrow in drawings.at_pairs.get(key, ()):
            if (arrow.label, arrow.direction) not in offered:
                what = (
                    f"{name} has one of the readings for its verdict, and an arrow {arrow.label} is"
                    " drawn there too; tick 'neither', or remove the arrow"
                )
                yield Problem(place, what)


# What the adjudicator's own reading needs at a difference of this kind, and what is ticked for none.
_NOTHING_DRAWN = {
    "entities": ("span is marked", NOT_MARKED),
    "relations": ("arrow is drawn", NO_ARROW),
}


def _flag_problems(
    article: Document,
    ticks: ReadTicks,
    choices: Mapping[str, Choice],
    flags: Iterable[str],
    schema: Schema,
) -> Iterator[Problem]:
    difference = ticks.shown.get(FLAGS_KEY)
    option = chosen_option(difference, choices.get(FLAGS_KEY)) if difference else None
    keeping = [flag for flag in sorted(flags) if schema.keeps_out(flag)]
    if keeping and option and option.reading.flags == TAKE_IN:
        what = f"the verdict takes the document in, and flags it {', '.join(keeping)}; do one of the two"
        yield Problem(article.id, what)
