"""Whole processes: how long they take, and the most memory that each had."""

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PAUSE = 0.01
MEGABYTE = 1024  # in the kilobytes of /proc


@dataclass(frozen=True)
class Ran:
    """*seconds* by the clock, *cpu* of all processes; *peaks* in MB, of the process itself and of those that it started."""

    seconds: float
    cpu: float
    peak: float
    others: tuple[float, ...]


@dataclass(frozen=True)
class Spent:
    """Seconds of our own CPU, of the CPU of the server that we started, without its database's, and by the clock."""

    ours: float
    servers: float
    wall: float

    @property
    def cpu(self) -> float:
        """Of both."""
        return self.ours + self.servers


def spent(work: Callable[[], object]) -> Spent:
    """What the *work* takes here and in the one process that this one has started."""
    wall = time.perf_counter()
    ours = time.process_time()
    servers = _cpu_of_server()
    work()
    return Spent(
        ours=time.process_time() - ours,
        servers=_cpu_of_server() - servers,
        wall=time.perf_counter() - wall,
    )


def collect_garbage_as_curate() -> None:
    """What ``curation/__main__.py`` does for every command, for functions that are called without one."""
    gc.set_threshold(50_000, 20, 10)


def _cpu_of_server() -> float:
    times = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return sum(one.user + one.system for one in times)


def python(
    arguments: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Ran:
    """Run Python with *arguments* to its end; one that fails ends the benchmark with its own words."""
    peaks: dict[int, float] = {}
    begin = time.perf_counter()
    cpu = cpu_of_children()
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            [sys.executable, *arguments], cwd=cwd, env={**os.environ, **(env or {})},
            stdout=said, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            while process.poll() is None:
                for pid in _tree(process.pid):
                    peaks[pid] = max(peaks.get(pid, 0.0), _peak(pid))
                time.sleep(PAUSE)
        seconds = time.perf_counter() - begin
        if process.returncode:
            said.seek(0)
            sys.exit(said.read().decode(errors="replace"))
    first = peaks.pop(process.pid, 0.0)
    cpu = cpu_of_children() - cpu
    return Ran(seconds, cpu, first, tuple(sorted(peaks.values())))


def curate(
    *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Ran:
    """Run a command of ours."""
    return python(["-m", "curation", *arguments], cwd=cwd, env=env)


def cpu_of_children() -> float:
    """Seconds of CPU that processes took that have ended, and those that these waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree(pid: int) -> list[int]:
    """The process and all that it started."""
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.Error:
        return [pid]  # it has ended


def _peak(pid: int) -> float:
    # Not getrusage: its peak is inherited from the process that started this one.
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) / MEGABYTE if found else 0.0
