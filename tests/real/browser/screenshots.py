"""The pictures in docs/img, from the real screen: ``make screenshots``."""

import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from browser.chromium import launch
from browser.panel import Panel
from browser.screen import PATIENCE, RESTING, Screen, sign_in
from disputed import comparison
from playwright.sync_api import Browser, Locator, ViewportSize, expect, sync_playwright
from pulling import pull
from pydantic_core import to_json
from report.agreement_pages import agreement_page_of
from report.made_up import corrected
from samples import DEVELOPMENT_ARTICLES, ROOT, SCHEMA
from servers import ENVIRONMENT

from curation.articles import read_articles
from curation.documents.document import Document
from curation.files import Json
from curation.flows.evaluate import score_predictions
from curation.flows.evaluate_predictions import Predictions
from curation.gold.scored_gold import GoldSet, read_gold_set
from curation.labelstudio.adjudication.task import to_adjudication_task
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.send_back.send_back import send_back
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result
from curation.localserver.accounts import LocalServer
from curation.localserver.run import start_server, stop_server
from curation.preannotate import suggest_all
from curation.report.mistake_list import ReportDocuments
from curation.report.page import render_report
from curation.schema.adjudication_guideline import adjudication_guideline_html
from curation.schema.adjudication_screen import adjudication_xml

ARTICLE = "wikinews-111294"
UNSEEN_ARTICLES = ROOT / "seeds" / "unseen.jsonl"
SHIPPED = "1.0.0"
IMAGES = ROOT / "docs" / "img"
WINDOW = ViewportSize(width=1280, height=800)
LARGEST = 200_000  # bytes
MOST_PICTURES = 20
TITLE = "News articles"
ADJUDICATION_TITLE = "curate: adjudication"

# What is done with a part of the screen that is at rest; its name says which it is. The subjects are
# what the picture is there to show.
Take = Callable[[str, Locator, Sequence[Locator]], None]

# Whether the window shows all of an element, with nothing over it.
SHOWN = """
one => {
  const box = one.getBoundingClientRect();
  const inside = box.width && box.height && box.top >= 0 && box.left >= 0
    && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1;
  if (!inside || !one.checkVisibility({opacityProperty: true, visibilityProperty: true})) return false;
  if (getComputedStyle(one).pointerEvents === 'none') return true;
  return one.contains(document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2));
}
"""


def main() -> None:
    """Photograph a server of our own and the report, into docs/img."""
    expect.set_options(timeout=PATIENCE)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        home = Path(folder) / ".curate" / "server"
        documents = list(suggest_all(read_articles(DEVELOPMENT_ARTICLES), SCHEMA))
        local, _ = start_server(home, ENVIRONMENT, say=say, port=8800)
        try:
            show_screen(browser, local, documents, to_file)
            show_adjudication(browser, local, to_file)
        finally:
            stop_server(home)
        unseen = list(suggest_all(read_articles([UNSEEN_ARTICLES]), SCHEMA))
        show_report(browser, Path(folder) / "report.html", unseen, to_file)
        show_mistakes(browser, Path(folder) / "mistakes.html", documents, to_file)
        show_agreement(browser, Path(folder) / "agreement.html", documents, to_file)


def show_screen(
    browser: Browser, local: LocalServer, documents: list[Document], take: Take
) -> None:
    """Push an article, and go from the instructions to the task that comes back."""
    studio = HttpStudio(local.url, local.token)
    (document,) = (one for one in documents if one.id == ARTICLE)
    push_documents(studio, [document], SCHEMA, title=TITLE)
    project = studio.find_project(TITLE)
    assert project
    with browser.new_page(base_url=local.url, viewport=WINDOW) as window:
        sign_in(window, local.username, local.password)
        screen, body = Screen(window), window.locator("body")
        window.goto(f"/projects/{project.id}/data")
        window.get_by_text("Label All Tasks").click()
        sheet = screen.instructions()
        rows = sheet.locator("tr")
        take("instructions", sheet, [sheet.locator("p").first, rows.nth(1), rows.last])
        screen.read_instructions()
        screen.ready()
        screen.arrows.first.wait_for()
        arrow = window.locator(".lsf-main-content svg text").first
        keys = window.locator(".lsf-label")
        title = window.get_by_text(" ".join(document.meta["title"].split()), exact=True).first
        names = window.locator(".htx-highlight[data-label]")
        parts = [title, keys.first, keys.last, names.first, arrow, screen.arrows.first]
        take("annotating", body, parts)
        (task,) = studio.task_ids(project.id)
        studio.annotate(task, careless(document))
        found = pull(studio, SCHEMA, title=TITLE, pseudonym=lambda _, email: email)
        send_back(studio, found.project, found.cursor, email_of=str, since="", returning=True)
        window.goto(f"/projects/{project.id}/data?task={task}")
        screen.ready()
        screen.arrows.first.wait_for()
        reasons = [
            screen.reason.get_by_text(words) for words in ("has no label", "is only a part")
        ]
        take("returned", body, [screen.reason, *reasons])


