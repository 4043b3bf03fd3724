"""A ``.curate/`` as curate 0.3 left it: JSON files, one for each thing."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curation.labelstudio.pull.cursor import PullCursor
from curation.labelstudio.pull.last_editor import LastEdits
from curation.state import State
from curation.state.tables import project_key

DATABASE = "state.sqlite"


def cursor_form(cursor: PullCursor) -> dict[str, Any]:
    """As a cursor was kept."""
    told = {
        "problems": cursor.problems,
        "remarks": cursor.remarks,
    }
    return {
        "since": cursor.since,
        "tasks": cursor.task_count,
        "annotated": dict(cursor.annotated),
        **{
            key: {
                document: [problem.to_json() for problem in some]
                for document, some in found.items()
            }
            for key, found in told.items()
        },
        "deleted": list(cursor.deleted),
        "emptied": list(cursor.emptied),
        "again": {str(task): document for task, document in cursor.ask_again.items()},
        "seen": {str(task): time for task, time in cursor.seen.items()},
        "link": cursor.link,
        "returned": list(cursor.returned),
    }


def write(path: Path, form: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(json.dumps(form, ensure_ascii=False) + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def write_cursor(home: Path, url: str, title: str, cursor: PullCursor) -> Path:
    return write(home / f"pull-{project_key(url, title)}.json", cursor_form(cursor))


def write_hands(home: Path, url: str, title: str, hands: LastEdits) -> Path:
    form = {str(number): list(hand) for number, hand in hands.items()}
    return write(home / f"hands-{project_key(url, title)}.json", form)


def write_ledger(home: Path, url: str, title: str) -> Path:
    form = {"project": "1", "rules": "r", "marks": [0, 0, "", []], "settled": {}}
    return write(home / f"push-{project_key(url, title)}.json", form)


def write_unfinished(home: Path, url: str, title: str) -> Path:
    path = home / f"push-{project_key(url, title)}.unfinished"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    return path


def write_annotators(home: Path, accounts: Mapping[str, str]) -> Path:
    return write(home / "annotators.json", dict(accounts))


def go_back(home: Path, *, without: tuple[str, ...] = ()) -> None:
    """Put what ``state.sqlite`` holds into old files, and take it away, as if curate were older."""
    from curation.labelstudio.pull.cursor import load_cursor
    from curation.labelstudio.pull.last_editor import load_last_editors

    state = State(home, writing=False)
    with state.reading() as connection:
        projects = connection.execute("SELECT url, title FROM projects").fetchall()
        accounts = dict(connection.execute("SELECT key, pseudonym FROM accounts"))
        unfinished = connection.execute("SELECT count(*) FROM unfinished").fetchone()
    assert unfinished == (0,)
    # What was known by both was known by its e-mail alone.
    mailed = {name for key, name in accounts.items() if " " not in key}
    write_annotators(
        home,
        {key: name for key, name in accounts.items() if " " not in key or name not in mailed},
    )
    for url, title in projects:
        if cursor := load_cursor(state, url, title):
            write_cursor(home, url, title, cursor)
        if known := load_last_editors(state, url, title).known:
            write_hands(home, url, title, known)
    (home / DATABASE).unlink()
