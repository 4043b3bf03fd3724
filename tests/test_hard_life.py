"""A machine that fails us: no room, no right to write, ^C, two at once, a folder lost, a clock that jumps."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from full_disk import room
from gold_samples import (
    annotated,
    gold_ids,
    many,
    read_next,
    released,
    working,
    write_dataset_facts,
    write_next,
)
from samples import ROOT, SCHEMA

from curation.commands.pull import pull_lines
from curation.documents.document import Document, Entity, Layer
from curation.errors import CurateError
from curation.files import lock, write_text
from curation.flows.pull import pull
from curation.flows.push import push
from curation.labelstudio.pull.cursor import load_cursor
from curation.labelstudio.server import wait_until_idle as rest
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.list_limit import forget_list_limit, list_everything
from curation.state import State
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")


def document(number):
    bob = Entity(0, 3, "PERSON", "a")
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob,), (), {}, MODEL)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a schema, articles, and a gold set to release."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    (tmp_path / "a.txt").write_text("Title\n\n" + "Bob met Al. " * 2000)
    lines = "".join(document(n).to_line() + "\n" for n in range(3))
    (tmp_path / "s.jsonl").write_text(lines)
    write_next(tmp_path / "gold", working(*many(30)))
    write_dataset_facts(tmp_path / "gold")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def curate(*arguments, **options):
    """``curate`` as a process of its own."""
    command = [sys.executable, "-m", "curation", *arguments]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    return subprocess.Popen(command, **options)


def files(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock"}


def small_disk():
    """No file may be longer than 1 kB, which is what a full disk looks like to who writes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["ingest", "a.txt", "-o", "out.jsonl"], id="ingest"),
        pytest.param(["drop", "d1"], id="drop"),
        pytest.param(["release", "--no-baseline"], id="release"),
        pytest.param(["schema", "build"], id="schema build"),
    ],
)
def test_a_full_disk_is_told_and_leaves_everything_as_it_was(desk, arguments):
    (desk / ".curate").mkdir()
    write_text(desk / ".curate" / ".gitignore", "*\n")
    before = files(desk)

    # Python would leave halves of compiled modules to every process that comes later.
    settings = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    ended = curate(*arguments, preexec_fn=small_disk, env=settings)
    _, err = ended.communicate(timeout=600)

    assert ended.returncode == 1, err
    assert "no space left to write" in err
    assert "hint: free some space" in err
    assert "Traceback" not in err
    left = files(desk)
    assert {p: c for p, c in left.items() if ".sealing-" not in str(p)} == before
    again = curate(*arguments)
    again.communicate(timeout=600)
    assert again.returncode == 0
    assert not list(desk.rglob("*.part")) + list(desk.rglob(".sealing-*"))


def test_a_full_disk_behind_the_pipe_is_told(desk):
    with Path("/dev/full").open("w") as full:
        ended = curate("ingest", "a.txt", stdout=full)
        _, err = ended.communicate(timeout=600)

    assert ended.returncode == 1
    assert err.startswith("error: standard output: no space left to write\nhint: ")
    assert "Exception ignored" not in err


@pytest.mark.parametrize("where", ["/proc/out.jsonl", "/proc/none/out.jsonl", "/sys/out.jsonl"])
def test_a_folder_that_cant_be_written_to_is_told(desk, where):
    ended = curate("ingest", "a.txt", "-o", where)
    _, err = ended.communicate(timeout=600)

    assert ended.returncode == 1
    assert err.startswith("error: /")
    assert "\nhint: " in err
    assert "Traceback" not in err


