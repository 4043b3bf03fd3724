"""The page in a real Chromium, opened from disk."""

import re
from dataclasses import dataclass, field, replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from report import hostile
from report.agreement_pages import agreement_page_of, made_up_team
from report.pages import made_up_sides, page_of, write_page
from scoring_samples import document_with

from curation.report.difference_list import TaskLink


@dataclass
class Seen:
    """A page that is open, and all that it did besides being shown."""

    page: object
    requests: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.on("request", lambda one: self.requests.append(one.url))
        self.page.on("response", lambda one: self.answers.append(one.url))
        self.page.on("dialog", lambda one: (self.complaints.append(one.message), one.dismiss()))
        self.page.on("console", lambda one: self.complaints.append(one.text))
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens a page from disk, as a browser with these settings does."""
    contexts = []

    def open_(html, **settings):
        context = chromium.new_context(**settings)
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.goto(write_page(tmp_path, html))
        return seen

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def report():
    golds, found = made_up_sides(6)
    arms = {one.id: "blind" if n < 2 else "assisted" for n, one in enumerate(golds)}
    return page_of(golds, found, arms)


def test_it_asks_for_nothing_but_itself_and_complains_of_nothing(opened, report):
    seen = opened(report)

    assert [url.partition("://")[0] for url in seen.requests] == ["file"]
    assert seen.complaints == []


def test_hostile_text_runs_no_script_and_breaks_nothing(opened):
    golds, found = hostile.documents()
    links = {one.id: hostile.LINK for one in golds}
    arms = {one.id: hostile.SCRIPT for one in golds}
    html = page_of(golds, found, arms, links, gold=hostile.SCRIPT, model=hostile.SCRIPT)
    seen = opened(html, viewport={"width": 390, "height": 844})

    assert seen.complaints == []
    assert [url.partition("://")[0] for url in seen.requests] == ["file"]
    expect(seen.page.locator("main > section h2")).to_have_text(
        ["Summary", "Charts", "Documents", "Mistakes", "All figures", "Recipe"]
    )
    expect(seen.page.locator("h1")).to_have_count(1)
    expect(seen.page.locator("section.document")).to_have_count(len(golds))
    assert "\u202e" not in seen.page.inner_text("body")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_of_agreement_shows_differences_and_asks_for_nothing(opened):
    """On a phone, with the worst texts: the most frequent confusion of a kind is open, others open by a click."""
    golds, found = hostile.documents()
    links = {one.id: [TaskLink(hostile.SCRIPT, hostile.LINK)] for one in golds}
    html = agreement_page_of(
        {hostile.SCRIPT: golds, "b": found}, links=links, gold=hostile.SCRIPT
    )
    seen = opened(html, viewport={"width": 390, "height": 844})

    assert [url.partition("://")[0] for url in seen.requests] == ["file"]
    assert seen.complaints == []
    assert "\u202e" not in seen.page.inner_text("body")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    details = seen.page.locator("details.confusion")
    assert details.first.locator(".difference").first.is_visible()
    second = details.nth(1)
    assert not second.locator(".difference").first.is_visible()
    second.locator("summary").click()
    expect(second.locator(".difference").first).to_be_visible()


def test_differences_between_annotators_are_filtered_by_kind_and_type(opened):
    page = opened(agreement_page_of(made_up_team(3))).page
    confusions = page.locator(".confusion:visible")
    everything = confusions.count()

    page.get_by_label("Kind of difference").select_option("another label")
    expect(page.locator(".kind:visible")).to_have_count(1)
    of_kind = confusions.count()
    page.get_by_label("Type", exact=True).select_option("ORG")
    names = confusions.locator("summary strong").all_text_contents()
    assert all("ORG" in re.split(r" / | \+ ", name) for name in names)
    assert 0 < confusions.count() < of_kind < everything
    expect(page.get_by_role("status")).to_have_text(
        f"{confusions.count()} of {everything} shown"
    )
    page.get_by_role("button", name="Show all").press("Enter")
    expect(confusions).to_have_count(everything)


def test_no_script_but_ours_can_run(opened, report):
    """Even were there a hole, the policy would keep it shut."""
    seen = opened(report)

    ran = seen.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            const image = document.createElement("img");
            image.setAttribute("onerror", "window.ran = true");
            image.src = "https://example.org/x.png";
            document.body.append(image);
            return new Promise((done) => setTimeout(() => done(window.ran ?? false), 200));
        }"""
    )

    assert ran is False
    assert all("Content Security Policy" in one for one in seen.complaints)
    assert not [url for url in seen.answers if "example.org" in url]


