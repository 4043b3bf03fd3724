"""How much memory a command takes: the peak of a process of its own."""

import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

# Not getrusage: its peak is inherited from the process that started this one.
CODE = """
import atexit, sys
from pathlib import Path

def told():
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    Path(sys.argv[1]).write_text(peak)

if __name__ == "__main__":
    sys.path.append(TESTS)
    BEFORE
    from curation.cli import main
    atexit.register(told)
    main(sys.argv[2:])
"""


class Peak(NamedTuple):
    """Megabytes and seconds."""

    memory: float
    seconds: float


def peak(folder: Path, *arguments: str, code: int = 0, before: str = "") -> Peak:
    """``curate`` with these arguments, run in *folder*, which ends in this *code*; *before* is done first."""
    kept, program = folder / "peak", folder / "peak.py"
    tests = repr(str(Path(__file__).parent))
    program.write_text(CODE.replace("TESTS", tests).replace("BEFORE", before))
    begin = time.perf_counter()
    command = [sys.executable, str(program), str(kept), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return Peak(int(kept.read_text()) / 1024, time.perf_counter() - begin)
