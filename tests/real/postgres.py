"""A second Label Studio, on PostgreSQL: the database that a company's server is likely to have."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic, sleep

from own_ports import own_ports
from servers import KEPT

from curation.files import lock, make_private_folder
from curation.localserver import install
from curation.localserver.accounts import LocalServer, ServerAnswer, ask_server
from curation.localserver.free_port import PORTS_TRIED, free_port
from curation.localserver.install import environment_python, last_error, open_log
from curation.localserver.run import HOST, INHERITED

DEBIAN = Path("/usr/lib/postgresql")
TYPE = "apt-get install postgresql"
SUPERUSER = "postgres"
START_SECONDS = 240

# Nothing here outlives a crash, and needn't. To compile a query of Label Studio's takes two seconds,
# and PostgreSQL does so wherever it has no statistics yet.
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off"

Run = Callable[[Sequence[str]], bool]


@dataclass(frozen=True)
class PostgresServer(LocalServer):
    """A Label Studio whose database listens at a socket in the folder *cluster*."""

    cluster: Path

    def run_sql(self, sql: str) -> None:
        """Change the database past Label Studio."""
        _ask(find_programs() / "psql", self.cluster, "--command", sql)


@contextmanager
def label_studio_on_postgres(environment: Path) -> Iterator[PostgresServer]:
    """A Label Studio whose database is a PostgreSQL of its own, with nothing in it but its account."""
    make_private_folder(KEPT.parent)
    with lock(KEPT.with_name("postgres.lock"), busy=None):  # one process fetches it
        programs = find_programs()
    with _cluster(programs) as cluster:
        kept = _kept_first_start(environment, programs)
        login = LocalServer(**json.loads(kept.with_suffix(".json").read_text()))
        _ask(programs / "psql", cluster, "--file", str(kept))
        with _label_studio(environment, cluster, login) as local:
            yield PostgresServer(**asdict(local), cluster=cluster)


def find_programs(
    *, run: Run | None = None, root: bool | None = None, debian: Path = DEBIAN
) -> Path:
    """
    The folder of PostgreSQL's programs, installed by apt where we may and they are missing.

    RuntimeError with the command to type where there are none to be had.
    """
    run = run or _run
    found = _installed(debian)
    may_install = os.geteuid() == 0 if root is None else root
    if not found and may_install and shutil.which("apt-get"):
        run(["apt-get", "update"])
        run(["apt-get", "install", "--yes", "--no-install-recommends", "postgresql"])
        found = _installed(debian)
    if not found:
        raise RuntimeError(f"no PostgreSQL was found; type: {TYPE}")
    return found


def _installed(debian: Path) -> Path | None:
    """Debian keeps the programs out of PATH, a folder for each version."""
    versions = sorted(debian.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if versions:
        return versions[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def _cluster(programs: Path) -> Iterator[Path]:
    """A running PostgreSQL that listens at a socket in the folder only, and is gone afterwards."""
    # Short, as the path of a socket must be, and not in a folder that only root may enter.
    cluster = Path(tempfile.mkdtemp(prefix="curate-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(cluster, SUPERUSER, SUPERUSER)
    data = str(cluster / "data")
    control = [str(programs / "pg_ctl"), "--pgdata", data, "--wait"]
    encoding = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    initdb = [str(programs / "initdb"), "--pgdata", data, "--username", SUPERUSER]
    try:
        _as_owner([*initdb, "--auth=trust", *encoding], cluster)
        options = f"-c listen_addresses='' -c unix_socket_directories={cluster} {QUICK}"
        log = str(cluster / "log")
        _as_owner([*control, "--log", log, "--options", options, "start"], cluster)
        try:
            yield cluster
        finally:
            _as_owner([*control, "--mode=immediate", "stop"], cluster)
    finally:
        shutil.rmtree(cluster, ignore_errors=True)


def _as_owner(command: Sequence[str], cluster: Path) -> None:
    """PostgreSQL refuses to run as root; RuntimeError with what it said where it fails."""
    user = SUPERUSER if os.geteuid() == 0 else None
    with (
        tempfile.TemporaryFile() as said
    ):  # a pipe would be the server's for as long as it runs
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
            cwd=cluster, user=user, group=user, extra_groups=[] if user else None, check=False,
        )  # fmt: skip
        said.seek(0)
        words = said.read().decode(errors="replace")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {words}")


def _ask(program: Path, cluster: Path, *arguments: str) -> None:
    """Run psql or pg_dump on the cluster."""
    place = ["--host", str(cluster), "--username", SUPERUSER, "--no-password", "--quiet"]
    strict = ["--set", "ON_ERROR_STOP=1"] if program.name == "psql" else []
    command = [str(program), *(place if strict else place[:-1]), *strict, *arguments]
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)


def _kept_first_start(environment: Path, programs: Path) -> Path:
    """The SQL of a database after Label Studio's first start on it, its login beside it; made once."""
    made_from = (install.PINS, Path(__file__))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()
    kept = KEPT / f"postgres-{digest[:16]}.sql"
    make_private_folder(KEPT.parent)
    make_private_folder(KEPT)
    with lock(KEPT / "postgres.lock", busy=None):
        if not kept.exists():
            for old in KEPT.glob("postgres-*"):
                old.unlink()
            with _cluster(programs) as cluster:
                new = LocalServer(
                    url="", username="admin@localhost", password="first start here",
                    token="c0ffee" * 6 + "c0de", pid=0, port=0,
                )  # fmt: skip
                with _label_studio(environment, cluster, new):
                    pass
                kept.with_suffix(".json").write_text(json.dumps(asdict(new)))
                begun = kept.with_suffix(".begun")
                _ask(programs / "pg_dump", cluster, "--file", str(begun))
                begun.rename(kept)
    return kept


