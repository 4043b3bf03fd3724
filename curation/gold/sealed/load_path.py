"""Where load_dataset finds no files, though they are there."""

import re
from pathlib import Path

# fsspec reads this as a choice of characters in a pattern, and datasets gives it paths as patterns.
_CHOICE = re.compile(r"\[[^/]+\]")


def unloadable_folder(gold: Path) -> Path | None:
    """The folder, *gold* or one that it is in, because of whose name load_dataset finds no files; None mostly."""
    path = gold.resolve()
    folders = (path, *path.parents)
    return next((folder for folder in folders if _CHOICE.search(folder.name)), None)


def unloadable_warning(gold: Path) -> str:
    """What to say of such a folder, and what to do; empty where load_dataset finds the files."""
    folder = unloadable_folder(gold)
    if folder is None:
        return ""
    return f"load_dataset finds no files in {folder}, whose name has [ and ]: rename the folder, or load a copy of {gold}"
