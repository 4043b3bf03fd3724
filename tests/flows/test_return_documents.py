"""Documents go back to their annotators with the reason, and wait until each of them has updated."""

from dataclasses import replace

import pytest
from flows.test_types_that_came_later import LATER
from samples import SCHEMA

from curation.annotations.record import first_submission
from curation.annotations.record_file import read_trusted_record
from curation.commands.pull import pull_lines
from curation.commands.push import push_lines
from curation.commands.return_documents import returned_json, returned_lines
from curation.commands.status_lines import status_lines
from curation.documents.document import Document, Entity, Layer
from curation.errors import GoldError, StudioConnectionLost, StudioError, UsageError
from curation.flows.pull import pull
from curation.flows.return_documents import DocumentsToReturn, return_documents
from curation.flows.status import status
from curation.labelstudio.push.dealing import AskedDealing
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.task_list import TASK_LIST
from curation.labelstudio.task_stamp import STAMP_KEY
from curation.labelstudio.tasks import to_result
from curation.schema.labeling import FLAGS_TAG, RETURNED_KEY, TEXT_TAG
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")
NAMES = ("a", "b")
LACKING = DocumentsToReturn(lacking="SHIP")
KEPT_OUT = next(flag.name for flag in SCHEMA.flags.values() if flag.keeps_out)
FLAG = {"id": "f", "type": "choices", "from_name": FLAGS_TAG, "to_name": TEXT_TAG, "value": {"choices": [KEPT_OUT]}}  # fmt: skip


def document(name):
    bob = Entity(0, 3, "PERSON", "x")
    return Document(name, f"Bob met Al. {name}", (bob,), (), {}, MODEL)


class Breaks(MemoryStudio):
    """Breaks the connection at one of the writes of a task's data."""

    breaks_at = 0
    writes = 0

    def replace_task_data(self, task, data):
        self.writes += 1
        if self.writes == self.breaks_at:
            raise StudioConnectionLost("gone")
        super().replace_task_data(task, data)


class Desk:
    """Two documents by Ada, the second by Ben too, annotated before there were ships."""

    def __init__(self, folder):
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.studio = Breaks()
        self.studio.emails |= {1: "ada@example.org", 2: "ben@example.org"}
        self.push(SCHEMA)
        self.submit("a", 1)
        self.submit("b", 1)
        self.submit("b", 2)
        self.push(LATER)
        self.pull()

    def push(self, schema):
        push_documents(self.studio, [document(name) for name in NAMES], schema, title="news")

    def task(self, name):
        (task,) = self.studio.tasks(1, doc_ids=[name])
        return self.studio.stored_tasks[task.id]

    def submit(self, name, by, *more):
        (task,) = self.studio.tasks(1, doc_ids=[name])
        result = [*to_result(document(name), SCHEMA), *more]
        self.studio.submit(task.id, result, by=by)

    def update(self, name, by, *, ship=False):
        """As an annotator who presses Update, with or without a change."""
        (one,) = [one for one in self.task(name).annotations if one["completed_by"] == by]
        al = Entity(8, 10, "SHIP", "y")
        entities = (*document(name).entities, al)
        result = to_result(replace(document(name), entities=entities), LATER)
        self.studio.change(one["id"], result if ship else one["result"], by=by)

    def pull(self, place=None, **options):
        return pull(self.studio, place or self.place, LATER, title="news", **options)

    def give_back(self, chosen=LACKING, **options):
        return return_documents(self.studio, self.place, LATER, chosen, title="news", **options)

    def status(self):
        return status(self.studio, self.place, LATER, title="news")

    def reason(self, name):
        return self.task(name).data.get(RETURNED_KEY, "")

    def schemas(self, name, place=None):
        """By annotator, what the record says."""
        file = (place or self.place).gold / "next" / f"{name}.json"
        record = read_trusted_record(file.read_bytes())
        return {one.annotator: one.schema for one in record.annotations}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_what_lacks_a_type_goes_back_with_that_reason(desk):
    report = desk.give_back()

    assert list(report.returned) == ["a", "b"]
    assert [len(names) for names in report.returned.values()] == [1, 2]
    assert desk.reason("a").startswith("Returned to ada@example.org.")
    assert "SHIP is a type that came after you annotated this" in desk.reason("a")
    assert "Returned to ben@example.org." in desk.reason("b")
    assert "2 documents returned to 2 annotators: a, b" in list(
        returned_lines(report, dry_run=False)
    )
    assert returned_json(report)["returned"].keys() == {"a", "b"}
    assert desk.status().waiting == ("a", "b")
    said = list(status_lines(desk.status()))
    assert "2 returned documents wait for an Update: a, b" in said
    assert (
        "warning: 2 documents were annotated before SHIP was offered: all returned before"
        in said
    )


