"""All that stands in the way of sealing gold/next under a number."""

from collections.abc import Iterator
from pathlib import Path

from curation.errors import GoldError, Problem, Problems, raise_problems
from curation.gold.dataset import Version
from curation.gold.totals import DatasetTotals
from curation.gold.versions import list_versions, newest_version, version_order
from curation.gold.working_version import NEXT


def refuse_obstacles(
    gold: Path, found: DatasetTotals, name: str, before: Version | None, *, held: bool
) -> None:
    """
    Raise all that is in the way of sealing what was *found* as *name*.

    *held*: there are documents that have no gold.
    """
    if not found.text_hashes and held:
        what = f"{gold / NEXT} holds no gold: its annotators differ, or something keeps each document out"
        raise GoldError(what, hint="curate pull lists all of it")
    if not found.text_hashes:
        raise GoldError(f"{gold / NEXT} holds no documents", hint="curate pull")
    problems = Problems(_misnamed(gold, name))
    problems += found.problems
    problems += _changed(found, before)
    if problems:
        raise_problems(problems, GoldError, hint="mend all of these; then release again")


def _misnamed(gold: Path, name: str) -> Iterator[Problem]:
    last = newest_version(gold)
    if name in list_versions(gold):
        yield Problem(str(gold / name), "a version is a version for ever, and this one differs")
    elif last and version_order(name) <= version_order(last):
        yield Problem(name, f"the next version must be larger than the newest, {last}")


def _changed(found: DatasetTotals, before: Version | None) -> Iterator[Problem]:
    rows = before.rows if before else ()
    known = {row["id"]: row["text_sha256"] for row in rows}
    for identity, text in found.text_hashes.items():
        if known.get(identity, text) != text:
            what = "its text isn't the sealed one; a corrected article comes in under a new id"
            yield Problem(identity, what)
