"""Whatever goes wrong between us and Label Studio: the right result or a sentence, no doubled task."""

import json
import logging
import os
import shutil
import socket
import uuid
from collections import Counter
from dataclasses import replace
from traceback import format_exception

import pytest
from command_line import run
from proxy import Fault, proxied
from samples import ROOT, SCHEMA

from curation.documents.document import Document, Entity, Layer
from curation.errors import StudioError
from curation.flows.pull import pull
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.server import export_pages, http, task_calls
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.server.wait_until_idle import MAXIMUM_IDLE_SECONDS
from curation.labelstudio.tasks import to_result
from curation.schema.labeling import labeling_xml
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")
PLANTED = "5ecre7" * 6 + "abcd"
# Seconds that a hasty client waits; a busy machine answers any call sooner.
PATIENCE = 4
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


def said_by(capsys, *arguments):
    """Exit code and standard error."""
    code, _, err = run(capsys, *arguments)
    return code, err


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


def attempt(call):
    """The call's result, or the sentence that it ended in; any other end is a bug."""
    try:
        return call(), None
    except StudioError as error:
        return None, told_well(error)


def told_well(error):
    whole = "".join(format_exception(error)) + error.hint
    assert error.hint
    assert len(str(error).splitlines()) == 1
    assert os.environ["LABEL_STUDIO_API_KEY"] not in whole
    assert "cookie" not in whole.lower()
    return error


def at_once(_):
    """A rest that takes no time."""


def pushed(studio, title, layer=MODEL, label="PERSON", *, wait=at_once):
    documents = [document(n, layer, label) for n in range(3)]
    options = PushOptions(wait=wait)
    return push_documents(studio, documents, SCHEMA, title=title, options=options)


@pytest.fixture
def behind(proxy, label_studio, desk, monkeypatch):
    """The same server, by way of the proxy; a read that broke is tried again at once."""
    monkeypatch.setattr(http, "READ_PAUSES", (0.0, 0.0))
    return HttpStudio(proxy.url, label_studio.token)


def some(*ids):
    return [pytest.param(*one.values, id=one.id) for one in ANSWERS if one.id in ids]


CASES = [
    *(pytest.param("/import", *one.values, id=f"import, {one.id}") for one in ANSWERS),
    *(
        pytest.param("POST /api/projects", *one.values, id=f"a project, {one.id}")
        for one in some("502", "404 with a page", "reset in the answer")
    ),
    *(
        pytest.param("GET /api/tasks", *one.values, id=f"looking, {one.id}")
        for one in some("429", "reset in the answer")
    ),
]


@pytest.mark.parametrize(("on", "fault"), CASES)
def test_a_push_doubles_nothing(proxy, studio, behind, title, on, fault):
    """With a fault on the way, and then once more without: each document is there once."""
    if on == "GET /api/tasks":
        pushed(studio, title)
    proxy.order(Fault(on, **fault))

    done, error = attempt(lambda: pushed(behind, title))

    assert len(proxy.faults) < fault.get("times", 1)
    assert (done is None) == (error is not None)
    if done:
        assert there(studio, title)[0] == ONCE
    proxy.order()
    again = pushed(behind, title)
    assert there(studio, title) == (ONCE, {str(MODEL): 3})
    assert again.duplicates == 0


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        pytest.param(["push", "s.jsonl"], Fault("/import", 502, HTML), id="push, mended"),
        pytest.param(["push", "s.jsonl"], Fault("/import", 404, HTML), id="push, refused"),
        pytest.param(["status"], Fault("/export", cut=0.5, times=5), id="status"),
    ],
)
def test_a_command_says_how_it_ended(desk, proxy, studio, capsys, title, arguments, fault):
    """What the tests above and below call is what the commands do."""
    pushed(studio, title) if arguments == ["status"] else None
    proxy.order(fault)

    code, err = said_by(capsys, *arguments, "--project", title)

    assert ended_well(code, err), err
    assert proxy.faults == []
    assert code == (fault.status != 502)


