"""What stands on the page, read as a browser's parser reads it."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from laws import costly
from report import hostile
from report.pages import made_up_sides, page_of, scored
from samples import SCHEMA
from scoring_samples import RECIPE, corpora, document_with

from curation.report import mistake_list
from curation.report.document_table import DocumentTable
from curation.report.mistake_counts import MistakeCounts
from curation.report.mistake_list import ReportDocuments, list_mistakes
from curation.report.page import render_report
from curation.scoring.counts import OutcomeCounts
from curation.scoring.matched_documents import ScoringContext
from curation.scoring.results import Comparison, ScoreDifference
from curation.scoring.score import score

VOID = {"meta", "br", "link", "img", "input"}


TAGS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "nav",
    "main", "section", "article", "div", "span", "strong", "b", "br", "dl", "dt", "dd", "small",
    "ul", "li", "figure", "figcaption", "details", "summary", "table", "caption", "thead", "tbody",
    "tr", "th", "td", "form", "label", "select", "optgroup", "option", "button", "output", "input", "mark",
    "i", "u", "bdi", "script", "svg", "desc", "line", "rect", "circle", "text",
}  # fmt: skip


class Page(HTMLParser):
    """Elements with their attributes, what they lie in, and their text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self.open: list[str] = []
        self.unclosed = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def ids(self):
        return [a["id"] for _, a in self.elements if "id" in a]


