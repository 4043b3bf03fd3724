"""A second Label Studio, on PostgreSQL: a project is moved there, and what the database refuses."""

import json
import shutil
import uuid

import httpx
import pytest
from command_line import run
from samples import ROOT, SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.documents.stream import DocumentsFile
from curation.errors import InputError, StudioError
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result, to_task
from curation.localserver.accounts import add_user

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
MODEL = Layer("model", "m", "1", "w", "r")
NAMES = ("ann", "ben", "cat")


def document(name, *entities, layer=MODEL):
    return Document(name, f"Bob met Al. {name}", entities, _relations(entities), {}, layer)


def _relations(entities):
    return (Relation(BOB, AL, "meets_with"),) if {BOB, AL} <= {*entities} else ()


def client(local, token=""):
    return httpx.Client(
        base_url=local.url,
        headers={"Authorization": f"Token {token or local.token}"},
        trust_env=False,
        timeout=600,
    )


class Move:
    """A folder to stand in, a project on the first server, and its annotators."""

    def __init__(self, folder, monkeypatch, capsys, old, new):
        self.folder, self.monkeypatch, self.capsys = folder, monkeypatch, capsys
        self.old, self.new = old, new
        self.title = f"moved {uuid.uuid4().hex[:8]}"
        shutil.copytree(ROOT / "label_config", folder / "label_config")
        assisted = [document(name, BOB, AL) for name in ("kept", "edited", "skipped", "gone")]
        blind = [document(name, layer=None) for name in ("blind", "copied")]
        for file, documents in (("a.jsonl", assisted), ("b.jsonl", blind)):
            (folder / file).write_text("".join(one.to_line() + "\n" for one in documents))
            self.run(old, "push", file, "--project", self.title)
        self.studio = HttpStudio(old.url, old.token)
        self.tokens = {
            name: add_user(old, f"{name}-{self.title[6:]}@example.org", name, "A")
            for name in NAMES
        }
        self.project = self.studio.find_project(self.title)
        self.tasks = {task.doc_id: task.id for task in self.studio.tasks(self.project.id)}

    def run(self, local, *arguments):
        """Exit code, standard output, standard error."""
        self.monkeypatch.setenv("LABEL_STUDIO_URL", local.url)
        self.monkeypatch.setenv("LABEL_STUDIO_API_KEY", local.token)
        return run(self.capsys, *arguments)

    def pull(self, local, *options):
        code, _, said = self.run(local, "pull", "--project", self.title, *options)
        assert code == 0
        return said

    def submit(self, name, task, *entities, **more):
        """The number of an annotation that somebody submits."""
        sent = {"result": to_result(document(task, *entities), SCHEMA), "lead_time": 7} | more
        with client(self.old, self.tokens[name]) as session:
            answer = session.post(f"/api/tasks/{self.tasks[task]}/annotations/", json=sent)
            return answer.raise_for_status().json()["id"]

    def annotate(self):
        """Everything that an import loses."""
        self.submit("ann", "kept", BOB, AL)
        number = self.submit("ben", "edited", BOB)
        with client(self.old, self.tokens["ann"]) as session:
            sent = {"result": to_result(document("edited", BOB, AL), SCHEMA)}
            session.patch(f"/api/annotations/{number}/", json=sent).raise_for_status()
        self.submit("ben", "skipped", BOB, was_cancelled=True)
        self.submit("cat", "gone", AL)
        self.submit("ann", "blind", BOB)
        self.submit("ben", "blind", BOB)
        first = self.submit("ann", "copied", AL)
        self.submit("ben", "copied", AL, parent_annotation=first)

    def delete_account(self, name):
        [number] = [
            number
            for number, email in self.studio.accounts().items()
            if email.startswith(f"{name}-{self.title[6:]}")
        ]
        with client(self.old) as session:
            session.delete(f"/api/users/{number}/").raise_for_status()

    def move(self):
        """Export on one server and import on the other, as docs/maintaining.md says."""
        with client(self.old) as session:
            what = {"exportType": "JSON", "download_all_tasks": "true"}
            answer = session.get(f"/api/projects/{self.project.id}/export", params=what)
            exported = answer.raise_for_status().json()
        whoever = add_user(self.new, "xavier@example.org", "Xavier", "A")
        studio = HttpStudio(self.new.url, self.new.token)
        [number] = [n for n, email in studio.accounts().items() if email.startswith("xavier")]
        for task in exported:
            del task["predictions"]
            for annotation in task["annotations"]:
                # Whoever has the number there, or whoever imports.
                annotation["completed_by"] = number if annotation["id"] % 2 else None
        project = studio.create_project(self.title, self.project.label_config, "")
        with client(self.new, whoever) as session:
            file = ("export.json", json.dumps(exported).encode(), "application/json")
            answer = session.post(f"/api/projects/{project.id}/import", files={"file": file})
            answer.raise_for_status()

    def records(self):
        return {
            path.stem: json.loads(path.read_text())
            for path in sorted((self.folder / "gold" / "next").glob("*.json"))
        }


