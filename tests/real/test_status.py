"""What status tells of a real server, where annotators skip, flag, write notes and leave drafts."""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import uuid

import pytest
from command_line import run
from rest_calls import call
from samples import ROOT, SCHEMA

from curation.documents.document import Document, Entity, Layer
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result
from curation.localserver.accounts import add_user
from curation.schema.labeling import FLAGS_TAG, NOTE_TAG, TEXT_TAG

MODEL = Layer("model", "m", "1", "w", "r")
FLAG = {"id": "f", "type": "choices", "from_name": FLAGS_TAG, "to_name": TEXT_TAG, "value": {"choices": ["bad_text"]}}  # fmt: skip
NOTE = {"id": "n", "type": "textarea", "from_name": NOTE_TAG, "to_name": TEXT_TAG, "value": {"text": ["who is Al?"]}}  # fmt: skip


def document(number):
    bob = Entity(0, 3, "PERSON", "a")
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob,), (), {}, MODEL)


class Desk:
    """A folder to stand in, a project of six documents, and Ann and Ben who annotate it."""

    def __init__(self, local, folder, capsys):
        self.local = local
        self.capsys = capsys
        self.title = f"status {uuid.uuid4().hex[:8]}"
        self.mails = {name: f"{name}-{self.title[7:]}@example.org" for name in ("ann", "ben")}
        self.tokens = {
            name: add_user(local, mail, name.title(), "A") for name, mail in self.mails.items()
        }
        lines = [document(number).to_line() + "\n" for number in range(6)]
        (folder / "s.jsonl").write_text("".join(lines))
        self.run("push", "s.jsonl")
        self.studio = HttpStudio(local.url, local.token)
        self.project = self.studio.find_project(self.title).id
        self.tasks = {task.doc_id: task.id for task in self.studio.tasks(self.project)}

    def run(self, command, *arguments, title=""):
        code, out, err = run(self.capsys, command, *arguments, "--project", title or self.title)
        return code, out, err

    def post(self, name, place, form):
        answer = call(self.local, "POST", f"/api/tasks/{place}", self.tokens[name], json=form)
        return answer.raise_for_status().json()["id"]

    def submit(self, name, number, *extra, seconds=6, skipped=False):
        """As the editor sends it: suggested regions say that they are."""
        suggested = [
            region | {"origin": "prediction"} for region in to_result(document(number), SCHEMA)
        ]
        form = {
            "result": [*suggested, *extra],
            "lead_time": seconds,
            "was_cancelled": skipped,
        }
        return self.post(name, f"{self.tasks[f'doc-{number}']}/annotations/", form)

    def link(self, number):
        return (
            f"{self.local.url}/projects/{self.project}/data?task={self.tasks[f'doc-{number}']}"
        )


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys, label_studio):
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    return Desk(label_studio, tmp_path, capsys)


def test_status_tells_what_annotators_did_since_the_last_pull(desk):
    first = desk.submit("ann", 0)
    desk.submit("ann", 1, seconds=3)
    _, _, fresh = desk.run("status")
    desk.run("pull")
    desk.submit("ben", 2, skipped=True)
    desk.submit("ben", 3, FLAG)
    desk.submit("ann", 4, NOTE, seconds=60_000)
    draft = {"result": [], "lead_time": 1}
    desk.post("ben", f"{desk.tasks['doc-5']}/drafts", draft)
    desk.post("ann", f"{desk.tasks['doc-0']}/annotations/{first}/drafts", draft)

    _, _, said = desk.run("status", "--names")
    _, out, _ = desk.run("status", "--json")
    _, whole, _ = desk.run("status", "--drafts", "--json")

    assert "Nothing was pulled from this project yet: curate pull" in fresh
    assert "6 tasks: 4 annotated, 1 begun, 1 skipped, 0 left" in said
    assert "3 annotations since the last pull: curate pull" in said
    assert f"<{desk.mails['ben']}>): flagged bad_text\n    {desk.link(3)}" in said
    assert f"<{desk.mails['ben']}>): skipped\n    {desk.link(2)}" in said
    assert f"<{desk.mails['ann']}>): wrote: who is Al?\n    {desk.link(4)}" in said
    assert f"press Update, or undo the changes\n    {desk.link(0)}" in said
    assert (
        f"<{desk.mails['ann']}>: 3 submitted, 0 skipped, 6 s a document (median), "
        "150 s per 100 words (median), 3 of 3 as suggested (100%)"
    ) in said
    assert "@" not in out
    assert "\n    600 documents and 2,400 words an hour (medians); last change 20" in said
    quick = json.loads(out)
    full = json.loads(whole)
    assert quick.pop("read_at") <= full.pop("read_at")
    assert quick["unpulled"] == {"annotations": 3, "deleted": 0}
    assert {"annotations": 1, "seconds": 6.0, "timed": 2}.items() <= quick["rest"].items()
    assert sum(quick["days"].values()) == 4
    assert quick | {"was_read_whole": True} == full


def test_somebody_who_watches_sees_what_is_submitted_until_ctrl_c(desk):
    """In a terminal, which shows the last state alone; who watches through a pipe sees no bars."""
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "curation", "status", "--watch", "--every", "1"]
    watching = subprocess.Popen(
        [*command, "--project", desk.title], stdout=terminal, stderr=terminal, stdin=terminal
    )
    os.close(terminal)
    seen = ""

    def wait_for(words):
        nonlocal seen
        while words not in seen:
            assert select.select([master], [], [], 60)[0], seen
            seen += os.read(master, 10_000).decode(errors="replace")

    try:
        wait_for("6 tasks: 0 annotated")
        desk.submit("ann", 0)
        wait_for("6 tasks: 1 annotated")
        wait_for("again every 1 s; Ctrl-C ends")
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 0
    finally:
        watching.kill()
        os.close(master)
    assert "\x1b[2J" in seen
    assert "Traceback" not in seen


def test_a_push_to_a_second_project_says_so_first(desk):
    second = f"{desk.title} b"

    _, _, dry = desk.run("push", "s.jsonl", "--dry-run", title=second)
    _, _, said = desk.run("push", "s.jsonl", title=second)

    link = desk.link(0).partition("?")[0]
    warning = f"warning: 6 documents of this file are tasks of {desk.title!r} already ({link});"
    assert dry.startswith(warning)
    assert said.startswith(warning)
    assert "6 created" in said
