"""The README's pictures, from the real screen: ``make screenshots``."""

import sys
import tempfile
from pathlib import Path

from browser.chromium import launch
from browser.screen import Screen, sign_in
from playwright.sync_api import sync_playwright
from samples import ROOT, SCHEMA

from curation.articles import read_articles
from curation.steps import suggested
from curation.studio.client import HttpStudio
from curation.studio.push import push
from curation.studio.server import Local, down, up

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


def photograph(local: Local) -> None:
    studio = HttpStudio(local.url, local.token)
    article = (one for one in read_articles([ROOT / "seeds"]) if one.id == ARTICLE)
    list(push(studio, list(suggested(article, SCHEMA)), SCHEMA, title=TITLE))
    project = studio.find_project(TITLE)
    assert project
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(base_url=local.url, viewport=WINDOW)
        sign_in(page, local.username, local.password)
        screen = Screen(page)
        page.goto(f"/projects/{project.id}/data")
        page.get_by_text("Label All Tasks").click()
        page.locator(".curate h2").first.wait_for()
        take(screen, "instructions", only=".lsf-modal-ls__content")
        screen.read_instructions()
        screen.ready()
        screen.arrows.first.wait_for()
        take(screen, "annotating")
        browser.close()


def take(screen: Screen, name: str, *, only: str = "body") -> None:
    """What the window shows of one element: animations over, letters loaded."""
    path = IMAGES / f"{name}.png"
    page = screen.page
    page.evaluate("() => document.fonts.ready.then(() => true)")
    box = page.locator(only).bounding_box()
    assert box
    height = min(box["height"], WINDOW["height"] - box["y"])
    page.screenshot(path=path, animations="disabled", clip={**box, "height": height})
    assert path.stat().st_size <= LARGEST, f"{path} has {path.stat().st_size} bytes"
    say(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    main()
