"""Tasks become those of as many annotators as they are dealt to, in few calls, whatever was before."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelstudio.push.test_push import document, pushed
from samples import SCHEMA

from curation.errors import StudioConnectionLost, StudioError
from curation.labelstudio.push.dealing import AskedDealing, Dealing
from curation.labelstudio.push.overlap import change_overlap, plan_overlap
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.server.twin import MemoryStudio

DOCUMENTS = [document(number) for number in range(40)]
SHARE = Dealing(overlap=2, overlap_share=0.3)
CHOSEN = {one.id for one in DOCUMENTS if SHARE.overlap_of(one.id) == 2}


def overlaps(studio):
    return {task.doc_id: task.overlap for task in studio.tasks(1)}


def dealt(studio, documents=DOCUMENTS, *, ledger=None, **asked):
    options = {"ledger": ledger} if ledger else {}
    return pushed(studio, documents, dealing=AskedDealing(**asked), **options)


def several(documents):
    return {one.id: 2 if one.id in CHOSEN else 1 for one in documents}


DEALINGS = st.builds(
    Dealing, overlap=st.integers(1, 4), overlap_share=st.sampled_from([0.0, 0.3, 1.0])
)


@given(st.lists(st.integers(1, 4), max_size=70), st.integers(1, 4), DEALINGS)
def test_whatever_was_before_every_task_is_as_dealt_after_few_calls(before, overlap, dealing):
    studio = MemoryStudio()
    project = studio.create_project("p", "<View/>", "")
    bare = [b'{"data": {"doc_id": "doc-%d", "text": ""}}' % n for n in range(len(before))]
    studio.import_tasks(project.id, bare)
    studio.update_project(project.id, overlap=overlap)
    for number, own in zip(sorted(studio.stored_tasks), before, strict=True):
        studio.set_overlap(number, own)
    project = studio.find_project("p")
    tasks = list(studio.tasks(project.id))

    changes = plan_overlap(project, dealing, tasks)
    change_overlap(studio, project, changes)

    now = studio.find_project("p")
    assert now.overlap == dealing.project_overlap
    assert overlaps(studio) == {task.doc_id: dealing.overlap_of(task.group) for task in tasks}
    assert len(changes.settings) <= 3
    assert len(changes.tasks) <= max(50, sum(one > 1 for one in overlaps(studio).values()))
    again = plan_overlap(now, dealing, studio.tasks(project.id))
    assert (again.settings, again.tasks) == ((), {})


def test_all_documents_are_for_as_many_annotators_as_asked_for():
    studio = MemoryStudio()

    report = dealt(studio, DOCUMENTS[:3], overlap=2)
    assert (report.dealing.overlap, report.overlap.raised) == (2, 0)
    dealt(studio, DOCUMENTS[:5])

    assert set(overlaps(studio).values()) == {2}
    assert studio.find_project("p").overlap == 2
    assert studio.find_project("p").description == "curate push --overlap 2"


def test_a_share_of_the_documents_stays_the_same_as_documents_come():
    studio, pushed_at_once = MemoryStudio(), MemoryStudio()
    for last in (1, 7, 40):
        asked = {"overlap": 2, "overlap_share": 0.3} if last == 1 else {}
        report = dealt(studio, DOCUMENTS[:last], **asked)
        assert overlaps(studio) == several(DOCUMENTS[:last])
        assert report.created == last - report.unchanged

    dealt(pushed_at_once, overlap=2, overlap_share=0.3)
    assert overlaps(pushed_at_once) == overlaps(studio)


def test_documents_of_one_group_are_chosen_together():
    studio = MemoryStudio()
    groups = {one.id: f"g{number % 4}" for number, one in enumerate(DOCUMENTS)}
    grouped = [replace(one, meta={"group": groups[one.id]}) for one in DOCUMENTS]

    dealt(studio, grouped, overlap=2, overlap_share=0.5)

    dealing = Dealing(overlap=2, overlap_share=0.5)
    assert overlaps(studio) == {
        name: dealing.overlap_of(group) for name, group in groups.items()
    }
    assert len({*overlaps(studio).values()}) == 2


def test_raised_later_finished_tasks_are_told_to_be_open_for_others():
    studio = MemoryStudio()
    dealt(studio, DOCUMENTS[:3], overlap=1)
    studio.submit(1, [])

    dry = pushed(studio, DOCUMENTS[:3], dry_run=True, dealing=AskedDealing(overlap=2))
    assert set(overlaps(studio).values()) == {1}
    report = dealt(studio, DOCUMENTS[:3], overlap=2)

    assert dry.overlap == report.overlap
    assert (report.overlap.raised, report.overlap.reopened) == (3, 1)
    assert report.overlap.settings == (2,)
    assert set(overlaps(studio).values()) == {2}


def test_lowered_later_all_annotations_stay():
    studio = MemoryStudio()
    dealt(studio, DOCUMENTS[:3], overlap=2)
    studio.submit(1, [])

    report = dealt(studio, DOCUMENTS[:3], overlap=1)

    assert (report.overlap.lowered, report.overlap.finished) == (3, 1)
    assert set(overlaps(studio).values()) == {1}
    assert [len(task.annotations) for task in studio.stored_tasks.values()] == [1, 0, 0]


def test_a_project_whose_overlap_somebody_set_by_hand_is_left_alone():
    studio = MemoryStudio()
    pushed(studio, DOCUMENTS[:2])
    studio.update_project(1, overlap=3, description="Ours")

    pushed(studio, DOCUMENTS[:3])

    assert set(overlaps(studio).values()) == {3}
    assert studio.find_project("p").description == "Ours"


def test_what_somebody_wrote_about_the_project_stays():
    studio = MemoryStudio()
    pushed(studio, DOCUMENTS[:2])
    studio.update_project(1, description="Ours")

    dealt(studio, DOCUMENTS[:2], overlap=2)

    assert studio.find_project("p").description == "Ours\ncurate push --overlap 2"


class Killed(MemoryStudio):
    """Somebody ends the push at one of its calls that write."""

    def __init__(self, at):
        super().__init__()
        self.calls, self.at = 0, at

    def _write(self, name, *arguments, **options):
        self.calls += 1
        if self.calls == self.at:
            raise StudioConnectionLost("killed")
        return getattr(super(), name)(*arguments, **options)

    def set_overlap(self, *arguments):
        return self._write("set_overlap", *arguments)

    def update_project(self, *arguments, **options):
        return self._write("update_project", *arguments, **options)


@pytest.mark.parametrize("at", range(2, 14))
def test_a_push_that_is_killed_is_completed_by_the_next(at):
    """Also by one of other documents, from another machine, that names no overlap where the project does."""
    studio = Killed(at)
    asked = {"overlap": 2, "overlap_share": 0.3}
    with pytest.raises(StudioError):
        dealt(studio, **asked)
    described = studio.find_project("p") and studio.find_project("p").description

    dealt(studio, DOCUMENTS[:1], **({} if described else asked))
    assert overlaps(studio) == several(one for one in DOCUMENTS if one.id in overlaps(studio))
    dealt(studio)
    assert overlaps(studio) == several(DOCUMENTS)


class Counting(MemoryStudio):
    """Counts lists of all tasks, and overlaps that are set."""

    def __init__(self):
        super().__init__()
        self.listed = self.set = 0

    def tasks(self, project, *, doc_ids=None, numbers=None, since="", upto=None):
        self.listed += doc_ids is None and numbers is None and not since
        return super().tasks(project, doc_ids=doc_ids, numbers=numbers, since=since, upto=upto)

    def set_overlap(self, *arguments):
        self.set += 1
        return super().set_overlap(*arguments)


def test_what_the_last_push_dealt_out_costs_nothing_to_look_at():
    studio = Counting()
    ledger = dealt(studio, overlap=2, overlap_share=0.3).ledger
    studio.listed = studio.set = 0

    ledger = dealt(studio, ledger=ledger).ledger or ledger
    assert (studio.listed, studio.set) == (0, 0)
    more = [*DOCUMENTS, document(100), document(101)]
    dealt(studio, more, ledger=ledger)

    assert studio.listed == 0
    assert studio.set == sum(SHARE.overlap_of(one.id) == 2 for one in more[-2:])


def test_a_dry_run_deals_nothing_out():
    studio = MemoryStudio()
    options = PushOptions(dry_run=True, dealing=AskedDealing(overlap=2))
    push_documents(studio, DOCUMENTS, SCHEMA, title="p", options=options)

    assert studio.projects == {}


def test_where_somebody_rewrote_the_description_the_last_push_from_here_still_knows():
    studio = MemoryStudio()
    ledger = dealt(studio, DOCUMENTS[:20], overlap=2, overlap_share=0.3).ledger
    studio.update_project(1, description="Ours")

    dealt(studio, ledger=ledger)

    assert overlaps(studio) == several(DOCUMENTS)
    assert studio.find_project("p").description == (
        "Ours\ncurate push --overlap 2 --overlap-share 0.3"
    )
