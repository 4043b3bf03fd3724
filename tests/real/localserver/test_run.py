"""The local Label Studio: real servers, started, found, killed and stopped."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from rest_calls import call

from curation.errors import CurateError, StudioError
from curation.files import lock, write_text
from curation.localserver import free_port, process
from curation.localserver import run as server
from curation.localserver.accounts import LocalServer, add_user
from curation.localserver.run import running_server, start_server, stop_server

TITLE = "A project of the admin"


def titles(local: LocalServer, token: str = "") -> set[str]:
    found = call(local, "GET", "/api/projects", token).json()["results"]
    return {project["title"] for project in found}


def loose(folder: Path) -> list[Path]:
    """What in *folder* anybody but its owner may look at."""
    everything = [folder, *folder.rglob("*")]
    return [path for path in everything if path.lstat().st_mode & 0o077]


def is_there(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that is none of our business, and must outlive the test."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def project(label_studio: LocalServer) -> str:
    call(label_studio, "POST", "/api/projects", json={"title": TITLE}).raise_for_status()
    return TITLE


# One server that stays up.


def test_the_token_that_up_left_is_the_admins(label_studio: LocalServer) -> None:
    reply = call(label_studio, "GET", "/api/current-user/whoami")

    assert reply.json()["email"] == label_studio.username


def test_up_finds_the_server_that_runs(
    label_studio: LocalServer, label_studio_home: Path, label_studio_environment: Path
) -> None:
    said: list[str] = []

    found = start_server(label_studio_home, label_studio_environment, say=said.append)

    assert found == (label_studio, False)
    assert running_server(label_studio_home) == label_studio
    assert said == []


def test_what_a_server_keeps_is_its_owners_alone(
    label_studio: LocalServer, label_studio_home: Path
) -> None:
    assert (label_studio_home / "data" / "label_studio.sqlite3").is_file()
    assert loose(label_studio_home.parent) == []


def test_git_never_sees_what_a_server_keeps(
    label_studio: LocalServer, label_studio_home: Path, tmp_path: Path
) -> None:
    git = ["git", f"--git-dir={tmp_path}", f"--work-tree={label_studio_home.parents[1]}"]
    subprocess.run([*git, "init", "--quiet"], check=True)

    seen = subprocess.run(
        [*git, "status", "--porcelain", "--untracked-files=all"],
        check=True,
        capture_output=True,
        cwd=label_studio_home.parents[1],
    )

    assert seen.stdout == b""


def test_nobody_signs_up_without_an_invitation(label_studio: LocalServer) -> None:
    with httpx.Client(base_url=label_studio.url, trust_env=False, timeout=600) as client:
        client.get("/user/signup/")
        form = {"email": "me@example.org", "password": "let me in, please"}
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        reply = client.post("/user/signup/", data=form)

    assert reply.status_code == 403


def test_only_this_machine_reaches_it(label_studio: LocalServer) -> None:
    with socket.socket() as knock:
        knock.settimeout(2)
        assert knock.connect_ex(("127.0.0.2", label_studio.port)) != 0


def test_a_page_of_another_name_gets_no_answer(label_studio: LocalServer) -> None:
    """A web site that points its own name at this machine is no way in."""
    reply = httpx.get(
        f"{label_studio.url}/health",
        headers={"Host": "elsewhere.example"},
        trust_env=False,
        timeout=600,
    )

    assert reply.status_code == 400


def test_no_secret_stands_on_a_command_line(label_studio: LocalServer) -> None:
    assert shutil.which("ps"), "install ps: it is in the package procps"
    lines = subprocess.run(
        ["ps", "-ww", "-A", "-o", "command="], capture_output=True, text=True, check=True
    ).stdout

    assert f"--port {label_studio.port}" in lines
    assert label_studio.password not in lines
    assert label_studio.token not in lines


def test_no_secret_stands_in_a_local(label_studio: LocalServer) -> None:
    assert label_studio.password not in repr(label_studio)
    assert label_studio.token not in repr(label_studio)


def test_a_further_user_is_one_user_and_sees_our_projects(
    label_studio: LocalServer, project: str
) -> None:
    token = add_user(label_studio, "Ada@example.org", "Ada", "Lovelace")
    again = add_user(label_studio, "ada@example.org", "Ada", "King")

    me = call(label_studio, "GET", "/api/current-user/whoami", token).json()
    assert token == again != label_studio.token
    assert (me["email"], me["first_name"], me["last_name"]) == (
        "ada@example.org",
        "Ada",
        "King",
    )
    assert project in titles(label_studio, token)


@pytest.mark.parametrize(
    ("email", "message"),
    [
        pytest.param("admin@localhost", "is an account in Label Studio already", id="taken"),
        pytest.param("not an address", "would not make an account", id="malformed"),
    ],
)
def test_a_user_that_cant_be_made_is_refused(
    label_studio: LocalServer, email: str, message: str
) -> None:
    with pytest.raises(StudioError, match=message):
        add_user(label_studio, email, "Any", "Body")


def test_a_user_of_a_server_that_is_gone_is_a_sentence(label_studio: LocalServer) -> None:
    with socket.socket() as seat:
        seat.bind(("127.0.0.1", 0))
        nobody = replace(label_studio, url=f"http://127.0.0.1:{seat.getsockname()[1]}")

        with pytest.raises(StudioError, match="didn't answer") as caught:
            add_user(nobody, "ada@example.org", "Ada", "Lovelace")

    assert "curate up" in caught.value.hint


# What login.json says and what is really there.


def forge(home: Path, **other: Any) -> None:
    login = json.loads((home / "login.json").read_text(encoding="utf-8"))
    (home / "login.json").write_text(json.dumps(login | other), encoding="utf-8")


@pytest.fixture
def copied(label_studio: LocalServer, label_studio_home: Path, tmp_path: Path) -> Path:
    """A home with the login.json of the shared server, to be falsified."""
    home = tmp_path / "server"
    home.mkdir()
    shutil.copy(label_studio_home / "login.json", home)
    return home


def test_a_server_that_knows_another_token_is_not_ours(copied: Path) -> None:
    forge(copied, token="0" * 40)

    assert running_server(copied) is None


def test_a_process_that_took_over_the_number_is_left_alone(
    copied: Path, stranger: subprocess.Popen[bytes]
) -> None:
    forge(copied, pid=stranger.pid)

    assert running_server(copied) is None
    assert stop_server(copied) is False
    assert is_there(stranger)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": 1, "mark": "", "more": 2}'])
def test_a_login_that_cant_be_read_is_no_server(tmp_path: Path, text: str) -> None:
    (tmp_path / "login.json").write_text(text)

    assert running_server(tmp_path) is None
    assert stop_server(tmp_path) is False


def test_there_is_nothing_to_find_or_stop_where_nothing_was_started(tmp_path: Path) -> None:
    assert running_server(tmp_path / "server") is None
    assert stop_server(tmp_path / "server") is False
    assert list(tmp_path.iterdir()) == []


def test_two_at_once_don_t_get_in_each_others_way(
    tmp_path: Path, label_studio_environment: Path
) -> None:
    home = tmp_path / "server"

    with (
        lock(home / "lock", busy=""),
        pytest.raises(CurateError, match="another `curate up` or `curate down`"),
    ):
        start_server(home, label_studio_environment, say=print)


def test_a_server_that_dies_says_why_and_leaves_nothing_behind(
    label_studio: LocalServer, tmp_path: Path, label_studio_environment: Path
) -> None:
    """Needs *label_studio* only for its environment to be there."""
    home = tmp_path / "server"
    (home / "data").mkdir(parents=True)
    (home / "data" / "label_studio.sqlite3").write_text("this was a database once " * 100)

    with pytest.raises(StudioError, match="file is not a database") as caught:
        start_server(home, label_studio_environment, say=print, port=label_studio.port)

    assert str(home / "log") in caught.value.hint
    assert running_server(home) is None
    assert stop_server(home) is False


# A server that has a hard life. Each test starts with it up and may leave it as it likes.


@dataclass(frozen=True, slots=True)
class Second:
    """A home with the data of the shared server, and its first start."""

    home: Path
    environment: Path
    first: LocalServer
    said: list[str]

    def up(self) -> tuple[LocalServer, bool, list[str]]:
        said: list[str] = []
        local, started = start_server(
            self.home, self.environment, say=said.append, port=self.first.port
        )
        return local, started, said


@pytest.fixture(scope="module")
def second(
    label_studio: LocalServer,
    label_studio_home: Path,
    label_studio_environment: Path,
    project: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Second]:
    """
    Started on data whose login.json was lost, by a user whose shell has
    settings of another Label Studio and whose umask hides nothing.
    """
    home = tmp_path_factory.mktemp("nächste Tür ") / ".curate" / "server"
    (home / "data").mkdir(parents=True)
    shutil.copy(label_studio_home / "data" / ".env", home / "data")
    old = sqlite3.connect(label_studio_home / "data" / "label_studio.sqlite3")
    new = sqlite3.connect(home / "data" / "label_studio.sqlite3")
    old.backup(new)
    old.close()
    new.close()
    for path in home.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)

    said: list[str] = []
    umask = os.umask(0)
    with pytest.MonkeyPatch.context() as shell:
        shell.setenv("LABEL_STUDIO_USERNAME", "somebody@example.org")
        shell.setenv("LABEL_STUDIO_HOST", "https://label-studio.example.org")
        shell.setenv("DATABASE_NAME", str(home / "elsewhere.sqlite3"))
        shell.setenv("DJANGO_DB", "default")
        shell.setenv("DEBUG", "true")
        shell.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        try:
            # The shared server has this port: the next free one is taken.
            first, _ = start_server(
                home, label_studio_environment, say=said.append, port=label_studio.port
            )
        finally:
            os.umask(umask)
    yield Second(home, label_studio_environment, first, said)
    stop_server(home)


def test_a_lost_login_is_made_anew_and_loses_no_data(
    second: Second, label_studio: LocalServer
) -> None:
    local, _, _ = second.up()

    assert sum("starting" in line for line in second.said) == 1
    assert any("the login of Label Studio's data is lost" in line for line in second.said)
    assert local.username == label_studio.username
    assert local.token != label_studio.token
    assert TITLE in titles(local)


def test_a_new_password_opens_the_door(second: Second) -> None:
    local, _, _ = second.up()

    with httpx.Client(base_url=local.url, trust_env=False, timeout=600) as client:
        client.get("/user/login/")
        form = {"email": local.username, "password": local.password}
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        reply = client.post("/user/login/", data=form)

    assert reply.is_redirect


def test_a_taken_port_is_said_and_the_next_free_one_taken(
    second: Second, label_studio: LocalServer
) -> None:
    line = f"port {label_studio.port} is taken; taking {second.first.port}"

    assert line in second.said
    assert second.first.port > label_studio.port


def test_an_open_umask_opens_nothing(second: Second) -> None:
    assert loose(second.home) == []


def test_a_killed_server_comes_back_with_its_login_and_its_data(second: Second) -> None:
    before, _, _ = second.up()
    os.kill(before.pid, signal.SIGKILL)

    after, started, said = second.up()

    assert started
    assert said[0] == "the Label Studio that ran last has ended; starting it again"
    assert after == replace(before, pid=after.pid)
    assert TITLE in titles(after)


def test_a_foreign_process_survives_a_fresh_start(
    second: Second, stranger: subprocess.Popen[bytes]
) -> None:
    before, _, _ = second.up()
    stop_server(second.home)
    forge(second.home, pid=stranger.pid, mark="curate=0123456789abcdef")

    after, started, _ = second.up()

    assert started
    assert after.token == before.token
    assert is_there(stranger)


def test_a_hung_server_is_stopped_and_started_again(
    second: Second, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _, _ = second.up()
    os.kill(before.pid, signal.SIGSTOP)
    monkeypatch.setattr(server, "HUNG_SECONDS", 2.0)
    monkeypatch.setattr(process, "STOP_SECONDS", 1.0)  # no gentle word reaches it anyway

    after, started, said = second.up()

    assert started
    assert "doesn't answer" in said[0]
    assert after == replace(before, pid=after.pid)
    with pytest.raises(ProcessLookupError):
        os.kill(before.pid, 0)


@pytest.mark.parametrize(
    "content", [None, pytest.param("{", marks=pytest.mark.long), "half of it"]
)
def test_a_lost_login_is_no_lost_server(second: Second, content: str | None) -> None:
    """What runs is found without it: never two servers on one database."""
    second.up()
    login = (second.home / "login.json").read_text()
    spoil(second.home, content)

    assert running_server(second.home) is None
    assert stop_server(second.home) is True
    assert stop_server(second.home) is False
    write_text(second.home / "login.json", login, mode=0o600)  # the next test needs no new one


@pytest.mark.long
def test_a_port_taken_while_it_starts_costs_another_start(
    second: Second, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a connection of another program, which takes any port that is free."""
    monkeypatch.setattr(free_port, "HELD_SECONDS", 0.0)
    second.up()
    stop_server(second.home)
    said: list[str] = []

    with socket.socket() as taker:

        def take(message: str) -> None:
            said.append(message)
            if message.startswith("starting") and taker.getsockname()[1] == 0:
                taker.bind(("127.0.0.1", int(message.rsplit(":", 1)[1].split(",")[0])))

        local, started = start_server(
            second.home, second.environment, say=take, port=second.first.port
        )
        taken = taker.getsockname()[1]

    assert started
    assert local.port != taken
    assert any(f"port {taken} was taken while" in message for message in said)


