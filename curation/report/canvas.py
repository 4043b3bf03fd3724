"""
A canvas for charts as SVG inside a page: matplotlib draws, names and colours are put in afterwards.

matplotlib never sees a name from the data: it draws placeholders, and the names
replace them as text, so that none is taken for mathematics, for a glyph that a
font lacks, or for markup. Colours become the page's own (CSS variables), so that
a chart follows light and dark. There is no date and no random id: the same
figures give the same bytes.
"""

import io
import logging
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree import ElementTree

from curation.report.visible import shorten, visible

CHART_WIDTH = 400
TICKS = (0, 25, 50, 75, 100)
_SMALL = 11.5
_LONGEST_NAME = 22

_SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "curate", "font.size": 12.5}

# Placeholder colours, and the page's names for them.
INK, MUTED, RULE, BLUE, AMBER = (f"#0{n}0{n}0{n}" for n in range(1, 6))
_PAGE_COLORS = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    RULE: "var(--rule)",
    BLUE: "var(--suggested)",
    AMBER: "var(--gold)",
}
_PLACEHOLDER = re.compile(r"@(\d+)@")
_COLOR = re.compile("|".join(_PAGE_COLORS))
_FONT_FAMILY = re.compile(r"font-family: [^;]*; ")


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
    """One chart while it is drawn; *width* and *height* are those within the margins, in pixels."""

    def __init__(self, margins: Margins, height: float) -> None:
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        whole = margins.top + height + margins.bottom
        self.width = CHART_WIDTH - margins.left - margins.right
        self.height = height
        self.figure = Figure(figsize=(CHART_WIDTH / 72, whole / 72), dpi=72)
        FigureCanvasSVG(self.figure)
        self.axes = self.figure.add_axes(
            (
                margins.left / CHART_WIDTH,
                margins.bottom / whole,
                self.width / CHART_WIDTH,
                height / whole,
            )
        )
        self.axes.set_axis_off()
        self.names: list[str] = []

    def limits(self, across: tuple[float, float], upwards: tuple[float, float]) -> None:
        """Set the values at the edges: left and right, bottom and top."""
        self.axes.set_xlim(*across)
        self.axes.set_ylim(*upwards)

    def name(self, name: str, longest: int = _LONGEST_NAME) -> str:
        """A placeholder for a name from the data."""
        self.names.append(shorten(visible(name), longest))
        return f"@{len(self.names) - 1}@"

    def scale(self) -> None:
        """Draw a vertical line at each tick, with its value below."""
        for tick in TICKS:
            self.axes.axvline(tick, color=RULE, linewidth=1, zorder=0, clip_on=False)
            self.axes.text(
                tick, -7 / self.height, str(tick), color=MUTED, ha="center", va="top",
                transform=self.axes.get_xaxis_transform(), size=_SMALL,
            )  # fmt: skip

    def interval(self, start: float, end: float, y: float) -> None:
        """Draw an interval as a broad, soft line."""
        self.axes.plot(
            (start, end), (y, y), color=BLUE, alpha=0.35, linewidth=6,
            solid_capstyle="round", clip_on=False,
        )  # fmt: skip

    def dot(self, x: float, y: float, *, size: float = 7, alpha: float = 1) -> None:
        """Draw a point."""
        self.axes.plot([x], [y], "o", color=BLUE, markersize=size, alpha=alpha, clip_on=False)

    def box(
        self,
        across: tuple[float, float],
        upwards: tuple[float, float],
        *,
        color: str,
        alpha: float,
    ) -> None:
        """Draw a filled box."""
        left, right = across
        low, high = upwards
        self.axes.fill(
            (left, right, right, left), (low, low, high, high), color=color, alpha=alpha, linewidth=0, clip_on=False,
        )  # fmt: skip

    def figure_in_box(self, x: float, y: float, text: str, *, size: float) -> None:
        """Write a figure into the middle of a box."""
        self.axes.text(x, y, text, color=INK, ha="center", va="center", size=size)

    def write_left(self, y: float, text: str) -> None:
        """Write left of the chart."""
        self.axes.text(
            -8 / self.width, y, text, color=INK, ha="right", va="center",
            transform=self.axes.get_yaxis_transform(),
        )  # fmt: skip

    def write_right(self, y: float, text: str, *, at: float = 1.0) -> None:
        """Write right of the place *at*, a share of the width; of the whole chart if left out."""
        self.axes.text(
            at + 10 / self.width, y, text, color=MUTED, ha="left", va="center",
            transform=self.axes.get_yaxis_transform(), size=_SMALL,
        )  # fmt: skip

    def write_above(self, x: float, text: str) -> None:
        """Write upwards above the chart."""
        self.axes.text(
            x, 1 + 6 / self.height, text, color=INK, rotation=90,
            rotation_mode="anchor", ha="left", va="center",
            transform=self.axes.get_xaxis_transform(),
        )  # fmt: skip

    def name_horizontal_axis(self, text: str) -> None:
        """Write the name of the horizontal axis below the chart."""
        self.axes.text(
            0.5, -26 / self.height, text, color=MUTED, ha="center", va="top",
            transform=self.axes.transAxes, size=_SMALL,
        )  # fmt: skip

    def name_vertical_axis(self, text: str) -> None:
        """Write the name of the vertical axis left of the chart."""
        self.axes.text(
            -38 / self.width, 0.5, text, color=MUTED, rotation=90, rotation_mode="anchor",
            ha="center", va="bottom", transform=self.axes.transAxes, size=_SMALL,
        )  # fmt: skip

    def svg(self, name: ChartName) -> str:
        """The chart as an element of a page."""
        out = io.StringIO()
        self.figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
        return _for_the_page(out.getvalue(), name, self.names)


