"""What annotators see: the guideline first, then the article with all that helps."""

import json
import re
import uuid
from dataclasses import replace
from itertools import chain

import httpx
import pytest
from browser.chromium import windows
from browser.conftest import invitation
from browser.screen import ANNOTATION, INSTRUCTIONS, Screen, sign_in, sign_up
from browser.stories import ANN, BOB, MEETS, META, story
from colours import DARK, LIGHT, MARKED, rgb
from markdown_it import MarkdownIt
from playwright.sync_api import expect
from samples import ROOT, SCHEMA

from curation.cli import main
from curation.documents.document import Document, Relation
from curation.errors import SchemaError
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.push.replay import replay
from curation.schema.guidelines import guidelines_md
from curation.schema.labeling import RELATION_ALPHA

NAMED = ".htx-highlight[data-label]"
GROUNDS = "all => all.map(one => getComputedStyle(one).backgroundColor)"
# The name of its type behind a span: what it says, and how it is shown.
LETTERED = """
all => all.map(one => getComputedStyle(one, '::after')).map(one => [one.content, one.display])
"""

# As Ctrl+F does, from the top.
FOUND = "words => { getSelection().removeAllRanges(); return find(words); }"
# How GitHub and others show a file in Markdown.
AS_GITHUB = """
body { max-width: 1012px; margin: 0 auto; font: 16px/1.5 sans-serif; }
td, th { padding: 6px 13px; border: 1px solid; }
table { border-collapse: collapse; }
"""


def test_an_annotator_logs_in_and_out_comes_work(chromium, label_studio, ada, desk):
    """From the login page to a submitted document, as on any morning."""
    made = desk(story())
    with chromium.new_context(base_url=label_studio.url) as context:
        window = Screen(context.new_page())
        sign_in(window.page, ada.email, ada.password)
        window.page.goto("/projects")
        window.page.get_by_text(made.title).click()
        window.page.get_by_text("Label All Tasks").click()
        window.read_instructions()
        window.ready()
        window.submit()

    assert made.annotation().annotator == ada.email


def test_another_annotator_gets_in_by_the_link_that_a_maintainer_copies(
    chromium, label_studio, desk
):
    """Not without it, and not by one that was copied before."""
    made = desk(story())
    email, password = f"new-{uuid.uuid4().hex[:6]}@example.org", uuid.uuid4().hex
    before = invitation(label_studio)
    with windows(chromium, label_studio.url) as context:
        page = context.new_page()
        sign_in(page, label_studio.username, label_studio.password)
        page.goto("/organization")
        page.get_by_text("Add Members").click()
        field = page.locator(".lsf-modal-ls input").first
        expect(field).to_have_value(re.compile("/user/signup/.*token="))
        link = field.input_value()
    with windows(chromium, label_studio.url) as context:
        page = context.new_page()
        for closed in ("/user/signup/", before):
            with page.expect_response(lambda one: one.request.method == "POST") as answer:
                page.goto(closed)
                page.locator("input[name=email]").fill(email)
                page.locator("input[name=password]").fill(password)
                page.locator("button[type=submit]").click()
            assert answer.value.status == httpx.codes.FORBIDDEN
        sign_up(page, link, email, password)
        page.goto("/projects")
        page.get_by_text(made.title).click()
        page.get_by_text("Label All Tasks").click()
        window = Screen(page)
        window.read_instructions()
        window.ready()
        window.submit()

    assert made.annotation().annotator == email


def test_the_guideline_comes_before_the_first_task_and_again_on_demand(desk, screen):
    made = desk(story())
    screen.page.goto(f"/projects/{made.project}/data")
    screen.page.get_by_text("Label All Tasks").click()
    guideline = screen.page.locator(".curate")
    expect(screen.page.get_by_text(INSTRUCTIONS, exact=True)).to_be_visible()

    for name in (*SCHEMA.entities, *SCHEMA.relations):
        heading = guideline.locator("h3", has_text=re.compile(rf"^{name}\b"))
        expect(heading).to_have_count(1)
    bullet = guideline.locator("li").first
    assert bullet.evaluate("one => getComputedStyle(one).listStyleType") == "disc"
    expect(guideline).to_contain_text("US [President] Donald Trump")
    screen.page.get_by_label("Close modal").click()
    expect(guideline).to_have_count(0)
    screen.page.get_by_role("button", name="Instructions").click()
    expect(guideline.locator("h2").first).to_be_visible()


