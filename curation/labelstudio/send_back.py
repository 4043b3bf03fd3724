"""What pull finds wrong, back to the annotators: the reason stands on the task until it is mended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.port import (
    RETURN_PREFIX,
    Project,
    Studio,
    View,
    studio_link,
    text_sha256_of,
)
from curation.labelstudio.pull_cursor import PullCursor
from curation.schema.labeling import RETURNED_KEY

# A task with several annotations opens in the newest, whoever comes. On a tab stands a name,
# or as much of an e-mail address as there is room for; the screen has one line for this.
HEADLINE = RETURN_PREFIX + " {}. Open your tab above the text, mend this, then press Update:"
RETURNED_VIEW = "Returned to annotators"

RETURNED_COLUMN = f"data.{RETURNED_KEY}"

# What Label Studio's own first view hides, and what else says nothing in ours.
_HIDDEN_BY_DEFAULT = (
    "inner_id", "annotations_results", "annotations_ids", "predictions_score",
    "predictions_model_versions", "predictions_results", "file_upload", "storage_filename",
    "created_at", "updated_at", "updated_by", "avg_lead_time", "draft_exists",
)  # fmt: skip
_HIDDEN_HERE = (
    "completed_at", "total_annotations", "cancelled_annotations", "total_predictions",
    "data.text", "data.doc_id", "data.text_sha256", "data.byline", "data.meta",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReturnReport:
    """
    What became of the reasons on tasks.

    *returned* are the documents that went back, or whose reason changed;
    *standing* those that went back before and still aren't mended;
    *mended* those whose reason is gone; *refused* those whose task isn't touched, since
    its text is not the one that was pushed. *link* leads to the view that
    gathers the tasks; empty where nothing had to be returned. *unseen*: the
    project's config is from before there were reasons, so that no task shows one.
    """

    returned: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    link: str = ""
    unseen: bool = False


def send_back(  # noqa: PLR0913 - each says something else
    studio: Studio,
    project: Project,
    cursor: PullCursor,
    *,
    address: Callable[[str], str],
    since: str,
    returning: bool,
    dry_run: bool = False,
) -> ReturnReport:
    """
    Make the reasons on the project's tasks say what the problems of the *cursor* are.

    A task that carries a reason already is brought up to date; others get one
    only if *returning*. In a task that didn't change *since* nobody has mended anything.
    *address* turns an annotator's pseudonym into the name that annotators see on the screen.

    To be called before the cursor is kept: done again, it ends the same.
    """
    tasks, problems = cursor.annotated, cursor.problems
    wanted = {
        tasks[name]: return_reason(found, address)
        for name, found in problems.items()
        if name in tasks
    }
    there = studio.returned(project.id, since="" if returning else since)
    changes = {
        task: wanted.get(task, "")
        for task in (*there, *(wanted if returning else ()))
        if there.get(task, "") != wanted.get(task, "")
    }
    known = cursor.returned if since and not returning else ()
    standing = tuple(one for one in problems if one in known or tasks.get(one) in there)
    link = ""
    if returning and wanted and not dry_run:
        view = _view(studio, project.id)
        link = f"{studio_link(studio.url, project.id)}?tab={view.id}"
    done: dict[str, list[str]] = {"returned": [], "mended": [], "refused": []}
    for task, words in sorted(changes.items()):
        data = studio.task_data(task)
        if data is None:
            continue
        sound = text_sha256_of(data.get("text")) == data.get("text_sha256")
        outcome = ("returned" if words else "mended") if sound else "refused"
        done[outcome].append(str(data.get("doc_id")))
        if sound and not dry_run:
            studio.replace_task_data(task, {**data, RETURNED_KEY: words})
    unseen = bool(link) and f"${RETURNED_KEY}" not in project.label_config
    named = {key: tuple(sorted(names)) for key, names in done.items()}
    return ReturnReport(**named, standing=standing, link=link, unseen=unseen)


def return_reason(problems: Iterable[Problem], address: Callable[[str], str]) -> str:
    """What annotators read at the top of the task: a line for each problem, by whose work it is in."""
    by: dict[str, dict[str, None]] = {}
    for problem in problems:
        by.setdefault(problem.annotator, {})[_sentence(problem.what)] = None
    return "\n".join(
        line
        for who, said in by.items()
        for line in (
            HEADLINE.format(address(who) or "its annotator"),
            *(f"• {sentence}" for sentence in said),
        )
    )


def _sentence(what: str) -> str:
    end = "" if what.endswith((".", "!", "?")) else "."
    return f"{what[:1].upper()}{what[1:]}{end}"


def _view(studio: Studio, project: int) -> View:
    """The view that gathers them: made once, and left as it is when somebody changed it."""
    there = studio.views(project)
    for view in there:
        if view.title == RETURNED_VIEW or RETURNED_COLUMN in view.filtered:
            return view
    if not there:
        # Label Studio makes its first view when somebody comes, and only where there is none.
        studio.create_view(project, _form("Default", _HIDDEN_BY_DEFAULT))
    item = {"filter": f"filter:tasks:{RETURNED_COLUMN}", "operator": "contains"}
    item |= {"type": "Unknown", "value": RETURN_PREFIX}
    filters = {"conjunction": "and", "items": [item]}
    ours = {"filters": filters, "columnsWidth": {f"tasks:{RETURNED_COLUMN}": 600}}
    return studio.create_view(
        project, _form(RETURNED_VIEW, _HIDDEN_BY_DEFAULT + _HIDDEN_HERE) | ours
    )


def _form(title: str, hidden: Iterable[str]) -> Json:
    columns = [f"tasks:{name}" for name in hidden]
    return {
        "title": title,
        "type": "list",
        "target": "tasks",
        "hiddenColumns": {"explore": columns, "labeling": columns},
    }
