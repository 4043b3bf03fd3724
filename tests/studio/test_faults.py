"""Whatever goes wrong between us and Label Studio: the right result or a sentence, no doubled task."""

import logging
import os
import shutil
import socket
import uuid
from collections import Counter
from traceback import format_exception

import pytest
from proxy import Fault, proxied
from samples import ROOT, SCHEMA

from curation.cli import main
from curation.document import Document, Entity, Layer
from curation.errors import StudioError
from curation.schema.labeling import labeling_xml
from curation.steps import Workspace, pull_into
from curation.studio.client import HttpStudio
from curation.studio.push import push
from curation.studio.tasks import to_result

MODEL = Layer("model", "m", "1", "w", "r")
OTHER = Layer("model", "m", "2", "w", "r")
PLANTED = "5ecre7" * 6 + "abcd"
HTML = "<html><body>Sorry</body></html>"


def document(number, layer=MODEL, label="PERSON"):
    bob, al = Entity(0, 3, label, "a"), Entity(8, 10, "PERSON", "b")
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob, al), (), {}, layer)


@pytest.fixture(scope="module")
def proxy(label_studio):
    with proxied(label_studio.url) as found:
        yield found


@pytest.fixture
def studio(label_studio):
    """The server itself, for looking at what was done."""
    return HttpStudio(label_studio.url, label_studio.token)


@pytest.fixture
def desk(tmp_path, monkeypatch, proxy, label_studio):
    """A folder to stand in, from where Label Studio is behind the proxy."""
    proxy.order()
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    lines = "".join(document(n).to_line() + "\n" for n in range(3))
    (tmp_path / "s.jsonl").write_text(lines)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_URL", proxy.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    yield tmp_path
    secrets = (label_studio.token.encode(), label_studio.password.encode())
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(secret in content for content in written for secret in secrets)


@pytest.fixture
def title():
    return f"faults {uuid.uuid4()}"


def run(capsys, *arguments):
    code = 0
    try:
        main(list(arguments))
    except SystemExit as exit_:
        code = exit_.code or 0
    return code, capsys.readouterr().err


def there(studio, title):
    """How often the project has each document, and its suggestions' models."""
    project = studio.find_project(title)
    if project is None:
        return Counter(), Counter()
    tasks = Counter(task.doc_id for task in studio.tasks(project.id))
    return tasks, Counter(one.model_version for one in studio.predictions(project.id))


ONCE = Counter({"doc-0": 1, "doc-1": 1, "doc-2": 1})

ANSWERS = [
    pytest.param({"status": 401, "body": '{"detail":"Invalid token."}'}, id="401"),
    pytest.param({"status": 403, "body": '{"detail":"No."}'}, id="403"),
    pytest.param({"status": 404, "body": HTML}, id="404 with a page"),
    pytest.param({"status": 409, "body": '{"detail":"Conflict."}', "times": 3}, id="409"),
    pytest.param({"status": 429, "headers": (("Retry-After", "1"),)}, id="429"),
    pytest.param({"status": 500, "body": HTML}, id="500"),
    pytest.param({"status": 502, "body": HTML}, id="502"),
    pytest.param({"status": 503, "body": "{}", "times": 3}, id="503 for long"),
    pytest.param({"status": 200, "body": HTML}, id="200 with a page"),
    pytest.param({"status": 200, "body": "{}"}, id="200 with something else"),
    pytest.param({"cut": 0.5}, id="cut off"),
    pytest.param({"cut": 0.5, "reset": True}, id="reset in the answer"),
    pytest.param({"cut": 0.0, "reset": True}, id="reset before the answer"),
]


def ended_well(code, err):
    """Done, or one sentence with a next step; never a traceback, never a secret."""
    assert "Traceback" not in err
    assert os.environ["LABEL_STUDIO_API_KEY"] not in err
    assert "cookie" not in err.lower()
    if code == 0:
        return "error: " not in err
    return code == 1 and err.count("error: ") == 1 and "hint: " in err


def some(*ids):
    return [pytest.param(*one.values, id=one.id) for one in ANSWERS if one.id in ids]


CASES = [
    *(pytest.param("/import", *one.values, id=f"import, {one.id}") for one in ANSWERS),
    *(
        pytest.param(on, *one.values, id=f"{on}, {one.id}")
        for on in ("POST /api/projects", "GET /api/tasks")
        for one in some("429", "502", "404 with a page", "reset in the answer")
    ),
]


@pytest.mark.parametrize(("on", "fault"), CASES)
def test_a_push_doubles_nothing(desk, proxy, studio, capsys, title, on, fault):
    """With a fault on the way, and then once more without: each document is there once."""
    if on == "GET /api/tasks":
        assert run(capsys, "push", "s.jsonl", "--project", title)[0] == 0
    proxy.order(Fault(on, **fault))

    code, err = run(capsys, "push", "s.jsonl", "--project", title)

    assert ended_well(code, err), err
    assert len(proxy.faults) < fault.get("times", 1)
    if code == 0:
        assert there(studio, title)[0] == ONCE
    proxy.order()
    code, err = run(capsys, "push", "s.jsonl", "--project", title)
    assert code == 0, err
    assert there(studio, title) == (ONCE, {str(MODEL): 3})


