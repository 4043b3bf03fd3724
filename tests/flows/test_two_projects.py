"""A document in two projects, and what becomes of it when one of them has no work of it any more."""

import json

import msgspec
import pytest
from gold_samples import gold_ids, read_next
from samples import SCHEMA

from curation.commands.pull import pull_lines
from curation.commands.show import document_lines
from curation.documents.document import Document, Entity
from curation.errors import GoldError
from curation.flows.drop import drop
from curation.flows.pull import pull
from curation.flows.restore import restore
from curation.flows.show import show
from curation.flows.status import status
from curation.gold.working.file_names import file_name
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.schema.labeling import FLAGS_TAG, TEXT_TAG
from curation.workspace import Workspace

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
MET = Document("d1", "Bob met Al.", (BOB, AL))
LESS = Document("d1", "Bob met Al.", (BOB,))


@pytest.fixture
def studio():
    studio = MemoryStudio()
    studio.emails[2] = "ben@example.org"
    for title in ("t", "b"):
        push_documents(studio, [MET.without_annotations()], SCHEMA, title=title)
    return studio


def task(studio, title):
    [found] = studio.tasks(studio.find_project(title).id)
    return found.id


def pull_both(studio, place):
    for title in ("t", "b"):
        pull(studio, place, SCHEMA, title=title)


@pytest.mark.parametrize(
    "mine", [to_result(LESS, SCHEMA), [{"type": "labels"}]], ids=["other marks", "a problem"]
)
@pytest.mark.parametrize("gone", [MemoryStudio.clear, MemoryStudio.delete_task])
def test_what_one_project_lost_keeps_the_others_gold_out_no_longer(studio, place, mine, gone):
    studio.submit(task(studio, "t"), mine)
    studio.submit(task(studio, "b"), to_result(MET, SCHEMA), by=2)
    pull_both(studio, place)
    assert read_next(place.gold).gold_documents == ()

    gone(studio, task(studio, "t"))
    pull_both(studio, place)

    [one] = read_next(place.gold).gold_documents
    assert len(one.document.entities) == 2


def test_two_ids_of_one_file_name_are_told_and_nothing_is_overwritten(
    studio, place, monkeypatch
):
    studio.submit(task(studio, "t"), to_result(MET, SCHEMA))
    pull_both(studio, place)
    path = place.next / file_name("d1")
    form = json.loads(path.read_text())
    before = path.read_bytes()
    with place.working_version(SCHEMA) as working:
        record = working.record("d1")
        assert record.id == form["id"]
        monkeypatch.setattr("curation.gold.working.version.file_name", lambda _: path.name)

        assert working.has_unusable_file("another")
        said = str(working.problems().shown[0])

    assert "'another' and 'd1' would have the same file" in said
    assert path.read_bytes() == before


def test_who_only_edited_is_known_on_another_machine_too(studio, place):
    number = studio.submit(task(studio, "t"), to_result(MET, SCHEMA))
    studio.emails[3] = "cy@example.org"
    [annotation] = studio.stored_tasks[task(studio, "t")].annotations
    annotation |= {"id": number, "updated_by": 3, "updated_at": studio.tick()}
    pull_both(studio, place)
    before = (place.next / "d1.json").read_bytes()

    pull_both(studio, Workspace(place.gold, place.home.with_name(".another")))

    assert b'"edited_by": ["person-' in before
    assert (place.next / "d1.json").read_bytes() == before


def test_what_is_withdrawn_is_neither_dropped_nor_restored(studio, place):
    studio.submit(task(studio, "t"), to_result(MET, SCHEMA))
    pull_both(studio, place)
    with place.working_version(SCHEMA) as working:
        record = msgspec.structs.replace(
            working.record("d1"), state="withdrawn", state_reason="asked for"
        )
        working.put(record)
        place.commit(working)

    with pytest.raises(GoldError, match="d1 is withdrawn"):
        drop(place, SCHEMA, ["d1"])
    with pytest.raises(GoldError, match="'d1' can't be restored"):
        restore(place, SCHEMA, ["d1"])

    assert '"state": "withdrawn"' in (place.next / "d1.json").read_text()


