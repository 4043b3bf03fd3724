"""Label Studio's own environment: made once, checked quickly, made anew when it broke."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from curation.errors import StudioError
from curation.files import lock, make_private_folder, write_text

LABEL_STUDIO_VERSION = "1.23.2"

# Every package that Label Studio needs, by version, so that what is installed
# next year is what was tested.
PINS = Path(__file__).with_name("label-studio.txt")

# Written last, holding the digest of the pins: without it a set-up is no set-up.
MARKER = "curate-ready"

PROGRESS_SECONDS = 10  # seconds between two signs of life

# What would make pip install elsewhere, or by other pins.
_FOREIGN = {
    "PIP_CONSTRAINT",
    "PIP_PREFIX",
    "PIP_REQUIREMENT",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
}

Say = Callable[[str], None]


def install(environment: Path, *, say: Say, pins: Path = PINS) -> None:
    """
    Set Label Studio up in *environment* unless that is done already.

    Takes the network and one to three minutes the first time; then neither.
    """
    if not reason_to_install(environment, pins):
        return
    make_private_folder(environment.parent)
    key = environment.with_name(f"{environment.name}.lock")
    with lock(key, busy=f"Label Studio is just being set up in {environment}"):
        # Looked at again: another may have done it before we held the lock.
        if why := reason_to_install(environment, pins):
            say(
                f"setting up Label Studio {LABEL_STUDIO_VERSION}, which takes one to three minutes: {why}"
            )
            _make(environment, say, pins)
            say("Label Studio is set up")


def is_installed(environment: Path) -> bool:
    """Whether Label Studio can be started from *environment* as it is."""
    return not reason_to_install(environment)


def reason_to_install(environment: Path, pins: Path = PINS) -> str:
    """Why *environment* must be made (anew); empty when it is good."""
    if not environment.exists():
        return f"it will live in {environment}"
    marker = environment / MARKER
    if not marker.is_file():
        return f"the last set-up in {environment} was not finished"
    if marker.read_text(encoding="utf-8") != _digest(pins):
        return "the versions of its packages have changed"
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
    """The line of *log* that says best why it ended: the last error, else the last line."""
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines()]
    spoken = [line for line in lines if line and not line.startswith("WARNING")]
    errors = [line for line in spoken if "error" in line.lower()]
    return (errors or spoken or ["nothing was said"])[-1][:300]


def _make(environment: Path, say: Say, pins: Path) -> None:
    log = environment.with_name(f"{environment.name}.log")
    with suppress(FileNotFoundError, NotADirectoryError):
        (environment / MARKER).unlink()
    pip = ["-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    what = [
        "--progress-bar=off",
        "--constraint",
        str(pins),
        f"label-studio=={LABEL_STUDIO_VERSION}",
    ]
    with open_log(log) as stream:
        for command in (
            [sys.executable, "-I", "-m", "venv", "--clear", str(environment)],
            [str(environment_python(environment)), *pip, *what],
        ):
            if _run(command, stream, say):
                raise StudioError(
                    f"Label Studio {LABEL_STUDIO_VERSION} could not be set up: {last_error(log)}",
                    hint=f"check the network, look into {log}, then run the same command again",
                )
    write_text(environment / MARKER, _digest(pins), mode=0o600)


def _run(command: list[str], stream: BinaryIO, say: Say) -> int:
    """Run *command* to its end with a sign of life now and then; its exit code."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=stream,
        stderr=subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if name not in _FOREIGN},
        umask=0o077,
    )
    seconds = 0
    try:
        while True:
            try:
                return process.wait(timeout=PROGRESS_SECONDS)
            except subprocess.TimeoutExpired:
                seconds += PROGRESS_SECONDS
                say(f"… {seconds} s")
    except BaseException:
        process.kill()
        process.wait()
        raise


def _runs(environment: Path) -> bool:
    """Its Python may have gone with the one it was made from, or lost its packages."""
    command = [str(environment_python(environment)), "-I", "-c", "import label_studio"]
    try:
        return (
            subprocess.run(command, capture_output=True, timeout=60, check=False).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def _digest(pins: Path) -> str:
    return hashlib.sha256(pins.read_bytes()).hexdigest()
