"""With the ledger of the last push or without it: the same server afterwards, and the same report."""

import json
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from samples import SCHEMA

from curation.document import Document, Entity, Layer
from curation.errors import StudioError
from curation.steps import push_to
from curation.studio.ledger import Ledger
from curation.studio.memory import MemoryStudio
from curation.studio.push import Pushed, push
from curation.studio.state import State
from curation.studio.tasks import to_prediction, to_task

MODELS = [Layer("model", "m", "1", "w", "r"), Layer("model", "m", "2", "w", "r")]


def document(number, layer=MODELS[0], label="PERSON"):
    bob, al = Entity(0, 3, label, "a"), Entity(8, 10, "PERSON", "b")
    made = Document(f"doc-{number}", f"Bob met Al. {number}", (bob, al), (), {}, layer)
    return made if layer else made.bare()


class World:
    """A server, and somebody who pushes to it and keeps a ledger, or doesn't."""

    def __init__(self, *, keeps):
        self.studio, self.keeps, self.ledger = MemoryStudio(), keeps, None

    def push(self, documents, *, elsewhere=False):
        """What it says in the end; *elsewhere* is another machine, which knows nothing."""
        ledger = None if elsewhere else self.ledger
        try:
            events = list(push(self.studio, documents, SCHEMA, title="p", ledger=ledger))
        except StudioError as error:
            return str(error)
        for event in events:
            if isinstance(event, Ledger) and self.keeps and not elsewhere:
                self.ledger = Ledger.of_json(json.loads(json.dumps(event.to_json())))
        return events[-1]

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

    some = st.lists(st.integers(0, 4), min_size=1, max_size=5, unique=True)
    models = st.sampled_from([*MODELS, MODELS[0], None])
    labels = st.sampled_from(["PERSON", "ORG"])
    places = st.integers(0, 9)

    @rule(some=some, layer=models, label=labels, times=st.integers(1, 2))
    def push(self, some, layer, label, times):
        documents = [document(n, layer, label) for n in some]
        for _ in range(times):
            self.same(lambda world: world.push(documents))

    @rule(some=some, layer=models)
    def push_elsewhere(self, some, layer):
        documents = [document(n, layer) for n in some]
        self.same(lambda world: world.push(documents, elsewhere=True))

    @rule(place=places, skipped=st.booleans())
    def submit(self, place, skipped):
        self.on_task(place, lambda studio, task: studio.submit(task, [], skipped=skipped))

    @rule(place=places)
    def draft(self, place):
        self.on_task(place, lambda studio, task: studio.draft(task))

    @rule(place=places)
    def clear(self, place):
        self.on_task(place, lambda studio, task: studio.clear(task))

    @rule(place=places)
    def delete_task(self, place):
        self.on_task(place, lambda studio, task: studio.delete_task(task))

    @rule(place=places, number=st.integers(0, 5), layer=models)
    def import_by_hand(self, place, number, layer):
        task = to_task(document(number, layer), SCHEMA)
        self.on_task(
            place, lambda studio, _: studio.import_tasks(studio.find_project("p").id, [task])
        )

    @rule(place=places, field=st.sampled_from(["text", "doc_id"]), number=st.integers(0, 4))
    def rewrite(self, place, field, number):
        def act(studio, task):
            studio.kept[task].data[field] = f"doc-{number}"
            studio.kept[task].updated_at = studio.tick()

        self.on_task(place, act)

    @rule(place=places, layer=st.sampled_from(MODELS))
    def suggest_by_hand(self, place, layer):
        item = to_prediction(document(0, layer), SCHEMA)
        self.on_task(
            place,
            lambda studio, task: studio.import_predictions(
                studio.find_project("p").id, [(task, item)]
            ),
        )

    @rule(place=places, alter=st.booleans())
    def change_suggestions(self, place, alter):
        def act(studio, task):
            there = studio.kept[task].predictions
            if alter and there:
                there[min(there)]["result"] = []
                studio.kept[task].updated_at = studio.tick()
            else:
                studio.delete_predictions(list(there))

        self.on_task(place, act)

    @rule()
    def delete_all(self):
        """The project is gone; one of the same title will come."""
        for world in self.worlds:
            world.studio.projects.clear()
            world.studio.kept.clear()

    @rule()
    def another_server(self):
        for world in self.worlds:
            world.begin_anew()

    def on_task(self, place, act):
        for world in self.worlds:
            tasks = sorted(world.studio.kept)
            if tasks:
                act(world.studio, tasks[place % len(tasks)])

    def same(self, act):
        one, other = (act(world) for world in self.worlds)
        assert one == other
        left, right = (world.studio for world in self.worlds)
        assert (left.kept, left.projects) == (right.kept, right.projects)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=60, stateful_step_count=14, deadline=None)


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

    def marks(self, project):
        calls = list(self.calls)
        found = super().marks(project)
        self.calls = calls
        return found


def pushed(studio, documents, state):
    studio.calls.clear()
    *_, last = push_to(studio, documents, SCHEMA, state, title="p")
    assert isinstance(last, Pushed)
    return last


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
    studio.submit(min(studio.kept), [])

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


@pytest.mark.parametrize(
    "content",
    [None, "", "{}", "[]", '{"settled": 3}', '{"project": "1", "rules": "", "marks": [1], "settled": {}}'],
)  # fmt: skip
def test_a_ledger_that_is_lost_or_damaged_costs_a_look(state, content):
    studio, documents = Counted(), [document(n) for n in range(5)]
    pushed(studio, documents, state)
    (path,) = state.home.glob("push-*.json")
    assert path.stat().st_mode & 0o777 == 0o600
    if content is None:
        path.unlink()
    else:
        path.write_text(content)

    assert pushed(studio, documents, state).unchanged == 5
    assert studio.calls == ["tasks", "suggestions of 5"]


def test_another_schema_believes_nothing_of_it(state):
    """A line that was sound may be so no longer."""
    studio, documents = Counted(), [document(n) for n in range(3)]
    *_, ledger, _ = push(studio, documents, SCHEMA, title="p")

    assert len(ledger.known(SCHEMA)) == 3
    assert replace(ledger, rules="older").known(SCHEMA) == {}
