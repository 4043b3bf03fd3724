"""The gate for Label Studio's export: what the rest relies on is there, and is what it should be."""

import json
from datetime import UTC, datetime
from typing import Any

from curation.errors import abbreviate
from curation.files import Json
from curation.strict_json import SURROGATE


def read_export(raw: bytes) -> list[Json]:
    """
    The tasks of an export in Label Studio's own JSON, with times that compare as text.

    Raises ValueError where it can't be one. What an annotator meant is looked
    at later; half a character, which nothing can write, is U+FFFD from here on.
    """
    try:
        tasks = json.loads(raw)
        if b"\\ud" in raw or b"\\uD" in raw:
            whole = json.dumps(tasks, ensure_ascii=False)
            tasks = json.loads(SURROGATE.sub("\ufffd", whole))
        return [_task(task) for task in _must(tasks, list)]
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except OverflowError:
        raise ValueError("a time before all times") from None


def time_text(moment: datetime | None) -> str:
    """As the server's filters want it, and comparable as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else ""


def _task(task: Any) -> Json:
    form: Json = _must(task, dict)
    _must(form.get("id"), int)
    for annotation in _must(form.get("annotations"), list):
        _held(annotation)
        _must(annotation.get("lead_time") or 0, int, float)
        for key in ("completed_by", "updated_by"):
            account = annotation.get(key) or 0
            account = account.get("id") if isinstance(account, dict) else account
            annotation[key] = _must(account, int)
    for draft in _must(form.get("drafts") or [], list):
        _held(draft)
    moment = _must(form.get("updated_at") or "", str)
    # The export's own form leaves out microseconds that are 0.
    when = datetime.fromisoformat(moment) if moment else None
    return form | {"updated_at": time_text(when)}


def _held(one: Any) -> None:
    """What both an annotation and a draft have."""
    _must(_must(one, dict).get("id"), int)
    _must(one.get("result") or [], list)


def _must(value: Any, *kinds: type) -> Any:
    if type(value) not in kinds:
        raise ValueError(f"{abbreviate(value)} is no {kinds[0].__name__}")
    return value
