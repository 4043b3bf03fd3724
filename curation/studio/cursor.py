"""Where the last pull of a project stopped."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from curation.errors import Problem


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
    that had annotations; *problems* what was wrong then, by document;
    *deleted* documents whose task is gone, *emptied* those whose task is there
    but has no annotation any more. *again* are tasks, each with its document,
    that the next pull has to look at even if they don't change: two that hold
    one document, and those whose annotations are listed but weren't given.
    *link* leads to the project.
    """

    since: str = ""
    tasks: int = 0
    annotated: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    again: Mapping[int, str] = field(default_factory=dict)
    seen: Mapping[int, str] = field(default_factory=dict)
    link: str = ""

    @property
    def links(self) -> Mapping[str, str]:
        """To the task of each document that has annotations."""
        return {doc: f"{self.link}?task={task}" for doc, task in self.annotated.items()}

    @property
    def standing(self) -> tuple[Problem, ...]:
        """Everything that is wrong at this moment, found by the last pull or before."""
        found = self.problems
        return tuple(problem for document in sorted(found) for problem in found[document])
