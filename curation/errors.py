"""
Everything that can go wrong and is the user's to mend:

* CurateError
  + InputError     a file or a line isn't what it should be
    + UsageError   what was typed can't be meant, whatever the files hold
  + SchemaError    label_config/schema.toml is wrong, or a document breaks it
  + ModelError     the baseline model is missing or can't be loaded
  + StudioError    Label Studio refused or didn't answer
    + StudioGone   it may or may not have done what it was asked
  + GoldError      a version is missing, sealed or altered
  + NotMet         ``--check`` or ``--fail-under`` asked for more than there is

Anything else that is raised is a bug and keeps its traceback.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from reprlib import Repr
from typing import NoReturn, Self

SHOWN = 20

_BRIEF = Repr()


def brief(value: object) -> str:
    """What somebody gave, as they would type it, short however large or deep it is."""
    typed = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return typed[value]
    return f"{_BRIEF.repr(value):.60}"


def many(number: int, noun: str) -> str:
    """``1 document``, ``2 documents``, ``3 entities``."""
    several = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else several}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """
    One thing that is wrong, or worth a look: where, what, and where one can see it.

    *who* is the pseudonym of the annotator whose work it is in, if it is in anybody's.
    """

    place: str
    what: str
    link: str = ""
    who: str = ""

    def __str__(self) -> str:
        """One line, whatever an id holds."""
        return f"{self.place}: {self.what}".replace("\n", "\\n")


class Problems:
    """
    All that is wrong with something: the first SHOWN in full, the rest counted.

    A file in which every line is bad must not fill the memory.
    """

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self.first: list[Problem] = []
        self.more = 0
        self += found

    def append(self, problem: Problem) -> None:
        """One more."""
        if len(self.first) < SHOWN:
            self.first.append(problem)
        else:
            self.more += 1

    def __iadd__(self, found: "Iterable[Problem] | Problems") -> Self:
        for problem in found.first if isinstance(found, Problems) else found:
            self.append(problem)
        if isinstance(found, Problems):
            self.more += found.more
        return self

    def __len__(self) -> int:
        return len(self.first) + self.more


class CurateError(Exception):
    """A mistake the user can mend: what is wrong, and the next thing to do."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @classmethod
    def of(cls, problems: Iterable[Problem] | Problems, *, hint: str = "") -> "CurateError":
        """All problems as one error: the first 20 in full, the rest counted."""
        found = problems if isinstance(problems, Problems) else Problems(problems)
        rest = [f"… and {found.more:,} more"] if found.more else []
        return cls("\n".join([*map(str, found.first), *rest]), hint=hint)


class InputError(CurateError):
    """A file or a line isn't what it should be."""


class UsageError(InputError):
    """What was typed can't be meant, whatever the files hold."""

    exit_code = 2


class SchemaError(CurateError):
    """The schema is wrong, or a document breaks it."""


class ModelError(CurateError):
    """The baseline model is missing or can't be loaded."""


class StudioError(CurateError):
    """Label Studio refused or didn't answer."""


class StudioGone(StudioError):
    """
    The connection broke: the server may still be doing what it was asked.

    *rest* is how many seconds it wants to be left alone.
    """

    def __init__(self, message: str, *, hint: str = "", rest: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.rest = rest


class GoldError(CurateError):
    """A version of the dataset is missing, sealed or altered."""


class NotMet(CurateError):
    """A bar that the user set was not reached."""

    exit_code = 3


def refuse(
    problems: Iterable[Problem] | Problems, kind: type[CurateError], *, hint: str = ""
) -> NoReturn:
    """Raise all *problems* as one error of this *kind*."""
    raise kind.of(problems, hint=hint)
