"""Label Studio's screen as an annotator uses it: with mouse and keys, seeing what it shows."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from playwright.sync_api import Locator, Page, Response, TimeoutError, expect

# Milliseconds until a state that never comes is given up: what is waited for is a state,
# however long a busy machine takes to draw it.
PATIENCE = 180_000
# And until a click that shows nothing is made once more.
AGAIN = 10_000

INSTRUCTIONS = "Labeling Instructions"
# The window that they slide in with, once it is all there.
SHEET = ".lsf-modal-ls.lsf-visible .lsf-modal-ls__content"
DRAFT = re.compile(r"/drafts\b")
ANNOTATION = re.compile(r"/api/(tasks/\d+/annotations|annotations/\d+)/?(\?|$)")

# Walks over what the editor shows: text as it stands, and each <br> is a line end.
WALK = """
const root = document.querySelector('.lsf-htx-richtext');
const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
"""

# Where a hand puts the mouse to catch the edge of what is seen as one character: a
# little inside it, on the side where its writing begins or ends.
EDGE = f"""
async ([offset, side]) => {{
  {WALK}
  const points = [];
  while (walker.nextNode()) {{
    const node = walker.currentNode;
    if (node.nodeName === 'BR') points.push({{node, at: 0, data: '\\n'}});
    if (node.nodeType !== Node.TEXT_NODE) continue;
    let at = 0;
    for (const data of node.data) {{
      points.push({{node, at, data}});
      at += data.length;
    }}
  }}
  const one = points[side === 'end' ? offset - 1 : offset];
  const units = points.slice(0, points.indexOf(one)).reduce((n, p) => n + p.data.length, 0);
  const whole = points.map(point => point.data).join('');
  const seen = new Intl.Segmenter('en').segment(whole).containing(units);
  const range = document.createRange();
  let first = null, last = null, unit = 0;
  for (const point of points) {{
    if (unit === seen.index) first = point;
    if (unit < seen.index + seen.segment.length) last = point;
    unit += point.data.length;
  }}
  range.setStart(first.node, first.at);
  range.setEnd(last.node, last.at + last.data.length);
  const resting = async () => {{
    for (let box = null; ;) {{
      const before = box;
      box = range.getBoundingClientRect();
      if (before && before.top === box.top && before.left === box.left) return box;
      await new Promise(done => setTimeout(done, 20));
    }}
  }};
  let box = await resting();
  if (box.top < 120 || box.bottom > window.innerHeight - 80) {{
    let pane = root;
    while (!/auto|scroll/.test(getComputedStyle(pane).overflowY)) pane = pane.parentElement;
    pane.scrollBy(0, box.top - window.innerHeight / 2);
    box = await resting();
  }}
  const inside = Math.min(2, box.width / 4);
  const leftwards = /[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc]/.test(seen.segment);
  const right = (side === 'end') !== leftwards;
  const y = (box.top + box.bottom) / 2;
  if (side === 'middle') return [(box.left + box.right) / 2, y];
  return [right ? box.right - inside : box.left + inside, y];
}}
"""

SHOWN = f"""
() => {{
  {WALK}
  let text = '';
  while (walker.nextNode()) {{
    const node = walker.currentNode;
    if (node.nodeName === 'BR') text += '\\n';
    if (node.nodeType === Node.TEXT_NODE) text += node.data;
  }}
  return text;
}}
"""

# Nothing moves any more: what has an end has come to it, and the box stays where it is.
RESTING = """
async one => {
  const frame = () => new Promise(requestAnimationFrame);
  const place = () => JSON.stringify(one.getBoundingClientRect());
  for (let before = null; before !== place(); await frame(), await frame()) {
    const moving = document.getAnimations().filter(
      each => Number.isFinite(each.effect.getComputedTiming().endTime));
    await Promise.allSettled(moving.map(each => each.finished));
    before = place();
    await frame();
  }
  await document.fonts.ready;
}
"""

# What the editor holds at this moment, as it would submit it.
RESULT = "() => window.Htx?.annotationStore?.selected?.serializeAnnotation() ?? []"
DOCUMENT = "() => window.Htx?.task?.dataObj?.doc_id"
MOVED = "before => window.Htx?.task?.id && window.Htx.task.id !== before"
SELECTED = """
offset => window.Htx.annotationStore.selected.regionStore.selection.list.some(
  one => one.globalOffsets.start <= offset && offset < one.globalOffsets.end)