def test_what_is_submitted_again_counts_as_offered_the_new_types(desk):
    desk.give_back()
    desk.update("a", 1)
    desk.update("b", 1, ship=True)

    report = desk.pull()

    assert [*desk.schemas("a").values()] == [LATER.fingerprint]
    assert sorted(desk.schemas("b").values()) == sorted([SCHEMA.fingerprint, LATER.fingerprint])
    assert report.sent_back.mended == ("a",)
    assert desk.reason("a") == ""
    assert "ben@example.org" in desk.reason("b")
    assert "ada@example.org" not in desk.reason("b")
    assert desk.status().not_offered.by_type == {"SHIP": ("b",)}
    desk.update("b", 2)
    desk.pull()
    assert desk.reason("b") == ""
    assert desk.status().not_offered.by_type == {}
    assert desk.status().waiting == ()


@pytest.mark.parametrize("options", [{}, {"full": True}, {"send_back": True}], ids=str)
def test_what_nobody_has_updated_still_waits_and_keeps_its_schema(desk, options):
    desk.give_back()
    before = desk.reason("a"), desk.reason("b")

    report = desk.pull(**options)

    assert (desk.reason("a"), desk.reason("b")) == before
    assert report.sent_back.mended == ()
    assert {*desk.schemas("a").values(), *desk.schemas("b").values()} == {SCHEMA.fingerprint}
    assert desk.status().waiting == ("a", "b")


def test_another_machine_knows_what_waits_and_what_was_offered(desk, tmp_path):
    """From the tasks alone: the stamp says what was offered until when."""
    desk.give_back()
    desk.update("b", 2)
    elsewhere = Workspace(tmp_path / "other" / "gold", tmp_path / "other" / ".curate")

    desk.pull(elsewhere)

    assert [*desk.schemas("a", elsewhere).values()] == [SCHEMA.fingerprint]
    assert sorted(desk.schemas("b", elsewhere).values()) == sorted(
        [SCHEMA.fingerprint, LATER.fingerprint]
    )
    assert "ada@example.org" in desk.reason("b")
    assert "ben@example.org" not in desk.reason("b")


def test_of_a_type_that_came_later_the_first_submission_is_the_one_after_the_return(desk):
    """Else agreement, which is taken from firsts, would miss the type for ever."""
    desk.give_back()
    desk.update("a", 1, ship=True)
    desk.pull()

    file = desk.place.gold / "next" / "a.json"
    (one,) = read_trusted_record(file.read_bytes()).annotations
    content, _ = first_submission(one)
    assert [entity.label for entity in content.entities] == ["PERSON", "SHIP"]


def test_what_goes_back_again_is_only_told(desk):
    desk.give_back()
    data = {name: dict(desk.task(name).data) for name in NAMES}

    again = desk.give_back()

    assert again.returned == {}
    assert again.still_waiting == ("a", "b")
    assert {name: desk.task(name).data for name in NAMES} == data
    assert "2 documents returned before wait for an Update: a, b" in list(
        returned_lines(again, dry_run=False)
    )


