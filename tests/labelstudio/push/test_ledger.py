"""With the ledger of the last push or without it: the same server afterwards, and the same report."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from laws import costly
from pydantic_core import to_json
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer
from curation.errors import StudioError
from curation.flows.push import push
from curation.labelstudio.push.ledger import PushLedger
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.server import upload_batches as batches
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_prediction, to_task, to_task_json
from curation.state import State
from curation.workspace import Workspace

MODELS = [Layer("model", "m", "1", "w", "r"), Layer("model", "m", "2", "w", "r")]


def document(number, layer=MODELS[0], label="PERSON"):
    bob, al = Entity(0, 3, label, "a"), Entity(8, 10, "PERSON", "b")
    made = Document(f"doc-{number}", f"Bob met Al. {number}", (bob, al), (), {}, layer)
    return made if layer else made.without_annotations()


class World:
    """A server, and somebody who pushes to it and keeps a ledger, or doesn't."""

    def __init__(self, *, keeps):
        self.studio, self.keeps, self.ledger = MemoryStudio(), keeps, None

    def push(self, documents, *, elsewhere=False):
        """What it says in the end; *elsewhere* is another machine, which knows nothing."""
        ledger = None if elsewhere else self.ledger
        try:
            options = PushOptions(ledger=ledger or PushLedger())
            report = push_documents(self.studio, documents, SCHEMA, title="p", options=options)
        except StudioError as error:
            return str(error)
        if report.ledger and self.keeps and not elsewhere:
            self.ledger = report.ledger
        return replace(report, ledger=None)

    def begin_anew(self):
        """The server's data folder was deleted: the same numbers come again, moments don't."""
        self.studio = MemoryStudio()
        for _ in range(1000):
            self.studio.tick()


class Histories(RuleBasedStateMachine):
    """Two worlds in which the same happens; only one keeps a ledger."""

    @initialize()
    def begin(self):
        self.worlds = [World(keeps=True), World(keeps=False)]
        self.last = [document(n) for n in range(4)]
        self.push_again(True)

    some = st.lists(st.integers(0, 4), min_size=1, max_size=5, unique=True)
    models = st.sampled_from([MODELS[0], *MODELS, None])
    places = st.integers(0, 9)
    again = st.booleans()

    @rule(some=some, layer=models, label=st.sampled_from(["PERSON", "ORG"]))
    def push(self, some, layer, label):
        self.last = [document(n, layer, label) for n in some]
        self.push_again(True)

    @rule(some=some, layer=models, again=again)
    def push_elsewhere(self, some, layer, again):
        documents = [document(n, layer) for n in some]
        self.same(lambda world: world.push(documents, elsewhere=True))
        self.push_again(again)

    @rule(place=places, act=st.sampled_from(["submit", "skip", "draft", "clear"]), again=again)
    def annotate(self, place, act, again):
        given = {"submit": {"result": []}, "skip": {"result": [], "skipped": True}}.get(act, {})
        name = "submit" if act == "skip" else act
        self.on_task(place, again, lambda studio, task: getattr(studio, name)(task, **given))

    @rule(place=places, again=again)
    def delete_task(self, place, again):
        self.on_task(place, again, lambda studio, task: studio.delete_task(task))

    @rule(place=places, number=st.integers(0, 5), layer=models, again=again)
    def import_by_hand(self, place, number, layer, again):
        form = to_task_json(document(number, layer), SCHEMA)

        def act(studio, task):
            studio.import_tasks(studio.stored_tasks[task].project, [form])

        self.on_task(place, again, act)

    @rule(place=places, number=st.integers(0, 5), layer=models, again=again)
    def import_in_the_place_of_another(self, place, number, layer, again):
        form = to_task_json(document(number, layer), SCHEMA)

        def act(studio, task):
            studio.import_tasks(studio.stored_tasks[task].project, [form])
            studio.delete_task(task)

        self.on_task(place, again, act)

    fields = st.sampled_from(["text", "doc_id"])

    @rule(place=places, field=fields, number=st.integers(0, 4), again=again)
    def rewrite(self, place, field, number, again):
        def act(studio, task):
            studio.stored_tasks[task].data[field] = f"doc-{number}"
            studio.stored_tasks[task].updated_at = studio.tick()

        self.on_task(place, again, act)

    @rule(place=places, layer=st.sampled_from(MODELS), number=st.integers(0, 1), again=again)
    def suggest_by_hand(self, place, layer, number, again):
        """Beside what is there, or in its place."""
        form = to_prediction(document(number, layer), SCHEMA)

        def act(studio, task):
            if number:
                studio.delete_predictions(list(studio.stored_tasks[task].predictions))
            studio.import_predictions(studio.stored_tasks[task].project, [(task, form)])

        self.on_task(place, again, act)

    @rule(place=places, alter=st.booleans(), again=again)
    def change_suggestions(self, place, alter, again):
        def act(studio, task):
            there = studio.stored_tasks[task].predictions
            if alter and there:
                there[min(there)]["result"] = []
                studio.stored_tasks[task].updated_at = studio.tick()
            else:
                studio.delete_predictions(list(there))

        self.on_task(place, again, act)

    @rule()
    def delete_all(self):
        """The project is gone; one of the same title will come."""
        for world in self.worlds:
            world.studio.projects.clear()
            world.studio.stored_tasks.clear()

    @rule()
    def another_server(self):
        for world in self.worlds:
            world.begin_anew()

    def push_again(self, again):
        if again:
            self.same(lambda world: world.push(self.last))

    def on_task(self, place, again, act):
        for world in self.worlds:
            tasks = sorted(world.studio.stored_tasks)
            if tasks:
                act(world.studio, tasks[place % len(tasks)])
        self.push_again(again)

    def same(self, act):
        one, other = (act(world) for world in self.worlds)
        assert one == other
        left, right = (world.studio for world in self.worlds)
        assert (left.stored_tasks, left.projects) == (right.stored_tasks, right.projects)


