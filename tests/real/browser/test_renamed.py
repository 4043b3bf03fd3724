"""A type is renamed while a browser is open: nothing that is done in it is lost."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from browser.stories import ACME, ANN, BERLIN, BOB, PARIS, story
from pulling import pull
from samples import ROOT

from curation.documents.document import Layer, Relation
from curation.flows.schema_rename import schema_rename
from curation.labelstudio.pull.last_editor import load_last_editors
from curation.labelstudio.rename import config_with_both_names
from curation.schema import read_schema
from curation.schema.read import parse_schema
from curation.schema.rename import rename_type as renamed_text
from curation.schema.type_change import TypeChange
from curation.state import State
from curation.workspace import Workspace


@pytest.fixture
def renamed(tmp_path):
    """Renames in a project, and gives the schema that is then."""
    config = tmp_path / "label_config"
    shutil.copytree(ROOT / "label_config", config)

    def act(desk, given):
        place = Workspace(tmp_path / "gold", tmp_path / ".curate", config=config)
        report = schema_rename(
            desk.studio, place, given, title=desk.title, now=datetime.now(UTC)
        )
        return read_schema(config / "schema.toml"), report

    return act


def annotations(desk, schema, home):
    found = pull(
        desk.studio,
        schema,
        title=desk.title,
        pseudonym=lambda _, email: email,
        editors=load_last_editors(State(home / ".curate"), desk.studio.url, desk.title),
    )
    assert found.cursor.all_problems() == ()
    return {one.document.id: one for one in found.annotations}


def test_browsers_that_are_open_during_a_renaming_lose_nothing(
    desk, screen, ada, ben, renamed, tmp_path
):
    """Ada has begun, Ben has not; both submit with the old names. Then the new ones are on the keys."""
    made = desk(story("ada"), story("ben"), story("later"))
    screen.open_task(made.project, made.tasks["ada"])
    with screen.drafting():
        screen.relabel(PARIS.start, "5")
    other = ben.window()
    other.open_task(made.project, made.tasks["ben"])

    schema, report = renamed(made, "GPE=PLACE")
    assert dict(report.results) == {"predictions": 3, "drafts": 1}
    schema, report = renamed(made, "based_in=seated_in")
    screen.delete(ANN.start)
    screen.submit()
    other.relabel(ANN.start, "4")
    other.submit()
    other.page.close()

    expected = schema.with_current_names(story())
    place, loc = (replace(PARIS, label=label) for label in ("PLACE", "LOC"))
    berlin, ann, bob = (replace(one, label="PLACE") for one in (BERLIN, ANN, BOB))
    found = annotations(made, schema, tmp_path)
    assert found["ada"].document == replace(
        expected,
        id="ada",
        entities=(BOB, loc, ACME, berlin),
        relations=(Relation(ACME, berlin, "seated_in"),),
        layer=Layer("annotator", ada.email),
    )
    assert found["ben"].document.layer == Layer("annotator", ben.email)
    assert set(found["ben"].document.entities) == {BOB, ann, place, ACME, berlin}
    assert found["ada"].suggestion == replace(expected, id="ada")

    # What came late is written under the new name by the next run, and stays whose it was.
    renamed(made, "GPE=PLACE")
    renamed(made, "based_in=seated_in")
    assert annotations(made, schema, tmp_path) == found

    screen.open_task(made.project, made.tasks["later"])
    screen.relabel(BOB.start, "4")
    screen.name_arrow(screen.arrows.nth(1), "seated_in", "seated_in")  # off and on
    screen.submit()
    later = annotations(made, schema, tmp_path)["later"].document
    assert set(later.entities) == {bob, ANN, place, ACME, berlin}
    assert later.relations == (
        Relation(bob, ANN, "meets_with"),
        Relation(ACME, berlin, "seated_in"),
    )


def test_a_task_that_is_opened_amid_a_renaming_can_have_either_name(desk, screen, tmp_path):
    """The config has both for a while; the key gives the new one."""
    made = desk(story())
    text = renamed_text(
        (ROOT / "label_config" / "schema.toml").read_text(),
        "entities",
        "GPE",
        "PLACE",
        path=tmp_path,
    )
    schema = parse_schema(text, tmp_path)
    config = config_with_both_names(
        schema, TypeChange("entities", "GPE", "PLACE", is_begun=True)
    )
    made.studio.update_project(made.project, label_config=config)

    screen.open_task(made.project, made.tasks["story"])
    offered = screen.page.locator(".lsf-label__text").all_inner_texts()
    assert sorted(offered) == sorted([*schema.entities, "GPE"])
    screen.relabel(BOB.start, "4")
    labels = [one["value"]["labels"] for one in screen.result() if one["type"] == "labels"]
    screen.submit()

    assert sorted(labels) == [["GPE"], ["GPE"], ["ORG"], ["PERSON"], ["PLACE"]]
    document = annotations(made, schema, tmp_path)["story"].document
    assert [one.label for one in document.entities] == [
        "PLACE",
        "PERSON",
        "PLACE",
        "ORG",
        "PLACE",
    ]
