"""All that stands in the way of sealing gold/next under a number."""

from collections.abc import Iterator
from pathlib import Path

from curation.errors import GoldError, Problem, Problems, raise_problems
from curation.gold.model import Version
from curation.gold.totals import Survey
from curation.gold.versions import newest, order, versions
from curation.gold.working import NEXT


def refuse_obstacles(
    gold: Path, found: Survey, name: str, before: Version | None, *, held: bool
) -> None:
    """
    Raise all that is in the way of sealing what was *found* as *name*.

    *held*: there are documents that have no gold.
    """
    if not found.texts and held:
        what = f"{gold / NEXT} holds no gold: its annotators differ, or something keeps each document out"
        raise GoldError(what, hint="curate pull lists all of it")
    if not found.texts:
        raise GoldError(f"{gold / NEXT} holds no documents", hint="curate pull")
    problems = Problems(_misnamed(gold, name))
    problems += found.problems
    problems += _changed(found, before)
    if problems:
        raise_problems(problems, GoldError, hint="mend all of these; then release again")


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
