"""gold/next, the only version that changes: sorted JSONL, so that git shows what did."""

from collections.abc import Callable, Iterable
from pathlib import Path

from curation.errors import GoldError, Problem, Problems, refuse
from curation.files import Json, json_line, read_objects, write_lines
from curation.gold.model import Gold, Working
from curation.gold.read import read_annotation, read_gold, read_rows
from curation.gold.record import annotation_row, gold_row

NEXT = "next"
GOLD_FILE = "gold.jsonl"
ANNOTATIONS_FILE = "annotations.jsonl"

MEND = "mend these, or: git checkout {}, then: curate pull --full"

_ReadGold = Callable[[Json, str], tuple[Gold | None, list[Problem]]]


def read_next(gold: Path) -> Working:
    """
    The working state, empty where there is none yet.

    Raises GoldError with every bad line, each with its place.
    """
    folder = gold / NEXT
    problems = Problems()
    golds = tuple(read_rows(_lines(folder / GOLD_FILE, problems), once(read_gold), problems))
    lines = _lines(folder / ANNOTATIONS_FILE, problems)
    layers = tuple(read_rows(lines, read_annotation, problems))
    if problems:
        refuse(problems, GoldError, hint=MEND.format(folder))
    return Working(golds, layers)


def once(read: _ReadGold) -> _ReadGold:
    """The same, for a file in which no id may stand twice."""
    seen: dict[str, str] = {}

    def read_once(row: Json, place: str) -> tuple[Gold | None, list[Problem]]:
        one, wrong = read(row, place)
        if one and (first := seen.setdefault(one.id, place)) != place:
            return None, [Problem(place, f"the id {one.id!r} stands already in {first}")]
        return one, wrong

    return read_once


def write_next(gold: Path, working: Working) -> None:
    """
    Write the working state, sorted, so that git shows what changed.

    Each file appears whole or not at all, the gold last: what was interrupted
    between the two is set right by writing again.
    """
    folder = gold / NEXT
    layers = (json_line(annotation_row(annotation)) for annotation in working.annotations)
    write_lines(folder / ANNOTATIONS_FILE, layers)
    write_lines(folder / GOLD_FILE, (json_line(gold_row(one)) for one in working.golds))


def _lines(path: Path, problems: Problems) -> Iterable[tuple[str, Json]]:
    return read_objects(path, problems) if path.exists() else ()
