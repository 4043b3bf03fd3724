"""
Who changed an annotation last, where a program of ours was the last to touch it.

Label Studio says of an annotation that was renamed that our account changed it.
Nobody's judgement changed, so whoever had it in hand before is remembered, together with
the result that we wrote: as long as the annotation is that result, it is still theirs.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from curation.files import Json
from curation.state import State
from curation.state.tables import enter_project, project_key

# An annotation's number → the account that last changed it, and the sha256 of what we wrote.
Known = Mapping[int, tuple[int, str]]


@dataclass
class Hands:
    """What is *known*; *keep* is told of more before anything is written on the strength of it."""

    known: Known = field(default_factory=dict)
    keep: Callable[[Known], None] = lambda more: None  # noqa: ARG005

    def editor(self, annotation: Json) -> int:
        """The number of the account that last changed it; 0 if nobody knows."""
        if self.wrote(annotation):
            return self.known[int(annotation["id"])][0]
        last = account(annotation.get("updated_by"))
        return last or account(annotation.get("completed_by"))

    def wrote(self, annotation: Json) -> bool:
        """Whether it is still what a program of ours made of it."""
        _, written = self.known.get(int(annotation.get("id") or 0), (0, ""))
        return bool(written) and written == result_sha256(annotation.get("result"))

    def writing(self, annotation: Json, result: Any) -> tuple[int, str]:
        """What is to be known of an annotation as it is, with the result that takes its place."""
        return self.editor(annotation), result_sha256(result)

    def remember(self, hands: Known) -> None:
        """What is about to be written, by the annotation's number."""
        # Said before and not yet written: what stands there doesn't match it yet.
        more = {
            number: hand
            for number, hand in hands.items()
            if self.known.get(number, (0, ""))[1] != hand[1]
        }
        if more:
            self.keep(more)
            self.known = {**self.known, **more}


def load_hands(state: State, url: str, title: str) -> Hands:
    """What is remembered of a project; what is said of it from now on is kept at once."""
    key = project_key(url, title)
    with state.reading() as connection:
        row = "SELECT annotation, account, result_sha256 FROM last_editors WHERE project = ?"
        found = connection.execute(row, [key]).fetchall()

    def keep(more: Known) -> None:
        with state.transaction() as connection:
            enter_project(connection, url, title)
            connection.executemany(
                "INSERT OR REPLACE INTO last_editors VALUES (?, ?, ?, ?)",
                ([key, number, who, sha] for number, (who, sha) in more.items()),
            )

    return Hands({number: (who, sha) for number, who, sha in found}, keep)


def account(given: Any) -> int:
    """The number of an account, given as its number or as an object with its id."""
    number = given.get("id") if isinstance(given, dict) else given
    return number if isinstance(number, int) else 0


def result_sha256(result: Any) -> str:
    """The same for the same result, whatever order a server keeps its keys in."""
    return hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest()
