"""A project exported, imported elsewhere, and pulled there: nothing is claimed that nobody can know."""

import json
import shutil
from collections import Counter
from dataclasses import replace

import pytest
from gold_samples import files, read_next
from moving import SecondStudio, import_tasks
from samples import SCHEMA

from curation.commands.pull import pull_lines
from curation.documents.document import Document, Entity, Layer, Relation
from curation.flows.pull import pull
from curation.flows.return_documents import DocumentsToReturn, return_documents
from curation.flows.status import status
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")
ANN, BEN, CAT = 2, 3, 4


def document(number, layer=MODEL):
    bob, al = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
    relations = (Relation(bob, al, "meets_with"),)
    return Document(f"d{number}", f"Bob met Al. {number}", (bob, al), relations, {}, layer)


class Move:
    """Two documents with suggestions, one without, and a server to move them to."""

    def __init__(self, folder):
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.old, self.new = MemoryStudio(), SecondStudio()
        self.old.emails |= {ANN: "ann@example.org", BEN: "ben@example.org"}
        # The numbers are those of others here.
        self.new.emails |= {ANN: "xavier@example.org", BEN: "ann@example.org"}
        push_documents(self.old, [document(n) for n in (0, 1, 3)], SCHEMA, title="news")
        push_documents(self.old, [document(2).without_annotations()], SCHEMA, title="news")
        self.submit(self.old, 0, ANN)
        self.submit(self.old, 1, BEN, keep=2)
        self.submit(self.old, 2, ANN, keep=1)
        self.submit(self.old, 2, BEN, keep=1)

    def submit(self, studio, number, by, *, keep=3):
        """*keep* is how many of the document's entities and relations are submitted."""
        project = studio.find_project("news")
        (task,) = studio.tasks(project.id, doc_ids=[f"d{number}"])
        return studio.submit(task.id, to_result(document(number), SCHEMA)[:keep], by=by)

    def move(self, **how):
        exported = list(self.old.export(self.old.find_project("news").id, drafts=True))
        project = self.new.create_project("news", "<View/>", "")
        import_tasks(self.new, project.id, exported, **how)

    def pull(self, studio, **options):
        return pull(studio, self.place, SCHEMA, title="news", **options)

    def lose(self):
        """The ``.curate/``, as on another machine."""
        shutil.rmtree(self.place.home)
        self.place = Workspace(self.place.gold, self.place.home)

    def said(self, report):
        return "\n".join(pull_lines(report, self.place, dry_run=False))

    def annotations(self):
        """By document, what is claimed of each annotation."""
        claims = ("annotator", "kind", "arm", "status")
        return {
            path.stem: [
                tuple(one[claim] for claim in claims)
                for one in json.loads(path.read_text())["annotations"]
            ]
            for path in sorted(self.place.next.glob("*.json"))
        }


@pytest.fixture
def move(tmp_path):
    return Move(tmp_path)


def content(place):
    return {
        path.stem: [
            (one["entities"], one["relations"])
            for one in json.loads(path.read_text())["annotations"]
        ]
        for path in sorted(place.next.glob("*.json"))
    }


def test_a_moved_project_says_of_every_annotation_what_was_known_before(move):
    move.pull(move.old)
    before, said_before = content(move.place), move.annotations()
    move.move()

    report = move.pull(move.new)

    assert move.annotations() == said_before
    assert content(move.place) == before
    assert (sum(report.moved.values()), report.unmatched) == (4, {})
    assert "4 annotations came by an import" in move.said(report)
    assert "4 are known from before the move" in move.said(report)
    workers = status(move.new, move.place, SCHEMA, title="news").project.workers
    annotators = [one[0] for some in said_before.values() for one in some]
    assert {one.pseudonym: one.submitted for one in workers} == Counter(annotators)
    again = move.pull(move.new, full=True)
    assert "import" not in move.said(again)
    assert move.annotations() == said_before


def test_of_a_moved_project_that_was_never_pulled_nobody_is_claimed_to_be_anybody(move):
    move.move()

    report = move.pull(move.new)

    found = [one for some in move.annotations().values() for one in some]
    assert len({annotator for annotator, *_ in found}) == 4
    assert {kind for _, kind, *_ in found} == {"unknown"}
    assert [arm for _, _, arm, _ in found] == ["assisted", "assisted", "unknown", "unknown"]
    assert (report.moved, sum(report.unmatched.values())) == ({}, 4)
    said = move.said(report)
    assert "4 are by unknown annotators, a different one for each, and never" in said
    one = replace(report, unmatched={"d0": 1})
    assert "\n  1 is by an unknown annotator, and never independent: d0" in move.said(one)
    assert "blind" not in {one.arm for one in read_next(move.place.gold).gold_documents}


