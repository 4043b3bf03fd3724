"""What ``curate pull`` says of the verdicts that it brought from an adjudicators' project."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from curation import console
from curation.errors import pluralise

if TYPE_CHECKING:
    from curation.flows.pull_verdicts import VerdictsReport
    from curation.gold.working.stale_verdicts import StaleVerdict


def stale_verdict_lines(
    stale: Sequence["StaleVerdict"], links: Mapping[str, str]
) -> Iterator[str]:
    """Verdicts that rest on annotations that have changed since; *links* lead to documents' tasks."""
    yield from console.list_lines(
        stale,
        lambda one: (
            f"warning: {one}",
            *(f"    {link}" for link in [links.get(one.document)] if link),
        ),
    )


def lost_task_lines(gone: Mapping[str, str]) -> Iterator[str]:
    """Which documents have lost tasks that were adjudicated: the rounds, by document."""
    yield from console.list_lines(
        [*gone],
        lambda document: (
            f"warning: {document} has lost its adjudication task of {gone[document]}; the verdict stands",
        ),
    )


def verdict_lines(report: "VerdictsReport") -> Iterator[str]:
    """Which verdicts are new, changed or gone, how they were made, and all that is wrong, with links."""
    yield f"{report.title} ({report.link}): {_summary(report)}"
    yield from console.list_lines(
        [*report.removed],
        lambda document: (
            f"warning: {document} has no verdict any more: {report.removed[document]}",
            *_link(report, document),
        ),
    )
    yield from console.list_lines(
        [*report.lessened],
        lambda document: (
            f"warning: {document} has lost decisions: {report.lessened[document]} was skipped, deleted or refused; "
            "the others stay",
            *_link(report, document),
        ),
    )
    yield from lost_task_lines(report.tasks_gone)
    yield from console.list_lines(
        [*report.unfinished],
        lambda document: (
            f"warning: {document} waits for a verdict on {', '.join(report.unfinished[document])}: "
            "open the task, tick one option each, press Update",
            *_links_to_tick(report, document),
        ),
    )
    yield from console.list_lines(
        [*report.waiting],
        lambda document: (
            f"{document}: {pluralise(report.waiting[document], 'difference')} of other rounds still to settle",
            *(_links_to_tick(report, document) if document not in report.unfinished else ()),
        ),
    )
    yield from console.list_lines(
        [*report.edits],
        lambda document: (
            f"{document}: changed of what all annotators agreed on: {'; '.join(report.edits[document])}",
            *_link(report, document),
        ),
    )
    if report.preselected:
        yield (
            f"{report.untouched} of {pluralise(report.preselected, 'option')} ticked beforehand "
            "stayed untouched."
        )
    if report.trimmed:
        yield f"{pluralise(len(report.trimmed), 'span')} trimmed of white space or a stray mark:"
        yield from console.problem_lines(report.trimmed)
    yield from console.remark_lines(report.remarks)
    if report.problems:
        count = pluralise(len(report.problems), "problem")
        yield f"warning: {count} to mend in the adjudicators' tasks, then pull again:"
        yield from console.problem_lines(report.problems)


def _summary(report: "VerdictsReport") -> str:
    """How many verdicts came."""
    parts = []
    if report.taken:
        parts.append(
            f"{pluralise(len(report.taken), 'new verdict')} ({console.first_of(report.taken)})"
        )
    if report.replaced:
        changed = pluralise(len(report.replaced), "changed verdict")
        parts.append(f"{changed} ({console.first_of(report.replaced)})")
    return ", ".join(parts) or "No verdict has changed"


def _link(report: "VerdictsReport", document: str) -> Iterator[str]:
    if link := report.links.get(document):
        yield f"    {link}"


def _links_to_tick(report: "VerdictsReport", document: str) -> Iterator[str]:
    """The tasks of a document in which something is still to be ticked."""
    links = report.links_to_tick.get(document) or [report.links.get(document, "")]
    yield from (f"    {link}" for link in links if link)
