"""The list of tasks as people find it in Label Studio: what its tabs show, and how wide."""

from collections.abc import Iterable

from curation.documents.document import SUPERSEDES_KEY
from curation.files import Json
from curation.labelstudio.server.port import Studio
from curation.labelstudio.task_stamp import STAMP_KEY
from curation.schema.labeling import RETURNED_KEY

# Numbers, hashes and what is for machines. Label Studio lists its own columns before those of the
# task's data, and keeps another order in the browser alone: what is shown has to fit beside the title.
_HIDDEN = (
    "id", "inner_id", "annotations_results", "annotations_ids", "total_predictions",
    "predictions_score", "predictions_model_versions", "predictions_results", "file_upload",
    "storage_filename", "created_at", "updated_at", "updated_by", "avg_lead_time", "draft_exists",
    "data.text", "data.doc_id", "data.text_sha256", "data.meta", f"data.{STAMP_KEY}",
    f"data.{SUPERSEDES_KEY}", f"data.{RETURNED_KEY}",
)  # fmt: skip
# Of no use beside an open task, where there is room for the title alone.
_HIDDEN_BESIDE_A_TASK = (
    "completed_at", "total_annotations", "cancelled_annotations", "annotators", "data.byline",
)  # fmt: skip

# In pixels: with these, all that is shown has room on a small laptop.
_WIDTHS = {"completed_at": 150, "annotators": 130, "data.title": 500, "data.byline": 200}

TASK_LIST = "Tasks"


def create_task_list(studio: Studio, project: int) -> None:
    """
    Make the tab that the project opens with, unless there is a tab already.

    Label Studio makes its own, with all hashes, when somebody opens a project that has none.
    """
    if not studio.views(project):
        studio.create_view(project, task_tab(TASK_LIST))


def task_tab(title: str, *, also_hidden: Iterable[str] = (), width: Json | None = None) -> Json:
    """
    A tab that lists tasks: when and by whom they were annotated, title, source and date.

    *width* also shows the columns that it names.
    """
    shown = width or {}
    hidden = [name for name in (*_HIDDEN, *also_hidden) if name not in shown]
    return {
        "title": title,
        "type": "list",
        "target": "tasks",
        "hiddenColumns": {
            "explore": _columns(hidden),
            "labeling": _columns((*hidden, *_HIDDEN_BESIDE_A_TASK)),
        },
        "columnsWidth": {f"tasks:{name}": px for name, px in {**_WIDTHS, **shown}.items()},
    }


def _columns(names: Iterable[str]) -> list[str]:
    return [f"tasks:{name}" for name in dict.fromkeys(names)]
