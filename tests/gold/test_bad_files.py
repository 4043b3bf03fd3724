"""A file that can't be read is told, passed over and never overwritten; the other documents go on."""

import json
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import run
from gold_samples import read_next, released, write_dataset_facts
from samples import ROOT, SCHEMA
from test_surroundings import unprivileged

from curation.commands.status_json import status_json
from curation.commands.status_lines import status_lines
from curation.documents.document import Document, Entity, Layer
from curation.errors import GoldError
from curation.flows.pull import pull
from curation.flows.status import status
from curation.gold.working.version import NEXT
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

TITLE = "news"
MODEL = Layer("model", "m", "1", "w", "r")


def document(name):
    bob = Entity(0, 3, "PERSON", "a")
    return Document(name, f"Bob met Al. {name}", (bob,), (), {}, MODEL)


@dataclass(frozen=True)
class Bad:
    """What is made of a sound file, and what is said of it; *named* is the file that it is said of."""

    spoil: Callable[[Path], object]
    said: str
    named: str = "bad.json"


def edit(old, new):
    def spoil(path):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return spoil


def twin(path):
    """Somebody copied a file to look at it later."""
    shutil.copy(path, path.with_name("copy.json"))


def folder(path):
    path.unlink()
    path.mkdir()


def unreadable(path):
    path.chmod(0)


def merge(path):
    text = path.read_text()
    path.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> theirs\n")


BAD = {
    "broken JSON": Bad(lambda path: path.write_text(path.read_text()[:-30]), r"bad\.json:\d+: not JSON: "),
    "half of a merge": Bad(merge, r"bad\.json:1: an unfinished merge: git left conflict markers here"),
    "an offset that a hand edit broke": Bad(
        edit('"start": 0,', '"start": 1,'),
        r"bad\.json: (annotation|suggestion) '[^']+': 1\.\.3: the text is 'ob', not 'Bob'",
    ),
    "a span outside the text": Bad(edit('"end": 3,', '"end": 300,'), r"bad\.json: (annotation|suggestion) '[^']+': 0\.\.300: "),
    "another text": Bad(edit("Bob met", "Rob met"), r"bad\.json: the text doesn't have the hash in 'text_sha256'"),
    "an unknown key": Bad(edit('"group":', '"groop":'), r"bad\.json: .*groop"),
    "a key twice": Bad(edit('"format": 1,', '"format": 1, "format": 1,'), r"bad\.json: duplicate key 'format'"),
    "another format": Bad(edit('"format": 1,', '"format": 2,'), r"bad\.json: 'format' is 2; this curate reads format 1"),
    "a second file of the document": Bad(
        twin, r"copy\.json: holds the document 'bad', whose file is .*/bad\.json", "copy.json"
    ),
    "a file of another name": Bad(
        lambda path: path.rename(path.with_name("other.json")),
        r"other\.json: holds the document 'bad', whose file is .*/bad\.json", "other.json",
    ),
    "another id": Bad(
        edit('"id": "bad"', '"id": "worse"'),
        r"bad\.json: holds the document 'worse', whose file is .*/worse\.json",
    ),
    "a folder": Bad(folder, r"bad\.json: is a folder; a file is expected"),
    "no right to read it": Bad(unreadable, r"bad\.json: permission denied"),
    "nothing": Bad(lambda path: path.write_bytes(b""), r"bad\.json:1: not JSON: "),
    "bytes": Bad(lambda path: path.write_bytes(b"\xff\xfe{\0"), r"bad\.json: UTF-16, not UTF-8"),
}  # fmt: skip


