"""All that stands in the way of sealing gold/next under a number."""

from collections.abc import Iterator
from pathlib import Path

from curation.errors import GoldError, Problem, Problems, refuse
from curation.gold.accord import HINT
from curation.gold.model import Version
from curation.gold.store import newest, order, versions
from curation.gold.survey import Survey
from curation.gold.working import ANNOTATIONS_FILE, GOLD_FILE, NEXT


def refuse_obstacles(gold: Path, found: Survey, name: str, before: Version | None) -> None:
    """Raise all that is in the way of sealing what was *found* as *name*."""
    if not (found.texts and found.annotations):
        _refuse_empty(gold / NEXT, found)
    problems = Problems(_misnamed(gold, name))
    problems += found.problems
    problems += _changed(found, before)
    problems += found.accord.problems
    if problems:
        mend = HINT.format(gold / NEXT) if found.accord.problems else "mend all of these"
        refuse(problems, GoldError, hint=f"{mend}; then release again")


def _refuse_empty(folder: Path, found: Survey) -> None:
    """Raise where a file is missing or empty and, by what the other one says, mustn't be."""
    golds, layers = folder / GOLD_FILE, folder / ANNOTATIONS_FILE
    if found.accord.problems:
        lost, says = (layers, f"{golds} names") if found.texts else (golds, f"{layers} has")
        state = "is empty" if lost.exists() else "is missing"
        what = f"{lost} {state}, but {says} annotations that agree"
        raise GoldError(what, hint=f"git checkout {lost}, or: curate pull --full")
    if found.annotations:
        what = (
            f"{folder} holds no gold: its annotators differ, or a flag keeps each document out"
        )
        raise GoldError(what, hint="curate pull lists all of it")
    if not found.texts:
        hint = "curate pull, or curate pull --full to have again what was dropped"
        raise GoldError(f"{folder} holds no documents", hint=hint)


def _misnamed(gold: Path, name: str) -> Iterator[Problem]:
    last = newest(gold)
    if name in versions(gold):
        yield Problem(str(gold / name), "a version is a version for ever, and this one differs")
    elif last and order(name) <= order(last):
        yield Problem(name, f"the next version must be larger than the newest, {last}")


def _changed(found: Survey, before: Version | None) -> Iterator[Problem]:
    rows = before.rows if before else ()
    known = {row["id"]: row["text_sha256"] for row in rows}
    for identity, text in found.texts.items():
        if known.get(identity, text) != text:
            what = "its text isn't the sealed one; a corrected article comes in under a new id"
            yield Problem(identity, what)
