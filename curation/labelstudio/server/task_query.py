"""Questions to Label Studio's task list, which the server reads as they were meant, whatever is in them."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

# What one URL may hold of values, encoded: servers and proxies refuse lines of more than
# 8,000 bytes, and the address and the other filters need some of these.
URL_BYTES = 7_000

# A filter of the task list: column, operator, type of the value, value.
Filter = tuple[str, str, str, Any]


def task_query(*filters: Filter, order: str) -> str:
    """What the task list takes as its question: the tasks that pass all filters, in this order."""
    items = [
        {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind, "value": value}
        for column, operator, kind, value in filters
    ]
    return _json_for_url(
        {"filters": {"conjunction": "and", "items": items}, "ordering": [order]}
    )


def url_portions(values: Sequence[str], *, at_most: int) -> list[list[str]] | None:
    """
    The values in portions, each short enough for one URL and of *at_most* so many values.

    None where a value is too long for any URL.
    """
    portions: list[list[str]] = []
    size = URL_BYTES
    for value in values:
        encoded = len(quote(f"{_json_for_url(value)},", safe=""))
        if encoded > URL_BYTES:
            return None
        size += encoded
        if size > URL_BYTES or len(portions[-1]) == at_most:
            portions.append([])
            size = encoded
        portions[-1].append(value)
    return portions


def _json_for_url(value: Any) -> str:
    """
    The value as JSON that stays the same when it is unquoted.

    Label Studio unquotes its query once more than it was quoted, so that ``%22`` in an id would end
    a string. A percent sign stands only inside strings, where JSON has another spelling of it.
    """
    return json.dumps(value, separators=(",", ":")).replace("%", r"\u0025")