@contextmanager
def silent_server():
    """Takes connections and never answers."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(120)  # whoever should call may have ended
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", listening


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [["push", "s.jsonl"], ["pull"], ["status"]], ids=lambda a: a[0]
)
def test_an_interrupted_command_ends_in_130_and_one_line(desk, arguments):
    before = files(desk)
    with silent_server() as (url, listening):
        settings = {"LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": "x"}
        ended = curate(*arguments, env=os.environ | settings)
        connection, _ = listening.accept()
        connection.recv(10)
        ended.send_signal(signal.SIGINT)
        out, err = ended.communicate(timeout=600)
        connection.close()

    assert ended.returncode == 130
    assert (out, err) == ("", "Interrupted; run the same command again to finish it.\n")
    assert {p: c for p, c in files(desk).items() if ".curate" not in str(p)} == before


@pytest.mark.slow
@pytest.mark.parametrize("loaded", ["curation.errors", "typer"])
def test_an_interrupt_is_heard_before_all_is_loaded(desk, loaded):
    command = [sys.executable, "-X", "importtime", "-m", "curation", "ingest", "a.txt"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as ended:
        while not ended.stderr.readline().endswith(f" {loaded}\n"):
            pass
        ended.send_signal(signal.SIGINT)
        said = [line for line in ended.stderr if not line.startswith("import time:")]

    assert ended.returncode == 130
    assert said == ["Interrupted; run the same command again to finish it.\n"]


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupted_preannotation_ends_in_130_and_writes_nothing(desk, workers):
    """^C goes to all processes of the terminal, the workers among them."""
    article = json.dumps({"id": "X", "text": "Bob met Al in Paris. " * 200})
    lines = (article.replace("X", str(n)) + "\n" for n in range(2000))
    (desk / "many.jsonl").write_text("".join(lines))
    ended = curate(
        "preannotate", "many.jsonl", "-o", "out.jsonl", "--workers", workers, process_group=0
    )
    part = desk / ".out.jsonl.part"
    until = time.monotonic() + 600
    # The first lines are there, so all processes are at work.
    while not (part.exists() and part.stat().st_size) and time.monotonic() < until:
        time.sleep(0.05)

    os.killpg(ended.pid, signal.SIGINT)
    out, err = ended.communicate(timeout=600)

    assert ended.returncode == 130
    assert (out, err) == ("", "Interrupted; run the same command again to finish it.\n")
    assert not (desk / "out.jsonl").exists()
    assert not part.exists()


HOLDING = """
import sys
from pathlib import Path
from curation.workspace import Workspace
from curation.list_limit import forget_list_limit, list_everything
from curation.state import State
what, url = sys.argv[1:]
home = Path(".curate")
held = State(home).lock_project("push", url, "curate") if what == "push" else Workspace(Path("gold"), home).write_lock()
with held:
    print("held", flush=True)
    sys.stdin.read()
