"""A maintainer's commands, on a real server."""

import json
import re
import shutil
import uuid
from dataclasses import replace

import pytest
from command_line import run
from gold_samples import write_dataset_facts
from samples import ROOT, SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result

AL = Entity(8, 10, "PERSON", "b")
MODEL = Layer("model", "m", "1", "w", "r")


def document(number, *, label="PERSON"):
    bob = Entity(0, 3, label, "a")
    relations = (Relation(bob, AL, "meets_with"),)
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob, AL), relations, {}, MODEL)


@pytest.fixture
def desk(tmp_path, monkeypatch, label_studio):
    """A folder with a schema and nothing else, to stand in, and a real Label Studio to talk to."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    return tmp_path


def test_a_wrong_token_is_told_and_not_shown(desk, capsys, monkeypatch):
    secret = "s3cret" + "0" * 34
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", secret)

    code, _, err = run(capsys, "pull")

    assert code == 1
    assert "refused with 401: Invalid token." in err
    assert "hint: the token is wrong" in err
    assert secret not in err
    assert "cookie" not in err.lower()


def test_an_address_that_is_no_label_studio_is_told(desk, capsys, monkeypatch, label_studio):
    monkeypatch.setenv("LABEL_STUDIO_URL", f"{label_studio.url}/nowhere")

    code, _, err = run(capsys, "pull")

    assert code == 1
    assert "refused with 404: a web page, not Label Studio's API" in err


def test_an_article_that_was_corrected_finds_its_way_into_the_gold(desk, capsys, label_studio):
    """Replaced while nobody has begun; after that, what push says to do works as it is typed."""
    title = f"corrected {uuid.uuid4()}"
    studio = HttpStudio(label_studio.url, label_studio.token)

    def corrected(number, **changes):
        bob, al = Entity(5, 8, "PERSON", "a"), Entity(13, 15, "PERSON", "b")
        text = f"Then Bob met Al. {number}"
        return replace(document(number), text=text, entities=(bob, al), relations=(), **changes)

    def pushed(*documents):
        (desk / "s.jsonl").write_text("".join(one.to_line() + "\n" for one in documents))
        return run(capsys, "push", "s.jsonl", "--project", title)

    def held():
        project = studio.find_project(title).id
        return {task.doc_id: task.id for task in studio.tasks(project)}

    pushed(document(0), document(1), document(2))
    before = held()
    studio.annotate(before["doc-0"], to_result(document(0), SCHEMA))
    code, _, said = pushed(corrected(0), corrected(1))

    assert code == 1
    assert "0 created, 1 updated, 0 unchanged, 1 refused" in said
    assert held()["doc-1"] not in before.values()
    (data,) = (studio.task_data(held()[one])["text"] for one in ("doc-1",))
    assert data == corrected(1).text
    (prediction,) = studio.predictions(studio.find_project(title).id, [held()["doc-1"]])
    assert prediction.result == to_result(corrected(1), SCHEMA)

    (meta,) = re.findall(r'("supersedes": "doc-0") in its meta', said)
    news = [
        corrected(0, id="doc-0-2", meta=json.loads(f"{{{meta}}}")),
        corrected(2, id="doc-2-2", meta={"supersedes": "doc-2"}),
    ]
    code, _, said = pushed(*news)
    assert code == 0
    studio.annotate(held()["doc-0-2"], to_result(news[0], SCHEMA))
    commands = re.findall(r"out of the gold: curate (drop \S+)", said)
    dropped = [run(capsys, *command.split())[2] for command in commands]

    assert "doc-0 is superseded by doc-0-2; its task stays" in dropped[0]
    assert "doc-2 is superseded by doc-2-2; its task, which nobody had begun" in dropped[1]
    assert sorted(held()) == ["doc-0", "doc-0-2", "doc-1", "doc-2-2"]
    code, _, said = pushed(document(0), document(2))
    assert (code, "doc-2 is superseded by doc-2-2" in said) == (0, True)
    assert sorted(held()) == ["doc-0", "doc-0-2", "doc-1", "doc-2-2"]
    run(capsys, "pull", "--project", title)
    record = json.loads((desk / "gold" / "next" / "doc-0.json").read_text())
    assert (record["state"], record["state_reason"]) == ("superseded", "by doc-0-2")


def test_a_maintainers_day(desk, capsys, label_studio):
    """Push, annotate, pull, release, eval: on a real server, by the commands alone."""
    title = f"day {uuid.uuid4()}"
    documents = [document(n) for n in range(3)]
    (desk / "s.jsonl").write_text("".join(one.to_line() + "\n" for one in documents))

    _, _, err = run(capsys, "push", "s.jsonl", "--project", title, "--dry-run")
    assert "3 would be created, 0 would be updated" in err
    _, _, err = run(capsys, "push", "s.jsonl", "--project", title)
    assert "3 created, 0 updated, 0 unchanged, 0 refused" in err
    _, _, err = run(capsys, "push", "s.jsonl", "--project", title)
    assert "0 created, 0 updated, 3 unchanged, 0 refused" in err

    studio = HttpStudio(label_studio.url, label_studio.token)
    project = studio.find_project(title)
    tasks = {task.doc_id: task.id for task in studio.tasks(project.id)}
    studio.annotate(tasks["doc-0"], to_result(document(0), SCHEMA))
    bad = to_result(document(1), SCHEMA)
    bad[-1].pop("labels")
    studio.annotate(tasks["doc-1"], bad)

    code, _, err = run(capsys, "pull", "--project", title, "--dry-run")
    assert (code, (desk / "gold").exists()) == (0, False)
    code, _, err = run(capsys, "pull", "--project", title)
    assert code == 0
    assert "1 annotation of 2 changed documents; 1 document now in gold/next" in err
    assert "the arrow from 'Bob' to 'Al' has no label" in err
    assert f"data?task={tasks['doc-1']}" in err
    code, out, _ = run(capsys, "status", "--project", title, "--json")
    form = json.loads(out)
    assert (form["tasks"], form["annotated"], form["left"]) == (3, 2, 1)
    assert len(form["problems"]) == 1
    assert "doc-1" in run(capsys, "status", "--project", title)[2]

    write_dataset_facts(desk / "gold")
    code, _, err = run(capsys, "release", "--no-baseline")
    assert (code, "gold/0.1.0 is sealed" in err) == (0, True)
    code, _, err = run(capsys, "release", "--no-baseline")
    assert (code, "Nothing new" in err) == (0, True)
    code, out, _ = run(capsys, "eval", "--predictions", "p.jsonl", "--json")
    assert code == 1
    (desk / "p.jsonl").write_text(document(0).to_line() + "\n")
    code, out, _ = run(capsys, "eval", "--predictions", "p.jsonl", "--json")
    form = json.loads(out)
    assert form["recipe"]["gold"] == "0.1.0"
    assert form["entities"]["strict"]["micro"]["f1"] == 1.0
    (desk / "p.jsonl").write_text(document(0, label="ORG").to_line() + "\n")
    run(capsys, "eval", "--predictions", "p.jsonl", "--report", "r.html")
    link = f"{label_studio.url}/projects/{project.id}/data?task={tasks['doc-0']}"
    assert f'<a href="{link}">Open its task' in (desk / "r.html").read_text()
    private = [path for path in (desk / ".curate").rglob("*") if path.is_file()]
    assert desk / ".curate" / "state.sqlite" in private
    assert all(path.stat().st_mode & 0o077 == 0 for path in private)


def test_the_doctor_says_what_is_wrong_and_what_to_type(desk, capsys):
    (desk / "label_config" / "guidelines.md").unlink()

    code, out, _ = run(capsys, "doctor")

    assert code == 1
    assert (
        "WRONG generated files: label_config/guidelines.md: not what schema.toml says\n      → curate schema build"
        in out
    )
    assert re.search(r"^OK +model: en_core_web_sm", out, re.MULTILINE)
    assert re.search(r"^OK +schema: 11 entity types", out, re.MULTILINE)
    assert re.search(r"^OK +Label Studio: http://127", out, re.MULTILINE)
    assert re.search(r"^OK +gold: no version is sealed yet", out, re.MULTILINE)


def test_the_doctor_says_where_the_project_is_not_what_the_schema_says(desk, capsys):
    title, file = f"doctor {uuid.uuid4().hex[:8]}", desk / "d.jsonl"
    file.write_text(document(0).to_line() + "\n")
    asked = ("doctor", "--project", title)

    _, before, _ = run(capsys, *asked)
    run(capsys, "push", "d.jsonl", "--project", title)
    _, pushed, _ = run(capsys, *asked)
    _, known, _ = run(capsys, "doctor")
    schema = desk / "label_config" / "schema.toml"
    schema.write_text(schema.read_text().replace('hotkey = "t"', 'hotkey = "y"'))
    _, apart, _ = run(capsys, *asked)

    assert (
        f"OK    project: '{title}' is not there yet; curate push --project '{title}' makes it"
        in before
    )
    assert f"OK    project: '{title}' is what schema.toml says" in pushed
    assert f"OK    project: '{title}' is what schema.toml says" in known
    what = f"the config of '{title}' differs from schema.toml: key of TITLE: t → y; guideline"
    assert f"WRONG project: {what}\n      → curate push --dry-run --project '{title}'" in apart
