"""What ``curate status`` says: a project's numbers, its annotators, and what is wrong."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from curation import console
from curation.default_project import DEMO_PROJECT, adjudicate_in, in_project, in_projects
from curation.errors import Problem, pluralise

if TYPE_CHECKING:
    from curation.flows.adjudication_status import AdjudicationStatus
    from curation.flows.status import StatusReport
    from curation.labelstudio.annotator_progress import AnnotatorProgress, RemainingWork
    from curation.labelstudio.document_progress import DocumentProgress
    from curation.labelstudio.status import ProjectStatus


# What there is to say of documents on which annotators differ, behind a number of them.
_IN_WORDS = {
    "disputed": "disputed",
    "flagged": "flagged",
    "to_come": "disputed and to be annotated by others first",
    "in_adjudication": "in adjudication",
    "to_pull": "with a verdict to pull",
    "stale": "with a stale verdict",
    "unneeded": "with a verdict that is no longer needed",
    "settled": "settled",
}


def with_accounts(sentences: Iterable[str], emails: Mapping[str, str]) -> Iterator[str]:
    """The same sentences, with the e-mail behind each pseudonym."""
    # The longest first: "a new annotator" is the beginning of "a new annotator no. 2".
    longest_first = sorted(emails, key=len, reverse=True)
    if not longest_first:
        yield from sentences
        return
    pseudonym = re.compile("|".join(map(re.escape, longest_first)))
    for sentence in sentences:
        yield pseudonym.sub(lambda found: f"{found[0]} <{emails[found[0]]}>", sentence)


def status_lines(report: "StatusReport") -> Iterator[str]:
    """The project's numbers, who flagged what, its annotators, and what was wrong at the last pull."""
    project = report.project
    adjudication = report.adjudication
    yield f"{project.project}: {project.link}"
    yield from _flagged_lines(report)
    yield tasks_line(project)
    yield from console.list_lines(project.workers, annotator_lines)
    yield from rest_lines(project.rest)
    yield from document_progress_lines(project)
    yield from unpulled_lines(report)
    yield from _work_lines(project)
    yield from _config_lines(report)
    yield from console.unknown_type_lines(report.unknown_types, project.project)
    yield from _last_pull_lines(report)
    if adjudication:
        yield from _verdict_work_lines(adjudication)
        yield from adjudication_status_lines(adjudication)
    yield from _excluded_lines(report)
    yield from console.orphaned_lines(
        {problem.place: problem.what for problem in report.orphaned}, "the gold"
    )
    yield from console.not_offered_lines(
        report.not_offered, project.project, report.waiting, report.unreachable
    )
    if report.waiting:
        waits = "waits" if len(report.waiting) == 1 else "wait"
        documents = pluralise(len(report.waiting), "returned document")
        yield f"{documents} {waits} for an Update: {console.first_of(report.waiting)}"
    yield from console.unreachable_lines(report.unreachable)
    remarks = [*_untold_remarks(report), *(adjudication.remarks if adjudication else ())]
    yield from console.remark_lines(remarks)
    yield from console.bad_file_lines(report.bad_files)


def _flagged_lines(report: "StatusReport") -> Iterator[str]:
    """Who flagged what, and whether that keeps the document out of the gold."""
    kept_out = {(one.place, one.link) for one in report.excluded if _is_flagged(one)}
    flagged = [
        replace(one, what=f"{one.what}; the document stays out of the gold")
        if (one.place, one.link) in kept_out
        else one
        for one in report.project.flagged
    ]
    yield from console.flagged_lines(flagged)


def _work_lines(project: "ProjectStatus") -> Iterator[str]:
    """What annotators skipped, noted and didn't submit."""
    if project.skipped_documents:
        yield f"{pluralise(project.skipped, 'document')} skipped by everybody who opened them:"
        yield from console.problem_lines(project.skipped_documents)
    if project.notes:
        yield f"{pluralise(len(project.notes), 'note')} of annotators, to you alone:"
        yield from console.problem_lines(project.notes)
    if project.unsubmitted:
        has = "has" if len(project.unsubmitted) == 1 else "have"
        annotations = pluralise(len(project.unsubmitted), "annotation")
        yield f"warning: {annotations} {has} changes that nobody submitted with Update:"
        yield from console.problem_lines(project.unsubmitted)


def _config_lines(report: "StatusReport") -> Iterator[str]:
    """In what the project's config differs from the schema, and what to do."""
    if report.config_differences:
        step = (
            report.unfinished_rename
            or f"{in_project('curate push', report.project.project)} brings the config up to date, or says "
            "what is in the way"
        )
        differences = "; ".join(report.config_differences)
        yield f"warning: the project's config differs from schema.toml ({step}): {differences}"