"""


RENAME = ["schema", "rename", "MONEY=AMOUNT"]
PUSHES, WRITES = "another push of 'curate' is going on", "another command is writing to gold"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("held", "arguments", "said"),
    [
        pytest.param("push", ["push", "s.jsonl"], PUSHES, id="push"),
        pytest.param("push", RENAME, PUSHES, id="rename beside a push"),
        pytest.param("gold", RENAME, WRITES, id="rename beside a pull"),
        pytest.param("gold", ["drop", "d1"], WRITES, id="drop"),
        pytest.param("gold", ["release"], WRITES, id="release"),
        pytest.param("gold", ["pull"], WRITES, id="pull"),
    ],
)
def test_where_two_processes_could_meet_the_second_is_told(desk, held, arguments, said):
    """A push beside a push; pull, drop and release beside whoever writes to the gold; a renaming beside both."""
    url = "http://127.0.0.1:9"
    settings = os.environ | {"LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": "x"}
    command = [sys.executable, "-c", HOLDING, held, url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=settings, **pipes) as other:
        assert other.stdout.readline() == "held\n"
        before = files(desk)
        second = curate(*arguments, env=settings)
        _, err = second.communicate(timeout=600)
        other.stdin.close()

    assert second.returncode == 1
    assert err.startswith(f"error: {said}")
    assert "hint: wait until the other command has ended" in err
    assert files(desk) == before


@pytest.mark.slow
def test_a_lock_outlives_nobody(tmp_path):
    """Whoever is killed holding it leaves it free."""
    code = "import os, sys, pathlib; from curation.files import lock\nwith lock(pathlib.Path(sys.argv[1]), busy=''): os.kill(os.getpid(), 9)"
    path = tmp_path / "x" / "lock"
    subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert path.exists()

    with lock(path, busy="busy"):
        pass


def pulled_once(studio, place, **options):
    return pull(studio, place, SCHEMA, title="p", **options)


@pytest.fixture
def studio(tmp_path):
    """With two annotated documents, by two annotators."""
    found = MemoryStudio()
    found.emails[2] = "second@example.org"
    place = Workspace(tmp_path / "gold", tmp_path / "s")
    push(found, place, [document(n) for n in range(3)], SCHEMA, title="p")
    for number, task in enumerate(sorted(found.stored_tasks)[:2]):
        found.submit(task, to_result(document(number), SCHEMA), by=number + 1)
    return found


class Slow(MemoryStudio):
    """Carries out its first import when whoever sent it has gone."""

    late = None

    def import_tasks(self, project, tasks):
        if self.late is None:
            self.late = [(project, tasks)]
            raise KeyboardInterrupt
        super().import_tasks(project, tasks)

    def arrive(self, seconds):
        while self.late:
            super().import_tasks(*self.late.pop())


@pytest.mark.parametrize("ending", ["^C", "^C, then a look"])
def test_what_was_on_its_way_when_a_push_was_cut_off_is_waited_for(
    tmp_path, monkeypatch, ending
):
    """Else the next push, at once, would find nothing there and send it again."""
    studio, place = Slow(), Workspace(tmp_path / "gold", tmp_path)
    monkeypatch.setattr(time, "sleep", studio.arrive)
    documents = [document(n) for n in range(3)]
    with pytest.raises(KeyboardInterrupt):
        push(studio, place, documents, SCHEMA, title="p")
    if ending == "^C, then a look":
        push(studio, place, documents, SCHEMA, title="p", dry_run=True)

    done = push(studio, place, documents, SCHEMA, title="p")

    assert (done.created, done.unchanged, done.duplicates) == (0, 3, 0)
    assert sorted(task.doc_id for task in studio.tasks(1)) == ["doc-0", "doc-1", "doc-2"]
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("nothing was cut off any more"))
    push(studio, place, documents, SCHEMA, title="p")


def test_two_commands_give_an_annotator_one_name(tmp_path):
    """A status beside the first pull, say: both have seen that there is none yet."""
    state = State(tmp_path)
    one, other = state.pseudonyms("http://x"), state.pseudonyms("http://x")

    names = {one(1, "ann@example.org"), other(1, "ann@example.org")}

    assert len(names) == 1
    assert other(2, "ben@example.org") not in names
    assert state.pseudonyms("http://x")(1, "ann@example.org") in names
    assert (one.new_count, other.new_count) == (1, 1)


def test_a_lost_private_folder_costs_a_full_pull_and_nothing_else(studio, tmp_path):
    """Whose each annotation is stands in gold/next, which the server's uids lead to."""
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    pulled_once(studio, place)
    before = files(place.gold)
    shutil.rmtree(place.home)

    second = pulled_once(studio, place)

    assert files(place.gold) == before
    assert second.has_new_pseudonyms is False
    assert len({one.annotator for one in read_next(place.gold).annotations}) == 2


def test_a_private_folder_lost_with_the_annotations_costs_pseudonyms(studio, tmp_path):
    """Nothing on the server leads to those that the gold has, and that is said."""
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    first = pulled_once(studio, place)
    shutil.rmtree(place.home)
    for number, task in enumerate(sorted(studio.stored_tasks)[:2]):
        studio.clear(task)
        studio.submit(task, to_result(document(number), SCHEMA), by=number + 1)

    second = pulled_once(studio, place)

    assert (first.has_new_pseudonyms, second.has_new_pseudonyms) == (False, True)
    assert pulled_once(studio, place).has_new_pseudonyms is False
    said = "\n".join(pull_lines(second, place, dry_run=False))
    assert "warning: annotators have new pseudonyms" in said


def written(place):
    """Each file of gold/next, the hidden ones, too."""
    return {path.name: path.read_text() for path in place.next.glob("*")}


