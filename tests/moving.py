"""A project as Label Studio moves it: what an export holds, and what an import makes of it."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from curation.labelstudio.server.twin import MemoryStudio, StoredTask


class SecondStudio(MemoryStudio):
    """Another server."""

    @property
    def url(self) -> str:
        return "http://127.0.0.1:2"

    def submit(self, task: int, result: Sequence[dict[str, Any]], **how: Any) -> int:
        """Unique ids are unique on all servers."""
        number = super().submit(task, result, **how)
        annotation = self.stored_tasks[task].annotations[-1]
        annotation["unique_id"] = annotation["unique_id"].replace("0000-4000", "0002-4000")
        return number


def import_tasks(
    studio: MemoryStudio, project: int, exported: list[dict[str, Any]], *, numbers: bool = True
) -> None:
    """What Label Studio makes of an export: it gives each annotation to whoever has the number here."""
    for task in exported:
        number = max(studio.stored_tasks, default=0) + 1
        made = studio.tick()
        studio.stored_tasks[number] = StoredTask(
            project=project, data=deepcopy(task["data"]), created_at=made, updated_at=made
        )
        for annotation in task["annotations"]:
            by = annotation["completed_by"]
            studio.submit(number, annotation["result"], skipped=annotation["was_cancelled"])
            imported = studio.stored_tasks[number].annotations[-1]
            imported |= {
                "completed_by": by if by in studio.emails else 1,
                "updated_by": None,
                "import_id": annotation["id"] if numbers else None,
                "result_count": 0,
                "prediction": {},
                "lead_time": annotation.get("lead_time"),
            }