TestHistories = pytest.mark.slow(Histories.TestCase)
TestHistories.settings = settings(costly(1 / 3), stateful_step_count=10)


def gone(studio, task):
    studio.delete_task(task)


def double(studio, task):
    studio.import_tasks(1, [to_json({"data": studio.stored_tasks[task].data})])


def exchanged(studio, task):
    """As many tasks as before, and as many suggestions."""
    kept = studio.stored_tasks[task]
    predictions = list(kept.predictions.values())
    studio.import_tasks(1, [to_json({"data": kept.data, "predictions": predictions})])
    studio.delete_task(task)


def exchanged_for_another(studio, task):
    predictions = list(studio.stored_tasks[task].predictions.values())
    data = to_task(document(7, None), SCHEMA)["data"]
    studio.import_tasks(1, [to_json({"data": data, "predictions": predictions})])
    studio.delete_task(task)


def rewritten(studio, task):
    studio.stored_tasks[task].data["text"] = "Bob met Al. Anew"
    studio.stored_tasks[task].updated_at = studio.tick()


def renamed(studio, task):
    studio.stored_tasks[task].data["doc_id"] = "doc-9"
    studio.stored_tasks[task].updated_at = studio.tick()


def corrected(studio, task):
    for one in studio.stored_tasks[task].predictions.values():
        one["result"] = []
    studio.stored_tasks[task].updated_at = studio.tick()


def suggested_twice(studio, task):
    for one in list(studio.stored_tasks[task].predictions.values()):
        studio.import_predictions(1, [(task, one)])


def suggestions_moved(studio, task):
    """As many as before, of the same model; one on another task."""
    for one in list(studio.stored_tasks[task].predictions.values()):
        studio.stored_tasks[task].predictions.clear()
        studio.import_predictions(1, [(max(studio.stored_tasks), one)])


DISTURBANCES = [
    gone, double, exchanged, exchanged_for_another, rewritten, renamed, corrected,
    suggested_twice, suggestions_moved,
]  # fmt: skip


@pytest.mark.parametrize("layer", [MODELS[0], None], ids=["assisted", "blind"])
@pytest.mark.parametrize("disturb", DISTURBANCES, ids=lambda act: act.__name__)
def test_whatever_was_done_to_a_task_is_seen(disturb, layer):
    said = []
    for world in (World(keeps=True), World(keeps=False)):
        documents = [document(n, layer) for n in range(4)]
        world.push(documents)
        world.push(documents)
        disturb(world.studio, min(world.studio.stored_tasks))
        said.append([world.push(documents), world.studio.stored_tasks, world.push(documents)])

    assert said[0] == said[1]