def show_adjudication(browser: Browser, local: LocalServer, take: Take) -> None:
    """A document that two annotators see differently, the first differences settled."""
    studio = HttpStudio(local.url, local.token)
    project = studio.create_project(
        ADJUDICATION_TITLE, adjudication_xml(SCHEMA), adjudication_guideline_html(SCHEMA)
    )
    studio.import_tasks(project.id, [to_json(to_adjudication_task(comparison(), SCHEMA))])
    with browser.new_page(base_url=local.url, viewport=WINDOW) as window:
        sign_in(window, local.username, local.password)
        screen, panel = Screen(window), Panel(window)
        screen.open_stream(project.id)
        screen.arrows.first.wait_for()
        panel.tick(1, "NORP")
        panel.tick(2, "NORP “Russian” + TITLE “Defense Minister”")
        window.mouse.move(0, 0)
        ticked = window.locator("label", has=window.locator("input:checked"))
        marks = window.locator(".htx-highlight")
        parts = [panel.difference(1), ticked.first, ticked.nth(1), marks.first]
        take("adjudicating", window.locator("body"), parts)


def careless(document: Document) -> list[Json]:
    """Half a word, and an arrow without a label."""
    result = to_result(document, SCHEMA)
    result[-1]["labels"] = []
    long = next(one for one in result if len(one["value"]["text"]) > len("Name"))
    long["origin"] = "prediction-changed"
    long["value"]["end"] -= 2
    return result


def show_report(browser: Browser, path: Path, documents: list[Document], take: Take) -> None:
    """The first screen of the report on the suggestions in these documents, against the shipped gold."""
    write_report(path, documents)
    with browser.new_page(viewport=WINDOW) as window:
        window.goto(path.as_uri())
        cards = window.locator(".cards .card h3")
        take("report", window.locator("body"), [window.locator("h1"), cards.first, cards.last])


def show_mistakes(browser: Browser, path: Path, documents: list[Document], take: Take) -> None:
    """A mistake in the report: never one in the articles that the baseline's rules must not see."""
    write_report(path, documents)
    with browser.new_page(viewport=WINDOW) as window:
        window.goto(path.as_uri())
        window.locator(".document").first.evaluate("one => one.scrollIntoView()")
        sentence = window.locator(".document .sentence").first
        parts = [
            sentence.locator("p.g"),
            sentence.locator("p.s"),
            sentence.locator("li b").first,
        ]
        take("mistakes", window.locator("body"), parts)


def write_report(path: Path, documents: list[Document]) -> None:
    """The report on the suggestions in these documents, against the shipped gold of them."""
    ids = {one.id for one in documents}
    shipped = read_gold_set(ROOT / "gold", SHIPPED, SCHEMA)
    golds_of = tuple(one for one in shipped.documents if one.id in ids)
    truth = GoldSet(name=f"gold/{SHIPPED}", digest="", documents=golds_of)
    scores = score_predictions(truth, Predictions(tuple(documents)), SCHEMA, seed=7)
    compared = ReportDocuments(truth.documents, documents, symmetric=SCHEMA.symmetric)
    path.write_text(render_report(scores, compared))


def show_agreement(browser: Browser, path: Path, documents: list[Document], take: Take) -> None:
    """What annotators confuse, whose work was made up by changing the same suggestions."""
    rng = random.Random(7)
    names = ("person-1c2d3e4f", "person-99ab00cd", "person-b70aaae4")
    path.write_text(
        agreement_page_of({name: [corrected(one, rng) for one in documents] for name in names})
    )
    with browser.new_page(viewport=WINDOW) as window:
        window.goto(path.as_uri())
        kind = window.locator(".kind", has_text="another label").first
        kind.evaluate("one => one.scrollIntoView()")
        place = kind.locator("xpath=following-sibling::details[1]").locator(".quote").first
        take("differences", window.locator("body"), [kind, place])


def to_file(name: str, part: Locator, subjects: Sequence[Locator]) -> None:
    """Into docs/img, as much of it as the window shows."""
    path = IMAGES / f"{name}.png"
    path.write_bytes(picture(part, subjects))
    assert path.stat().st_size <= LARGEST, f"{path} has {path.stat().st_size} bytes"
    say(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def picture(part: Locator, subjects: Sequence[Locator]) -> bytes:
    """
    What the window shows of a part of it, at rest: two pictures in a row are the same.

    Fails where the window doesn't show all of a subject.
    """
    before = b""
    for _ in range(MOST_PICTURES):
        now = _picture_now(part)
        if now == before:
            for subject in subjects:
                is_shown = subject.count() > 0 and subject.evaluate(SHOWN)
                assert is_shown, f"{subject} isn't in sight"
            return now
        before = now
    raise AssertionError(f"no two of {MOST_PICTURES} pictures in a row are the same")


def _picture_now(part: Locator) -> bytes:
    """What the window shows of a part of it: animations over, letters loaded."""
    part.evaluate(RESTING)
    box = part.bounding_box()
    assert box
    top = max(box["y"], 0)
    height = min(box["y"] + box["height"], WINDOW["height"]) - top
    clip = {**box, "y": top, "height": height}
    return part.page.screenshot(animations="disabled", clip=clip)


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    main()
