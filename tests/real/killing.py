"""Death at any point: a command runs in a process of its own, which ends there as by ``kill -9``."""

import hashlib
import json
import os
import pickle
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from multiprocessing import forkserver, get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

import datasets  # noqa: F401  loaded once, by the server that forks
import pyarrow.parquet  # noqa: F401
import spacy.lang.en  # noqa: F401
from gold_samples import annotated, released, sealed, working, write_next
from samples import ROOT, SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.flows.adjudicate import AdjudicationOptions
from curation.flows.adjudicate import adjudicate as adjudicate_flow
from curation.flows.drop import drop as drop_flow
from curation.flows.list_differences import list_differences
from curation.flows.pull import PullOptions
from curation.flows.pull import pull as pull_flow
from curation.flows.pull_all import pull_all as pull_all_flow
from curation.flows.push import push as push_flow
from curation.flows.restore import restore as restore_flow
from curation.flows.schema_remove import schema_remove
from curation.flows.schema_rename import schema_rename
from curation.flows.verdicts_from_file import verdicts_from_file
from curation.flows.withdraw import withdraw as withdraw_flow
from curation.gold.working import version as working_version
from curation.gold.working.index import folder_key
from curation.labelstudio.push.dealing import AskedDealing
from curation.labelstudio.server import upload_batches as batches
from curation.labelstudio.server import wait_until_idle as rest
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.server.stored_results import all_results
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.state import State
from curation.state.tables import table_names as tables_of
from curation.workspace import Workspace

# Forks from a process without threads; nothing of a test's own memory is in the child.
CHILDREN = get_context("forkserver")
CHILDREN.set_forkserver_preload(["killing"])
if __name__ == "killing" and not os.environ.get("KILLING"):
    # The server that forks finds its modules by the environment alone.
    paths = {"KILLING": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with patch.dict(os.environ, paths):
        forkserver.ensure_running()

DEAD = 77
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
WRITTEN = re.compile(r"(INSERT (OR \w+ )?INTO|DELETE FROM|UPDATE) (?P<table>\w+)")
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod")

OLD = Layer("model", "m", "1", "w", "r")
NEW = Layer("model", "m", "2", "w", "r")


class Points:
    """
    Counts the places where death would make a difference, and dies at one of them.

    They are before and after each call to the server, before each file or
    folder is opened for writing, made, renamed, removed or synced, and before and after each
    commit, named by the tables that were written to.
    """

    def __init__(self, folder: Path, at: int | None, last_will: Callable[[], None]) -> None:
        self.names: list[str] = []
        self.folder, self.at, self.last_will = str(folder), at, last_will
        self.deaf = False
        self.tables: set[str] = set()
        self.committed = ""

    def reach(self, name: str) -> None:
        if self.at == len(self.names):
            self.deaf = True
            self.last_will()
            os._exit(DEAD)
        self.names.append(name)

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.deaf:
            return
        self.pass_commit()
        if event != "open" and event not in CHANGES:
            return
        path = os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes) else ""
        if path.startswith("/") and not path.startswith(self.folder):
            return
        if event == "open" and not (
            path and (arguments[2] & WRITING or os.path.isdir(path))  # noqa: PTH112
        ):
            return
        self.reach(f"{event} {path.removeprefix(self.folder)}")

    def connect(self, connect: Callable[..., Any], *given: Any, **options: Any) -> Any:
        """What SQLite writes raises no audit event, but a connection tells what it is about to do."""
        connection = connect(*given, **options)
        if self.folder in str(given[0]):
            connection.set_trace_callback(self.trace)
        return connection

    def trace(self, statement: str) -> None:
        if self.deaf:
            return
        self.pass_commit()
        if written := WRITTEN.match(statement):
            self.tables.add(written["table"])
        elif statement.startswith("BEGIN"):
            self.tables.clear()
        elif statement == "COMMIT":
            tables = ", ".join(sorted(self.tables - {"sums"})) or "a new database"
            self.reach(f"before commit of {tables}")
            self.committed = tables

    def pass_commit(self) -> None:
        """Whatever comes next, the commit is over."""
        if self.committed:
            tables, self.committed = self.committed, ""
            self.reach(f"after commit of {tables}")


