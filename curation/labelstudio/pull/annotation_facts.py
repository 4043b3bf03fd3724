"""What is known of each annotation of a project without asking the server once more."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple


class AnnotationFacts(NamedTuple):
    """
    What ``curate status`` tells of one annotation; made of a row in a fifth of a dataclass's time.

    *account* is the number of its annotator's account, *annotator* the pseudonym, empty where a
    pull needed none. *updated* is the server's time of the last change. *seconds* is the time
    that the editor was open, *words* the length of the text; both are None where unknown.
    *is_unchanged* says whether the entities and relations are those of the suggestion that the
    annotator saw; None where there was no suggestion, or nobody knows which.
    """

    number: int
    document: str
    account: int
    annotator: str
    status: Literal["submitted", "problem", "skipped"]
    updated: str
    seconds: float | None = None
    words: int | None = None
    is_unchanged: bool | None = None
    flags: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_skipped(self) -> bool:
        """Whether the annotator skipped the document."""
        return self.status == "skipped"


def facts_rows(
    key: str, by_task: Mapping[int, Iterable[AnnotationFacts]]
) -> Iterator[dict[str, object]]:
    """The rows of the table ``work`` for a project with this key."""
    for task, annotations in by_task.items():
        for one in annotations:
            yield {
                "project": key,
                "task": task,
                "annotation": one.number,
                "document": one.document,
                "account": one.account,
                "annotator": one.annotator,
                "status": one.status,
                "updated": one.updated,
                "seconds": one.seconds,
                "words": one.words,
                "unchanged": one.is_unchanged,
                "flags": json.dumps(one.flags),
                "note": one.note,
            }


# How most rows say it: not to be parsed 10,000 times.
NO_FLAGS = "[]"

FACTS_COLUMNS = (
    "annotation, document, account, annotator, status, updated, seconds, words, unchanged,"
    " flags, note"
)


def facts_of_row(row: Iterable[Any]) -> AnnotationFacts:
    """The facts in the columns FACTS_COLUMNS of a row, which are in the order of the fields."""
    *others, unchanged, flags, note = row
    return AnnotationFacts._make(
        [
            *others,
            None if unchanged is None else bool(unchanged),
            () if flags == NO_FLAGS else tuple(json.loads(flags)),
            note,
        ]
    )
