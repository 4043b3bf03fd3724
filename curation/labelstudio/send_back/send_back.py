"""Tasks returned to their annotators: the reason is shown on the task until the work is mended."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field

from curation.errors import Problem
from curation.labelstudio.pull.annotation_facts import AnnotationFacts
from curation.labelstudio.pull.cursor import PullCursor
from curation.labelstudio.send_back.reasons_aside import ReasonsAside, find_reasons_aside
from curation.labelstudio.server.port import (
    RETURN_PREFIX,
    Project,
    Studio,
    View,
    studio_link,
    text_sha256_of,
)
from curation.labelstudio.task_list import create_task_list, task_tab
from curation.labelstudio.unfinished_tasks import find_unfinished_tasks
from curation.schema.labeling import RETURNED_KEY

# A task with several annotations opens in the newest, whoever opens it. A tab shows the name, or as
# much of the e-mail address as there is room for, and the screen has one line for this.
# Where nobody knows whose annotation it is.
SOMEBODY = "its annotator"
HEADLINE = RETURN_PREFIX + " {}. Open your tab above the text, mend this, then press Update:"

RETURNED_VIEW = "Returned to annotators"
RETURNED_COLUMN = f"data.{RETURNED_KEY}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReport:
    """
    The documents whose tasks were returned to their annotators, and those that are mended.

    *returned* went back now, or have another reason now; *still_returned* went back before and
    aren't mended; *mended* have no reason any more. *refused* were left alone, since the task's
    text is not the one that was pushed. *held* weren't returned yet, as other annotators are still
    to annotate them, who would read the reason; *aside* are those that were returned, and whose
    task doesn't say so, or no longer, for the same cause; *given_back* those whose task says so again,
    as all are in; *early* those that say so though others are still to annotate them. *unreachable* gives, by document, the annotators
    who have something to mend and no account any more, or none that is known. *link* leads to the
    tab with the returned tasks, and is empty where nothing had to be returned. *config_too_old*:
    the project's config was made before there were reasons, so that no task shows any.
    """

    returned: tuple[str, ...] = ()
    still_returned: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    given_back: tuple[str, ...] = ()
    early: frozenset[str] = frozenset()
    unreachable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    link: str = ""
    config_too_old: bool = False

    @property
    def all_returned(self) -> tuple[str, ...]:
        """Every document that was returned and isn't mended, whether its task says so now or not."""
        shown = (*self.still_returned, *self.returned, *self.given_back)
        return tuple(sorted({*shown, *self.aside}))


def send_back(  # noqa: PLR0913
    studio: Studio,
    project: Project,
    cursor: PullCursor,
    *,
    email_of: Callable[[str], str],
    since: str,
    returning: bool,
    listed: Mapping[int, str] | None = None,
    before: Mapping[int, tuple[AnnotationFacts, ...]] | None = None,
    now: bool = False,
    dry_run: bool = False,
) -> ReturnReport:
    """
    Make the reasons on the project's tasks say what the cursor's problems are, and what waits.

    A task that has a reason already is brought up to date; others get one only if *returning*.
    Otherwise only tasks that changed *since* are looked at: nobody has mended the others; *listed* has
    the reasons of these where they were listed already.
    *email_of* gives the e-mail address of the account with a pseudonym, empty if there is none:
    to such an annotator nothing is returned. Nor is, unless it is to be *now*, what others are still
    to annotate. Where somebody's work was skipped or deleted since *before*, by task, so that others
    are served a returned document again, its reason is put aside until they are in.

    To be called before the cursor is saved: calling it again ends in the same state.
    """
    tasks = cursor.annotated
    all_to_mend = {
        document: (*cursor.problems.get(document, ()), *cursor.waiting.get(document, ()))
        for document in {**cursor.problems, **cursor.waiting}
    }
    to_mend = {
        document: reachable
        for document, problems in all_to_mend.items()
        if (reachable := reachable_problems(problems, email_of))
    }
    unreachable = unreachable_annotators(all_to_mend, email_of)
    reasons = {
        tasks[document]: return_reason(problems, email_of)
        for document, problems in to_mend.items()
        if document in tasks
    }
    # What went back to somebody who is gone since stays on the task: whoever annotates it reads it.
    kept = {tasks[document] for document in unreachable if document in tasks} - reasons.keys()
    if returning or not since or listed is None:
        shown = studio.returned(project.id, since="" if returning else since)
    else:
        shown = dict(listed)
    held: frozenset[int] = frozenset()
    if returning and not now:
        held = find_unfinished_tasks(studio, project, reasons.keys() - shown.keys())
    if now:
        asked = reasons.keys() if returning else reasons.keys() & shown.keys()
        aside = ReasonsAside(early=find_unfinished_tasks(studio, project, asked))
    else:
        aside = find_reasons_aside(studio, project, cursor, reasons.keys(), before=before or {})
    looked_at = (*shown, *(reasons.keys() - held if returning else aside.to_give_back))
    changes = {
        task: reasons.get(task, "")
        for task in looked_at
        if task not in kept and not _says_the_same(shown.get(task, ""), reasons.get(task, ""))
    } | dict.fromkeys(aside.to_take_off, "")
    unseen = cursor.returned if since and not returning else ()
    not_shown = aside.to_take_off | aside.off
    still_returned = tuple(
        document
        for document in to_mend
        if (document in unseen or tasks.get(document) in shown)
        and tasks.get(document) not in not_shown
    )
    link = ""
    if returning and reasons.keys() - held and not dry_run:
        link = link_to_returned(studio, project.id)
    changed, refused = _change_reasons(studio, changes, dry_run=dry_run)
    with_reason = {task for task in changed if changes[task]}
    given_back = set() if returning else with_reason & aside.to_give_back
    mended = changed.keys() - with_reason - aside.to_take_off

    def changed_in(numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(changed[task] for task in numbers))

    def to_mend_in(numbers: Container[int | None]) -> tuple[str, ...]:
        return tuple(sorted(document for document in to_mend if tasks.get(document) in numbers))

    return ReturnReport(
        returned=changed_in(with_reason - given_back),
        still_returned=still_returned,
        mended=changed_in(mended),
        refused=tuple(sorted(refused)),
        held=to_mend_in(held),
        aside=to_mend_in(not_shown),
        given_back=changed_in(given_back),
        early=frozenset(to_mend_in(aside.early)),
        unreachable=unreachable if returning else {},
        link=link,
        config_too_old=bool(link) and not shows_reasons(project),
    )


