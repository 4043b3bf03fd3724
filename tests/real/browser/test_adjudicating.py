"""An adjudicator settles what annotators see differently, on the real screen."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from browser.panel import COUNT_ACTIONS, Panel
from browser.screen import Screen
from deciding import updated_task
from disputed import (
    AGREED,
    AGREED_RELATIONS,
    AMERICA,
    ASSAD,
    DEPUTY,
    FIRM,
    HATAMI,
    HEZBOLLAH,
    IRAN,
    IRANIAN,
    ISRAEL,
    KREMLIN,
    KREMLIN_BUILDING,
    MINISTER,
    RUSSIA,
    RUSSIAN,
    RYABKOV,
    SHOIGU,
    TREATY,
    annotations,
    named,
)
from gold_samples import read_next
from playwright.sync_api import expect
from samples import SCHEMA
from working_hands import WorkingHands

from curation.annotations.compared import compare_documents
from curation.documents.document import Document, Entity, Relation
from curation.labelstudio.adjudication.project import is_adjudication
from curation.labelstudio.adjudication.task import (
    to_adjudication_task,
)
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result
from curation.schema.adjudication_guideline import adjudication_guideline_html
from curation.schema.adjudication_screen import adjudication_xml

WINDOW = {"width": 1440, "height": 900}

CHOSEN = {
    1: "NORP",
    2: "NORP “Russian” + TITLE “Defense Minister”",
    3: "Amir Hatami — meets_with — Sergei Shoigu",
    4: "FAC",
    5: "Russia → supports → Bashar Assad",
    6: "TITLE, and Sergei Ryabkov → holds_position → it",
    7: "GPE “America”",
    8: "Israel → opposes → Hezbollah",
    9: "Zarubezhneft — agreement_with — Iran",
    10: "LAW",
}
DECIDED = (IRANIAN, RUSSIAN, MINISTER, KREMLIN_BUILDING, DEPUTY, AMERICA, TREATY)
DECIDED_RELATIONS = (
    Relation(HATAMI, IRANIAN, "affiliated_with"),
    Relation(SHOIGU, MINISTER, "holds_position"),
    Relation(HATAMI, SHOIGU, "meets_with"),
    Relation(RUSSIA, ASSAD, "supports"),
    Relation(RYABKOV, DEPUTY, "holds_position"),
    Relation(ISRAEL, HEZBOLLAH, "opposes"),
    Relation(FIRM, IRAN, "agreement_with"),
)


@dataclass(frozen=True)
class Court:
    """An adjudication project, and the numbers of its tasks."""

    studio: HttpStudio
    project: int
    tasks: tuple[int, ...]

    def result(self, task):
        """The result of the task's only annotation; None where there is none."""
        (exported,) = self.studio.export(self.project, [task], drafts=True)
        (annotation,) = exported["annotations"] or [{"result": None}]
        return annotation["result"]

    def verdict(self, task):
        """The alias that is stored for each difference, by number."""
        return {
            int(one["from_name"][1:]) + 1: one["value"]["choices"]
            for one in self.result(task)
            if one["type"] == "choices"
        }


@pytest.fixture
def court(label_studio):
    """Makes an adjudication project with a task for each comparison."""

    def make(*compared):
        studio = HttpStudio(label_studio.url, label_studio.token)
        title = f"court {uuid.uuid4().hex[:12]}"
        project = studio.create_project(
            title, adjudication_xml(SCHEMA), adjudication_guideline_html(SCHEMA)
        )
        assert is_adjudication(project)
        tasks = [json.dumps(to_adjudication_task(one, SCHEMA)).encode() for one in compared]
        studio.import_tasks(project.id, tasks)
        return Court(studio, project.id, tuple(sorted(studio.task_ids(project.id))))

    return make


@pytest.fixture
def window(ada):
    """Ada's window, as large as a usual screen."""
    window = Screen(ada.context.new_page())
    window.page.set_viewport_size(WINDOW)
    yield window
    window.page.close()


@pytest.fixture
def panel(window):
    return Panel(window.page)


def of_words(text, *words):
    """A comparison of a text in which one annotator marks each of these words as ORG, and another as FAC."""
    spans = [(text.index(one), text.index(one) + len(one)) for one in words]
    return compare_documents(
        {
            label: Document(
                "words", text, tuple(sorted(Entity(*span, label) for span in spans))
            )
            for label in ("ORG", "FAC")
        },
        SCHEMA,
    )


@dataclass(frozen=True)
class Dispute:
    """A document on which two annotators differ, pulled, and given to adjudicators in a project of theirs."""

    hands: WorkingHands
    people: Mapping[str, str]
    annotations: Mapping[str, int]
    project: int
    title: str


