"""What a pull makes of the gold that is there, and says of it."""

import pytest
from gold_samples import read_next
from samples import SCHEMA

from curation.commands.pull import pull_lines
from curation.documents.document import Document, Entity, Layer
from curation.errors import CurateError, StudioConnectionLost
from curation.flows.pull import pull
from curation.labelstudio.pull.cursor import load_cursor
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

BOB = Document(
    "bob",
    "Bob met Al.",
    (Entity(0, 3, "PERSON", "a"),),
    layer=Layer("model", "m", "1", "w", "r"),
)


@pytest.fixture
def studio():
    """With one document, in two projects."""
    studio = MemoryStudio()
    studio.emails |= {1: "ada@example.org", 2: "ben@example.org"}
    for title in ("first", "second"):
        push_documents(studio, [BOB], SCHEMA, title=title)
    return studio


def submit(studio, by, title="first", **options):
    (task,) = studio.tasks(studio.find_project(title).id)
    return studio.submit(task.id, to_result(BOB, SCHEMA), by=by, **options)


def gone(studio, place, title="first", **options):
    """Whose work is there no more, and what is said of it."""
    report = pull(studio, place, SCHEMA, title=title, **options)
    said = [line for line in pull_lines(report, place, dry_run=False) if "is gone" in line]
    return report.gone, said


def test_work_that_was_deleted_beside_anothers_is_missed(studio, place):
    """In the Community edition everybody may delete everything."""
    submit(studio, 1)
    submit(studio, 2)
    assert gone(studio, place) == ({}, [])
    (task,) = studio.tasks(1)
    studio.stored_tasks[task.id].annotations.pop(0)
    studio.stored_tasks[task.id].updated_at = studio.tick()

    who, said = gone(studio, place)
    assert list(who) == ["bob"]
    assert len(who["bob"]) == 1
    assert said == [
        f"warning: bob: the annotation of {who['bob'][0]} is gone "
        "(deleted or skipped in Label Studio, or of another project)"
    ]
    assert gone(studio, place, full=True) == ({}, [])


def test_what_another_project_gave_stays(studio, place):
    """An assisted and a blind one, say: a pull says nothing of what is in the other."""
    submit(studio, 1)
    submit(studio, 2, "second")

    assert gone(studio, place) == ({}, [])
    assert gone(studio, place, "second") == ({}, [])
    assert gone(studio, place, full=True) == ({}, [])

    (one,) = read_next(place.gold).gold_documents
    assert (len(one.annotators), one.n_annotations) == (2, 2)


def test_work_that_is_to_be_mended_or_is_there_again_is_not_missed(studio, place):
    submit(studio, 1)
    assert gone(studio, place) == ({}, [])
    submit(studio, 1)
    assert gone(studio, place) == ({}, [])
    (task,) = studio.tasks(1)
    studio.submit(task.id, [{"type": "relation"}], by=1)

    assert gone(studio, place) == ({}, [])


class BreaksWhileReturning(MemoryStudio):
    """Answers until what is wrong is to be sent back, which is a pull's last step but one."""

    breaks = True

    def returned(self, project, *, since=""):
        if self.breaks:
            raise StudioConnectionLost("gone")
        return super().returned(project, since=since)


def test_the_cursor_is_kept_last_so_that_a_pull_that_broke_is_done_again(tmp_path):
    studio = BreaksWhileReturning()
    push_documents(studio, [BOB], SCHEMA, title="first")
    submit(studio, 1)
    broken = Workspace(tmp_path / "gold", tmp_path / ".curate")
    whole = Workspace(tmp_path / "whole" / "gold", tmp_path / "whole" / ".curate")

    with pytest.raises(StudioConnectionLost):
        pull(studio, broken, SCHEMA, title="first")
    assert load_cursor(broken.state, studio.url, "first") is None
    studio.breaks = False
    again = pull(studio, broken, SCHEMA, title="first")
    undisturbed = pull(studio, whole, SCHEMA, title="first")

    assert again.result.delivered == undisturbed.result.delivered == {"bob"}
    assert load_cursor(broken.state, studio.url, "first") == again.result.cursor


def test_a_dry_run_tells_what_a_pull_would_do_and_writes_nothing(studio, place):
    submit(studio, 1)

    looked = pull(studio, place, SCHEMA, title="first", dry_run=True)
    assert not place.gold.exists()
    assert not place.home.exists()
    done = pull(studio, place, SCHEMA, title="first")

    assert (
        (looked.documents, looked.changed) == (done.documents, done.changed) == (1, {"bob": 1})
    )


def test_two_pulls_into_one_gold_never_run_at_once(studio, place):
    submit(studio, 1)

    with place.write_lock(), pytest.raises(CurateError, match="another command is writing to"):
        pull(studio, place, SCHEMA, title="first")

    assert load_cursor(place.state, studio.url, "first") is None