def test_a_disk_that_is_full_at_any_file_of_a_pull_leaves_a_pull_to_be_done_again(
    studio, tmp_path
):
    straight = Workspace(tmp_path / "0" / "gold", tmp_path / "0" / ".curate")
    pulled_once(studio, straight)
    expected = written(straight)
    names = straight.state.pseudonyms(studio.url)
    sizes = {len(content.encode()) for content in expected.values()}
    assert len(expected) == 2

    for size in sorted({*sizes, 20_000}):  # to keep the cursor takes more
        place = Workspace(tmp_path / str(size) / "gold", tmp_path / str(size) / ".curate")
        adopting = place.state.pseudonyms(studio.url)
        for number, email in studio.emails.items():
            adopting.adopt(number, email, names(number, email), "person")
        with room(size - 1), pytest.raises(CurateError, match="no space left"):
            pulled_once(studio, place)
        assert load_cursor(place.state, studio.url, "p") is None
        pulled_once(studio, place)

        assert written(place) == expected
        assert load_cursor(place.state, studio.url, "p") == load_cursor(
            straight.state, studio.url, "p"
        )
        assert not list(place.gold.rglob("*.part")) + list(place.home.rglob("*.part"))


class Filling(MemoryStudio):
    """While it takes tasks, the disk of whoever sends them is filled by others."""

    def import_tasks(self, project, tasks):
        super().import_tasks(project, tasks)
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        )


def test_a_disk_that_is_full_during_a_push_doubles_nothing(tmp_path, monkeypatch):
    """What was sent is there; that it was sent could not be remembered."""
    for wait in ("MINIMUM_IDLE_SECONDS", "UNKNOWN_CALL_SECONDS"):
        monkeypatch.setattr(rest, wait, 0)  # the twin does nothing behind one's back
    studio, place = Filling(), Workspace(tmp_path / "gold", tmp_path / ".curate")
    documents = [document(n) for n in range(3)]

    with room(10**9), pytest.raises(CurateError, match="no space left"):
        push(studio, place, documents, SCHEMA, title="p")
    done = push(studio, place, documents, SCHEMA, title="p")

    assert (done.created, done.unchanged, done.duplicates) == (0, 3, 0)


@pytest.mark.parametrize("jump", [-(10**9), 10**9])
def test_a_clock_that_jumps_changes_nothing(studio, tmp_path, monkeypatch, jump):
    """Only the server's times are looked at."""
    straight = Workspace(tmp_path / "a" / "gold", tmp_path / ".curate")
    jumped = Workspace(tmp_path / "b" / "gold", tmp_path / ".other")
    shutil.copytree(tmp_path / "s", jumped.home)
    pulled_once(studio, straight)
    pulled_once(studio, jumped)
    studio.submit(max(studio.stored_tasks), to_result(document(2), SCHEMA))
    expected = pulled_once(studio, straight)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)

    found = pulled_once(studio, jumped)

    assert found.result.delivered == expected.result.delivered == {"doc-2"}
    assert without_pseudonyms(found.result.cursor) == without_pseudonyms(expected.result.cursor)


def without_pseudonyms(cursor):
    """Two places that share nothing give one annotator different pseudonyms."""
    return replace(
        cursor,
        work={
            task: tuple(one._replace(annotator="") for one in facts)
            for task, facts in cursor.work.items()
        },
    )


def test_a_text_that_was_edited_in_label_studio_is_a_problem_and_a_refusal(studio, tmp_path):
    """Its offsets mean nothing any more; nothing is sent to it, nothing taken from it."""
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    pulled_once(studio, place)
    task = min(studio.stored_tasks)
    studio.stored_tasks[task].data["text"] = "Someone rewrote this."
    studio.stored_tasks[task].updated_at = studio.tick()

    report = pulled_once(studio, place)
    again = push(studio, place, [document(0)], SCHEMA, title="p")

    (problem,) = report.result.cursor.all_problems()
    assert "is not the text that was pushed" in problem.what
    assert report.left_gold == ("doc-0",)
    assert [p.place for p in again.refused] == ["doc-0"]


def test_the_last_annotation_deleted_leaves_the_document_in_the_gold_and_says_so(
    studio, tmp_path
):
    """Only an explicit command takes the document out."""
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    pulled_once(studio, place)
    studio.clear(min(studio.stored_tasks))

    report = pulled_once(studio, place)

    assert report.emptied == ("doc-0",)
    assert "doc-0" in gold_ids(place)
    assert "doc-0 has no annotation any more" in "\n".join(
        pull_lines(report, place, dry_run=False)
    )


