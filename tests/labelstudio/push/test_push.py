"""Every document once, whatever happens on the way; suggestions replaced where nobody has begun."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.errors import SchemaError, StudioConnectionLost, StudioError, StudioRefusal
from curation.labelstudio.push.left_out import NothingKnownHere
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.push.report import PushReport
from curation.labelstudio.server import upload_batches
from curation.labelstudio.server.find_project import make_project
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.server.upload_batches import BATCH_DOCUMENTS
from curation.labelstudio.tasks import to_result, to_task_json
from curation.progress import unwatched

OLD = Layer("model", "m", "1", "w", "r")
NEW = Layer("model", "m", "2", "w", "r")


def document(number, layer=OLD, label="PERSON"):
    bob, al = Entity(0, 3, label, "a"), Entity(8, 10, "PERSON", "b")
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob, al), (), {}, layer)


def pushed(studio, documents, *, title="p", watch=unwatched, **options):
    options = PushOptions(**{"wait": lambda seconds: None} | options)
    last = push_documents(studio, documents, SCHEMA, title=title, options=options, watch=watch)
    assert isinstance(last, PushReport)
    return last


def numbers(report):
    refused = len(report.refused)
    return report.created, report.updated, report.unchanged, report.begun, refused


def shown(studio):
    """What an annotator would start from, by document."""
    project = studio.find_project("p")
    tasks = {task.id: task.doc_id for task in studio.tasks(project.id)}
    found = {}
    for one in studio.predictions(project.id):
        if one.model_version == project.model_version:
            found.setdefault(tasks[one.task], []).append(one.result)
    return found


def test_a_second_push_creates_nothing():
    studio = MemoryStudio()
    documents = [document(n) for n in range(3)]

    assert numbers(pushed(studio, documents)) == (3, 0, 0, 0, 0)
    (tab,) = studio.views(1)
    assert numbers(pushed(studio, documents)) == (0, 0, 3, 0, 0)
    assert studio.views(1) == [tab]
    assert len(studio.stored_tasks) == 3
    assert shown(studio) == {d.id: [to_result(d, SCHEMA)] for d in documents}


def test_new_suggestions_replace_old_ones_where_nobody_has_begun():
    studio = MemoryStudio()
    pushed(studio, [document(n) for n in range(4)])
    tasks = {task.doc_id: task.id for task in studio.tasks(1)}
    studio.submit(tasks["doc-1"], [])
    studio.submit(tasks["doc-2"], [], skipped=True)
    studio.draft(tasks["doc-3"])

    report = pushed(studio, [document(n, NEW, "ORG") for n in range(4)])

    assert numbers(report) == (0, 1, 0, 3, 0)
    assert shown(studio) == {"doc-0": [to_result(document(0, NEW, "ORG"), SCHEMA)]}
    kept = {one.task: one.model_version for one in studio.predictions(1)}
    assert [kept[tasks[f"doc-{n}"]] for n in range(4)] == [str(NEW), *[str(OLD)] * 3]


def test_suggestions_are_replaced_under_their_number():
    """What a page was opened with is still there when it submits; nobody is shown nothing meanwhile."""
    seen = []

    class Watched(MemoryStudio):
        def rewrite(self, *arguments, **options):
            super().rewrite(*arguments, **options)
            versions = {one.model_version for one in self.predictions(1)}
            seen.append((self.projects[1].model_version, len(versions)))

    studio = Watched()
    pushed(studio, [document(n) for n in range(3)])
    before = [one.id for one in studio.predictions(1)]

    pushed(studio, [document(n, NEW, "ORG") for n in range(3)])

    assert [one.id for one in studio.predictions(1)] == before
    assert seen == [("", 2), ("", 2), ("", 1)]
    assert studio.projects[1].model_version == str(NEW)


def test_other_suggestions_of_the_same_model_replace_the_old_ones():
    studio = MemoryStudio()
    pushed(studio, [document(0), document(1)])

    assert numbers(pushed(studio, [document(0, label="ORG"), document(1)])) == (0, 1, 1, 0, 0)
    assert shown(studio)["doc-0"] == [to_result(document(0, label="ORG"), SCHEMA)]


def test_a_model_switch_that_was_cut_off_is_made_up_for():
    """Only new tasks, and the old ones all annotated: nothing else tells that it is missing."""
    studio = Fault(set(), done=False)
    pushed(studio, [document(0)])
    studio.submit(1, [])
    studio.calls, studio.at = 0, {2}
    with pytest.raises(StudioConnectionLost):
        pushed(studio, [document(1, NEW)])

    pushed(studio, [document(1, NEW)])
    assert studio.find_project("p").model_version == str(NEW)


def test_an_old_file_pushed_again_hides_nothing():
    """Its tasks are done; the others go on showing what the newer model suggests."""
    studio = MemoryStudio()
    pushed(studio, [document(0)])
    studio.submit(1, [])
    pushed(studio, [document(1, NEW)])

    pushed(studio, [document(0)])
    assert studio.find_project("p").model_version == str(NEW)


def test_tasks_left_behind_with_another_models_suggestions_are_counted():
    studio = MemoryStudio()
    pushed(studio, [document(n) for n in range(5)])

    assert pushed(studio, [document(0, NEW), document(1, NEW)]).hidden == 3
    assert pushed(studio, [document(9, OLD)]).hidden == 2
    finished = {task.doc_id: task.id for task in studio.tasks(1)}["doc-0"]
    studio.submit(finished, [])
    assert pushed(studio, [document(9, OLD)], dry_run=True).hidden == 1


def corrected(number, layer=OLD):
    """The document, its article corrected before the first name: each offset is another one."""
    bob, al = Entity(6, 9, "PERSON", "a"), Entity(14, 16, "PERSON", "b")
    return Document(f"doc-{number}", f"Again Bob met Al. {number}", (bob, al), (), {}, layer)


def assert_suggestions_fit(studio):
    """Whatever a task's text is, its suggestions are of it."""
    for stored in studio.stored_tasks.values():
        for prediction in stored.predictions.values():
            for region in prediction["result"]:
                value = region["value"]
                assert stored.data["text"][value["start"] : value["end"]] == value["text"]