@contextmanager
def new_canvas(margins: Margins, height: float) -> Iterator[Canvas]:
    """A canvas; matplotlib has our settings and doesn't warn, on import, of its folders and fonts."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib import rc_context

    with rc_context(_SETTINGS):
        yield Canvas(margins, height)


def width_of_names(names: Sequence[str], longest: int = _LONGEST_NAME) -> float:
    """How many pixels the names need left of a chart."""
    return 14 + max((_width(shorten(visible(name), longest)) for name in names), default=0)


def _width(name: str) -> float:
    """About how many pixels a name takes in the page's font."""
    wide = sum(c.isupper() or unicodedata.east_asian_width(c) in "WF" for c in name)
    return 7 * (len(name) - wide) + 9.4 * wide


def _for_the_page(svg: str, name: ChartName, names: Sequence[str]) -> str:
    """The SVG without what a page doesn't need, with the names, the page's colours and ids of its own."""
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith(("}metadata", "}style")):
                parent.remove(child)
    linked = {
        value[1:]
        for element in root.iter()
        for key, value in element.attrib.items()
        if key.endswith("href")
    }
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.tail = None
        element.attrib = dict(_attributes(element.attrib, name.key, linked))
        element.text = element.text and element.text.strip()
        if element.text and (found := _PLACEHOLDER.fullmatch(element.text)):
            element.text = names[int(found[1])]
    ids = [f"{name.key}-title", f"{name.key}-description"]
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-labelledby": ids[0],
        "aria-describedby": ids[1],
    }
    for n, (tag, text) in enumerate((("title", name.title), ("desc", name.description))):
        element = ElementTree.Element(tag, {"id": ids[n]})
        element.text = visible(text)
        root.insert(n, element)
    return ElementTree.tostring(root, encoding="unicode")


def _attributes(
    attributes: Mapping[str, str], prefix: str, linked: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The attributes that a page needs, with ids that no two charts on a page share."""
    for key, value in attributes.items():
        if key == "id":
            if value in linked:
                yield key, f"{prefix}-{value}"
        elif key.endswith("href"):
            yield "href", f"#{prefix}-{value[1:]}"
        elif key == "style":
            plain = _FONT_FAMILY.sub("", value)
            yield key, _COLOR.sub(lambda found: _PAGE_COLORS[found[0]], plain)
        elif not value.startswith("rotate(-0 "):
            yield key, value
