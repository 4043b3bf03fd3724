"""What is drawn, in which words, with the table behind it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from curation.errors import pluralise
from curation.report import chart_kinds as plots
from curation.report.chart_kinds import Point
from curation.report.mistakes import Review, What
from curation.report.svg import Named
from curation.report.tables import RATES, Row, between, percent
from curation.report.visible import short
from curation.scoring.calibration import Calibration
from curation.scoring.results import ConfusionMatrix, RatedCounts, SchemeResult

TYPES = 20  # in a chart; its table has more
COSTS = 12
CONFUSED = 12
OTHERS = "(others)"


@dataclass(frozen=True)
class Chart:
    """A picture, what it says in words, and its table: header first, then text in every cell."""

    title: str
    text: str
    svg: str
    rows: tuple[Row, ...]


def by_type(key: str, what: str, tally: SchemeResult) -> Chart:
    """F1 with its interval, the best first."""
    types = sorted(
        tally.by_type.items(), key=lambda item: (-(item[1].counts.f1 or 0.0), item[0])
    )
    shown = _commonest(tally.by_type, TYPES)
    points = [_point(label, rates) for label, rates in types if label in shown]
    text = "Strict F1 of each type, with its 95 % interval."
    if all(point.low is None for point in points):
        text = "Strict F1 of each type; none has an interval."
    if len(types) > len(points):
        text += f" The {len(points)} commonest of {len(types)} types; the table has all."
    title = f"F1 of {what} by type"
    best, worst = types[0], types[-1]
    description = (
        f"Best {_told(*best)}, worst {_told(*worst)}. The table below has every figure."
    )
    rows = [("type", *RATES), *((label, *_cells(rates)) for label, rates in types)]
    svg = plots.intervals(Named(key, title, description), points)
    return Chart(title, text, svg, tuple(rows))


def taken_for(key: str, unit: str, units: str, confusion: ConfusionMatrix) -> Chart:
    """Rows are the gold's types, columns the suggested ones."""
    folded = fold(confusion, CONFUSED)
    labels = [label or "(nothing)" for label in folded.labels]
    title = f"What is taken for what: {units}"
    text = (
        f"A row is what the gold says, a column what was suggested for the same {unit}; the stronger a "
        "cell's colour, the larger its share of the row. The diagonal is right. "
    )
    text += "The last column is what was not found, the last row what the gold doesn't have."
    if len(folded.labels) < len(confusion.labels):
        text += f" All but the {CONFUSED} commonest types are together."
    if any(confusion.spans_left_out):
        ours, theirs = confusion.spans_left_out
        text += (
            f" Spans inside others can't be shown: {ours:,} of the gold, {theirs:,} suggested."
        )
    wrong = sum(map(sum, folded.matrix)) - sum(row[n] for n, row in enumerate(folded.matrix))
    description = f"{wrong:,} {units} lie off the diagonal. The table below has every figure."
    rows: list[Row] = [("gold", *labels)]
    rows += [(label, *map(str, row)) for label, row in zip(labels, folded.matrix, strict=True)]
    svg = plots.matrix(Named(key, title, description), labels, folded.matrix)
    return Chart(title, text, svg, tuple(rows))


def trusted(key: str, calibration: Calibration) -> Chart:
    """How often suggestions are right, by the score that they carry."""
    title = "How far a suggestion's score can be trusted"
    text = (
        "Each point is the suggestions of one tenth of the scale, the larger the more of them. On "
        f"the dashed line a score means what it says. On average they are {percent(calibration.error)} "
        "points apart."
    )
    if calibration.without_score:
        text += f" {calibration.without_score:,} suggestions carry no score and are left out."
    rows: list[Row] = [("score", "suggestions", "right", "mean score", "share right")]
    points = []
    for n, one in enumerate(calibration.bins):
        name = f"{n / 10:.1f} to {(n + 1) / 10:.1f}"
        rows.append(
            (
                name,
                str(one.suggestions),
                str(one.right),
                percent(one.mean_score),
                percent(one.share_right),
            )
        )
        if one.mean_score is not None and one.share_right is not None:
            points.append((one.mean_score, one.share_right, one.suggestions))
    description = f"Expected calibration error {percent(calibration.error)} points."
    svg = plots.reliability(Named(key, title, description), points)
    return Chart(title, text, svg, tuple(rows))


def costs(key: str, review: Review) -> Chart:
    """Which mistakes take annotators most corrections."""
    whole = sum(review.steps.values())
    ordered = sorted(review.steps.items(), key=lambda item: (-item[1], item[0]))
    bars = [(called(what), steps) for what, steps in ordered[:COSTS] if steps]
    title = "Where annotators' time goes"
    text = (
        f"{pluralise(whole, 'correction')} in {pluralise(review.documents, 'document')}. Adding, removing and renaming "
        "count one each; other boundaries or ends count two, as they are removed and added anew."
    )
    if len(ordered) > len(bars):
        text += f" The {len(bars)} costliest of {len(ordered)}; the table has all."
    rows: list[Row] = [("mistake", "times", "corrections", "share")]
    rows += [
        (called(what), f"{review.counts[what]:,}", f"{steps:,}", f"{percent(steps / whole)} %")
        for what, steps in ordered
        if whole
    ]
    first = f"Most: {bars[0][0]}, {bars[0][1]:,}." if bars else ""
    svg = plots.bars(Named(key, title, f"{first} The table below has all."), bars)
    return Chart(title, text, svg, tuple(rows))


def called(what: What) -> str:
    """``ORG: missed``."""
    _, kind, label = what
    return f"{short(label)}: {kind}"


def fold(confusion: ConfusionMatrix, most: int) -> ConfusionMatrix:
    """With all but the *most* commonest labels as one; the last, which is nothing, stays."""
    *labels, nothing = confusion.labels
    if len(labels) <= most:
        return confusion
    size = Counter(
        {
            n: sum(confusion.matrix[n]) + sum(row[n] for row in confusion.matrix)
            for n in range(len(labels))
        }
    )
    kept = sorted(n for n, _ in size.most_common(most))
    place = {n: k for k, n in enumerate(kept)} | {len(labels): most + 1}
    matrix = [[0] * (most + 2) for _ in range(most + 2)]
    for y, row in enumerate(confusion.matrix):
        for x, count in enumerate(row):
            matrix[place.get(y, most)][place.get(x, most)] += count
    names = (*(labels[n] for n in kept), OTHERS, nothing)
    return ConfusionMatrix(
        names, tuple(map(tuple, matrix)), spans_left_out=confusion.spans_left_out
    )


def _commonest(types: Mapping[str, RatedCounts], most: int) -> Collection[str]:
    def size(label: str) -> int:
        return types[label].counts.gold + types[label].counts.predicted

    return set(sorted(types, key=lambda label: (-size(label), label))[:most])


def _point(label: str, rates: RatedCounts) -> Point:
    spread = rates.bca.f1
    low, high = spread or (None, None)
    return Point(label, rates.counts.f1 or 0.0, low, high)


def _told(label: str, rates: RatedCounts) -> str:
    return f"{short(label)} with {percent(rates.counts.f1)}"


def _cells(rates: RatedCounts) -> Iterator[str]:
    counts = rates.counts
    yield from (percent(rate) for rate in (counts.precision, counts.recall, counts.f1))
    yield between(rates.bca.f1)
    yield from (str(number) for number in (counts.tp, counts.fp, counts.fn))
