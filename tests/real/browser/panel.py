"""The adjudicator's panel of differences, used with the mouse."""

import re

from playwright.sync_api import Locator, Page, expect

from curation.schema.adjudication_screen import VERDICT_MISSING

# They turn nothing around the words of an article, and are not seen.
ISOLATES = re.compile("[\u2060\u2068\u2069]")

# Counts what a hand does from now on.
COUNT_ACTIONS = """
() => {
window.actions = {pointerdown: 0, keydown: 0, wheel: 0};
for (const kind of Object.keys(window.actions))
  addEventListener(kind, event => { window.actions[kind] += event.isTrusted; }, true);
}
"""
# How far a difference is below what the panel shows of it.
BELOW = """
one => one.getBoundingClientRect().bottom - one.closest('.curate-differences').getBoundingClientRect().bottom
"""
# The wheel has turned it up; places are fractions of pixels.
IN_SIGHT = f"""
number => ({BELOW.strip()})(document.querySelectorAll('.curate-difference')[number]) < 1
"""


class Panel:
    """What stands beside the text on an adjudicator's screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def differences(self) -> Locator:
        """All of them, in their order."""
        return self.page.locator(".curate-difference")

    def difference(self, number: int) -> Locator:
        """One by its number, as people count."""
        return self.differences.nth(number - 1)

    def shown(self, number: int) -> str:
        """What is in question, as the panel writes it."""
        return self._seen(self.difference(number).locator("p").inner_text())

    def bold(self, number: int) -> list[str]:
        """What is bold in a question, with all its spaces and line ends."""
        return [
            ISOLATES.sub("", one)
            for one in self.difference(number).locator("strong").all_text_contents()
        ]

    def options(self, number: int) -> list[str]:
        """The words of the options."""
        labels = self.difference(number).locator("label").all_inner_texts()
        return [self._seen(one) for one in labels]

    def tick(self, number: int, words: str) -> None:
        """Click on an option, the panel scrolled to it where it is out of sight."""
        below = self.difference(number).evaluate(BELOW)
        if below >= 1:
            self.difference(number).locator("..").hover()
            self.page.mouse.wheel(0, below + 400)
            self.page.wait_for_function(IN_SIGHT, arg=number - 1)
        option = self.difference(number).locator("label").nth(self.options(number).index(words))
        option.click()
        expect(option.locator("input")).to_be_checked()

    def ticked(self) -> list[str]:
        """What is ticked at each difference; empty where nothing is."""
        return [
            self._seen(", ".join(one.locator("label:has(input:checked)").all_inner_texts()))
            for one in self.differences.all()
        ]

    def refuses(self, press: str) -> None:
        """A button or a key of which the screen says that a verdict is missing."""
        if press.startswith("bottombar"):
            self.page.get_by_test_id(press).click()
        else:
            self.page.keyboard.press(press)
        warning = self.page.get_by_text(VERDICT_MISSING)
        expect(warning).to_be_visible()
        self.page.get_by_role("button", name="OK").click()
        expect(warning).to_have_count(0)

    @staticmethod
    def _seen(words: str) -> str:
        return ISOLATES.sub("", words).strip()
