"""A Label Studio on this machine: started, found again, stopped."""

import json
import os
import secrets
import subprocess
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic, sleep

from curation.errors import StudioError
from curation.files import explain_os_errors, lock, make_private_folder, write_text
from curation.localserver.accounts import (
    LocalServer,
    ServerAnswer,
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
    find_process,
    process_mark,
)
from curation.strict_json import parse_object

HOST = "127.0.0.1"
PORT = 8080
USERNAME = "admin@localhost"

# Any connection of another program may take a port that was free a moment ago.
START_ATTEMPTS = 3
PORT_TAKEN = "port is already in use"  # Django's words

# How long a start may take: the first one builds the database.
START_SECONDS = 240.0

# How long a server of ours may be silent before it counts as hung.
HUNG_SECONDS = 20.0

# What Label Studio inherits of our environment. No more than that: it reads
# settings under names as plain as HOST, PORT, DEBUG and DATABASE_NAME.
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ")


def start_server(
    home: Path, environment: Path, *, say: Say, port: int = PORT
) -> tuple[LocalServer, bool]:
    """
    The local server, and whether it was started just now; False where it ran already.

    Its login, database and log are in *home*, and stay there when it is stopped. Label Studio is
    installed in *environment*, on first use. Raises StudioError where the server can't start.
    """
    home = home.absolute()
    environment = environment.absolute()
    make_private_folder(home.parent)
    make_private_folder(home).chmod(0o700)
    with _command_lock(home):
        if running := running_server(home):
            return running, False
        before, process = _last_server(home)
        last_port = before.port if before else int(process.option("port") or port)
        if process.is_alive:
            why = "doesn't answer" if before else "runs, but its login is lost"
            say(f"the running Label Studio {why}; stopping it, to start it again")
            process.stop()
        elif process != NO_PROCESS:
            say("the Label Studio that ran last has ended; starting it again")
        install(environment, say=say)
        local = _at_port(before or _new_login(), free_port(HOST, port, last_port, say))
        if before is None and (home / "data" / "label_studio.sqlite3").exists():
            say("the login of Label Studio's data is lost; setting a new one")
            # What keeps the login from being set keeps the server from starting, and says so there.
            with suppress(StudioError):
                _reset_login(home, environment, local)
        try:
            return _start_at_free_port(home, environment, local, say), True
        except _LoginUnknownError:
            say("Label Studio's data has another login; setting curate's login")
            _reset_login(home, environment, local)
            return _start_at_free_port(home, environment, local, say), True


def running_server(home: Path) -> LocalServer | None:
    """The server that was started in *home*, if it is alive and answers as ours; else None."""
    local, process = _last_server(home)
    started = monotonic()
    while local and process.is_alive:
        answer = ask_server(local, seconds=HUNG_SECONDS)
        if answer is ServerAnswer.OURS:
            return local
        if answer is ServerAnswer.REFUSED or monotonic() - started > HUNG_SECONDS:
            return None
        sleep(0.5)
    return None


def stop_server(home: Path) -> bool:
    """Stop the server that was started in *home*; whether there was one."""
    home = home.absolute()
    if _last_server(home) == (None, NO_PROCESS):
        return False
    with _command_lock(home):
        local, process = _last_server(home)
        was_alive = process.is_alive
        process.stop()
        if local:
            _write_login(home, local, NO_PROCESS)
        return was_alive


class _LoginUnknownError(StudioError):
    """The server is up, but its database has another login than ours."""


class _PortTakenError(StudioError):
    """Another program took the port while Label Studio started."""


def _start_at_free_port(
    home: Path, environment: Path, local: LocalServer, say: Say
) -> LocalServer:
    """As `_start`; where another program takes the port meanwhile, at the next free one."""
    for _ in range(START_ATTEMPTS - 1):
        try:
            return _start(home, environment, local, say)
        except _PortTakenError:
            say(f"port {local.port} was taken while Label Studio started; trying again")
            local = _at_port(local, free_port(HOST, local.port, local.port, say))
    return _start(home, environment, local, say)


def _start(home: Path, environment: Path, local: LocalServer, say: Say) -> LocalServer:
    """Start the server and wait until it answers as ours; where it doesn't, nothing of it stays."""
    mark = process_mark(home)
    # Everybody on the machine can read this command line.
    command = [
        *(str(environment_python(environment)), "-I", "-u", "-X", mark),
        *("-m", "label_studio.server", "start", "--no-browser"),
        *("--internal-host", HOST, "--port", str(local.port), "--log-level", "WARNING"),
    ]
    is_first = not (home / "data").exists()
    duration = ", which takes about a minute the first time" if is_first else ""
    say(f"starting Label Studio {LABEL_STUDIO_VERSION} at {local.url}{duration}")
    with _data_lock(home) as held, open_log(home / "log") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_settings(home, local),
            cwd=home,
            start_new_session=True,
            umask=0o077,
            pass_fds=(held,),
        )
    local = replace(local, pid=child.pid)
    process = ServerProcess(child.pid, mark)
    try:
        _write_login(home, local, process)
        _wait(child, process, local, home / "log", say=say)
    except BaseException:
        process.stop()
        _write_login(home, local, NO_PROCESS)
        raise
    finally:
        child.returncode = child.returncode or 0  # it outlives us: Python needn't warn
    return local


