"""A type removed while people work: from the schema, the gold and Label Studio, or made another type."""

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from gold_samples import read_next
from samples import ROOT, SCHEMA

from curation.commands.pull import pull_lines
from curation.commands.status_lines import status_lines
from curation.commands.type_change_lines import type_change_lines
from curation.documents.document import Document, Entity, Layer, Relation
from curation.errors import CurateError, SchemaError, StudioError
from curation.flows.pull import pull
from curation.flows.push import push
from curation.flows.schema_check import schema_check
from curation.flows.schema_remove import schema_remove
from curation.flows.status import status
from curation.labelstudio.server.stored_results import all_results, names_used
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.schema import read_schema
from curation.schema.build import outdated_files, write_generated_files
from curation.schema.remove import find_removal, remove_type
from curation.workspace import Workspace

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BEN = 2
TEXT = "Bob backs the Treaty at the Summit."
BOB = Entity(0, 3, "PERSON", "a")
TREATY = Entity(14, 20, "LAW", "b")
SUMMIT = Entity(28, 34, "EVENT", "c")
BACKS = Relation(BOB, TREATY, "supports")
ALSO = Relation(BOB, SUMMIT, "supports")


def document(number, *more):
    layer = Layer("model", "m", "1", "w", "r")
    entities = (BOB, TREATY, SUMMIT, *more)
    return Document(f"doc-{number}", TEXT, entities, (BACKS, ALSO), {}, layer)


class Desk:
    """Three documents: one annotated by Ben and pulled, one begun, one waiting."""

    def __init__(self, folder):
        self.config = folder / "label_config"
        self.place = Workspace(folder / "gold", folder / ".curate", config=self.config)
        shutil.copytree(ROOT / "label_config", self.config)
        self.studio = MemoryStudio()
        self.studio.emails[BEN] = "ben@example.org"
        push(self.studio, self.place, [document(n) for n in range(3)], self.schema, title="p")
        self.tasks = {task.doc_id: task.id for task in self.studio.tasks(1)}
        self.studio.submit(self.tasks["doc-0"], to_result(document(0), SCHEMA), by=BEN)
        self.studio.draft(self.tasks["doc-1"], to_result(document(1), SCHEMA))
        self.pull()

    @property
    def schema(self):
        return read_schema(self.config / "schema.toml")

    def pull(self, **options):
        return pull(self.studio, self.place, self.schema, title="p", **options)

    def pulled(self, **options):
        return "\n".join(pull_lines(self.pull(**options), self.place, dry_run=False))

    def remove(self, old, into=None, title="p", **options):
        options = {"title": title, "now": NOW} | options
        return schema_remove(self.studio, self.place, old, into=into, **options)

    def take_out_by_hand(self, old):
        """As somebody does who edits schema.toml: without a word of what was removed."""
        path = self.config / "schema.toml"
        text = remove_type(path.read_text(), find_removal(old, None, SCHEMA, {}), path=path)
        path.write_text(text.replace(f'removed = ["{old}"]\n', ""))
        list(write_generated_files(self.schema, self.config))

    def used(self, what):
        """The names in use in Label Studio."""
        regions = (region for one in all_results(self.studio, 1) for region in one.regions)
        names = (name for region in regions for name in names_used(region))
        return {name for kind, name in names if kind == what}

    def files(self):
        paths = (self.config, self.place.gold, self.place.home)
        files = (path for folder in paths for path in folder.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in files if path.suffix != ".lock"}

    def said(self, report, *, dry_run=False):
        return "\n".join(type_change_lines(report, self.place, dry_run=dry_run))

    def status(self):
        return "\n".join(status_lines(status(self.studio, self.place, self.schema, title="p")))

    def gold(self):
        (one,) = read_next(self.place.gold).gold_documents
        return {*one.document.entities}, {*one.document.relations}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_a_type_goes_wherever_it_is_with_the_arrows_that_join_it(desk):
    report = desk.remove("LAW")

    assert dict(report.results) == {"annotations": 1, "drafts": 1, "predictions": 3}
    assert (report.documents, report.spans, report.arrows) == (1, 1, 1)
    assert desk.gold() == ({BOB, SUMMIT}, {ALSO})
    assert desk.used("entity type") == {"PERSON", "EVENT"}
    assert outdated_files(desk.schema, desk.config) == []
    assert "LAW" not in desk.studio.find_project("p").label_config
    assert all(len(one.regions) == 3 for one in all_results(desk.studio, 1))
    (layer,) = read_next(desk.place.gold).annotations
    assert {entity.label for entity in layer.suggestion.entities} == {"PERSON", "EVENT"}
    assert desk.pull(full=True).result.cursor.all_problems() == ()
    assert desk.gold() == ({BOB, SUMMIT}, {ALSO})
    (layer,) = read_next(desk.place.gold).annotations
    assert layer.edited_by == ""
    said = desk.said(report)
    assert "LAW is now removed in" in said
    assert "1 span and 1 arrow of annotations and verdicts went with it." in said


def test_a_type_becomes_another_wherever_it_is(desk):
    report = desk.remove("LAW", into="EVENT")

    treaty = replace(TREATY, label="EVENT")
    assert report.documents == 1
    assert desk.gold() == ({BOB, treaty, SUMMIT}, {replace(BACKS, tail=treaty), ALSO})
    assert desk.used("entity type") == {"PERSON", "EVENT"}
    assert "LAW" not in desk.studio.find_project("p").label_config
    assert desk.pull(full=True).result.cursor.all_problems() == ()
    assert "LAW is now EVENT in" in desk.said(report)


