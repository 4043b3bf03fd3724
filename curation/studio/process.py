"""A process of ours that outlives us: known by a mark on its command line, not by its number."""

import os
import secrets
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from curation.errors import StudioError

PATIENCE = 15.0  # seconds between asking it to end and ending it


@dataclass(frozen=True, slots=True)
class Process:
    """
    Its number (0: none), and the mark that tells it from whoever has that number by now.

    It leads a group of its own.
    """

    pid: int
    mark: str

    @property
    def alive(self) -> bool:
        return self.pid > 0 and self.mark != "" and self.mark in _command_line(self.pid)

    def stop(self) -> None:
        """End it, gently and then not; nothing happens to anybody else."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if not self.alive:
                return
            with suppress(ProcessLookupError):
                os.killpg(self.pid, sign)
            until = monotonic() + PATIENCE
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


NOBODY = Process(0, "")


def new_mark() -> str:
    """What to give Python as a ``-X`` option, which takes any name."""
    return f"curate={secrets.token_hex(8)}"


def _command_line(pid: int) -> str:
    """As the system knows it; empty when there is no such process, or only its corpse."""
    if Path("/proc/self/cmdline").exists():  # Linux, where ps may be missing
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
        return ""
    ps = ["ps", "-ww", "-p", str(pid), "-o", "command="]
    return subprocess.run(ps, capture_output=True, text=True, check=False).stdout