def shown(page):
    return page.locator("[data-k]:visible").count()


def test_the_keyboard_filters(opened, report):
    page = opened(report).page
    whole = shown(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the mistakes")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Kind of mistake")).to_be_focused()

    page.keyboard.type("missed")
    kinds = set(page.locator("[data-k]:visible > b").all_text_contents())
    assert kinds == {"missed"}
    missed = shown(page)
    assert 0 < missed < whole
    expect(page.get_by_role("status")).to_have_text(f"{missed} of {whole} mistakes")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Type", exact=True)).to_be_focused()
    page.keyboard.type("OR")
    assert 0 < shown(page) < missed
    page.get_by_role("button", name="Show all").press("Enter")
    expect(page.get_by_role("status")).to_have_text(f"{whole} of {whole} mistakes")
    page.get_by_label("Annotated").select_option("blind")
    assert 0 < shown(page) < whole
    expect(page.locator("section.document:visible")).to_have_count(2)


def test_no_two_choices_of_a_menu_read_alike(opened, report):
    """Entities are missed, and relations are: the menu says which is which where it is closed, too."""
    page = opened(report).page

    for menu in ("Kind of mistake", "Type"):
        names = page.get_by_label(menu, exact=True).locator("option").all_text_contents()
        assert len(names) == len(set(names)) > 3
    kind = page.get_by_label("Kind of mistake")
    kind.select_option("missed (relations)")
    assert set(page.locator("[data-k]:visible > b").all_text_contents()) == {"missed"}
    assert page.locator("[data-k]:visible .r").count() == shown(page) > 0
    kind.select_option("wrong boundaries")
    assert page.locator("[data-k]:visible .r").count() == 0


def test_without_script_every_mistake_and_every_table_is_there(opened, report):
    page = opened(report, java_script_enabled=False).page

    assert shown(page) == len(re.findall("<li data-k", report))
    expect(page.locator("form")).to_be_hidden()
    page.emulate_media(media="print")
    assert page.locator("table:visible").count() == page.locator("table").count() > 10


@pytest.mark.parametrize("width", [390, 1280])
def test_whose_side_a_column_is_stands_there_to_be_read(opened, report, width):
    """Above the columns, wherever one scrolls to; where there is one column, above each sentence."""
    page = opened(report, viewport={"width": width, "height": 800}).page
    sentence = page.locator(".sentence").nth(9)
    sentence.scroll_into_view_if_needed()
    said = page.evaluate("getComputedStyle(document.querySelector('.sentence > p.g'), '::before').position")  # fmt: skip

    if width > 800:
        box = page.locator(".columns").bounding_box()
        assert 0 <= box["y"] < 800
        assert page.locator(".columns span").all_text_contents() == [
            "Mistake",
            "Gold",
            "Suggested",
        ]
        for side in ("g", "s"):
            heads, words = (page.locator(f"{one} .{side}").first.bounding_box() for one in (".columns", ".sentence"))  # fmt: skip
            assert heads["x"] == pytest.approx(words["x"], abs=1)
        assert said == "absolute"
    else:
        expect(page.locator(".columns")).to_be_hidden()
        assert said == "static"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_width_makes_the_page_scroll_sideways(opened, report, width):
    page = opened(report, viewport={"width": width, "height": 800}).page

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read_in_both_lights(opened, report, scheme):
    """The contrast of each text with what lies behind it, as WCAG 2 counts it: 4.5 to 1 or more."""
    page = opened(report, color_scheme=scheme).page

    worst = page.evaluate(CONTRAST)

    assert worst["ratio"] >= 4.5, worst


def test_dark_is_dark_and_paper_is_white(opened, report):
    page = opened(report, color_scheme="dark").page

    def background():
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    dark = background()
    page.emulate_media(media="print")
    assert (dark, background()) == ("rgb(20, 23, 27)", "rgb(255, 255, 255)")
    expect(page.locator("form")).to_be_hidden()


def test_all_tables_are_printed(opened, report):
    page = opened(report).page
    assert page.locator("details[open]").count() == 0
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert page.locator("details:not([open], .alike)").count() == 0


def test_the_whole_article_is_printed_where_it_was_asked_for(opened, report):
    page = opened(report).page
    page.emulate_media(media="print")
    assert page.locator(".alike:visible").count() == 0
    page.emulate_media(media="screen")
    page.get_by_label("Whole articles").check()
    page.emulate_media(media="print")
    assert page.locator(".alike > p:visible").count() == page.locator(".alike").count() > 3


