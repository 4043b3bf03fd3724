"""The JSON files in which curate up to 0.3 kept what ``state.sqlite`` holds now."""

import re
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TypeVar

from curation.documents.document import PROGRAM_PREFIX
from curation.errors import CurateError
from curation.files import Json, explain_os_errors, make_private_folder, read_text, sync_folder
from curation.state.backups import backups_folder
from curation.state.pseudonyms import PERSON, PROGRAM, UNKNOWN, is_email
from curation.state.tables import insert_rows
from curation.strict_json import parse_object

_T = TypeVar("_T")

_ANNOTATORS_FILE = "annotators.json"
_OLD_NAMES = re.compile(r"annotators\.json|(pull|push|hands)-.+\.json|.+\.unfinished")

# The folder in backups/ that they are moved to.
_BACKUP_NAME = "before-state-sqlite"

_PROBLEM_KEYS = {"place", "what", "link", "who"}


def find_old_files(home: Path) -> list[Path]:
    """The paths of the old files."""
    with explain_os_errors(home):
        found = home.iterdir() if home.is_dir() else ()
        return sorted(path for path in found if _OLD_NAMES.fullmatch(path.name))


def back_up_old_files(home: Path) -> None:
    """Move the old files to the backups, under new names where a backup has the name already."""
    folder = make_private_folder(backups_folder(home) / _BACKUP_NAME)
    for path in find_old_files(home):
        backup = folder / path.name
        number = 1
        with explain_os_errors(backup):
            while backup.exists():
                number += 1
                backup = folder / f"{path.name}.{number}"
            path.rename(backup)
    with explain_os_errors(folder):
        sync_folder(folder)
        sync_folder(home)


def insert_old_files(home: Path, connection: sqlite3.Connection) -> None:
    """
    Insert what the old files hold; CurateError where a file is damaged.

    What the last push knew isn't inserted, since the next push finds it out again.
    """
    for path in find_old_files(home):
        kind, _, key = path.stem.partition("-")
        try:
            if path.name == _ANNOTATORS_FILE:
                _annotators(connection, _read(path))
            elif path.suffix == ".unfinished":
                project = _project(connection, key)
                insert_rows(connection, "unfinished", [{"what": kind, "project": project}])
            elif kind == "pull":
                _cursor(connection, _project(connection, key), _read(path))
            elif kind == "hands":
                _last_editors(connection, _project(connection, key), _read(path))
        except (LookupError, TypeError, AttributeError, ValueError, OverflowError):
            raise damaged_file(path) from None


def damaged_file(path: Path) -> CurateError:
    """The error for a damaged file; its hint says what to do."""
    hint = f"rm {path} (then: curate pull)"
    if path.name == _ANNOTATORS_FILE:
        hint = f"put a copy of the file back; only without a copy: rm {path} (annotators then get new pseudonyms)"
    return CurateError(f"{path} is damaged", hint=hint)


def _read(path: Path) -> Json:
    return parse_object(read_text(path))


def _project(connection: sqlite3.Connection, key: str) -> str:
    """Insert the project's row; the next command that meets the project adds address and title."""
    connection.execute("INSERT OR IGNORE INTO projects (key) VALUES (?)", [key])
    return key


def _annotators(connection: sqlite3.Connection, form: Json) -> None:
    _all(str, form.values())
    kinds: dict[str, str] = {}
    for key, pseudonym in form.items():
        kind = PERSON if is_email(key) else UNKNOWN
        if pseudonym.startswith(PROGRAM_PREFIX):
            kind = PROGRAM
        if kinds.get(pseudonym, UNKNOWN) == UNKNOWN:
            kinds[pseudonym] = kind
    rows = ({"pseudonym": name, "kind": kind} for name, kind in kinds.items())
    insert_rows(connection, "annotators", rows)
    accounts = ({"key": key, "pseudonym": name} for key, name in form.items())
    insert_rows(connection, "accounts", accounts)


def _last_editors(connection: sqlite3.Connection, project: str, form: Json) -> None:
    known = {int(number): (int(who), str(sha)) for number, (who, sha) in form.items()}
    rows = (
        {"project": project, "annotation": number, "account": who, "result_sha256": sha}
        for number, (who, sha) in known.items()
    )
    insert_rows(connection, "last_editors", rows)


def _cursor(connection: sqlite3.Connection, project: str, form: Json) -> None:
    since, link = _all(str, [form["since"], form["link"]])
    (tasks,) = _all(int, [form["tasks"]])
    listed = [form["deleted"], form["emptied"], form.get("returned", [])]
    deleted, emptied, returned = (set(_all(str, names)) for names in _all(list, listed))
    annotated = form["annotated"]
    _all(int, annotated.values())
    cursor = {"project": project, "since": since, "tasks": tasks, "link": link}
    insert_rows(connection, "cursors", [cursor])
    documents = (
        {
            "project": project,
            "document": name,
            "task": annotated.get(name),
            "deleted": int(name in deleted),
            "emptied": int(name in emptied),
            "returned": int(name in returned),
        }
        for name in annotated.keys() | deleted | emptied | returned
    )
    insert_rows(connection, "documents", documents)
    for kind, problems in (("problem", form["problems"]), ("remark", form.get("remarks", {}))):
        insert_rows(connection, "problems", _problems(project, kind, problems))
    again = dict(zip(map(int, form["again"]), _all(str, form["again"].values()), strict=True))
    rows = ({"project": project, "task": task, "document": of} for task, of in again.items())
    insert_rows(connection, "again", rows)
    seen = dict(zip(map(int, form["seen"]), _all(str, form["seen"].values()), strict=True))
    times = ({"project": project, "task": task, "time": time} for task, time in seen.items())
    insert_rows(connection, "seen", times)


def _problems(project: str, kind: str, problems: Json) -> Iterator[Json]:
    for document, some in problems.items():
        for number, one in enumerate(some):
            _all(str, one.values())
            if not {"place", "what"} <= one.keys() <= _PROBLEM_KEYS:
                raise TypeError
            row = {"project": project, "document": document, "kind": kind, "number": number}
            yield {**row, "link": "", "who": "", **one}


def _all(kind: type[_T], values: Collection[object]) -> tuple[_T, ...]:
    """The values as a tuple; TypeError unless each of them is of this type."""
    found = tuple(value for value in values if isinstance(value, kind))
    if len(found) < len(values):
        raise TypeError
    return found