class Desk:
    """Three documents, pulled; then somebody spoils the file of one."""

    def __init__(self, folder):
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.studio = MemoryStudio()
        self.studio.emails[2] = "ben@example.org"
        push_documents(
            self.studio, [document(n) for n in ("bad", "one", "two")], SCHEMA, title=TITLE
        )
        for name in ("bad", "one"):
            self.submit(name)
        self.pull()
        self.path = self.place.next / "bad.json"
        self.whole = self.path.read_bytes()

    def submit(self, name, by=1, keep=1):
        (task,) = self.studio.tasks(1, doc_ids=[name])
        self.studio.submit(task.id, to_result(document(name), SCHEMA)[:keep], by=by)

    def pull(self, **options):
        return pull(self.studio, self.place, SCHEMA, title=TITLE, **options)

    def there(self):
        """Every file that there is, and its bytes; None for what can't be read."""
        return {path.name: raw(path) for path in self.place.next.iterdir()}

    def mend(self):
        """As git would; a copy beside a sound file goes, and no more."""
        copy = self.place.next / "copy.json"
        if copy.exists():
            copy.unlink()
            return
        for path in (self.path, self.place.next / "other.json"):
            if path.exists():
                path.rmdir() if path.is_dir() else path.unlink()
        self.path.write_bytes(self.whole)

    def annotators(self, name):
        form = json.loads((self.place.next / f"{name}.json").read_text())
        return [one["annotator"] for one in form["annotations"]]


def raw(path):
    mode = path.stat().st_mode
    if path.is_dir():
        return None
    path.chmod(0o600)
    found = path.read_bytes()
    path.chmod(mode & 0o777)
    return found


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def told(report):
    return "\n".join(map(str, report.bad_files.shown))


@pytest.mark.parametrize("kind", [kind for kind in BAD if kind != "no right to read it"])
def test_a_bad_file_is_passed_over_and_asked_for_again(desk, kind):
    """The others come through; what is bad stays as it is to the last byte, until it is mended."""
    bad = BAD[kind]
    bad.spoil(desk.path)
    before = desk.there()
    desk.submit("bad", by=2)
    desk.submit("two")

    report = desk.pull()

    assert re.search(bad.said, told(report))
    assert str(desk.place.next / bad.named) in told(report)
    after = desk.there()
    # A second file of a document that has a sound one is in nobody's way.
    untouched = (
        before
        if kind != "a second file of the document"
        else {"copy.json": before["copy.json"]}
    )
    assert {name: after[name] for name in untouched} == untouched
    assert len(desk.annotators("two")) == 1
    assert after.keys() == before.keys() | {"two.json"}
    again = desk.pull()
    assert told(again) == told(report)
    assert desk.there() == after

    desk.mend()
    mended = desk.pull()

    assert not mended.bad_files
    assert len(desk.annotators("bad")) == 2
    assert desk.there().keys() == {"bad.json", "one.json", "two.json"}
    assert desk.pull().changed == {}


def test_what_changed_while_a_file_was_bad_comes_once_it_is_mended(desk):
    """Though several pulls went by, one of them in full, and nothing changes any more."""
    desk.path.write_text("{")
    desk.submit("bad", by=2)
    desk.pull()
    desk.pull(full=True)
    desk.pull()

    desk.mend()
    report = desk.pull()

    assert report.result.delivered >= {"bad"}
    assert len(desk.annotators("bad")) == 2


def test_a_document_that_nobody_touches_is_asked_for_again_too(desk):
    """What git brought back may be older than what a pull has given."""
    desk.path.write_text("{")
    desk.pull()

    assert desk.pull().result.delivered == {"bad"}


def test_a_dry_run_tells_it_too(desk):
    desk.path.write_text("{")
    before = desk.there()

    assert re.search(r"bad\.json:1: not JSON", told(desk.pull(dry_run=True)))
    assert desk.there() == before


def test_status_tells_it_without_a_pull(desk):
    desk.path.write_text("{")

    standing = status(desk.studio, desk.place, SCHEMA, title=TITLE)

    said = "\n".join(status_lines(standing))
    assert (
        f"warning: 1 problem with files of gold/next; mend them:\n  {desk.path}:1: not JSON"
        in said
    )
    assert [one["place"] for one in status_json(standing)["bad"]] == [f"{desk.path}:1"]


