"""A local Label Studio: started, found again, stopped."""

import json
import os
import secrets
import subprocess
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic, sleep

from curation.errors import StudioError
from curation.files import explain_os_errors, lock, make_private_folder, write_text
from curation.localserver.accounts import (
    LocalServer,
    ServerAnswer,
    add_user,
    ask_server,
    reset_login,
)
from curation.localserver.free_port import free_port
from curation.localserver.install import (
    LABEL_STUDIO_VERSION,
    PROGRESS_SECONDS,
    Say,
    environment_python,
    install,
    last_error,
    open_log,
)
from curation.localserver.process import (
    NO_PROCESS,
    ServerProcess,
    command_line_option,
    find_process,
    process_mark,
)
from curation.strict_json import parse_object

__all__ = [
    "LABEL_STUDIO_VERSION",
    "LocalServer",
    "add_user",
    "running_server",
    "start_server",
    "stop_server",
]

HOST = "127.0.0.1"
PORT = 8080
USERNAME = "admin@localhost"
PORT_TRIES = 3  # any connection that leaves this machine may take a port that was free
PORT_TAKEN = "port is already in use"  # Django's words
START_SECONDS = 240.0  # seconds that a start may take: the first builds the database
HUNG_SECONDS = 20.0  # seconds after which a server of ours counts as hung

_STOP_ELSEWHERE = (
    "type curate down where it was started: as another user, or in another container"
)

# What Label Studio inherits of our environment. No more than that: it reads
# settings under names as plain as HOST, PORT, DEBUG and DATABASE_NAME.
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ")


def start_server(
    home: Path, environment: Path, *, say: Say, port: int = PORT
) -> tuple[LocalServer, bool]:
    """
    The local server, and whether it was started just now (False: found running).

    Its state lives in *home* and outlasts it: login, database, log.
    """
    home, environment = home.absolute(), environment.absolute()
    make_private_folder(home.parent)
    make_private_folder(home).chmod(0o700)
    with lock(home / "lock", busy=_busy(home)):
        if found := running_server(home):
            return found, False
        before, process = _last(home)
        links = before.port if before else int(command_line_option(process, "port") or port)
        if process.alive:
            why = "doesn't answer" if before else "runs, but its login is lost"
            say(f"the server of last time {why}; stopping it, to start it again")
            process.stop()
        elif process != NO_PROCESS:
            say("the server of last time is gone; starting it again")
        install(environment, say=say)
        login = _login(before, free_port(HOST, port, links, say))
        try:
            return _start_on_a_free_port(home, environment, login, say), True
        except _RefusedError:
            # Ours is stopped: who still answers there is somebody else, who was quicker.
            elsewhere = free_port(HOST, port, login.port, say)
            if elsewhere == login.port:
                say("Label Studio's data is of another login; giving it the one we have")
                reset_login(environment, _settings(home, login), home / "log")
            login = _login(login, elsewhere)
            return _start_on_a_free_port(home, environment, login, say), True


def running_server(home: Path) -> LocalServer | None:
    """The server that `up` left behind, if it is alive and answers as ours."""
    local, process = _last(home)
    started = monotonic()
    while local and process.alive:
        answer = ask_server(local, patience=HUNG_SECONDS)
        if answer is ServerAnswer.OURS:
            return local
        if answer is ServerAnswer.REFUSED or monotonic() - started > HUNG_SECONDS:
            return None
        sleep(0.5)
    return None


def stop_server(home: Path) -> bool:
    """Stop the server; whether there was one."""
    home = home.absolute()
    if _last(home) == (None, NO_PROCESS):
        return False
    with lock(home / "lock", busy=_busy(home)):
        local, process = _last(home)
        there = process.alive
        process.stop()
        if local:
            _remember(home, local, NO_PROCESS)
        return there


class _RefusedError(StudioError):
    """The server is up, but its database holds another login than ours."""


class _PortTakenError(StudioError):
    """Another program took the port while Label Studio started."""


def _start_on_a_free_port(
    home: Path, environment: Path, login: LocalServer, say: Say
) -> LocalServer:
    """As `_start`; where another program takes the port meanwhile, on the next free one."""
    for _ in range(PORT_TRIES - 1):
        try:
            return _start(home, environment, login, say)
        except _PortTakenError:
            say(f"port {login.port} was taken while Label Studio started; trying again")
            login = _login(login, free_port(HOST, login.port, login.port, say))
    return _start(home, environment, login, say)


