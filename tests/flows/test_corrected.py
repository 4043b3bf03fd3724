"""An article corrected while people work: what a push says to do about it works, word for word."""

import json
import re
import shlex
from dataclasses import replace

import pytest
from gold_samples import gold_ids
from samples import SCHEMA

from curation.commands.drop import drop_lines
from curation.commands.push import push_lines
from curation.documents.document import Document, Entity, Layer
from curation.errors import GoldError, SchemaError, StudioConnectionLost
from curation.flows.drop import drop
from curation.flows.pull import pull
from curation.flows.push import push
from curation.flows.restore import restore
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
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

    def push(self, *documents, title="news", **options):
        report = push(self.studio, self.place, list(documents), SCHEMA, title=title, **options)
        return report, "\n".join(push_lines(report, dry_run=options.get("dry_run", False)))

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
        return gold_ids(self.place)

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


NEW = replace(CORRECTED, id="sp-2", meta={"supersedes": OLD.id})


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("known_by", ["the gold", "what was dropped before", "the project"])
def test_an_article_whose_place_another_takes_gets_no_task_any_more(desk, known_by, dry_run):
    if known_by == "the gold":
        desk.annotate(OLD)
        desk.pull()
        desk.studio.clear(desk.tasks[OLD.id])
    desk.push(NEW)
    desk.drop(OLD.id)
    if known_by == "the project":
        desk.place = Workspace(desk.place.gold, desk.place.home.with_name("another"))
    assert desk.held == ["other", "sp-2"]

    report, said = desk.push(OLD, NEW, replace(OLD, id="third"), dry_run=dry_run)

    assert (report.created, report.unchanged, report.refused) == (1, 1, ())
    heading, why = said.splitlines()[1:3]
    would_be = "would be " if dry_run else ""
    assert heading == f"1 document {would_be}left out, which gets no task: 1 superseded"
    assert why == f"  {OLD.id} is superseded by sp-2"
    assert OLD.id not in desk.held


def test_another_text_of_a_superseded_article_is_left_out_and_not_refused(desk):
    desk.annotate(OLD)
    desk.push(NEW)
    desk.drop(OLD.id)

    report, said = desk.push(replace(CORRECTED, text="And then Bob came.", entities=()))

    assert (report.created, report.updated, report.refused) == (0, 0, ())
    assert f"{OLD.id} is superseded by sp-2" in said
    assert OLD.id in desk.held


def test_a_dropped_document_gets_no_task_until_it_is_restored(desk):
    desk.annotate(OLD)
    desk.pull()
    desk.drop(OLD.id, reason="no news")
    desk.studio.delete_task(desk.tasks[OLD.id])

    report, said = desk.push(OLD, title="news")

    assert (report.created, report.refused) == (0, ())
    assert "1 document left out, which gets no task: 1 dropped" in said
    typed = said.rpartition("to push: ")[2]
    assert f"{OLD.id} is dropped (no news); to push: " in said
    assert shlex.split(typed) == ["curate", "restore", OLD.id]
    restore(desk.place, SCHEMA, [OLD.id])
    report, _ = desk.push(OLD)
    assert report.created == 1


@pytest.mark.parametrize("dry_run", [True, False])
def test_nothing_out_of_the_gold_is_sent_to_a_new_project(desk, dry_run):
    desk.annotate(OLD)
    desk.pull()
    desk.drop(OLD.id)

    report, said = desk.push(OLD, title="blind", dry_run=dry_run)

    assert report.created == 0
    assert "1 dropped" in said
    assert desk.studio.find_project("blind") is None
    report, _ = desk.push(OLD, NEW, title="blind", dry_run=dry_run)
    assert (report.created, [*report.left_out]) == (1, [OLD.id])


def test_the_task_of_a_dropped_document_stays_as_it_is(desk):
    desk.annotate(OLD)
    desk.pull()
    desk.drop(OLD.id)

    report, _ = desk.push(OLD)

    assert (report.unchanged, report.left_out) == (1, {})


def test_what_a_dropped_article_would_have_taken_the_place_of_is_pushed(desk):
    desk.push(NEW)
    desk.annotate(NEW)
    desk.pull()
    desk.drop("sp-2")
    desk.studio.delete_task(desk.tasks[OLD.id])

    report, _ = desk.push(OLD)

    assert report.created == 1


def test_a_push_that_changes_nothing_asks_for_no_documents_state(desk):
    class Counting(MemoryStudio):
        asked = 0

        def successors(self, project, documents):
            type(self).asked += 1
            return super().successors(project, documents)

    desk.studio.__class__ = Counting
    desk.push(OLD, replace(OLD, id="other"))
    assert Counting.asked == 0
    desk.push(*(replace(OLD, id=f"n{number}") for number in range(9)))
    assert Counting.asked == 1


def test_what_names_a_document_that_nobody_knows_is_told(desk):
    typo = replace(NEW, meta={"supersedes": "São Paolo"})

    report, said = desk.push(typo)

    assert (report.created, report.superseding) == (1, {})
    assert "warning: sp-2 takes the place of São Paolo, a document that nobody knows: " in said
    assert "curate drop" not in said
    with pytest.raises(GoldError, match=r"no document 'São Paolo'.*though sp-2 supersedes"):
        desk.drop("São Paolo")
    assert not list(desk.place.next.glob("*"))


@pytest.mark.parametrize("where", ["the file", "the project", "another project", "the gold"])
def test_whoever_knows_the_superseded_document_nobody_is_warned(desk, where):
    title = "news"
    others = []
    if where == "the file":
        desk.studio.delete_task(desk.tasks[OLD.id])
        others = [OLD]
    elif where == "another project":
        title = "blind"
    elif where == "the gold":
        desk.annotate(OLD)
        desk.pull()
        desk.studio.delete_task(desk.tasks[OLD.id])
        desk.place = Workspace(desk.place.gold, desk.place.home.with_name("another"))

    report, said = desk.push(NEW, *others, title=title)

    assert report.superseding == {"sp-2": OLD.id}
    assert "nobody knows" not in said
    report, _ = desk.drop(OLD.id)
    assert report.superseded == {OLD.id: "sp-2"}
