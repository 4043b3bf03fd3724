"""A process of ours that outlives us: known by a mark on its command line, not by its number."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from curation.errors import StudioError

STOP_SECONDS = 15.0  # seconds between asking it to end and ending it


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """
    Its number (0: none), and the mark that tells it from whoever has that number by now.

    It leads a group of its own.
    """

    pid: int
    mark: str

    @property
    def alive(self) -> bool:
        if self.pid <= 0 or not self.mark:
            return False
        return self.mark in re.split(r"[\0\s]+", _command_line(self.pid))

    def stop(self) -> None:
        """End it, gently and then not; nothing happens to anybody else."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if not self.alive:
                return
            with suppress(ProcessLookupError):
                os.killpg(self.pid, sign)
            until = monotonic() + STOP_SECONDS
            while monotonic() < until:
                if self._ended():
                    return
                sleep(0.1)
        raise StudioError(
            f"process {self.pid} can't be stopped", hint=f"type: kill -9 {self.pid}"
        )

    def _ended(self) -> bool:
        try:
            # A child of ours stays as a corpse until it is asked for.
            return os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
        except ChildProcessError:
            return not self.alive


NO_PROCESS = ServerProcess(0, "")


def process_mark(folder: Path) -> str:
    """
    What to give Python as a ``-X`` option, which takes any name.

    It names the *folder* that the process works in, wherever that is moved to,
    so that the process is found even where nothing tells of it any more.
    """
    there = folder.stat()
    return f"curate={there.st_dev:x}.{there.st_ino:x}"


def find_process(mark: str) -> ServerProcess:
    """The process of ours that has the *mark* and leads its group, or NOBODY."""
    for pid in _ours():
        process = ServerProcess(pid, mark)
        with suppress(ProcessLookupError):
            if process.alive and os.getpgid(pid) == pid:
                return process
    return NO_PROCESS


def command_line_option(process: ServerProcess, name: str) -> str:
    """What stands behind ``--name`` on its command line; empty if nothing does."""
    found = re.search(rf"--{name}[\0 ]([^\0 ]+)", _command_line(process.pid))
    return found[1] if found else ""


_PROC = Path("/proc")  # Linux, where ps may be missing


def _ours() -> Iterator[int]:
    """The processes of whoever we are."""
    me = os.geteuid()
    if not (_PROC / "self").exists():
        yield from (int(number) for number in _ps("-U", str(me), "-o", "pid=").split())
        return
    for path in _PROC.iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            if path.name.isdigit() and path.stat().st_uid == me:
                yield int(path.name)


def _command_line(pid: int) -> str:
    """As the system knows it; empty when there is no such process, or only its corpse."""
    if (_PROC / "self").exists():
        with suppress(OSError):
            return (_PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace")
        return ""
    return _ps("-p", str(pid), "-o", "command=")


def _ps(*options: str) -> str:
    command = ["ps", "-ww", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
