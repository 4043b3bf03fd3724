"""What annotators submitted comes out; what is in doubt is a problem with a link; nothing else is lost."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulling import pull
from pydantic_core import to_json
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.errors import Problem, StudioError
from curation.labelstudio.pull.cursor import PullCursor
from curation.labelstudio.pull.pull import NOT_EXPORTED
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result

MODEL = Layer("model", "m", "1", "w", "r")


def document(number):
    bob, al = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
    relations = (Relation(bob, al, "meets_with"),)
    return Document(
        f"doc-{number}", f"Bob met Al. {number}", (bob, al), relations, {"n": number}, MODEL
    )


@pytest.fixture
def studio():
    return filled(4)


def filled(number, studio=None):
    studio = studio or MemoryStudio()
    studio.emails[2] = "second@example.org"
    push_documents(studio, [document(n) for n in range(number)], SCHEMA, title="p")
    return studio


def tasks(studio):
    return {task.doc_id: task.id for task in studio.tasks(1)}


def pulled(studio, since=None):
    return pull(studio, SCHEMA, title="p", pseudonym=lambda n, _: f"person-{n}", since=since)


def submit(studio, number, *, by=1, keep=2, **options):
    """Submit the suggestions of a document with its first *keep* regions."""
    result = to_result(document(number), SCHEMA)[:keep]
    return studio.submit(tasks(studio)[f"doc-{number}"], result, by=by, **options)


def test_an_annotation_comes_with_its_annotator_and_what_it_started_from(studio):
    submit(studio, 1)

    (annotation,) = pulled(studio).annotations
    assert annotation.document == replace(
        document(1), relations=(), layer=Layer("annotator", "person-1")
    )
    assert annotation.suggestion == document(1)


def test_who_made_it_and_who_changed_it_last_are_both_kept(studio):
    submit(studio, 1, by=1)
    studio.stored_tasks[tasks(studio)["doc-1"]].annotations[0]["updated_by"] = 2

    (annotation,) = pulled(studio).annotations
    assert (annotation.annotator, annotation.edited_by) == ("person-1", "person-2")


def test_an_empty_submission_is_an_annotation(studio):
    """It says that there is nothing to mark."""
    submit(studio, 1, keep=0)

    (annotation,) = pulled(studio).annotations
    assert annotation.document.entities == ()


def test_skipped_and_draft_annotations_are_not_gold(studio):
    submit(studio, 1, skipped=True)
    studio.draft(tasks(studio)["doc-2"])

    found = pulled(studio)
    assert found.annotations == ()
    assert found.skipped == 1
    assert found.delivered == {"doc-1"}


def test_a_flag_and_a_note_on_what_was_skipped_are_told(studio):
    """They are no gold; but somebody meant them to be read."""
    note = {"type": "textarea", "from_name": "note", "value": {"text": ["cut off"]}}
    task = tasks(studio)["doc-1"]
    studio.submit(task, [FLAG, note], skipped=True)
    submit(studio, 2, skipped=True)

    found = pulled(studio)
    (remark,) = found.cursor.remarks_on(found.delivered)
    said = "skipped by person-1, flagged needs_discussion: cut off"
    assert (remark.place, remark.what) == ("doc-1", said)
    assert remark.link.endswith(f"?task={task}")
    assert (found.annotations, found.cursor.all_problems()) == ((), ())


def test_of_two_names_that_a_hyphen_joins_one_alone_is_in_doubt(studio):
    hyphened = Document("doc-h", "Jean-Claude met Moscow-Tehran", (), (), {}, MODEL)
    push_documents(studio, [hyphened], SCHEMA, title="p")
    drawn = [
        {
            "id": f"r{start}",
            "type": "labels",
            "from_name": "label",
            "to_name": "text",
            "origin": "manual",
            "value": {"start": start, "end": end, "labels": ["PERSON"]},
        }
        for start, end in ((0, 4), (16, 22), (23, 29))
    ]
    studio.submit(tasks(studio)["doc-h"], drawn)

    found = pulled(studio)
    (remark,) = found.cursor.remarks_on(found.delivered)
    assert (remark.place, remark.what) == (
        "doc-h, 0..4",
        "'Jean' stands in 'Jean-Claude': all of the name, or a part of it?",
    )
    assert len(found.annotations) == 1


def test_a_bad_annotation_is_a_problem_with_a_link_and_the_others_come_through(studio):
    bad = to_result(document(1), SCHEMA)
    bad[-1].pop("labels")
    task = tasks(studio)["doc-1"]
    studio.submit(task, bad)
    submit(studio, 2)

    found = pulled(studio)
    assert [a.document.id for a in found.annotations] == ["doc-2"]
    (problem,) = found.cursor.all_problems()
    assert "has no label" in problem.what
    assert problem.link == f"{studio.url}/projects/1/data?task={task}"


def test_two_annotators_give_two_annotations(studio):
    submit(studio, 1, by=1)
    submit(studio, 1, by=2, keep=0)

    assert [a.annotator for a in pulled(studio).annotations] == ["person-1", "person-2"]


def test_the_same_twice_by_one_person_is_one(studio):
    submit(studio, 1)
    submit(studio, 1)

    assert len(pulled(studio).annotations) == 1


DELETE = (
    "delete the wrong one: point at its tab above the text, press ⋮, "
    "choose Delete Annotation, then Delete (no Update is needed)"
)
FLAG = {"type": "choices", "from_name": "doc_flag", "value": {"choices": ["needs_discussion"]}}


def label_gone(result):
    result[1]["value"]["labels"] = []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r[0]["value"].update(labels=["ORG"]), "'Bob' is ORG in one, PERSON in the other"),
        (lambda r: (r.pop(0), r.pop()), "'Bob' is marked PERSON in one only"),
        (lambda r: r.pop(), "the arrow meets_with from 'Bob' to 'Al' is there in one only"),
        (lambda r: r.append(FLAG), "the flag needs_discussion is set in one only"),
        (lambda r: (r.pop(0), r.pop(), r.append(FLAG)), "'Bob' is marked PERSON in one only, and 1 more difference"),
    ],
    ids=["type", "name", "arrow", "flag", "several"],
)  # fmt: skip
def test_two_that_differ_by_one_person_are_a_problem_that_says_what_differs(
    studio, change, said
):
    """And how to be rid of one, in words that annotators can follow."""
    whole = to_result(document(1), SCHEMA)
    other = to_result(document(1), SCHEMA)
    change(other)
    if "ORG" in said:
        for result in (whole, other):
            result.pop()
    for result in (other, whole):
        studio.submit(tasks(studio)["doc-1"], result)

    found = pulled(studio)
    assert found.annotations == ()
    (problem,) = found.cursor.all_problems()
    assert problem.annotator == "person-1"
    assert problem.what == f"two annotations by the same annotator differ: {said}; {DELETE}"


@pytest.mark.parametrize("bad_first", [True, False])
def test_a_second_annotation_beside_a_faulty_one_is_told_with_its_fault(studio, bad_first):
    """Somebody submitted anew in place of an Update."""
    good, bad = to_result(document(1), SCHEMA), to_result(document(1), SCHEMA)
    label_gone(bad)
    for result in (bad, good) if bad_first else (good, bad):
        studio.submit(tasks(studio)["doc-1"], result)
    submit(studio, 1, by=2)

    fault, double = pulled(studio).cursor.all_problems()
    assert (fault.annotator, double.annotator) == ("person-1", "person-1")
    assert fault.what == "'Al' has no label"
    assert double.what == (
        f"two annotations by the same annotator, and not all of them are right; {DELETE}"
    )


def test_trims_of_an_annotation_with_a_problem_elsewhere_are_told(studio):
    result = to_result(document(1), SCHEMA)
    result[0]["value"]["end"] += 1
    label_gone(result)
    studio.submit(tasks(studio)["doc-1"], result)

    found = pulled(studio)
    assert len(found.cursor.all_problems()) == 1
    assert [one.what for one in found.trimmed] == ["'Bob ' is read as 'Bob'"]


def test_an_annotation_that_somebody_else_updated_is_told_by_the_pull_that_it_comes_with(
    studio,
):
    """And by no other, though the document comes again."""
    for number in (1, 2, 3):
        submit(studio, number)
    submit(studio, 2, skipped=True)
    task = studio.stored_tasks[tasks(studio)["doc-1"]]
    task.annotations[0]["updated_by"] = 2
    studio.stored_tasks[tasks(studio)["doc-2"]].annotations[1]["updated_by"] = 2

    first = pulled(studio)
    assert first.edited_by_others == {"doc-1": 1}
    submit(studio, 1, by=2)
    second = pulled(studio, first.cursor)
    assert second.delivered == {"doc-1"}
    assert second.edited_by_others == {}


def test_what_is_worth_a_look_is_told_with_a_link_and_keeps_nothing_out(studio):
    """Of what changed, and of all that stands, until it is settled."""
    asks = {"type": "choices", "from_name": "doc_flag", "to_name": "text", "id": "f"}
    asks["value"] = {"choices": ["needs_discussion"]}
    task = tasks(studio)["doc-1"]
    nested = to_result(document(1), SCHEMA)[0] | {"id": "c"}
    nested["value"] = nested["value"] | {"end": len("Bob met"), "labels": ["ORG"]}
    studio.submit(task, [*to_result(document(1), SCHEMA), nested, asks])

    first = pulled(studio)
    assert len(first.annotations) == 1
    assert first.cursor.all_problems() == ()
    link = f"{studio.url}/projects/1/data?task={task}"
    assert first.cursor.remarks == {
        "doc-1": (
            Problem("doc-1", "flagged needs_discussion by person-1", link),
            Problem("doc-1", "'Bob' (PERSON) lies in 'Bob met' (ORG)", link),
        )
    }
    submit(studio, 2)
    second = pulled(studio, first.cursor)
    assert second.cursor.remarks_on(second.delivered) == ()
    assert second.cursor.remarks == first.cursor.remarks
    studio.stored_tasks[task].annotations.clear()
    submit(studio, 1)
    assert pulled(studio, second.cursor).cursor.remarks == {}


def test_only_what_changed_is_pulled_again(studio):
    submit(studio, 1)
    first = pulled(studio)
    submit(studio, 2)

    second = pulled(studio, first.cursor)
    assert second.delivered == {"doc-2"}
    third = pulled(studio, second.cursor)
    assert third.delivered == set()
    assert third.cursor == second.cursor


def test_a_change_in_the_very_moment_of_the_last_one_is_seen(studio):
    """Time is no finer than a microsecond."""
    submit(studio, 1)
    first = pulled(studio)
    submit(studio, 2)
    one, two = (studio.stored_tasks[tasks(studio)[f"doc-{n}"]] for n in (1, 2))
    two.updated_at = one.updated_at

    assert pulled(studio, first.cursor).delivered == {"doc-2"}


def test_a_problem_stands_until_it_is_mended(studio):
    bad = to_result(document(1), SCHEMA)
    bad[0]["value"]["labels"] = []
    studio.submit(tasks(studio)["doc-1"], bad)
    first = pulled(studio)
    submit(studio, 2)
    second = pulled(studio, first.cursor)
    studio.stored_tasks[tasks(studio)["doc-1"]].annotations.clear()
    submit(studio, 1)
    third = pulled(studio, second.cursor)

    assert len(first.cursor.all_problems()) == len(second.cursor.all_problems()) == 1
    assert third.cursor.all_problems() == ()
    assert "doc-1" in {a.document.id for a in third.annotations}


@pytest.mark.parametrize("full", [False, True], ids=["incremental", "full"])
def test_a_deleted_task_is_noticed_and_stays_noticed(studio, full):
    submit(studio, 1)
    submit(studio, 2)
    before = pulled(studio).cursor
    studio.delete_task(tasks(studio)["doc-1"])

    found = pulled(studio, replace(before, since="") if full else before)
    assert found.cursor.deleted == ("doc-1",)
    assert "doc-1" not in found.delivered
    assert pulled(studio, found.cursor).cursor.deleted == ("doc-1",)


def test_a_deleted_document_that_was_pushed_again_is_no_longer_missed(studio):
    submit(studio, 1)
    before = pulled(studio).cursor
    studio.delete_task(tasks(studio)["doc-1"])
    gone = pulled(studio, before).cursor
    push_documents(studio, [document(1)], SCHEMA, title="p")
    submit(studio, 1)

    assert pulled(studio, gone).cursor.deleted == ()


@pytest.mark.parametrize("full", [False, True], ids=["incremental", "full"])
def test_a_document_whose_annotations_were_deleted_is_told_until_it_has_others(studio, full):
    submit(studio, 1)
    submit(studio, 2)
    before = pulled(studio).cursor
    kept = studio.stored_tasks[tasks(studio)["doc-1"]]
    kept.annotations.clear()
    kept.updated_at = studio.tick()

    found = pulled(studio, replace(before, since="") if full else before)
    assert found.cursor.emptied == ("doc-1",)
    assert pulled(studio, found.cursor).cursor.emptied == ("doc-1",)
    submit(studio, 1)
    assert pulled(studio, found.cursor).cursor.emptied == ()


def test_two_tasks_with_one_document_are_a_problem(studio):
    submit(studio, 1)
    studio.import_tasks(
        1, [to_json({"data": studio.stored_tasks[tasks(studio)["doc-1"]].data})]
    )
    studio.submit(tasks(studio)["doc-1"], [])

    found = pulled(studio)
    assert found.annotations == ()
    assert "both hold this document" in found.cursor.all_problems()[0].what


def noted(*lines):
    return {"type": "textarea", "from_name": "note", "value": {"text": list(lines)}}


def test_a_note_comes_with_the_annotation(studio):
    studio.submit(tasks(studio)["doc-1"], [noted("really?")])

    (annotation,) = pulled(studio).annotations
    assert annotation.note == "really?"


def test_the_same_twice_by_one_person_has_both_notes(studio):
    """They say nothing of what is marked, so that nothing differs."""
    for note in ("really?", "yes\n\nit is", "really?"):
        studio.submit(tasks(studio)["doc-1"], [noted(note)])

    (annotation,) = pulled(studio).annotations
    assert annotation.note == "really?\nyes\n\nit is"


def test_a_project_that_is_not_there_is_told():
    with pytest.raises(StudioError, match="has no project 'p'"):
        pulled(MemoryStudio())


class Forgetful(MemoryStudio):
    """Leaves tasks out of its exports, each so many times, and says nothing of it."""

    def __init__(self):
        super().__init__()
        self.forgets = Counter()

    def export(self, project, task_ids=None):
        for task in super().export(project, task_ids):
            if self.forgets[task["id"]] == 0:
                yield task
            else:
                self.forgets[task["id"]] -= 1


@pytest.fixture
def forgetful():
    return filled(4, Forgetful())


def test_a_change_that_the_export_leaves_out_is_asked_for_once_more(forgetful):
    submit(forgetful, 1)
    first = pulled(forgetful)
    submit(forgetful, 2)
    forgetful.forgets[tasks(forgetful)["doc-2"]] = 1

    second = pulled(forgetful, first.cursor)

    assert second.delivered == {"doc-2"}
    assert second.cursor.all_problems() == ()


@pytest.mark.parametrize("full", [False, True], ids=["incremental", "full"])
def test_a_change_that_stays_left_out_is_told_and_asked_for_by_the_next_pull(forgetful, full):
    """The cursor doesn't move past it."""
    submit(forgetful, 1)
    first = pulled(forgetful)
    submit(forgetful, 2)
    forgetful.forgets[tasks(forgetful)["doc-2"]] = 2

    second = pulled(forgetful, PullCursor() if full else first.cursor)
    submit(forgetful, 3)
    third = pulled(forgetful, second.cursor)

    assert "doc-2" not in second.delivered
    problem = second.cursor.all_problems()[-1]
    assert (problem.place, problem.what) == ("doc-2", NOT_EXPORTED)
    assert problem.link.endswith(f"task={tasks(forgetful)['doc-2']}")
    assert third.delivered >= {"doc-2", "doc-3"}
    assert third.cursor.all_problems() == ()
    assert third.cursor.ask_again == {}


