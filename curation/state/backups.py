"""Backups in ``.curate/backups/`` of what a command is about to change."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import IO

from curation.files import atomic_writer, explain_os_errors, make_private_folder, sync_folder

_PRIVATE_FILE_MODE = 0o600


def backups_folder(home: Path) -> Path:
    """The folder of the backups, made where it is missing, readable by its owner alone."""
    return make_private_folder(make_private_folder(home) / "backups")


def write_backup(home: Path, name: str, content: IO[bytes], now: datetime) -> Path:
    """Copy *content* into a backup named by time and hash; the path of the file."""
    folder = backups_folder(home)
    # A fixed name, so that killed commands leave one unfinished file at most.
    new = folder / f"{name}.new"
    with atomic_writer(new, mode=_PRIVATE_FILE_MODE) as stream:
        content.seek(0)
        digest = hashlib.sha256()
        while part := content.read(2**20):
            digest.update(part)
            stream.buffer.write(part)
    path = folder / f"{now:%Y%m%dT%H%M%S.%fZ}-{name}-{digest.hexdigest()[:12]}.json"
    with explain_os_errors(path):
        new.rename(path)
        sync_folder(folder)
    return path
