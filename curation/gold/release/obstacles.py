"""Everything that can stand in the way of sealing gold/next as a version."""

from collections.abc import Collection, Iterable, Iterator

from curation.documents.typed_ids import typed_ids
from curation.errors import GoldError, Problem, Problems, ThresholdNotMet, raise_problems
from curation.gold.licences import license_problems
from curation.gold.release.plan import ReleasePlan
from curation.gold.sealed.versions import list_versions, newest_version, version_order
from curation.gold.sealed.withdrawn import all_withdrawn, withdrawal_of, withdrawn_records
from curation.gold.working.version import NEXT


def refuse_obstacles(
    plan: ReleasePlan,
    others: Iterable[Problem] = (),
    *,
    below_floors: Collection[Problem] = (),
) -> None:
    """
    Raise GoldError with everything that keeps the plan's version from being sealed.

    *others* are obstacles that aren't in the plan. Where there are none but figures *below_floors*
    that somebody set, raises ThresholdNotMet.
    """
    _refuse_nothing(plan)
    problems = Problems(_problems_of_number(plan))
    problems += plan.totals.problems
    problems += _changed_texts(plan)
    problems += _withdrawn_again(plan)
    problems += plan.working.obstacles
    problems += license_problems(
        (document, written.strip() or plan.facts.article_license)
        for document, written in plan.totals.licenses.items()
        if written.strip() or "articles" not in plan.facts.unsound
    )
    if "splits" not in plan.facts.unsound:
        problems += _leak_problems(plan)
    problems += others
    if not problems:
        refuse_low_agreement(below_floors)
    problems += below_floors
    if problems:
        raise_problems(problems, GoldError, hint="mend all of these, then: curate release")


def refuse_low_agreement(below_floors: Collection[Problem]) -> None:
    """Raise ThresholdNotMet where figures of agreement are *below_floors* that somebody set."""
    if below_floors:
        hint = "curate agree --gold next (shows where annotators differ)"
        raise_problems(below_floors, ThresholdNotMet, hint=hint)


def _leak_problems(plan: ReleasePlan) -> Iterator[Problem]:
    """Near copies in two splits that neither an earlier version nor the publisher allows."""
    in_leaks: set[str] = set()
    for leak in plan.leaks:
        in_leaks |= leak.documents
        is_allowed_before = leak.documents in plan.grouping.sealed.leaks
        if not is_allowed_before and leak.documents.isdisjoint(plan.allowed_leaks):
            what = (
                f"is in {leak.split}, and a near copy of {leak.other} in {leak.other_split}"
                f" (they share {leak.shared:.0%} of the shorter text): curate drop {leak.document},"
                f" or curate release --allow-leak {leak.document}"
            )
            yield Problem(leak.document, what)
    for document in sorted(plan.allowed_leaks - in_leaks):
        what = "no document of this id is a near copy of one in another split"
        yield Problem(f"--allow-leak {document}", what)


def _refuse_nothing(plan: ReleasePlan) -> None:
    """Raise GoldError where no document is gold."""
    working = plan.gold / NEXT
    if not plan.totals.text_hashes and plan.working.excluded:
        what = f"no document of {working} is gold: annotators differ, or problems or flags keep the documents out"
        raise GoldError(what, hint="curate pull (lists what keeps each document out)")
    if not plan.totals.text_hashes:
        raise GoldError(f"{working} holds no documents", hint="curate pull")


def _problems_of_number(plan: ReleasePlan) -> Iterator[Problem]:
    newest = newest_version(plan.gold)
    fits = plan.fitting
    if plan.version in list_versions(plan.gold):
        what = "this version is sealed already, with other content, and never changes"
        yield Problem(str(plan.path), what)
    elif newest and version_order(plan.version) <= version_order(newest):
        what = f"the next version must be larger than the newest version, {newest}"
        yield Problem(plan.version, what)
    elif fits and version_order(plan.version) < version_order(fits.number):
        what = f"{fits.what} since {fits.before}: the next version is {fits.number}, or a larger one"
        yield Problem(plan.version, what)


def _changed_texts(plan: ReleasePlan) -> Iterator[Problem]:
    sealed = plan.grouping.sealed.text_hashes
    for document, text_sha256 in plan.totals.text_hashes.items():
        if sealed.get(document, text_sha256) != text_sha256:
            what = "the text differs from the sealed text; a corrected article needs a new id"
            yield Problem(document, what)


def _withdrawn_again(plan: ReleasePlan) -> Iterator[Problem]:
    """Documents that were withdrawn and are there again, or whose text is there under another id."""
    withdrawn = all_withdrawn(plan.gold / version for version in list_versions(plan.gold))
    if "withdrawn" in plan.working.excluded.values():
        records = withdrawn_records(plan.gold / NEXT).values()
        withdrawn |= {
            record.id: withdrawal_of(record, record.text_sha256) for record in records
        }
    if not withdrawn:
        return
    of_texts = {one.text_sha256: one for one in withdrawn.values()}
    layers = {one.document.id: one.document.text_sha256 for one in plan.working.annotations}
    for document, text_sha256 in sorted({**layers, **plan.totals.text_hashes}.items()):
        if one := withdrawn.get(document) or of_texts.get(text_sha256):
            what = "was" if one.id == document else f"has the text of {one.id!r}, which was"
            yield Problem(
                document,
                f"{what} withdrawn ({one.reason}): curate withdraw {typed_ids([document])} --reason …",
            )
