"""What ``load_dataset`` shows a stranger."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

LOAD = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
source, revision, *names = sys.argv[1:]
options = {"revision": revision} if revision else {}
configs = get_dataset_config_names(source, **options)
found = {name: load_dataset(source, name, **options) for name in names or configs}
print(json.dumps({
    "configs": configs,
    "default": sorted(load_dataset(source, **options)),
    "rows": {name: {split: list(rows) for split, rows in parts.items()} for name, parts in found.items()},
}))
"""
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}


def load(source: Path | str, *names: str, revision: str = "", **environment: str) -> dict:
    """
    The configurations of these *names*, all if none, with an empty cache in a Python of its own.

    Without a network, but where *environment* says which Hub to ask.
    """
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {"HF_HOME": home} | (environment or OFFLINE)
        run = [sys.executable, "-W", "error", "-c", LOAD, str(source), revision, *names]
        done = subprocess.run(
            run, env=env, capture_output=True, text=True, cwd=home, check=False
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
