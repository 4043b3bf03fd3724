"""Charts: what is drawn is what stands in the table, and no name can be more than text."""

import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report import hostile

from curation.report import chart_drawing, charts
from curation.report.canvas import ChartName
from curation.report.chart_drawing import IntervalPoint, ReliabilityPoint, short_number
from curation.report.visible import shorten, visible
from curation.scoring.results import ConfusionMatrix

NAME = ChartName(key="key", title="T <b>", description="D & more")


def drawn(names):
    rows = [[n + k for k in range(len(names))] for n in range(len(names))]
    return [
        chart_drawing.interval_chart(
            NAME, [IntervalPoint(name, 0.5, 0.4, 0.6) for name in names]
        ),
        chart_drawing.bar_chart(NAME, [(name, 3) for name in names]),
        chart_drawing.matrix_chart(NAME, names, rows),
    ]


@pytest.mark.parametrize("names", [hostile.TEXTS[:13], ("שלום", "日本", "😀", "_{x}^2$\\frac")])
def test_a_name_is_text_and_nothing_else(names):
    for svg in drawn(names):
        root = ElementTree.fromstring(svg)

        assert {element.tag for element in root.iter()} <= {"svg", "title", "desc", "line", "rect", "circle", "text"}  # fmt: skip
        said = [element.text for element in root.iter("text")]
        assert [
            name for name in names if shorten(visible(name), 14)[:-1] not in " ".join(said)
        ] == []


def test_a_picture_has_a_name_and_a_description():
    for svg in (
        *drawn(["A", "B"]),
        chart_drawing.reliability_chart(
            NAME, [ReliabilityPoint(0.1, 0.2, 3), ReliabilityPoint(0.9, 0.8, 1)]
        ),
    ):
        root = ElementTree.fromstring(svg)

        assert (root.find("title").text, root.find("desc").text) == ("T <b>", "D & more")
        assert all(e.attrib["id"].startswith("key-") for e in root.iter() if "id" in e.attrib)


def test_the_same_figures_give_the_same_bytes():
    assert drawn(["A", "B"]) == drawn(["A", "B"])


matrices = st.integers(1, 9).flatmap(
    lambda n: st.lists(
        st.lists(st.integers(0, 9), min_size=n, max_size=n), min_size=n, max_size=n
    )
)


@given(matrices, st.integers(1, 5))
def test_folding_rare_labels_loses_no_count(rows, most):
    labels = (*(f"L{n}" for n in range(len(rows) - 1)), "")
    folded = charts.fold(ConfusionMatrix(labels, tuple(map(tuple, rows))), most)

    assert sum(map(sum, folded.matrix)) == sum(map(sum, rows))
    assert len(folded.labels) <= most + 2
    assert folded.labels[-1] == ""
    assert folded.matrix[-1][-1] == rows[-1][-1]


@pytest.mark.parametrize(("number", "told"), [(0, "0"), (9999, "9999"), (10_432, "10k")])
def test_a_large_number_fits_into_a_cell(number, told):
    assert short_number(number) == told


def palettes():
    """The page's colours by name, light and dark."""
    css = (files("curation.report") / "templates" / "page.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    found = [dict(re.findall(r"--([\w-]+): #(\w{6});", block)) for block in blocks]
    return dict(zip(("light", "dark", "print"), found, strict=True))


def channels(color):
    return [int(color[n : n + 2], 16) for n in (0, 2, 4)]


def luminance(color):
    parts = [c / 255 for c in color]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize("color", ["suggested", "gold"])
def test_a_figure_on_the_darkest_cell_can_be_read(scheme, color):
    palette = {name: channels(value) for name, value in palettes()[scheme].items()}
    strength = chart_drawing.LIGHTEST_CELL + chart_drawing.DARKEST_CELL
    cell = [
        strength * a + (1 - strength) * b
        for a, b in zip(palette[color], palette["card"], strict=True)
    ]

    assert contrast(palette["ink"], cell) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_words_and_marks_stand_out(scheme):
    """4.5 to 1 for words, 3 to 1 for what is drawn, on every ground they may lie on."""
    palette = {name: channels(value) for name, value in palettes()[scheme].items()}

    for words, grounds in {
        "ink": ("paper", "card", "gold-soft", "suggested-soft"),
        "muted": ("paper", "card"),
        "alarm": ("paper",),
        "gold": ("gold-soft",),
        "suggested": ("suggested-soft", "card", "paper"),
    }.items():
        for ground in grounds:
            assert contrast(palette[words], palette[ground]) >= 4.5, (words, ground)