@pytest.mark.parametrize("on", ["/import/predictions", "PATCH", "DELETE"])
@pytest.mark.parametrize("fault", some("409", "503 for long", "reset before the answer"))
def test_what_writes_is_sent_once(desk, proxy, studio, capsys, title, on, fault):
    """Other suggestions: a call that broke is never repeated by itself, only by the next push."""
    assert run(capsys, "push", "s.jsonl", "--project", title)[0] == 0
    lines = "".join(document(n, OTHER, "ORG").to_line() + "\n" for n in range(3))
    (desk / "s.jsonl").write_text(lines)
    proxy.order(Fault(on, **fault))

    code, err = run(capsys, "push", "s.jsonl", "--project", title)

    assert (code, ended_well(code, err)) == (1, True), err
    assert sum(on in call for call in proxy.calls) == 1
    proxy.order()
    code, err = run(capsys, "push", "s.jsonl", "--project", title)
    assert code == 0, err
    assert there(studio, title) == (ONCE, {str(OTHER): 3})


@pytest.mark.parametrize(
    ("fault", "pushes"),
    [
        pytest.param(Fault("/import", slow=2.5), 1, id="the answer comes too late"),
        pytest.param(Fault("/import", late=1.5), 1, id="it is done while we wait"),
        pytest.param(Fault("/import", late=60), 2, id="it is done when we have gone"),
    ],
)
def test_a_server_that_goes_on_after_a_time_out_doubles_nothing(
    proxy, studio, title, label_studio, fault, pushes
):
    """What comes after the push has ended is taken away by the next one."""
    documents = [document(n) for n in range(3)]
    hasty = HttpStudio(proxy.url, label_studio.token, timeout=1)
    studio.create_project(title, labeling_xml(SCHEMA), "")
    proxy.order(fault)

    *_, first = push(hasty, documents, SCHEMA, title=title)
    proxy.settle()
    for _ in range(pushes - 1):
        assert there(studio, title)[0] == ONCE + ONCE
        *_, last = push(studio, documents, SCHEMA, title=title)
        assert last.doubles == 3

    assert first.created == 3
    assert there(studio, title) == (ONCE, {str(MODEL): 3})


@pytest.fixture(scope="module")
def annotated(label_studio):
    """A project whose documents are annotated."""
    studio, title = HttpStudio(label_studio.url, label_studio.token), f"faults {uuid.uuid4()}"
    list(push(studio, [document(n) for n in range(3)], SCHEMA, title=title))
    for task in studio.tasks(studio.find_project(title).id):
        studio.annotate(task.id, to_result(document(int(task.doc_id[-1])), SCHEMA))
    return title


@pytest.mark.parametrize("command", ["pull", "status"])
@pytest.mark.parametrize(
    ("on", "fault"),
    [
        *(pytest.param("/export", *one.values, id=f"export, {one.id}") for one in ANSWERS),
        *(
            pytest.param("GET /api/users", *one.values, id=f"users, {one.id}")
            for one in some("404 with a page", "200 with something else", "cut off")
        ),
    ],
)
def test_a_pull_and_a_status_end_well(desk, proxy, capsys, annotated, command, on, fault):
    """In the right result, or in a sentence and nothing written; never in half of it."""
    proxy.order(Fault(on, **fault))

    code, err = run(capsys, command, "--project", annotated)

    assert ended_well(code, err), err
    assert proxy.faults == [] or fault.get("times")
    proxy.order()
    assert (desk / "gold").exists() == (command == "pull" and code == 0)
    again, err = run(capsys, command, "--project", annotated)
    assert again == 0
    if command == "pull":
        lines = (desk / "gold" / "next" / "gold.jsonl").read_text().splitlines()
        assert len(lines) == 3


@pytest.mark.parametrize("command", ["push", "pull", "status"])
def test_a_server_that_refuses_to_talk_is_told(desk, monkeypatch, capsys, command):
    with socket.socket() as seat:
        seat.bind(("127.0.0.1", 0))
        monkeypatch.setenv("LABEL_STUDIO_URL", f"http://127.0.0.1:{seat.getsockname()[1]}")
        code, err = run(capsys, command, *(["s.jsonl"] if command == "push" else []))

    assert code == 1
    assert err.startswith("error: no Label Studio answers at http://127.0.0.1")
    assert "hint: start one with: curate up" in err


class Deleting(HttpStudio):
    """Somebody deletes a task right after we saw that it changed."""

    def export(self, project, task_ids=None):
        for task in list(self.tasks(project, doc_ids=["doc-1"])):
            self.delete_task(task.id)
        yield from super().export(project, task_ids)


def test_a_task_deleted_during_a_pull_is_missed_by_nobody(
    studio, title, label_studio, tmp_path
):
    """This pull goes without it; the next one says that it is gone."""
    list(push(studio, [document(n) for n in range(3)], SCHEMA, title=title))
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    for task in studio.tasks(studio.find_project(title).id):
        studio.annotate(task.id, [])
    first = pull_into(studio, SCHEMA, place, title=title)
    for task in studio.tasks(studio.find_project(title).id):
        studio.annotate(task.id, [])
    deleting = Deleting(label_studio.url, label_studio.token)

    second = pull_into(deleting, SCHEMA, place, title=title)
    third = pull_into(studio, SCHEMA, place, title=title)

    assert (first.documents, second.documents, third.documents) == (3, 3, 3)
    assert second.pulled.covered == {"doc-0", "doc-2"}
    assert third.deleted == ("doc-1",)


def test_no_log_of_ours_holds_a_secret(label_studio, label_studio_home, capfd):
    """All that was logged while these tests ran, and what a bug's traceback would show."""
    logging.basicConfig(level=logging.DEBUG, force=True)
    try:
        with pytest.raises(StudioError) as caught:
            HttpStudio(label_studio.url, PLANTED).accounts()
        traceback = "".join(format_exception(caught.value))
    finally:
        logging.basicConfig(level=logging.WARNING, force=True)
    said = traceback + "".join(capfd.readouterr()) + (label_studio_home / "log").read_text()

    assert PLANTED not in said
    assert label_studio.token not in said
    assert label_studio.password not in said
    assert "set-cookie" not in traceback.lower()
