"""
Run the benchmarks one after the other, and write each one's table into docs/benchmarks.md.

``run.py`` runs all of them, ``run.py push pull`` only these, and leaves the others' tables as they are.
"""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from figures import HEAD

ROOT = Path(__file__).parents[2]
PAGE = Path("docs") / "benchmarks.md"
BEGIN = "<!-- bench: written by make bench -->"
END = "<!-- /bench -->"

# Each table stands below a line that says which benchmark's it is.
TABLE = re.compile(r"^`benchmarks/(\w+)\.py`.*?(?=^`benchmarks/|\Z)", re.DOTALL | re.MULTILINE)


def rows(script: Path) -> tuple[list[str], bool]:
    """The rows that the benchmark printed, and whether it ended well."""
    found = []
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if line.startswith("| ") and line.rstrip("\n") not in HEAD:
                found.append(line.rstrip("\n"))
    return found, process.returncode == 0


def machine() -> str:
    """What the figures were measured on; nothing that tells whose it is."""
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    named = re.search(r"model name\s*:\s*(.+)", info)
    cpu = named[1] if named else platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def table(script: Path, found: Iterable[str]) -> str:
    """The rows under a line that says what was measured, when and on what."""
    caption = f"`benchmarks/{script.name}`, {datetime.now(UTC):%Y-%m-%d}; {machine()}:"
    return "\n".join((caption, "", *HEAD, *found))


def write(measured: Mapping[str, str], names: Iterable[str]) -> None:
    """Put what was *measured* between the markers of the page, all tables in the order of *names*."""
    page = ROOT / PAGE
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    inner, end, after = rest.partition(END)
    if not (begin and end):
        sys.exit(f"{PAGE} has no {BEGIN} … {END}")
    tables = {found[1]: found[0].strip() for found in TABLE.finditer(inner)} | measured
    body = "\n\n".join(tables[name] for name in names if name in tables)
    page.write_text(f"{before}{BEGIN}\n{body}\n{END}{after}", encoding="utf-8")


def main(chosen: list[str]) -> None:
    scripts = {script.stem: script for script in sorted((ROOT / "benchmarks").glob("*.py"))}
    if unknown := set(chosen) - set(scripts):
        sys.exit(
            f"{', '.join(sorted(unknown))}: no such benchmark; there are {', '.join(scripts)}"
        )
    failed = []
    for name in chosen or scripts:
        print(f"\n## {name}\n", flush=True)
        found, well = rows(scripts[name])
        if well:
            write({name: table(scripts[name], found)}, scripts)
        else:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; {PAGE} keeps their old tables")


if __name__ == "__main__":
    main(sys.argv[1:])