@pytest.fixture
def dispute(label_studio, curate, tmp_path):
    annotators, court = (f"{name} {uuid.uuid4().hex[:12]}" for name in ("news", "court"))
    (tmp_path / "articles.jsonl").write_text(
        annotations()["ada"].without_annotations().to_line()
    )
    curate("push", "articles.jsonl", "--project", annotators, "--overlap", "2")
    hands = WorkingHands(label_studio)
    (task,) = hands.studio.task_ids(hands.studio.find_project(annotators).id)
    people = {name: f"{name}-{uuid.uuid4().hex[:6]}" for name in annotations()}
    submitted = {
        name: hands.submit(task, to_result(document, SCHEMA), by=people[name])
        for name, document in annotations().items()
    }
    curate("pull", "--project", annotators)
    assert read_next(tmp_path / "gold").gold_documents == ()
    curate("adjudicate", "--project", court)
    return Dispute(hands, people, submitted, hands.studio.find_project(court).id, court)


def everything(document):
    """Entities, and relations in canonical direction."""
    return {*document.entities}, {*map(SCHEMA.canonical_relation, document.relations)}


def test_ten_differences_take_ten_clicks_and_submit_and_the_gold_is_what_was_clicked(
    dispute, window, panel, curate, tmp_path
):
    """Six places and four pairs, with one turn of the wheel to the lower ones."""
    window.open_stream(dispute.project)
    window.page.evaluate(COUNT_ACTIONS)
    for number, words in CHOSEN.items():
        panel.tick(number, words)
    assert panel.ticked() == list(CHOSEN.values())
    window.submit()
    actions = window.page.evaluate("window.actions")
    curate("pull")

    assert actions == {"pointerdown": len(CHOSEN) + 1, "keydown": 0, "wheel": 1}
    (gold,) = read_next(tmp_path / "gold").gold_documents
    assert gold.adjudicated
    decided = replace(
        gold.document,
        entities=(*AGREED, *DECIDED),
        relations=(*AGREED_RELATIONS, *DECIDED_RELATIONS),
    )
    assert everything(gold.document) == everything(decided)


def test_neither_is_a_tick_a_key_and_a_drag_and_for_an_arrow_a_tick_and_the_arrow(
    dispute, window, panel, curate, tmp_path
):
    """An arrow from the mark of a disputed place joins what is decided there."""
    window.open_stream(dispute.project)
    for number, words in CHOSEN.items():
        panel.tick(number, "neither" if number in (4, 8) else words)
    window.join(KREMLIN.start, RUSSIA.start)
    window.name_arrow(window.arrows.last, "located_in")
    window.press("Escape")  # The list of relations may still hold the keys.
    window.page.evaluate(COUNT_ACTIONS)
    window.mark("5", KREMLIN.start, KREMLIN.end)
    actions = window.page.evaluate("window.actions")
    window.join(HEZBOLLAH.start, ISRAEL.start)
    window.name_arrow(window.arrows.last, "opposes")
    window.submit()
    curate("pull")

    assert actions == {"pointerdown": 1, "keydown": 2, "wheel": 0}  # and Esc, to let go of it
    (gold,) = read_next(tmp_path / "gold").gold_documents
    place = replace(KREMLIN, label="LOC")
    entities, relations = everything(gold.document)
    assert entities == {*AGREED, *DECIDED} - {KREMLIN_BUILDING} | {place}
    assert {
        one
        for one in relations
        if place in (one.head, one.tail) or ISRAEL in (one.head, one.tail)
    } == {
        Relation(place, RUSSIA, "located_in"),
        Relation(HEZBOLLAH, ISRAEL, "opposes"),
    }


def test_submit_is_refused_while_a_verdict_is_missing(court, window, panel):
    """By the button and by its key; nothing is stored then. No key ticks an option by a slip."""
    made = court(of_words("Bob met Ann.", "Bob", "Ann"))
    window.open_stream(made.project)
    for key in "1234567890qwertyuiopasdfghjklzxcvbnm":
        window.press(key)
        window.press("Escape")
    assert panel.ticked() == ["", ""]
    panel.tick(1, "ORG")

    panel.refuses("bottombar-submit-button")
    panel.refuses("Control+Enter")

    assert made.result(made.tasks[0]) is None
    panel.tick(2, "not marked")
    window.submit()
    assert len(made.verdict(made.tasks[0])) == 2


NASTY = """<img src=x onerror="window.hacked=1"> and [x](javascript:window.hacked=2), # heading * star _ under `tick` | pipe &amp; {{x}} $text
- a list "quoted" a\ttab  two spaces
# over a line
end 😀👍🏽 אמר שלום אתמול and http://example.com/a_b \\*not\\* <script>window.hacked=3</script> <b>bold</b> ]]> <!-- no --> ~~s~~ ![i](x.png)"""
SPOTS = (
    '<img src=x onerror="window.hacked=1">', "[x](javascript:window.hacked=2)", "# heading", "* star _",
    "`tick`", "| pipe", "&amp; {{x}} $text", "a\ttab  two spaces\n# over a line\nend", "😀👍🏽",
    "אמר שלום אתמול", "http://example.com/a_b", "\\*not\\*", "<script>window.hacked=3</script>",
    "<b>bold</b> ]]>", "<!-- no --> ~~s~~", "![i](x.png)",
)  # fmt: skip