def test_the_whole_article_stands_around_its_mistakes(opened, report):
    """Opened bit by bit, or all at once, also where only some mistakes are shown."""
    page = opened(report).page
    section = page.locator("section.document").first
    bits = section.locator(".alike")
    expect(bits.first.locator("p")).to_be_hidden()
    bits.first.locator("summary").press("Enter")
    expect(bits.first.locator("p")).to_be_visible()

    page.get_by_label("Type", exact=True).select_option("ORG")
    assert section.locator(".sentence:visible, .alike:visible").count() < section.locator(".sentence").count()  # fmt: skip
    assert section.locator(".alike:visible").count() == 0
    fitting = shown(page)
    page.get_by_label("Whole articles").check()
    assert section.locator(".alike > p:visible").count() == bits.count()
    assert section.locator(".sentence:visible").count() == section.locator(".sentence").count()
    assert shown(page) == fitting


def column(page, name):
    headers = page.locator(".sortable thead th").all_text_contents()
    return page.locator(f".sortable tbody tr > :nth-child({headers.index(name) + 1})").all_text_contents()  # fmt: skip


def test_a_header_sorts_the_documents(opened, report):
    """With the mouse or the keyboard, once more the other way round, and it is said."""
    page = opened(report).page
    edits = [int(one) for one in column(page, "edits")]
    assert edits == sorted(edits, reverse=True)

    f1 = page.get_by_role("button", name="F1 of entities")
    f1.press("Enter")
    best = [float(one) for one in column(page, "F1 of entities")]
    assert best == sorted(best, reverse=True)
    expect(f1.locator("..")).to_have_attribute("aria-sort", "descending")
    f1.click()
    assert [float(one) for one in column(page, "F1 of entities")] == best[::-1]
    expect(f1.locator("..")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="document", exact=True).click()
    titles = column(page, "document")
    assert titles == page.evaluate("all => [...all].sort((a, b) => a.localeCompare(b))", titles)
    assert page.locator("[aria-sort]").count() == 1


def test_a_title_leads_to_its_mistakes_though_they_are_filtered(opened, report):
    page = opened(report).page
    page.get_by_label("Annotated").select_option("blind")
    hidden = page.locator("section.document:not(:visible)").first.get_attribute("id")

    page.locator(f'.sortable a[href="#{hidden}"]').click()

    expect(page.locator(f"section#{hidden}")).to_be_in_viewport()


def test_two_types_that_are_confused_lead_to_the_mistakes(opened, report):
    page = opened(report).page
    link = page.locator(".confusions a").first
    gold, suggested, times = re.fullmatch(r"(\S+) → (\S+) (\d+)", link.inner_text()).groups()

    link.press("Enter")

    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^{times} of "))
    for said, side in ((gold, "g"), (suggested, "s")):
        labels = page.locator(f"[data-k]:visible > .{side} i").all_text_contents()
        assert {label.split()[0] for label in labels} == {said}
    chosen = [page.get_by_label(one, exact=True).locator("option:checked").text_content() for one in ("Type", "Suggested as")]  # fmt: skip
    assert chosen == [gold, suggested]