class Watched:
    """A Studio whose every call is two points."""

    def __init__(self, studio: Any, reach: Callable[[str], None]) -> None:
        self._studio, self._reach = studio, reach

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._studio, name)
        return partial(self._call, name, found) if callable(found) else found

    def _call(self, name: str, call: Callable[..., Any], *given: Any, **options: Any) -> Any:
        self._reach(f"before {name}")
        result = call(*given, **options)
        result = iter(list(result)) if isinstance(result, Iterator) else result
        self._reach(f"after {name}")
        return result


Act = Callable[[Any, Path], None]


def live(act: Act, desk: Path, server: tuple[str, str] | None, at: int | None) -> None:
    """What the process does: *act*, dying at point *at*; the twin in memory outlives it."""
    store = desk.parent / "server"
    studio = HttpStudio(*server) if server else pickle.loads(store.read_bytes())
    last_will = partial(_keep, store, studio) if isinstance(studio, MemoryStudio) else list
    points = Points(desk, at, last_will)
    # Files are trusted however young they are: else a quick run would go by other points than a slow one.
    working_version.CLOCK_TICK = 0
    batches.BATCH_DOCUMENTS, rest.MINIMUM_IDLE_SECONDS, rest.UNKNOWN_CALL_SECONDS = 2, 0, 0
    sys.addaudithook(points.audit)
    sqlite3.connect = partial(points.connect, sqlite3.connect)
    act(Watched(studio, points.reach), desk)
    points.pass_commit()
    points.deaf = True
    last_will()
    (desk.parent / "points").write_text(json.dumps(points.names))


def _keep(store: Path, studio: MemoryStudio) -> None:
    store.write_bytes(pickle.dumps(studio))


def run(
    act: Act, home: Path, server: tuple[str, str] | None = None, at: int | None = None
) -> list[str]:
    """*act* at the desk in *home*, killed at point *at* or not at all; the points it went by."""
    (home / "desk").mkdir(exist_ok=True)
    child = CHILDREN.Process(target=live, args=(act, home / "desk", server, at))
    child.start()
    child.join()
    assert child.exitcode == (0 if at is None else DEAD)
    return json.loads((home / "points").read_text()) if at is None else []


def seen(home: Path) -> dict[str, Any]:
    """All that is there afterwards: the server's state, and each file but the locks."""
    desk = home / "desk"
    paths = (path for path in desk.rglob("*") if path.is_file() and path.suffix != ".lock")
    paths = (path for path in paths if not path.name.startswith(STATE))
    found: dict[str, Any] = {str(p.relative_to(desk)): p.read_bytes() for p in paths}
    # Of several the first one counts: it has all as it was; when that was is no matter.
    backups = sorted(name for name in found if "/backups/2" in name)
    contents = [found.pop(name) for name in backups]
    if contents:
        found["the first backup.json"] = json.dumps(json.loads(contents[0])).encode()
    names, remembered = _remembered(desk)
    real = not (home / "server").exists()
    for name, content in found.items():
        if name.endswith((".jsonl", ".json")):
            numbers = real and name.startswith("gold/next/")
            found[name] = _named(_timeless(content) if numbers else content.decode(), names)
    for table, rows in remembered.items():
        found[f"{STATE}: {table}"] = _named("".join(rows), names)
    if not real:
        found["server"] = held(pickle.loads((home / "server").read_bytes()))
    return found


STATE = "state.sqlite"

# What a push or an adjudicate knows of the last one, and the sum of each table: caches, which may lack something.
CACHES = {
    "ledgers",
    "suggestions",
    "settled",
    "adjudication_ledgers",
    "adjudication_documents",
    "sums",
}
# What is remembered of the folder: by its own path, with times of files.
OF_FILES = {"next_folders", "next_files", "next_absent"}