@pytest.fixture(scope="module")
def suggested(label_studio):
    """A project whose tasks have suggestions, to be replaced."""
    title = f"faults {uuid.uuid4()}"
    pushed(HttpStudio(label_studio.url, label_studio.token), title)
    return title


@pytest.mark.parametrize(
    "fault", some("200 with a page", "200 with something else", "cut off", "502")
)
def test_suggestions_that_come_in_half_are_not_taken_for_all(
    proxy, studio, behind, suggested, fault
):
    """Else a push would add to what is there."""
    project = studio.find_project(suggested).id
    proxy.order(Fault("include=id%2Cpredictions", **fault))

    done, error = attempt(lambda: list(behind.predictions(project)))

    assert proxy.faults == []
    assert (done is None) == (error is not None)
    assert done is None or len(done) == 3


@pytest.mark.parametrize("on", ["PATCH", "DELETE"])
@pytest.mark.parametrize("fault", some("409", "503 for long", "reset before the answer"))
def test_what_replaces_and_deletes_is_sent_once(proxy, studio, behind, suggested, on, fault):
    """Other suggestions: a call that broke is never repeated by itself, only by the next push."""
    other = Layer("model", "m", uuid.uuid4().hex, "w", "r")
    number = studio.find_project(suggested).id
    known = list(studio.predictions(number))
    if on == "DELETE":
        more = {"model_version": "more", "result": []}
        studio.import_predictions(number, [(one.task, more) for one in known])
    proxy.order(Fault(on, **fault))

    done, error = attempt(lambda: pushed(behind, suggested, other, "ORG"))

    assert (done, error is None) == (None, False)
    assert sum(on in call for call in proxy.calls) == 1
    proxy.order()
    pushed(studio, suggested, other, "ORG")
    assert there(studio, suggested) == (ONCE, {str(other): 3})


@pytest.mark.parametrize(
    "fault",
    [
        *some("429", "503 for long", "reset before the answer"),
        pytest.param({"late": 60}, id="late"),
    ],
)
def test_suggestions_whose_answer_is_lost_are_there_once(
    proxy, studio, behind, suggested, fault
):
    other = Layer("model", "m", uuid.uuid4().hex, "w", "r")
    number = studio.find_project(suggested).id
    studio.delete_predictions([one.id for one in studio.predictions(number)])
    proxy.order(Fault("/import/predictions", **fault))

    done = pushed(behind, suggested, other, "ORG")
    proxy.settle()
    pushed(studio, suggested, other, "ORG")

    assert proxy.faults == []
    assert done.updated == 3
    assert there(studio, suggested) == (ONCE, {str(other): 3})


@pytest.mark.parametrize(
    ("fault", "doubles"),
    [
        pytest.param(Fault("/import", slow=PATIENCE + 1), 0, id="the answer comes too late"),
        pytest.param(Fault("/import", late=60), 3, id="it is done when we have gone"),
        pytest.param(Fault("/import", late=60, times=99), 9, id="so are all, and parts of it"),
    ],
)
def test_a_server_that_goes_on_after_a_time_out_doubles_nothing(
    desk, proxy, studio, title, label_studio, fault, doubles
):
    """What comes after the push has ended is taken away by the next one."""
    hasty = HttpStudio(proxy.url, label_studio.token, timeout=PATIENCE)
    studio.create_project(title, labeling_xml(SCHEMA), "")
    proxy.order(fault)

    done, error = attempt(lambda: pushed(hasty, title))
    proxy.order()
    proxy.settle()
    again = pushed(studio, title)

    assert error is None
    assert (done.created, len(done.refused)) == ((0, 3) if fault.times > 1 else (3, 0))
    assert again.duplicates == doubles
    assert there(studio, title) == (ONCE, {str(MODEL): 3})


