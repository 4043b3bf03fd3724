"""No token and no password gets out: not in what is said, logged or written, whatever is run."""

import logging
import os
import shutil
from pathlib import Path

import pytest
from gold_samples import write_dataset_facts
from published import readable
from samples import ROOT, SCHEMA

from curation import cli
from curation.cli import main
from curation.documents.stream import DocumentsFile
from curation.gold.edition.outgoing import outgoing_files
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result

PLANTED = "5ecre7" * 6 + "abcd"
PROJECT = ["--project", "secrets"]


@pytest.fixture
def desk(tmp_path, monkeypatch, label_studio, label_studio_home):
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    (tmp_path / "a.txt").write_text("Talks\n\nSergei Lavrov met Bashar al-Assad in Syria.\n")
    (tmp_path / ".curate").mkdir(mode=0o700)
    write_dataset_facts(tmp_path / "gold")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    return tmp_path


def files(folder):
    """Every file but the server's own, whose folder is its owner's alone."""
    paths = (Path(at, name) for at, _, names in os.walk(folder) for name in names)
    return {path: path.read_bytes() for path in paths if path.is_file()}


def _secrets(label_studio):
    return label_studio.token, label_studio.password, PLANTED


def test_no_command_lets_a_secret_out(
    desk, monkeypatch, capsys, caplog, label_studio, label_studio_home
):
    """Each is run as it should be, and as it shouldn't; up alone shows the password."""
    caplog.set_level(logging.DEBUG)
    said, ran = {}, set()

    def run(*arguments, code=0):
        with pytest.raises(SystemExit) as ended:
            main([*arguments])
        out, err = capsys.readouterr()
        assert (ended.value.code or 0) == code, out + err
        said[f"{len(said)} {' '.join(arguments)}"] = out + err + caplog.text
        caplog.clear()
        ran.add(arguments[0])

    run("down")
    (desk / ".curate" / "server").symlink_to(label_studio_home)
    run("up")
    shown = said.pop("1 up")
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    run("schema", "build")
    run("ingest", "a.txt", "-o", "articles.jsonl")
    run("preannotate", "articles.jsonl")
    run("push", *PROJECT)
    studio = HttpStudio(label_studio.url, label_studio.token)
    (task,) = studio.tasks(studio.find_project("secrets").id)
    (document,) = DocumentsFile(desk / ".curate" / "suggestions.jsonl")
    studio.annotate(task.id, to_result(document, SCHEMA))
    run("status", *PROJECT, "--json")
    run("pull", *PROJECT)
    run("release", "--no-baseline")
    run("verify")
    run("log", "--json")
    run("publish", "0.1.0", "--repo", "org/news", "--dry-run", "--json")
    going_out = outgoing_files(desk / "gold", "0.1.0").files
    for path, raw in going_out.items():
        (desk / "edition" / path).parent.mkdir(parents=True, exist_ok=True)
        (desk / "edition" / path).write_bytes(raw)
    run("hydrate", "edition", "--texts", "a.txt", "-o", "whole")
    run("leaks", "articles.jsonl", "--json")
    run("diff", "0.1.0", "next", "--json")
    run("migrate", "0.1.0", "-o", "migrated.jsonl")
    run("export", "next", "--format", "doccano", "-o", "exported.jsonl")
    run("import", "exported.jsonl", "--format", "doccano", "-o", "imported.jsonl")
    run("eval", "--predictions", ".curate/suggestions.jsonl", "--json")
    run("agree")
    run("consistency", "--json")
    run("train", "--dry-run", code=1)  # one document is too little
    run("init", "another")
    run("adjudicate", "--project", "secrets of adjudicators")
    run("adjudicate", "--list", "--json")
    run("doctor", *PROJECT)
    run("show", "a", "--json")
    run("return", "a", *PROJECT, "--json")
    run("drop", "a")
    run("restore", "a")
    run("withdraw", "a", "--reason", "asked by the publisher")
    run("audit", "none", code=1)
    for url, key in (
        (label_studio.url, PLANTED),
        (label_studio.url, f"{PLANTED}ä"),
        (label_studio.url.replace("//", f"//me:{PLANTED}@"), "x"),
        ("http://127.0.0.1:9", PLANTED),
    ):
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", key)
        for command in (
            ["push"], ["status"], ["pull", "--full"], ["adjudicate"], ["return", "a"], ["doctor"],
        ):  # fmt: skip
            run(*command, code=1)

    known = {
        command.name or command.callback.__name__ for command in cli.app.registered_commands
    }
    assert {name for name in known if name not in ("demo", "evaluate")} <= ran
    assert shown.count(label_studio.password) == 1
    (desk / ".curate" / "server").unlink()
    written = files(desk) | {
        label_studio_home / "log": (label_studio_home / "log").read_bytes()
    }
    assert len(written) > 12
    for secret in _secrets(label_studio):
        assert [name for name, text in said.items() if secret in text] == []
        assert [path for path, raw in written.items() if secret.encode() in raw] == []
    assert label_studio.token not in shown
    host = label_studio.url.split("//")[1]
    for private in (*_secrets(label_studio), label_studio.username, "secrets", host, str(desk)):
        assert [path for path, text in readable(going_out).items() if private in text] == []