@pytest.mark.parametrize("layer", [OLD, NEW, None], ids=["same model", "new model", "blind"])
def test_an_article_corrected_before_anybody_began_is_replaced_with_its_suggestions(layer):
    studio = MemoryStudio()
    first = pushed(studio, [document(n) for n in range(3)])
    news = [
        replace(one, layer=layer) if layer else one.without_annotations()
        for one in (corrected(0), corrected(2))
    ]

    looked = pushed(studio, news, dry_run=True)
    report = pushed(studio, news, ledger=first.ledger)

    assert numbers(looked) == numbers(report) == (0, 2, 0, 0, 0)
    assert looked.corrected == report.corrected == 2
    held = {one.data["doc_id"]: one.data for one in studio.stored_tasks.values()}
    assert len(studio.stored_tasks) == 3
    for one in news:
        assert (held[one.id]["text"], held[one.id]["text_sha256"]) == (
            one.text,
            one.text_sha256,
        )
        assert shown(studio).get(one.id) == ([to_result(one, SCHEMA)] if layer else None)
    assert_suggestions_fit(studio)
    again = pushed(studio, news, ledger=report.ledger)
    assert (numbers(again), again.corrected) == ((0, 0, 2, 0, 0), 0)


@pytest.mark.parametrize("work", ["submitted", "skipped", "begun"])
def test_an_article_corrected_after_somebody_began_is_refused_and_the_others_go(work):
    studio = MemoryStudio()
    pushed(studio, [document(0), document(1)])
    if work == "begun":
        studio.draft(1)
    else:
        studio.submit(1, [], skipped=work == "skipped")

    report = pushed(studio, [corrected(0), corrected(1), document(2)])

    assert numbers(report) == (1, 1, 0, 0, 1)
    (problem,) = report.refused
    assert problem.place == "doc-0"
    assert 'a new id, and "supersedes": "doc-0" in its meta' in problem.what
    assert problem.what.endswith("then: curate drop doc-0")
    assert problem.link.endswith("task=1")
    assert studio.stored_tasks[1].data["text"] == document(0).text
    assert_suggestions_fit(studio)


