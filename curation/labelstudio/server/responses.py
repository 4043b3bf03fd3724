"""Label Studio's answers, checked and read as the values of the port."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from curation.errors import abbreviate
from curation.files import Json
from curation.labelstudio.server.port import Prediction, Project, ProjectTotals, View
from curation.strict_json import SURROGATE

_MAYBE_SURROGATE = re.compile(rb"\\u[dD]")


def read_export(raw: bytes) -> list[Json]:
    """
    The tasks of an export in Label Studio's own JSON, with times that compare as text.

    Raises ValueError where *raw* can be no export. What annotators meant is looked at later.
    Half a surrogate pair, which no file can hold, becomes U+FFFD.
    """
    try:
        tasks = json.loads(raw)
        if _MAYBE_SURROGATE.search(raw):
            text = json.dumps(tasks, ensure_ascii=False)
            tasks = json.loads(SURROGATE.sub("\ufffd", text))
        return [_exported_task(task) for task in _typed(tasks, list)]
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except OverflowError:
        raise ValueError("a time before all times") from None


def read_predictions(raw: bytes) -> list[Prediction]:
    """
    The suggestions on a page of tasks.

    Raises ValueError, LookupError or TypeError where *raw* can be no such page.
    """
    return [
        Prediction(
            id=int(one["id"]),
            task=int(one["task"]),
            model_version=str(one["model_version"] or ""),
            result=one["result"],
        )
        for task in json.loads(raw)["tasks"]
        for one in task["predictions"]
    ]


def read_suggestion_totals(models: list[Json]) -> tuple[tuple[str, int, str], ...]:
    """
    How many suggestions each model version has, and when the latest came, from the list of models.

    Raises ValueError, LookupError or TypeError where that isn't what it should be.
    """
    return tuple(
        sorted(
            (str(model["model_version"] or ""), int(model["count"]), _moment(model["latest"]))
            for model in models
        )
    )


def read_totals(
    last: Json, newest: Json, suggestions: tuple[tuple[str, int, str], ...]
) -> ProjectTotals:
    """
    Totals from the page of the last task, the page of the newest change, and those of suggestions.

    Raises ValueError, LookupError or TypeError where these aren't what they should be.
    """
    tasks = [*last["tasks"], *newest["tasks"]]
    return ProjectTotals(
        tasks=int(newest["total"]),
        last_task=max((int(task["id"]) for task in tasks), default=0),
        last_change=max((_moment(task["updated_at"]) for task in tasks), default=""),
        suggestions=suggestions,
    )


def read_project(project: Any) -> Project:
    """The project, from the SDK's."""
    return Project(
        id=int(project.id),
        title=str(project.title),
        label_config=str(project.label_config or ""),
        instructions=str(project.expert_instruction or ""),
        model_version=str(project.model_version or ""),
        tasks=int(project.task_number or 0),
        created_at=time_text(project.created_at),
        submitted=int(project.total_annotations_number or 0),
        overlap=int(project.maximum_annotations or 1),
        description=str(project.description or ""),
        shows_suggestions=bool(project.show_collab_predictions),
    )


def read_view(view: Any) -> View:
    """The view, from the SDK's."""
    data = view.data or {}
    items = (data.get("filters") or {}).get("items") or []
    columns = (str(item["filter"]).removeprefix("filter:tasks:") for item in items)
    return View(id=int(view.id), title=str(data.get("title", "")), filtered=tuple(columns))


def time_text(moment: datetime | None) -> str:
    """A time as the server's filters take it, comparable as text; empty for None."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else ""


def _moment(written: str | None) -> str:
    return time_text(datetime.fromisoformat(written)) if written else ""


def _exported_task(value: Any) -> Json:
    task: Json = _typed(value, dict)
    _typed(task.get("id"), int)
    if "annotations" not in task and "completions" in task:
        completions = _typed(task["completions"], list)
        task = task | {"annotations": [_annotation_of_completion(one) for one in completions]}
    for annotation in _typed(task.get("annotations"), list):
        _check_result(annotation)
        _typed(annotation.get("lead_time") or 0, int, float)
        for key in ("completed_by", "updated_by"):
            account = annotation.get(key) or 0
            account = account.get("id") if isinstance(account, dict) else account
            annotation[key] = _typed(account, int)
    for draft in _typed(task.get("drafts") or [], list):
        _check_result(draft)
    # The export leaves out microseconds that are 0.
    return task | {"updated_at": _moment(_typed(task.get("updated_at") or "", str))}


def _annotation_of_completion(value: Any) -> Json:
    """What Label Studio before 1.0 called a completion: its times are seconds, its account an address."""
    completion: Json = _typed(value, dict)
    created = completion.get("created_at")
    if isinstance(created, int | float):
        created = time_text(datetime.fromtimestamp(created, UTC))
    accounts = {
        key: completion.get(key) if type(completion.get(key)) in (int, dict) else None
        for key in ("completed_by", "updated_by")
    }
    skipped = bool(completion.get("was_cancelled") or completion.get("skipped"))
    return completion | accounts | {"created_at": created, "was_cancelled": skipped}


def _check_result(result: Any) -> None:
    """What both an annotation and a draft must have."""
    _typed(_typed(result, dict).get("id"), int)
    _typed(result.get("result") or [], list)


def _typed(value: Any, *types: type) -> Any:
    """The value, which must be of one of the *types*; ValueError if it isn't."""
    if type(value) not in types:
        raise ValueError(f"{abbreviate(value)} where {types[0].__name__} is expected")
    return value
