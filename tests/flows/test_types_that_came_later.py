"""Documents that were annotated before a type was offered: counted, told, and in the dataset."""

from dataclasses import replace

import pytest
from gold_samples import released
from samples import SCHEMA

from curation.commands.release import release_lines
from curation.commands.status_json import status_json
from curation.commands.status_lines import status_lines
from curation.documents.document import Document, Entity, Layer, Relation
from curation.flows.agree import agree
from curation.flows.evaluate import EvaluationOptions, evaluate
from curation.flows.pull import pull
from curation.flows.status import status
from curation.gold.sealed.versions import read_version
from curation.gold.working.dataset import read_working_dataset
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.task_stamp import STAMP_KEY
from curation.labelstudio.tasks import to_result
from curation.report.caveats import score_caveats
from curation.scoring.given_documents import CountedPlaces
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")
SHIP = replace(SCHEMA.entities["LAW"], name="SHIP", color="#123456", hotkey="z")
MEETS = SCHEMA.relations["meets_with"]
LATER = replace(
    SCHEMA,
    entities={**SCHEMA.entities, "SHIP": SHIP},
    relations={
        **SCHEMA.relations,
        "meets_with": replace(MEETS, head=(*MEETS.head, "SHIP"), tail=(*MEETS.tail, "SHIP")),
    },
    history={SCHEMA.fingerprint: SCHEMA.type_names},
)
NAMES = ("before", "after", "unstamped")


def document(name):
    bob = Entity(0, 3, "PERSON", "a")
    return Document(name, f"Bob met Al. {name}", (bob,), (), {}, MODEL)


class Desk:
    """Three documents: annotated before there were ships, after that, and nobody knows when."""

    def __init__(self, folder):
        self.place = Workspace(folder / "gold", folder / ".curate")
        self.studio = MemoryStudio()
        documents = [document(name) for name in NAMES]
        push_documents(self.studio, documents, SCHEMA, title="p")
        del self.studio.stored_tasks[self.task("unstamped")].data[STAMP_KEY]
        self.submit("before")
        self.submit("unstamped")
        push_documents(self.studio, documents, LATER, title="p")
        self.submit("after")
        pull(self.studio, self.place, LATER, title="p")

    def task(self, name):
        (task,) = self.studio.tasks(1, doc_ids=[name])
        return task.id

    def submit(self, name, by=1):
        self.studio.submit(self.task(name), to_result(document(name), SCHEMA), by=by)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


SAID = "warning: 1 document was annotated before SHIP was offered: curate return --lacking SHIP"
UNKNOWN = "Of 1 document more nobody knows which types were offered to their annotators."


def test_status_says_how_many_documents_lack_a_type(desk):
    report = status(desk.studio, desk.place, LATER, title="p")

    lines = list(status_lines(report))
    assert f"{SAID} --project p" in lines
    assert UNKNOWN in lines
    form = status_json(report)
    assert (form["not_offered"], form["offer_unknown"]) == ({"SHIP": ["before"]}, ["unstamped"])


def test_nothing_is_said_where_nothing_came_later(desk):
    lines = list(status_lines(status(desk.studio, desk.place, SCHEMA, title="p")))

    assert not [line for line in lines if "offered" in line]


def test_a_type_under_another_name_is_no_new_one(desk):
    """That the schema is another one says nothing of the types."""
    boat = replace(SHIP, name="BOAT", former_names=("SHIP",))
    renamed = replace(
        SCHEMA,
        entities={**SCHEMA.entities, "BOAT": boat},
        history={**LATER.history, LATER.fingerprint: LATER.type_names},
    )
    report = status(desk.studio, desk.place, renamed, title="p")

    assert report.not_offered.by_type == {"BOAT": ("before",)}


def test_the_dataset_has_what_was_not_offered(desk):
    found = {
        one.id: one.not_offered
        for one in read_working_dataset(desk.place.gold, LATER).gold_documents
    }
    assert found == {"before": ("SHIP",), "after": (), "unstamped": None}

    report = released(desk.place, LATER)
    assert SAID in list(release_lines(report))
    version = read_version(desk.place.gold, report.version)
    assert {one.id: one.not_offered for one in version.gold_documents} == found
    assert {one.document.id: one.not_offered for one in version.annotations} == found
    card = (desk.place.gold / "README.md").read_text()
    assert "- annotated before SHIP was offered: 1 document\n" in card
    assert "- nobody knows which types their annotators were offered: 1 document\n" in card