def _wait(
    child: subprocess.Popen[bytes],
    process: ServerProcess,
    local: LocalServer,
    log: Path,
    *,
    say: Say,
) -> None:
    """Return when the server answers as ours; StudioError where it ends, refuses or takes too long."""
    started = monotonic()
    next_message = PROGRESS_SECONDS
    while (waited := monotonic() - started) < START_SECONDS:
        if child.poll() is not None:
            error = last_error(log)
            kind = _PortTakenError if PORT_TAKEN in error else StudioError
            raise kind(f"Label Studio ended while it started: {error}", hint=f"look into {log}")
        answer = ask_server(local, seconds=PROGRESS_SECONDS)
        if answer is ServerAnswer.OURS:
            return
        if answer is ServerAnswer.REFUSED and not process.listens_at(local.port):
            raise _PortTakenError(
                f"another Label Studio answers at {local.url}", hint=f"look into {log}"
            )
        if answer is ServerAnswer.REFUSED:
            what = f"Label Studio at {local.url} doesn't know our login"
            raise _LoginUnknownError(what, hint=f"look into {log}, then try again")
        if waited > next_message:
            say(f"… {next_message:.0f} s")
            next_message += PROGRESS_SECONDS
        sleep(0.5)
    raise StudioError(
        f"Label Studio did not come up within {START_SECONDS:.0f} s: {last_error(log)}",
        hint=f"look into {log}, then try again",
    )


def _reset_login(home: Path, environment: Path, local: LocalServer) -> None:
    """Give the data of the stopped server the login of *local*."""
    with _data_lock(home):
        reset_login(environment, _settings(home, local), home / "log")


def _command_lock(home: Path) -> AbstractContextManager[int]:
    """Held by a command that starts or stops the server."""
    return lock(
        home / "lock", busy=f"another `curate up` or `curate down` is at work in {home}"
    )


def _data_lock(home: Path) -> AbstractContextManager[int]:
    """Held by the server for as long as it lives: two servers on one database would spoil it."""
    return lock(
        home / "data.lock",
        busy=f"a Label Studio that can't be seen from here has {home} open",
        hint="type curate down where it was started: as another user, or in another container",
    )


def _settings(home: Path, local: LocalServer) -> dict[str, str]:
    """All environment variables that Label Studio gets to see."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {
        "HOME": str(home),
        "DJANGO_DB": "sqlite",
        "LABEL_STUDIO_BASE_DATA_DIR": str(home / "data"),
        "LABEL_STUDIO_HOST": local.url,
        "LABEL_STUDIO_ALLOWED_HOSTS": f"{HOST},localhost",
        "LABEL_STUDIO_USERNAME": local.username,
        "LABEL_STUDIO_PASSWORD": local.password,
        "LABEL_STUDIO_USER_TOKEN": local.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }


def _new_login() -> LocalServer:
    """A login that no data has yet, at no port."""
    return LocalServer(
        url="",
        username=USERNAME,
        password=secrets.token_urlsafe(12),
        token=secrets.token_hex(20),
        pid=0,
        port=0,
    )


def _at_port(local: LocalServer, port: int) -> LocalServer:
    """The same login for a server at another port, not started yet."""
    return replace(local, url=f"http://{HOST}:{port}", port=port, pid=0)


def _write_login(home: Path, local: LocalServer, process: ServerProcess) -> None:
    text = json.dumps(asdict(local) | asdict(process), indent=2)
    write_text(home / "login.json", text + "\n", mode=0o600)


def _last_server(home: Path) -> tuple[LocalServer | None, ServerProcess]:
    """
    The login of the last start, None where login.json can't be read, and the server's process.

    The process is found by its mark where login.json doesn't lead to it.
    """
    local, process = _read_login(home)
    if process.is_alive or not home.is_dir():
        return local, process
    found = find_process(process_mark(home))
    if found == NO_PROCESS:
        return local, process
    return local and replace(local, pid=found.pid), found


def _read_login(home: Path) -> tuple[LocalServer | None, ServerProcess]:
    path = home / "login.json"
    if not path.is_file():
        return None, NO_PROCESS
    with explain_os_errors(path):
        raw = path.read_bytes()
    try:
        login = parse_object(raw)
        pid = int(login["pid"])
        port = range(65536).index(login["port"])
        local = LocalServer(
            url=f"http://{HOST}:{port}",
            username=str(login["username"]),
            password=str(login["password"]),
            token=str(login["token"]),
            pid=pid,
            port=port,
        )
        return local, ServerProcess(pid, str(login["mark"]))
    except (ValueError, LookupError, TypeError):
        return None, NO_PROCESS
