"""Three people at a real server: the stream serves the right ones, and the blind open blank."""

import json
import shutil
import uuid

import pytest
from command_line import run
from rest_calls import call
from samples import ROOT, SCHEMA

from curation.documents.document import Document, Entity, Layer
from curation.labelstudio.push.dealing import Dealing
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.server.port import RETURN_PREFIX
from curation.labelstudio.tasks import to_result
from curation.localserver.accounts import add_user
from curation.schema.labeling import RETURNED_KEY

MODEL = Layer("model", "m", "1", "w", "r")
SHARES = Dealing(overlap=2, overlap_share=0.5, blind_share=0.5)


def document(number):
    bob = Entity(0, 3, "PERSON", "a")
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob,), (), {}, MODEL)


DOCUMENTS = [document(number) for number in range(6)]
NAMES = {one.id for one in DOCUMENTS}
SHARED = {name for name in NAMES if SHARES.overlap_of(name) == 2}
BLIND = {name for name in NAMES if SHARES.deals_blind(name)}


class Stream:
    """What *Label All Tasks* brings one annotator."""

    def __init__(self, local, project, mail):
        self.local, self.project = local, project
        self.token = add_user(local, mail, mail.partition("-")[0].title(), "A")

    def next(self):
        answer = call(self.local, "GET", f"/api/projects/{self.project}/next", self.token)
        return None if answer.status_code == 404 else answer.raise_for_status().json()

    def annotate(self, task, **fields):
        """As the editor does: what is suggested, or else what a person marks."""
        suggested = [
            region | {"origin": "prediction"}
            for prediction in task["predictions"]
            for region in prediction["result"]
        ]
        form = {"result": suggested or to_result(DOCUMENTS[0], SCHEMA), "lead_time": 5}
        place = f"/api/tasks/{task['id']}/annotations/"
        answer = call(self.local, "POST", place, self.token, json=form | fields)
        return answer.raise_for_status().json()["id"]

    def work(self, *, skips=""):
        """Annotates until the stream ends, but for the document that is skipped; what came, by document."""
        served = {}
        while task := self.next():
            document = task["data"]["doc_id"]
            served[document] = task
            self.annotate(task, was_cancelled=document == skips)
        return served


@pytest.fixture
def desk(tmp_path, monkeypatch, label_studio):
    """A folder to stand in, with documents and their suggestions."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    (tmp_path / "s.jsonl").write_text("".join(one.to_line() + "\n" for one in DOCUMENTS))
    return tmp_path


def test_overlap_and_the_blind_share_as_three_annotators_meet_them(desk, capsys, label_studio):
    title = f"overlap {uuid.uuid4().hex[:8]}"
    studio = HttpStudio(label_studio.url, label_studio.token)

    def curate(command, *arguments):
        code, out, err = run(capsys, command, *arguments, "--project", title)
        assert code == 0, err
        return err + out

    # Dealt out by a share of each.
    shares = ("--overlap-share", "0.5", "--blind-share", "0.5")
    said = curate("push", "s.jsonl", "--overlap", "2", *shares)
    assert f"{len(BLIND)} of the new documents are blind (a share of 0.5)" in said
    project = studio.find_project(title).id
    mails = {name: f"{name}-{title[8:]}@example.org" for name in ("ann", "ben", "cat")}
    ann, ben, cat = (Stream(label_studio, project, mail) for mail in mails.values())

    # The first is served all, and the blind ones without suggestions.
    first = ann.work()
    assert first.keys() == NAMES
    assert {name for name, task in first.items() if not task["predictions"]} == BLIND
    # The second is served those for two, and nothing of what the first did; the third nothing.
    skipped = max(SHARED & BLIND)
    second = ben.work(skips=skipped)
    assert second.keys() == SHARED
    assert [task["annotations"] for task in second.values()] == [[]] * len(second)
    # Who skips counts for nothing: somebody else is served.
    assert cat.work().keys() == {skipped}
    assert (ann.next(), ben.next(), cat.next()) == (None, None, None)

    # Raised later, finished documents open for others, as a second push leaves them: without the
    # reason for which a colleague's work was returned.
    returned = second.keys() - {skipped}
    for name in returned:
        task = second[name]["id"]
        reason = {RETURNED_KEY: f"{RETURN_PREFIX} ann@example.org"}
        studio.replace_task_data(task, {**studio.task_data(task), **reason})
    said = curate("push", "s.jsonl", "--overlap", "3")
    assert "open again for others" in said
    assert f"{len(returned)} returned task" in said
    assert studio.returned(project) == {}
    assert f"{len(NAMES)} unchanged" in curate("push", "s.jsonl")
    third = cat.next()
    assert third["data"]["doc_id"] in SHARED - {skipped}
    told = curate("status", "--names")
    assert f"{len(SHARED)} documents for several annotators: 0 have all annotations" in told
    assert f"{third['data']['doc_id']}: 2 of 3 in, by " in told
    assert all(f"<{mail}>" in told for mail in mails.values())
    # One begins from a colleague's work.
    (_, original) = next(
        (task, one)
        for task in studio.export(project, [third["id"]])
        for one in task["annotations"]
    )
    cat.annotate(third, parent_annotation=original["id"], result=original["result"])

    # A pull has blind evidence for the blind ones, and calls the copy what it is.
    pulled = curate("pull")
    assert "is a copy of that of" in pulled
    copies = 0
    for name in NAMES:
        record = json.loads((desk / "gold" / "next" / f"{name}.json").read_text())
        for one in record["annotations"]:
            if one["status"] != "submitted":
                continue
            copies += one["copy_of"] is not None
            is_blind = name in BLIND and one["copy_of"] is None
            assert (one["arm"] == "blind", one["evidence"] == "task") == (is_blind, is_blind)
    assert copies == 1

    # What makes tasks blind by accident is found by status and doctor, and mended by what they say.
    studio.update_project(project, model_version="")
    left = {task.doc_id for task in studio.tasks(project) if not task.is_finished}
    hidden = json.loads(curate("status", "--json"))["hidden"]
    assert hidden["tasks"] == len(left - BLIND) > 0
    _, checked, _ = run(capsys, "doctor", "--project", title)
    assert "blind by accident: the project shows no model's suggestions" in checked
    opened = cat.next()
    assert opened["data"]["doc_id"] in SHARED - BLIND
    assert opened["predictions"] == []
    curate("push", "s.jsonl")
    assert json.loads(curate("status", "--json"))["hidden"] is None
    assert cat.next()["id"] == opened["id"]
    assert len(cat.next()["predictions"]) == 1
