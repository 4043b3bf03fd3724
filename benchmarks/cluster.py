"""
Pre-annotation by a Ray cluster of this machine compared with the pool, and what a million articles cost.

Both read the same file and write the same bytes, in processes of their own. The sides take turns. CPU seconds
are those of all processes of a side, since other programs slow the clock down and not the work. Two sizes tell
what a run costs before its first article from what each article costs.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from frame.figures import Figure, amount, at_most, report
from frame.studio import ROOT
from preannotate import WORKERS, articles

FEW = 150
MANY = 600
ROUNDS = 3
MILLION = 1_000_000
PAUSE = 0.05


@dataclass(frozen=True)
class Spent:
    """*seconds* by the clock, *cpu* of all processes, and in MB the peak of the largest and of all together."""

    seconds: float
    cpu: float
    largest: float
    together: float


def spent(*arguments: str) -> Spent:
    """
    Run a command of ours to its end.

    Processes are looked at while they run: those of Ray are nobody's children in the end.
    """
    begin = time.perf_counter()
    cpu: dict[int, float] = {}
    largest = together = 0.0
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            [sys.executable, "-m", "curation", *arguments],
            cwd=ROOT, stdout=said, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            while process.poll() is None:
                sizes = list(_look(process.pid, cpu))
                largest = max(largest, *sizes, 0.0)
                together = max(together, sum(sizes))
                time.sleep(PAUSE)
        if process.returncode:
            said.seek(0)
            sys.exit(said.read().decode(errors="replace"))
    return Spent(time.perf_counter() - begin, sum(cpu.values()), largest, together)


def _look(pid: int, cpu: dict[int, float]) -> Iterator[float]:
    """The MB that each process of the tree has to itself; its CPU seconds so far go into *cpu*."""
    try:
        tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return
    for process in tree:
        try:
            times = process.cpu_times()
            memory = process.memory_info()
        except psutil.Error:
            continue
        cpu[process.pid] = times.user + times.system
        # What processes share counts for none of them: Ray's store and code.
        yield (memory.rss - memory.shared) / 2**20


def write_articles(path: Path, count: int) -> int:
    """A file of so many articles; their words."""
    words = 0
    with path.open("w", encoding="utf-8") as stream:
        for article in articles(count):
            stream.write(article.to_line() + "\n")
            words += len(article.text.split())
    return words


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words: dict[int, int] = {}
        pool: dict[int, Spent] = {}
        cluster: dict[int, Spent] = {}
        for count in (FEW, MANY):
            file = folder / f"{count}.jsonl"
            words[count] = write_articles(file, count)
            found: list[tuple[Spent, Spent]] = []
            for number in range(ROUNDS):
                common = ("preannotate", str(file), "--workers", str(WORKERS))
                one = folder / f"{count}-{number}.out"
                shards = folder / f"{count}-{number}"
                found.append((
                    spent(*common, "-o", str(one)),
                    spent(*common, "-o", str(shards), "--engine", "ray", "--shard-size", "100"),
                ))  # fmt: skip
                parts = b"".join(part.read_bytes() for part in sorted(shards.glob("part-*")))
                assert parts == one.read_bytes()
            pool[count], cluster[count] = (_median(side) for side in zip(*found, strict=True))
            yield from _compared(count, words[count], pool[count], cluster[count])
        size = (folder / f"{MANY}-0.out").stat().st_size / MANY
        read = (folder / f"{MANY}.jsonl").stat().st_size / MANY
    for side, by_size in (("the pool", pool), ("Ray", cluster)):
        yield _million(side, by_size, words)
    disk = f"{size * MILLION / 1e9:.1f} GB"
    yield Figure(
        "disk for the suggestions of a million articles", "", "reported", disk,
        note=f"the articles themselves: {read * MILLION / 1e9:.1f} GB; {size:,.0f} and {read:,.0f} bytes an article, times a million",
    )  # fmt: skip


def _median(rounds: tuple[Spent, ...]) -> Spent:
    return Spent(
        median(one.seconds for one in rounds),
        median(one.cpu for one in rounds),
        median(one.largest for one in rounds),
        median(one.together for one in rounds),
    )


def _compared(count: int, words: int, pool: Spent, cluster: Spent) -> Iterator[Figure]:
    work = f"pre-annotate {count:,} articles ({words / 1000:.0f} thousand words) with {WORKERS} workers of Ray"
    note = f"median of {ROUNDS}; starting is in it"
    yield at_most(f"{work}, CPU", "the pool", cluster.cpu, pool.cpu, note=note)
    yield at_most(f"{work}, by the clock", "the pool", cluster.seconds, pool.seconds, note=note)
    yield at_most(
        f"{work}, peak memory of all processes", "the pool",
        cluster.together, pool.together, unit="MB",
        note=f"without what they share; the largest process: {cluster.largest:.0f} and {pool.largest:.0f} MB",
    )  # fmt: skip


def _million(side: str, by_size: dict[int, Spent], words: dict[int, int]) -> Figure:
    """What each article takes, by the difference of the two sizes, times a million."""
    more = by_size[MANY].cpu - by_size[FEW].cpu
    each = more / (MANY - FEW)
    begin = by_size[FEW].cpu - each * FEW
    pace = (words[MANY] - words[FEW]) / more
    hours = each * MILLION / 3600
    return Figure(
        f"a million articles by {side}", "", "reported", f"{hours:.1f} hours of CPU",
        ours=f"{amount(pace, 'words/s a core')}",
        note=(
            f"{each * 1000:.1f} ms of CPU an article of {words[MANY] / MANY:.0f} words, by the difference of "
            f"{MANY:,} and {FEW}; {begin:.0f} s before the first one; {hours * 60 / 64:.0f} minutes on 64 such cores "
            "that do nothing else"
        ),
    )  # fmt: skip


if __name__ == "__main__":
    report(figures())