def _remembered(desk: Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The account of each pseudonym, and each row of ``state.sqlite``, by table."""
    state, folder = State(desk / ".curate", writing=False), folder_key(desk / "gold" / "next")
    with state.reading() as connection:
        tables: dict[str, list[str]] = {}
        for table in tables_of(connection) - CACHES - OF_FILES:
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            if rows:
                tables[table] = [json.dumps(row) + "\n" for row in rows]
        accounts: dict[str, str] = {}
        for account, name in connection.execute("SELECT key, pseudonym FROM accounts"):
            accounts[name] = min(account, accounts.get(name, account))
        of_folder = "FROM {} WHERE folder = ?"
        absent = connection.execute(
            f"SELECT document, why {of_folder.format('next_absent')}", [folder]
        ).fetchall()
        files = connection.execute(
            f"SELECT name, sha256 {of_folder.format('next_files')}", [folder]
        ).fetchall()
    tables["next_absent"] = [json.dumps(one) + "\n" for one in absent]
    # It may lack a file, which is then read anew; what it says is true.
    there = {path.name: _sha256(path) for path in (desk / "gold" / "next").glob("*.json")}
    untrue = [name for name, sha256 in files if there.get(name) != sha256]
    tables["untrue"] = [json.dumps(name) + "\n" for name in untrue]
    return accounts, tables


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]


def _timeless(raw: bytes) -> str:
    """A document's file without what a real server makes up: numbers, times, and the project's title."""
    form = json.loads(raw)
    for annotation in form.get("annotations", ()):
        for key in ("uid", "number", "project", "created", "updated", "seconds"):
            annotation[key] = None
        if annotation["first"]:
            annotation["first"]["updated"] = None
    return json.dumps(form, indent=1)


def _named(text: str, names: dict[str, str]) -> list[str]:
    """The lines with each pseudonym, which is drawn by lot, as its account's name."""
    for name, account in names.items():
        text = text.replace(name, f"account {account}")
    rows = [json.loads(line) for line in text.splitlines()] if text[:2] != "{\n" else [text]
    for row in rows:
        if isinstance(row, dict) and "annotators" in row:
            row["annotators"].sort()
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def held(studio: Any, title: str = "p") -> dict[str, Any]:
    """What a server has, without the numbers that it gave."""
    project = studio.find_project(title)
    if project is None:
        return {}
    tasks = {task.id: task for task in studio.tasks(project.id)}
    suggestions = [
        (tasks[one.task].doc_id, one.model_version, json.dumps(one.result))
        for one in studio.predictions(project.id)
    ]
    return {
        "project": (project.label_config, project.instructions, project.model_version),
        "dealing": (project.description, project.overlap),
        "tasks": sorted(
            (t.doc_id, t.text_sha256, t.annotations, t.overlap, t.stamp.arm if t.stamp else "")
            for t in tasks.values()
        ),
        "suggestions": sorted(suggestions),
        "reasons": sorted(
            (tasks[n].doc_id, said) for n, said in studio.returned(project.id).items()
        ),
        "views": [view.title for view in studio.views(project.id)],
        "results": sorted(
            (one.kind, tasks[one.task].doc_id, json.dumps(one.regions))
            for one in all_results(studio, project.id)
        ),
    }


def killed_everywhere(
    act: Act, template: Path, scratch: Path, step: int = 1
) -> dict[str, dict[str, Any]]:
    """Where death at a point (at every *step*-th) and a second run end elsewhere than one run."""
    shutil.copytree(template, scratch / "whole")
    points = run(act, scratch / "whole")
    whole = seen(scratch / "whole")
    wrong = {}
    for at, name in list(enumerate(points))[::step]:
        home = scratch / str(at)
        shutil.copytree(template, home)
        run(act, home, at=at)
        run(act, home)
        after = seen(home)
        if after != whole:
            keys = after.keys() | whole.keys()
            wrong[f"{at} {name}"] = {
                key: (after.get(key), whole.get(key))
                for key in keys
                if after.get(key) != whole.get(key)
            }
        shutil.rmtree(home)
    assert len(points) > 5
    return wrong


# What is done, at a desk.


def submit(studio: Any, desk: Path, title: str) -> None:
    """On a server that is real."""
    project = studio.find_project(title)
    for task in studio.tasks(project.id, doc_ids=["doc-0", "doc-2", "doc-3"]):
        number = int(task.doc_id[-1])
        bad = [{"type": "labels", "from_name": "label", "to_name": "text", "value": {}}]
        studio.annotate(task.id, bad if number == 2 else to_result(document(number), SCHEMA))


def document(number: int, layer: Layer = OLD, label: str = "PERSON") -> Document:
    bob, al = Entity(0, 3, label, "a"), Entity(8, 10, "PERSON", "b")
    relations = (Relation(bob, al, "meets_with"),)
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob, al), relations, {}, layer)


