"""A server process that outlives the command that started it, known by a mark on its command line."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import psutil

from curation.errors import StudioError

# How long a process may take to end when it is asked to, and again when it is killed.
STOP_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """
    A process by its number, 0 for none, and its *mark*.

    Without the mark on its command line a process of the same number is another program's, which
    got the number later. The process leads a group of its own.
    """

    pid: int
    mark: str

    @property
    def is_alive(self) -> bool:
        """Whether the process runs, with the mark; one that ended and wasn't waited for doesn't."""
        return self.pid > 0 and bool(self.mark) and self.mark in _command_line(self.pid)

    def option(self, name: str) -> str:
        """What follows ``--name`` on the command line; empty where nothing does."""
        arguments = _command_line(self.pid) if self.pid > 0 else []
        if f"--{name}" not in arguments[:-1]:
            return ""
        return arguments[arguments.index(f"--{name}") + 1]

    def listens_at(self, port: int) -> bool:
        """Whether the process, and no other one, listens at *port*; true where nobody may see it."""
        try:
            sockets = psutil.Process(self.pid).net_connections("inet")
        except psutil.NoSuchProcess:
            return False
        except psutil.Error:
            return True
        return any(
            socket.status == psutil.CONN_LISTEN and socket.laddr.port == port
            for socket in sockets
        )

    def stop(self) -> None:
        """
        End the process and its children: ask them to, then kill them.

        Raises StudioError where even that doesn't end the process.
        """
        for sent in (signal.SIGTERM, signal.SIGKILL):
            if not self.is_alive:
                return
            with suppress(ProcessLookupError):
                os.killpg(self.pid, sent)
            until = monotonic() + STOP_SECONDS
            while monotonic() < until:
                if self._has_ended():
                    return
                sleep(0.1)
        raise StudioError(
            f"process {self.pid} can't be stopped",
            hint=f"see what it is: ps -p {self.pid}; then type: kill -9 {self.pid}",
        )

    def _has_ended(self) -> bool:
        """Whether the process has ended; a child of ours is cleared away then."""
        try:
            return os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
        except ChildProcessError:
            # Another's child may stay as a zombie, which psutil would wait for in vain.
            return not self.is_alive


NO_PROCESS = ServerProcess(0, "")


def process_mark(folder: Path) -> str:
    """
    The mark of a process that works in *folder*, to be given to Python as a ``-X`` option.

    Python takes any such option. The mark stays the same wherever the folder is moved to, so
    that the process is found even where no file names it any more.
    """
    status = folder.stat()
    return f"curate={status.st_dev:x}.{status.st_ino:x}"


def find_process(mark: str) -> ServerProcess:
    """The process of the same user that has the *mark* and leads its group, or NO_PROCESS."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            is_ours = process.uids().effective == os.geteuid()
            if is_ours and mark in process.cmdline() and os.getpgid(process.pid) == process.pid:
                return ServerProcess(process.pid, mark)
    return NO_PROCESS


def _command_line(pid: int) -> list[str]:
    """The arguments of a process; none where it is gone, has ended, or isn't ours to look at."""
    try:
        return psutil.Process(pid).cmdline()
    except psutil.Error:
        return []