@pytest.mark.parametrize("at", [1, 2])
def test_a_return_that_was_cut_short_is_finished_by_the_same_command(desk, at, tmp_path):
    desk.studio.writes, desk.studio.breaks_at = 0, at
    with pytest.raises(StudioConnectionLost):
        desk.give_back()

    desk.studio.breaks_at = 0
    desk.give_back()

    whole = Desk(tmp_path / "whole")
    whole.give_back()
    assert (desk.reason("a"), desk.reason("b")) == (whole.reason("a"), whole.reason("b"))
    assert desk.pull().sent_back.mended == ()
    assert desk.status().waiting == ("a", "b")


def test_a_dry_run_says_what_would_go_back_and_writes_nothing(desk):
    report = desk.give_back(dry_run=True)

    assert list(report.returned) == ["a", "b"]
    assert (desk.reason("a"), desk.status().waiting) == ("", ())
    assert [view.title for view in desk.studio.views(1)] == [TASK_LIST]
    assert "earlier" not in desk.task("a").data[STAMP_KEY]


def test_named_documents_go_back_with_the_reason_that_is_given(desk):
    chosen = DocumentsToReturn(documents=("a",), reason="who is Bob?")

    report = desk.give_back(chosen)

    assert list(report.returned) == ["a"]
    assert desk.reason("a").endswith("• Who is Bob?")
    assert desk.reason("b") == ""
    desk.update("a", 1)
    desk.pull()
    assert desk.reason("a") == ""
    # It wasn't returned for a type: nothing says that anybody looked for ships.
    assert [*desk.schemas("a").values()] == [SCHEMA.fingerprint]


def test_what_a_flag_keeps_out_goes_back_to_whoever_flagged_it(desk):
    desk.task("b").annotations[1]["result"].append(FLAG)
    desk.task("b").updated_at = desk.studio.tick()
    desk.pull()

    report = desk.give_back(DocumentsToReturn(flagged=True))

    assert [len(names) for names in report.returned.values()] == [1]
    assert f"Flagged {KEPT_OUT}" in desk.reason("b")
    assert "ben@example.org" in desk.reason("b")
    assert "ada@example.org" not in desk.reason("b")


def test_a_reason_stands_beside_what_is_wrong(desk):
    """And goes when it is mended, while the other stays."""
    value = {"start": 0, "end": 99, "labels": ["PERSON"]}
    broken = {**to_result(document("a"), SCHEMA)[0], "id": "z", "value": value}
    desk.task("a").annotations[0]["result"].append(broken)
    desk.task("a").updated_at = desk.studio.tick()
    desk.pull()

    desk.give_back(DocumentsToReturn(documents=("a",), reason="who is Bob?"))

    assert "Who is Bob?" in desk.reason("a")
    assert "outside the text" in desk.reason("a")


@pytest.mark.parametrize(
    ("chosen", "error", "said"),
    [
        (DocumentsToReturn(documents=("a", "zz")), GoldError, "zz: no annotation was pulled from 'news'"),
        (DocumentsToReturn(lacking="BOAT"), UsageError, "BOAT: no type; types are"),
    ],
)  # fmt: skip
def test_what_nobody_can_return_is_refused(desk, chosen, error, said):
    with pytest.raises(error, match=said):
        desk.give_back(chosen)

    assert desk.reason("a") == ""


def test_nothing_goes_back_for_a_type_that_the_project_does_not_offer_yet(desk):
    desk.push(SCHEMA)

    with pytest.raises(StudioError, match=r"differs from schema\.toml"):
        desk.give_back()


def test_nothing_goes_back_before_the_first_pull(tmp_path, desk):
    place = Workspace(tmp_path / "new" / "gold", tmp_path / "new" / ".curate")

    with pytest.raises(GoldError, match="nothing was pulled from 'news' yet"):
        return_documents(desk.studio, place, LATER, LACKING, title="news")


