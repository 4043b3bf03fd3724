"""The README's pictures, from the real screen: ``make screenshots``."""

import sys
import tempfile
from pathlib import Path

from browser.chromium import launch
from browser.screen import Screen, sign_in
from playwright.sync_api import Page, sync_playwright
from pulling import pull
from report.made_up import golds
from samples import ROOT, SCHEMA

from curation import measure
from curation.articles import read_articles
from curation.document import Document
from curation.files import Json
from curation.report.listing import Sources
from curation.report.page import page
from curation.steps import suggested
from curation.studio.client import HttpStudio
from curation.studio.push import push
from curation.studio.sendback import send_back
from curation.studio.server import Local, down, up
from curation.studio.tasks import to_result

ARTICLE = "wikinews-111294"
IMAGES = ROOT / "docs" / "img"
WINDOW = {"width": 1280, "height": 800}
LARGEST = 200_000  # bytes
TITLE = "News articles"


def main() -> None:
    """Start a server of our own, push a seed article, photograph it, stop the server."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / ".curate" / "server"
        local, _ = up(home, ROOT / ".curate" / "label-studio", say=say, port=8800)
        try:
            photograph(local)
        finally:
            down(home)
        photograph_report(Path(folder) / "report.html")


def photograph(local: Local) -> None:
    studio = HttpStudio(local.url, local.token)
    article = (one for one in read_articles([ROOT / "seeds"]) if one.id == ARTICLE)
    (document,) = suggested(article, SCHEMA)
    list(push(studio, [document], SCHEMA, title=TITLE))
    project = studio.find_project(TITLE)
    assert project
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        window = browser.new_page(base_url=local.url, viewport=WINDOW)
        sign_in(window, local.username, local.password)
        screen = Screen(window)
        window.goto(f"/projects/{project.id}/data")
        window.get_by_text("Label All Tasks").click()
        window.locator(".curate h2").first.wait_for()
        take(window, "instructions", only=".lsf-modal-ls__content")
        screen.read_instructions()
        screen.ready()
        screen.arrows.first.wait_for()
        take(window, "annotating")
        (task,) = studio.task_ids(project.id)
        studio.annotate(task, careless(document))
        found = pull(studio, SCHEMA, title=TITLE, pseudonym=lambda _, email: email)
        send_back(studio, found.project, found.cursor, address=str, since="", returning=True)
        window.goto(f"/projects/{project.id}/data?task={task}")
        screen.ready()
        screen.arrows.first.wait_for()
        take(window, "returned")
        browser.close()


def careless(document: Document) -> list[Json]:
    """Half a word, and an arrow without a label."""
    result = to_result(document, SCHEMA)
    result[-1]["labels"] = []
    long = next(one for one in result if len(one["value"]["text"]) > len("Name"))
    long["origin"] = "prediction-changed"
    long["value"]["end"] -= 2
    return result


def photograph_report(path: Path) -> None:
    """The baseline on the seed articles, against a gold that was made up by changing its suggestions."""
    found = list(suggested(read_articles([ROOT / "seeds"]), SCHEMA))
    truth = measure.GoldSet("a made-up gold", "", tuple(golds(found)))
    scores = measure.evaluate(truth, measure.Predictions(tuple(found)), SCHEMA, seed=7)
    path.write_text(page(scores, Sources(truth.documents, found, SCHEMA.symmetric)))
    with sync_playwright() as playwright:
        browser = launch(playwright)
        window = browser.new_page(viewport=WINDOW)
        window.goto(path.as_uri())
        take(window, "report")
        window.locator("#list").evaluate("one => one.scrollIntoView()")
        take(window, "mistakes")
        browser.close()


def take(window: Page, name: str, *, only: str = "body") -> None:
    """What the window shows of one element: animations over, letters loaded."""
    path = IMAGES / f"{name}.png"
    window.evaluate("() => document.fonts.ready.then(() => true)")
    box = window.locator(only).bounding_box()
    assert box
    top = max(box["y"], 0)
    height = min(box["y"] + box["height"], WINDOW["height"]) - top
    window.screenshot(
        path=path, animations="disabled", clip={**box, "y": top, "height": height}
    )
    assert path.stat().st_size <= LARGEST, f"{path} has {path.stat().st_size} bytes"
    say(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    main()