class Counted(MemoryStudio):
    """Remembers which calls were made."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def tasks(self, project, **options):
        self.calls.append("tasks")
        return super().tasks(project, **options)

    def predictions(self, project, tasks=None):
        self.calls.append(
            "all suggestions" if tasks is None else f"suggestions of {len(tasks)}"
        )
        return super().predictions(project, tasks)

    def totals(self, project):
        calls = list(self.calls)
        found = super().totals(project)
        self.calls = calls
        return found


def pushed(studio, documents, state):
    studio.calls.clear()
    place = Workspace(state.home.parent / "gold", state.home)
    return push(studio, place, documents, SCHEMA, title="p")


@pytest.fixture
def state(tmp_path):
    return State(tmp_path / ".curate")


def test_nothing_is_looked_up_where_nothing_has_moved(state):
    studio, documents = Counted(), [document(n) for n in range(5)]
    pushed(studio, documents, state)

    assert pushed(studio, documents, state).unchanged == 5
    assert studio.calls == []


def test_only_what_has_moved_is_looked_up(state):
    studio, documents = Counted(), [document(n) for n in range(5)]
    pushed(studio, documents, state)
    studio.submit(min(studio.stored_tasks), [])

    assert pushed(studio, documents, state).unchanged == 5
    assert studio.calls == ["tasks", "tasks", "suggestions of 2"]
    assert pushed(studio, documents, state).unchanged == 5
    assert studio.calls == []


def test_a_file_that_has_grown_costs_what_is_new(state):
    studio, documents = Counted(), [document(n) for n in range(5)]
    pushed(studio, documents[:3], state)

    report = pushed(studio, documents, state)
    assert (report.created, report.unchanged) == (2, 3)
    assert studio.calls == ["tasks", "tasks"]


def test_a_ledger_that_is_lost_costs_a_look(state):
    studio, documents = Counted(), [document(n) for n in range(5)]
    pushed(studio, documents, state)
    (state.home / "state.sqlite").unlink()

    assert pushed(studio, documents, state).unchanged == 5
    assert studio.calls == ["tasks", "suggestions of 5"]


class Meddled(Counted):
    """Somebody rewrites an old task while new ones are being imported."""

    def import_tasks(self, project, tasks):
        if self.stored_tasks:
            task = min(self.stored_tasks)
            self.stored_tasks[task].data["text"] = "Bob met Al. Anew"
            self.stored_tasks[task].updated_at = self.tick()
        return super().import_tasks(project, tasks)


class Busy(Counted):
    """Somebody else's task is numbered between the first two and the rest."""

    def import_tasks(self, project, tasks):
        super().import_tasks(project, tasks)
        if len(self.stored_tasks) == 2:
            super().import_tasks(99, [b'{"data": {}}'])


def test_tasks_whose_numbers_are_not_sure_cost_a_look(state, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_DOCUMENTS", 2)
    studio, documents = Busy(), [document(n) for n in range(5)]
    pushed(studio, documents, state)

    assert pushed(studio, documents, state).unchanged == 5
    assert studio.calls == ["tasks", "suggestions of 5"]
    assert pushed(studio, documents, state).unchanged == 5
    assert studio.calls == []


class Exchanged(Counted):
    """While a push goes on, its first task is deleted, and another's comes behind the last."""

    def import_tasks(self, project, tasks):
        super().import_tasks(project, tasks)
        if len(self.stored_tasks) == len(tasks):
            self.delete_task(min(self.stored_tasks))
            super().import_tasks(project, [b'{"data": {"doc_id": "other", "text": "An"}}'])


def test_a_task_deleted_during_the_push_is_made_again_by_the_next(state):
    studio, documents = Exchanged(), [document(n) for n in range(5)]
    pushed(studio, documents, state)

    report = pushed(studio, documents, state)
    assert (report.created, report.unchanged) == (1, 4)


def test_what_changes_during_a_push_is_seen_by_the_next(state):
    studio, documents = Meddled(), [document(n) for n in range(5)]
    pushed(studio, documents[:3], state)
    assert pushed(studio, documents, state).unchanged == 3

    report = pushed(studio, documents, state)
    assert (report.unchanged, report.corrected) == (4, 1)


def test_another_schema_believes_nothing_of_it(state):
    """A line that was sound may be so no longer."""
    studio, documents = Counted(), [document(n) for n in range(3)]
    ledger = push_documents(studio, documents, SCHEMA, title="p").ledger

    assert len(ledger.checked_documents(SCHEMA)) == 3
    assert replace(ledger, rules="older").checked_documents(SCHEMA) == {}