@contextmanager
def _label_studio(
    environment: Path, cluster: Path, login: LocalServer
) -> Iterator[LocalServer]:
    """A running Label Studio on the cluster; RuntimeError with its last words where it doesn't come up."""
    install.install(environment, say=print)
    home = Path(tempfile.mkdtemp(prefix="curate-ls-"))
    first = own_ports()[PORTS_TRIED]
    port = free_port(HOST, first, first, print)
    local = LocalServer(**asdict(login) | {"url": f"http://{HOST}:{port}", "port": port})
    command = [
        *(str(environment_python(environment)), "-I", "-u", "-m", "label_studio.server"),
        *("start", "--no-browser", "--internal-host", HOST, "--port", str(port)),
        *("--log-level", "WARNING"),
    ]
    with open_log(home / "log") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            env=_settings(home, cluster, local), cwd=home, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(process, local, home / "log")
        yield local
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(home, ignore_errors=True)


def _settings(home: Path, cluster: Path, local: LocalServer) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {
        "HOME": str(home),
        "DJANGO_DB": "default",
        "POSTGRE_HOST": str(cluster),
        "POSTGRE_PORT": "5432",
        "POSTGRE_USER": SUPERUSER,
        "POSTGRE_PASSWORD": "",
        "POSTGRE_NAME": SUPERUSER,
        "LABEL_STUDIO_BASE_DATA_DIR": str(home / "data"),
        "LABEL_STUDIO_HOST": local.url,
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


def _wait(process: subprocess.Popen[bytes], local: LocalServer, log: Path) -> None:
    end = monotonic() + START_SECONDS
    while monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"Label Studio on PostgreSQL ended: {last_error(log)}")
        if ask_server(local) is ServerAnswer.OURS:
            return
        sleep(0.3)
    raise RuntimeError(f"Label Studio on PostgreSQL did not come up: {last_error(log)}")


def _run(command: Sequence[str]) -> bool:
    """Whether it went well; what it said comes out with a test that fails."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    sys.stderr.write(done.stderr if done.returncode else "")
    return done.returncode == 0
