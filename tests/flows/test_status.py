"""What is not in the gold, and why: told by pull, status and release, and kept in the changelog."""

import re

import pytest
from gold_samples import released
from samples import SCHEMA

from curation import console
from curation.commands.pull import pull_lines
from curation.commands.release import release_lines
from curation.commands.status_json import status_json
from curation.commands.status_lines import status_lines
from curation.documents.document import Document, Entity, Layer
from curation.errors import CurateError
from curation.flows.drop import drop
from curation.flows.pull import pull
from curation.flows.status import status
from curation.gold.working.dataset import read_working_dataset
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.schema.labeling import FLAGS_TAG, TEXT_TAG
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")
BAD = {"id": "f", "type": "choices", "from_name": FLAGS_TAG, "to_name": TEXT_TAG, "value": {"choices": ["bad_text"]}}  # fmt: skip
ALL = ("sound", "wrong", "differ", "flagged", "deleted", "dropped")


def document(name):
    bob = Entity(0, 3, "PERSON", "a")
    return Document(name, f"Bob met Al. {name}", (bob,), (), {}, MODEL)


class Desk:
    """Six documents, all of them gold, and a sealed version of it."""

    def __init__(self, folder):
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.studio = MemoryStudio()
        self.studio.emails |= {1: "ada@example.org", 2: "ben@example.org"}
        push_documents(self.studio, [document(name) for name in ALL], SCHEMA, title="p")
        for name in ALL:
            self.submit(name, to_result(document(name), SCHEMA))
        self.pull()
        self.release()

    def task(self, name):
        (task,) = self.studio.tasks(1, doc_ids=[name])
        return task.id

    def submit(self, name, result, by=1):
        self.studio.submit(self.task(name), result, by=by)

    def instead(self, name, result):
        self.studio.clear(self.task(name))
        self.submit(name, result)

    def wrong(self, name):
        (region,) = to_result(document(name), SCHEMA)
        self.instead(name, [region | {"value": region["value"] | {"end": 99}}])

    def pull(self, **options):
        report = pull(self.studio, self.place, SCHEMA, title="p", **options)
        return "\n".join(pull_lines(report, self.place, dry_run=False))

    def status(self):
        return status(self.studio, self.place, SCHEMA, title="p")

    def release(self):
        return released(self.place, SCHEMA)

    def spoil(self):
        """Something is wrong with all but the first."""
        self.wrong("wrong")
        self.submit("differ", [], by=2)
        self.instead("flagged", [BAD])
        self.studio.delete_task(self.task("deleted"))
        self.pull()
        drop(self.place, SCHEMA, ["deleted", "dropped"])


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_status_says_what_stays_out_though_nothing_is_wrong_with_it(desk):
    assert desk.status().excluded == ()
    desk.spoil()

    standing = desk.status()

    differ, flagged = standing.excluded
    assert differ.place == "differ"
    assert "differ at 1 place (curate pull --project p says where)" in differ.what
    assert differ.link.endswith(f"?task={desk.task('differ')}")
    assert (flagged.place, flagged.what) == ("flagged", "flagged bad_text")
    said = "\n".join(status_lines(standing))
    assert re.search("warning: 1 disputed document; .*\n  differ: person-", said)
    assert said.count("  differ: ") == 1
    assert said.count("flagged bad_text") == 1
    assert "flagged bad_text; the document stays out of the gold" in said
    assert [one["place"] for one in status_json(standing)["outside"]] == [
        "differ",
        "flagged",
    ]


def test_a_release_says_how_many_stay_out_and_why_and_so_does_the_changelog(desk):
    desk.spoil()

    done = desk.release()

    why = (
        "2 dropped, 1 on which annotators differ, 1 kept out by a flag, 1 with problems to mend"
    )
    (line,) = (one for one in release_lines(done) if "out: " in one)
    assert line.startswith("5 documents stay out: ")
    assert sorted(line.removesuffix(".").partition(": ")[2].split(", ")) == sorted(
        why.split(", ")
    )
    changelog = (desk.place.gold / "CHANGELOG.md").read_text()
    assert (
        f"Against 0.1.0: 0 documents added, 5 removed ({line[22:-1]}), 0 changed." in changelog
    )


def test_what_is_nobodys_work_any_more_is_told_by_status_and_release_until_it_is_dropped(desk):
    assert desk.status().orphaned == ()
    desk.studio.clear(desk.task("wrong"))
    desk.studio.delete_task(desk.task("deleted"))
    desk.pull()

    left = (
        "still has 2 documents: 1 whose task was deleted in Label Studio, 1 whose annotations were "
        "deleted in Label Studio (deleted, wrong); curate drop takes one out"
    )
    standing = desk.status()
    assert f"warning: the gold {left}" in status_lines(standing)
    told = status_json(standing)["withdrawn"]
    assert [(one["place"], one["what"].split()[1]) for one in told] == [
        ("deleted", "task"),
        ("wrong", "annotations"),
    ]
    assert set(desk.release().orphaned) == {"deleted", "wrong"}
    said = "\n".join(release_lines(desk.release()))
    assert "warning: 0.1.0 still has 2 documents: " in said

    drop(desk.place, SCHEMA, ["deleted", "wrong"])
    assert (desk.status().orphaned, desk.release().orphaned) == ((), {})


def test_where_nothing_stays_out_nothing_is_said(desk):
    assert not [one for one in release_lines(desk.release()) if "out: " in one]


