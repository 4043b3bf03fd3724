"""Bars for a score, such as ``entities.strict.micro.f1=0.80``: ``curate eval --fail-under``, for CI."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import NamedTuple, TypeGuard

from curation.documents.sentences import SENTENCE_BANDS
from curation.errors import InputError, ThresholdNotMet, UsageError
from curation.files import Json
from curation.list_limit import join_first
from curation.scoring.calibration import Calibration
from curation.scoring.comparison import COMPARED_FIGURES
from curation.scoring.counts import Interval, OutcomeCounts
from curation.scoring.results import (
    ALL_DOCUMENTS,
    ASSISTED,
    BLIND,
    ArmScores,
    Comparison,
    MacroF1,
    RatedCounts,
    RateIntervals,
    SchemeResult,
    ScoreDifference,
    ScoreRecipe,
    Scores,
)
from curation.scoring.schemes import (
    DOCUMENT_LEVEL,
    ENTITY_SCHEMES,
    ON_GOLD_ENTITIES,
    RELATION_SCHEMES,
)
from curation.scoring.scores_json import scores_to_json

_EXAMPLE = "curate eval --fail-under entities.strict.micro.f1=0.80 (a path in the JSON, its least value)"
_COMPARISON = "comparison"
# Stands for every type in the JSON before anything is scored; no type has this name.
_ANY_TYPE = ""


class Bar(NamedTuple):
    """The *path* of a figure in the scores' JSON, and its *least* value."""

    path: str
    least: float


def read_bars(
    typed: Iterable[str], *, model: bool = False, gold: bool = False
) -> Sequence[Bar]:
    """
    The bars as somebody typed them.

    *model* and *gold* say which of the two will be compared with another.
    Raises UsageError for what is no bar, or names a figure that no score has.
    """
    bars = [_read_bar(text) for text in typed]
    if not bars:
        return bars
    data = _every_figure(model=model, gold=gold)
    figures = {bar.path: _figure(data, bar.path) for bar in bars}
    unknown = [
        _unknown_path(data, path)
        for path, value in figures.items()
        if not (value is None or _is_number(value))
    ]
    if unknown:
        raise UsageError("\n".join(unknown), hint=_EXAMPLE)
    return bars


def require(scores: Scores, bars: Iterable[Bar]) -> None:
    """
    Check that the scores reach all *bars*.

    Raises ThresholdNotMet with every bar that isn't reached, also for a figure that is
    undefined; InputError where a path names no figure, such as that of a type
    that occurs nowhere.
    """
    data = scores_to_json(scores)
    not_met: list[str] = []
    unknown: list[str] = []
    hint = ""
    for bar in bars:
        value = _figure(data, bar.path)
        if value is None:
            not_met.append(f"{bar.path} is undefined: there is nothing to rate")
            hint = "leave out the bar of the undefined figure, or score documents that define the figure"
        elif not _is_number(value):
            unknown.append(_unknown_path(data, bar.path))
        elif value < bar.least:
            # Rounded, the value may seem to reach the bar.
            is_close = round(value, 4) >= bar.least
            exact = is_close or isinstance(value, int)
            written = f"{value:.15g}" if exact else f"{value:.4f}"
            not_met.append(f"{bar.path} is {written}, below {bar.least:.15g}")
    if unknown:
        raise InputError("\n".join(unknown + not_met), hint=_EXAMPLE)
    if not_met:
        raise ThresholdNotMet("\n".join(not_met), hint=hint)


def _read_bar(typed: str) -> Bar:
    path, _, least = typed.rpartition("=")
    try:
        value = float(least)
    except ValueError:
        value = float("nan")
    if not path or not isfinite(value):
        raise UsageError(f"--fail-under {typed!r}: expected PATH=NUMBER", hint=_EXAMPLE)
    return Bar(path, value)