def _last_pull_lines(report: "StatusReport") -> Iterator[str]:
    """What was wrong at the last pull."""
    adjudication = report.adjudication
    wrong = report.problems or report.unknown_types or (adjudication and adjudication.problems)
    if report.was_pulled and not wrong:
        yield "No problems at the last pull."
    elif report.problems:
        yield f"warning: {pluralise(len(report.problems), 'problem')} at the last pull:"
        yield from console.problem_lines(report.problems)


def _excluded_lines(report: "StatusReport") -> Iterator[str]:
    """What stays out of the gold, but for what flags and adjudication have told already."""
    adjudication = report.adjudication
    told = {(one.place, one.link) for one in report.project.flagged}
    excluded = [
        one
        for one in report.excluded
        if not (_is_flagged(one) and (one.place, one.link) in told)
        and not (adjudication and one.place in adjudication.documents)
    ]
    if excluded:
        stays = "stays" if len(excluded) == 1 else "stay"
        more = " more" if len(excluded) < len(report.excluded) else ""
        yield f"warning: {pluralise(len(excluded), 'document')}{more} {stays} out of the gold:"
        yield from console.problem_lines(excluded)


def adjudication_status_lines(status: "AdjudicationStatus") -> Iterator[str]:
    """How many documents are how far, then those that somebody has to do something about."""
    counts = [f"{len(some)} {_IN_WORDS[kind]}" for kind, some in status.lists.items() if some]
    if not counts:
        return
    yield f"Differences between annotators, by document: {', '.join(counts)}."
    adjudicate = adjudicate_in([*status.projects])
    ask_again = adjudicate_in(status.stale_in or [*status.projects])
    if status.disputed:
        documents = pluralise(len(status.disputed), "disputed document")
        yield (
            f"warning: {documents}; to give to an adjudicator: {adjudicate} "
            "(curate adjudicate --list shows where)"
        )
        yield from console.problem_lines(status.disputed)
    elif status.flagged:
        yield f"To have an adjudicator decide on flagged documents: {adjudicate}"
    if status.to_come:
        documents = pluralise(len(status.to_come), "disputed document")
        yield f"{documents} to be annotated by others first; to give away now: {adjudicate} --early"
        yield from console.problem_lines(status.to_come)
    if status.in_adjudication:
        where = ", ".join(f"{title!r} ({link})" for title, link in status.projects.items())
        yield f"{pluralise(len(status.in_adjudication), 'document')} in adjudication, in {where}:"
        yield from console.problem_lines(status.in_adjudication)
    if status.to_pull:
        verdicts = pluralise(len(status.to_pull), "document")
        yield f"{verdicts} with a verdict to pull: curate pull"
        yield from console.problem_lines(status.to_pull)
    if status.stale:
        documents = pluralise(len(status.stale), "document")
        yield f"warning: {documents} with a stale verdict, out of the gold; to ask again: {ask_again}"
        yield from console.problem_lines(status.stale)
    if status.unneeded:
        yield f"{pluralise(len(status.unneeded), 'document')} whose verdict is no longer needed:"
        yield from console.problem_lines(status.unneeded)


def _verdict_work_lines(status: "AdjudicationStatus") -> Iterator[str]:
    if status.problems:
        problems = pluralise(len(status.problems), "problem")
        yield f"warning: {problems} with verdicts at the last pull, to mend in the adjudicators' tasks:"
        yield from console.problem_lines(status.problems)
    if status.notes:
        yield f"{pluralise(len(status.notes), 'note')} of adjudicators, to you alone:"
        yield from console.problem_lines(status.notes)


def tasks_line(project: "ProjectStatus") -> str:
    """How many tasks are how far."""
    return (
        f"{pluralise(project.tasks, 'task')}: {project.annotated} annotated, {project.begun} begun, "
        f"{project.skipped} skipped, {project.left} left"
    )


def rest_lines(rest: "RemainingWork") -> Iterator[str]:
    """How many annotations are still to come, and how much work they are; nothing where no time is known."""
    if rest.annotations and rest.seconds is not None:
        each = duration(rest.seconds / rest.annotations)
        yield (
            f"{pluralise(rest.annotations, 'annotation')} to come, about {duration(rest.seconds)} of "
            f"work at the median pace of {pluralise(rest.timed, 'annotator')} ({each} each)"
        )
    if rest.annotations and rest.days is not None:
        days = pluralise(math.ceil(rest.days), "more day")
        yield f"  {days} like the others, on which {rest.per_day:g} came in (median)"