def test_one_of_two_tasks_with_one_document_deleted_mends_it(studio):
    """Whichever it is; until then both pulls say so."""
    submit(studio, 1)
    first = pulled(studio)
    one = tasks(studio)["doc-1"]
    studio.import_tasks(1, [to_json({"data": studio.stored_tasks[one].data})])
    other = tasks(studio)["doc-1"]
    studio.submit(other, [])

    second = pulled(studio, first.cursor)
    third = pulled(studio, second.cursor)
    studio.delete_task(one)
    fourth = pulled(studio, third.cursor)

    assert second.annotations == third.annotations == ()
    assert "both hold this document" in second.cursor.all_problems()[0].what
    assert second.cursor.all_problems() == third.cursor.all_problems()
    assert fourth.cursor.all_problems() == ()
    assert fourth.cursor.deleted == ()
    assert [a.document.id for a in fourth.annotations] == ["doc-1"]


class Overtaken(MemoryStudio):
    """Once, when the first task was exported, it changes again, and so does the last."""

    def __init__(self):
        super().__init__()
        self.changes = []

    def export(self, project, task_ids=None):
        for task in super().export(project, task_ids):
            yield task
            while self.changes:
                self.changes.pop(0)()


@pytest.mark.parametrize("full", [False, True], ids=["incremental", "full"])
def test_a_change_of_what_was_exported_already_is_seen_by_the_next_pull(full):
    """Though this pull sees later changes, of what was exported after that."""
    studio = filled(4, Overtaken())
    for number in range(4):
        submit(studio, number)
    first = PullCursor() if full else pulled(studio).cursor
    for number in range(4):
        submit(studio, number)
    studio.changes = [partial(submit, studio, number, by=2, keep=0) for number in (0, 3)]

    second = pulled(studio, first)
    third = pulled(studio, second.cursor)
    fourth = pulled(studio, third.cursor)

    assert [a.document.id for a in second.annotations].count("doc-0") == 1
    assert [a.document.id for a in second.annotations].count("doc-3") == 2
    assert third.delivered == {"doc-0"}
    assert fourth.delivered == set()


