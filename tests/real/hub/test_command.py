"""``curate publish`` as somebody types it, with a server that speaks the Hub's protocol."""

import os
import shutil
import subprocess
import sys

import pytest
from hub.stub import READER, WRITER, HubFault, stub_hub
from samples import ROOT


@pytest.fixture
def server():
    with stub_hub() as server:
        yield server


@pytest.fixture
def desk(tmp_path):
    """A folder with the shipped gold."""
    shutil.copytree(ROOT / "gold", tmp_path / "desk" / "gold")
    return tmp_path / "desk"


def type_(desk, server, *arguments, token=WRITER):
    """Exit code, standard output, standard error; no token is in them."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    env |= {"HF_HOME": str(desk / "hf"), "HF_ENDPOINT": server.url, "HF_TOKEN": token}
    run = [sys.executable, "-m", "curation", "publish", *arguments]
    done = subprocess.run(run, env=env, cwd=desk, capture_output=True, text=True, check=False)
    assert not token or token not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


def test_a_version_is_published_once_and_told_before_and_after(server, desk):
    asked = ("0.1.0", "--repo", "org/news")

    code, out, err = type_(desk, server, *asked, "--dry-run")
    assert (code, server.repositories) == (0, {})
    assert "a new private dataset" in err
    paths = {line.split()[-1] for line in out.splitlines()}

    code, _, err = type_(desk, server, *asked)
    assert code == 0, err
    stored = server.repositories["org/news"]
    assert stored.is_private
    assert stored.commits[stored.tags["v0.1.0"]].keys() == paths | {".gitattributes"}

    code, _, err = type_(desk, server, *asked)
    assert code == 0, err
    assert "Nothing to do" in err
    assert stored.messages == ["initial commit", "Publish 0.1.0"]


@pytest.mark.parametrize(
    ("token", "faults", "told"),
    [
        ("", [], "error: no token was found"),
        (READER, [], "refused with 403"),
        (WRITER, [HubFault(on="commit/main", status=413, body=f'{{"error": "{WRITER}"}}')], "413"),
    ],
    ids=["no token", "a reader's", "too large"],
)  # fmt: skip
def test_what_the_hub_refuses_is_a_sentence(server, desk, token, faults, told):
    server.order(*faults)

    code, out, err = type_(desk, server, "0.1.0", "--repo", "org/news", token=token)

    assert (code, out) == (1, "")
    assert told in err
    assert "Traceback" not in err
