"""
How long Label Studio's editor takes from a key, or from letting go of the mouse, to the mark.

The processor's time of the page, in Chromium: others share the machine. What a config could leave out
is held against the whole in the same page, the sides taking turns.
"""

import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "real"))

from browser.chromium import launch, windows
from browser.screen import PATIENCE, Screen, sign_in
from frame.figures import Figure, amount, at_most, report
from frame.studio import ROOT, label_studio, sized
from playwright.sync_api import expect, sync_playwright

from curation.documents.document import Document
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.client import HttpStudio
from curation.localserver.accounts import LocalServer
from curation.schema import Schema, read_schema

ROUNDS = 6
# Characters, names and arrows: 600 words and 3,000.
SIZES = {
    "600 words, 60 names, 24 arrows": (3_700, 60, 24),
    "3,000 words, 300 names, 120 arrows": (18_500, 300, 120),
}
WHOLE = "/* all that the config shows */"
LEFT_OUT = {
    "without the types behind names": ".htx-highlight::after { content: none !important; }",
    "without arrows in the text": ".relations-overlay { display: none; }",
}
REST = 500  # milliseconds until all that a change sets off is done
TITLES = map("annotating {}".format, count(1))


def seconds_by_style(
    local: LocalServer, document: Document, schema: Schema
) -> Mapping[str, tuple[float, float]]:
    """For each style: the medians for another type by its key, and for a new name."""
    studio = HttpStudio(local.url, local.token)
    title = next(TITLES)
    push_documents(studio, [document], schema, title=title)
    project = studio.find_project(title)
    assert project
    spent: dict[str, tuple[list[float], list[float]]] = {
        style: ([], []) for style in (WHOLE, *LEFT_OUT.values())
    }
    with (
        sync_playwright() as playwright,
        launch(playwright) as browser,
        windows(browser, local.url) as context,
    ):
        page = context.new_page()
        sign_in(page, local.username, local.password)
        screen = Screen(page)
        screen.open_stream(project.id)
        watched = context.new_cdp_session(page)
        watched.send("Performance.enable", {"timeDomain": "threadTicks"})
        style_of = page.add_style_tag(content=WHOLE)

        def seconds(act: Callable[[], None]) -> float:
            before = task_seconds()
            act()
            page.wait_for_timeout(REST)
            return task_seconds() - before

        def task_seconds() -> float:
            figures = watched.send("Performance.getMetrics")["metrics"]
            return float(next(one["value"] for one in figures if one["name"] == "TaskDuration"))

        for number in range(ROUNDS):
            name = document.entities[number + 3]
            start = document.text.index(" ", name.end) + 1
            end = document.text.index(" ", start)
            turn = number % len(spent)
            styles = [*spent]
            for style in styles[turn:] + styles[:turn]:
                relabelled, drawn = spent[style]
                style_of.evaluate("(one, style) => { one.textContent = style; }", style)
                screen.select(name.start)
                page.wait_for_timeout(REST)
                relabelled.append(seconds(lambda: screen.press("9")))
                screen.press("Escape")
                screen.undo()
                screen.press("2")
                screen.edge(end, "start")
                page.mouse.move(*screen.edge(start, "start"))
                page.mouse.down()
                page.mouse.move(*screen.edge(end - 1, "end"), steps=3)
                page.wait_for_timeout(REST)
                drawn.append(seconds(page.mouse.up))
                screen.press("Escape")
                screen.undo()
    return {
        style: (statistics.median(one), statistics.median(other))
        for style, (one, other) in spent.items()
    }


def figures() -> Iterator[Figure]:
    expect.set_options(timeout=PATIENCE)
    schema = read_schema(ROOT / "label_config" / "schema.toml")
    note = f"processor's time, median of {ROUNDS}"
    with label_studio() as local:
        for size, (length, names, arrows) in SIZES.items():
            spent = seconds_by_style(local, sized(1, length, names, arrows), schema)
            for work, of in (("another type by its key", 0), ("a new name", 1)):
                whole = spent[WHOLE][of]
                yield Figure(
                    f"{work}: {size}",
                    measured=amount(whole, "s"),
                    ours=amount(whole, "s"),
                    note=note,
                )
                for without, style in LEFT_OUT.items():
                    yield at_most(
                        f"{work}, {without}: {size}",
                        "the whole page",
                        spent[style][of],
                        whole,
                        note=note,
                    )


if __name__ == "__main__":
    report(figures())
