"""Bars to hold a score against, such as ``entities.strict.micro.f1=0.80``: for CI."""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import NamedTuple, TypeGuard

from curation.errors import InputError, NotMet
from curation.files import Json
from curation.scoring.calibration import Calibration
from curation.scoring.counts import Counts, Mean, Rates, Tally
from curation.scoring.form import scores_form
from curation.scoring.schemes import ENTITIES, RELATIONS
from curation.scoring.scores import ALL, ASSISTED, BLIND, Comparison, Part, Recipe, Scores
from curation.scoring.sentences import BANDS

EXAMPLE = "a path in the JSON and the least it may be: entities.strict.micro.f1=0.80"
# No type has this name.
ANY = ""
UNDEFINED = "leave the undefined out, or score documents that have what it rates"


class Bar(NamedTuple):
    """The *path* of a figure in the scores' JSON, and the *least* it may be."""

    path: str
    least: float


def read_bars(given: Iterable[str]) -> Sequence[Bar]:
    """Each as somebody typed it; InputError for what is no bar, or names what no score has."""
    bars = [_read(one) for one in given]
    form = _every_figure() if bars else {}
    found = {path: _figure(form, path) for path, _ in bars}
    if nameless := [
        _nameless(path)
        for path, value in found.items()
        if not (value is None or _is_number(value))
    ]:
        raise InputError("\n".join(nameless), hint=EXAMPLE)
    return bars


def require(scores: Scores, bars: Iterable[Bar]) -> None:
    """
    Hold a score against all *bars*, and tell of every one that it doesn't reach.

    Raises NotMet, also for a figure that is undefined; InputError where a path
    names no figure, such as that of a type that is nowhere.
    """
    form = scores_form(scores)
    unmet, nameless, hint = [], [], ""
    for path, least in bars:
        value = _figure(form, path)
        if value is None:
            unmet.append(f"{path} is undefined: there is nothing to rate")
            hint = UNDEFINED
        elif not _is_number(value):
            nameless.append(_nameless(path))
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


def _nameless(path: str) -> str:
    return f"{path!r} names no figure of the score"


def _every_figure() -> Json:
    """The form of scores that have all that scores can have; ANY stands for every type."""
    from curation.scoring.score import ON_GOLD, SAID

    def tally(bands: Iterable[str] = ()) -> Tally:
        rates = Rates(Counts(1))
        by_band = dict.fromkeys(bands, rates)
        return Tally(rates, Mean(1.0), {ANY: rates}, rates, by_band or None)

    part = Part(
        entities={name: tally() for name in ENTITIES},
        relations={name: tally(BANDS) for name in (*RELATIONS, ON_GOLD, SAID)},
        calibration=Calibration(),
    )
    recipe = Recipe("", "", "", "", "", 0, "", "", 0, 0, "")
    arms = dict.fromkeys((BLIND, ASSISTED, ALL), part)
    return scores_form(Scores(recipe, part, arms, Comparison(0)))


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _figure(form: object, path: str) -> object:
    """What stands at *path*: None where that, or what would hold it, is null; "" for nothing."""
    for name in path.split("."):
        if form is None:
            return None
        form = form.get(name, form.get(ANY, "")) if isinstance(form, dict) else ""
    return form
