"""``make screenshots`` takes each picture that the README and its pages show, of a screen that is at rest."""

import re
import struct
from dataclasses import dataclass

import pytest
from browser.panel import ISOLATES
from browser.screen import INSTRUCTIONS
from browser.screenshots import (
    ARTICLE,
    IMAGES,
    LARGEST,
    WINDOW,
    picture,
    show_adjudication,
    show_agreement,
    show_mistakes,
    show_report,
    show_screen,
)
from samples import DEVELOPMENT_ARTICLES, ROOT, SCHEMA

from curation.articles import read_articles
from curation.preannotate import suggest_all

# Enough articles for the report.
FEW = 6
HEAD = struct.Struct(">8s8xII")


@dataclass(frozen=True)
class Shot:
    """A picture, and what is written on that part of the screen."""

    png: bytes
    text: str
    names: int


@pytest.fixture(scope="module")
def article():
    (found,) = (one for one in read_articles(DEVELOPMENT_ARTICLES) if one.id == ARTICLE)
    return next(suggest_all([found], SCHEMA))


@pytest.fixture(scope="module")
def shots(chromium, label_studio, article, tmp_path_factory):
    """All of them, with a shorter report than the README's."""
    taken = {}

    def take(name, part, subjects):
        assert subjects
        png = picture(part, subjects)
        names = part.page.locator(".htx-highlight[data-label]").count()
        taken[name] = Shot(png, part.inner_text(), names)

    few = list(suggest_all(list(read_articles(DEVELOPMENT_ARTICLES))[:FEW], SCHEMA))
    show_screen(chromium, label_studio, [article], take)
    show_adjudication(chromium, label_studio, take)
    report = tmp_path_factory.mktemp("report") / "report.html"
    show_report(chromium, report, few, take)
    show_mistakes(chromium, report, few, take)
    show_agreement(chromium, tmp_path_factory.mktemp("report") / "agreement.html", few, take)
    return taken


def test_there_is_one_for_each_that_the_readme_and_its_pages_show(shots):
    pages = (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
    linked = {
        name for page in pages for name in re.findall(r"img/(\w+)\.png\)", page.read_text())
    }

    assert sorted(shots) == sorted(linked) == sorted(path.stem for path in IMAGES.iterdir())


def test_each_shows_most_of_the_window_in_a_small_file(shots):
    for shot in shots.values():
        signature, width, height = HEAD.unpack_from(shot.png)
        assert signature == b"\x89PNG\r\n\x1a\n"
        assert WINDOW["width"] / 2 < width <= WINDOW["width"]
        assert WINDOW["height"] / 2 < height <= WINDOW["height"]
        assert len(shot.png) <= LARGEST


def test_each_shows_what_it_is_to_show(shots, article):
    said = {name: " ".join(shot.text.split()) for name, shot in shots.items()}

    assert said["instructions"].startswith(f"{INSTRUCTIONS} Mark who and what is named")
    assert " ".join(article.meta["title"].split()) in said["annotating"]
    assert shots["annotating"].names == len(article.entities) > 10
    assert "has no label" not in said["annotating"]
    assert "has no label" in said["returned"]
    assert "is only a part of" in said["returned"]
    panel = ISOLATES.sub("", said["adjudicating"])
    assert "#2 Iranian Defense Minister Amir Hatami met" in panel
    assert "found" in said["report"]
    assert "Entities: another label" in said["differences"]


@pytest.mark.parametrize(
    "style",
    [
        "display: none", "visibility: hidden", "opacity: 0", "position: absolute; top: 790px",
        "position: absolute; left: -5px", "z-index: -1; position: relative",
    ],
)  # fmt: skip
def test_no_picture_is_taken_where_its_subject_is_not_in_sight(chromium, style):
    def page(of):
        cover = (
            "<div style='position: absolute; inset: 0; background: white; z-index: 0'></div>"
        )
        return (
            f"<p style='margin: 0; position: relative; z-index: 1; {of}'>The subject</p>{cover}"
        )

    with chromium.new_page(viewport=WINDOW) as window:
        body, subject = window.locator("body"), window.locator("p")
        window.set_content(page(""))
        assert picture(body, [subject])
        window.set_content(page(style))
        with pytest.raises(AssertionError, match="isn't in sight"):
            picture(body, [subject])