def test_a_corrected_article_that_somebody_begins_at_that_moment_is_refused():
    class Racing(MemoryStudio):
        def tasks(self, project, *, numbers=None, **options):
            if numbers:
                self.draft(numbers[0])
            yield from super().tasks(project, numbers=numbers, **options)

    studio = Racing()
    pushed(studio, [document(0), document(1)])

    report = pushed(studio, [corrected(0), corrected(1)])

    assert numbers(report) == (0, 1, 0, 0, 1)
    assert report.refused[0].place == "doc-0"
    assert studio.stored_tasks[1].drafts
    assert_suggestions_fit(studio)


def test_an_article_whose_old_text_is_in_the_gold_is_not_replaced():
    """Its annotations were deleted in Label Studio, or are another project's."""
    studio = MemoryStudio()
    pushed(studio, [document(0)])

    class Pulled(NothingKnownHere):
        def __init__(self, text):
            self.text = text

        def text_sha256(self, document):
            return self.text

    known_here = Pulled(document(0).text_sha256)
    report = pushed(studio, [corrected(0)], known_here=known_here)

    assert numbers(report) == (0, 0, 0, 0, 1)
    new = pushed(studio, [corrected(0)], known_here=Pulled(corrected(0).text_sha256))
    assert numbers(new) == (0, 1, 0, 0, 0)


@pytest.mark.parametrize("done", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("at", range(1, 7))
def test_a_correction_that_was_cut_short_is_finished_by_the_next_push(at, done):
    studio = Fault(set(), done=done)
    pushed(studio, [document(n) for n in range(3)])
    news = [corrected(n, NEW) for n in range(3)]
    studio.calls, studio.at = 0, {at}

    try:
        pushed(studio, news)
    except StudioConnectionLost:
        assert_suggestions_fit(studio)
        studio.at = set()
        pushed(studio, news)

    assert shown(studio) == {one.id: [to_result(one, SCHEMA)] for one in news}
    assert len(list(studio.predictions(1))) == len(studio.stored_tasks) == 3
    assert_suggestions_fit(studio)


def test_a_blind_document_has_no_suggestions():
    studio = MemoryStudio()
    blind = document(0).without_annotations()

    assert numbers(pushed(studio, [blind])) == (1, 0, 0, 0, 0)
    assert numbers(pushed(studio, [blind])) == (0, 0, 1, 0, 0)
    assert list(studio.predictions(1)) == []


def test_a_dry_run_looks_and_writes_nothing():
    studio = MemoryStudio()

    assert numbers(pushed(studio, [document(0)], dry_run=True)) == (1, 0, 0, 0, 0)
    assert studio.projects == {}

    pushed(studio, [document(0)])
    report = pushed(studio, [document(0, NEW), document(1, NEW)], dry_run=True)
    assert numbers(report) == (1, 1, 0, 0, 0)
    assert (len(studio.stored_tasks), studio.find_project("p").model_version) == (1, str(OLD))


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(document(0, label="PERS"), id="an unknown label"),
        pytest.param(replace(document(0), text="Bob"), id="a span outside"),
        pytest.param(
            replace(document(0), relations=(Relation(Entity(0, 3, "PERSON"), Entity(4, 7, "GPE"), "supports"),)),
            id="a dangling relation, on which the editor goes blank",
        ),
    ],
)  # fmt: skip
def test_an_unsound_document_stops_the_push_before_anything_is_sent(broken):
    studio = MemoryStudio()

    with pytest.raises(SchemaError, match="doc-0, "):
        pushed(studio, [document(1), broken])
    assert studio.projects == {}


