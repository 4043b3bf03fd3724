"""
Charts as SVG that lies in a page: drawn by matplotlib, named and coloured by us.

matplotlib never sees a name from the data: it draws stand-ins, and the names
are put in afterwards as text, so that none is taken for mathematics, for a
glyph that a font lacks, or for markup. Colours are the page's own (CSS
variables), so that a chart follows light and dark. No date, no random id: the
same figures give the same bytes.
"""

import io
import logging
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree import ElementTree

from curation.report.visible import short, visible

WIDTH = 400
TICKS = (0, 25, 50, 75, 100)
SMALL = 11.5
LONGEST_NAME = 22

SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "curate", "font.size": 12.5}

# Stand-ins, and what the page calls them.
INK, MUTED, RULE, BLUE, AMBER = (f"#0{n}0{n}0{n}" for n in range(1, 6))
VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    RULE: "var(--rule)",
    BLUE: "var(--suggested)",
    AMBER: "var(--gold)",
}
STAND_IN = re.compile(r"@(\d+)@")
COLOR = re.compile("|".join(VARIABLES))
FAMILY = re.compile(r"font-family: [^;]*; ")


@dataclass(frozen=True)
class Named:
    """What a chart is called, and what somebody who can't see it should know."""

    key: str
    title: str
    description: str


@dataclass(frozen=True)
class Margins:
    """Room around a chart for its words, in pixels."""

    left: float
    right: float
    top: float
    bottom: float


class Drawing:
    """One chart in the making; *width* and *height* are those within the margins, in pixels."""

    def __init__(self, margins: Margins, height: float) -> None:
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        whole = margins.top + height + margins.bottom
        self.width, self.height = WIDTH - margins.left - margins.right, height
        self.figure = Figure(figsize=(WIDTH / 72, whole / 72), dpi=72)
        FigureCanvasSVG(self.figure)
        self.axes = self.figure.add_axes(
            (margins.left / WIDTH, margins.bottom / whole, self.width / WIDTH, height / whole)
        )
        self.axes.set_axis_off()
        self.names: list[str] = []

    def limits(self, across: tuple[float, float], upwards: tuple[float, float]) -> None:
        """What the edges stand for."""
        self.axes.set_xlim(*across)
        self.axes.set_ylim(*upwards)

    def name(self, name: str, longest: int = LONGEST_NAME) -> str:
        """A stand-in for a name from the data."""
        self.names.append(short(visible(name), longest))
        return f"@{len(self.names) - 1}@"

    def scale(self) -> None:
        """Upright lines with what they stand for below."""
        for tick in TICKS:
            self.axes.axvline(tick, color=RULE, linewidth=1, zorder=0, clip_on=False)
            self.axes.text(
                tick, -7 / self.height, str(tick), color=MUTED, ha="center", va="top",
                transform=self.axes.get_xaxis_transform(), size=SMALL,
            )  # fmt: skip

    def bar(self, start: float, end: float, y: float) -> None:
        """A broad, soft line: an interval."""
        self.axes.plot(
            (start, end), (y, y), color=BLUE, alpha=0.35, linewidth=6,
            solid_capstyle="round", clip_on=False,
        )  # fmt: skip

    def dot(self, x: float, y: float, size: float = 7, alpha: float = 1) -> None:
        self.axes.plot([x], [y], "o", color=BLUE, markersize=size, alpha=alpha, clip_on=False)

    def box(
        self,
        across: tuple[float, float],
        upwards: tuple[float, float],
        color: str,
        alpha: float,
    ) -> None:
        (left, right), (low, high) = across, upwards
        corners = (left, right, right, left), (low, low, high, high)
        self.axes.fill(*corners, color=color, alpha=alpha, linewidth=0, clip_on=False)

    def figure_in(self, x: float, y: float, text: str, size: float) -> None:
        """A figure inside a box."""
        self.axes.text(x, y, text, color=INK, ha="center", va="center", size=size)

    def left(self, y: float, text: str) -> None:
        self.axes.text(
            -8 / self.width, y, text, color=INK, ha="right", va="center",
            transform=self.axes.get_yaxis_transform(),
        )  # fmt: skip

    def right(self, y: float, text: str, *, at: float = 1.0) -> None:
        self.axes.text(
            at + 10 / self.width, y, text, color=MUTED, ha="left", va="center",
            transform=self.axes.get_yaxis_transform(), size=SMALL,
        )  # fmt: skip

    def above(self, x: float, text: str) -> None:
        self.axes.text(
            x, 1 + 6 / self.height, text, color=INK, rotation=90,
            rotation_mode="anchor", ha="left", va="center",
            transform=self.axes.get_xaxis_transform(),
        )  # fmt: skip

    def under(self, text: str) -> None:
        self.axes.text(
            0.5, -26 / self.height, text, color=MUTED, ha="center", va="top",
            transform=self.axes.transAxes, size=SMALL,
        )  # fmt: skip

    def beside(self, text: str) -> None:
        self.axes.text(
            -38 / self.width, 0.5, text, color=MUTED, rotation=90, rotation_mode="anchor",
            ha="center", va="bottom", transform=self.axes.transAxes, size=SMALL,
        )  # fmt: skip

    def svg(self, named: Named) -> str:
        """The picture as an element of a page."""
        out = io.StringIO()
        self.figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
        return _ours(out.getvalue(), named, self.names)


@contextmanager
def drawing(margins: Margins, height: float) -> Iterator[Drawing]:
    """With our settings, and without what matplotlib says, on import, of its folders and fonts."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib import rc_context

    with rc_context(SETTINGS):
        yield Drawing(margins, height)


def room(names: Sequence[str], longest: int = LONGEST_NAME) -> float:
    """How much the names need at the left."""
    return 14 + max((_width(short(visible(name), longest)) for name in names), default=0)


def _width(name: str) -> float:
    """About; letters of a page's font are as wide as they are."""
    wide = sum(c.isupper() or unicodedata.east_asian_width(c) in "WF" for c in name)
    return 7 * (len(name) - wide) + 9.4 * wide


def _ours(svg: str, named: Named, names: Sequence[str]) -> str:
    """Without what a page doesn't need; with names, our colours and ids that are its own."""
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
        element.attrib = dict(_attributes(element.attrib, named.key, linked))
        element.text = element.text and element.text.strip()
        if element.text and (found := STAND_IN.fullmatch(element.text)):
            element.text = names[int(found[1])]
    ids = [f"{named.key}-title", f"{named.key}-description"]
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-labelledby": ids[0],
        "aria-describedby": ids[1],
    }
    for n, (tag, text) in enumerate((("title", named.title), ("desc", named.description))):
        element = ElementTree.Element(tag, {"id": ids[n]})
        element.text = visible(text)
        root.insert(n, element)
    return ElementTree.tostring(root, encoding="unicode")


def _attributes(
    given: Mapping[str, str], prefix: str, linked: Collection[str]
) -> Iterator[tuple[str, str]]:
    """What is needed of them; ids so that no two charts on a page share one."""
    for key, value in given.items():
        if key == "id":
            if value in linked:
                yield key, f"{prefix}-{value}"
        elif key.endswith("href"):
            yield "href", f"#{prefix}-{value[1:]}"
        elif key == "style":
            plain = FAMILY.sub("", value)
            yield key, COLOR.sub(lambda found: VARIABLES[found[0]], plain)
        elif not value.startswith("rotate(-0 "):
            yield key, value