def said_first(report):
    return next(
        iter(pull_lines(report, Workspace(Path("gold"), Path(".curate")), dry_run=False))
    )


def test_a_pull_says_that_nothing_changed_where_only_a_reason_was_written(studio, tmp_path):
    """What it sent back itself is no news; an annotator's change is, also where it mends nothing."""
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    bad = [*to_result(document(2), SCHEMA), {"type": "relation", "from_id": "a", "to_id": "a"}]
    task = max(studio.stored_tasks)
    studio.submit(task, bad)

    first = pulled_once(studio, place, send_back=True)
    second = pulled_once(studio, place)
    full = pulled_once(studio, place, full=True)
    studio.clear(task)
    studio.submit(task, [*bad, bad[-1]])
    fourth = pulled_once(studio, place)

    assert said_first(first).startswith("2 annotations of 3 changed documents; ")
    assert first.sent_back.returned == ("doc-2",)
    assert second.result.delivered == {"doc-2"}
    assert said_first(second) == "No annotation has changed; 2 documents now in gold/next."
    assert said_first(full).startswith("2 annotations of 3 changed documents; ")
    assert said_first(fourth).startswith("0 annotations of 1 changed document; ")


def test_what_was_trimmed_is_shown_with_its_place(studio, tmp_path):
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    drawn = to_result(document(2), SCHEMA)
    drawn[0] |= {"origin": "manual"}
    drawn[0]["value"]["end"] += 1
    task = max(studio.stored_tasks)
    studio.submit(task, drawn)

    said = list(pull_lines(pulled_once(studio, place), place, dry_run=False))

    at = said.index("1 span trimmed of white space or a stray mark:")
    first = document(2).entities[0]
    words = document(2).text[first.start : first.end]
    told = rf"  doc-2, {first.start}..{first.end + 1} \(person-\w+\): '{words} ' is read as"
    assert re.match(told, said[at + 1])
    assert said[at + 2].strip() == f"{studio.url}/projects/1/data?task={task}"


def test_every_trim_can_be_shown_however_many_there_are(tmp_path):
    """Also later: nothing but the server keeps them."""
    studio, place = MemoryStudio(), Workspace(tmp_path / "gold", tmp_path / ".curate")
    documents = [document(n) for n in range(30)]
    push(studio, place, documents, SCHEMA, title="p")
    for task, kept in studio.stored_tasks.items():
        drawn = to_result(document(0), SCHEMA)
        drawn[0] |= {"origin": "manual"}
        drawn[0]["value"]["end"] += 1
        studio.submit(task, drawn)
        kept.annotations[0]["updated_by"] = 2

    list_everything(False, "--full --all")
    said = list(pull_lines(pulled_once(studio, place), place, dry_run=False))

    at = said.index("30 spans trimmed of white space or a stray mark:")
    assert said[at + 41] == "  … and 10 more: --full --all"

    list_everything(True)
    said = list(pull_lines(pulled_once(studio, place, full=True), place, dry_run=False))
    forget_list_limit()

    at = said.index("30 spans trimmed of white space or a stray mark:")
    lines = said[at + 1 : at + 61]
    assert {line.split(",")[0].strip() for line in lines[::2]} == set(
        map("doc-{}".format, range(30))
    )
    assert all("is read as 'Bob'" in line for line in lines[::2])
    assert all("/data?task=" in line for line in lines[1::2])
    assert not any("… and" in line for line in said)
    names = ", ".join(sorted(map("doc-{}".format, range(30))))
    assert said[at + 61] == (
        "30 annotations were updated last by somebody other than the annotator (edited_by in the "
        f"dataset): {names}; where two people had the annotation open at once, only the last update counts"
    )
    again = list(pull_lines(pulled_once(studio, place), place, dry_run=False))
    assert not any("updated last" in line for line in again)


def test_a_pull_and_a_release_never_see_half_of_each_other(tmp_path):
    """They share one lock, and whoever hasn't got it doesn't even look."""
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    write_next(place.gold, working(annotated("d1")))

    with place.write_lock():
        (place.next / "d1.json").write_text("half of a li")
        with pytest.raises(CurateError, match="another command is writing"):
            released(place, SCHEMA)