def test_two_models_in_one_file_are_refused():
    with pytest.raises(SchemaError, match="suggestions of 2 models"):
        pushed(MemoryStudio(), [document(0), document(1, NEW)])


def doubled(*work):
    """A project whose one document is there twice; *work* is done on the second."""
    studio = MemoryStudio()
    pushed(studio, [document(0)])
    first = next(iter(studio.stored_tasks))
    studio.import_tasks(1, [to_json({"data": studio.stored_tasks[first].data})])
    second = max(studio.stored_tasks)
    for act in work:
        getattr(studio, act)(second, *([[]] if act == "submit" else []))
    return studio, first, second


@pytest.mark.parametrize("work", [(), ("draft",), ("submit",)], ids=str)
def test_a_task_that_repeats_another_goes_if_nobody_has_begun_it(work):
    """What an import leaves that was carried out after all, beside the next one."""
    studio, first, second = doubled(*work)

    assert pushed(studio, [document(0)], dry_run=True).duplicates == 1
    assert studio.stored_tasks.keys() == {first, second}
    assert pushed(studio, [document(0)]).duplicates == 1
    assert studio.stored_tasks.keys() == {second if work else first}
    assert pushed(studio, [document(0)]).duplicates == 0


def test_a_document_that_two_have_begun_twice_is_told():
    studio, first, _ = doubled("draft")
    studio.draft(first)

    with pytest.raises(StudioError, match="both hold doc-0"):
        pushed(studio, [document(0)])


class Fault(MemoryStudio):
    """Breaks the connection at the given calls that write; before or after they are done."""

    def __init__(self, at, *, done):
        super().__init__()
        self.calls, self.at, self.done = 0, at, done

    def _write(self, name, *arguments, **options):
        self.calls += 1
        broken = self.calls in self.at
        if broken and not self.done:
            raise StudioConnectionLost("gone")
        result = getattr(super(), name)(*arguments, **options)
        if broken:
            raise StudioConnectionLost("gone")
        return result

    def import_tasks(self, *arguments):
        return self._write("import_tasks", *arguments)

    def import_predictions(self, *arguments):
        return self._write("import_predictions", *arguments)

    def delete_predictions(self, *arguments):
        return self._write("delete_predictions", *arguments)

    def rewrite(self, *arguments, **options):
        return self._write("rewrite", *arguments, **options)

    def update_project(self, *arguments, **options):
        return self._write("update_project", *arguments, **options)

    def delete_task(self, *arguments):
        return self._write("delete_task", *arguments)


@pytest.mark.parametrize("done", [True, False], ids=["committed", "not committed"])
def test_an_import_that_times_out_duplicates_nothing(done):
    studio = Fault({2, 3} if done else {2, 4}, done=done)
    documents = [document(n) for n in range(BATCH_DOCUMENTS + 5)]

    report = pushed(studio, documents)

    assert numbers(report) == (BATCH_DOCUMENTS + 5, 0, 0, 0, 0)
    assert sorted(kept.data["doc_id"] for kept in studio.stored_tasks.values()) == sorted(
        one.id for one in documents
    )


def test_an_import_that_broke_between_tasks_and_suggestions_is_completed():
    """By the same push: the tasks are there, and what came with them isn't."""

    class Half(MemoryStudio):
        def import_tasks(self, project, tasks):
            bare = [to_json({"data": from_json(one)["data"]}) for one in tasks]
            super().import_tasks(project, bare)
            raise StudioConnectionLost("gone")

    studio, old = Half(), document(9)
    options = PushOptions(wait=lambda _: None)
    push_documents(studio, [old], SCHEMA, title="p", options=options)
    documents = [document(n) for n in range(3)]

    report = pushed(studio, [*documents, document(9, label="ORG")])

    assert (report.created, report.updated) == (3, 1)
    want = {one.id: [to_result(one, SCHEMA)] for one in (*documents, document(9, label="ORG"))}
    assert shown(studio) == want
    assert len(list(studio.predictions(1))) == 4
    assert studio.projects[1].model_version == str(OLD)