def test_what_the_article_says_shows_as_it_stands_and_does_nothing(court, window, panel):
    """In the panel and in the words of options, one of which has other words."""
    compared = of_words(NASTY, *SPOTS)
    whole = Entity(0, NASTY.index(" and ["), "ORG")
    part = replace(whole, start=1)
    other = compare_documents(
        {"a": Document("parts", NASTY, (whole,)), "b": Document("parts", NASTY, (part,))},
        SCHEMA,
    )
    made = court(compared, other)
    window.open_task(made.project, made.tasks[0])

    for number, words in enumerate(SPOTS, 1):
        assert panel.bold(number) == [f"#{number}", words]
    assert panel.differences.locator("a, img, script, code, em, li, h1, b").count() == 0
    window.open_task(made.project, made.tasks[1])
    assert set(panel.options(1)) == {
        f"ORG “{SPOTS[0]}”", f"ORG “{SPOTS[0][1:]}”", "not marked", "neither",
    }  # fmt: skip
    assert window.page.evaluate("window.hacked") is None


def test_what_an_annotator_changes_afterwards_is_asked_and_all_other_verdicts_stand(
    dispute, window, panel, curate, tmp_path
):
    """A new reading at one place, one in what all agreed on; what was offered opens nothing."""
    window.open_stream(dispute.project)
    for number, words in CHOSEN.items():
        panel.tick(number, words)
    window.submit()
    curate("pull")
    ben = annotations()["ben"]
    moscow = named("Moscow", "GPE")
    relabelled = {AMERICA: "LOC", moscow: "FAC"}
    entities = (replace(one, label=relabelled.get(one, one.label)) for one in ben.entities)
    changed = replace(ben, entities=tuple(sorted((*entities, TREATY))))
    dispute.hands.change(
        dispute.annotations["ben"], to_result(changed, SCHEMA), by=dispute.people["ben"]
    )
    said = curate("pull")
    assert read_next(tmp_path / "gold").gold_documents == ()
    assert "rests on annotations that changed since: #7, 'Moscow'; 9 others hold" in said
    recoloured = adjudication_xml(SCHEMA).replace(SCHEMA.entities["ORG"].color, "#123456")
    dispute.hands.studio.update_project(dispute.project, label_config=recoloured)  # not refused
    curate("adjudicate", "--project", dispute.title)

    (task,) = dispute.hands.studio.task_ids(dispute.project)
    window.open_task(dispute.project, task)
    assert panel.ticked() == [*CHOSEN.values(), "", ""]
    assert panel.shown(7).startswith("#7 asked again as #12: ")
    panel.tick(11, "GPE")
    panel.refuses("bottombar-update-button")
    panel.tick(12, "LOC “America”")
    window.update()
    curate("pull")

    (gold,) = read_next(tmp_path / "gold").gold_documents
    entities, _ = everything(gold.document)
    assert entities == {*AGREED, *DECIDED} - {AMERICA} | {replace(AMERICA, label="LOC")}


def test_an_update_before_anybody_came_leaves_nothing_to_tick_where_nothing_is_in_question(
    court, window, panel
):
    text = "Bob met Ann."
    compared = of_words(text, "Bob", "Ann")
    made = court(compared)
    (task,) = made.tasks
    updated = updated_task(made.studio.task_data(task), of_words(text, "Ann"))
    made.studio.replace_task_data(task, updated.data)
    (prediction,) = made.studio.predictions(made.project, [task])
    made.studio.rewrite("predictions", prediction.id, updated.prediction["result"])

    window.open_stream(made.project)
    assert panel.ticked() == ["no longer in question", ""]
    panel.tick(2, "ORG")
    window.submit()

    assert made.verdict(task)[1] == ["settled"]


def test_forty_differences_can_be_settled(court, window, panel):
    """The most that a task has; long names and long lines, too."""
    words = [
        f"the Very Long Name of Ministry Number {n} of Foreign and Other Affairs"
        for n in range(40)
    ]
    text = "\n".join(
        f"Yesterday {one} said that it had nothing to say about it." for one in words
    )
    made = court(of_words(text, *words))
    window.open_stream(made.project)

    expect(panel.differences).to_have_count(40)
    panel.tick(1, "ORG")
    panel.tick(40, "FAC")
    assert panel.ticked() == ["ORG", *[""] * 38, "FAC"]