"""
READY = """
() => {
  if (window.Htx?.isLoading) return false;
  const open = window.Htx?.annotationStore?.selected;
  if (!open?.objects.every(one => one.isReady)) return false;
  const spans = open.regions.filter(one => one.type === 'richtextregion');
  return document.querySelectorAll('.htx-highlight[data-label]').length >= spans.length;
}
"""

# A connection that broke over the answer: the browser sent the submission again by
# itself, and Label Studio had it already.
STORED_BEFORE = 409


def sign_up(page: Page, invitation: str, email: str, password: str) -> None:
    """Make an account by a link that the maintainer sent."""
    page.goto(invitation)
    _credentials(page, email, password)


def sign_in(page: Page, email: str, password: str) -> None:
    """Log in by the form."""
    page.goto("/user/login/")
    _credentials(page, email, password)


def _credentials(page: Page, email: str, password: str) -> None:
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("button[type=submit]").click()
    page.wait_for_url(lambda url: "/user/" not in url)


class Screen:
    """One annotator's window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    # Getting there.

    def open_stream(self, project: int) -> None:
        """The label stream, the instructions read and closed."""
        self.page.goto(f"/projects/{project}/data?labeling=1", wait_until="commit")
        self.read_instructions()
        self.ready()

    def open_task(self, project: int, task: int) -> None:
        """One task by its link, as the list of problems gives it."""
        self.page.goto(f"/projects/{project}/data?task={task}", wait_until="commit")
        self.ready()

    def instructions(self) -> Locator:
        """The sheet that stands before the first task, at rest."""
        sheet = self.page.locator(SHEET)
        sheet.evaluate(RESTING)
        return sheet

    def read_instructions(self) -> None:
        title = self.page.get_by_text(INSTRUCTIONS, exact=True)
        title.wait_for()
        self.page.get_by_label("Close modal").click()
        expect(title).to_have_count(0)

    def ready(self) -> None:
        """
        Wait until the editor shows the text with all its spans, and takes input.

        A task that is opened by its link is loaded twice, and one that was submitted
        once more: only when nothing is under way any more does what is done to it stay.
        """
        self.page.locator(".lsf-richtext__line").first.wait_for()
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function(READY)
        self.page.evaluate("() => document.fonts.ready.then(() => true)")

    def open_view(self, project: int, title: str) -> None:
        """A saved view of the data manager, by its tab."""
        self.page.goto(f"/projects/{project}/data", wait_until="commit")
        self.page.get_by_text(title, exact=True).click()
        self.page.wait_for_load_state("networkidle")

    # What is seen.

    def text(self) -> str:
        """The article as the screen shows it."""
        return str(self.page.evaluate(SHOWN))

    @property
    def reason(self) -> Locator:
        """Why the task was returned."""
        return self.page.locator(".curate-returned h4")

    def document(self) -> str:
        """The id of the document that is open."""
        return str(self.page.evaluate(DOCUMENT))

    def result(self) -> list[dict[str, Any]]:
        """What the editor would submit now."""
        return list(self.page.evaluate(RESULT))

    def top_of(self, part: Locator) -> float:
        """Where a part begins, in pixels from the top; a task that is drawn anew is waited for."""
        until = monotonic() + PATIENCE / 1000
        while not (box := part.bounding_box()):
            assert monotonic() < until, f"{part} is not drawn"
            self.page.wait_for_timeout(100)
        return box["y"]

    def wait_for(self, what: Callable[[list[dict[str, Any]]], bool]) -> None:
        """Until the editor's result is so."""
        until = monotonic() + PATIENCE / 1000
        while not what(now := self.result()):
            assert monotonic() < until, f"the editor holds {now}"
            self.page.wait_for_timeout(25)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Wait until the editor's result is another one than before."""
        self.ready()
        before = self.result()
        yield
        self.wait_for(lambda now: now != before)

    # Spans.

    def edge(self, offset: int, side: str) -> tuple[float, float]:
        """Where to point to on the screen: offsets are in code points."""
        x, y = self.page.evaluate(EDGE, [offset, side])
        return x, y

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """With the mouse, by way of the middle, as a hand does."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=3)
        mouse.move(*end, steps=3)
        mouse.up()

    def mark(self, key: str, start: int, end: int) -> None:
        """Press a type's key and drag over the text from *start* to *end*."""
        self.ready()
        self.press(key)
        self.edge(end, "end")  # for both ends to be in sight
        with self.changing():
            self.drag(self.edge(start, "start"), self.edge(end, "end"))
        self.press("Escape")

    def mark_word(self, key: str, offset: int) -> None:
        """Press a type's key and double-click on the word at *offset*."""
        self.ready()
        self.press(key)
        with self.changing():
            self.page.mouse.dblclick(*self.edge(offset, "middle"))
        self.press("Escape")

    def select(self, offset: int) -> None:
        """
        Click on the region that covers the character at *offset*.

        A click that falls into a drawing of the task is lost, and a hand clicks again.
        """
        until = monotonic() + PATIENCE / 1000
        self.ready()
        while True:
            self.page.mouse.click(*self.edge(offset, "middle"))
            try:
                self.page.wait_for_function(SELECTED, arg=offset, timeout=AGAIN)
            except TimeoutError:
                if monotonic() > until:
                    raise
            else:
                return

    def relabel(self, offset: int, key: str) -> None:
        self.select(offset)
        with self.changing():
            self.press(key)
        self.press("Escape")

    def resize(self, offset: int, side: str, to: int) -> None:
        """Drag the *side* handle of the region at *offset*."""
        self.select(offset)
        handle = self.page.locator(f".__resize_{side}")
        box = handle.bounding_box()
        assert box, "the handle can't be seen"
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        with self.changing():
            self.drag(middle, self.edge(to, "end" if side == "right" else "start"))
        self.press("Escape")

    def delete(self, offset: int) -> None:
        self.select(offset)
        with self.changing():
            self.press("Backspace")

    def undo(self) -> None:
        with self.changing():
            self.press("Control+z")

    def press(self, key: str) -> None:
        """Press a key, or several at once, as schema.toml has them: ``alt+shift+1``."""
        *held, last = key.split("+")
        last = f"Digit{last}" if held and last.isdigit() else last
        self.page.keyboard.press("+".join([*(one.capitalize() for one in held), last]))

    # The lists beside the text, and arrows.

    @property
    def regions(self) -> Locator:
        """The rows of the list of spans."""
        return self._listed("Regions", ".lsf-outliner-item")

    @property
    def arrows(self) -> Locator:
        """The rows of the list of relations."""
        return self._listed("Relations", ".lsf-relations__item")

    def _listed(self, tab: str, rows: str) -> Locator:
        self.page.locator(".lsf-panel-tabs__tab:visible", has_text=tab).first.click()
        self.page.locator(rows).first.wait_for()
        return self.page.locator(rows)

    def join(self, head: int, tail: int) -> None:
        """Draw an arrow between the regions at two offsets; it has no label yet."""
        self.select(head)
        self.press("Alt+r")
        with self.changing():
            self.page.mouse.click(*self.edge(tail, "middle"))
        self.press("Escape")

    def name_arrow(self, arrow: Locator, *labels: str) -> None:
        """Tick *labels* in the menu of an arrow."""
        arrow.hover()
        arrow.get_by_label("Show Relation Labels").click()
        arrow.locator("[data-testid^=select-trigger]").click()
        for label in labels:
            with self.changing():
                self.page.get_by_test_id(f"select-option-{label}").click()
        self.press("Escape")

    def delete_arrow(self, arrow: Locator) -> None:
        arrow.hover()
        with self.changing():
            arrow.get_by_label("Delete Relation").click()

    # The whole document.

    def flag(self, name: str) -> None:
        with self.changing():
            self.page.locator(f"input[name={name}]").click()

    def write_note(self, words: str, *, add: bool = True) -> None:
        """Type a note key by key; without *add* it stays in the field."""
        self.page.get_by_test_id("textarea-input").click()
        self.page.keyboard.type(words)
        if add:
            with self.changing():
                self.page.get_by_test_id("textarea-add-button").click()

    # Done.

    def submit(self) -> None:
        with self.sent("POST", ANNOTATION, or_status=STORED_BEFORE):
            self.page.get_by_test_id("bottombar-submit-button").click()

    def update(self) -> None:
        with self.sent("PATCH", ANNOTATION):
            self.page.get_by_test_id("bottombar-update-button").click()

    def update_unchanged(self, flag: str) -> None:
        """As an annotator who has nothing to change: the button is grey until something was changed."""
        expect(self.page.get_by_test_id("bottombar-update-button")).to_be_disabled()
        self.flag(flag)
        self.flag(flag)
        self.update()

    def begin_another(self, *, blank: bool = False) -> None:
        """An annotation of one's own beside a submitted one: from the suggestions, or *blank*."""
        if blank:
            self.page.get_by_label("Create an annotation").click()
        else:
            icon = self.page.locator("[class*=userpic_prediction]")
            tab = self.page.locator(".lsf-annotation-button", has=icon)
            tab.click()
            tab.locator("[class*=annotation-button__trigger]").click()
            self.page.get_by_text("Duplicate Annotation", exact=True).click()
        self.page.get_by_test_id("bottombar-submit-button").wait_for()
        self.ready()

    @contextmanager
    def moving_on(self) -> Iterator[None]:
        """Wait until the label stream shows another task."""
        before = self.page.evaluate("window.Htx.task.id")
        yield
        self.page.wait_for_function(MOVED, arg=before)
        self.ready()

    def skip(self) -> None:
        with self.sent("POST", ANNOTATION, or_status=STORED_BEFORE):
            self.page.get_by_test_id("bottombar-skip-button").click()

    def take_back_skip(self) -> None:
        """On a skipped task that is open again; it can be worked on then."""
        self.page.get_by_test_id("bottombar-unskip-button").click()
        self.page.get_by_test_id("bottombar-submit-button").wait_for()
        self.ready()

    @contextmanager
    def drafting(self) -> Iterator[None]:
        """Wait until the editor has saved a draft by itself."""
        with self.sent("POST", DRAFT):
            yield

    @contextmanager
    def sent(
        self, method: str, path: re.Pattern[str], *, or_status: int = 200
    ) -> Iterator[None]:
        """Wait until such a request was answered, and well, or so."""

        def is_it(response: Response) -> bool:
            return response.request.method == method and bool(path.search(response.url))

        with self.page.expect_response(is_it) as answer:
            yield
        well = answer.value.ok or answer.value.status == or_status
        assert well, f"{answer.value.status} {answer.value.text()}"
