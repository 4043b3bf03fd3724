"""What can't be meant comes back to the annotator's screen, and is gone from it once it is mended."""

import re
from dataclasses import replace

import pytest
from browser.stories import ANN, BASED, MEETS, PARIS, story, without
from gold_samples import read_next
from playwright.sync_api import expect

from curation.documents.document import Document, Entity, Layer, Relation
from curation.labelstudio.pull.cursor import PullCursor
from curation.labelstudio.send_back.send_back import HEADLINE, RETURNED_VIEW, send_back
from curation.schema.folder import read_schema_in

UNNAMED = "• The arrow from 'Ann Lee' to 'Paris' has no label."
NAMED = Relation(ANN, PARIS, "affiliated_with")


@pytest.fixture
def returned(desk):
    """Sends back what is wrong now, as a pull does."""

    def run(made, since=None):
        found = made.pull(since)
        cursor = found.cursor
        before = (since or PullCursor()).since
        done = send_back(
            made.studio, found.project, cursor, email_of=str, since=before, returning=True
        )
        return done, cursor

    return run


def test_from_the_slip_to_the_gold(desk, screen, ada, curate, tmp_path):
    """The whole circle, by the commands that a maintainer types and the tabs that an annotator sees."""
    made = desk(story(), story("other"))
    screen.open_task(made.project, made.tasks["story"])
    screen.join(ANN.start, PARIS.start)
    screen.submit()
    said = curate("pull", "--send-back", "--project", made.title)
    assert "1 document returned: story" in said
    assert read_next(tmp_path / "gold").gold_documents == ()

    screen.open_view(made.project, RETURNED_VIEW)
    expect(screen.page.get_by_text("Tasks: 1 / 2")).to_be_visible()
    screen.page.get_by_text("has no label").click()
    screen.ready()
    expect(screen.reason).to_contain_text("has no label")
    # As it is seen; expect() folds line ends into spaces.
    assert screen.reason.inner_text().splitlines() == [HEADLINE.format(ada.email), UNNAMED]
    title = screen.page.get_by_text("A meeting in Paris", exact=True).last
    assert screen.top_of(screen.reason) < screen.top_of(title)
    screen.name_arrow(screen.arrows.last, "affiliated_with")
    screen.update()
    said = curate("pull", "--project", made.title)
    assert "1 returned document with nothing wrong any more" in said

    (one,) = read_next(tmp_path / "gold").gold_documents
    assert one.document.relations == tuple(sorted((MEETS, BASED, NAMED)))
    screen.open_view(made.project, RETURNED_VIEW)
    expect(screen.page.get_by_text("No tasks found")).to_be_visible()
    screen.open_task(made.project, made.tasks["story"])
    expect(screen.reason).to_be_hidden()


def test_from_a_type_that_came_later_to_the_gold(desk, screen, curate, tmp_path):
    """An Update that changes nothing says that the annotator has looked."""
    made = desk(story(), story("other"))
    for task in made.tasks.values():
        screen.open_task(made.project, task)
        screen.submit()
    curate("pull", "--project", made.title)
    schema = tmp_path / "label_config" / "schema.toml"
    law = re.search(r"\[entities\.LAW\]\n.*?\n\n", schema.read_text(), re.DOTALL)[0]
    ship = law.replace("LAW", "SHIP").replace("#9d01ce", "#004d40").replace('"8"', '"z"')
    schema.write_text(schema.read_text().replace(law, law + ship.replace('["SHIP"]', "[]")))
    curate("schema", "build")
    (tmp_path / "pushed.jsonl").write_text(f"{story().to_line()}\n{story('other').to_line()}\n")
    curate("push", "pushed.jsonl", "--project", made.title)
    said = curate("status", "--project", made.title)
    assert (
        "2 documents were annotated before SHIP was offered: curate return --lacking SHIP"
        in said
    )

    said = curate("return", "--lacking", "SHIP", "--project", made.title)
    assert "2 documents returned to 1 annotator: other, story" in said
    screen.open_view(made.project, RETURNED_VIEW)
    screen.page.get_by_text("SHIP is a type that came after").first.click()
    screen.ready()
    expect(screen.reason).to_contain_text("set a flag, take it off again")
    looked_at = screen.document()
    screen.update_unchanged("duplicate")
    said = curate("pull", "--project", made.title)
    assert f"the reason is taken off the task: {looked_at}" in said

    said = curate("status", "--project", made.title)
    assert "1 document was annotated before SHIP was offered" in said
    assert "1 returned document waits for an Update" in said
    today = read_schema_in(tmp_path / "label_config")
    lacking = {
        one.id: one.not_offered for one in read_next(tmp_path / "gold", today).gold_documents
    }
    assert lacking[looked_at] == ()
    assert sorted(lacking.values()) == [(), ("SHIP",)]


def test_a_task_that_was_never_returned_says_nothing(desk, screen):
    made = desk(story())
    screen.open_stream(made.project)

    expect(screen.reason).to_have_count(1)
    expect(screen.reason).to_be_hidden()


def test_the_first_view_that_annotators_open_is_still_the_one_with_everything(
    desk, screen, returned
):
    """Also where nobody had come before the first document was returned."""
    made = desk(story(), story("other"))
    made.studio.annotate(made.tasks["story"], [{"type": "labels"}])
    returned(made)
    screen.page.goto(f"/projects/{made.project}/data")

    expect(screen.page.get_by_text("Tasks: 2 / 2")).to_be_visible()
    screen.page.get_by_text("Label All Tasks").click()
    screen.read_instructions()
    screen.ready()
    assert screen.document() == "other"


def test_work_that_is_open_while_the_task_goes_back_is_not_lost(desk, screen, ada, returned):
    made = desk(story())
    screen.open_stream(made.project)
    screen.join(ANN.start, PARIS.start)
    screen.submit()
    screen.open_task(made.project, made.tasks["story"])
    with screen.drafting():
        screen.relabel(PARIS.start, "5")
    done, cursor = returned(made)
    assert done.returned == ("story",)
    screen.name_arrow(screen.arrows.last, "based_in")
    screen.delete_arrow(screen.arrows.last)
    screen.update()

    loc = replace(PARIS, label="LOC")
    (annotation,) = made.pull(cursor).annotations
    assert annotation.document == replace(
        story(), entities=(*without(PARIS), loc), layer=Layer("annotator", ada.email)
    )
    done, _ = returned(made, cursor)
    assert done.mended == ("story",)
    assert made.studio.returned(made.project) == {}


def test_what_the_article_says_does_nothing_in_the_reason(desk, screen, returned):
    text = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>{{x}} $text &amp; Russian."
    half = Entity(0, text.index("n."), "PERSON", "a")
    made = desk(Document("hostile", text, layer=Layer("model", "m", "1", "w", "r")))
    value = {"start": half.start, "end": half.end, "labels": ["PERSON"]}
    region = {"id": "a", "type": "labels", "from_name": "label", "to_name": "text"}
    made.studio.annotate(made.tasks["hostile"], [region | {"value": value, "origin": "manual"}])
    returned(made)
    screen.open_view(made.project, RETURNED_VIEW)
    expect(screen.page.get_by_text("is only a part of")).to_be_visible()
    screen.open_task(made.project, made.tasks["hostile"])

    expect(screen.reason).to_contain_text(f"• '{text[: half.end]}' is only a part of")
    assert screen.text() == text
    assert screen.page.evaluate("window.hacked") is None
