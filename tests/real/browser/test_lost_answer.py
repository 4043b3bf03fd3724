"""The line breaks when an annotator submits: what was done is there once, and can be gone on from."""

from dataclasses import replace

from browser.chromium import windows
from browser.screen import Screen
from browser.stories import PARIS, story, without
from playwright.sync_api import expect
from proxy import Fault, proxied

from curation.documents.document import Layer


def test_a_submission_whose_answer_was_lost_is_there_once(desk, chromium, label_studio, ada):
    """
    The browser sends it again by itself, and Label Studio takes it for the one that it has.

    It says that it was not saved; whoever reloads the page is given the next document.
    """
    made = desk(story("first"), story("second"))
    with proxied(label_studio.url) as line:
        context = windows(
            chromium,
            label_studio.url,
            proxy={"server": line.url},
            storage_state=ada.context.storage_state(),
        )
        screen = Screen(context.new_page())
        screen.open_stream(made.project)
        first = screen.document()
        screen.relabel(PARIS.start, "5")
        line.order(Fault("/annotations?", reset=True))
        screen.submit()
        expect(screen.page.get_by_text("Annotation is not saved").first).to_be_visible()
        sent = [
            call for call in line.calls if call.startswith("POST") and "/annotations?" in call
        ]
        screen.page.reload(wait_until="commit")
        screen.ready()
        second = screen.document()
        context.close()

    changed = replace(PARIS, label="LOC")
    assert len(sent) == 2
    assert made.annotation().document == replace(
        story(first), entities=(*without(PARIS), changed), layer=Layer("annotator", ada.email)
    )
    assert {first, second} == {"first", "second"}
