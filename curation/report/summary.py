"""What a score means, in plain words: what is found, what is missed, how sure the figures are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from curation.errors import pluralise
from curation.report.caveats import all_documents_note, score_caveats
from curation.report.mistake_counts import CountedMistake
from curation.report.number_format import interval_text, percent
from curation.report.visible import shorten
from curation.scoring.counts import OutcomeCounts
from curation.scoring.intervals import ENOUGH_DOCUMENTS
from curation.scoring.results import ArmScores, RatedCounts, SchemeResult, Scores
from curation.scoring.schemes import ON_GOLD_ENTITIES

# The F1s from which a type counts as found well, and below which as found badly.
_GOOD_F1 = 0.85
_WEAK_F1 = 0.60
# Fewer entities or relations of a type in the gold say little about the type.
_ENOUGH_IN_GOLD = 10

_NAMES_LISTED = 6
_COSTLIEST_LISTED = 3
_NARROW_SPACE = "\u202f"  # at which no line breaks

# The headings under which a summary groups the types.
FOUND_WELL = f"Found well (F1 of {100 * _GOOD_F1:.0f} or more)"
IN_BETWEEN = "In between"
FOUND_BADLY = f"Found badly (F1 below {100 * _WEAK_F1:.0f})"
NEVER_SUGGESTED = "Never suggested"
NOT_IN_GOLD = "Suggested, but never in the gold"
TOO_FEW = f"Too few to say (under {_ENOUGH_IN_GOLD} in the gold)"
TYPE_GROUPS = (FOUND_WELL, IN_BETWEEN, FOUND_BADLY, NEVER_SUGGESTED, NOT_IN_GOLD, TOO_FEW)


class TypeFigure(NamedTuple):
    """A type, and its figure as text."""

    label: str
    figure: str


@dataclass(frozen=True, kw_only=True)
class Summary:
    """
    The summary of entities, or of relations.

    *groups* are the types by how well they are found, best first, by their heading.
    """

    title: str
    rated: RatedCounts
    sentences: tuple[str, ...]
    groups: Mapping[str, tuple[TypeFigure, ...]] = field(default_factory=dict)


def overview_sentences(
    scores: Scores, edits: Mapping[CountedMistake, int], documents: int
) -> Iterator[str]:
    """The whole score in some sentences: what is found, which types, the edits over all *documents*."""
    results = {"entities": scores.entities["strict"], "relations": scores.relations["strict"]}
    found = [
        f"{_share(counts.tp, counts.gold)} of the gold's {what}"
        for what, result in results.items()
        if (counts := result.micro.counts).gold
    ]
    if found:
        yield f"The suggestions match {' and '.join(found)} exactly."
    yield from _strengths("Entity", _groups(results["entities"]))
    yield from _strengths("Relation", _groups(results["relations"]))
    if any(edits.values()):
        yield _edits(edits, documents)
        if note := all_documents_note(scores, documents):
            yield note
    yield from _reservations(scores.headline)


def _strengths(what: str, groups: Mapping[str, Sequence[TypeFigure]]) -> Iterator[str]:
    """Which types are found well, badly and never; *what* is Entity or Relation."""
    words = {
        FOUND_WELL: "found well",
        FOUND_BADLY: "found badly",
        NEVER_SUGGESTED: "never suggested",
    }
    parts = [
        f"{word}: {_listed([type_.label for type_ in groups[name]])}"
        for name, word in words.items()
        if name in groups
    ]
    if parts:
        yield f"{what} types {'; '.join(parts)}."


def _edits(edits: Mapping[CountedMistake, int], documents: int) -> str:
    """All edits, and the costliest kinds; of several that cost the same, all or none."""
    whole = sum(edits.values())
    ordered = sorted(edits.items(), key=lambda item: (-item[1], item[0]))
    sizes = [*(size for _, size in ordered if size), 0]
    ends = [
        n for n in range(1, min(_COSTLIEST_LISTED + 1, len(sizes))) if sizes[n] < sizes[n - 1]
    ]
    named = [
        f"{mistake.kind} {shorten(mistake.label)} ({size:,})"
        for mistake, size in ordered[: max(ends, default=0)]
    ]
    costliest = f"no kind takes more than {sizes[0]:,}"
    if named:
        kinds = "kind is" if len(named) == 1 else "kinds are"
        costliest = f"the costliest {kinds} {_listed(named)}"
    return (
        f"Mending all mistakes takes about {pluralise(whole, 'edit')}, "
        f"{whole / documents:.1f} per document; {costliest}."
    )


def _reservations(headline: ArmScores) -> Iterator[str]:
    """What nobody should overlook; the caveats say more."""
    count = headline.documents
    if headline.machine_annotated:
        gold = "The gold" if headline.machine_annotated == count else "Some of the gold"
        yield f"{gold} is machine-generated: no person is known to have checked the annotations."
    if headline.development:
        articles = (
            "these articles" if headline.development == count else "some of these articles"
        )
        yield (
            f"The model's rules were written with {articles} in view: on other articles the model "
            "may do worse."
        )
    if headline.trained_on:
        articles = (
            "these articles" if headline.trained_on == count else "some of these articles"
        )
        yield f"The model was trained on {articles}: this score says nothing of other articles."
    if count < ENOUGH_DOCUMENTS:
        says = "says" if count == 1 else "say"
        yield f"{pluralise(count, 'document')} {says} little about other documents: see below."


def summarize_entities(results: Mapping[str, SchemeResult]) -> Summary:
    """The entities by the strict scheme; the looser schemes say what became of the other ones."""
    strict = results["strict"]
    counts = strict.micro.counts
    sentences = list(_found("entities", counts))
    if counts.predicted:
        sentences += _not_exact(
            hits=counts.tp,
            wrong_type=results["exact"].micro.counts.tp - counts.tp,
            overlapping=results["partial"].micro.counts.partial,
            missed=counts.missed,
        )
    emittable = strict.emittable
    if emittable and emittable.counts != counts:
        sentences.append(
            "Over the types that the model can suggest at all, F1 is "
            f"{percent(emittable.counts.f1)}."
        )
    return Summary(
        title="Entities",
        rated=strict.micro,
        sentences=tuple(sentences),
        groups=_groups(strict),
    )


def summarize_relations(results: Mapping[str, SchemeResult]) -> Summary:
    """The relations by the strict criterion; between the gold's own entities, where that was asked."""
    strict = results["strict"]
    counts = strict.micro.counts
    sentences = list(_found("relations", counts))
    on_gold = results.get(ON_GOLD_ENTITIES)
    if on_gold and counts.gold:
        hits = on_gold.micro.counts.tp
        still_missed = counts.gold - hits
        rest = (
            "the relations still missed are due to the relation step, not to the entities."
            if still_missed
            else "the relations missed otherwise are due to the entities."
        )
        sentences.append(
            f"Given the gold's own entities, the model finds {pluralise(hits, 'relation')} "
            f"({_share(hits, counts.gold)}): {rest}"
        )
    return Summary(
        title="Relations",
        rated=strict.micro,
        sentences=tuple(sentences),
        groups=_groups(strict),
    )


