"""Every benchmark, one after the other; their rows go into the README, between two markers."""

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from figures import HEAD

from curation.studio.install import VERSION as LABEL_STUDIO

ROOT = Path(__file__).parents[2]
PACKAGES = ("spacy", "label-studio-sdk", "httpx", "numpy", "scipy")
BEGIN, END = "<!-- bench: written by make bench -->", "<!-- /bench -->"


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
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {cpu}, {os.cpu_count()} cores, {memory:.0f} GB; "
        f"{platform.system()}, Python {platform.python_version()}, {packages}, "
        f"Label Studio {LABEL_STUDIO} on SQLite."
    )


def write(table: list[str]) -> None:
    """Put the table between the markers of the README."""
    readme = ROOT / "README.md"
    before, begin, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        sys.exit(f"README.md has no {BEGIN} … {END}")
    body = "\n".join((*HEAD, *table))
    text = f"{before}{BEGIN}\n{machine()}\n\n{body}\n{END}{after}"
    readme.write_text(text, encoding="utf-8")


def main() -> None:
    table: list[str] = []
    failed = []
    for script in sorted((ROOT / "benchmarks").glob("*.py")):
        print(f"\n## {script.stem}\n", flush=True)
        found, well = rows(script)
        table += found
        if not well:
            failed.append(script.stem)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; README.md was left as it was")
    write(table)


if __name__ == "__main__":
    main()