def test_suggestions_that_the_server_passed_over_are_sent_once_more(
    proxy, studio, behind, title
):
    """It may take the tasks and say so, and none of what came with them."""
    proxy.order(Fault("/import", without="predictions"))

    done = pushed(behind, title)

    assert (proxy.faults, done.created) == ([], 3)
    assert there(studio, title) == (ONCE, {str(MODEL): 3})


@pytest.mark.parametrize("status", [400, 413, 500])
def test_a_document_that_the_server_refuses_is_named_and_the_others_go(
    desk, proxy, studio, capsys, title, status
):
    """However often it is asked; what the command says is no advice to wait."""
    fault = Fault("/import", status, '{"detail":"No."}', sent=b'"doc-1"', times=99)
    proxy.order(fault)

    code, said = said_by(capsys, "push", "s.jsonl", "--project", title)

    assert code == 1
    assert "2 created, 0 updated, 0 unchanged, 1 refused" in said
    assert f"doc-1: Label Studio doesn't take the document: {proxy.url}" in said
    assert "No." in said
    assert "wait" not in said
    assert there(studio, title)[0] == Counter({"doc-0": 1, "doc-2": 1})
    proxy.order()
    assert said_by(capsys, "push", "s.jsonl", "--project", title)[0] == 0
    assert there(studio, title) == (ONCE, {str(MODEL): 3})


@pytest.mark.parametrize(
    "fault",
    [
        *(one.values[0] for one in some("502", "cut off", "reset in the answer")),
        {"status": 503, "body": HTML, "times": 2},
        {"cut": 0.0, "reset": True, "times": 2},
    ],
    ids=str,
)
def test_an_export_is_asked_for_again_and_doubles_nothing(
    proxy, behind, annotated, monkeypatch, fault
):
    """Also in the middle of one of many pages."""
    monkeypatch.setattr(export_pages, "FIRST_PAGE_TASKS", 1)
    monkeypatch.setattr(export_pages, "PAGE_BYTES", 1)
    project = behind.find_project(annotated).id
    (first, *_) = sorted(behind.task_ids(project))
    proxy.order(Fault(f"ids%5B%5D={first + 1}", **fault))

    found = list(behind.export(project))

    assert proxy.faults == []
    assert sorted(task["data"]["doc_id"] for task in found) == ["doc-0", "doc-1", "doc-2"]


def test_what_comes_in_while_a_push_rests_is_not_sent_again(proxy, studio, behind, title):
    """It takes as long as it needs, here until the first second is over."""
    proxy.order(Fault("/import", late=60))

    done = pushed(behind, title, wait=lambda _: proxy.settle())

    assert (done.created, sum("/import" in call for call in proxy.calls)) == (3, 1)
    assert there(studio, title) == (ONCE, {str(MODEL): 3})


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_suggestions_that_the_server_dropped_are_given_again(
    proxy, behind, studio, title, lost
):
    """A server under load takes tasks and says so, and loses some of what came with them."""

    def lose(_):
        proxy.settle()
        project = studio.find_project(title).id
        if there(studio, title)[1][str(MODEL)] == 3:
            studio.delete_predictions([one.id for one in studio.predictions(project)][:lost])

    said = json.dumps({"task_count": 3, "prediction_count": 3 - lost})
    proxy.order(Fault("/import", 201, said, late=60))

    done = pushed(behind, title, wait=lose)

    assert done.created == 3
    assert there(studio, title) == (ONCE, {str(MODEL): 3})
    assert pushed(studio, title).unchanged == 3


def asked_later(*answers):
    """What an import says that the server has taken as its seventh, each time somebody asks."""
    return [Fault("/imports/7", 200, json.dumps(answer)) for answer in answers]


TAKEN = Fault("/import", 201, json.dumps({"import": 7}))