def spoil(home: Path, content: str | None) -> None:
    (home / "login.json").unlink()
    if content is not None:
        (home / "login.json").write_text(content)


def test_a_server_whose_login_is_lost_is_started_again_at_its_port(second: Second) -> None:
    before, _, _ = second.up()
    spoil(second.home, None)

    after, started, said = second.up()

    assert started
    assert "its login is lost" in said[0]
    assert after.url == before.url
    assert after.token != before.token
    assert TITLE in titles(after)
    with pytest.raises(ProcessLookupError):
        os.kill(before.pid, 0)


def test_a_server_that_cant_be_seen_is_left_alone_with_its_data(second: Second) -> None:
    """It may be another user's, or run in another container: its lock says that it is there."""
    stop_server(second.home)

    with (
        lock(second.home / "data.lock", busy=""),
        pytest.raises(CurateError, match="can't be seen from here") as caught,
    ):
        second.up()

    assert "curate down" in caught.value.hint


class Stranger(BaseHTTPRequestHandler):
    """Another Label Studio, as far as one can see from outside: it is well, and doesn't know us."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.long
def test_a_stranger_who_takes_the_port_at_the_last_moment_is_not_taken_for_ours(
    second: Second,
) -> None:
    """We go to another port, and our data keeps its login."""
    before, _, _ = second.up()
    stop_server(second.home)
    strangers: list[HTTPServer] = []

    def say(line: str) -> None:
        if line.startswith("starting") and not strangers:
            strangers.append(ThreadingHTTPServer(("127.0.0.1", before.port), Stranger))
            threading.Thread(target=strangers[0].serve_forever, args=(0.05,)).start()

    try:
        after, started = start_server(
            second.home, second.environment, say=say, port=before.port
        )
    finally:
        strangers[0].shutdown()
        strangers[0].server_close()

    assert started
    assert after.port > before.port
    assert after.token == before.token
    assert TITLE in titles(after)


INTERRUPTED = """
import signal, sys
from pathlib import Path
from curation.localserver.run import start_server
signal.signal(signal.SIGINT, signal.default_int_handler)
home, environment, port = sys.argv[1:]
start_server(Path(home), Path(environment), say=lambda line: print(line, flush=True), port=int(port))
"""


def test_an_interrupted_start_leaves_nothing_running(second: Second) -> None:
    stop_server(second.home)
    where = [str(second.home), str(second.environment), str(second.first.port)]
    curate = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, *where],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert curate.stdout
    while b"starting" not in curate.stdout.readline():
        pass
    log = second.home / "log"
    while not log.stat().st_size:  # so it is under way
        assert is_there(curate)

    curate.send_signal(signal.SIGINT)
    _, trace = curate.communicate(timeout=600)

    assert b"KeyboardInterrupt" in trace
    assert running_server(second.home) is None
    assert stop_server(second.home) is False
    assert json.loads((second.home / "login.json").read_text())["pid"] == 0


def test_down_stops_it_and_has_nothing_to_stop_then(second: Second) -> None:
    local, _, _ = second.up()

    assert stop_server(second.home) is True
    assert stop_server(second.home) is False
    assert running_server(second.home) is None
    with pytest.raises(ProcessLookupError):
        os.kill(local.pid, 0)


def test_a_start_after_down_is_no_accident(second: Second) -> None:
    stop_server(second.home)

    _, started, said = second.up()

    assert started
    assert said[0].startswith("starting Label Studio")
