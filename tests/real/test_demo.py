"""The demo goes through the whole loop on a server that it starts, and again finds all of it there."""

import os
import shutil
import subprocess
import sys

import pytest
from samples import ROOT
from servers import first_start

from curation.labelstudio.server.client import HttpStudio
from curation.localserver import run as server

ARTICLES = 9


@pytest.fixture
def desk(tmp_path, label_studio_environment):
    """A checkout of what the demo needs, with Label Studio installed, and started once before."""
    for name in ("seeds", "label_config", "gold"):
        shutil.copytree(ROOT / name, tmp_path / name)
    # More of the same takes longer.
    (tmp_path / "seeds" / "unseen.jsonl").unlink()
    others = tmp_path / "seeds" / "wikinews.jsonl"
    few = others.read_text(encoding="utf-8").splitlines(keepends=True)[: ARTICLES - 1]
    others.write_text("".join(few), encoding="utf-8")
    (tmp_path / ".curate").mkdir()
    (tmp_path / ".curate" / ".gitignore").write_text("*\n")
    shutil.copytree(first_start(label_studio_environment), tmp_path / ".curate" / "server")
    (tmp_path / ".curate" / "label-studio").symlink_to(label_studio_environment)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    subprocess.run(
        ["git", "-C", str(tmp_path), "add", "seeds", "label_config", "gold"], check=True
    )
    yield tmp_path
    server.stop_server(tmp_path / ".curate" / "server")


def demo(desk):
    return subprocess.run(
        [sys.executable, "-m", "curation", "demo"],
        cwd=desk, env=os.environ | {"PYTHONPATH": str(ROOT)}, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def test_the_demo_runs_twice_and_does_everything_once(desk):
    first = demo(desk)
    second = demo(desk)

    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout
    assert f"{ARTICLES} created, 0 updated, 0 unchanged, 0 refused" in first.stdout
    assert (
        f"{ARTICLES} annotations submitted as 'Replay (a program, not a person)'"
        in first.stdout
    )
    assert f"0 created, 0 updated, {ARTICLES} unchanged, 0 refused" in second.stdout
    assert f"{ARTICLES} annotations of the replay there already." in second.stdout
    local = server.running_server(desk / ".curate" / "server")
    for said in (
        "Entities by type, strict",
        "Relations by type, strict",
        "recipe: ",
        f"the annotations of all {ARTICLES} documents are machine-generated: no person is known to have checked them",
        "a score on development data",
        "The report is in .curate/report.html",
        "Open the project: http://",
    ):
        assert said in first.stdout
    for said in (local.url, local.username, local.password, "Stop it with: "):
        assert said in first.stdout
    report = (desk / ".curate" / "report.html").read_text()
    assert "data?task=" in report
    changes = ["git", "-C", str(desk), "status", "--porcelain"]
    new = [
        line
        for line in subprocess.check_output(changes, text=True).splitlines()
        if line[0] != "A"
    ]
    assert new == []

    studio = HttpStudio(local.url, local.token)
    project = studio.find_project("curate demo")
    annotations = [one for task in studio.export(project.id) for one in task["annotations"]]
    accounts = studio.accounts()
    assert project.tasks == len(annotations) == ARTICLES
    assert all(accounts[one["completed_by"]].endswith(".invalid") for one in annotations)
