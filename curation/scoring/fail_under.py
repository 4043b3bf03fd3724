"""Bars to hold a score against, such as ``entities.strict.micro.f1=0.80``: for CI."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import NamedTuple, TypeGuard

from curation.errors import InputError, ThresholdNotMet, UsageError
from curation.files import Json
from curation.scoring.calibration import Calibration
from curation.scoring.comparison import PATHS
from curation.scoring.counts import Counts, Interval, Mean, Rates, Spread, Tally
from curation.scoring.result import (
    ALL,
    ASSISTED,
    BLIND,
    Comparison,
    Difference,
    Part,
    Recipe,
    Scores,
)
from curation.scoring.schemes import ENTITIES, RELATIONS
from curation.scoring.score import ON_GOLD, SAID
from curation.scoring.scores_json import scores_to_json
from curation.scoring.sentences import BANDS

EXAMPLE = "a path in the JSON and the least it may be: entities.strict.micro.f1=0.80"
COMPARISON = "comparison"
SHOWN = 12
# No type has this name.
ANY = ""
UNDEFINED = "leave the undefined out, or score documents that have what it rates"


class Bar(NamedTuple):
    """The *path* of a figure in the scores' JSON, and the *least* it may be."""

    path: str
    least: float


def read_bars(
    given: Iterable[str], *, model: bool = False, gold: bool = False
) -> Sequence[Bar]:
    """
    Each as somebody typed it; UsageError for what is no bar, or names what no score has.

    *model* and *gold* say which of the two will be compared with another.
    """
    bars = [_read(one) for one in given]
    form = _every_figure(model=model, gold=gold) if bars else {}
    found = {path: _figure(form, path) for path, _ in bars}
    if nameless := [
        _nameless(form, path)
        for path, value in found.items()
        if not (value is None or _is_number(value))
    ]:
        raise UsageError("\n".join(nameless), hint=EXAMPLE)
    return bars


def require(scores: Scores, bars: Iterable[Bar]) -> None:
    """
    Hold a score against all *bars*, and tell of every one that it doesn't reach.

    Raises NotMet, also for a figure that is undefined; InputError where a path
    names no figure, such as that of a type that is nowhere.
    """
    form = scores_to_json(scores)
    unmet, nameless, hint = [], [], ""
    for path, least in bars:
        value = _figure(form, path)
        if value is None:
            unmet.append(f"{path} is undefined: there is nothing to rate")
            hint = UNDEFINED
        elif not _is_number(value):
            nameless.append(_nameless(form, path))
        elif value < least:
            # Rounded, it may seem to reach the bar.
            close = round(value, 4) >= least
            told = f"{value:.15g}" if close or isinstance(value, int) else f"{value:.4f}"
            unmet.append(f"{path} is {told}, below {least:.15g}")
    if nameless:
        raise InputError("\n".join(nameless + unmet), hint=EXAMPLE)
    if unmet:
        raise ThresholdNotMet("\n".join(unmet), hint=hint)


def _read(given: str) -> Bar:
    path, _, least = given.rpartition("=")
    try:
        wanted = float(least)
    except ValueError:
        wanted = float("nan")
    if not path or not isfinite(wanted):
        raise UsageError(f"{given!r} is no bar", hint=EXAMPLE)
    return Bar(path, wanted)


def _nameless(form: Json, path: str) -> str:
    """What is wrong with the path, and what there is as far as it can be followed."""
    told = f"{path!r} names no figure of the score"
    if path.partition(".")[0] == COMPARISON and not form[COMPARISON]:
        return f"{told}: nothing is compared without --against or --against-gold"
    known, held = _followed(form, path)
    names = [name for name, value in held.items() if name != ANY and _holds(value)]
    if not names:
        return told
    shown = ", ".join(names[:SHOWN]) + (", …" if names[SHOWN:] else "")
    return f"{told}; {f'in {known} there is' if known else 'there is'}: {shown}"


def _every_figure(*, model: bool, gold: bool) -> Json:
    """The form of scores that have all that they can have; ANY stands for every type."""
    some = Interval(0.0, 0.0)
    spread = Spread(some, some, some)

    def tally(bands: Iterable[str] = ()) -> Tally:
        rates = Rates(Counts(1), spread, spread)
        by_band = dict.fromkeys(bands, rates)
        return Tally(rates, Mean(1.0, some, some), {ANY: rates}, rates, by_band or None)

    part = Part(
        entities={name: tally() for name in ENTITIES},
        relations={name: tally(BANDS) for name in (*RELATIONS, ON_GOLD, SAID)},
        calibration=Calibration(),
    )
    recipe = Recipe("", "", "", "", "", 0, "", "", 0, 0, "")
    arms = dict.fromkeys((BLIND, ASSISTED, ALL), part)
    moved = dict.fromkeys(PATHS, Difference(0.0, 0.0, some, some, 1.0))
    form = scores_to_json(Scores(recipe, part, arms, Comparison(0, moved, moved, moved)))
    sides = {"model": model, "gold": gold, "both": model and gold}
    for name, wanted in sides.items():
        if not wanted:
            del form[COMPARISON][name]
    if not any(sides.values()):
        form[COMPARISON] = {}
    return form


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _holds(value: object) -> bool:
    """Whether it is a figure, or something that may hold one."""
    return value is None or _is_number(value) or isinstance(value, dict)


def _figure(form: Json, path: str) -> object:
    """What stands at *path*: None where that, or what would hold it, is null; "" for nothing."""
    found = list(_named(form, path))
    return next((one for one in found if _is_number(one)), None if None in found else "")


def _named(form: object, path: str) -> Iterator[object]:
    """All that *path* can mean: a type's name, or a figure's, may have dots itself."""
    if form is None:
        yield None
        return
    for _, value, rest in _steps(form, path):
        if rest is None:
            yield value
        else:
            yield from _named(value, rest)


def _steps(form: object, path: str) -> Iterator[tuple[str, object, str | None]]:
    """Each name that *path* can begin with, what it holds, and the rest of the path."""
    if not isinstance(form, dict):
        return
    for dot in [n for n, c in enumerate(path) if c == "."] + [len(path)]:
        name, rest = path[:dot], path[dot + 1 :] if dot < len(path) else None
        if name in form or ANY in form:
            yield name, form.get(name, form.get(ANY)), rest


def _followed(form: Json, path: str) -> tuple[str, Json]:
    """How far *path* leads, and what is there."""
    best: tuple[str, Json] = ("", form)
    for name, value, rest in _steps(form, path):
        if isinstance(value, dict):
            known, held = _followed(value, rest or "")
            best = max(best, (f"{name}.{known}".rstrip("."), held), key=lambda one: len(one[0]))
    return best
