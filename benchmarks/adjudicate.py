"""
Disputed documents to adjudicators and back, against the server's own import and export of the same tasks.

Each figure is the best of its rounds, the sides taking turns: others share the machine, and only
ever slow one down.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import httpx
from frame.figures import Figure, at_most, report
from frame.studio import ROOT, SQLITE, TYPES, document, label_studio

from curation.annotations.record import (
    RECORD_FORMAT,
    AnnotationRecord,
    DocumentRecord,
    entity_records,
    lines_of_text,
    relation_records,
)
from curation.documents.document import Document
from curation.files import Json
from curation.flows.adjudicate import AdjudicationOptions, adjudicate
from curation.flows.pull import PullOptions
from curation.flows.pull_all import pull_all
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.server.twin import MemoryStudio
from curation.localserver.accounts import LocalServer
from curation.schema import Schema, read_schema
from curation.schema.adjudication_guideline import adjudication_guideline_html
from curation.schema.adjudication_screen import adjudication_xml, choice_tag, text_tag_of_choice
from curation.workspace import Workspace

DOCUMENTS = 500
DIFFERENCES = 10
ROUNDS = 3

SCHEMA: Schema = read_schema(ROOT / "label_config" / "schema.toml")
TITLES = map("verdicts {}".format, count(1))


def other_view(one: Document) -> Document:
    """The document with other types on some spans that no arrow joins."""
    same = one.entities[:-DIFFERENCES]
    changed = tuple(
        replace(entity, label=TYPES[(TYPES.index(entity.label) + 1) % len(TYPES)])
        for entity in one.entities[-DIFFERENCES:]
    )
    return replace(one, entities=(*same, *changed))


def annotation(one: Document, annotator: str) -> AnnotationRecord:
    return AnnotationRecord(
        uid=f"{annotator}-{one.id}", server=None, project=None, number=None,
        annotator=annotator, kind="person", edited_by=(), copy_of=None, arm="unknown",
        evidence="none", started_from=None, status="submitted", created=None, updated=None,
        seconds=None, schema=None, guideline=None, entities=entity_records(one),
        relations=relation_records(one), flags=(), first=None, first_sure=True,
    )  # fmt: skip


def disputed(number: int) -> DocumentRecord:
    """A document on which two annotators differ."""
    one = SCHEMA.canonical(replace(document(number), layer=None))
    return DocumentRecord(
        format=RECORD_FORMAT, id=one.id, text_sha256=one.text_sha256, group=one.id,
        state="active", meta=dict(one.meta), text=lines_of_text(one.text), suggestions={},
        annotations=(
            annotation(one, "person-00000001"),
            annotation(SCHEMA.canonical(other_view(one)), "person-00000002"),
        ),
        verdict=None,
    )  # fmt: skip


class Capturing(MemoryStudio):
    """A server in memory that keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def import_tasks(self, project: int, tasks: Sequence[bytes]) -> None:
        self.sent += tasks
        super().import_tasks(project, tasks)