class LateSuggestions(MemoryStudio):
    """The first call with suggestions gets *lost* for an answer; it is carried out beside the second."""

    def __init__(self, lost):
        super().__init__()
        self.lost, self.late = lost, ()
        self.calls = 0

    def import_predictions(self, project, items):
        self.calls += 1
        if self.calls == 1:
            self.late = tuple(items)
            raise self.lost
        super().import_predictions(project, self.late)
        super().import_predictions(project, items)


@pytest.mark.parametrize(
    ("lost", "least"),
    [
        pytest.param(StudioConnectionLost("504", status=504), 3, id="a proxy gave up"),
        pytest.param(StudioConnectionLost("503", status=503, retry_after=7), 10, id="busy"),
        pytest.param(
            StudioConnectionLost("429", status=429, retry_after=7), 10, id="too often"
        ),
    ],
)
def test_suggestions_that_come_late_and_twice_are_there_once_in_the_end(lost, least):
    """Also where an ML backend has suggested something for the same tasks."""
    studio = LateSuggestions(lost)
    documents = [document(n) for n in range(3)]
    pushed(studio, documents)
    studio.delete_predictions([one.id for one in studio.predictions(1)])
    backend = {"model_version": "backend", "result": []}
    MemoryStudio.import_predictions(studio, 1, [(1, backend)])
    waits = []

    report = push_documents(
        studio, documents, SCHEMA, title="p", options=PushOptions(wait=waits.append)
    )

    assert numbers(report) == (0, 3, 0, 0, 0)
    ours = [one.task for one in studio.predictions(1) if one.model_version == str(OLD)]
    assert sorted(ours) == [1, 2, 3]
    assert sum(waits) >= least


REFUSALS = {
    "400": StudioRefusal("answered 400: no", hint="see"),
    "500": StudioConnectionLost("answered 500: no", hint="see", status=500),
}


class Refusing(MemoryStudio):
    """Refuses whatever holds one of the *words*, tasks and suggestions, and counts what it is asked."""

    def __init__(self, refusal, *words):
        super().__init__()
        self.refusal, self.words, self.calls = refusal, words, 0

    def _look_into(self, sent):
        self.calls += 1
        if any(word in str(sent) for word in self.words):
            raise self.refusal

    def import_tasks(self, project, tasks):
        self._look_into(tasks)
        super().import_tasks(project, tasks)

    def import_predictions(self, project, items):
        self._look_into(items)
        super().import_predictions(project, items)

    def rewrite(self, kind, number, result, **options):
        self._look_into(result)
        super().rewrite(kind, number, result, **options)


