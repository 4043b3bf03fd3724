"""The report's charts: which there are, in which words, and the table behind each."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from curation.errors import pluralise
from curation.report.canvas import ChartName
from curation.report.chart_drawing import (
    IntervalPoint,
    ReliabilityPoint,
    bar_chart,
    interval_chart,
    matrix_chart,
    reliability_chart,
)
from curation.report.mistake_counts import CountedMistake, MistakeCounts
from curation.report.number_format import interval_text, percent
from curation.report.tables import RATE_COLUMNS, Row
from curation.report.visible import shorten
from curation.scoring.calibration import Calibration
from curation.scoring.mistakes import EDITS_EXPLAINED
from curation.scoring.results import ConfusionMatrix, RatedCounts, SchemeResult

# How many a chart shows; its table has more types and mistakes.
_TYPES_SHOWN = 20
_MISTAKES_SHOWN = 12
_MATRIX_TYPES = 12

_OTHER_TYPES = "(others)"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart, its text, and its table: header first, then text in every cell."""

    title: str
    text: str
    svg: str
    rows: tuple[Row, ...]


def type_chart(key: str, what: str, result: SchemeResult) -> Chart:
    """F1 by type with its interval, the best first; *what* is entities or relations."""
    types = sorted(
        result.by_type.items(), key=lambda item: (-(item[1].counts.f1 or 0.0), item[0])
    )
    shown = _commonest(result.by_type, _TYPES_SHOWN)
    points = [_point(label, rated) for label, rated in types if label in shown]
    text = "Strict F1 of each type, with its 95 % interval."
    if all(point.low is None for point in points):
        text = "Strict F1 of each type; no type has an interval."
    if len(types) > len(points):
        text += f" The chart shows the {len(points)} commonest of {len(types)} types, the table all."
    title = f"F1 of {what} by type"
    description = (
        f"Best {_with_f1(*types[0])}, worst {_with_f1(*types[-1])}. "
        "The table below has every figure."
    )
    name = ChartName(key=key, title=title, description=description)
    rows = [("type", *RATE_COLUMNS), *((label, *_cells(rated)) for label, rated in types)]
    return Chart(title=title, text=text, svg=interval_chart(name, points), rows=tuple(rows))


def confusion_chart(key: str, unit: str, units: str, confusion: ConfusionMatrix) -> Chart:
    """What is taken for what; *unit* and *units* are entity and entities, or token and tokens."""
    folded = fold(confusion, _MATRIX_TYPES)
    labels = [label or "(nothing)" for label in folded.labels]
    title = f"What is taken for what: {units}"
    text = (
        f"A row is the gold's type, a column the type suggested for the same {unit}; the stronger "
        "a cell's colour, the larger its share of the row. The diagonal is right. The last column "
        "counts what was not found, the last row what the gold doesn't have."
    )
    if len(folded.labels) < len(confusion.labels):
        text += f" All but the {_MATRIX_TYPES} commonest types are counted together."
    if any(confusion.spans_left_out):
        gold, predicted = confusion.spans_left_out
        text += f" Tokens can't show spans inside others: {gold:,} of the gold, {predicted:,} suggested."
    right = sum(row[n] for n, row in enumerate(folded.matrix))
    wrong = sum(map(sum, folded.matrix)) - right
    description = f"{wrong:,} {units} lie off the diagonal. The table below has every figure."
    name = ChartName(key=key, title=title, description=description)
    rows: list[Row] = [("gold", *labels)]
    rows += [(label, *map(str, row)) for label, row in zip(labels, folded.matrix, strict=True)]
    svg = matrix_chart(name, labels, folded.matrix)
    return Chart(title=title, text=text, svg=svg, rows=tuple(rows))