def test_where_the_other_type_is_there_already_one_span_stays(desk):
    """On the server and in gold/next; the arrow joins what stays."""
    both = replace(TREATY, label="EVENT", id="d")
    result = to_result(document(1, both), SCHEMA)
    desk.studio.submit(desk.tasks["doc-1"], result, by=BEN)

    desk.remove("LAW", into="EVENT")

    (now,) = desk.studio.stored_tasks[desk.tasks["doc-1"]].annotations
    spans = [one["value"]["start"] for one in now["result"] if one["type"] == "labels"]
    assert sorted(spans) == [0, 14, 28]
    report = desk.pull()
    assert (report.result.repetitions, report.result.cursor.all_problems()) == (0, ())
    there = {one.id: one.document for one in read_next(desk.place.gold).gold_documents}
    assert {*there["doc-1"].relations} == {replace(BACKS, tail=both), ALSO}


@pytest.mark.parametrize(("old", "into"), [("supports", None), ("supports", "opposes")])
def test_a_relation_is_removed_alike(desk, old, into):
    report = desk.remove(old, into)

    assert desk.used("relation") == ({into} if into else set())
    entities, relations = desk.gold()
    assert entities == {BOB, TREATY, SUMMIT}
    assert {one.label for one in relations} == ({into} if into else set())
    assert report.arrows == 2
    assert desk.pull(full=True).result.cursor.all_problems() == ()


@pytest.mark.parametrize("into", [None, "EVENT"])
def test_a_dry_run_counts_and_writes_nothing(desk, into):
    files, before = desk.files(), [one.regions for one in all_results(desk.studio, 1)]

    report = desk.remove("LAW", into, dry_run=True)

    assert desk.files() == files
    assert [one.regions for one in all_results(desk.studio, 1)] == before
    said = desk.said(report, dry_run=True)
    assert f"LAW would be {into or 'removed'} in" in said
    assert "1 annotation, 1 draft, 3 suggestions would be" in said
    assert into or "1 span and 1 arrow of annotations and verdicts would go with it." in said


def test_the_backup_has_all_of_it_as_it_was(desk):
    schema = (desk.config / "schema.toml").read_text()
    tasks = json.loads(json.dumps(list(desk.studio.export(1, drafts=True))))

    report = desk.remove("LAW")

    kept = json.loads(report.backup.read_text())
    assert (kept["schema.toml"], kept["tasks"]) == (schema, tasks)
    assert "before-removing-LAW" in report.backup.name


@pytest.mark.parametrize("into", [None, "EVENT"])
def test_run_again_it_finds_nothing_to_do(desk, into):
    desk.remove("LAW", into)
    files = desk.files()

    report = desk.remove("LAW", into)

    assert (report.results.total(), report.documents, report.backup) == (0, 0, None)
    assert desk.files() == files
    with pytest.raises(SchemaError, match="LAW is"):
        desk.remove("LAW", None if into else "EVENT")


def test_what_comes_late_with_the_type_is_left_out_and_told(desk):
    """A browser that was open all the time submits."""
    desk.remove("LAW")
    desk.studio.submit(desk.tasks["doc-2"], to_result(document(2), SCHEMA))

    said = desk.pulled()

    assert "1 annotation with the removed type LAW, which is left out; to remove what" in said
    assert "curate schema remove LAW" in said
    there = {one.id: one.document for one in read_next(desk.place.gold).gold_documents}
    assert {*there["doc-2"].entities} == {BOB, SUMMIT}
    assert {*there["doc-2"].relations} == {ALSO}
    assert desk.remove("LAW").results == {"annotations": 1}
    assert desk.used("entity type") == {"PERSON", "EVENT"}


def test_a_push_amid_a_removal_says_how_to_finish_it(desk):
    rewrite = desk.studio.rewrite

    def broken(*given, **options):
        raise StudioError("gone")

    desk.studio.rewrite = broken
    with pytest.raises(StudioError, match="gone"):
        desk.remove("LAW")
    desk.studio.rewrite = rewrite
    with pytest.raises(CurateError) as caught:
        push(desk.studio, desk.place, [document(9)], desk.schema, title="p")
    assert (
        caught.value.hint == "the removal isn't finished: curate schema remove LAW --project p"
    )

    desk.remove("LAW")
    report = push(desk.studio, desk.place, [document(9)], desk.schema, title="p")
    assert report.created == 1


def test_a_type_taken_out_by_hand_is_told_in_one_paragraph(desk):
    """By pull, status and schema check; not once for each span."""
    for number in (1, 2):
        desk.studio.submit(desk.tasks[f"doc-{number}"], to_result(document(number), SCHEMA))
    desk.take_out_by_hand("LAW")

    for said in (desk.pulled(), desk.pulled(full=True), desk.status()):
        (paragraph,) = re.findall("^warning: LAW is no entity type .*$", said, re.MULTILINE)
        assert "1 span in 1 document of gold/next" in paragraph
        assert "curate schema remove LAW" in paragraph
        assert "which is no entity type" not in said
    assert "annotations of 3 documents in Label Studio still have it" in paragraph
    (unknown,) = schema_check(desk.place).unknown
    assert str(unknown).startswith(
        "LAW is no entity type of schema.toml, and 1 span in 1 document of gold/next still has it"
    )

    desk.remove("LAW")

    assert desk.used("entity type") == {"PERSON", "EVENT"}
    said = desk.pulled()
    assert "warning: LAW" not in said
    assert "problem" not in said
    assert len(read_next(desk.place.gold).gold_documents) == 3
    assert schema_check(desk.place).unknown == ()
    assert "LAW" not in desk.status()


def test_suggestions_made_before_can_be_pushed(desk):
    desk.remove("LAW")

    suggested = [document(n) for n in range(4)]
    report = push(desk.studio, desk.place, suggested, desk.schema, title="p")

    assert (report.created, report.unchanged + report.begun) == (1, 3)
    assert desk.used("entity type") == {"PERSON", "EVENT"}