def _push(
    studio: Any,
    desk: Path,
    documents: list[Document],
    title: str,
    *,
    dealing: AskedDealing | None = None,
) -> None:
    place = Workspace(desk / "gold", desk / ".curate")
    push_flow(studio, place, documents, SCHEMA, title=title, dealing=dealing)


def push_first(studio: Any, desk: Path, title: str = "p") -> None:
    _push(studio, desk, [document(n) for n in range(5)], title)


def push_anew(studio: Any, desk: Path, title: str = "p") -> None:
    """Suggestions of another model for what is there, and a document more."""
    _push(studio, desk, [document(n, NEW, "ORG") for n in range(6)], title)


def push_shares(studio: Any, desk: Path, title: str = "p") -> None:
    """Some for two annotators, and some of the new ones blind."""
    shares = AskedDealing(overlap=2, overlap_share=0.5, blind_share=0.5)
    _push(studio, desk, [document(n) for n in range(8)], title, dealing=shares)


def pull(studio: Any, desk: Path, title: str = "p") -> None:
    place = Workspace(desk / "gold", desk / ".curate")
    pull_flow(studio, place, SCHEMA, title=title)


def push_beside(studio: Any, desk: Path) -> None:
    """Two of the documents into another project, too, and one of them annotated there."""
    _push(studio, desk, [document(n) for n in range(2)], "q")
    (task,) = studio.tasks(studio.find_project("q").id, doc_ids=["doc-1"])
    studio.submit(task.id, to_result(document(1), SCHEMA), by=3)


def pull_every(studio: Any, desk: Path) -> None:
    """From both projects."""
    place = Workspace(desk / "gold", desk / ".curate")
    pull_all_flow(studio, place, SCHEMA, options=PullOptions())


def send_back(studio: Any, desk: Path, title: str = "p") -> None:
    """And once more, to rest: what it did itself is seen by the pull that follows."""
    place = Workspace(desk / "gold", desk / ".curate")
    pull_flow(studio, place, SCHEMA, title=title, send_back=True)
    pull_flow(studio, place, SCHEMA, title=title)


def annotate(studio: Any, desk: Path) -> None:
    """Sound, in conflict, wrong, and with a note."""
    tasks = {task.doc_id: task.id for task in studio.tasks(1)}
    note = {"type": "textarea", "from_name": "note", "value": {"text": ["really?"]}}
    results = [to_result(document(n), SCHEMA) for n in range(5)]
    studio.submit(tasks["doc-0"], results[0])
    studio.submit(tasks["doc-1"], results[1])
    studio.submit(tasks["doc-1"], results[1][:2], by=2)
    studio.submit(tasks["doc-2"], [{"type": "labels"}])
    studio.submit(tasks["doc-3"], [*results[3], note])


def annotate_more(studio: Any, desk: Path) -> None:
    """One mended, one emptied, one new, one task deleted."""
    tasks = {task.doc_id: task.id for task in studio.tasks(1)}
    studio.clear(tasks["doc-2"])
    studio.submit(tasks["doc-2"], to_result(document(2), SCHEMA))
    studio.clear(tasks["doc-3"])
    studio.submit(tasks["doc-4"], to_result(document(4), SCHEMA), by=2)
    studio.delete_task(tasks["doc-0"])


def release(studio: Any, desk: Path) -> None:
    place = Workspace(desk / "gold", desk / ".curate")
    released(place)


def gather(studio: Any, desk: Path) -> None:
    write_next(desk / "gold", working(*(annotated(f"d{n}") for n in range(30))))