AXE_SETTINGS = {
    "light": {"color_scheme": "light"},
    "dark, on a phone": {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
}


@pytest.mark.parametrize("kind", ["score", "agreement"])
@pytest.mark.parametrize("settings", AXE_SETTINGS.values(), ids=AXE_SETTINGS)
def test_axe_finds_nothing_that_keeps_somebody_out(opened, settings, kind):
    """With all open that can be opened."""
    golds, found = made_up_sides(1)
    other = replace(document_with("Bob left.", (0, 3, "PERSON")), id="other")
    sides = [*golds, other], [*found, other]
    links = {one.id: "http://127.0.0.1:8080/tasks/1" for one in golds}
    html = (
        page_of(*sides, {other.id: "blind"}, links)
        if kind == "score"
        else agreement_page_of({"a": sides[0], "b": sides[1]})
    )
    page = opened(html, **settings).page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    # What lies outside the window is laid out as axe comes to it, and has moved when it looks again.
    page.add_style_tag(content=".sentence { content-visibility: visible }")

    results = Axe().run(page)

    assert results.violations_count == 0, results.generate_report()


def test_a_screen_reader_hears_whose_words_they_are(opened, report):
    page = opened(report).page
    first = page.locator(".sentence").first

    tree = first.aria_snapshot()

    assert "Gold" in tree
    assert "Suggested" in tree


def test_a_screen_reader_hears_which_of_two_bobs_is_meant(opened):
    text = "Bob met Al, and Bob saw Al."
    people = [(0, 3, "PERSON"), (8, 10, "PERSON"), (16, 19, "PERSON"), (24, 26, "PERSON")]
    gold = document_with(text, *people, arrows=((2, 1, "supports"), (0, 3, "supports")))
    page = opened(page_of([gold], [document_with(text, *people)])).page

    def said(where):
        return [re.sub(r"\s+", " ", one) for one in page.locator(where).all_text_contents()]

    assert said(".sentence > p.g") == [
        "Bob PERSON 1 met Al PERSON 2, and Bob PERSON 3 saw Al PERSON 4."
    ]
    assert said(".sentence li > .g bdi") == [
        "Bob PERSON 1", "Al PERSON 4", "Bob PERSON 3", "Al PERSON 2",
    ]  # fmt: skip
    assert "PERSON 3" in page.locator(".sentence").aria_snapshot()


def comes_to(page, function, wanted):
    """Whether it gives that before long; Playwright's own waiting is forbidden by the page's policy."""
    for _ in range(100):
        if page.evaluate(function) == wanted:
            return True
        page.wait_for_timeout(100)
    return False


def test_a_relation_is_an_arc_from_word_to_word_wherever_the_words_stand(opened):
    text = "Bob met Al, and Bob saw Al, " + "but nobody came to that house in Iran, " * 4
    people = [(0, 3, "PERSON"), (8, 10, "PERSON"), (16, 19, "PERSON"), (24, 26, "PERSON")]
    last = len(text) - 6
    spans = [*people, (last, last + 4, "GPE")]
    gold = document_with(text, *spans, arrows=((2, 1, "supports"), (0, 4, "supports")))
    page = opened(
        page_of([gold], [document_with(text, *spans)]), viewport={"width": 390, "height": 844}
    ).page

    page.locator(".sentence").scroll_into_view_if_needed()
    expect(page.locator("p.g svg g")).to_have_count(2)
    expect(page.locator("p.s svg")).to_have_count(0)
    assert page.evaluate(ARCS) == [["Bob", "Iran"], ["Bob", "Al"]]
    page.set_viewport_size({"width": 1280, "height": 844})
    wide = "() => document.querySelector('.sentence').getBoundingClientRect().width > 800"
    assert comes_to(page, wide, True)
    assert comes_to(page, ARCS, [["Bob", "Iran"], ["Bob", "Al"]])
    page.locator(".sentence li").first.hover()
    expect(page.locator("p.g svg g.faint")).to_have_count(1)
    page.emulate_media(media="print")
    expect(page.locator("p.g svg")).to_be_hidden()


# For each arc the words nearest to its ends.
ARCS = """() => [...document.querySelectorAll("p.g svg g")].map((picture) => {
  const path = picture.querySelector("path");
  const [x, y] = [path.getScreenCTM().e, path.getScreenCTM().f];
  return [0, path.getTotalLength()].map((at) => {
    const point = path.getPointAtLength(at);
    const distance = (mark) => {
      const box = mark.getClientRects()[0];
      return Math.hypot(x + point.x - box.left - box.width / 2, Math.max(
        Math.abs(y + point.y - box.top - box.height / 2) - box.height / 2, 0));
    };
    const marks = [...document.querySelectorAll("p.g mark")];
    const nearest = marks.reduce((a, b) => distance(a) <= distance(b) ? a : b);
    return distance(nearest) < 3 ? nearest.firstChild.data : "nothing";
  });
})"""


# Text lies on the nearest background that isn't clear; half-clear ones are mixed with what is behind.
CONTRAST = """() => {
  const parse = (text) => {
    const numbers = text.match(/[\\d.]+/g).map(Number);
    return numbers.length < 4 ? [...numbers, 1] : numbers;
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const color = parse(getComputedStyle(element).backgroundColor);
    return color[3] === 1 ? color : over(color, behind(element.parentElement));
  };
  const light = (color) => {
    const [r, g, b] = color.map((part) => {
      const c = part / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  let worst = {ratio: 99};
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if (!own || element.tagName === "SCRIPT" || element.tagName === "OPTION") continue;
    if (["title", "desc"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const back = behind(element);
    const picture = element.closest("svg") !== null;
    const ink = over(parse(picture ? style.fill : style.color), back);
    const [high, low] = [light(ink), light(back)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < worst.ratio) worst = {ratio, text: element.textContent.slice(0, 40), tag: element.tagName};
  }
  return worst;
}"""
