"""Label Studio's own environment: made once, checked quickly, made anew where it broke."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

from curation.errors import StudioError
from curation.files import lock, make_private_folder, write_text

LABEL_STUDIO_VERSION = "1.23.2"

# Every package that Label Studio needs, by version, so that what is installed
# next year is what was tested.
PINS = Path(__file__).with_name("label-studio.txt")

# The file that is written last, with the digest of the pins: without it the set-up isn't finished.
MARKER = "curate-ready"

# Seconds between two messages that say that long work goes on.
PROGRESS_SECONDS = 10

# What would make pip install to another place, or by other pins.
_PIP_SETTINGS = {
    "PIP_CONSTRAINT",
    "PIP_PREFIX",
    "PIP_REQUIREMENT",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
}

# Called with each message for the user.
Say = Callable[[str], None]


def shared_environment() -> Path | None:
    """
    Where this version of Label Studio is, or will be, for all folders of a user.

    None where the user has no folder for data that can be written to.
    """
    data = Path(os.environ.get("XDG_DATA_HOME", ""))
    if not data.is_absolute():  # as the specification says of a relative one
        try:
            data = Path.home() / ".local" / "share"
        except RuntimeError:
            return None
    exists = os.path.exists  # Path's raises where a folder is shut
    nearest = next(folder for folder in (data, *data.parents) if exists(folder))
    if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        return None
    return data / "curate" / f"label-studio-{LABEL_STUDIO_VERSION}-{_digest(PINS)[:8]}"


def install(environment: Path, *, say: Say, pins: Path = PINS) -> None:
    """
    Set Label Studio up in *environment* unless that is done already.

    Takes the network and one to three minutes the first time; then neither.
    """
    if not reason_to_install(environment, pins):
        return
    make_private_folder(environment.parent)
    lock_file = environment.with_name(f"{environment.name}.lock")
    with lock(lock_file, busy=f"another command sets up Label Studio in {environment}"):
        # Another command may have done so before we held the lock.
        if reason := reason_to_install(environment, pins):
            say(
                f"setting up Label Studio {LABEL_STUDIO_VERSION}, which takes one to three "
                f"minutes: {reason}"
            )
            _make(environment, say, pins)
            say("Label Studio is set up")


def reason_to_install(environment: Path, pins: Path = PINS) -> str:
    """Why *environment* must be made (anew); empty where it is good."""
    if not environment.exists():
        return f"nothing is in {environment} yet"
    marker = environment / MARKER
    if not marker.is_file():
        return f"the last set-up in {environment} was not finished"
    if marker.read_text(encoding="utf-8") != _digest(pins):
        return "the versions of the packages have changed"
    if not _runs(environment):
        return f"the Python in {environment} no longer runs"
    return ""


def environment_python(environment: Path) -> Path:
    """The environment's own Python."""
    return environment / "bin" / "python"


def open_log(path: Path) -> BinaryIO:
    """An empty file to write to that its owner alone can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "wb")


def last_error(log: Path) -> str:
    """The line of *log* that says best why a program ended: the last error, else the last line."""
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("WARNING")]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["the log is empty"])[-1][:300]


def _make(environment: Path, say: Say, pins: Path) -> None:
    log = environment.with_name(f"{environment.name}.log")
    with suppress(FileNotFoundError, NotADirectoryError):
        (environment / MARKER).unlink()
    make_environment = [sys.executable, "-I", "-m", "venv", "--clear", str(environment)]
    install_packages = [
        str(environment_python(environment)),
        *("-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"),
        *("--progress-bar=off", "--constraint", str(pins)),
        f"label-studio=={LABEL_STUDIO_VERSION}",
    ]
    times = count(PROGRESS_SECONDS, PROGRESS_SECONDS)
    with open_log(log) as stream:
        for command in (make_environment, install_packages):
            if _run(command, stream, say, times):
                raise StudioError(
                    f"Label Studio {LABEL_STUDIO_VERSION} could not be set up: {last_error(log)}",
                    hint=f"check the network, look into {log}, then run the same command again",
                )
    write_text(environment / MARKER, _digest(pins), mode=0o600)


def _run(command: list[str], log: BinaryIO, say: Say, times: Iterator[int]) -> int:
    """Run *command* to its end and say now and then how long the set-up runs; returns its exit code."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if name not in _PIP_SETTINGS},
        umask=0o077,
    )
    try:
        while True:
            try:
                return process.wait(timeout=PROGRESS_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"… {next(times)} s")
    except BaseException:
        process.kill()
        process.wait()
        raise


def _runs(environment: Path) -> bool:
    """Whether its Python is still there and has its packages."""
    command = [str(environment_python(environment)), "-I", "-c", "import label_studio"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _digest(pins: Path) -> str:
    return hashlib.sha256(pins.read_bytes()).hexdigest()
