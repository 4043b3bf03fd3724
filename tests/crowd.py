"""A Label Studio of as many tasks as one likes, none of which it has: each is made when it is asked for."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from gold_samples import MODEL
from samples import SCHEMA

from curation.documents.document import Document, Entity, Relation
from curation.files import Json
from curation.flows import connect
from curation.labelstudio.server.port import (
    Prediction,
    Project,
    ProjectTotals,
    ResultKind,
    Task,
)
from curation.labelstudio.server.stored_results import renamed_regions
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result, to_task
from curation.schema.guidelines import guidelines_html
from curation.schema.labeling import labeling_xml

# Nearly all of an article is blank, so that it is long but has few tokens.
LENGTH = 250_000
PERSON, ORG = Entity(0, 3, "PERSON", "a"), Entity(7, 11, "ORG", "b")
TIME = "2026-01-01T00:00:00.000000Z"
NEW_NAME = partial(renamed_regions, kind="entity type", old="PERSON", new="HUMAN")


def article(number: int) -> Document:
    text = "Bob of Nato met" + " " * LENGTH + "Al."
    joined = Relation(PERSON, ORG, "member_of")
    return Document(f"d{number:04}", text, (PERSON, ORG), (joined,), {"ingest": "1"})


class Crowd(MemoryStudio):
    """Every task has an annotation and a suggestion, each as long as its article."""

    def __init__(self, many: int) -> None:
        super().__init__()
        self.many = many
        self.config = labeling_xml(SCHEMA)
        self.rewritten: set[tuple[ResultKind, int]] = set()

    def find_project(self, title: str) -> Project | None:
        return Project(
            id=1,
            title=title,
            label_config=self.config.strip(),
            instructions=guidelines_html(SCHEMA).strip(),
            model_version=str(MODEL),
            tasks=self.many,
            created_at=TIME,
            submitted=self.many,
        )

    def update_project(self, project: int, **given: Any) -> None:
        self.config = given.get("label_config") or self.config

    def suggestion_totals(self, project: int) -> tuple[tuple[str, int, str], ...]:
        return ((str(MODEL), self.many, TIME),) if self.many else ()

    def totals(self, project: int) -> ProjectTotals:
        return ProjectTotals(
            tasks=self.many,
            last_task=self.many,
            last_change=TIME,
            suggestions=self.suggestion_totals(project),
        )

    def last_change(self, project: int) -> str:
        return TIME

    def tasks(
        self,
        project: int,
        *,
        doc_ids: Sequence[str] | None = None,
        numbers: Sequence[int] | None = None,
        since: str = "",
        upto: int | None = None,
    ) -> Iterator[Task]:
        sha256 = article(0).text_sha256
        for number in range(self.many):
            if numbers is None or number in numbers:
                yield Task(
                    id=number,
                    doc_id=f"d{number:04}",
                    text_sha256=sha256,
                    annotations=1,
                    draft=False,
                    created_at=TIME,
                    updated_at=TIME,
                )

    def export(
        self, project: int, task_ids: Sequence[int] | None = None, *, drafts: bool = False
    ) -> Iterator[Json]:
        for number in range(self.many):
            if task_ids is None or number in task_ids:
                annotation = self.stored("annotations", number)
                task = {"id": number, "annotations": [annotation], "drafts": []}
                yield task | to_task(article(number), SCHEMA) | {"updated_at": TIME}

    def stored(self, kind: ResultKind, number: int) -> Json:
        who = {"completed_by": 1, "updated_by": 1, "was_cancelled": False}
        return {"id": number, **who, "result": self.result(kind, number), "prediction": {}}

    def result(self, kind: ResultKind, number: int) -> list[Json]:
        found = to_result(article(number), SCHEMA)
        return NEW_NAME(found) if (kind, number) in self.rewritten else found

    def rewrite(
        self, kind: ResultKind, number: int, result: Sequence[Json], *, model_version: str = ""
    ) -> None:
        self.rewritten.add((kind, number))

    def predictions(
        self, project: int, tasks: Sequence[int] | None = None
    ) -> Iterator[Prediction]:
        for number in range(self.many):
            if tasks is None or number in tasks:
                note = {"type": "note", "value": " " * LENGTH}
                result = [*self.result("predictions", number), note]
                yield Prediction(
                    id=number, task=number, model_version=str(MODEL), result=result
                )

    def tasks_with_drafts(self, project: int) -> set[int]:
        return set()

    def returned(self, project: int, *, since: str = "") -> dict[int, str]:
        return {}

    def import_tasks(self, project: int, tasks: Sequence[bytes]) -> None:
        self.many += len(tasks)

    def tasks_after(self, project: int, task: int) -> tuple[str, range]:
        return article(task).id, range(task + 1, self.many + 1)

    def import_predictions(self, project: int, items: Sequence[tuple[int, Json]]) -> None:
        pass

    def delete_predictions(self, ids: Sequence[int]) -> None:
        pass


def gather(many: int) -> None:
    """From now on every command finds this server."""
    connect.connect = lambda *_: Crowd(many)
