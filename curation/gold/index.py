"""The index of gold/next in ``.curate/state.sqlite``: a cache, which can be made anew at any time."""

import hashlib
import os
from pathlib import Path
from typing import Any

from curation import __version__
from curation.files import json_line
from curation.gold.excluded import DROPPED, FILE_MISSING
from curation.gold.working_version import FileFacts, FileStamp, FolderIndex
from curation.schema import Schema
from curation.state import State
from curation.state.tables import insert_rows


def folder_key(folder: Path) -> str:
    """What stands for a folder, wherever somebody stands who names it."""
    return hashlib.sha256(os.path.realpath(folder).encode()).hexdigest()[:8]


def read_index(state: State, folder: Path, schema: Schema) -> FolderIndex:
    """What was known of the *folder*; of its files nothing, where another schema or program looked."""
    key = folder_key(folder)
    with state.reading() as connection:
        found = connection.execute("SELECT basis FROM next_folders WHERE folder = ?", [key])
        rows = connection.execute(
            "SELECT name, size, modified, changed, document, state, reason, reopened, sha256,"
            " accounts FROM next_files WHERE folder = ?",
            [key],
        ).fetchall()
        absent = connection.execute(
            "SELECT document, name, why FROM next_absent WHERE folder = ?", [key]
        ).fetchall()
        same = found.fetchone() == (_basis(schema),)
    files = {name: _facts(*rest) for name, *rest in rows}
    lost = {name: document for document, name, why in absent if why == "lost"}
    if not same:
        # What is there is read anew; what isn't there any more is still known to be lost.
        gone = {name: facts for name, facts in files.items() if not (folder / name).exists()}
        files = gone
    dropped = frozenset(document for document, _, why in absent if why == "dropped")
    return FolderIndex(files, lost, dropped)


def read_absent(state: State, folder: Path) -> dict[str, str]:
    """By document, why gold/next has no file of it: the file is missing, or the document dropped."""
    with state.reading() as connection:
        rows = connection.execute(
            "SELECT document, why FROM next_absent WHERE folder = ?", [folder_key(folder)]
        ).fetchall()
    return {document: FILE_MISSING if why == "lost" else DROPPED for document, why in rows}


def write_index(
    state: State, folder: Path, schema: Schema, index: FolderIndex, before: FolderIndex
) -> None:
    """Remember what is known now; only what differs from *before* is written."""
    if before == index:
        return
    key = folder_key(folder)
    changed = [name for name, known in index.files.items() if before.files.get(name) != known]
    with state.transaction() as connection:
        connection.execute(
            "INSERT INTO next_folders VALUES (?, ?)"
            " ON CONFLICT (folder) DO UPDATE SET basis = excluded.basis",
            [key, _basis(schema)],
        )
        there = connection.execute("SELECT name FROM next_files WHERE folder = ?", [key])
        gone = [name for (name,) in there.fetchall() if name not in index.files]
        connection.executemany(
            "DELETE FROM next_files WHERE folder = ? AND name = ?",
            [(key, name) for name in [*gone, *changed]],
        )
        insert_rows(
            connection, "next_files", [_row(key, name, *index.files[name]) for name in changed]
        )
        connection.execute("DELETE FROM next_absent WHERE folder = ?", [key])
        absent = [(document, name, "lost") for name, document in index.missing.items()]
        absent += [(document, "", "dropped") for document in index.dropped]
        insert_rows(
            connection,
            "next_absent",
            [
                {"folder": key, "document": document, "name": name, "why": why}
                for document, name, why in absent
            ],
        )


def _basis(schema: Schema) -> str:
    """What decides which gold a file establishes, besides its bytes."""
    flags = sorted(flag.name for flag in schema.flags.values() if flag.keeps_out)
    said = json_line({"curate": __version__, "schema": schema.fingerprint, "flags": flags})
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _facts(size: int, modified: int, changed: int, *rest: Any) -> tuple[FileStamp, FileFacts]:
    document, state, reason, reopened, sha256, accounts = rest
    facts = FileFacts(
        document=document,
        state=state,
        reason=reason,
        reopened=reopened,
        sha256=sha256,
        accounts_json=accounts,
    )
    return FileStamp(size, modified, changed), facts


def _row(folder: str, name: str, stamp: FileStamp, facts: FileFacts) -> dict[str, object]:
    return {
        "folder": folder,
        "name": name,
        "size": stamp.size,
        "modified": stamp.modified,
        "changed": stamp.changed,
        "document": facts.document,
        "state": facts.state,
        "reason": facts.reason,
        "reopened": facts.reopened,
        "sha256": facts.sha256,
        "accounts": facts.accounts_json,
    }
