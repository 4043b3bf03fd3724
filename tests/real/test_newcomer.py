"""A newcomer's first week: their own articles and types, from the wheel, in a folder that knows no checkout."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from browser.chromium import windows
from browser.screen import Screen, sign_in
from loading import load
from own_ports import own_ports
from samples import ROOT
from servers import ENVIRONMENT, first_start

from curation.localserver.install import shared_environment
from curation.localserver.run import stop_server

SCHEMA = """
[entities.SCIENTIST]
definition = "A named person who does research."
in = ["[Maria Lopez] found", "the [Vogel] group"]
out = ["[Dr] Vogel — a title", "[she] found — a pronoun"]
color = "#7d01fd"
hotkey = "1"
model_labels = ["PERSON"]

[entities.INSTITUTE]
definition = "A named university, laboratory or agency."
in = ["at [Harvard University]", "the [Max Planck Society]"]
out = ["the [university] — no name", "[Geneva] — a place"]
color = "#539bc1"
hotkey = "2"
model_labels = ["ORG"]

[entities.FINDING]
definition = "A named thing that was found: a species, a star, a particle, a gene."
in = ["the star [HD 110067]", "the [Higgs boson]"]
out = ["a new [star] — no name", "[physics] — a field"]
color = "#dc7a00"
hotkey = "3"

[relations.works_at]
definition = "A scientist works at an institute."
head = ["SCIENTIST"]
tail = ["INSTITUTE"]
in = ["[Vogel] of [Harvard University]", "[Harvard University]'s [Vogel]: Vogel → Harvard University"]
out = ["[Vogel] visited [Harvard University] — being there", "[Vogel] left [Harvard University] — no more"]
color = "#db2408"
"""
TABLE = """key,headline,body,date
1,Star found,"Maria Lopez of Harvard University found the star HD 110067, she said in Boston on Monday.",2026-01-12
"""
# By key, in the order of the text.
NAMES = {"1": "Maria Lopez", "2": "Harvard University", "3": "HD 110067"}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Particle seen | The Lab</title>
<meta property="og:title" content="Particle seen"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Particle seen</h1><p class="byline">By Jane Roe</p>
<p>GENEVA, Jan 14 — Physicists at the European Organization for Nuclear Research saw the Odderon again, Anna Berg said.</p>
<p>The particle was predicted in 1973, and Berg has looked for it for ten years, first at Harvard University.</p></article></body></html>"""