def held(studio):
    return sorted(task.doc_id for task in studio.tasks(1))


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_what_the_server_refuses_is_found_and_named_and_the_others_go(refusal):
    studio = Refusing(refusal, "Al. 3")
    documents = [document(n) for n in range(77)]
    bad = ["doc-3", *(f"doc-3{n}" for n in range(10))]

    report = pushed(studio, documents)

    assert numbers(report) == (66, 0, 0, 0, 11)
    assert [one.place for one in report.refused] == bad
    assert "answered " in report.refused[0].what
    assert held(studio) == sorted({one.id for one in documents} - {*bad})


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_one_bad_document_among_a_thousand_costs_few_calls(refusal):
    studio = Refusing(refusal, 'Al. 500"')
    documents = [document(n) for n in range(BATCH_DOCUMENTS)]

    report = pushed(studio, documents)

    assert (report.created, len(report.refused)) == (BATCH_DOCUMENTS - 1, 1)
    assert studio.calls < 30
    studio.words = ()
    again = pushed(studio, documents, ledger=report.ledger)
    assert numbers(again) == (1, 0, BATCH_DOCUMENTS - 1, 0, 0)
    assert held(studio) == sorted(one.id for one in documents)


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_server_that_refuses_everything_is_not_asked_for_each_document(refusal):
    studio = Refusing(refusal, "Al.")

    with pytest.raises(
        StudioError, match="for each of 10 documents, the first of which is 'doc-0'"
    ):
        pushed(studio, [document(n) for n in range(BATCH_DOCUMENTS)])

    assert studio.calls < 60


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize("how", ["rewritten", "missing"])
def test_suggestions_that_the_server_refuses_are_named_and_the_others_go(refusal, how):
    studio = Refusing(refusal)
    pushed(studio, [document(n) for n in range(9)])
    if how == "missing":
        studio.delete_predictions([one.id for one in studio.predictions(1)])
    marked = replace(document(4, label="ORG"), entities=(Entity(4, 7, "ORG", "bad"),))
    news = [document(n, label="ORG") for n in range(9) if n != 4] + [marked]
    studio.words = ("bad",)

    report = pushed(studio, news)

    assert numbers(report) == (0, 8, 0, 0, 1)
    assert report.refused[0].place == "doc-4"
    old = [to_result(document(4), SCHEMA)] if how == "rewritten" else None
    assert shown(studio).get("doc-4") == old
    assert shown(studio)["doc-5"] == [to_result(document(5, label="ORG"), SCHEMA)]


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_no_model_is_shown_of_which_everything_was_refused(refusal):
    studio = Refusing(refusal)
    pushed(studio, [document(0)])
    studio.words = ("ORG",)

    report = pushed(studio, [document(0, NEW, "ORG"), document(1, NEW, "ORG")])

    assert numbers(report) == (0, 0, 0, 0, 2)
    assert studio.projects[1].model_version in ("", str(OLD))


def test_a_server_that_stays_away_ends_in_a_sentence():
    with pytest.raises(StudioConnectionLost, match="gone"):
        pushed(Fault(set(range(1, 99)), done=False), [document(0)])


