"""Commands on annotations keep off projects in which verdicts are made."""

import shutil
from datetime import UTC, datetime

import pytest
from samples import ROOT, SCHEMA

from curation.documents.document import Document
from curation.errors import StudioError
from curation.flows.other_projects import find_other_projects
from curation.flows.push import push
from curation.flows.return_documents import DocumentsToReturn, return_documents
from curation.flows.schema_remove import schema_remove
from curation.flows.schema_rename import schema_rename
from curation.labelstudio.server.twin import MemoryStudio
from curation.schema.adjudication_screen import adjudication_xml
from curation.state.tables import enter_project, insert_rows
from curation.workspace import Workspace

TITLE = "curate: adjudication"
DOCUMENTS = [Document("d1", "Bob met Al.")]
NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def place(tmp_path):
    config = tmp_path / "label_config"
    shutil.copytree(ROOT / "label_config", config)
    return Workspace(tmp_path / "gold", tmp_path / ".curate", config=config)


@pytest.fixture
def studio():
    studio = MemoryStudio()
    studio.create_project(TITLE, adjudication_xml(SCHEMA), "")
    return studio


COMMANDS = {
    "push": lambda studio, place: push(studio, place, DOCUMENTS, SCHEMA, title=TITLE),
    "return": lambda studio, place: return_documents(
        studio, place, SCHEMA, DocumentsToReturn(flagged=True), title=TITLE
    ),
    "rename": lambda studio, place: schema_rename(
        studio, place, "LAW=STATUTE", title=TITLE, now=NOW
    ),
    "remove": lambda studio, place: schema_remove(
        studio, place, "LAW", into=None, title=TITLE, now=NOW
    ),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_on_annotations_refuses_it_and_changes_nothing(studio, place, command):
    before = (dict(studio.projects), (place.config / "schema.toml").read_text())

    with pytest.raises(StudioError, match="is a project for adjudication") as caught:
        command(studio, place)

    assert caught.value.hint.endswith("; or: curate adjudicate")
    assert (dict(studio.projects), (place.config / "schema.toml").read_text()) == before
    assert studio.stored_tasks == {}


def test_a_push_takes_a_task_for_an_adjudicator_for_no_second_task_of_a_document(studio, place):
    with place.state.transaction() as connection:
        for title in (TITLE, "news"):
            key = enter_project(connection, studio.url, title)
            row = {"project": key, "digest": "x", "document": "d1", "version": "", "task": 1}
            ledger = {"project": key, "identity": "", "rules": "", "tasks": 0, "last": 0, "newest": ""}  # fmt: skip
            insert_rows(connection, "ledgers", [ledger])
            insert_rows(connection, "settled", [row])
    studio.create_project("news", "<View/>", "")

    found = find_other_projects(studio, place, SCHEMA, title="curate", documents=["d1"])

    assert [other.title for other in found] == ["news"]