def certainty_sentences(scores: Scores) -> Iterator[str]:
    """How sure the figures are: the intervals of F1, and the caveats."""
    headline = scores.headline
    for what, results in (("entities", headline.entities), ("relations", headline.relations)):
        interval = results["strict"].micro.bca.f1
        if interval:
            yield (
                f"The 95 % interval of the F1 of {what} is {interval_text(interval)}, from "
                f"{scores.recipe.resamples:,} resamples of the "
                f"{pluralise(headline.documents, 'document')}."
            )
    for caveat in score_caveats(scores):
        words = caveat.removeprefix("warning: ")
        yield words[0].upper() + words[1:].rstrip(".") + "."


def _found(noun: str, counts: OutcomeCounts) -> Iterator[str]:
    gold = counts.gold
    predicted = counts.predicted
    hits = counts.tp
    if not gold and not predicted:
        yield f"Neither side has {noun}: there is nothing to rate."
    elif not gold:
        suggested = (
            "the one suggested is" if predicted == 1 else f"all {predicted:,} suggested are"
        )
        alarms = "a false alarm" if predicted == 1 else "false alarms"
        yield f"The gold has no {noun}: {suggested} {alarms}."
    elif not predicted:
        missed = "the one of the gold is" if gold == 1 else f"all {gold:,} of the gold are"
        yield f"No {noun} are suggested: {missed} missed."
    else:
        yield (
            f"Found exactly as annotated: {hits:,} of the gold's {gold:,} ({_share(hits, gold)}). "
            f"Right: {hits:,} of {predicted:,} suggested ({_share(hits, predicted)})."
        )


