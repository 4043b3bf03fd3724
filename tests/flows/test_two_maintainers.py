"""Two maintainers, each with a ``.curate/``, share gold/next: the same files, and nobody twice."""

import json
import shutil
import subprocess

import pytest
from gold_samples import files, read_next, released
from samples import SCHEMA

from curation.commands.pull import pull_lines
from curation.documents.document import Document, Entity, Layer, Relation
from curation.flows.drop import drop
from curation.flows.pull import pull
from curation.flows.restore import restore
from curation.flows.status import status
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")
ANN, BEN, CAT, RULES = 2, 3, 4, 5
ASSISTED, BLIND = "assisted", "blind"


def document(number, layer=MODEL):
    bob, al = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
    relations = (Relation(bob, al, "meets_with"),)
    return Document(f"d{number}", f"Bob met Al. {number}", (bob, al), relations, {}, layer)


class Maintainer:
    """Somebody's own clone of the folder, with a ``.curate/`` that nobody else has."""

    def __init__(self, folder, studio):
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.studio = studio

    def pull(self, title=ASSISTED, **options):
        return pull(self.studio, self.place, SCHEMA, title=title, **options)

    def lose(self):
        """Their ``.curate/``, as on another machine."""
        shutil.rmtree(self.place.home, ignore_errors=True)
        self.place = Workspace(self.place.gold, self.place.home)

    def take(self, other):
        """What the other has committed, as git would put it here."""
        if other is not self:
            shutil.rmtree(self.place.gold, ignore_errors=True)
            shutil.copytree(other.place.gold, self.place.gold)

    def files(self):
        return files(self.place.next)

    def annotators(self):
        """Of each document the pseudonyms of its annotations, in the order of the file."""
        return {
            path.stem: [one["annotator"] for one in json.loads(path.read_text())["annotations"]]
            for path in sorted(self.place.next.glob("*.json"))
        }


@pytest.fixture
def studio():
    """Two projects of the same four documents, and four accounts."""
    studio = MemoryStudio()
    studio.emails |= {
        ANN: "ann@example.org",
        BEN: "ben@example.org",
        CAT: "cat@example.org",
        RULES: "rules@example.invalid",
    }
    push_documents(studio, [document(n) for n in range(4)], SCHEMA, title=ASSISTED)
    push_documents(
        studio, [document(n).without_annotations() for n in range(4)], SCHEMA, title=BLIND
    )
    return studio


@pytest.fixture
def one(tmp_path, studio):
    return Maintainer(tmp_path / "one", studio)


@pytest.fixture
def two(tmp_path, studio):
    return Maintainer(tmp_path / "two", studio)


def submit(studio, number, by, title=ASSISTED, keep=3):
    project = studio.find_project(title)
    (task,) = studio.tasks(project.id, doc_ids=[f"d{number}"])
    studio.submit(task.id, to_result(document(number), SCHEMA)[:keep], by=by)


@pytest.mark.parametrize("lost", [False, True], ids=["kept", "a fresh .curate each time"])
def test_who_pulls_by_turns_has_the_same_files_as_who_pulls_alone(
    tmp_path, studio, one, two, lost
):
    """Whoever pulls, and whatever is known there: no pseudonym is given twice, no work doubled."""
    acts = [
        (0, ANN, ASSISTED), (1, BEN, ASSISTED), (0, BEN, BLIND), (2, ANN, ASSISTED),
        (2, CAT, ASSISTED), (3, RULES, ASSISTED), (3, CAT, BLIND), (1, ANN, BLIND),
    ]  # fmt: skip
    first, second = one, two
    for number, by, title in acts:
        submit(studio, number, by, title)
        first.pull(title)
        second.take(first)
        if lost:
            second.lose()
        report = second.pull(title)
        assert report.has_new_pseudonyms is False
        assert second.files() == first.files()
        first, second = second, first

    for person in (one, two):
        person.take(first)
        for title in (ASSISTED, BLIND):
            person.pull(title)
            person.pull(title, full=True)
    assert one.files() == two.files() == first.files()
    names = {name for some in one.annotators().values() for name in some}
    assert len(names) == 4
    assert {name.split("-")[0] for name in names} == {"person", "machine"}
    assert {document: len(some) for document, some in one.annotators().items()} == {
        "d0": 2, "d1": 2, "d2": 2, "d3": 2,
    }  # fmt: skip


def test_a_second_maintainer_changes_no_byte_of_what_is_there(studio, one, two):
    for number, by in ((0, ANN), (0, BEN), (1, CAT)):
        submit(studio, number, by)
    one.pull()
    two.take(one)

    report = two.pull(full=True)

    assert two.files() == one.files()
    assert report.has_new_pseudonyms is False
    assert report.edited_files == ()
    said = "\n".join(pull_lines(report, two.place, dry_run=False))
    assert "warning" not in said


def test_an_annotator_who_is_new_here_in_another_project_is_the_same_one(studio, one, two):
    """Known by the uid of what they did in the first."""
    submit(studio, 0, ANN)
    one.pull()
    (ann,) = one.annotators()["d0"]
    two.take(one)
    submit(studio, 1, ANN, BLIND)

    two.pull(BLIND)

    assert two.annotators() == {"d0": [ann], "d1": [ann]}


def test_somebody_who_annotated_nothing_there_is_somebody_else(studio, one, two):
    """New to both; and then the same for both."""
    submit(studio, 0, ANN)
    one.pull()
    two.take(one)
    submit(studio, 1, BEN, BLIND)

    two.pull(BLIND)
    one.take(two)
    one.pull(BLIND)
    one.pull()

    (ann,), (ben,) = two.annotators()["d0"], two.annotators()["d1"]
    assert ann != ben
    assert one.annotators() == two.annotators()
    submit(studio, 2, BEN)
    one.pull()
    assert one.annotators()["d2"] == [ben]