def _unknown_path(data: Json, path: str) -> str:
    """That *path* names no figure, and the names that are known as far as the path can be followed."""
    problem = f"--fail-under {path!r}: the score has no such figure"
    if path.partition(".")[0] == _COMPARISON and not data[_COMPARISON]:
        return f"{problem}: nothing is compared without --against or --against-gold"
    known, inside = _followed(data, path)
    names = [
        name
        for name, value in inside.items()
        if name != _ANY_TYPE and _is_figure_or_holds_some(value)
    ]
    if not names:
        return problem
    return f"{problem}; {known or 'the score'} has: {join_first(names)}"


def _every_figure(*, model: bool, gold: bool) -> Json:
    """The JSON of scores that have all that scores can have; _ANY_TYPE stands for every type."""
    interval = Interval(0.0, 0.0)
    intervals = RateIntervals(interval, interval, interval)
    rated = RatedCounts(OutcomeCounts(1), bca=intervals, percentile=intervals)

    def result(bands: Iterable[str] = ()) -> SchemeResult:
        return SchemeResult(
            micro=rated,
            macro=MacroF1(1.0, bca=interval, percentile=interval),
            by_type={_ANY_TYPE: rated},
            emittable=rated,
            by_band=dict.fromkeys(bands, rated) or None,
        )

    arm = ArmScores(
        entities={name: result() for name in ENTITY_SCHEMES},
        relations={
            name: result(SENTENCE_BANDS)
            for name in (*RELATION_SCHEMES, ON_GOLD_ENTITIES, DOCUMENT_LEVEL)
        },
        calibration=Calibration(),
    )
    recipe = ScoreRecipe(
        gold="",
        digest="",
        schema="",
        model="",
        weights="",
        documents=0,
        split="",
        arm="",
        seed=0,
        resamples=0,
        curate="",
    )
    difference = ScoreDifference(0.0, 0.0, bca=interval, percentile=interval, p=1.0)
    differences = dict.fromkeys(COMPARED_FIGURES, difference)
    scores = Scores(
        recipe=recipe,
        headline=arm,
        arms=dict.fromkeys((BLIND, ASSISTED, ALL_DOCUMENTS), arm),
        comparison=Comparison(0, model=differences, gold=differences, both=differences),
    )
    data = scores_to_json(scores)
    compared = {"model": model, "gold": gold, "both": model and gold}
    for name, is_compared in compared.items():
        if not is_compared:
            del data[_COMPARISON][name]
    if not any(compared.values()):
        data[_COMPARISON] = {}
    return data


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_figure_or_holds_some(value: object) -> bool:
    return value is None or _is_number(value) or isinstance(value, dict)


def _figure(data: Json, path: str) -> object:
    """The value at *path*: None where the value, or what would hold it, is null; "" for no figure."""
    values = list(_values(data, path))
    number = next((value for value in values if _is_number(value)), None)
    if number is not None:
        return number
    return None if None in values else ""


def _values(data: object, path: str) -> Iterator[object]:
    """All that *path* can mean: the name of a type or of a figure may have dots itself."""
    if data is None:
        yield None
        return
    for _, value, rest in _first_steps(data, path):
        if rest is None:
            yield value
        else:
            yield from _values(value, rest)


def _first_steps(data: object, path: str) -> Iterator[tuple[str, object, str | None]]:
    """Each name with which *path* can begin, its value, and the rest of the path (None at its end)."""
    if not isinstance(data, dict):
        return
    for dot in [n for n, c in enumerate(path) if c == "."] + [len(path)]:
        name = path[:dot]
        rest = path[dot + 1 :] if dot < len(path) else None
        if name in data or _ANY_TYPE in data:
            yield name, data.get(name, data.get(_ANY_TYPE)), rest


def _followed(data: Json, path: str) -> tuple[str, Json]:
    """How far *path* can be followed, and the object at that place."""
    best: tuple[str, Json] = ("", data)
    for name, value, rest in _first_steps(data, path):
        if isinstance(value, dict):
            known, inside = _followed(value, rest or "")
            full = f"{name}.{known}".rstrip(".")
            best = max(best, (full, inside), key=lambda pair: len(pair[0]))
    return best
