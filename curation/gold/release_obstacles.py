"""Everything that can stand in the way of sealing gold/next as a version."""

from collections.abc import Iterator
from pathlib import Path

from curation.errors import GoldError, Problem, Problems, raise_problems
from curation.gold.dataset import Version
from curation.gold.totals import DatasetTotals
from curation.gold.versions import list_versions, newest_version, version_order
from curation.gold.working_version import NEXT


def refuse_obstacles(
    path: Path, totals: DatasetTotals, before: Version | None, *, has_excluded: bool
) -> None:
    """
    Raise GoldError with everything that keeps gold/next from becoming the version *path*.

    *before* is the newest version that was announced. *has_excluded* says whether gold/next holds
    documents without gold.
    """
    working = path.parent / NEXT
    if not totals.text_hashes and has_excluded:
        what = f"no document of {working} is gold: annotators differ, or problems or flags keep the documents out"
        raise GoldError(what, hint="curate pull (lists what keeps each document out)")
    if not totals.text_hashes:
        raise GoldError(f"{working} holds no documents", hint="curate pull")
    problems = Problems(_problems_of_number(path))
    problems += totals.problems
    problems += _changed_texts(totals, before)
    if problems:
        raise_problems(problems, GoldError, hint="mend all of these, then: curate release")


def _problems_of_number(path: Path) -> Iterator[Problem]:
    newest = newest_version(path.parent)
    if path.name in list_versions(path.parent):
        what = "this version is sealed already, with other content, and never changes"
        yield Problem(str(path), what)
    elif newest and version_order(path.name) <= version_order(newest):
        what = f"the next version must be larger than the newest version, {newest}"
        yield Problem(path.name, what)


def _changed_texts(totals: DatasetTotals, before: Version | None) -> Iterator[Problem]:
    rows = before.rows if before else ()
    sealed = {row["id"]: row["text_sha256"] for row in rows}
    for document, text_sha256 in totals.text_hashes.items():
        if sealed.get(document, text_sha256) != text_sha256:
            what = "the text differs from the sealed text; a corrected article needs a new id"
            yield Problem(document, what)
