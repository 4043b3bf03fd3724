"""Whoever only looks writes nothing, nowhere: not in the folder, not in a file's time, not as a lock."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from samples import ROOT, SCHEMA

from curation.documents.document import Document, Entity, Layer
from curation.flows.doctor import doctor
from curation.flows.pull import pull
from curation.flows.push import push
from curation.flows.schema_remove import schema_remove
from curation.flows.schema_rename import schema_rename
from curation.flows.status import status
from curation.labelstudio.server.stored_results import all_results
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")


def document(number):
    bob = Entity(0, 3, "PERSON", "a")
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob,), (), {}, MODEL)


def everything(folder):
    """Each file and folder with what it holds, its mode and its times."""
    return {
        path: (
            os.listdir(path) if path.is_dir() else path.read_bytes(),  # noqa: PTH208
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.stat().st_ctime_ns,
        )
        for path in [folder, *folder.rglob("*")]
    }


class Desk:
    def __init__(self, folder, monkeypatch):
        self.folder = folder
        shutil.copytree(ROOT / "label_config", folder / "label_config")
        monkeypatch.chdir(folder)
        self.place = Workspace(Path("gold"), Path(".curate"))
        self.studio = MemoryStudio()
        self.studio.emails[2] = "ben@example.org"

    def push(self, **options):
        documents = [document(n) for n in range(3)]
        return push(self.studio, self.place, documents, SCHEMA, title="p", **options)

    def annotate(self, number, by):
        task = sorted(self.studio.stored_tasks)[number]
        self.studio.submit(task, to_result(document(number), SCHEMA), by=by)

    def pull(self, **options):
        return pull(self.studio, self.place, SCHEMA, title="p", **options)

    def status(self):
        return status(self.studio, self.place, SCHEMA, title="p")

    def rename(self):
        names = "PERSON=HUMAN"
        now = datetime.now(UTC)
        return schema_rename(self.studio, self.place, names, title="p", now=now, dry_run=True)

    def remove(self):
        now = datetime.now(UTC)
        return schema_remove(
            self.studio, self.place, "meets_with", into=None, title="p", now=now, dry_run=True
        )

    def examine(self):
        # To load a model takes long.
        return list(doctor(self.place, {}, title="p", model="none_such"))


LOOKS = {
    "push --dry-run": lambda desk: desk.push(dry_run=True),
    "pull --dry-run": lambda desk: desk.pull(dry_run=True),
    "schema rename --dry-run": Desk.rename,
    "schema remove --dry-run": Desk.remove,
    "status": Desk.status,
    "doctor": Desk.examine,
}


def fresh(desk):
    """Somebody else has pushed and annotated; nothing was ever done here."""
    shutil.rmtree(".curate")


def pulled(desk):
    """One document is pulled; another annotator has come since."""
    desk.pull()
    desk.annotate(1, by=2)


@pytest.mark.parametrize("before", [fresh, pulled])
@pytest.mark.parametrize("look", LOOKS)
def test_whoever_only_looks_writes_nothing(tmp_path, monkeypatch, before, look):
    desk = Desk(tmp_path, monkeypatch)
    desk.push()
    desk.annotate(0, by=1)
    before(desk)
    desk.place = Workspace(Path("gold"), Path(".curate"))
    there, server = everything(tmp_path), list(all_results(desk.studio, 1))

    LOOKS[look](desk)
    LOOKS[look](desk)

    assert everything(tmp_path) == there
    assert list(all_results(desk.studio, 1)) == server


def test_a_status_knows_who_was_pulled_and_tells_new_annotators_apart(tmp_path, monkeypatch):
    desk = Desk(tmp_path, monkeypatch)
    desk.push()
    desk.annotate(0, by=1)
    pulled(desk)
    looking = Workspace(Path("gold"), Path(".curate"), writing=False)
    known = looking.state.pseudonyms(desk.studio.url).find(1, desk.studio.emails[1])

    workers = desk.status().project.workers

    assert known.startswith("person-")
    assert {worker.pseudonym for worker in workers} == {known, "a new annotator"}


def test_a_dry_push_knows_what_the_last_push_left(tmp_path, monkeypatch):
    """It looks nothing up anew, and what it finds is as true."""
    desk = Desk(tmp_path, monkeypatch)
    desk.push()

    found = desk.push(dry_run=True)

    assert (found.created, found.unchanged) == (0, 3)


def test_a_workspace_that_only_looks_takes_no_lock(tmp_path, monkeypatch):
    desk = Desk(tmp_path, monkeypatch)
    looking = Workspace(Path("gold"), Path(".curate"), writing=False)

    with desk.place.write_lock(), looking.write_lock():
        pass
    with (
        desk.place.state.lock_project("push", "u", "p"),
        looking.state.lock_project("push", "u", "p"),
    ):
        pass