def test_what_was_offered_is_part_of_the_digest(desk):
    """Else nothing could be released once the missing type was looked for."""
    before = released(desk.place, LATER)
    desk.studio.stored_tasks[desk.task("before")].data[STAMP_KEY]["schema"] = LATER.fingerprint
    desk.studio.stored_tasks[desk.task("before")].updated_at = desk.studio.tick()
    pull(desk.studio, desk.place, LATER, title="p")

    after = released(desk.place, LATER)

    assert after.is_new
    assert after.digest != before.digest
    assert after.not_offered.by_type == {}


def test_two_annotators_lack_what_one_of_them_was_not_offered(tmp_path):
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    studio = MemoryStudio()
    studio.emails |= {1: "ada@example.org", 2: "ben@example.org"}
    for title, schema in (("first", SCHEMA), ("second", LATER)):
        push_documents(studio, [document("a")], schema, title=title)
        (task,) = studio.tasks(studio.find_project(title).id)
        studio.submit(task.id, [], by=1 if schema is SCHEMA else 2)
        pull(studio, place, LATER, title=title)

    (gold,) = read_working_dataset(place.gold, LATER).gold_documents
    assert (gold.n_annotations, gold.not_offered) == (2, ("SHIP",))


AL = Entity(8, 10, "SHIP", "y")


def with_ship(name):
    """What the schema of today's types may say of the text: a ship, and an arrow to it."""
    (bob,) = document(name).entities
    return replace(
        document(name), entities=(bob, AL), relations=(Relation(bob, AL, "meets_with"),)
    )


def predictions(folder, *documents):
    file = folder / "predicted.jsonl"
    file.write_text("".join(f"{one.to_line()}\n" for one in documents))
    return file


def wrong(scores):
    """How many entities and relations are missed or spurious."""
    counts = [
        found.micro.counts
        for found in (
            scores.all_documents.entities["strict"],
            scores.all_documents.relations["strict"],
        )
    ]
    return [(one.fp, one.fn) for one in counts]


@pytest.mark.parametrize(
    ("name", "mistakes"),
    [
        ("before", [(0, 0), (0, 0)]),
        ("after", [(1, 0), (1, 0)]),
        ("unstamped", [(1, 0), (1, 0)]),
    ],
)
def test_what_the_gold_was_not_offered_is_no_mistake(desk, tmp_path, name, mistakes):
    found = [with_ship(one) if one == name else document(one) for one in NAMES]
    options = EvaluationOptions(gold="next", predictions=predictions(tmp_path, *found), seed=1)

    scores = evaluate(desk.place, LATER, options).scores

    assert wrong(scores) == mistakes
    assert scores.oddities.not_offered == CountedPlaces(1, ("before (SHIP)",))
    said = (
        "1 document was annotated before some types were offered; these types count on neither "
        "side there: before (SHIP)."
    )
    assert said in list(score_caveats(scores))


def test_a_version_that_was_sealed_before_a_type_came_lacks_the_type(desk, tmp_path):
    released(desk.place, LATER)
    boat = replace(SHIP, name="BOAT")
    today = replace(
        LATER,
        entities={**LATER.entities, "BOAT": boat},
        history={**LATER.history, LATER.fingerprint: LATER.type_names},
    )
    found = [
        replace(document(name), entities=(*document(name).entities, replace(AL, label="BOAT")))
        for name in NAMES
    ]
    options = EvaluationOptions(gold="0.1.0", predictions=predictions(tmp_path, *found), seed=1)

    scores = evaluate(desk.place, today, options).scores

    assert wrong(scores)[0] == (0, 0)
    assert scores.oddities.not_offered.count == 3


def test_annotators_are_compared_in_the_types_that_both_were_offered(tmp_path):
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    studio = MemoryStudio()
    studio.emails |= {1: "ada@example.org", 2: "ben@example.org"}
    for title, schema, by in (("first", SCHEMA, 1), ("second", LATER, 2)):
        push_documents(studio, [document("a")], schema, title=title)
        (task,) = studio.tasks(studio.find_project(title).id)
        made = document("a") if by == 1 else with_ship("a")
        studio.submit(task.id, to_result(made, LATER), by=by)
        pull(studio, place, LATER, title=title)

    found = agree(place, LATER, (), gold="next", seed=1)

    assert (found.documents, found.figures.entities_f1) == (1, 1.0)
    assert found.relations["strict"].micro.counts.predicted == 0
    assert found.oddities.not_offered == CountedPlaces(1, ("a (SHIP)",))
