"""Four kinds of charts, drawn from names and figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from curation.report.canvas import (
    AMBER,
    BLUE,
    CHART_WIDTH,
    RULE,
    TICKS,
    Canvas,
    ChartName,
    Margins,
    width_of_names,
)
from curation.report.number_format import percent

# How dark a cell of a matrix gets beyond the lightest; more, and its figure could not be read.
DARKEST_CELL = 0.32
LIGHTEST_CELL = 0.08

# In pixels.
_ROW_HEIGHT = 24
_FIGURE_WIDTH = 48

# In characters.
_LONGEST_BAR_NAME = 34
_LONGEST_MATRIX_NAME = 14


@dataclass(frozen=True)
class IntervalPoint:
    """A rate between 0 and 1 with its interval; *low* and *high* are None where the rate has none."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


class ReliabilityPoint(NamedTuple):
    """Suggestions of similar scores: their mean score, the share that is right, and their number."""

    score: float
    share_right: float
    suggestions: int


def interval_chart(name: ChartName, points: Sequence[IntervalPoint]) -> str:
    """An SVG with a row for each point, on a scale from 0 to 100."""
    left = width_of_names([point.name for point in points])
    margins = Margins(left=left, right=_FIGURE_WIDTH, top=4, bottom=26)
    canvas = _rows(margins, len(points), most=100)
    canvas.scale()
    for y, point in enumerate(points):
        if point.low is not None and point.high is not None:
            canvas.interval(100 * point.low, 100 * point.high, y)
        canvas.dot(100 * point.value, y)
        canvas.write_left(y, point.name)
        canvas.write_right(y, percent(point.value))
    return canvas.svg(name)


def bar_chart(name: ChartName, rows: Sequence[tuple[str, int]]) -> str:
    """An SVG with a bar for each name, as long as its number."""
    left = width_of_names([label for label, _ in rows], _LONGEST_BAR_NAME)
    margins = Margins(left=left, right=_FIGURE_WIDTH, top=4, bottom=6)
    canvas = _rows(margins, len(rows), most=max(number for _, number in rows))
    for y, (label, number) in enumerate(rows):
        canvas.box((0, number), (y - 0.28, y + 0.28), color=BLUE, alpha=0.75)
        canvas.write_left(y, label, _LONGEST_BAR_NAME)
        canvas.write_right(y, f"{number:,}", at=number)
    return canvas.svg(name)


def _rows(margins: Margins, many: int, *, most: float) -> Canvas:
    """A canvas for so *many* rows, the first at the top, and values up to *most*."""
    return Canvas(margins, _ROW_HEIGHT * many, across=(0, most), upwards=(many - 0.5, -0.5))


def matrix_chart(name: ChartName, labels: Sequence[str], rows: Sequence[Sequence[int]]) -> str:
    """
    An SVG of how often a row's label was taken for a column's.

    The larger a cell's share of its row, the darker the cell.
    """
    left = width_of_names(labels, _LONGEST_MATRIX_NAME)
    margins = Margins(left=left, right=8, top=left + 4, bottom=6)
    size = 11.0 if len(labels) < 12 else 10.0
    last = len(labels) - 0.5
    canvas = Canvas(margins, CHART_WIDTH - left - 8, across=(-0.5, last), upwards=(last, -0.5))
    for y, (label, row) in enumerate(zip(labels, rows, strict=True)):
        canvas.write_left(y, label, _LONGEST_MATRIX_NAME)
        canvas.write_above(y, label, _LONGEST_MATRIX_NAME)
        for x, times in enumerate(row):
            across = (x - 0.46, x + 0.46)
            upwards = (y - 0.46, y + 0.46)
            if not times:
                canvas.box(across, upwards, color=RULE, alpha=0.35)
                continue
            alpha = LIGHTEST_CELL + DARKEST_CELL * times / sum(row)
            canvas.box(across, upwards, color=BLUE if x == y else AMBER, alpha=alpha)
            canvas.figure_in_box(x, y, short_number(times), size=size)
    return canvas.svg(name)


def reliability_chart(name: ChartName, points: Sequence[ReliabilityPoint]) -> str:
    """An SVG of score against share right; a point's area grows with its number of suggestions."""
    side = 290
    margins = Margins(left=56, right=CHART_WIDTH - 56 - side, top=12, bottom=44)
    most = max(point.suggestions for point in points)
    canvas = Canvas(margins, side, across=(0, 100), upwards=(0, 100))
    canvas.scale()
    for tick in TICKS:
        canvas.line((0, tick), (100, tick), RULE)
        canvas.write_left(tick, str(tick))
    canvas.dashed((0, 0), (100, 100))
    for point in points:
        size = 4 + 14 * (point.suggestions / most) ** 0.5
        canvas.dot(100 * point.score, 100 * point.share_right, size=size, alpha=0.75)
    canvas.name_axes("score of the suggestion, in hundredths", "right, in hundredths")
    return canvas.svg(name)


def short_number(number: int) -> str:
    """The number, short enough for a cell."""
    return str(number) if number < 10_000 else f"{number // 1000}k"
