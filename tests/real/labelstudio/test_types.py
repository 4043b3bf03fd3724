"""Types that go, and flags that move, in a project where people have worked: on a real server."""

import shutil
import uuid
from datetime import UTC, datetime

from gold_samples import read_next
from samples import ROOT

from curation.documents.document import Document, Entity, Layer, Relation
from curation.flows.pull import pull
from curation.flows.push import push
from curation.flows.schema_remove import schema_remove
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.server.stored_results import all_results, names_used
from curation.labelstudio.tasks import to_result
from curation.localserver.accounts import LocalServer
from curation.schema import read_schema
from curation.schema.labeling import labeling_xml
from curation.workspace import Workspace

TEXT = "Bob backs the Treaty at the Summit."
BOB = Entity(0, 3, "PERSON", "a")
TREATY = Entity(14, 20, "LAW", "b")
SUMMIT = Entity(28, 34, "EVENT", "c")
RELATIONS = (Relation(BOB, TREATY, "supports"), Relation(BOB, SUMMIT, "supports"))


def document(number):
    layer = Layer("model", "m", "1", "w", "r")
    return Document(f"doc-{number}", TEXT, (BOB, TREATY, SUMMIT), RELATIONS, {}, layer)


def with_old_flags(xml):
    """The config that projects had before: flags below the text, each on a letter."""
    choices = xml[xml.index("<Choices") : xml.index("</Choices>") + len("</Choices>")]
    for number, key in enumerate("qwer", start=1):
        xml = xml.replace(f"alt+shift+{number}", key)
        choices = choices.replace(f"alt+shift+{number}", key)
    return xml.replace(choices, "").replace("<TextArea", f"{choices}<TextArea")


def test_a_push_moves_the_flags_and_a_removal_takes_a_type_out_of_all_work(
    tmp_path, label_studio: LocalServer
):
    """Nothing that annotators did is lost but what has the type."""
    config = tmp_path / "label_config"
    shutil.copytree(ROOT / "label_config", config)
    place = Workspace(tmp_path / "gold", tmp_path / ".curate", config=config)
    schema = read_schema(config / "schema.toml")
    studio, title = HttpStudio(label_studio.url, label_studio.token), f"types {uuid.uuid4()}"
    push(studio, place, [document(n) for n in range(3)], schema, title=title)
    project = studio.find_project(title)
    studio.update_project(project.id, label_config=with_old_flags(labeling_xml(schema)))
    tasks = {task.doc_id: task.id for task in studio.tasks(project.id)}
    value = {"choices": ["needs_discussion"]}
    flag = {"id": "f", "type": "choices", "from_name": "doc_flag", "to_name": "text"}
    flagged = [*to_result(document(0), schema), flag | {"value": value}]
    studio.annotate(tasks["doc-0"], flagged)
    studio.annotate(tasks["doc-1"], to_result(document(1), schema))

    told = push(studio, place, [document(0)], schema, title=title).config_changes

    assert [one for one in told if "key of" in one] == [
        f"key of {name}: {key} → alt+shift+{number}"
        for number, (name, key) in enumerate(zip(schema.flags, "qwer", strict=True), start=1)
    ]
    assert studio.find_project(title).label_config == labeling_xml(schema).strip()

    pull(studio, place, schema, title=title)
    report = schema_remove(studio, place, "LAW", into=None, title=title, now=datetime.now(UTC))

    assert (report.results["annotations"], report.results["predictions"]) == (2, 3)
    schema = read_schema(config / "schema.toml")
    used = {
        name
        for one in all_results(studio, project.id)
        for region in one.regions
        for _, name in names_used(region)
    }
    assert "LAW" not in used
    assert studio.find_project(title).label_config == labeling_xml(schema).strip()
    for full in (False, True):
        pulled = pull(studio, place, schema, title=title, full=full)
        assert pulled.result.cursor.all_problems() == ()
        there = read_next(place.gold)
        assert [{*one.document.entities} for one in there.gold_documents] == [{BOB, SUMMIT}] * 2
        assert [{*one.document.relations} for one in there.gold_documents] == [
            {RELATIONS[1]}
        ] * 2
        assert {one.flags for one in there.annotations} == {("needs_discussion",), ()}
        assert {one.edited_by for one in there.annotations} == {""}
