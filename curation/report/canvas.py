"""A canvas for charts as SVG inside a page: its colours are the page's own, so that a chart follows light and dark."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from curation.report.visible import shorten, visible

CHART_WIDTH = 400
TICKS = (0, 25, 50, 75, 100)
_LONGEST_NAME = 22

INK, MUTED, RULE, BLUE, AMBER = (
    f"var(--{name})" for name in ("ink", "muted", "rule", "suggested", "gold")
)
# How words look.
_PLAIN = f"fill: {INK}; font-size: 12.5px; dominant-baseline: central"
_SOFT = f"fill: {MUTED}; font-size: 11.5px; dominant-baseline: central"


@dataclass(frozen=True, kw_only=True)
class ChartName:
    """A chart's title, its description for people who can't see it, and the *key* of its ids on the page."""

    key: str
    title: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Margins:
    """The space around a chart for its words, in pixels."""

    left: float
    right: float
    top: float
    bottom: float


class Canvas:
    """
    One chart while it is drawn; *height* is that within the margins, in pixels.

    Places are values between the limits: *across* those at the left and the right edge,
    *upwards* those at the bottom and the top.
    """

    def __init__(
        self,
        margins: Margins,
        height: float,
        *,
        across: tuple[float, float],
        upwards: tuple[float, float],
    ) -> None:
        self._left = margins.left
        self._right = CHART_WIDTH - margins.right
        self._top = margins.top
        self._bottom = margins.top + height
        self._height = self._bottom + margins.bottom
        self._across = across
        self._upwards = upwards
        self._elements: list[str] = []

    def scale(self) -> None:
        """Draw a vertical line at each tick, with its value below."""
        for tick in TICKS:
            x = self._x(tick)
            self._line((x, self._top), (x, self._bottom), color=RULE)
            self._write((x, self._bottom + 13), str(tick), _SOFT)

    def line(self, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
        """Draw a thin line."""
        self._line(self._place(*start), self._place(*end), color=color)

    def dashed(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a thin line of dashes."""
        self._line(
            self._place(*start), self._place(*end), color=MUTED, more="; stroke-dasharray: 4 3"
        )

    def interval(self, start: float, end: float, y: float) -> None:
        """Draw an interval as a broad, soft line."""
        more = "; stroke-width: 6; stroke-opacity: 0.35; stroke-linecap: round"
        self._line(self._place(start, y), self._place(end, y), color=BLUE, more=more)

    def dot(self, x: float, y: float, *, size: float = 7, alpha: float = 1) -> None:
        """Draw a point."""
        left, top = self._place(x, y)
        self._elements.append(
            f'<circle cx="{left:.1f}" cy="{top:.1f}" r="{size / 2:.1f}" '
            f'style="fill: {BLUE}; fill-opacity: {alpha}"/>'
        )

    def box(
        self,
        across: tuple[float, float],
        upwards: tuple[float, float],
        *,
        color: str,
        alpha: float,
    ) -> None:
        """Draw a filled box."""
        left, right = sorted(map(self._x, across))
        top, bottom = sorted(map(self._y, upwards))
        self._elements.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
            f'height="{bottom - top:.1f}" style="fill: {color}; fill-opacity: {alpha:.3f}"/>'
        )

    def figure_in_box(self, x: float, y: float, text: str, *, size: float) -> None:
        """Write a figure into the middle of a box."""
        self._write(self._place(x, y), text, f"{_PLAIN}; font-size: {size}px")

    def write_left(self, y: float, text: str, longest: int = _LONGEST_NAME) -> None:
        """Write left of the chart."""
        place = (self._left - 8, self._y(y))
        self._write(place, _name(text, longest), _PLAIN, anchor="end")

    def write_right(self, y: float, text: str, *, at: float | None = None) -> None:
        """Write right of *at*; right of the whole chart if left out."""
        x = self._right if at is None else self._x(at)
        self._write((x + 10, self._y(y)), text, _SOFT, anchor="start")

    def write_above(self, x: float, text: str, longest: int = _LONGEST_NAME) -> None:
        """Write upwards above the chart."""
        place = (self._x(x), self._top - 6)
        self._write(place, _name(text, longest), _PLAIN, anchor="start", upwards=True)

    def name_axes(self, horizontal: str, vertical: str) -> None:
        """Write the names of the axes below the chart and left of it."""
        middle = (self._left + self._right) / 2
        self._write((middle, self._bottom + 32), horizontal, _SOFT)
        middle = (self._top + self._bottom) / 2
        self._write((self._left - 44, middle), vertical, _SOFT, upwards=True)

    def svg(self, name: ChartName) -> str:
        """The chart as an element of a page."""
        key = name.key
        return (
            f'<svg viewBox="0 0 {CHART_WIDTH} {self._height:.1f}" role="img" '
            f'aria-labelledby="{key}-title" aria-describedby="{key}-description">'
            f'<title id="{key}-title">{escape(visible(name.title))}</title>'
            f'<desc id="{key}-description">{escape(visible(name.description))}</desc>'
            f"{''.join(self._elements)}</svg>"
        )

    def _x(self, value: float) -> float:
        left, right = self._across
        return self._left + (self._right - self._left) * (value - left) / (right - left)

    def _y(self, value: float) -> float:
        bottom, top = self._upwards
        return self._bottom - (self._bottom - self._top) * (value - bottom) / (top - bottom)

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return self._x(x), self._y(y)

    def _line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        color: str,
        more: str = "",
    ) -> None:
        x1, y1 = start
        x2, y2 = end
        self._elements.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'style="stroke: {color}{more}"/>'
        )

    def _write(
        self,
        place: tuple[float, float],
        text: str,
        style: str,
        *,
        anchor: str = "middle",
        upwards: bool = False,
    ) -> None:
        x, y = place
        turned = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if upwards else ""
        self._elements.append(
            f'<text x="{x:.1f}" y="{y:.1f}"{turned} '
            f'style="{style}; text-anchor: {anchor}">{escape(text)}</text>'
        )


def width_of_names(names: Sequence[str], longest: int = _LONGEST_NAME) -> float:
    """How many pixels the names need left of a chart."""
    return 14 + max((_width(_name(name, longest)) for name in names), default=0)


def _name(name: str, longest: int) -> str:
    return shorten(visible(name), longest)


def _width(name: str) -> float:
    """About how many pixels a name takes in the page's font."""
    wide = sum(c.isupper() or unicodedata.east_asian_width(c) in "WF" for c in name)
    return 7 * (len(name) - wide) + 9.4 * wide
