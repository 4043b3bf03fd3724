"""
Who changed an annotation last, where a program of ours was the last to write it.

Label Studio says of an annotation that was renamed that our account changed it. Nobody's
judgement changed, so the account that last changed it before is remembered, together with a
digest of the result that we wrote: as long as the annotation is that result, it is still theirs.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from curation.files import Json
from curation.labelstudio.pull.imported import is_imported
from curation.state import State
from curation.state.tables import enter_project, project_key

# An annotation's number → the account that last changed it, and the sha256 of what we wrote.
LastEdits = Mapping[int, tuple[int, str]]


@dataclass
class LastEditors:
    """
    The last edits that are *known*.

    *save* is given more of them before anything is written to the server that relies on them.
    """

    known: LastEdits = field(default_factory=dict)
    save: Callable[[LastEdits], None] = lambda more: None  # noqa: ARG005

    def editor(self, annotation: Json) -> int:
        """The number of the account that last changed the annotation; 0 if nobody knows."""
        if self.is_ours(annotation):
            return self.known[int(annotation["id"])][0]
        last = account_number(annotation.get("updated_by"))
        if is_imported(annotation):
            return last
        return last or account_number(annotation.get("completed_by"))

    def is_ours(self, annotation: Json) -> bool:
        """Whether the annotation is still what a program of ours made of it."""
        _, written = self.known.get(int(annotation.get("id") or 0), (0, ""))
        return bool(written) and written == result_sha256(annotation.get("result"))

    def last_edit(self, annotation: Json, result: Any) -> tuple[int, str]:
        """What is to be remembered of the annotation when *result* takes the place of its own."""
        return self.editor(annotation), result_sha256(result)

    def remember(self, edits: LastEdits) -> None:
        """Remember what is about to be written, by the annotation's number."""
        # What was remembered before, and isn't written yet, doesn't match the annotation yet.
        more = {
            number: edit
            for number, edit in edits.items()
            if self.known.get(number, (0, ""))[1] != edit[1]
        }
        if more:
            self.save(more)
            self.known = {**self.known, **more}


def load_last_editors(state: State, url: str, title: str) -> LastEditors:
    """What is remembered of a project; whatever is added is saved at once."""
    key = project_key(url, title)
    with state.reading() as connection:
        row = "SELECT annotation, account, result_sha256 FROM last_editors WHERE project = ?"
        found = connection.execute(row, [key]).fetchall()

    def save(more: LastEdits) -> None:
        with state.transaction() as connection:
            enter_project(connection, url, title)
            connection.executemany(
                "INSERT OR REPLACE INTO last_editors VALUES (?, ?, ?, ?)",
                ([key, number, account, sha] for number, (account, sha) in more.items()),
            )

    known = {number: (account, sha) for number, account, sha in found}
    return LastEditors(known=known, save=save)


def account_number(account: Any) -> int:
    """The number of an account, given as its number or as an object with its id; else 0."""
    number = account.get("id") if isinstance(account, dict) else account
    return number if isinstance(number, int) else 0


def result_sha256(result: Any) -> str:
    """The same for the same result, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest()
