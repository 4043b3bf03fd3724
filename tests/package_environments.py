"""Environments with packages that we don't have among ours, made once and kept in ``.curate/``."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from samples import ROOT

from curation.files import lock

_HOME = ROOT / ".curate" / "environments"


def environment_python(*requirements: str) -> Path:
    """The Python of an environment with these packages, as pip takes them; made where there is none yet."""
    made_from = "\n".join([sys.version, *requirements])
    folder = _HOME / re.sub(r"[^\w.-]+", "-", "_".join(requirements))
    python = folder / "bin" / "python"
    ready = folder / "made-from"
    _HOME.mkdir(parents=True, exist_ok=True)
    with lock(_HOME / f"{folder.name}.lock", busy=None):
        if not ready.exists() or ready.read_text() != made_from:
            shutil.rmtree(folder, ignore_errors=True)
            pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            subprocess.run([*pip, *requirements], check=True)
            ready.write_text(made_from)
    return python