@pytest.fixture(
    scope="module", params=["linked", pytest.param("installed", marks=pytest.mark.long)]
)
def program(request, tmp_path_factory):
    """
    The command in an environment that has our wheel, and of the checkout nothing.

    What the wheel needs is *linked* from our own environment, or *installed* by pip, which takes minutes.
    """
    folder = tmp_path_factory.mktemp("clean")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT]
    subprocess.run([*pip, *build], check=True)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    is_linked = request.param == "linked"
    without_pip = ["--without-pip"] if is_linked else []
    subprocess.run([sys.executable, "-m", "venv", *without_pip, environment], check=True)
    python = environment / "bin" / "python"
    if is_linked:
        install = ["install", "--no-deps", "--no-index", wheel]
        paths = {"base": str(environment), "platbase": str(environment)}
        inside = Path(sysconfig.get_path("purelib", vars=paths))
        (inside / "linked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    else:
        install = ["install", "--constraint", ROOT / "constraints.txt", f"{wheel}[model,html]"]
    subprocess.run([*pip, "--python", python, *install], check=True)
    return environment / "bin" / "curate"


@pytest.fixture
def home(tmp_path):
    """The home of somebody who has a Label Studio installed, by another folder."""
    data = tmp_path / "data"
    (data / "curate").mkdir(parents=True)
    shared = shared_environment()
    assert shared
    (data / "curate" / shared.name).symlink_to(ENVIRONMENT)
    return tmp_path


@pytest.fixture
def curate(program, home):
    """Types a command in the folder; what it said."""
    names = ("PATH", "LANG", "LC_ALL", "TMPDIR")
    variables = {name: os.environ[name] for name in names if name in os.environ}
    variables |= {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}

    def typed(*arguments, folder=home / "papers", code=0):
        done = subprocess.run(
            [program, *arguments], cwd=folder, env=variables, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == code, done.stdout
        return done.stdout

    yield typed
    stop_server(home / "papers" / ".curate" / "server")


def annotate(chromium, login):
    """One article as it should be, the other as it was suggested; which were open."""
    context = windows(chromium, login["url"])
    page = context.new_page()
    sign_in(page, login["username"], login["password"])
    screen = Screen(page)
    screen.open_stream(1)
    seen = [screen.document()]
    correct(screen)
    with screen.moving_on():
        screen.submit()
    seen.append(screen.document())
    correct(screen)
    screen.submit()
    context.close()
    return seen


def correct(screen):
    """Mark the names that the model missed, as it does every star, and draw the arrow that no rule draws."""
    text = screen.text()
    if "HD 110067" not in text:
        return
    marked = [one["value"]["start"] for one in screen.result() if one["type"] == "labels"]
    for key, name in NAMES.items():
        if (at := text.index(name)) not in marked:
            screen.mark(key, at, at + len(name))
    screen.join(text.index("Maria Lopez"), text.index("Harvard University"))
    screen.name_arrow(screen.arrows.first, "works_at")


def test_the_week_from_an_empty_folder_to_a_dataset_that_loads(curate, home, chromium):
    curate("init", "news", "--schema", "news", folder=home)
    ours = (ROOT / "label_config" / "schema.toml").read_text()
    assert (home / "news" / "label_config" / "schema.toml").read_text() == ours
    assert "cd papers\n" in curate("init", "papers", folder=home)
    papers = home / "papers"
    (papers / "label_config" / "schema.toml").write_text(SCHEMA)
    shutil.rmtree(papers / "seeds")
    assert "no articles were given, and this folder has no seeds/" in curate(
        "preannotate", code=1
    )
    (papers / "seeds").mkdir()
    (papers / "seeds" / "table.csv").write_text(TABLE)
    (papers / "seeds" / "particle.html").write_text(PAGE)
    assert "curate schema build" in curate("push", code=1)
    curate("schema", "build")
    columns = ("--id-column", "key", "--text-column", "body")
    said = curate("preannotate", *columns, "--license", "CC-BY-4.0", "--source", "The Lab")
    assert "warning: no rule suggests works_at\n" in said
    assert "2 documents with suggestions → .curate/suggestions.jsonl.\n" in said

    shutil.copytree(first_start(ENVIRONMENT), papers / ".curate" / "server")
    assert "Label Studio is up: http://" in curate("up", "--port", str(own_ports()[0]))
    assert not (papers / ".curate" / "label-studio").exists()
    assert "2 created, 0 updated, 0 unchanged, 0 refused" in curate("push")
    login = json.loads((papers / ".curate" / "server" / "login.json").read_text())
    seen = annotate(chromium, login)
    said = curate("pull")

    assert sorted(seen) == ["1", "particle"]
    assert "2 annotations of 2 changed documents; 2 documents now in gold/next." in said
    record = json.loads((papers / "gold" / "next" / "1.json").read_text())
    (annotation,) = record["annotations"]
    assert [one["text"] for one in annotation["entities"]] == list(NAMES.values())
    assert [one["label"] for one in annotation["relations"]] == ["works_at"]
    assert "Entities by type, strict" in curate("eval", "--gold", "next")

    assert "gold/dataset.toml was missing and is now a form" in curate("release", code=1)
    form = papers / "gold" / "dataset.toml"
    form.write_text(filled_in(form.read_text()))
    curate("release", "1.0.0")
    rows = [
        row
        for split in load(papers / "gold", "1.0.0")["rows"]["1.0.0"].values()
        for row in split
    ]
    assert {row["id"] for row in rows} == {"1", "particle"}
    assert "\n\nBy Jane Roe\n\nGENEVA" in next(
        row["text"] for row in rows if row["id"] == "particle"
    )
    assert "Label Studio is stopped." in curate("down")


def filled_in(form):
    """With an answer to each question that needs one."""
    form = form.replace('annotation_license = ""', 'annotation_license = "cc-by-4.0"')
    return re.sub(r'^(?!citation)(\w+) = ""$', r'\1 = "Ours."', form, flags=re.MULTILINE)
