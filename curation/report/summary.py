"""What a score means, in plain words: what is found, what is missed, how sure that is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from curation.errors import pluralise
from curation.report.caveats import FEW, caveats, wider
from curation.report.mistakes import What
from curation.report.tables import between, percent
from curation.report.visible import short
from curation.scoring.counts import Counts
from curation.scoring.results import ArmScores, RatedCounts, SchemeResult, Scores

GOOD, WEAK = 0.85, 0.60
ENOUGH = 10
SHOWN = 6
MOST = 3
NARROW = "\u202f"  # a space at which no line breaks

GROUPS = GOOD_AT, BETWEEN, WEAK_AT, NEVER, NOT_IN_GOLD, TOO_FEW = (
    f"Good at (F1 of {100 * GOOD:.0f} or more)",
    "In between",
    f"Weak at (F1 below {100 * WEAK:.0f})",
    "Never suggested",
    "Suggested, but never in the gold",
    f"Too few to say (under {ENOUGH} in the gold)",
)

# A type and its figure.
Named = tuple[str, str]


@dataclass(frozen=True)
class Verdict:
    """
    On entities, or on relations.

    *groups* are the types by how well they are found, best first, under the
    words for it.
    """

    title: str
    rates: RatedCounts
    sentences: tuple[str, ...]
    groups: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)


def summary(scores: Scores, steps: Mapping[What, int], documents: int) -> Iterator[str]:
    """The verdict in some sentences: how much, which types, what it costs."""
    tallies = {"entities": scores.entities["strict"], "relations": scores.relations["strict"]}
    rates = {what: tally.micro.counts for what, tally in tallies.items()}
    found = [
        f"{_of(counts.tp, counts.gold)} of the {what}"
        for what, counts in rates.items()
        if counts.gold
    ]
    if found:
        yield f"It finds {' and '.join(found)} of the gold exactly as annotated."
    for what, tally in tallies.items():
        yield from _strengths(what, _groups(tally))
    if any(steps.values()):
        yield _costs(steps, documents)
        if wide := wider(scores, documents):
            yield wide
    yield from _reservations(scores.headline)


def _strengths(what: str, groups: Mapping[str, Sequence[Named]]) -> Iterator[str]:
    """Which types of the entities, or of the relations, it finds well, badly and never."""
    words = {GOOD_AT: "is good at", WEAK_AT: "is weak at", NEVER: "never suggests"}
    told = [
        f"{verb} {_listed([label for label, _ in groups[name]])}"
        for name, verb in words.items()
        if name in groups
    ]
    if told:
        yield f"Of the {what} it {'; it '.join(told)}."


def _costs(steps: Mapping[What, int], documents: int) -> str:
    """All corrections, and what takes most of them; of several that take as many, all or none."""
    whole = sum(steps.values())
    ordered = sorted(steps.items(), key=lambda item: (-item[1], item[0]))
    sizes = [*(times for _, times in ordered if times), 0]
    ends = [n for n in range(1, min(MOST + 1, len(sizes))) if sizes[n] < sizes[n - 1]]
    named = [
        f"{kind} {short(label)} ({times:,})"
        for (_, kind, label), times in ordered[: max(ends, default=0)]
    ]
    most = f"no kind takes more than {sizes[0]:,}"
    if named:
        most = f"the costliest {'is' if len(named) == 1 else 'are'} {_listed(named)}"
    told = f"Mending all of it takes about {pluralise(whole, 'correction')}"
    return f"{told}, {whole / documents:.1f} a document; {most}."


def _reservations(part: ArmScores) -> Iterator[str]:
    """What nobody should overlook; the caveats say more."""
    some = "" if part.machine_annotated == part.documents else "Some of "
    if part.machine_annotated:
        yield f"{some}{'the' if some else 'The'} gold is machine-generated: no person has checked it."
    some = "" if part.development == part.documents else "some of "
    if part.development:
        yield f"The rules were written with {some}these articles in view: on others it may do worse."
    if part.documents < FEW:
        yield f"With {pluralise(part.documents, 'document')} that says little of others: see below."


def entity_verdict(tallies: Mapping[str, SchemeResult]) -> Verdict:
    """By the strict scheme; the looser ones say what became of the rest."""
    strict = tallies["strict"]
    counts = strict.micro.counts
    sentences = list(_found("entities", counts))
    if counts.predicted:
        retyped = tallies["exact"].micro.counts.tp - counts.tp
        moved = tallies["partial"].micro.counts.partial
        sentences += _rest(counts.tp, retyped, moved, counts.missed)
    emittable = strict.emittable
    if emittable and emittable.counts != counts:
        sentences.append(
            f"Over the types that it can suggest at all, F1 is {percent(emittable.counts.f1)}."
        )
    return Verdict("Entities", strict.micro, tuple(sentences), _groups(strict))


def relation_verdict(tallies: Mapping[str, SchemeResult]) -> Verdict:
    """By the strict criterion; on the gold's entities, where that was asked."""
    strict = tallies["strict"]
    counts = strict.micro.counts
    sentences = list(_found("relations", counts))
    given = tallies.get("on_gold_entities")
    if given and counts.gold:
        helped = given.micro.counts.tp
        left = counts.gold - helped
        rest = (
            "what it misses then is up to how it finds relations, not to how it finds entities."
            if left
            else "what it misses without them is up to how it finds entities."
        )
        sentences.append(
            f"When it is given the gold's own entities it finds {helped:,} ({_of(helped, counts.gold)}): {rest}"
        )
    return Verdict("Relations", strict.micro, tuple(sentences), _groups(strict))