def _start(home: Path, environment: Path, login: LocalServer, say: Say) -> LocalServer:
    """Start it and wait until it answers as ours; else nothing is left of it."""
    mark = process_mark(home)
    # Everybody on the machine can read this line.
    command = [str(environment_python(environment)), "-I", "-u", "-X", mark]
    command += ["-m", "label_studio.server", "start", "--no-browser"]
    command += ["--internal-host", HOST, "--port", str(login.port), "--log-level", "WARNING"]
    long = "" if (home / "data").exists() else ", which takes about a minute the first time"
    say(f"starting Label Studio {LABEL_STUDIO_VERSION} at {login.url}{long}")
    # DocumentInMemory by the server for as long as it lives: two on one database would spoil it.
    with (
        lock(home / "data.lock", busy=_unseen(home), hint=_STOP_ELSEWHERE) as held,
        open_log(home / "log") as log,
    ):
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_settings(home, login),
            cwd=home,
            start_new_session=True,
            umask=0o077,
            pass_fds=(held,),
        )
    local, process = replace(login, pid=child.pid), ServerProcess(child.pid, mark)
    try:
        _remember(home, local, process)
        _wait(child, local, home / "log", say)
    except BaseException:
        process.stop()
        _remember(home, local, NO_PROCESS)
        raise
    finally:
        child.returncode = child.returncode or 0  # it outlives us: Python needn't warn
    return local


def _wait(child: subprocess.Popen[bytes], local: LocalServer, log: Path, say: Say) -> None:
    started = monotonic()
    beat = PROGRESS_SECONDS
    while (waited := monotonic() - started) < START_SECONDS:
        if child.poll() is not None:
            words = last_error(log)
            kind = _PortTakenError if PORT_TAKEN in words else StudioError
            raise kind(f"Label Studio ended while it started: {words}", hint=f"look into {log}")
        answer = ask_server(local, patience=PROGRESS_SECONDS)
        if answer is ServerAnswer.OURS:
            return
        if answer is ServerAnswer.REFUSED:
            what = f"Label Studio at {local.url} doesn't know our login"
            raise _RefusedError(what, hint=f"look into {log}, then try again")
        if waited > beat:
            say(f"… {beat:.0f} s")
            beat += PROGRESS_SECONDS
        sleep(0.5)
    raise StudioError(
        f"Label Studio did not come up within {START_SECONDS:.0f} s: {last_error(log)}",
        hint=f"look into {log}, then try again",
    )


def _settings(home: Path, login: LocalServer) -> dict[str, str]:
    """All environment variables that Label Studio gets to see."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {
        "HOME": str(home),
        "DJANGO_DB": "sqlite",
        "LABEL_STUDIO_BASE_DATA_DIR": str(home / "data"),
        "LABEL_STUDIO_HOST": login.url,
        "LABEL_STUDIO_ALLOWED_HOSTS": f"{HOST},localhost",
        "LABEL_STUDIO_USERNAME": login.username,
        "LABEL_STUDIO_PASSWORD": login.password,
        "LABEL_STUDIO_USER_TOKEN": login.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }


def _login(last: LocalServer | None, port: int) -> LocalServer:
    """The login of last time, or a new one."""
    url = f"http://{HOST}:{port}"
    if last:
        return replace(last, url=url, port=port, pid=0)
    return LocalServer(url, USERNAME, secrets.token_urlsafe(12), secrets.token_hex(20), 0, port)


def _remember(home: Path, local: LocalServer, process: ServerProcess) -> None:
    text = json.dumps(asdict(local) | asdict(process), indent=2)
    write_text(home / "login.json", text + "\n", mode=0o600)


def _last(home: Path) -> tuple[LocalServer | None, ServerProcess]:
    """The login that login.json tells of, as far as it can be read, and the process."""
    local, process = _told(home)
    if (
        not process.alive
        and home.is_dir()
        and (found := find_process(process_mark(home))) != NO_PROCESS
    ):
        return local and replace(local, pid=found.pid), found
    return local, process


def _told(home: Path) -> tuple[LocalServer | None, ServerProcess]:
    path = home / "login.json"
    if not path.is_file():
        return None, NO_PROCESS
    with explain_os_errors(path):
        raw = path.read_bytes()
    try:
        said = parse_object(raw)
        username, password, token, mark = (
            str(said[name]) for name in ("username", "password", "token", "mark")
        )
        pid, port = int(said["pid"]), range(65536).index(said["port"])
    except (ValueError, LookupError, TypeError):
        return None, NO_PROCESS
    local = LocalServer(f"http://{HOST}:{port}", username, password, token, pid, port)
    return local, ServerProcess(pid, mark)


def _unseen(home: Path) -> str:
    return f"a Label Studio that can't be seen from here has {home} open"


def _busy(home: Path) -> str:
    return f"another `curate up` or `curate down` is at work in {home}"