def test_tasks_that_are_made_later_are_created_when_they_are_there(
    proxy, studio, label_studio, title
):
    """Other editions answer an import with its number."""
    behind = HttpStudio(proxy.url, label_studio.token, wait=lambda _: proxy.settle())
    made = {"status": "completed", "task_count": 3, "prediction_count": 3}
    begun = asked_later({"status": "created"}, {"status": "in_progress"}, made)
    proxy.order(replace(TAKEN, late=60), *begun)

    done = pushed(behind, title)

    assert (proxy.faults, done.created) == ([], 3)
    assert there(studio, title) == (ONCE, {str(MODEL): 3})
    assert pushed(studio, title).unchanged == 3


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param([{"status": "failed", "error": "no room"}], "import 7: no room", id="failed"),
        pytest.param([{"status": "created"}] * 61, "hasn't made them after 60 seconds", id="never"),
    ],
)  # fmt: skip
def test_tasks_that_are_never_made_are_not_called_created(
    proxy, studio, label_studio, title, answers, said, monkeypatch
):
    monkeypatch.setattr(task_calls, "IMPORT_SECONDS", 60)
    behind = HttpStudio(proxy.url, label_studio.token, wait=lambda _: None)
    proxy.order(TAKEN, *asked_later(*answers))

    with pytest.raises(StudioError, match=said) as caught:
        pushed(behind, title)

    assert caught.value.hint
    assert there(studio, title) == ({}, {})
    proxy.order()


def test_a_server_that_asks_to_wait_is_waited_for(proxy, behind, title):
    """As long as it says, within reason, before the same is sent again."""
    rests = []
    proxy.order(Fault("/import", 429, headers=(("Retry-After", "7"),)))
    pushed(behind, title, wait=rests.append)
    proxy.order(Fault("/import", 429, headers=(("Retry-After", "86400"),)))

    pushed(behind, f"{title} again", wait=rests.append)

    assert [rest for rest in rests if rest > 1] == [7, MAXIMUM_IDLE_SECONDS]


@pytest.fixture(scope="module")
def annotated(label_studio):
    """A project whose documents are annotated."""
    studio, title = HttpStudio(label_studio.url, label_studio.token), f"faults {uuid.uuid4()}"
    push_documents(studio, [document(n) for n in range(3)], SCHEMA, title=title)
    for task in studio.tasks(studio.find_project(title).id):
        studio.annotate(task.id, to_result(document(int(task.doc_id[-1])), SCHEMA))
    return title


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
def test_a_pull_ends_well(desk, proxy, behind, annotated, on, fault):
    """In the right result, or in a sentence and nothing written; never in half of it."""
    place = Workspace(desk / "gold", desk / ".curate")
    proxy.order(Fault(on, **fault))

    done, error = attempt(lambda: pull(behind, place, SCHEMA, title=annotated))

    assert proxy.faults == [] or fault.get("times")
    assert (desk / "gold").exists() == (error is None)
    proxy.order()
    assert pull(behind, place, SCHEMA, title=annotated).documents == 3
    assert done is None or done.documents == 3


def test_a_server_that_refuses_to_talk_is_told(desk, monkeypatch, capsys):
    with socket.socket() as seat:
        seat.bind(("127.0.0.1", 0))
        monkeypatch.setenv("LABEL_STUDIO_URL", f"http://127.0.0.1:{seat.getsockname()[1]}")
        code, err = said_by(capsys, "push", "s.jsonl")

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
    push_documents(studio, [document(n) for n in range(3)], SCHEMA, title=title)
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    for task in studio.tasks(studio.find_project(title).id):
        studio.annotate(task.id, [])
    first = pull(studio, place, SCHEMA, title=title)
    for task in studio.tasks(studio.find_project(title).id):
        studio.annotate(task.id, [])
    deleting = Deleting(label_studio.url, label_studio.token)

    second = pull(deleting, place, SCHEMA, title=title)
    third = pull(studio, place, SCHEMA, title=title)

    assert (first.documents, second.documents, third.documents) == (3, 3, 3)
    assert second.result.delivered == {"doc-0", "doc-2"}
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