def change(studio: Any, desk: Path) -> None:
    sealed(desk / "gold")
    one = annotated("d1", labels=("GPE",))
    rest = [annotated(f"d{n}") for n in range(30) if n != 1]
    write_next(desk / "gold", working(one, *rest, annotated("d99")))


def differ(studio: Any, desk: Path, *, on: tuple[int, ...] = (0, 1, 2)) -> None:
    """Two annotators of three documents, who differ on some of these."""
    labels = {
        n: ("GPE", "PERSON", "LOC") if n in on else ("GPE", "PERSON", "GPE") for n in range(3)
    }
    some = [annotated(f"d{n}", annotator="person-1a2b") for n in range(3)]
    others = [annotated(f"d{n}", annotator="person-3c4d", labels=labels[n]) for n in range(3)]
    write_next(desk / "gold", working(*some, *others))


def differ_elsewhere(studio: Any, desk: Path) -> None:
    """An adjudicator has begun one of two documents; annotators now agree on one, and differ on another."""
    differ(studio, desk, on=(0, 1))
    adjudicate(studio, desk)
    tasks = {task.doc_id: task.id for task in studio.tasks(1)}
    studio.draft(tasks["d0"])
    differ(studio, desk, on=(2,))


def adjudicate(studio: Any, desk: Path, title: str = "p") -> None:
    place = Workspace(desk / "gold", desk / ".curate")
    options = AdjudicationOptions(title=title)
    adjudicate_flow(studio, place, SCHEMA, options)


def decide(studio: Any, desk: Path) -> None:
    """All that differs, as if people had talked."""
    place = Workspace(desk / "gold", desk / ".curate")
    listed = list_differences(None, place, SCHEMA).documents.values()
    lines = [one.to_json() | {"alias": one.options[0].alias} for some in listed for one in some]
    file = desk.parent / "verdicts.jsonl"
    if lines:  # or they were decided before
        file.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    verdicts_from_file(
        place, SCHEMA, file, by="dee@example.org", now=datetime(2026, 11, 1, tzinfo=UTC)
    )


def settle_in(studio: Any, desk: Path, title: str = "p") -> None:
    """A copy of the config."""
    shutil.copytree(ROOT / "label_config", desk / "label_config")


def work_a_little(studio: Any, desk: Path) -> None:
    """A copy of the config, one document annotated and pulled, one begun."""
    settle_in(studio, desk)
    _push(studio, desk, [document(n) for n in range(2)], "p")
    tasks = {task.doc_id: task.id for task in studio.tasks(1)}
    studio.submit(tasks["doc-0"], to_result(document(0), SCHEMA), by=2)
    studio.draft(tasks["doc-1"], to_result(document(1), SCHEMA))
    pull(studio, desk)


def rename(studio: Any, desk: Path, title: str = "p") -> None:
    place = Workspace(desk / "gold", desk / ".curate", config=desk / "label_config")
    schema_rename(studio, place, "PERSON=HUMAN", title=title, now=datetime.now(UTC))


def remove(studio: Any, desk: Path, title: str = "p") -> None:
    """An arrow's type goes."""
    place = Workspace(desk / "gold", desk / ".curate", config=desk / "label_config")
    now = datetime.now(UTC)
    schema_remove(studio, place, "meets_with", into=None, title=title, now=now)


def drop(studio: Any, desk: Path) -> None:
    place = Workspace(desk / "gold", desk / ".curate")
    drop_flow(
        place, SCHEMA, ["d1", "d2"], reason="no news", now=datetime(2026, 1, 2, tzinfo=UTC)
    )


def withdraw(studio: Any, desk: Path) -> None:
    place = Workspace(desk / "gold", desk / ".curate")
    withdraw_flow(
        place, SCHEMA, ["d1", "d2"], reason="asked", now=datetime(2026, 1, 2, tzinfo=UTC)
    )


def restore(studio: Any, desk: Path) -> None:
    """Those of them that are still dropped: whoever runs it again is told of the others."""
    place = Workspace(desk / "gold", desk / ".curate")
    with place.read_only().working_version(SCHEMA) as known:
        left = [one for one in ("d1", "d2") if known.excluded().get(one)]
    if left:
        restore_flow(place, SCHEMA, left)