def _change_reasons(
    studio: Studio, reasons: Mapping[int, str], *, dry_run: bool
) -> tuple[dict[int, str], list[str]]:
    """
    Let each task say its reason.

    Returns the documents of the tasks that do, by task, and those of tasks that were left alone,
    since their text is not the one that was pushed.
    """
    changed: dict[int, str] = {}
    refused: list[str] = []
    for task, reason in sorted(reasons.items()):
        data = studio.task_data(task)
        if data is None:
            continue
        document = str(data.get("doc_id"))
        if text_sha256_of(data.get("text")) != data.get("text_sha256"):
            refused.append(document)
            continue
        changed[task] = document
        if not dry_run:
            studio.replace_task_data(task, {**data, RETURNED_KEY: reason})
    return changed, refused


def reachable_problems(
    problems: Iterable[Problem], email_of: Callable[[str], str]
) -> tuple[Problem, ...]:
    """The problems that somebody can mend: their annotator has an account, or they are no single annotator's."""
    return tuple(one for one in problems if not one.annotator or email_of(one.annotator))


def unreachable_annotators(
    by_document: Mapping[str, Iterable[Problem]], email_of: Callable[[str], str]
) -> dict[str, tuple[str, ...]]:
    """By document, the annotators of problems who have no account."""
    found = {
        document: tuple(
            sorted(
                {
                    one.annotator
                    for one in problems
                    if one.annotator and not email_of(one.annotator)
                }
            )
        )
        for document, problems in sorted(by_document.items())
    }
    return {document: names for document, names in found.items() if names}


def shows_reasons(project: Project) -> bool:
    """Whether the project's config shows why a task was returned."""
    return f"${RETURNED_KEY}" in project.label_config


def link_to_returned(studio: Studio, project: int) -> str:
    """The tab of the data manager that lists the returned tasks, which is made if there is none."""
    view = _returned_view(studio, project)
    return f"{studio_link(studio.url, project)}?tab={view.id}"


def return_reason(problems: Iterable[Problem], email_of: Callable[[str], str]) -> str:
    """What annotators read at the top of the task: a line a problem, by annotator."""
    by_annotator: dict[str, dict[str, None]] = {}
    for problem in problems:
        by_annotator.setdefault(problem.annotator, {})[as_sentence(problem.what)] = None
    lines: list[str] = []
    for annotator, sentences in by_annotator.items():
        lines.append(HEADLINE.format(email_of(annotator) or SOMEBODY))
        lines += [f"• {sentence}" for sentence in sentences]
    return "\n".join(lines)


def _says_the_same(shown: str, reason: str) -> bool:
    """Whether a reason is on the task already; where nobody knows any more whose it is, by what is wrong."""
    if not reason.startswith(HEADLINE.format(SOMEBODY)):
        return shown == reason
    wrong, shown_wrong = (
        {line for line in text.splitlines() if not line.startswith(RETURN_PREFIX)}
        for text in (reason, shown)
    )
    return wrong == shown_wrong


def as_sentence(what: str) -> str:
    """What is wrong, as a line of the reason has it."""
    end = "" if what.endswith((".", "!", "?")) else "."
    return f"{what[:1].upper()}{what[1:]}{end}"


def _returned_view(studio: Studio, project: int) -> View:
    """The tab with the returned tasks: made once, and left as it is when somebody changed it."""
    views = studio.views(project)
    for view in views:
        if view.title == RETURNED_VIEW or RETURNED_COLUMN in view.filtered:
            return view
    if not views:
        create_task_list(studio, project)
    item = {
        "filter": f"filter:tasks:{RETURNED_COLUMN}",
        "operator": "contains",
        "type": "Unknown",
        "value": RETURN_PREFIX,
    }
    tab = task_tab(
        RETURNED_VIEW,
        also_hidden=("completed_at", "total_annotations", "cancelled_annotations"),
        width={"data.title": 300, RETURNED_COLUMN: 600},
    )
    return studio.create_view(
        project, tab | {"filters": {"conjunction": "and", "items": [item]}}
    )
