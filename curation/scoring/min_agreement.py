"""Floors for agreement, as in ``entities=0.8,relations=0.6``: ``curate release --min-agreement``."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from curation.errors import Problem, UsageError, abbreviate

if TYPE_CHECKING:
    from curation.scoring.agreement_results import Agreement

_KINDS = ("entities", "relations")
_EXAMPLE = "curate release --min-agreement entities=0.8,relations=0.6"


def read_floors(typed: str) -> Mapping[str, float]:
    """
    The least F1 between annotators by kind, entities or relations, as somebody typed it.

    Raises UsageError for a kind that isn't known, and for what isn't between 0 and 1.
    """
    floors: dict[str, float] = {}
    for part in filter(None, typed.split(",")):
        kind, _, number = part.partition("=")
        if kind not in _KINDS:
            what = f"{abbreviate(kind)} is neither {' nor '.join(_KINDS)}"
            raise UsageError(f"--min-agreement {typed}: {what}", hint=_EXAMPLE)
        if kind in floors:
            raise UsageError(f"--min-agreement {typed}: {kind} is given twice", hint=_EXAMPLE)
        try:
            floors[kind] = float(number)
        except ValueError:
            floors[kind] = -1
        if not 0 <= floors[kind] <= 1:
            what = f"{kind} is {abbreviate(number)}, and an F1 is a number from 0 to 1"
            raise UsageError(f"--min-agreement {typed}: {what}", hint=_EXAMPLE)
    return floors


def floor_problems(agreement: "Agreement", floors: Mapping[str, float]) -> Iterator[Problem]:
    """Where agreement, strict F1 of first submissions, isn't known to reach its floor."""
    results = {"entities": agreement.entities, "relations": agreement.relations}
    for kind, floor in floors.items():
        place = f"agreement on {kind}"
        f1 = results[kind]["strict"].micro.counts.f1 if agreement.documents else None
        if f1 is None:
            what = (
                f"isn't known, and must be {floor:g}: no two independent annotators marked any"
            )
            yield Problem(place, what)
        elif f1 < floor:
            # Rounded, the value may seem to reach the floor.
            written = f"{f1:.15g}" if round(f1, 4) >= floor else f"{f1:.4f}"
            yield Problem(place, f"F1 is {written}, below {floor:g}")