def test_where_the_default_project_is_not_the_folders_the_hints_name_those_that_are(desk):
    """A pull without a title takes these only, so that its hint would go in a circle."""
    there = {"studio": desk.studio, "workspace": desk.place, "schema": LATER}
    no_project = "no project 'curate'; known here: 'news'"
    with pytest.raises(StudioError, match=no_project) as missing:
        return_documents(**there, chosen=LACKING, title="curate")
    assert missing.value.hint == "curate return --project news"
    with pytest.raises(StudioError, match=no_project) as missing:
        status(**there, title="curate")
    assert missing.value.hint == "curate status --project news"

    assert status(**there, title=None).project.project == "news"

    push_documents(desk.studio, [document("c")], LATER, title="curate")
    assert status(**there, title=None).project.project == "news"
    with pytest.raises(
        GoldError, match="nothing was pulled from 'curate' yet; known here: 'news'"
    ) as wrong:
        return_documents(**there, chosen=LACKING, title="curate")

    assert wrong.value.hint == (
        "curate return --project news; 'curate' comes in with: curate pull --project curate"
    )
    said = "\n".join(status_lines(status(**there, title="curate")))
    assert "known are other projects: curate status --project news; this one comes in" in said


def test_nothing_goes_back_to_annotators_whose_account_is_gone(desk):
    """Nobody could press Update for them, and the document would wait for ever."""
    desk.studio.delete_account(1)

    report = desk.give_back()

    assert [*report.returned] == ["b"]
    assert [len(names) for names in report.returned.values()] == [1]
    assert [*report.unreachable] == ["a", "b"]
    assert desk.reason("a") == ""
    assert desk.reason("b").count("Returned to") == 1
    assert desk.status().waiting == ("b",)
    (gone,) = report.unreachable["a"]
    said = list(returned_lines(report, dry_run=False))
    assert said[0] == "1 document returned to 1 annotator: b"
    assert said[2:] == [
        "warning: 2 documents can't be returned to annotators whose account is deleted or unknown; "
        "have somebody else annotate the document anew and delete the old annotation, or: "
        "curate drop a",
        f"  a ({gone})",
        f"  b ({gone})",
    ]
    assert returned_json(report)["unreachable"] == {"a": [gone], "b": [gone]}


def test_what_was_returned_to_an_account_that_is_gone_since_waits_for_nobody(desk):
    desk.give_back()
    desk.studio.delete_account(1)
    desk.pull(full=True)

    report = desk.status()

    assert report.waiting == ("b",)
    assert [*report.unreachable] == ["a"]
    said = "\n".join(status_lines(report))
    assert "1 returned document waits for an Update: b" in said
    assert "SHIP was offered: returned before, as far as annotators have an account" in said
    assert "warning: 1 document can't be returned to annotators" in said
    assert "curate drop a" in said


def test_what_is_wrong_is_not_returned_where_the_account_is_gone(desk):
    value = {"start": 0, "end": 99, "labels": ["PERSON"]}
    broken = {**to_result(document("a"), SCHEMA)[0], "id": "z", "value": value}
    desk.task("a").annotations[0]["result"].append(broken)
    desk.task("a").updated_at = desk.studio.tick()
    desk.studio.delete_account(1)

    report = desk.pull(send_back=True)

    assert report.sent_back.returned == ()
    assert [*report.sent_back.unreachable] == ["a"]
    assert desk.reason("a") == ""
    said = "\n".join(pull_lines(report, desk.place, dry_run=False))
    assert "1 document can't be returned to annotators" in said
    assert "Return what is wrong" not in said
    assert "Annotators find what was returned" not in said


def test_what_others_are_still_to_annotate_is_returned_only_now(desk):
    (task,) = desk.studio.tasks(1, doc_ids=["a"])
    desk.studio.set_overlap(task.id, 2)

    report = desk.give_back()
    assert report.held == ("a",)
    assert report.returned.keys() == {"b"}
    assert desk.reason("a") == ""
    assert returned_json(report)["held"] == ["a"]
    assert (
        "1 document is not returned yet: others are still to annotate it, and would read the reason: a; "
        "to return it now: the same command with --now"
    ) in list(returned_lines(report, dry_run=False))

    assert desk.give_back(now=True).returned.keys() == {"a"}
    assert desk.reason("a")