def test_every_bad_file_is_told_and_not_the_first_alone(desk):
    (desk.place.next / "one.json").write_text("[]")
    desk.path.write_text("{")
    (desk.place.next / "three.json").mkdir()

    said = told(desk.pull())

    assert len(said.splitlines()) == 3


def test_a_bad_file_keeps_a_release_from_leaving_its_document_out(desk):
    desk.path.write_text("{")

    with pytest.raises(GoldError, match=f"{desk.path}:1: not JSON"):
        released(desk.place, SCHEMA)

    assert not (desk.place.gold / "0.1.0").exists()


# Through the command line.

COMMAND = """
import pickle, sys
from pathlib import Path

from curation.cli import main
from curation.flows import connect
studio = pickle.loads(Path(sys.argv[1]).read_bytes())
connect.connect = lambda *_: studio
main(sys.argv[2:])
"""


def curate(desk, tmp_path, *arguments):
    """A process of its own beside the twin, for whom modes of files count; its code, and what it said."""
    (tmp_path / "server").write_bytes(pickle.dumps(desk.studio))
    (tmp_path / "label_config").mkdir(exist_ok=True)
    for path in (ROOT / "label_config").iterdir():
        shutil.copy(path, tmp_path / "label_config")
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, str(tmp_path / "server"), *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        preexec_fn=unprivileged,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("kind", BAD)
def test_a_pull_ends_in_1_with_file_and_path_after_the_others_went_on(desk, tmp_path, kind):
    bad = BAD[kind]
    bad.spoil(desk.path)
    desk.submit("two")
    before = desk.there()

    code, _, said = curate(desk, tmp_path, "pull", "--project", TITLE)

    assert code == 1
    errors = said[said.index("error: ") :]
    assert re.match(f"error: gold/next/{bad.said}", errors)
    assert f"gold/next/{bad.named}" in errors
    assert "hint: mend these files, or take their committed versions" in errors
    after = desk.there()
    assert after.keys() == before.keys() | {"two.json"}
    assert {name: after[name] for name in before} == before
    if kind != "a second file of the document":
        assert "documents now in gold/next" in said


@pytest.mark.parametrize(
    "arguments",
    [["drop", "bad"], ["restore", "bad"], ["show", "bad"], ["release"], ["eval", "--gold", "next"],
     ["agree", "--gold", "next"]],
    ids=" ".join,
)  # fmt: skip
def test_what_needs_the_file_says_what_is_wrong_with_it(
    desk, tmp_path, arguments, monkeypatch, capsys
):
    monkeypatch.setattr("curation.flows.connect.connect", lambda *_: desk.studio)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    write_dataset_facts(desk.place.gold)
    desk.path.write_text("{\n<<<<<<< HEAD\n")
    before = desk.there()

    code, out, said = run(capsys, *arguments)

    assert (code, out) == (1, "")
    assert (
        "error: gold/next/bad.json:2: an unfinished merge: git left conflict markers here"
        in said
    )
    assert "hint: mend these files, or take their committed versions" in said
    assert desk.there() == before


def test_a_file_that_may_not_be_read_comes_back_with_the_right_to(desk, tmp_path):
    """What happened to its document meanwhile is pulled then."""
    desk.path.chmod(0)
    desk.submit("bad", by=2)
    curate(desk, tmp_path, "pull", "--project", TITLE)

    desk.path.chmod(0o600)
    desk.pull()

    assert desk.path.read_bytes() != desk.whole
    assert len(desk.annotators("bad")) == 2


@pytest.mark.parametrize("name", ["gold.jsonl", "annotations.jsonl"])
def test_a_file_for_all_documents_is_told_instead_of_overlooked(tmp_path, name):
    (tmp_path / NEXT).mkdir()
    (tmp_path / NEXT / name).touch()

    with pytest.raises(
        GoldError, match=f"{tmp_path / NEXT / name} is a file for all documents"
    ):
        read_next(tmp_path)