@pytest.mark.parametrize("lost", [False, True], ids=["kept", "a fresh .curate each time"])
def test_pulling_both_projects_by_turns_settles(move, lost):
    move.pull(move.old)
    move.move()
    move.pull(move.new)
    settled = files(move.place.next)

    for studio in (move.old, move.new, move.old, move.new):
        if lost:
            move.lose()
        report = move.pull(studio, full=True)
        assert files(move.place.next) == settled
        assert not report.has_new_pseudonyms
        assert not report.gone


def test_an_annotator_who_goes_on_in_the_moved_project_is_who_they_were(move):
    move.pull(move.old)
    [[ann, *_]] = move.annotations()["d0"]
    move.move()
    move.pull(move.new)

    move.submit(move.new, 1, BEN, keep=2)  # Ann has this number here
    move.submit(move.new, 3, BEN)
    move.pull(move.new)

    [(_, _, untouched_before, _)] = move.annotations()["d3"]
    assert untouched_before == "unknown"
    [(_, kind, arm, _)] = [one for one in move.annotations()["d1"] if one[0] == ann]
    assert kind == "person"
    assert arm == "unknown"  # the import lost the suggestions that the task says it had


def test_without_numbers_two_alike_stay_unknown(move):
    move.pull(move.old)
    before = move.annotations()
    move.move(numbers=False)

    report = move.pull(move.new)

    after = move.annotations()
    assert {name: after[name] for name in ("d0", "d1")} == {
        name: before[name] for name in ("d0", "d1")
    }
    assert report.unmatched == {"d2": 2}


def test_a_copy_is_told_as_one_after_the_move_too(move):
    """An import forgets what was begun from what."""
    (task,) = [n for n, one in move.old.stored_tasks.items() if one.data["doc_id"] == "d3"]
    first = move.submit(move.old, 3, ANN)
    copied = to_result(document(3), SCHEMA)[:2]
    move.old.submit(task, copied, by=BEN, parent_annotation=first)
    told = "is a copy of that of person-"
    assert told in move.said(move.pull(move.old))
    move.move()

    reports = move.pull(move.new), move.pull(move.new, full=True)

    for report in reports:
        [remark] = report.result.cursor.remarks["d3"]
        assert told in remark.what
        assert remark.link == report.links["d3"]
    assert remark in status(move.new, move.place, SCHEMA, title="news").remarks


def test_a_note_moves_with_its_annotation(move):
    note = {
        "id": "n", "from_name": "note", "to_name": "text", "type": "textarea",
        "value": {"text": ["hm"]},
    }  # fmt: skip
    [task] = [one for one in move.old.stored_tasks.values() if one.data["doc_id"] == "d0"]
    task.annotations[0]["result"].append(note)
    move.pull(move.old)
    [before] = move.place.state.notes("d0")
    move.move()

    move.pull(move.new)
    move.pull(move.old, full=True)

    [after] = move.place.state.notes("d0")
    assert (after.annotator, after.text) == (before.annotator, "hm")


def test_what_was_returned_before_a_move_waits_until_it_is_updated_there(move):
    move.pull(move.old)
    chosen = DocumentsToReturn(documents=("d0", "d2"), reason="who is Bob?")
    return_documents(move.old, move.place, SCHEMA, chosen, title="news")
    move.move()

    first, second = move.pull(move.new), move.pull(move.new, full=True)

    for report in (first, second):
        assert (report.sent_back.mended, report.sent_back.returned) == ((), ())
        assert {*report.sent_back.still_returned} == {"d0", "d2"}
    waiting = status(move.new, move.place, SCHEMA, title="news").waiting
    assert waiting == ("d0", "d2")
    project = move.new.find_project("news")
    (task,) = move.new.tasks(project.id, doc_ids=["d0"])
    assert move.new.task_data(task.id)["returned"].endswith("• Who is Bob?")
    stored = move.new.stored_tasks[task.id]
    (annotation,) = stored.annotations
    later = annotation["created_at"].replace("2026-01-01T00:", "2026-01-01T01:")
    annotation["updated_at"] = stored.updated_at = later
    assert move.pull(move.new, full=True).sent_back.mended == ("d0",)
