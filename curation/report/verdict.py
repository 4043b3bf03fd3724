"""What a score means, in plain words: what is found, what is missed, how sure that is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from curation.errors import many
from curation.report.cases import What
from curation.report.caveats import FEW, caveats, wider
from curation.report.tables import between, percent, signed
from curation.report.visible import short
from curation.scoring.counts import Counts, Rates, Tally
from curation.scoring.scores import Comparison, Part, Scores

GOOD, WEAK = 0.85, 0.60
ENOUGH = 10
SHOWN = 6
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
    rates: Rates
    sentences: tuple[str, ...]
    groups: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)


def summary(scores: Scores, steps: Mapping[What, int], documents: int) -> Iterator[str]:
    """The verdict in three sentences: how much, which types, what it costs."""
    tallies = {"entities": scores.entities["strict"], "relations": scores.relations["strict"]}
    rates = {what: tally.micro.counts for what, tally in tallies.items()}
    found = [
        f"{_of(counts.tp, counts.gold)} of the {what}"
        for what, counts in rates.items()
        if counts.gold
    ]
    if found:
        yield f"It finds {' and '.join(found)} of the gold exactly as annotated."
    groups = [_groups(tally) for tally in tallies.values()]
    good, weak, never = (
        [label for group in groups for label, _ in group.get(name, ())]
        for name in (GOOD_AT, WEAK_AT, NEVER)
    )
    if good:
        yield f"It is good at {_listed(good)}."
    if weak or never:
        told = [
            f"It is weak at {_listed(weak)}" if weak else "",
            _never(never, begins=not weak),
        ]
        yield "; ".join(part for part in told if part) + "."
    whole = sum(steps.values())
    if whole:
        most = sorted(steps.items(), key=lambda item: (-item[1], item[0]))[:3]
        named = [
            f"{kind} {short(label)} ({times:,})" for (_, kind, label), times in most if times
        ]
        yield (
            f"Mending all of it takes about {many(whole, 'correction')}, {whole / documents:.1f} a "
            f"document; the most go to {_listed(named)}."
        )
        if wide := wider(scores, documents):
            yield wide
    yield from _reservations(scores.headline)


def _reservations(part: Part) -> Iterator[str]:
    """What nobody should overlook; the caveats say more."""
    some = "" if part.machine == part.documents else "Some of "
    if part.machine:
        yield f"{some}{'the' if some else 'The'} gold is machine-generated: no person has checked it."
    some = "" if part.development == part.documents else "some of "
    if part.development:
        yield f"The rules were written with {some}these articles in view: on others it may do worse."
    if part.documents < FEW:
        yield f"With {many(part.documents, 'document')} that says little of others: see below."


def entity_verdict(tallies: Mapping[str, Tally]) -> Verdict:
    """By the strict scheme; the looser ones say what became of the rest."""
    strict = tallies["strict"]
    counts = strict.micro.counts
    sentences = list(_found("entities", counts))
    if counts.predicted and counts.incorrect + counts.missed:
        retyped = tallies["exact"].micro.counts.tp - counts.tp
        moved = tallies["partial"].micro.counts.partial
        sentences.append(
            f"Of the other {counts.gold - counts.tp:,} of the gold, {retyped:,} have the right words "
            f"but a wrong type, {moved:,} overlap with a suggestion, and {counts.missed:,} are missed "
            "altogether."
        )
    emittable = strict.emittable
    if emittable and emittable.counts != counts:
        sentences.append(
            f"Over the types that it can suggest at all, F1 is {percent(emittable.counts.f1)}."
        )
    return Verdict("Entities", strict.micro, tuple(sentences), _groups(strict))


def relation_verdict(tallies: Mapping[str, Tally]) -> Verdict:
    """By the strict criterion; on the gold's entities, where that was asked."""
    strict = tallies["strict"]
    counts = strict.micro.counts
    sentences = list(_found("relations", counts))
    given = tallies.get("on_gold_entities")
    if given and counts.gold:
        helped = given.micro.counts.tp
        left = counts.gold - helped
        rest = (
            f"the other {left:,} {'is' if left == 1 else 'are'} up to how it finds relations, not to how it finds entities."
            if left
            else "what it misses without them is up to how it finds entities."
        )
        sentences.append(
            f"When it is given the gold's own entities it finds {helped:,} ({_of(helped, counts.gold)}): {rest}"
        )
    return Verdict("Relations", strict.micro, tuple(sentences), _groups(strict))


def moved(compared: Comparison) -> Iterator[str]:
    """What changed against the other side, and whether chance would do as much."""
    sides = {
        "With the other model": compared.model,
        "With the other gold": compared.gold,
        "With both": compared.both,
    }
    for name, figures in sides.items():
        for what in ("entities", "relations"):
            one = (figures or {}).get(f"{what}.strict.micro.f1")
            if one is None or one.difference is None:
                continue
            told = f"{name} the F1 of {what} was {percent(one.before)}, now it is {percent(one.after)}"
            spread = f"; 95 % interval {between(one.bca, signed)}" if one.bca else ""
            chance = "" if one.p is None else f"; p = {one.p:.4f}"
            yield f"{told} ({signed(one.difference)} points{spread}{chance})."


def doubts(scores: Scores) -> Iterator[str]:
    """How sure it is, and what keeps it from meaning more than it does."""
    part = scores.headline
    resamples = scores.recipe.resamples
    for what, tallies in (("entities", part.entities), ("relations", part.relations)):
        spread = tallies["strict"].micro.bca.f1
        if spread:
            yield (
                f"The F1 of {what} lies between {between(spread).replace(' to ', ' and ')}, as far as "
                f"{resamples:,} resamples of the {many(part.documents, 'document')} can tell "
                "(a 95 % interval)."
            )
        elif tallies["strict"].micro.counts.f1 is not None:
            yield f"The F1 of {what} has no interval: resampling can't tell how sure it is."
    for sentence in caveats(scores):
        words = sentence.removeprefix("warning: ")
        yield words[0].upper() + words[1:].rstrip(".") + "."


def _found(noun: str, counts: Counts) -> Iterator[str]:
    gold, predicted, hits = counts.gold, counts.predicted, counts.tp
    if not gold and not predicted:
        yield f"There are no {noun} on either side: there is nothing to rate."
    elif not gold:
        yield f"The gold has no {noun}: all {predicted:,} that are suggested are false alarms."
    elif not predicted:
        yield f"No {noun} are suggested: all {gold:,} of the gold are missed."
    else:
        yield (
            f"{hits:,} of the gold's {gold:,} {noun} are found exactly as annotated "
            f"({_of(hits, gold)}), and {hits:,} of {predicted:,} suggestions are right "
            f"({_of(hits, predicted)})."
        )


def _never(labels: Sequence[str], *, begins: bool) -> str:
    if not labels:
        return ""
    return f"{'It' if begins else 'it'} never suggests {_listed(labels)}"


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


def _groups(tally: Tally) -> Mapping[str, tuple[Named, ...]]:
    found: dict[str, list[tuple[float, Named]]] = {name: [] for name in GROUPS}
    for label, rates in tally.by_type.items():
        counts, f1 = rates.counts, rates.counts.f1 or 0.0
        order = -f1
        if counts.predicted and not counts.gold:
            group, told = NOT_IN_GOLD, many(counts.predicted, "false alarm")
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
