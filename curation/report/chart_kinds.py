"""The kinds of charts; see ``drawing`` for how they come into a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from curation.report.svg import (
    AMBER,
    BLUE,
    MUTED,
    RULE,
    TICKS,
    WIDTH,
    Margins,
    Named,
    drawing,
    room,
)
from curation.report.tables import percent

ROW = 24
FIGURE = 48  # room for one, at the right
LONGEST = 34
IN_MATRIX = 14

# How dark a cell gets; more, and the figure on it could not be read.
MOST_INK = 0.32


@dataclass(frozen=True)
class Point:
    """A figure between 0 and 1 with its interval, where there is one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


def intervals(named: Named, points: Sequence[Point]) -> str:
    """A row for each point, on a scale from 0 to 100."""
    margins = Margins(room([point.name for point in points]), FIGURE, 4, 26)
    with drawing(margins, ROW * len(points)) as chart:
        chart.limits((0, 100), (len(points) - 0.5, -0.5))
        chart.scale()
        for y, point in enumerate(points):
            if point.low is not None and point.high is not None:
                chart.bar(100 * point.low, 100 * point.high, y)
            chart.dot(100 * point.value, y)
            chart.left(y, chart.name(point.name))
            chart.right(y, percent(point.value))
        return chart.svg(named)


def bars(named: Named, rows: Sequence[tuple[str, int]]) -> str:
    """A row for each name, as long as its number."""
    margins = Margins(room([name for name, _ in rows], LONGEST), FIGURE, 4, 6)
    most = max(many for _, many in rows)
    with drawing(margins, ROW * len(rows)) as chart:
        chart.limits((0, most), (len(rows) - 0.5, -0.5))
        for y, (name, many) in enumerate(rows):
            chart.box((0, many), (y - 0.28, y + 0.28), BLUE, 0.75)
            chart.left(y, chart.name(name, LONGEST))
            chart.right(y, f"{many:,}", at=many / most)
        return chart.svg(named)


def matrix(named: Named, labels: Sequence[str], rows: Sequence[Sequence[int]]) -> str:
    """How often a row's label was taken for a column's; the darker, the larger its share of the row."""
    left = room(labels, IN_MATRIX)
    side = WIDTH - left - 8
    size = 11.0 if len(labels) < 12 else 10.0
    with drawing(Margins(left, 8, left + 4, 6), side) as chart:
        chart.limits((-0.5, len(labels) - 0.5), (len(labels) - 0.5, -0.5))
        for y, (label, row) in enumerate(zip(labels, rows, strict=True)):
            chart.left(y, chart.name(label, IN_MATRIX))
            chart.above(y, chart.name(label, IN_MATRIX))
            for x, many in enumerate(row):
                place = (x - 0.46, x + 0.46), (y - 0.46, y + 0.46)
                if not many:
                    chart.box(*place, RULE, 0.35)
                    continue
                chart.box(*place, BLUE if x == y else AMBER, 0.08 + MOST_INK * many / sum(row))
                chart.figure_in(x, y, brief(many), size)
        return chart.svg(named)


def reliability(named: Named, points: Sequence[tuple[float, float, int]]) -> str:
    """Promise against truth, both from 0 to 1; a point's area grows with how many it stands for."""
    side = 290
    most = max(many for *_, many in points)
    with drawing(Margins(56, WIDTH - 56 - side, 12, 44), side) as chart:
        chart.limits((0, 100), (0, 100))
        chart.scale()
        for tick in TICKS:
            chart.axes.axhline(tick, color=RULE, linewidth=1, zorder=0, clip_on=False)
            chart.left(tick, str(tick))
        chart.axes.plot(
            (0, 100), (0, 100), color=MUTED, linewidth=1, linestyle=(0, (4, 3)), clip_on=False
        )
        for promise, truth, many in points:
            chart.dot(100 * promise, 100 * truth, 4 + 14 * (many / most) ** 0.5, 0.75)
        chart.under("the suggestion's score, in hundredths")
        chart.beside("right, of a hundred")
        return chart.svg(named)


def brief(number: int) -> str:
    """So short that it fits into a cell."""
    return str(number) if number < 10_000 else f"{number // 1000}k"
