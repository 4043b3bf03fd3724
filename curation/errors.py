"""
The mistakes that a user can mend, as a tree of exceptions:

* CurateError
  + InputError                a file or a line can't be read as what it should be
    + UsageError              the options or arguments make no sense, whatever the files hold
  + SchemaError               label_config/schema.toml is wrong, or a document breaks it
  + ModelError                the baseline model is missing or can't be loaded
  + StudioError               Label Studio refused a request or didn't answer
    + StudioRefusal           Label Studio refuses what it was sent, and will refuse it again
      + StudioTooLarge        what was sent is larger than Label Studio, or a proxy, takes
    + StudioConnectionLost    Label Studio may or may not have carried out the request
  + GoldError                 a version is missing, sealed or altered
  + HubError                  the Hugging Face Hub refused a request or didn't answer
    + HubConflict             what is on the Hub isn't what it was, or is there already
    + HubConnectionLost       the Hub may or may not have carried out the request
  + ThresholdNotMet           a result misses what ``--fail-under`` or ``--check`` asks for

Every other exception is a bug and keeps its traceback.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from reprlib import Repr
from types import MappingProxyType
from typing import NoReturn, Self

from curation.list_limit import and_more, list_limit

_SHORT = Repr()

# Answers to what took too long; the last is that of one large network of proxies.
_GAVE_UP_WAITING = (408, 504, 524)

# Below are the answers of a server that did what it was asked.
_FIRST_REDIRECT = 300


def abbreviate(value: object) -> str:
    """A JSON value as people write it, cut to 60 characters."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{_SHORT.repr(value):.60}"


def pluralise(number: int, noun: str) -> str:
    """``1 document``, ``2 documents``, ``3 entities``, ``4 days``."""
    several = (
        f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    )
    return f"{number} {noun if number == 1 else several}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """
    A problem, which must be mended before a document is gold, or a remark, which needn't.

    *place* is a file with a line, or a document with offsets; *what* is one sentence.
    *link* is a page of Label Studio, *annotator* the pseudonym of the annotator whose work
    has the problem; both are empty where unknown. *excerpt* are the lines that show the place.
    """

    place: str
    what: str
    link: str = ""
    annotator: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        """Place and sentence on one line; newlines in an id are escaped."""
        return f"{self.place}: {self.what}".replace("\n", "\\n")

    def to_json(self) -> dict[str, str]:
        """The problem as JSON outputs and the state file have it."""
        return {
            "place": self.place,
            "what": self.what,
            "link": self.link,
            "who": self.annotator,
        }


class Problems:
    """
    A list of problems that holds those that are shown and counts the others.

    So a file in which every line is bad doesn't fill the memory.
    """

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self.shown: list[Problem] = []
        self.omitted = 0
        self += problems

    def append(self, problem: Problem) -> None:
        """Add one problem."""
        if len(self.shown) < list_limit():
            self.shown.append(problem)
        else:
            self.omitted += 1

    def __iadd__(self, problems: "Iterable[Problem] | Problems") -> Self:
        for problem in problems.shown if isinstance(problems, Problems) else problems:
            self.append(problem)
        if isinstance(problems, Problems):
            self.omitted += problems.omitted
        return self

    def __len__(self) -> int:
        return len(self.shown) + self.omitted


class CurateError(Exception):
    """A mistake that the user can mend; *hint* is what to type next, *excerpts* show the places of lines."""

    exit_code = 1
    excerpts: Mapping[str, str] = MappingProxyType({})

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @classmethod
    def from_problems(
        cls, problems: Iterable[Problem] | Problems, *, hint: str = ""
    ) -> "CurateError":
        """One error that lists all *problems*: the first in full, the others counted."""
        listed = problems if isinstance(problems, Problems) else Problems(problems)
        lines = [str(problem) for problem in listed.shown]
        if listed.omitted:
            lines.append(f"… {and_more(listed.omitted)}")
        error = cls("\n".join(lines), hint=hint)
        error.excerpts = {str(problem): problem.excerpt for problem in listed.shown}
        return error

    def in_full(self) -> str:
        """The message, below each problem in a file the line where the problem is."""
        lines = str(self).split("\n")
        return "\n".join(
            part for line in lines for part in (line, self.excerpts.get(line)) if part
        )


class InputError(CurateError):
    """A file or a line can't be read as what it should be."""


class UsageError(InputError):
    """The options or arguments make no sense, whatever the files hold."""

    exit_code = 2


class SchemaError(CurateError):
    """The schema is wrong, or a document breaks it."""


class ModelError(CurateError):
    """The baseline model is missing or can't be loaded."""


class StudioError(CurateError):
    """Label Studio refused a request or didn't answer."""


class StudioRefusal(StudioError):
    """Label Studio refuses what it was sent, and will refuse it again."""


class StudioTooLarge(StudioRefusal):
    """What was sent is larger than Label Studio, or a proxy before it, takes."""


class StudioConnectionLost(StudioError):
    """
    The connection broke, so that the server may still be carrying out the request.

    *retry_after* is the number of seconds that the server asks to wait, 0 if none. *status* is
    the status that the server answered with, 0 where no answer came.
    """

    def __init__(
        self, message: str, *, hint: str = "", retry_after: int = 0, status: int = 0
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
        self.status = status

    @property
    def took_too_long(self) -> bool:
        """Whether the server, or a proxy before it, gave up waiting: less at once may pass."""
        return self.status in _GAVE_UP_WAITING

    @property
    def less_may_pass(self) -> bool:
        """Whether the answer broke off or took too long: a smaller one may get through."""
        return self.took_too_long or self.status < _FIRST_REDIRECT


class GoldError(CurateError):
    """A version of the dataset is missing, sealed or altered."""


class HubError(CurateError):
    """The Hugging Face Hub refused a request or didn't answer."""


class HubConflict(HubError):
    """What is on the Hub isn't what it was when it was looked at, or is there already."""


class HubConnectionLost(HubError):
    """
    The connection broke, or the Hub was too busy: it may have carried out the request.

    *retry_after* is the number of seconds that the Hub asks to wait, 0 if none.
    """

    def __init__(self, message: str, *, hint: str = "", retry_after: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class ThresholdNotMet(CurateError):
    """A result misses what the user asked for with ``--fail-under`` or ``--check``."""

    exit_code = 3


def raise_problems(
    problems: Iterable[Problem] | Problems, kind: type[CurateError], *, hint: str = ""
) -> NoReturn:
    """Raise one error of this *kind* that lists all *problems*."""
    raise kind.from_problems(problems, hint=hint)