def one_of_each():
    """A document with a hit, and another with mistakes of several kinds."""
    text = "Bob of Iran met Al. Then Al left for Paris."
    spans = ((0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON"), (25, 27, "PERSON"))
    gold = document_with(
        text, *spans, (37, 42, "GPE"), arrows=((0, 2, "meets_with"), (3, 4, "supports"))
    )
    found = document_with(
        text, (0, 6, "PERSON"), (7, 11, "ORG"), *spans[2:], arrows=((2, 3, "opposes"),)
    )
    return [gold], [found]


def test_the_order_is_summary_charts_documents_mistakes_figures_recipe():
    read = Page(page_of(*one_of_each()))

    sections = [a["id"] for a in read.all("section") if "id" in a]
    numbered = [one for one in sections if re.fullmatch(r"d\d+", one)]
    assert len(numbered) == 1
    sections.remove(*numbered)
    assert sections == ["summary", "charts", "documents", "mistakes", "figures", "recipe"]
    assert read.open == []
    assert len(read.all("h1")) == len(read.all("main")) == 1


def test_ids_are_there_once_and_whatever_is_named_is_there():
    read = Page(page_of(*one_of_each()))
    ids = Counter(read.ids())

    assert set(ids.values()) == {1}
    for _, attributes in read.elements:
        for key in ("aria-labelledby", "aria-describedby", "for"):
            assert set((attributes.get(key) or "").split()) <= {*ids, "a"}
        link = attributes.get("href") or ""
        assert not link.startswith("#") or link[1:] in ids


def test_controls_have_labels_pictures_names_and_tables_headers():
    read = Page(page_of(*made_up_sides(3)))

    labels = {attributes["for"] for attributes in read.all("label")}
    controls = [*read.all("select"), *read.all("input")]
    assert {attributes["id"] for attributes in controls} == labels
    for picture in read.all("svg"):
        assert picture["role"] == "img"
        assert {picture["aria-labelledby"], picture["aria-describedby"]} <= set(read.ids())
    assert len(read.all("svg")) == 6
    assert len(read.all("caption")) == len(read.all("table"))
    assert {attributes.get("scope") for attributes in read.all("th")} == {"col", "row"}
    tables = [one for one in read.all("details") if one.get("class") != "alike"]
    assert len(read.all("figure")) == len(tables) - 1


def test_the_same_scores_give_the_same_bytes():
    sides = made_up_sides(4)

    assert page_of(*sides) == page_of(*sides)


def test_the_charts_tables_are_the_scores():
    golds, found = made_up_sides(4)
    scores = scored(golds, found)
    read = Page(page_of(golds, found))

    counts = scores.entities["strict"].micro.counts
    assert f"{counts.tp:,} of the gold's {counts.gold:,} (" in read.text["p"]
    for label in scores.entities["strict"].by_type:
        assert label in read.text["th"]


def test_what_covers_more_documents_than_the_headline_says_so():
    """The mending, costs and the mistakes."""
    golds, found = made_up_sides(3)
    blind = {golds[0].id: "blind"}
    said = "This counts all 3 documents, also the 2 not known to be annotated blind"

    assert page_of(golds, found, blind).count(said) == 3
    assert "This counts" not in page_of(golds[:1], found[:1], blind)
    assert "This counts" not in page_of(golds, found)


def test_a_page_says_on_top_that_a_program_annotated():
    golds, found = made_up_sides(2)
    context = ScoringContext(
        SCHEMA.symmetric,
        arms={one.id: "blind" for one in golds},
        machine_annotated={golds[0].id},
    )
    sources = ReportDocuments(golds, found, symmetric=SCHEMA.symmetric)

    def lead(context):
        scores = score(golds, found, recipe=replace(RECIPE, resamples=20), context=context)
        return render_report(scores, sources).partition('class="lead"')[2].partition("</p>")[0]

    assert lead(context).endswith("annotated blind")
    both = replace(context, machine_annotated={one.id for one in golds})
    assert lead(both).endswith("annotated blind by a program")


def test_only_what_carries_scores_is_calibrated():
    html = page_of(*one_of_each())

    assert "The suggestions carry no scores" in html
    assert "Expected calibration error" not in html


def test_a_task_is_linked_where_it_is_known():
    golds, found = one_of_each()
    link = "http://127.0.0.1:8080/projects/1/data?task=4"
    read = Page(page_of(golds, found, links={"d": link}))

    assert link in [attributes["href"] for attributes in read.all("a")]
    assert "Open its task in Label Studio" not in page_of(golds, found)


@pytest.mark.parametrize(
    "sides",
    [
        pytest.param(([], []), id="no document"),
        pytest.param(([document_with("x")], [document_with("x")]), id="nothing in it"),
        pytest.param(
            ([document_with("Bob", (0, 3, "A"))], [document_with("Bob", (0, 3, "A"))]),
            id="all right",
        ),
        pytest.param(([document_with("Bob", (0, 3, "A"))], []), id="nothing suggested"),
        pytest.param(
            ([document_with("Bob")], [document_with("Bob", (0, 3, "A"))]), id="nothing to find"
        ),
    ],
)
def test_what_is_undefined_is_said_and_nothing_breaks(sides):
    read = Page(page_of(*sides))

    assert read.open == []
    assert "nan" not in " ".join(read.text[tag] for tag in read.text if tag != "script")
    if not any(one.entities for side in sides for one in side):
        assert "there is nothing to rate" in read.text["p"]
    if sides[0] == sides[1]:
        assert "The suggestions have no mistakes." in read.text["p"]


@costly(1 / 2)
@given(corpora(2))
def test_no_text_becomes_an_element(sides):
    """Every element and attribute is one of ours, whatever stands in texts and labels."""
    found = list_mistakes(ReportDocuments(*sides), MistakeCounts(), DocumentTable())
    read = Page("".join(one.html for one in found.documents))

    assert {tag for tag, _ in read.elements} <= TAGS
    assert {key for _, some in read.elements for key in some} <= {"class", "id", "data-k", "data-t", "data-s", "data-a", "lang"}  # fmt: skip
    assert read.open == []


def test_nobody_gets_markup_script_or_address_into_the_page():
    golds, found = hostile.documents()
    links = {one.id: hostile.LINK for one in golds}
    arms = {one.id: hostile.SCRIPT for one in golds}
    read = Page(page_of(golds, found, arms, links, gold=hostile.SCRIPT, model=hostile.SCRIPT))

    assert {tag for tag, _ in read.elements} <= TAGS
    assert [len(read.all(tag)) for tag in ("script", "style", "h1")] == [1, 1, 1]
    for tag, attributes in read.elements:
        assert not [key for key in attributes if key.startswith("on")], tag
        assert not (attributes.get("href") or "").startswith("javascript")
        assert attributes.get("src") is None
    assert "alert" not in read.text["script"] + read.text["style"]


@pytest.mark.slow
def test_two_hundred_documents_are_below_two_megabytes_with_every_mistake():
    golds, found = made_up_sides(200, changes=2)
    html = page_of(golds, found)

    assert len(html.encode()) < 2_000_000
    assert html.count("<li data-k") > 2500
    assert "The page shows the first" not in html


@pytest.mark.slow
def test_of_too_many_mistakes_the_first_are_shown_and_that_is_said():
    golds, found = made_up_sides(200)
    html = page_of(golds, [one.without_annotations() for one in found])

    shown = html.count("<li data-k")
    assert len(html.encode()) < 2_000_000
    assert 1000 < shown < 10_000
    assert f"The page shows the first {shown:,} of " in html


@pytest.mark.slow
def test_a_page_of_very_many_types_in_one_endless_sentence_is_small_too():
    many = document_with("a " * 5000, *((2 * n, 2 * n + 1, f"T{n % 400}") for n in range(5000)))
    html = page_of([many], [many.without_annotations()])

    assert len(html.encode()) < 2_000_000
    assert "The first 300 of 401 rows." in html


@pytest.mark.slow
def test_whatever_else_is_on_the_page_it_stays_small():
    """Very many types with long names in three arms, and mistakes for all the room there is."""
    text = "ab " * 1500
    spans = [(3 * n, 3 * n + 2, f"T{n % 300} {'x' * 60}") for n in range(1500)]
    golds = [replace(document_with(text, *spans), id=f"d{n}") for n in range(8)]
    arms = {one.id: ("blind", "assisted", "")[n % 3] for n, one in enumerate(golds)}
    html = page_of(golds, [one.without_annotations() for one in golds], arms)

    shown = html.count("<li data-k")
    assert len(html.encode()) < 2_000_000
    assert 0 < shown < 12_000
    assert f"The page shows the first {shown:,} of 12,000 mistakes" in html


@pytest.mark.slow
def test_of_a_thousand_documents_each_has_its_row_on_a_small_page():
    """The text between mistakes goes first, then the last documents; each is said."""
    golds, found = made_up_sides(1000)
    html = page_of(golds, found)
    read = Page(html)

    assert len(html.encode()) < 2_000_000
    assert "All 1,000 documents, those that take most edits first" in html
    assert len(re.findall("<tr><th scope=row>", html)) == 1000
    shown = html.count("<section class=document")
    assert 50 < shown < 1000
    assert f"Of the {shown} documents below only the sentences with mistakes are shown" in html
    assert (
        "A title leads to the document's mistakes, as far as the page has room for them" in html
    )
    links = {a["href"][1:] for a in read.all("a") if re.fullmatch(r"#d\d+", a["href"])}
    assert links == {one for one in read.ids() if re.fullmatch(r"d\d+", one)}


def test_what_both_sides_have_alike_is_left_out_before_any_mistake():
    golds, found = made_up_sides(6)
    listed = list_mistakes(ReportDocuments(golds, found), MistakeCounts(), DocumentTable())
    mistakes = listed.shown

    assert "<details class=alike>" in listed.documents[-1].html
    assert listed.brief == 0
    listed.shorten(1)
    assert "<details class=alike>" not in listed.documents[-1].html
    assert (listed.brief, listed.shown) == (1, mistakes)


@costly(1 / 2)
@given(corpora(3))
def test_the_rows_of_documents_add_up_to_the_score(sides):
    golds, found = sides
    table = DocumentTable(SCHEMA.symmetric)
    counts = MistakeCounts(SCHEMA.symmetric)
    list_mistakes(ReportDocuments(golds, found, symmetric=SCHEMA.symmetric), counts, table)
    scores = scored(golds, found)

    for what in ("entities", "relations"):
        summed = sum((getattr(row, what) for row in table.rows), OutcomeCounts())
        whole = getattr(scores, what)["strict"].micro.counts
        assert (summed.tp, summed.fp, summed.fn) == (whole.tp, whole.fp, whole.fn)
    assert sum(row.edits for row in table.rows) == counts.edits.total()
    assert sum(row.mistakes for row in table.rows) == counts.times.total()


def test_types_that_are_confused_lead_to_their_mistakes():
    read = Page(page_of(*one_of_each()))

    (link,) = [a for a in read.all("a") if a.get("data-t")]
    choices = {a["value"] for a in read.all("option")}
    assert {link["data-t"], link["data-s"]} <= choices
    assert [a for a in read.all("li") if (a.get("data-t"), a.get("data-s")) == (link["data-t"], link["data-s"])]  # fmt: skip


@pytest.mark.parametrize("over", [0, 1, 4000, 10_000_000])
def test_each_choice_of_a_menu_shows_something(over, monkeypatch):
    """Whether what has no room was never rendered or is taken off again."""
    monkeypatch.setattr(mistake_list, "BYTES_FOR_MISTAKES", 20_000)
    text = "ab " * 60
    golds = [
        replace(
            document_with(text, *[(3 * k, 3 * k + 2, f"T{n}") for k in range(60)]), id=f"d{n}"
        )
        for n in range(6)
    ]
    arms = {one.id: f"arm {n}" for n, one in enumerate(golds)}
    sources = ReportDocuments(golds, [one.without_annotations() for one in golds], arms=arms)
    found = list_mistakes(sources, MistakeCounts(), DocumentTable())
    found.shorten(over)

    read = Page("".join(one.html for one in found.documents))
    used = {
        key: {a[key] for _, a in read.elements if key in a}
        for key in ("data-k", "data-t", "data-a")
    }
    assert {str(number) for *_, number in found.kinds} == used["data-k"]
    assert {str(number) for *_, number in found.types} == used["data-t"]
    assert {str(number) for number in found.arms.values()} == used["data-a"]
    assert found.shown == len([a for _, a in read.elements if "data-k" in a])


def test_a_comparison_stands_with_the_summary():
    golds, found = made_up_sides(3)
    moved = {"entities.strict.micro.f1": ScoreDifference(0.4, 0.5, p=0.02)}
    scores = replace(
        scored(golds, found), comparison=Comparison(3, model=moved, against="<old>")
    )
    read = Page(
        render_report(scores, ReportDocuments(golds, found, symmetric=SCHEMA.symmetric))
    )

    assert "<old>" in read.text["bdi"]
    assert (
        "is 50.0 with these predictions and 40.0 with the other predictions (+10.0 points; p = 0.0200)"
        in read.text["li"]
    )


def test_nothing_is_kept_of_a_document_that_went_by():
    """The sources are walked once; streams do."""
    golds, found = made_up_sides(3)
    scores = scored(golds, found)
    sources = ReportDocuments(iter(golds), iter(found), symmetric=SCHEMA.symmetric)

    assert render_report(scores, sources) == render_report(
        scores, ReportDocuments(golds, found, symmetric=SCHEMA.symmetric)
    )
