"""A real Label Studio with nothing in it but its account, without the time that a first start takes."""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from own_ports import own_ports
from samples import ROOT

from curation.files import lock, make_private_folder
from curation.localserver import install
from curation.localserver import run as server
from curation.localserver.accounts import LocalServer
from curation.localserver.run import start_server, stop_server
from curation.workspace import Workspace

# What the first start builds is kept in the checkout, and
# made anew when the pinned versions or what we start them with change.
KEPT = ROOT / ".curate" / "first-starts"
MADE_FROM = (install.PINS, Path(server.__file__))
DATABASE = Path("data", "label_studio.sqlite3")
# Shared with the checkout's own `curate up`: to set it up takes minutes.
ENVIRONMENT = Workspace(ROOT / "gold", KEPT.parent).server_environment


def start(home: Path, environment: Path) -> LocalServer:
    """A server whose state is in *home*, at a port of its own."""
    if not home.exists():
        make_private_folder(home.parent)
        shutil.copytree(first_start(environment), home)
    local, _ = start_server(home, environment, say=print, port=own_ports()[0])
    return local


def first_start(environment: Path) -> Path:
    """A server's state after its first start; made once, by whoever comes first."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in MADE_FROM)).hexdigest()
    made = KEPT / digest[:16]
    make_private_folder(KEPT.parent)
    make_private_folder(KEPT)
    with lock(KEPT / "lock", busy=None):
        if not made.exists():
            begun = KEPT / "begun"
            stop_server(begun)  # where somebody was killed here
            for old in KEPT.glob("*/"):
                shutil.rmtree(old)
            start_server(begun, environment, say=print, port=own_ports()[0])
            stop_server(begun)
            _settle(begun)
            begun.rename(made)
    return made


def _settle(home: Path) -> None:
    """Whole in one file, its login without a port or a process."""
    with closing(sqlite3.connect(home / DATABASE)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    login = json.loads((home / "login.json").read_text()) | {"port": 0, "pid": 0, "mark": ""}
    (home / "login.json").write_text(json.dumps(login))
    for name in ("lock", "data.lock", "log"):
        (home / name).unlink(missing_ok=True)
    assert not list((home / "data").glob("*-wal"))


if __name__ == "__main__":
    first_start(ENVIRONMENT)