def duration(seconds: float) -> str:
    """As in ``50 s``, ``7 min`` and ``3 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def annotator_lines(annotator: "AnnotatorProgress") -> Iterator[str]:
    """What one annotator submitted, how long it took, and how much stayed as suggested."""
    wrong = f" ({annotator.with_problem} with a problem)" if annotator.with_problem else ""
    parts = [f"{annotator.submitted} submitted{wrong}", f"{annotator.skipped} skipped"]
    if annotator.seconds is not None:
        parts.append(f"{annotator.seconds:.0f} s a document (median)")
    if annotator.seconds_per_100_words is not None:
        parts.append(f"{annotator.seconds_per_100_words:.0f} s per 100 words (median)")
    if annotator.unchanged_share is not None:
        parts.append(
            f"{annotator.unchanged} of {_compared(annotator)} as suggested "
            f"({annotator.unchanged_share:.0%})"
        )
    yield f"  {annotator.pseudonym}: {', '.join(parts)}"
    if annotator.documents_per_hour is not None:
        documents = annotator.documents_per_hour
        pace = f"{documents:,.{0 if documents >= 10 else 1}f} documents"
        if annotator.words_per_hour is not None:
            pace += f" and {annotator.words_per_hour:,.0f} words"
        yield f"    {pace} an hour (medians); last change {annotator.last_change}"


def document_progress_lines(project: "ProjectStatus") -> Iterator[str]:
    """Of documents for several annotators, how many of how many are in and by whom; arms; what is blind by accident."""
    shared = [one for one in project.documents if one.overlap > 1]
    if shared:
        complete = sum(one.is_complete for one in shared)
        waiting = sum(bool(one.annotated_by) and not one.is_complete for one in shared)
        left = len(shared) - complete - waiting
        yield (
            f"{pluralise(len(shared), 'document')} for several annotators: {complete} "
            f"{'has' if complete == 1 else 'have'} all annotations, {waiting} "
            f"{'waits' if waiting == 1 else 'wait'} for more, {left} "
            f"{'has' if left == 1 else 'have'} none"
        )
        annotated = [one for one in shared if one.annotated_by]
        yield from console.list_lines(
            sorted(annotated, key=lambda one: one.is_complete), _progress_lines
        )
        yield (
            "Annotators see nothing of each other's work only as long as they use Label All Tasks, "
            "and open no row of the list."
        )
    blind = sum(one.arm == "blind" for one in project.documents)
    if blind:
        others = len(project.documents) - blind
        yield f"{pluralise(blind, 'document')} blind, {others} not"
    if project.hidden:
        yield f"warning: {project.hidden}; {project.hidden.hint}"


def _progress_lines(one: "DocumentProgress") -> Iterator[str]:
    skipped = f"; skipped by {', '.join(one.skipped_by)}" if one.skipped_by else ""
    by = ", ".join(one.annotated_by)
    are = "is a copy" if one.copies == 1 else "are copies"
    copies = f"; {one.copies} {are}, not independent" if one.copies else ""
    number = len(one.annotated_by)
    wanted = f"{number} of {one.overlap} in"
    if number > one.overlap:
        wanted = f"{number} in, {one.overlap} wanted"
    yield f"  {one.document}: {wanted}, by {by}{copies}{skipped}"


def _is_flagged(excluded: Problem) -> bool:
    """Whether a flag is why the document is out of the gold."""
    return excluded.what.startswith("flagged ")


def _compared(annotator: "AnnotatorProgress") -> str:
    """How many documents were compared with their suggestion, and which, where that isn't all that were submitted."""
    number = annotator.from_suggestion
    if number == annotator.submitted:
        return f"{number}"
    if number == annotator.submitted - annotator.with_problem:
        return f"{number} sound {'one' if number == 1 else 'ones'}"
    return f"{number} whose suggestion is known"


def unpulled_lines(report: "StatusReport") -> Iterator[str]:
    """What isn't pulled yet, and whether status had to read all of the project."""
    unpulled = report.project.unpulled
    if report.project.project == DEMO_PROJECT:
        yield "These are the shipped annotations, submitted by a program: nothing to pull."
        return
    pull = in_project("curate pull", report.project.project)
    if known := report.known_instead:
        take_in = in_project("curate pull", report.project.project, default="")
        yield (
            f"Nothing was pulled from here yet; known are other projects: "
            f"{in_projects('curate status', known)}; this one comes in with: {take_in}"
        )
        return
    if not report.was_pulled:
        if report.project.annotated or report.project.skipped:
            yield f"Nothing was pulled from this project yet: {pull}"
        return
    if unpulled is None:
        yield (
            "All annotations were read, as the last pull was an older curate's; "
            f"to have status read only what changes: {in_project('curate pull --full', report.project.project)}"
        )
    elif unpulled.annotations or unpulled.deleted:
        parts = []
        if unpulled.annotations:
            parts.append(pluralise(unpulled.annotations, "annotation"))
        if unpulled.deleted:
            parts.append(f"{pluralise(unpulled.deleted, 'deleted annotation')}")
        yield f"{' and '.join(parts)} since the last pull: {pull}"


def _untold_remarks(report: "StatusReport") -> Iterator[Problem]:
    """The remarks, but for those that flags and skipped documents have told already."""
    flags_and_skips = re.compile(r"(skipped|flagged) ")
    told = {one.place for one in (*report.project.flagged, *report.project.skipped_documents)}
    for remark in report.remarks:
        if not (remark.place in told and flags_and_skips.match(remark.what)):
            yield remark