def test_pull_says_what_waits_for_others_and_how_to_return_it(desk):
    (task,) = desk.studio.tasks(1, doc_ids=["a"])
    desk.studio.set_overlap(task.id, 2)
    (one,) = desk.task("a").annotations
    arrow = {"type": "relation", "from_id": "x", "to_id": "x", "direction": "right"}
    desk.studio.rewrite("annotations", one["id"], [*one["result"], arrow])

    report = desk.pull(send_back=True)

    assert report.sent_back.held == ("a",)
    said = list(pull_lines(report, desk.place, dry_run=False))
    assert any(
        "to return it now: curate pull --send-back --now --project news" in s for s in said
    )
    assert desk.pull(send_back=True, now=True).sent_back.returned == ("a",)


def open_by_push(desk):
    """One more annotator for each, as a maintainer raises it."""
    report = push_documents(
        desk.studio,
        [document(name) for name in NAMES],
        LATER,
        title="news",
        options=PushOptions(dealing=AskedDealing(overlap=3)),
    )
    said = "\n".join(push_lines(report, dry_run=False))
    assert "2 returned tasks are among them: the reason comes off, as others would read" in said


@pytest.mark.parametrize("back", ["pulled", "lost"], ids=["incremental", "full"])
def test_a_reason_comes_off_before_more_annotators_are_served_and_goes_back_when_all_are_in(
    desk, back
):
    """They would read what is wrong with a colleague's work."""
    desk.give_back()
    before = desk.reason("b")
    desk.pull()
    assert before

    open_by_push(desk)

    assert (desk.reason("a"), desk.reason("b")) == ("", "")
    report = desk.pull(full=back == "lost")
    assert report.sent_back.aside == ("a", "b")
    told = "2 returned documents are open for others again, who would read the reason"
    assert told in "\n".join(pull_lines(report, desk.place, dry_run=False))
    desk.submit("b", 3)
    report = desk.pull(full=back == "lost")
    assert (report.sent_back.aside, report.sent_back.given_back) == (("a",), ("b",))
    assert desk.reason("b") == before
    said = "\n".join(pull_lines(report, desk.place, dry_run=False))
    assert (
        "1 returned document with all annotations in: the reason is back on the task: b" in said
    )
    assert desk.pull().sent_back.given_back == ()
    for annotator in (1, 2):
        desk.update("b", annotator, ship=True)
    assert desk.pull().sent_back.mended == ("b",)


def test_a_reason_comes_off_where_the_overlap_was_raised_in_label_studio(desk):
    """By whoever may: no push takes the reason off first."""
    desk.give_back()
    desk.pull()
    before = desk.reason("b")
    (task,) = desk.studio.tasks(1, doc_ids=["b"])
    desk.studio.set_overlap(task.id, task.annotations + 1)

    report = desk.pull()

    assert report.sent_back.aside == ("b",)
    assert desk.reason("b") == ""
    desk.submit("b", 3)
    assert desk.pull().sent_back.given_back == ("b",)
    assert desk.reason("b") == before


@pytest.mark.parametrize("way", ["deleted", "skipped"])
def test_a_reason_comes_off_where_a_colleagues_work_is_taken_back(desk, way):
    (task,) = desk.studio.tasks(1, doc_ids=["b"])
    desk.studio.set_overlap(task.id, 2)
    desk.give_back()
    desk.pull()
    before = desk.reason("b")
    (one,) = [one for one in desk.task("b").annotations if one["completed_by"] == 2]
    if way == "deleted":
        desk.studio.delete_annotation(one["id"])
    else:
        desk.studio.change(one["id"], skipped=True)

    report = desk.pull()

    assert report.sent_back.aside == ("b",)
    assert desk.reason("b") == ""
    assert desk.pull(send_back=True).sent_back.held == ("b",)
    desk.submit("b", 3)
    report = desk.pull()
    assert report.sent_back.given_back == ("b",)
    assert desk.reason("b").splitlines()[0] == before.splitlines()[0]