@pytest.mark.parametrize("done", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("at", range(1, 6))
def test_a_replacement_that_was_cut_short_is_finished_by_the_next_push(at, done):
    studio = Fault(set(), done=done)
    pushed(studio, [document(n) for n in range(3)])
    news = [document(n, NEW, "ORG") for n in range(3)]
    studio.calls, studio.at = 0, {at}

    try:
        pushed(studio, news)
    except StudioConnectionLost:
        studio.at = set()
        pushed(studio, news)

    assert shown(studio) == {one.id: [to_result(one, SCHEMA)] for one in news}
    assert len(list(studio.predictions(1))) == 3
    assert len(studio.stored_tasks) == 3


class Weighing(MemoryStudio):
    """Notes the bytes of each call."""

    def __init__(self):
        super().__init__()
        self.heaviest = 0

    def import_tasks(self, project, tasks):
        self.heaviest = max(self.heaviest, sum(map(len, tasks)))
        super().import_tasks(project, tasks)

    def import_predictions(self, project, items):
        self.heaviest = max(self.heaviest, len(to_json(items)))
        super().import_predictions(project, items)


@pytest.mark.parametrize(
    "heavy",
    [
        replace(document(0), meta={"raw": "x" * 40_000}),
        replace(document(0), text="Bob met Al. " + "布什会见普京。" * 2_000),
        replace(document(0), entities=(Entity(0, 3, "PERSON", "a" * 40_000),)),
    ],
    ids=["meta", "Chinese", "entities"],
)
def test_what_goes_in_one_call_is_weighed_in_bytes(monkeypatch, heavy):
    monkeypatch.setattr(upload_batches, "BATCH_BYTES", 100_000)
    studio = Weighing()
    documents = [replace(heavy, id=f"doc-{n}") for n in range(6)]
    pushed(studio, documents)
    studio.delete_predictions([one.id for one in studio.predictions(1)])
    pushed(studio, documents)

    assert 40_000 < studio.heaviest < 100_000


@pytest.mark.slow
def test_a_thousand_articles_of_three_kilobytes_go_in_one_import():
    """What one call has room for is in hand, too, and read from the file once."""
    studio = Fault(set(), done=False)
    spans = tuple(Entity(100 * n, 100 * n + 3, "PERSON", f"e{n}") for n in range(30))
    article = Document("", ("Bob" + "." * 97) * 30, spans, (), {}, OLD)
    documents = [replace(article, id=f"doc-{n}") for n in range(BATCH_DOCUMENTS)]

    assert pushed(studio, documents).created == BATCH_DOCUMENTS
    # The other one makes the project show the model.
    assert studio.calls <= 2


@pytest.mark.parametrize("locked", [0, 1, 2])
def test_a_project_that_a_busy_server_made_several_times_is_there_once(locked):
    """Its database was locked, so that it carried out the call again, and kept what it had made."""
    studio = MemoryStudio()
    studio.create_project("another", "<View/>", "")
    studio.extra_projects = locked

    assert numbers(pushed(studio, [document(0)])) == (1, 0, 0, 0, 0)
    there = list(studio.titles().values())
    assert there.count("p") == there.count("another") == 1
    assert [re.sub("[0-9a-f]{8}", "#", one) for one in there if one.startswith("empty")] == [
        "empty #: p"
    ] * locked
    assert len(there) == 2 + locked
    assert numbers(pushed(studio, [document(0)])) == (0, 0, 1, 0, 0)


def test_an_answer_that_never_came_leaves_a_project_that_is_in_nobodys_way():
    class Gone(MemoryStudio):
        def create_project(self, *given):
            super().create_project(*given)
            raise StudioConnectionLost("gone")

    studio = Gone()
    with pytest.raises(StudioConnectionLost):
        pushed(studio, [document(0)])

    studio.__class__ = MemoryStudio
    assert pushed(studio, [document(0)]).created == 1


@given(st.text(min_size=3, max_size=50))
def test_every_title_that_a_project_may_have_is_short_enough_while_it_is_made(title):
    titles = []

    class Strict(MemoryStudio):
        def create_project(self, title, *texts):
            titles.append(title)
            return super().create_project(title, *texts)

        def update_project(self, project, *, title):
            titles.append(title)
            super().update_project(project, title=title)

    made = make_project(Strict(extra_projects=1), title, "<View/>", "")
    assert made.title == titles[-1] == title
    assert len(titles) == 3
    assert all(3 <= len(one) <= 50 for one in titles)


class Beside(MemoryStudio):
    """Somebody else makes a project of the same title, right before ours or right after it."""

    def __init__(self, *, before=False, config="", tasks=()):
        super().__init__(extra_projects=1)
        self.before, self.config, self.tasks_there = before, config, tasks
        self.theirs = None

    def create_project(self, title, label_config, instructions):
        def beside():
            self.extra_projects = 0
            config = self.config or label_config
            self.theirs = super(Beside, self).create_project("p", config, instructions)
            self.import_tasks(self.theirs.id, self.tasks_there)
            self.extra_projects = 1

        if self.before and not self.theirs:
            beside()
        made = super().create_project(title, label_config, instructions)
        if not self.theirs:
            beside()
        return made


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param({"before": True, "tasks": [to_task_json(document(7), SCHEMA)]}, id="used"),
        pytest.param({"before": True, "config": "<View/>"}, id="of another make"),
        pytest.param({}, id="later"),
    ],
)
def test_a_project_that_somebody_else_made_at_the_same_time_is_left_alone(beside):
    """Ours, in which there is nothing yet, goes; the next push sends all into theirs."""
    studio = Beside(**beside)

    with pytest.raises(StudioError, match="another push made a project 'p'") as caught:
        pushed(studio, [document(0)])

    assert "push again" in caught.value.hint
    there = studio.titles()
    assert there.pop(studio.theirs.id) == "p"
    assert [one[:6] for one in there.values()] == ["empty "] * 2
    assert pushed(studio, [document(0)]).created == 1
    assert studio.titles() == there | {studio.theirs.id: "p"}