class Bench:
    """A server, and a folder whose gold/next has the disputed documents."""

    def __init__(self, local: LocalServer, folder: Path) -> None:
        self.folder = folder
        self.studio = HttpStudio(local.url, local.token)
        headers = {"Authorization": f"Token {local.token}"}
        self.wire = httpx.Client(
            base_url=local.url, headers=headers, timeout=600, trust_env=False
        )
        self.records = [disputed(number) for number in range(DOCUMENTS)]
        studio = Capturing()
        adjudicate(studio, self.place(), SCHEMA, AdjudicationOptions())
        self.tasks = studio.sent
        assert len(self.tasks) == DOCUMENTS
        asked = len(json.loads(self.tasks[0])["data"]["differences"])
        assert asked == DIFFERENCES

    def place(self) -> Workspace:
        """A workspace of its own, whose documents have no verdict."""
        folder = self.folder / next(TITLES)
        place = Workspace(folder / "gold", folder / ".curate")
        with place.working_version(SCHEMA) as working:
            for record in self.records:
                working.put(record)
            place.commit(working)
        return place

    def project(self) -> tuple[int, str]:
        """An empty one, so that neither side has to make it."""
        title = next(TITLES)
        config = adjudication_xml(SCHEMA).strip()
        guideline = adjudication_guideline_html(SCHEMA).strip()
        return self.studio.create_project(title, config, guideline).id, title

    def raw_import(self) -> float:
        """Seconds of one call with all tasks."""
        project, _ = self.project()
        body = b"[" + b",".join(self.tasks) + b"]"
        return seconds(
            lambda: self.wire.post(
                f"/api/projects/{project}/import",
                content=body,
                headers={"content-type": "application/json"},
            ).raise_for_status()
        )

    def send(self, place: Workspace, title: str) -> float:
        """Seconds from gold/next to the report."""
        options = AdjudicationOptions(title=title)
        return seconds(lambda: adjudicate(self.studio, place, SCHEMA, options))

    def settle(self, project: int) -> None:
        """A verdict in each task: the first option of each difference."""
        for one in [*self.studio.predictions(project)]:
            data = self.studio.task_data(one.task) or {}
            ticks = (
                tick(n, str(difference["options"][0]["alias"]))
                for n, difference in enumerate(data["differences"])
            )
            self.studio.annotate(one.task, [*one.result, *ticks])

    def raw_export(self, project: int) -> float:
        """Seconds of one GET, and all of its answer."""
        path = f"/api/projects/{project}/export?exportType=JSON"
        return seconds(lambda: self.wire.get(path).raise_for_status())

    def bring_back(self, place: Workspace, title: str) -> float:
        """Seconds from the server to the files of gold/next, where all documents are settled then."""
        options = PullOptions()
        took = seconds(
            lambda: pull_all(self.studio, place, SCHEMA, options=options, adjudication=title)
        )
        with place.read_only().working_version(SCHEMA) as working:
            assert len(working.gold_ids) == DOCUMENTS
        return took


def tick(position: int, alias: str) -> Json:
    control = choice_tag(position)
    return {
        "id": f"tick{position}", "type": "choices", "origin": "manual", "from_name": control,
        "to_name": text_tag_of_choice(position), "value": {"choices": [alias]},
    }  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def figures(bench: Bench) -> Iterator[Figure]:
    what = f"{DOCUMENTS} disputed documents, {DIFFERENCES} differences each"
    sent: list[float] = []
    imported: list[float] = []
    for _ in range(ROUNDS):
        imported.append(bench.raw_import())
        project, title = bench.project()
        place = bench.place()
        sent.append(bench.send(place, title))
    note = f"compares, builds and looks, too; best of {ROUNDS}; {SQLITE}"
    raw = "one raw bulk import of the same tasks"
    yield at_most(f"{what}: adjudicate", raw, min(sent), min(imported), note=note)
    again = min(bench.send(place, title) for _ in range(ROUNDS))
    work = f"{what}: adjudicate again, nothing changed"
    yield at_most(work, "the first time", again, min(sent), aim=0.3, note=SQLITE)

    bench.settle(project)
    exported: list[float] = []
    pulled: list[float] = []
    for _ in range(ROUNDS):
        exported.append(bench.raw_export(project))
        pulled.append(bench.bring_back(bench.place(), title))
    note = f"checks and settles, and writes {DOCUMENTS} files; best of {ROUNDS}; {SQLITE}"
    work = f"{what}: pull of the verdicts"
    plain = "the server's plain JSON export"
    yield at_most(work, plain, min(pulled), min(exported), note=note)
    yield at_most(
        f"{what}: out and back",
        "import and export by the server alone",
        min(sent) + min(pulled),
        min(imported) + min(exported),
        note=SQLITE,
    )


def main() -> None:
    with label_studio() as local, tempfile.TemporaryDirectory() as folder:
        report(figures(Bench(local, Path(folder))))


if __name__ == "__main__":
    main()