def _not_exact(*, hits: int, wrong_type: int, overlapping: int, missed: int) -> Iterator[str]:
    """What became of the gold's entities that are not found exactly."""
    numbers_and_words = (
        (
            wrong_type,
            "has the right words but a wrong type",
            "have the right words but a wrong type",
        ),
        (overlapping, "overlaps with a suggestion", "overlap with a suggestion"),
        (missed, "is missed altogether", "are missed altogether"),
    )
    parts = [
        (number, singular if number == 1 else plural)
        for number, singular, plural in numbers_and_words
        if number
    ]
    whole = wrong_type + overlapping + missed
    others = " others" if hits else ""
    if len(parts) == 1:
        if whole == 1:
            subject = "The other one" if hits else "The only entity"
        else:
            subject = f"All {whole:,}{others}"
        yield f"{subject} {parts[0][1]}."
    elif parts:
        *first, last = [f"{number:,} {words}" for number, words in parts]
        yield f"Of the {whole:,}{others}, {', '.join(first)} and {last}."


def _listed(names: Sequence[str]) -> str:
    """``A, B and C``; of very many names the first, and how many more there are."""
    more = len(names) - _NAMES_LISTED
    if more < 2:
        shown = [shorten(name) for name in names]
    else:
        shown = [*map(shorten, names[:_NAMES_LISTED]), f"{more} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)


def _share(part: int, whole: int) -> str:
    """A percentage; only all gives 100 % and only nothing 0 %."""
    rounded = round(100 * part / whole)
    if part < whole and rounded == 100:
        return f"over 99{_NARROW_SPACE}%"
    if part and rounded == 0:
        return f"under 1{_NARROW_SPACE}%"
    return f"{rounded}{_NARROW_SPACE}%"


def _groups(result: SchemeResult) -> Mapping[str, tuple[TypeFigure, ...]]:
    """The types by their heading, best first; no heading without types."""
    found: dict[str, list[tuple[float, TypeFigure]]] = {name: [] for name in TYPE_GROUPS}
    for label, rated in result.by_type.items():
        counts = rated.counts
        f1 = counts.f1 or 0.0
        order = -f1
        if counts.predicted and not counts.gold:
            group = NOT_IN_GOLD
            figure = pluralise(counts.predicted, "false alarm")
            order = -counts.predicted
        elif counts.gold < _ENOUGH_IN_GOLD:
            group = TOO_FEW
            figure = f"{counts.tp} of {counts.gold}"
        elif not counts.predicted:
            group = NEVER_SUGGESTED
            figure = f"0 of {counts.gold:,}"
        else:
            group = IN_BETWEEN
            if f1 >= _GOOD_F1:
                group = FOUND_WELL
            elif f1 < _WEAK_F1:
                group = FOUND_BADLY
            figure = percent(f1)
        found[group].append((order, TypeFigure(label, figure)))
    return {
        name: tuple(type_ for _, type_ in sorted(types))
        for name, types in found.items()
        if types
    }