def test_a_dropped_document_whose_file_is_gone_is_restored_to_be_pulled(studio, place):
    studio.submit(task(studio, "t"), to_result(MET, SCHEMA))
    pull_both(studio, place)
    (place.next / "d1.json").unlink()
    drop(place, SCHEMA, ["d1"])

    reasons = restore(place, SCHEMA, ["d1"])

    assert "curate pull --full" in reasons["d1"]
    pull(studio, place, SCHEMA, title="t", full=True)
    assert gold_ids(place) == ["d1"]


def test_a_conflict_is_told_with_the_link_of_the_project_that_has_it(studio, place):
    """By the status and the pull of either, and with that project's name where it is the other."""
    studio.submit(task(studio, "t"), to_result(MET, SCHEMA))
    studio.submit(task(studio, "t"), to_result(LESS, SCHEMA), by=2)
    studio.submit(task(studio, "b"), to_result(MET, SCHEMA))
    pull_both(studio, place)
    link = f"{studio.url}/projects/{{}}/data?task={{}}"
    of_t = link.format(studio.find_project("t").id, task(studio, "t"))

    for title, where in (("t", ""), ("b", " in project 't'")):
        [told] = status(studio, place, SCHEMA, title=title).excluded
        assert told.link == of_t
        assert told.what.endswith(
            f"differ at 1 place (curate pull --project {title} says where){where}"
        )
        said = list(pull_lines(pull(studio, place, SCHEMA, title=title), place, dry_run=False))
        assert f"    {of_t}" in said
        assert any(line.endswith(f" differ{where}:") for line in said)


def test_a_conflict_between_two_projects_is_told_with_the_link_of_the_one_asked(studio, place):
    studio.submit(task(studio, "t"), to_result(MET, SCHEMA))
    studio.submit(task(studio, "b"), to_result(LESS, SCHEMA), by=2)
    pull_both(studio, place)

    for title in ("t", "b"):
        [told] = status(studio, place, SCHEMA, title=title).excluded
        assert told.link.endswith(f"?task={task(studio, title)}")
        assert "in project" not in told.what


def test_a_flag_of_one_project_is_told_with_its_link(studio, place):
    flag = {"id": "f", "type": "choices", "from_name": FLAGS_TAG, "to_name": TEXT_TAG, "value": {"choices": ["bad_text"]}}  # fmt: skip
    studio.submit(task(studio, "t"), [*to_result(MET, SCHEMA), flag])
    studio.submit(task(studio, "b"), to_result(MET, SCHEMA), by=2)
    pull_both(studio, place)

    [told] = status(studio, place, SCHEMA, title="b").excluded

    assert told.link.endswith(f"?task={task(studio, 't')}")
    assert told.what == "flagged bad_text in project 't'"


def test_whoever_annotates_a_document_in_two_projects_differently_has_one_vote_and_is_told(
    studio, place
):
    studio.submit(task(studio, "t"), to_result(LESS, SCHEMA))
    studio.submit(task(studio, "b"), to_result(MET, SCHEMA))
    pull(studio, place, SCHEMA, title="t")

    report = pull(studio, place, SCHEMA, title="b")

    (who,) = {one.annotator for one in read_next(place.gold).annotations}
    told = f"d1: {who} annotated the document more than once, and differently; the latest annotation counts"  # fmt: skip
    assert told in pull_lines(report, place, dry_run=False)
    [one] = read_next(place.gold).gold_documents
    assert len(one.document.entities) == 2
    said = "\n".join(document_lines(show(place, SCHEMA, "d1")))
    assert said.count("no vote: earlier work of the same annotator") == 1
    assert not pull(studio, place, SCHEMA, title="b").outdated