def test_what_was_returned_says_so_until_it_is_mended(desk):
    desk.wrong("wrong")
    desk.wrong("sound")
    assert "(returned)" not in desk.pull()
    assert "(returned)" not in desk.pull(send_back=True)  # it says so itself

    assert desk.pull().count("(returned)") == desk.pull(full=True).count("(returned)") == 2
    standing = desk.status()
    assert standing.returned == ("sound", "wrong")
    assert "\n".join(status_lines(standing)).count("(returned)") == 2
    desk.wrong("differ")
    desk.instead("sound", [])
    assert desk.pull().count("(returned)") == 1
    assert desk.status().returned == ("wrong",)


def test_what_was_returned_is_known_again_when_the_private_folder_is_lost(desk):
    desk.wrong("wrong")
    desk.pull(send_back=True)
    (desk.place.home / "state.sqlite").unlink()

    assert "(returned)" in desk.pull()
    assert desk.status().returned == ("wrong",)


def test_all_that_was_returned_is_not_to_be_returned_again(desk):
    desk.wrong("wrong")
    assert "curate pull --send-back" in desk.pull()
    desk.pull(send_back=True)

    assert "curate pull --send-back" not in desk.pull()
    desk.wrong("sound")
    assert "curate pull --send-back" in desk.pull()


def test_status_shows_how_far_it_is(desk):
    bars = []

    def watch(items, what, total, /):
        bars.append((what, total))
        return items

    status(desk.studio, desk.place, SCHEMA, title="p", read_all=True, watch=watch)

    assert ("reading annotations", 6) in bars


def test_no_bar_is_drawn_of_nothing(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert list(console.watch([1, 2], "some", 2)) == [1, 2]
    assert list(console.watch([], "none", 0)) == []

    assert "some" in (said := capsys.readouterr().err)
    assert "none" not in said


def test_a_bar_that_an_error_left_is_stopped_before_the_error_is_said(capsys, monkeypatch):
    """Drawn once more, it would wipe the sentence off the screen."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    watched = console.watch([1, 2], "pushing", 2)
    next(iter(watched))

    console.complain(CurateError("it broke", hint="mend it"))
    watched.close()

    assert capsys.readouterr().err.endswith("hint: mend it\n")


def test_work_that_git_took_out_of_the_gold_is_told_until_it_is_back(desk):
    """By pull, status and release; nothing that a pull gave goes without a word."""
    (desk.place.next / "sound.json").unlink()

    for _ in range(2):
        told = desk.pull()
        assert "1 document pulled before, and no longer in" in told
        assert (
            "sound; curate pull --full --project p brings back what is still annotated" in told
        )
    status = "\n".join(status_lines(desk.status()))
    assert "sound: pulled before, and no longer in gold/next" in status
    released = "\n".join(release_lines(desk.release()))
    assert "1 document stays out: 1 pulled before, and no longer in gold/next" in released

    assert "pulled before" not in desk.pull(full=True)
    assert "pulled before" not in desk.pull()


def test_what_somebody_wants_away_is_told_no_more_once_it_is_dropped(desk):
    """And stays away, though it has no file to say so until it is pulled again."""
    for file in desk.place.next.iterdir():
        file.unlink()
    drop(desk.place, SCHEMA, ["sound"])

    told = desk.pull()
    assert "5 documents pulled before" in told
    assert "sound" not in told
    desk.pull(full=True)
    state = '"state": "dropped",\n  "state_reason": "dropped before"'
    assert state in (desk.place.next / "sound.json").read_text()
    assert len(list(read_working_dataset(desk.place.gold, SCHEMA).gold_documents)) == 5


def test_older_annotations_by_git_are_told_once(desk):
    path = desk.place.next / "sound.json"
    before = path.read_bytes()
    desk.instead("sound", [])
    desk.pull()
    path.write_bytes(before)

    told = f"the file of 1 document in {desk.place.next} changed since the last command (by git, or by hand): sound"
    assert told in desk.pull()
    assert '"entities": [],' in path.read_text()  # it was asked for once more
    assert "changed since the last command" not in desk.pull()


def test_changes_that_nobody_submitted_are_told_until_they_are(desk):
    """Of an annotation, not of a task that is begun, nor where they were taken back."""
    submitted = {
        name: desk.studio.stored_tasks[desk.task(name)].annotations[0]["id"] for name in ALL
    }
    assert "Update" not in "\n".join(status_lines(desk.status()))
    desk.studio.draft(desk.task("sound"), [], annotation=submitted["sound"])
    desk.studio.draft(desk.task("wrong"), [])
    same = to_result(document("differ"), SCHEMA)
    desk.studio.draft(desk.task("differ"), same, annotation=submitted["differ"])

    standing = desk.status()

    said = "\n".join(status_lines(standing))
    link = f"{desk.studio.url}/projects/1/data?task={desk.task('sound')}"
    assert re.search(
        r"warning: 1 annotation has changes that nobody submitted with Update:\n  sound "
        rf"\(person-\w+\): open the task and press Update, or undo the changes\n    {re.escape(link)}",
        said,
    )
    assert [(one["place"], one["link"]) for one in status_json(standing)["unsubmitted"]] == [
        ("sound", link)
    ]
    desk.studio.draft(desk.task("wrong"), [], annotation=submitted["wrong"])
    assert "2 annotations have changes" in "\n".join(status_lines(desk.status()))
    for name in ("sound", "wrong"):
        desk.studio.rewrite("annotations", submitted[name], [])
    assert "Update" not in "\n".join(status_lines(desk.status()))