PLACE = ("uid", "server", "number", "moved_from", "copy_of")


def without_place(records):
    """What is claimed of each annotation, but for where it is; a second's annotations stand in any order."""
    return {
        name: [
            {key: value for key, value in one.items() if key not in PLACE}
            for one in sorted(record["annotations"], key=lambda one: one["annotator"])
        ]
        for name, record in records.items()
    }


def test_a_project_moved_to_postgresql_claims_what_was_known_and_no_more(
    tmp_path, monkeypatch, capsys, label_studio, second_label_studio
):
    monkeypatch.chdir(tmp_path)
    move = Move(tmp_path, monkeypatch, capsys, label_studio, second_label_studio)
    move.annotate()
    move.pull(label_studio)
    move.delete_account("cat")
    known = move.records()
    assert known["gone"]["annotations"][0]["kind"] == "person"
    move.move()

    said = move.pull(second_label_studio)

    moved = move.records()
    assert "7 annotations came by an import" in said
    assert "7 are known from before the move" in said
    assert without_place(moved) == without_place(known)
    copies = [one["copy_of"] for one in moved["copied"]["annotations"] if one["copy_of"]]
    assert copies == [
        one["uid"] for one in moved["copied"]["annotations"] if not one["copy_of"]
    ]
    blind = {
        name
        for name, some in moved.items()
        if "blind" in {o["arm"] for o in some["annotations"]}
    }
    assert blind == {"blind", "copied"}

    # Once more, and from the old project too: nothing is said twice, doubled or taken back.
    for local in (second_label_studio, label_studio):
        assert "import" not in move.pull(local, "--full")
        assert move.records() == moved

    # Nothing was pulled before the move: nobody is anybody, and nothing is blind.
    shutil.rmtree(tmp_path / "gold")
    shutil.rmtree(tmp_path / ".curate")
    said = move.pull(second_label_studio)
    lost = move.records()
    assert "7 are by unknown annotators" in said
    for name, record in lost.items():
        contents = [(one["entities"], one["relations"]) for one in record["annotations"]]
        assert sorted(map(str, contents)) == sorted(
            str((one["entities"], one["relations"])) for one in known[name]["annotations"]
        )
    annotations = [one for record in lost.values() for one in record["annotations"]]
    assert len({one["annotator"] for one in annotations}) == 7
    assert {one["kind"] for one in annotations} == {"unknown"}
    assert {one["created"] for one in annotations} == {None}
    assert {name: {one["arm"] for one in lost[name]["annotations"]} for name in lost} == {
        "blind": {"unknown"},
        "copied": {"unknown"},
        "edited": {"assisted"},
        "gone": {"assisted"},
        "kept": {"assisted"},
    }


NUL, HALF = "\\u0000", "\\ud800"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('"id": "plain"', f'"id": "a{NUL}"', id="NUL in the id"),
        pytest.param('"text": "Bob', f'"text": "{NUL}ob', id="NUL in the text"),
        pytest.param('"title": "T"', f'"title": "{NUL}"', id="NUL in a value of meta"),
        pytest.param('"title": "T"', f'"{NUL}": "T"', id="NUL in a key of meta"),
        pytest.param('"id": "e1"', f'"id": "e{NUL}"', id="NUL in an entity's id"),
        pytest.param('"PERSON"', f'"PERSON{NUL}"', id="NUL in a label"),
        pytest.param('"title": "T"', f'"title": "{HALF}"', id="half a character in meta"),
        pytest.param('"id": "plain"', f'"id": "{HALF}"', id="half a character in the id"),
    ],
)
def test_what_postgresql_cannot_hold_is_refused_before_it_is_sent(
    before, after, tmp_path, second_label_studio
):
    studio = HttpStudio(second_label_studio.url, second_label_studio.token)
    project = studio.create_project(f"refused {uuid.uuid4().hex[:8]}", "<View/>", "")
    bob = Entity(0, 3, "PERSON", "e1")
    plain = Document("plain", "Bob met Al.", (bob,), (), {"title": "T"}, MODEL)
    line = json.dumps(plain.to_json())
    task = json.dumps(to_task(plain, SCHEMA)).replace('"doc_id":', '"id":', 1)
    assert before in line
    assert before in task
    file = tmp_path / "documents.jsonl"
    file.write_text(f"{plain.to_line()}\n{line.replace(before, after)}\n")

    with pytest.raises(StudioError):
        studio.import_tasks(project.id, [task.replace(before, after).encode()])
    with pytest.raises(InputError, match=r"documents\.jsonl:2"):
        list(DocumentsFile(file))

    assert studio.task_ids(project.id) == set()
