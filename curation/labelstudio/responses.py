"""What Label Studio answers as the port has it, and the question that its task list takes."""

import json
from datetime import datetime
from typing import Any

from curation.files import Json
from curation.labelstudio.export_format import time_text
from curation.labelstudio.port import Prediction, Project, ProjectTotals, View

# A column, an operator, the kind of value, the value.
Condition = tuple[str, str, str, Any]


def marks_of(last: Json, newest: Json, suggestions: list[Json]) -> ProjectTotals:
    """From the page of the last task, that of the newest, and the list of models."""
    tasks = [*last["tasks"], *newest["tasks"]]
    return ProjectTotals(
        tasks=int(newest["total"]),
        last_task=max((int(task["id"]) for task in tasks), default=0),
        last_change=max((_moment(task["updated_at"]) for task in tasks), default=""),
        suggestions=tuple(
            sorted(
                (str(one["model_version"] or ""), int(one["count"]), _moment(one["latest"]))
                for one in suggestions
            )
        ),
    )


def read_suggestions(raw: bytes) -> list[Prediction]:
    """From a page of tasks; what it raises for anything else is ValueError, LookupError or TypeError."""
    return [
        Prediction(
            int(one["id"]), int(one["task"]), str(one["model_version"] or ""), one["result"]
        )
        for task in json.loads(raw)["tasks"]
        for one in task["predictions"]
    ]


def _moment(written: str | None) -> str:
    return time_text(datetime.fromisoformat(written)) if written else ""


def project_of(given: Any) -> Project:
    """From the SDK's project."""
    return Project(
        int(given.id),
        str(given.title),
        str(given.label_config or ""),
        str(given.expert_instruction or ""),
        str(given.model_version or ""),
        int(given.task_number or 0),
        time_text(given.created_at),
        int(given.total_annotations_number or 0),
    )


def query(*conditions: Condition, order: str) -> str:
    """The tasks that fulfil all of these (column, operator, type, value), in this order."""
    items = [
        {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind, "value": value}
        for column, operator, kind, value in conditions
    ]
    return json.dumps({"filters": {"conjunction": "and", "items": items}, "ordering": [order]})


def view_of(given: Any) -> View:
    """From the SDK's view."""
    data = given.data or {}
    items = (data.get("filters") or {}).get("items") or []
    columns = (str(item["filter"]).removeprefix("filter:tasks:") for item in items)
    return View(int(given.id), str(data.get("title", "")), tuple(columns))