def test_the_guidelines_first_page_fits_one_screen_and_the_rest_is_found(desk, screen):
    """In the window that comes by itself, in the one on demand, and in the file; on a small laptop."""
    made = desk(story())
    screen.page.set_viewport_size({"width": 1280, "height": 800})

    def is_one_screen():
        rows = screen.page.locator("table tr")
        expect(screen.page.get_by_text("Mark who and what is named")).to_be_in_viewport(ratio=1)
        expect(rows.last).to_contain_text("Submit")
        expect(rows.last).to_be_in_viewport(ratio=1)
        for rule in ("Titles before names", "What is meeting", "Returned documents"):
            assert screen.page.evaluate(FOUND, rule), rule

    screen.page.goto(f"/projects/{made.project}/data")
    screen.page.get_by_text("Label All Tasks").click()
    screen.instructions()
    is_one_screen()
    screen.page.keyboard.press("Escape")
    screen.ready()
    screen.page.get_by_role("button", name="Instructions").click()
    screen.instructions()
    is_one_screen()
    file = (ROOT / "label_config" / "guidelines.md").read_text()
    html = MarkdownIt("commonmark").enable("table").render(file)
    screen.page.set_content(f"<style>{AS_GITHUB}</style>{html}")
    is_one_screen()


def test_the_list_of_tasks_shows_title_source_date_annotators_and_state_alone(
    desk, screen, ada
):
    """All in sight on a small laptop, with the documents of one story together; beside a task, titles."""
    title = "A headline of some length about a meeting in Paris"
    stories = {"first": "a", "second": "b", "third": "a"}
    made = desk(
        *(
            replace(story(name), meta={**META, "title": f"{title}: {name}", "group": group})
            for name, group in stories.items()
        )
    )
    made.studio.annotate(made.tasks["first"], [])
    screen.page.set_viewport_size({"width": 1280, "height": 800})
    screen.page.goto(f"/projects/{made.project}/data")
    titles = screen.page.get_by_text(title)
    expect(titles).to_have_count(3)

    head = screen.page.locator(".lsf-table-head")
    assert head.inner_text().split() == [
        "Completed",
        "Annotated",
        "by",
        "title",
        "str",
        "byline",
        "str",
    ]
    expect(head.get_by_text("byline")).to_be_in_viewport(ratio=1)
    listed = [words.rpartition(": ")[2] for words in titles.all_inner_texts()]
    assert listed == ["second", "first", "third"]
    screen.open_task(made.project, made.tasks["third"])
    assert head.inner_text().split() == ["title", "str"]
    expect(titles.first).to_be_in_viewport()


def test_title_source_and_date_stand_above_the_text(desk, screen):
    made = desk(story())
    screen.open_stream(made.project)

    heights = [
        screen.top_of(screen.page.get_by_text(words, exact=True))
        for words in ("A meeting in Paris", "Wikinews · 2013-09-04")
    ]
    assert heights == sorted(heights)
    assert heights[-1] < screen.edge(0, "start")[1]


def test_types_keys_relations_and_scores_are_seen(desk, screen):
    made = desk(story())
    screen.open_stream(made.project)

    labels = screen.page.locator(".lsf-label")
    keys = [f"{kind.name}{kind.hotkey}" for kind in SCHEMA.entities.values()]
    assert labels.all_text_contents() == keys
    named = screen.page.locator(NAMED).evaluate_all(LETTERED)
    assert [content for content, _ in named][:3] == ['"1:PERSON"', '"2:PERSON"', '"3:GPE"']
    assert "none" not in [display for _, display in named]
    arrows = screen.page.locator(".lsf-main-content svg text")
    assert sorted(arrows.all_text_contents()) == ["based_in", "meets_with"]
    rows = screen.regions.all_inner_texts()
    assert ["0.93" in row for row in rows] == [True, False, False, False, False]
    assert ["0.40" in row for row in rows] == [False, True, False, False, False]