def doubts(scores: Scores) -> Iterator[str]:
    """How sure it is, and what keeps it from meaning more than it does."""
    part = scores.headline
    resamples = scores.recipe.resamples
    for what, tallies in (("entities", part.entities), ("relations", part.relations)):
        spread = tallies["strict"].micro.bca.f1
        if spread:
            yield (
                f"The F1 of {what} lies between {between(spread).replace(' to ', ' and ')}, as far as "
                f"{resamples:,} resamples of the {pluralise(part.documents, 'document')} can tell "
                "(a 95 % interval)."
            )
    for sentence in caveats(scores):
        words = sentence.removeprefix("warning: ")
        yield words[0].upper() + words[1:].rstrip(".") + "."


def _found(noun: str, counts: Counts) -> Iterator[str]:
    gold, predicted, hits = counts.gold, counts.predicted, counts.tp
    if not gold and not predicted:
        yield f"There are no {noun} on either side: there is nothing to rate."
    elif not gold:
        those = "the one that is" if predicted == 1 else f"all {predicted:,} that are"
        alarms = "is a false alarm" if predicted == 1 else "are false alarms"
        yield f"The gold has no {noun}: {those} suggested {alarms}."
    elif not predicted:
        those = "the one of the gold is" if gold == 1 else f"all {gold:,} of the gold are"
        yield f"No {noun} are suggested: {those} missed."
    else:
        yield (
            f"Found exactly as annotated: {hits:,} of the gold's {gold:,} ({_of(hits, gold)}). "
            f"Right: {hits:,} of {predicted:,} suggested ({_of(hits, predicted)})."
        )


def _rest(hits: int, retyped: int, moved: int, missed: int) -> Iterator[str]:
    """What became of the gold's entities that are not found as they should be."""
    fates = (
        (
            retyped,
            "has the right words but a wrong type",
            "have the right words but a wrong type",
        ),
        (moved, "overlaps with a suggestion", "overlap with a suggestion"),
        (missed, "is missed altogether", "are missed altogether"),
    )
    some = [(n, one if n == 1 else several) for n, one, several in fates if n]
    left, others = retyped + moved + missed, " others" if hits else ""
    if len(some) == 1:
        those = ("The other one" if hits else "It") if left == 1 else f"All {left:,}{others}"
        yield f"{those} {some[0][1]}."
    elif some:
        *first, last = [f"{n:,} {told}" for n, told in some]
        yield f"Of the {left:,}{others}, {', '.join(first)} and {last}."


def _listed(names: Sequence[str]) -> str:
    """``A, B and C``; of very many the first."""
    more = len(names) - SHOWN
    first = [short(name) for name in (names if more < 2 else names[:SHOWN])]
    shown = first if more < 2 else [*first, f"{more} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)


def _of(part: int, whole: int) -> str:
    """A percentage; all and nothing are said of all and nothing alone."""
    near = round(100 * part / whole)
    if part < whole and near == 100:
        return f"over 99{NARROW}%"
    return f"under 1{NARROW}%" if part and near == 0 else f"{near}{NARROW}%"


def _groups(tally: SchemeResult) -> Mapping[str, tuple[Named, ...]]:
    found: dict[str, list[tuple[float, Named]]] = {name: [] for name in GROUPS}
    for label, rates in tally.by_type.items():
        counts, f1 = rates.counts, rates.counts.f1 or 0.0
        order = -f1
        if counts.predicted and not counts.gold:
            group, told = NOT_IN_GOLD, pluralise(counts.predicted, "false alarm")
            order = -counts.predicted
        elif counts.gold < ENOUGH:
            group, told = TOO_FEW, f"{counts.tp} of {counts.gold}"
        elif not counts.predicted:
            group, told = NEVER, f"0 of {counts.gold:,}"
        else:
            group = GOOD_AT if f1 >= GOOD else BETWEEN if f1 >= WEAK else WEAK_AT
            told = percent(f1)
        found[group].append((order, (label, told)))
    return {name: tuple(one for _, one in sorted(some)) for name, some in found.items() if some}