acts = st.lists(
    st.tuples(
        st.sampled_from(["submit", "skip", "bad", "clear", "delete", "pull"]),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=12,
)


class Busy(MemoryStudio):
    """Annotators go on while it is asked: one act of theirs before each answer, and each task."""

    def __init__(self):
        super().__init__()
        self.meanwhile = []

    def go_on(self):
        if self.meanwhile:
            self.meanwhile.pop(0)()

    def last_change(self, project):
        self.go_on()
        return super().last_change(project)

    def tasks(self, project, **which):
        self.go_on()
        for task in super().tasks(project, **which):
            yield task
            self.go_on()

    def export(self, project, task_ids=None):
        self.go_on()
        for task in super().export(project, task_ids):
            yield task
            self.go_on()


class Desk:
    """A project at which annotators work, and a maintainer who pulls now and then."""

    def __init__(self):
        self.studio = filled(4, Busy())
        self.tasks = tasks(self.studio)
        self.cursor = PullCursor()
        self.kept = {}

    def pull(self):
        found = pulled(self.studio, self.cursor)
        while self.studio.meanwhile:
            self.studio.go_on()
        for name in found.delivered:
            self.kept.pop(name, None)
        self.kept |= by_document(found)
        self.cursor = found.cursor

    def act(self, act, number):
        task = self.tasks[f"doc-{number}"]
        if act == "pull":
            self.pull()
        elif task not in self.studio.stored_tasks:
            return
        elif act == "delete":
            self.studio.delete_task(task)
        elif act == "clear":
            self.studio.stored_tasks[task].annotations.clear()
            self.studio.stored_tasks[task].updated_at = self.studio.tick()
        elif act == "bad":
            self.studio.submit(task, [{"type": "labels"}])
        else:
            result = to_result(document(number), SCHEMA)[:2]
            self.studio.submit(task, result, skipped=act == "skip")


def by_document(found):
    kept = {}
    for one in found.annotations:
        kept.setdefault(one.document.id, []).append(one)
    return kept


@given(acts)
@settings(deadline=None)
def test_pulling_in_steps_ends_where_pulling_at_once_does(given):
    """Whatever annotators do between pulls, and while one goes on."""
    desk = Desk()
    for act, number, meanwhile in [*given, ("pull", 0, False), ("pull", 0, False)]:
        if meanwhile and act != "pull":
            desk.studio.meanwhile.append(partial(desk.act, act, number))
        else:
            desk.act(act, number)

    whole = pulled(desk.studio)

    alive = {name: kept for name, kept in desk.kept.items() if name in whole.delivered}
    assert alive == by_document(whole)
    assert desk.cursor.all_problems() == whole.cursor.all_problems()
    assert desk.cursor.annotated == whole.cursor.annotated


class CountingStudio(MemoryStudio):
    """Counts the calls that ask for suggestions."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def predictions(self, project, tasks=None):
        if tasks is not None:
            self.asked.append(tasks)
        return super().predictions(project, tasks)


@pytest.mark.parametrize("parent", [None, 1], ids=["only the stamp", "a parent"])
def test_suggestions_that_an_export_leaves_out_are_asked_for_many_at_once(parent):
    """As of annotations that were made by the API, or of suggestions by an action of the server."""
    studio = filled(60, CountingStudio())
    for n in range(60):
        submit(studio, n)
        stored = studio.stored_tasks[tasks(studio)[f"doc-{n}"]]
        stored.annotations[-1] |= {"prediction": {}, "parent_prediction": parent}
        for region in stored.annotations[-1]["result"]:
            region.pop("origin", None)
    studio.asked.clear()

    found = pulled(studio)

    assert len(studio.asked) == 2
    assert all(one.suggestion.entities == document(0).entities for one in found.annotations)