def calibration_chart(key: str, calibration: Calibration) -> Chart:
    """How often suggestions are right, by the score that they carry."""
    title = "How far a suggestion's score can be trusted"
    text = (
        "Each point stands for the suggestions of one tenth of the scale; the larger the point, "
        "the more suggestions. On the dashed line a score of 80 means that 80 of 100 suggestions "
        f"are right. On average, score and share right are {percent(calibration.error)} points apart."
    )
    if calibration.without_score:
        without = pluralise(calibration.without_score, "suggestion")
        text += f" {without} without a score {'is' if calibration.without_score == 1 else 'are'} left out."
    rows: list[Row] = [("score", "suggestions", "right", "mean score", "share right")]
    points = []
    for n, bin_ in enumerate(calibration.bins):
        rows.append(
            (
                f"{n / 10:.1f} to {(n + 1) / 10:.1f}",
                str(bin_.suggestions),
                str(bin_.right),
                percent(bin_.mean_score),
                percent(bin_.share_right),
            )
        )
        if bin_.mean_score is not None and bin_.share_right is not None:
            points.append(ReliabilityPoint(bin_.mean_score, bin_.share_right, bin_.suggestions))
    description = f"Expected calibration error {percent(calibration.error)} points."
    name = ChartName(key=key, title=title, description=description)
    return Chart(title=title, text=text, svg=reliability_chart(name, points), rows=tuple(rows))


def edits_chart(key: str, counts: MistakeCounts) -> Chart:
    """Which mistakes take annotators most edits."""
    whole = sum(counts.edits.values())
    ordered = sorted(counts.edits.items(), key=lambda item: (-item[1], item[0]))
    bars = [
        (_mistake_name(mistake), edits) for mistake, edits in ordered[:_MISTAKES_SHOWN] if edits
    ]
    title = "Where annotators' time goes"
    text = f"{pluralise(whole, 'edit')} in {pluralise(counts.documents, 'document')}. {EDITS_EXPLAINED}"
    if len(ordered) > len(bars):
        text += f" The chart shows the {len(bars)} costliest of {len(ordered)}, the table all."
    rows: list[Row] = [("mistake", "times", "edits", "share")]
    rows += [
        (
            _mistake_name(mistake),
            f"{counts.times[mistake]:,}",
            f"{edits:,}",
            f"{percent(edits / whole)} %",
        )
        for mistake, edits in ordered
        if whole
    ]
    most = f"Most: {bars[0][0]}, {bars[0][1]:,}." if bars else ""
    name = ChartName(key=key, title=title, description=f"{most} The table below has all.")
    return Chart(title=title, text=text, svg=bar_chart(name, bars), rows=tuple(rows))


def _mistake_name(mistake: CountedMistake) -> str:
    """As in ``ORG: missed``."""
    return f"{shorten(mistake.label)}: {mistake.kind}"


def fold(confusion: ConfusionMatrix, most: int) -> ConfusionMatrix:
    """The matrix with all but the *most* commonest labels as one; the last label, nothing, stays."""
    *labels, nothing = confusion.labels
    if len(labels) <= most:
        return confusion
    sizes = Counter(
        {
            n: sum(confusion.matrix[n]) + sum(row[n] for row in confusion.matrix)
            for n in range(len(labels))
        }
    )
    commonest = sorted(n for n, _ in sizes.most_common(most))
    place = {n: k for k, n in enumerate(commonest)} | {len(labels): most + 1}
    matrix = [[0] * (most + 2) for _ in range(most + 2)]
    for y, row in enumerate(confusion.matrix):
        for x, count in enumerate(row):
            matrix[place.get(y, most)][place.get(x, most)] += count
    return ConfusionMatrix(
        (*(labels[n] for n in commonest), _OTHER_TYPES, nothing),
        tuple(map(tuple, matrix)),
        spans_left_out=confusion.spans_left_out,
    )


def _commonest(types: Mapping[str, RatedCounts], most: int) -> Collection[str]:
    def size(label: str) -> int:
        return types[label].counts.gold + types[label].counts.predicted

    return set(sorted(types, key=lambda label: (-size(label), label))[:most])


def _point(label: str, rated: RatedCounts) -> IntervalPoint:
    low, high = rated.bca.f1 or (None, None)
    return IntervalPoint(label, rated.counts.f1 or 0.0, low, high)


def _with_f1(label: str, rated: RatedCounts) -> str:
    return f"{shorten(label)} with {percent(rated.counts.f1)}"


def _cells(rated: RatedCounts) -> Iterator[str]:
    counts = rated.counts
    yield from (percent(rate) for rate in (counts.precision, counts.recall, counts.f1))
    yield interval_text(rated.bca.f1)
    yield from (str(number) for number in (counts.tp, counts.fp, counts.fn))
