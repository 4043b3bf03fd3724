"""Bars to hold a score against, such as ``entities.strict.micro.f1=0.80``: for CI."""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import NamedTuple

from curation.errors import InputError, NotMet
from curation.scoring.form import scores_form
from curation.scoring.scores import Scores

EXAMPLE = "a path in the JSON and the least it may be: entities.strict.micro.f1=0.80"
UNDEFINED = "leave the undefined out, or score documents that have what it rates"


class Bar(NamedTuple):
    """The *path* of a figure in the scores' JSON, and the *least* it may be."""

    path: str
    least: float


def read_bars(given: Iterable[str]) -> Sequence[Bar]:
    """Each as somebody typed it; InputError for what is no bar."""
    return [_read(one) for one in given]


def require(scores: Scores, bars: Iterable[Bar]) -> None:
    """
    Hold a score against all *bars*, and tell of every one that it doesn't reach.

    Raises NotMet, also for a figure that is undefined; InputError where a path
    names no figure.
    """
    form = scores_form(scores)
    unmet, nameless, hint = [], [], ""
    for path, least in bars:
        value = _figure(form, path)
        if value is None:
            unmet.append(f"{path} is undefined: there is nothing to rate")
            hint = UNDEFINED
        elif isinstance(value, bool) or not isinstance(value, int | float):
            nameless.append(f"{path!r} names no figure of the score")
        elif value < least:
            unmet.append(f"{path} is {value:.4f}, below {least:g}")
    if nameless:
        raise InputError("\n".join(nameless + unmet), hint=EXAMPLE)
    if unmet:
        raise NotMet("\n".join(unmet), hint=hint)


def _read(given: str) -> Bar:
    path, _, least = given.partition("=")
    try:
        wanted = float(least)
    except ValueError:
        wanted = float("nan")
    if not path or not isfinite(wanted):
        raise InputError(f"{given!r} is no bar", hint=EXAMPLE)
    return Bar(path, wanted)


def _figure(form: object, path: str) -> object:
    """What stands at *path*: None where that, or what would hold it, is null; "" for nothing."""
    for name in path.split("."):
        if form is None:
            return None
        form = form.get(name, "") if isinstance(form, dict) else ""
    return form
