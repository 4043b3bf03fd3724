"""Where the last pull of a project stopped."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TypeVar

from curation.errors import Problem
from curation.files import Json

_T = TypeVar("_T")


@dataclass(frozen=True)
class Cursor:
    """
    What is known of a project when a pull has ended.

    *since* is a server time: every change up to it was seen. It is the newest
    one that there was before the pull began to look, so that what changes
    while it looks has a later time, or the same, and is looked at next time.
    *seen* are the tasks of that time or a later one, each with the time of the
    state in which it was seen, so that nothing is looked at twice.

    *tasks* is how many tasks there were; *annotated* the task of each document
    that had annotations; *problems* what was wrong then, by document, *remarks*
    what was worth a look;
    *deleted* documents whose task is gone, *emptied* those whose task is there
    but has no annotation any more. *again* are tasks, each with its document,
    that the next pull has to look at even if they don't change: two that hold
    one document, and those whose annotations are listed but weren't given.
    *returned* are documents on whose task the reason stands for which it went back.
    *link* leads to the project.
    """

    since: str = ""
    tasks: int = 0
    annotated: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    remarks: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    again: Mapping[int, str] = field(default_factory=dict)
    seen: Mapping[int, str] = field(default_factory=dict)
    link: str = ""
    returned: tuple[str, ...] = ()

    @property
    def links(self) -> Mapping[str, str]:
        """To the task of each document that has annotations."""
        return {doc: f"{self.link}?task={task}" for doc, task in self.annotated.items()}

    @property
    def standing(self) -> tuple[Problem, ...]:
        """Everything that is wrong at this moment, found by the last pull or before."""
        found = self.problems
        return tuple(problem for document in sorted(found) for problem in found[document])

    def standing_told(self, returned: Collection[str]) -> tuple[Problem, ...]:
        """The same; of what was *returned* to its annotator already, each says so."""
        return tuple(
            replace(one, what=f"{one.what} (returned)") if document in returned else one
            for document in sorted(self.problems)
            for one in self.problems[document]
        )

    def remarks_on(self, documents: Iterable[str]) -> tuple[Problem, ...]:
        """What is worth a look in these, though nothing is wrong with it."""
        found = self.remarks
        return tuple(one for document in sorted(documents) for one in found.get(document, ()))

    def to_json(self) -> Json:
        """As it is kept."""
        return {
            "since": self.since,
            "tasks": self.tasks,
            "annotated": dict(self.annotated),
            "problems": _form(self.problems),
            "remarks": _form(self.remarks),
            "deleted": list(self.deleted),
            "emptied": list(self.emptied),
            "again": {str(task): document for task, document in self.again.items()},
            "seen": {str(task): time for task, time in self.seen.items()},
            "link": self.link,
            "returned": list(self.returned),
        }

    @classmethod
    def of_json(cls, form: Json) -> "Cursor":
        """Raises LookupError, TypeError, ValueError or AttributeError for what isn't one."""
        since, link = _all(str, [form["since"], form["link"]])
        (tasks,) = _all(int, [form["tasks"]])
        _all(int, form["annotated"].values())
        problems, remarks = (
            {document: tuple(map(_problem, found)) for document, found in told.items()}
            for told in (form["problems"], form.get("remarks", {}))
        )
        listed = form["deleted"], form["emptied"], form.get("returned", [])
        deleted, emptied, returned = (_all(str, found) for found in _all(list, listed))
        again, seen = (
            dict(zip(map(int, form[key]), _all(str, form[key].values()), strict=True))
            for key in ("again", "seen")
        )
        known = form["annotated"], problems, remarks
        return cls(since, tasks, *known, deleted, emptied, again, seen, link, returned)


def _form(found: Mapping[str, tuple[Problem, ...]]) -> Json:
    return {document: list(map(asdict, some)) for document, some in found.items()}


def _problem(form: Json) -> Problem:
    _all(str, form.values())
    return Problem(**form)


def _all(kind: type[_T], values: Collection[object]) -> tuple[_T, ...]:
    """The same values; TypeError unless each is of this type."""
    found = tuple(value for value in values if isinstance(value, kind))
    if len(found) < len(values):
        raise TypeError
    return found