def test_colours_are_painted_as_their_test_takes_them(desk, screen):
    """On these grounds, and so pale: tests/schema/test_generated.py measures no others."""
    made = desk(story())
    screen.open_stream(made.project)
    labels = [one["value"]["labels"] for one in screen.result() if one["type"] == "labels"]
    expected = [
        f"rgba{(*rgb(SCHEMA.entities[label].color), MARKED)}"
        for label in chain.from_iterable(labels)
    ]
    spans, editor = screen.page.locator(NAMED), screen.page.locator(".lsf-root")

    assert len(expected) == len(story().entities)
    assert spans.evaluate_all(GROUNDS) == expected
    assert editor.evaluate_all(GROUNDS) == [f"rgb{LIGHT}"]
    screen.page.get_by_role("button", name="Light", exact=True).click()
    expect(editor).to_have_css("background-color", f"rgb{DARK}")
    assert spans.evaluate_all(GROUNDS) == expected


def test_the_menu_of_relations_has_them_all_as_the_guideline_names_them(desk, screen):
    made = desk(story())
    screen.open_stream(made.project)
    arrow = screen.arrows.first
    arrow.hover()
    arrow.get_by_label("Show Relation Labels").click()
    arrow.locator("[data-testid^=select-trigger]").click()

    options = screen.page.get_by_role("option")
    assert options.all_inner_texts() == list(SCHEMA.relations)
    share = round(int(RELATION_ALPHA, 16) / 255, 3)
    assert options.evaluate_all(GROUNDS) == [
        f"rgba{(*rgb(relation.color), share)}" for relation in SCHEMA.relations.values()
    ]
    last = options.last.bounding_box()
    whole = screen.page.locator("[cmdk-list]").bounding_box()
    assert last["y"] + last["height"] <= whole["y"] + whole["height"] + 1


def test_whatever_row_is_pointed_at_has_its_names_framed_in_the_text(desk, screen):
    """The list of arrows has numbers in place of words, sorted by place as the suggestions are."""
    made = desk(story())
    screen.open_stream(made.project)

    def framed():
        styles = "all => all.map(one => [one.innerText, getComputedStyle(one).outlineStyle])"
        names = screen.page.locator(NAMED).evaluate_all(styles)
        return [words for words, outline in names if outline == "solid"]

    rows = {"Bob Smith, Ann Lee": screen.arrows.first, "Acme Corp., Berlin": screen.arrows.last}
    assert framed() == []
    for names, row in rows.items():
        row.hover()
        expect(screen.page.locator(f"{NAMED}.__highlighted")).to_have_count(2)
        assert ", ".join(framed()) == names
    screen.regions.nth(2).hover()
    expect(screen.page.locator(f"{NAMED}.__highlighted")).to_have_count(1)
    assert framed() == ["Paris"]


def test_an_arrow_is_turned_as_the_guideline_says(desk, screen):
    """By two clicks on the arrow in its row, of which the first makes it point both ways."""
    made = desk(story())
    screen.open_stream(made.project)
    turn = screen.arrows.last.locator(".lsf-relations__direction")

    def direction():
        return [one["direction"] for one in screen.result() if one["type"] == "relation"][-1]

    seen = [direction()]
    for _ in range(3):
        turn.click()
        seen.append(direction())

    assert seen == ["right", "bi", "left", "right"]
    assert "click on the small arrow before its two names, twice" in guidelines_md(SCHEMA)


