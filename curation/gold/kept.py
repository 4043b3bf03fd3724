"""gold/next as it is on disk: verified once, then walked row by row."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from curation.corpus import Watch, unwatched
from curation.errors import GoldError, Problem, Problems, refuse
from curation.files import count_lines, objects, placed_lines, told
from curation.gold.model import Kept, Origins, Walk
from curation.gold.read import Read, Row, read_annotation, read_gold
from curation.gold.record import annotation_place, gold_place
from curation.gold.working import ANNOTATIONS_FILE, GOLD_FILE, NEXT
from curation.strict import LONGEST_LINE


class _Spot(NamedTuple):
    """Where a line stands."""

    at: int
    number: int


def walk_next(gold: Path, watch: Watch = unwatched) -> Kept:
    """
    The working state, empty where there is none yet; *watch* shows how it is gone through once.

    Raises GoldError with every bad line, each with its place.
    """
    path, other = (gold / NEXT / name for name in (GOLD_FILE, ANNOTATIONS_FILE))
    problems = Problems()
    seen: dict[str, int] = {}
    origins = Origins()
    golds: list[tuple[str, str, _Spot]] = []
    for one, spot in _sound(path, read_gold, problems, watch):
        if one.id in seen:
            what = f"the id {one.id!r} stands already in {path}:{seen[one.id]}"
            problems.append(Problem(f"{path}:{spot.number}", what))
        else:
            seen[one.id] = spot.number
            origins.note_gold(one.id, one.arm, one.annotators)
            golds.append((gold_place(one), "", spot))
    layers = []
    for layer, spot in _sound(other, read_annotation, problems, watch):
        origins.note_layer(layer.document.id, layer.edited_by)
        layers.append((annotation_place(layer), layer.annotator, spot))
    if problems:
        refuse(
            problems,
            GoldError,
            hint=f"mend these, or: git checkout {gold / NEXT}, then: curate pull --full",
        )
    first, second = ([spot for *_, spot in sorted(keys)] for keys in (golds, layers))
    return Kept(
        Walk(lambda: _walk(path, first, read_gold)),
        Walk(lambda: _walk(other, second, read_annotation)),
        origins,
    )


def _sound(
    path: Path, read: Read[Row], problems: Problems, watch: Watch
) -> Iterator[tuple[Row, _Spot]]:
    """What the sound lines hold, in the file's order; the others add *problems*."""
    if not path.exists():
        return
    lines = watch(placed_lines(path), f"reading {path.name}", count_lines([path]))
    for number, at, line in lines:
        if one := _one(path, number, line, read, problems):
            yield one, _Spot(at, number)


def _one(
    path: Path, number: int, line: bytes, read: Read[Row], problems: Problems
) -> Row | None:
    for place, form in objects([(number, line)], path, problems):
        one, wrong = read(form, place)
        problems += wrong
        return one
    return None


def _walk(path: Path, spots: Sequence[_Spot], read: Read[Row]) -> Iterator[Row]:
    if not spots:  # there may be no file either
        return
    problems = Problems()
    with told(path), path.open("rb") as stream:
        for at, number in spots:
            stream.seek(at)
            line = stream.readline(LONGEST_LINE + 1)
            one = _one(path, number, line, read, problems)
            if one is None:
                what = f"{path} has changed while it was read"
                raise GoldError(what, hint="run the command again")
            yield one
