"""An article corrected while people work: what a push says to do about it works, word for word."""

import json
import re
import shlex
from dataclasses import replace

import pytest
from gold_samples import read_next
from samples import SCHEMA

from curation.commands.drop import drop_lines
from curation.commands.push import push_lines
from curation.documents.document import Document, Entity, Layer
from curation.errors import GoldError, SchemaError, StudioConnectionLost
from curation.flows.drop import drop
from curation.flows.pull import pull
from curation.flows.push import push
from curation.labelstudio.tasks import to_result
from curation.labelstudio.twin import MemoryStudio
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")
OLD = Document("São %22 Paulo", "Bob came.", (Entity(0, 3, "PERSON", "a"),), (), {}, MODEL)
CORRECTED = replace(OLD, text="Then Bob came.", entities=(Entity(5, 8, "PERSON", "a"),))


class Desk:
    """A document that was pushed beside another one, and what commands say of it."""

    def __init__(self, folder, studio):
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.studio = studio
        self.push(OLD, replace(OLD, id="other"))
        self.tasks = {task.doc_id: task.id for task in studio.tasks(1)}

    def push(self, *documents):
        report = push(self.studio, self.place, list(documents), SCHEMA, title="news")
        return report, "\n".join(push_lines(report, dry_run=False))

    def pull(self):
        return pull(self.studio, self.place, SCHEMA, title="news")

    def annotate(self, document):
        (task,) = self.studio.tasks(1, doc_ids=[document.id])
        self.studio.submit(task.id, to_result(document, SCHEMA))

    def drop(self, *documents, studio=None, **options):
        report = drop(self.place, SCHEMA, documents, studio=studio or self.studio, **options)
        return report, "\n".join(drop_lines(report, self.place))

    @property
    def gold(self):
        return [one.id for one in read_next(self.place.gold).gold_documents]

    def record(self, document):
        paths = self.place.next.glob("*.json")
        found = [json.loads(path.read_text()) for path in paths]
        return next(one for one in found if one["id"] == document)

    @property
    def held(self):
        return sorted(task.doc_id for task in self.studio.tasks(1))


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path, MemoryStudio())


def followed(problem, new_id):
    """The document and the command that the words of the problem ask for."""
    (meta,) = re.findall(r'("supersedes": ".*?") in its meta', problem.what)
    command = shlex.split(problem.what.rpartition("then: ")[2])
    assert command[:2] == ["curate", "drop"]
    return replace(CORRECTED, id=new_id, meta=json.loads("{" + meta + "}")), command[2:]


@pytest.mark.parametrize("pulled", ["before", "never", "both"])
@pytest.mark.parametrize("work", ["submitted", "begun"])
def test_what_a_refused_correction_says_works_word_for_word(desk, pulled, work):
    """Whether the old article was pulled, or the new one, or none yet."""
    if work == "submitted":
        desk.annotate(OLD)
    else:
        desk.studio.draft(desk.tasks[OLD.id])
    if pulled != "never":
        desk.pull()
    report, _ = desk.push(CORRECTED)
    new, dropped = followed(report.refused[0], "sp-2")

    report, said = desk.push(new)
    assert (report.created, report.refused) == (1, ())
    assert said.endswith(f"curate drop {shlex.quote(OLD.id)}")
    desk.annotate(new)
    if pulled == "both":
        desk.pull()
    report, said = desk.drop(*dropped)

    assert report.superseded == {OLD.id: "sp-2"}
    assert f"{OLD.id} is superseded by sp-2; its task stays, as somebody has begun it" in said
    assert desk.held == sorted([OLD.id, "other", "sp-2"])
    desk.pull()
    assert desk.gold == ["sp-2"]
    if work == "submitted":
        record = desk.record(OLD.id)
        assert (record["state"], record["state_reason"]) == ("superseded", "by sp-2")


def test_the_task_of_an_article_that_nobody_began_goes(desk):
    new = replace(CORRECTED, id="sp-2", meta={"supersedes": OLD.id})
    desk.push(new)

    report, said = desk.drop(OLD.id)

    assert report.tasks.deleted == {OLD.id}
    assert (
        said == f"{OLD.id} is superseded by sp-2; its task, which nobody had begun, is deleted"
    )
    assert desk.held == ["other", "sp-2"]
    again, _ = desk.drop(OLD.id)
    assert (again.superseded, again.tasks.deleted) == ({OLD.id: "sp-2"}, set())


def test_a_drop_that_was_cut_off_is_finished_by_the_same_command(desk):
    desk.annotate(OLD)
    desk.pull()
    desk.studio.clear(desk.tasks[OLD.id])
    new = replace(CORRECTED, id="sp-2", meta={"supersedes": OLD.id})
    desk.push(new)

    class Gone(MemoryStudio):
        def delete_task(self, task):
            raise StudioConnectionLost("gone")

    desk.studio.__class__ = Gone
    with pytest.raises(StudioConnectionLost):
        desk.drop(OLD.id)
    desk.studio.__class__ = MemoryStudio
    report, _ = desk.drop(OLD.id)

    assert report.tasks.deleted == {OLD.id}
    assert desk.record(OLD.id)["state"] == "superseded"
    assert desk.held == ["other", "sp-2"]


def test_without_label_studio_the_gold_alone_is_looked_into_and_that_is_told(desk):
    class Away(MemoryStudio):
        def titles(self):
            raise StudioConnectionLost("nobody answers")

    new = replace(CORRECTED, id="sp-2", meta={"supersedes": OLD.id})
    desk.push(new)
    desk.annotate(OLD)
    desk.annotate(new)
    desk.annotate(replace(OLD, id="other"))
    desk.pull()

    report, said = desk.drop(OLD.id, "other", studio=Away(), reason="typos")

    assert (report.superseded, report.dropped) == ({OLD.id: "sp-2"}, ("other",))
    assert "warning: nobody answers; tasks that nobody has begun" in said
    assert said.endswith(f"curate drop {shlex.quote(OLD.id)}")
    assert desk.record(OLD.id)["state_reason"] == "by sp-2: typos"
    assert desk.gold == ["sp-2"]


def test_a_document_that_nothing_takes_the_place_of_is_dropped_as_ever(desk):
    desk.annotate(OLD)
    desk.pull()

    report, said = desk.drop(OLD.id)

    assert (report.dropped, report.superseded) == ((OLD.id,), {})
    assert "until: curate restore" in said
    assert desk.held == sorted([OLD.id, "other"])
    with pytest.raises(GoldError, match="has no document 'x'"):
        desk.drop("x")


@pytest.mark.parametrize("old", ["sp-2", "", 7, None, ["a"]])
def test_what_a_document_supersedes_is_another_document(desk, old):
    new = replace(CORRECTED, id="sp-2", meta={"supersedes": old})

    with pytest.raises(SchemaError, match="must be the id of another document"):
        desk.push(new)