def test_a_note_can_be_corrected_but_there_is_only_one(desk, screen):
    made = desk(story())
    screen.open_stream(made.project)
    field = screen.page.get_by_test_id("textarea-input")
    expect(field).to_be_visible()
    screen.write_note("Bob is here.")

    expect(field).to_be_hidden()
    screen.page.get_by_label("Edit Region").click()
    screen.page.get_by_test_id("htx-textbox-input").fill("Bob is there.")
    with screen.changing():
        screen.page.get_by_test_id("htx-textbox-save").click()
    expect(screen.page.get_by_test_id("htx-textbox-content")).to_have_text("Bob is there.")
    expect(field).to_be_hidden()
    screen.submit()
    assert made.annotation().note == "Bob is there."


def test_a_document_is_corrected_without_the_mouse(desk, screen):
    """All of it but a new name and an arrow: for these no key does what docs/annotating.md asks for."""
    made = desk(story())
    screen.page.goto(f"/projects/{made.project}/data?labeling=1")
    screen.instructions()
    screen.page.keyboard.press("Escape")
    screen.ready()

    def press(key):
        with screen.changing():
            screen.press(key)

    screen.press("Alt+.")
    screen.press("Alt+.")
    press("3")
    screen.press("Alt+.")
    press("Backspace")
    press("Control+z")
    screen.press("u")
    press("alt+shift+4")
    before = screen.result()
    for key in ("Alt+.", "Alt+r", "Alt+.", "Escape"):
        screen.press(key)
    assert screen.result() == before
    note = screen.page.get_by_test_id("textarea-input")
    for _ in range(60):
        screen.press("Tab")
        if note.evaluate("one => one === document.activeElement"):
            break
    screen.page.keyboard.type("Is Ann a firm?")
    press("Shift+Enter")
    with screen.sent("POST", ANNOTATION):
        screen.press("Control+Enter")

    annotation = made.annotation()
    firm = replace(ANN, label="ORG")
    assert set(annotation.document.entities) == {*story().entities} - {ANN} | {firm}
    assert annotation.flags == ("needs_discussion",)
    assert annotation.note == "Is Ann a firm?"


def test_the_types_stay_in_sight_at_the_end_of_a_long_article(desk, screen):
    text = "\n".join(f"Line {number}." for number in range(80)) + "\nBob"
    made = desk(Document("long", text))
    screen.open_stream(made.project)
    screen.mark("1", len(text) - 3, len(text))

    expect(screen.page.locator(".lsf-label", has_text="PERSON")).to_be_in_viewport()
    screen.submit()
    assert len(made.annotation().document.entities) == 1


@pytest.fixture
def dangling(tmp_path):
    """A file of documents with an arrow into nowhere."""
    form = story("dangling").to_json()
    form["relations"].append({"head": "a", "tail": "zz", "label": "meets_with"})
    file = tmp_path / "dangling.jsonl"
    file.write_text(json.dumps(form) + "\n", encoding="utf-8")
    return file


def test_an_arrow_into_nowhere_never_reaches_the_editor(
    desk, screen, ada, dangling, label_studio, monkeypatch, capsys
):
    """It would show an empty page; neither a command nor the room behind it sends one."""
    made = desk(story())
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    with pytest.raises(SystemExit) as left:
        main(["push", str(dangling), "--project", made.title])
    nowhere = replace(story("nowhere"), entities=(BOB,), relations=(MEETS,))
    with pytest.raises(SchemaError):
        push_documents(made.studio, [nowhere], SCHEMA, title=made.title)
    with pytest.raises(SchemaError):
        replay(made.studio, [replace(nowhere, id="story")], SCHEMA, title=made.title)
    to_itself = replace(story("itself"), relations=(Relation(ANN, ANN, "meets_with"),))
    with pytest.raises(SchemaError):
        push_documents(made.studio, [to_itself], SCHEMA, title=made.title)

    assert left.value.code == 1
    assert "joins 'zz', which is no entity of this document" in capsys.readouterr().err
    assert made.studio.task_ids(made.project) == set(made.tasks.values())
    screen.open_stream(made.project)
    screen.submit()
    assert made.annotation().annotator == ada.email