def test_a_status_beside_a_fresh_folder_names_annotators_as_the_gold_does(studio, one, two):
    """And gives nobody a name: the next pull does."""
    submit(studio, 0, ANN)
    one.pull()
    two.take(one)

    standing = status(studio, two.place, SCHEMA, title=ASSISTED)

    assert {worker.pseudonym for worker in standing.project.workers} == {
        *one.annotators()["d0"]
    }
    assert not (two.place.home / "state.sqlite").exists()
    two.pull()
    assert two.annotators() == one.annotators()


def test_a_drop_of_one_is_a_drop_for_both(studio, one, two):
    """It stands in the file, and git carries it."""
    for number in range(2):
        submit(studio, number, ANN)
    one.pull()
    two.take(one)
    two.pull()
    drop(one.place, SCHEMA, ["d0"], reason="no news")
    two.take(one)

    report = two.pull(full=True)

    assert two.files() == one.files()
    assert report.documents == 1
    restore(two.place, SCHEMA, ["d0"])
    one.take(two)
    assert one.pull(full=True).documents == 2


def test_both_seal_the_same_version(studio, one, two):
    for number in range(4):
        submit(studio, number, ANN)
    one.pull()
    two.take(one)
    two.pull()

    first, second = (released(who.place, SCHEMA) for who in (one, two))

    assert first.digest == second.digest
    assert files(one.place.gold) == files(two.place.gold)


# What stands in git.


@pytest.fixture
def git(one):
    """``git`` in the first maintainer's folder."""
    folder = one.place.gold.parent
    folder.mkdir()

    def run(*arguments):
        said = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        done = subprocess.run(
            ["git", *said, *arguments], cwd=folder, capture_output=True, text=True, check=True
        )
        return done.stdout

    run("init", "-q")
    return run


def test_after_a_corrected_span_git_shows_that_span_its_first_reading_and_times(
    studio, one, git
):
    for number in range(4):
        submit(studio, number, ANN, keep=2)
        submit(studio, number, BEN, keep=2)
    one.pull()
    git("add", "gold")
    git("commit", "-qm", "pulled")
    (task,) = studio.tasks(1, doc_ids=["d1"])
    (mine,) = [a for a in studio.stored_tasks[task.id].annotations if a["completed_by"] == ANN]
    mine["result"][1]["value"] |= {"labels": ["NORP"]}
    studio.stored_tasks[task.id].updated_at = mine["updated_at"] = "2026-01-01T10:12:00.250000Z"

    one.pull()

    assert git("status", "--porcelain").split() == ["M", "gold/next/d1.json"]
    changed = [
        line[0] + line[1:].strip()
        for line in git("diff", "-U0").splitlines()
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    al = '"start": 8, "end": 10, "label"'
    assert changed == [
        '-"updated": "2026-01-01T00:00:00Z",',
        '+"updated": "2026-01-01T10:12:00Z",',
        f'-{{{al}: "PERSON", "text": "Al"}}',
        f'+{{{al}: "NORP", "text": "Al"}}',
        '-"first": null,',
        '+"first": {',
        '+"updated": "2026-01-01T00:00:00Z",',
        '+"flags": [],',
        '+"added": {',
        '+"entities": [',
        f'+{{{al}: "NORP", "text": "Al"}}',
        "+],",
        '+"relations": []',
        "+},",
        '+"removed": {',
        '+"entities": [',
        f'+{{{al}: "PERSON", "text": "Al"}}',
        "+],",
        '+"relations": []',
        "+}",
        "+},",
    ]


def test_a_pull_of_nothing_new_changes_no_file(studio, one, git):
    for number in range(4):
        submit(studio, number, ANN)
    one.pull()
    git("add", "gold")
    before = {path: path.stat().st_mtime_ns for path in one.place.next.iterdir()}

    one.pull(full=True)

    assert git("diff", "--stat") == ""
    assert {path: path.stat().st_mtime_ns for path in one.place.next.iterdir()} == before


# Who only looks.


def everything(folder):
    """All names, bytes, modes and times of a folder."""
    return {
        path: (
            path.read_bytes() if path.is_file() else sorted(path.iterdir()),
            path.stat().st_mode,
            path.stat().st_mtime_ns,
        )
        for path in [folder, *folder.rglob("*")]
    }


@pytest.mark.parametrize("before", ["nothing", "a clone", "pulled before", "a bad file"])
@pytest.mark.parametrize("look", ["pull --dry-run", "pull --full --dry-run", "status"])
def test_a_dry_run_and_a_status_write_nothing_anywhere(
    tmp_path, studio, one, two, before, look
):
    submit(studio, 0, ANN)
    submit(studio, 1, BEN)
    one.place.gold.parent.mkdir(exist_ok=True)
    if before == "a clone":
        two.pull()
        one.take(two)
    if before in ("pulled before", "a bad file"):
        one.pull()
    if before == "a bad file":
        (one.place.next / "d1.json").write_text("{")
    submit(studio, 2, CAT)
    there = everything(tmp_path)

    for _ in range(2):
        if look == "status":
            status(studio, one.place, SCHEMA, title=ASSISTED)
        else:
            report = one.pull(dry_run=True, full="--full" in look)
            assert report.documents == (2 if before == "a bad file" else 3)

    assert everything(tmp_path) == there


def test_a_dry_run_tells_what_a_pull_would_do(studio, one):
    submit(studio, 0, ANN)
    submit(studio, 1, BEN)

    dry, wet = one.pull(dry_run=True), one.pull()

    assert (
        (dry.documents, dry.changed) == (wet.documents, wet.changed) == (2, {"d0": 1, "d1": 1})
    )
    assert len(read_next(one.place.gold).gold_documents) == 2
