"""The index of gold/next in ``.curate/state.sqlite``: a cache that can be made anew at any time."""

import hashlib
import os
from pathlib import Path
from typing import Any

from curation import __version__
from curation.files import json_line
from curation.gold.working.excluded import DROPPED, FILE_MISSING
from curation.gold.working.version import FileFacts, FileStamp, FolderIndex
from curation.schema import Schema
from curation.state import State
from curation.state.tables import insert_rows

# How a verdict stands in the column: there is none, there is one, nobody needs it any more.
_NO_VERDICT, _NEEDED, _UNNEEDED = range(3)

# What the facts of a file are made of; another number makes every index anew.
_FACTS = 5


def folder_key(folder: Path) -> str:
    """The key of a folder in the database, the same for all paths that lead to the folder."""
    return hashlib.sha256(os.path.realpath(folder).encode()).hexdigest()[:8]


def read_index(state: State, folder: Path, schema: Schema) -> FolderIndex:
    """
    What the last command knew of the *folder*.

    Written under another schema or by another version of ``curate``, the index gives no facts of
    files that exist, so that they are read anew.
    """
    key = folder_key(folder)
    with state.reading() as connection:
        found = connection.execute("SELECT basis FROM next_folders WHERE folder = ?", [key])
        rows = connection.execute(
            "SELECT name, size, modified, changed, document, state, reason, reopened, sha256,"
            " accounts, unknown, verdict FROM next_files WHERE folder = ?",
            [key],
        ).fetchall()
        absent = connection.execute(
            "SELECT document, name, why FROM next_absent WHERE folder = ?", [key]
        ).fetchall()
        has_same_basis = found.fetchone() == (_basis(schema),)
    files = {name: _stamp_and_facts(*columns) for name, *columns in rows}
    if not has_same_basis:
        files = {name: known for name, known in files.items() if not (folder / name).exists()}
    return FolderIndex(
        files=files,
        missing={name: document for document, name, why in absent if why == "lost"},
        dropped=frozenset(document for document, _, why in absent if why == "dropped"),
    )


def read_absent(state: State, folder: Path) -> dict[str, str]:
    """Why gold/next has no file of a document, by id: the file is missing, or the document was dropped."""
    with state.reading() as connection:
        rows = connection.execute(
            "SELECT document, why FROM next_absent WHERE folder = ?", [folder_key(folder)]
        ).fetchall()
    return {document: FILE_MISSING if why == "lost" else DROPPED for document, why in rows}


def write_index(
    state: State, folder: Path, schema: Schema, index: FolderIndex, before: FolderIndex
) -> None:
    """Remember what is known of the *folder*; only what differs from the index *before* is written."""
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
        rows = connection.execute("SELECT name FROM next_files WHERE folder = ?", [key])
        removed = [name for (name,) in rows.fetchall() if name not in index.files]
        connection.executemany(
            "DELETE FROM next_files WHERE folder = ? AND name = ?",
            [(key, name) for name in [*removed, *changed]],
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
    """The hash of everything besides a file's bytes that decides which gold the file establishes."""
    flags = sorted(flag.name for flag in schema.flags.values() if flag.keeps_out)
    basis = json_line(
        {
            "curate": __version__,
            "facts": _FACTS,
            "schema": schema.fingerprint,
            "flags": flags,
        }
    )
    return hashlib.sha256(basis.encode()).hexdigest()[:16]


def _stamp_and_facts(
    size: int, modified: int, changed: int, *facts_columns: Any
) -> tuple[FileStamp, FileFacts]:
    document, state, reason, reopened, sha256, accounts, unknown, verdict = facts_columns
    facts = FileFacts(
        document=document,
        state=state,
        reason=reason,
        reopened=reopened,
        sha256=sha256,
        accounts_json=accounts,
        unknown_json=unknown,
        has_verdict=verdict != _NO_VERDICT,
        needs_verdict=verdict == _NEEDED,
    )
    return FileStamp(size, modified, changed), facts


def _row(folder: str, name: str, stamp: FileStamp, facts: FileFacts) -> dict[str, object]:
    verdict = _NO_VERDICT
    if facts.has_verdict:
        verdict = _NEEDED if facts.needs_verdict else _UNNEEDED
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
        "unknown": facts.unknown_json,
        "verdict": verdict,
    }
