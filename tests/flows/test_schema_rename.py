"""A type renamed while people work: in the schema, in the gold, in Label Studio, and what comes late."""

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from gold_samples import Working, read_next, write_next
from hypothesis import given
from hypothesis import strategies as st
from labelstudio.contract.samples import document
from samples import ROOT, SCHEMA
from strategies import documents

from curation.commands.pull import pull_lines
from curation.commands.status_lines import status_lines
from curation.commands.type_change_lines import type_change_lines
from curation.errors import CurateError, StudioError
from curation.flows.drop import drop
from curation.flows.pull import pull
from curation.flows.push import push
from curation.flows.schema_rename import schema_rename
from curation.flows.status import status
from curation.gold.dataset import GoldDocument
from curation.labelstudio.server.stored_results import all_results, names_used, renamed_regions
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.schema import read_schema
from curation.schema.build import outdated_files
from curation.schema.read import parse_schema
from curation.schema.rename import rename_type
from curation.workspace import Workspace

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BEN = 2


class Desk:
    """Three documents: one annotated by Ben, one begun, one waiting; what is pulled is in the gold."""

    def __init__(self, folder):
        self.config = folder / "label_config"
        self.place = Workspace(folder / "gold", folder / ".curate", config=self.config)
        shutil.copytree(ROOT / "label_config", self.config)
        self.studio = MemoryStudio()
        self.studio.emails[BEN] = "ben@example.org"
        self.push(document(n) for n in range(3))
        self.tasks = {task.doc_id: task.id for task in self.studio.tasks(1)}
        self.studio.submit(self.tasks["doc-0"], to_result(document(0), SCHEMA), by=BEN)
        self.studio.draft(self.tasks["doc-1"], to_result(document(1), SCHEMA))
        self.pull()

    @property
    def schema(self):
        return read_schema(self.config / "schema.toml")

    def push(self, documents):
        return push(self.studio, self.place, list(documents), self.schema, title="p")

    def pull(self, **options):
        return pull(self.studio, self.place, self.schema, title="p", **options)

    def rename(self, given, title="p", **options):
        options = {"title": title, "now": NOW} | options
        return schema_rename(self.studio, self.place, given, **options)

    def used(self, what):
        """The names in use in Label Studio."""
        found = (
            name
            for one in all_results(self.studio, 1)
            for r in one.regions
            for name in names_used(r)
        )
        return {name for kind, name in found if kind == what}

    def files(self):
        paths = (self.config, self.place.gold, self.place.home)
        files = (path for folder in paths for path in folder.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in files if path.suffix != ".lock"}

    def said(self, report, *, dry_run=False):
        lines = type_change_lines(report, self.place, dry_run=dry_run)
        return "\n".join(lines)

    def status(self):
        return "\n".join(status_lines(status(self.studio, self.place, self.schema, title="p")))


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [("PERSON", "HUMAN", "entity type"), ("meets_with", "talks_to", "relation")],
)
def test_a_type_is_renamed_wherever_it_is(desk, old, new, what):
    before = read_next(desk.place.gold)

    report = desk.rename(f"{old}={new}")

    assert dict(report.results) == {"annotations": 1, "drafts": 1, "predictions": 3}
    assert report.documents == 1
    assert desk.used(what) == {new}
    assert outdated_files(desk.schema, desk.config) == []
    project = desk.studio.find_project("p")
    assert (old in project.label_config, new in project.label_config) == (False, True)
    after = read_next(desk.place.gold)
    assert [one.document for one in after.gold_documents] == [
        desk.schema.with_current_names(one.document) for one in before.gold_documents
    ]
    pulled = desk.pull(full=True)
    assert pulled.result.cursor.all_problems() == ()
    assert read_next(desk.place.gold) == after
    assert [(a.annotator, a.edited_by) for a in after.annotations] == [
        (a.annotator, "") for a in before.annotations
    ]
    assert after.annotations[0].suggestion == desk.schema.with_current_names(
        before.annotations[0].suggestion
    )


def test_the_backup_has_all_of_it_as_it_was_for_its_owner_alone(desk):
    schema = (desk.config / "schema.toml").read_text()
    tasks = json.loads(json.dumps(list(desk.studio.export(1, drafts=True))))
    shown = [one.result for one in desk.studio.predictions(1)]

    report = desk.rename("PERSON=HUMAN")

    kept = json.loads(report.backup.read_text())
    assert (kept["schema.toml"], kept["tasks"]) == (schema, tasks)
    assert [one["result"] for one in kept["predictions"]] == shown
    assert report.backup.stat().st_mode & 0o777 == 0o600
    assert report.backup.parent == desk.place.home / "backups"
    assert report.backup.name.startswith("20260102T030405")
    assert str(report.backup) in desk.said(report)


def test_a_dry_run_counts_and_writes_nothing(desk):
    files, before = desk.files(), [one.regions for one in all_results(desk.studio, 1)]

    report = desk.rename("PERSON=HUMAN", dry_run=True)

    assert desk.files() == files
    assert [one.regions for one in all_results(desk.studio, 1)] == before
    said = desk.said(report, dry_run=True)
    assert "PERSON would be HUMAN in" in said
    assert "1 annotation, 1 draft, 3 suggestions would be renamed in 'p': http" in said
    assert "1 document would be renamed in" in said
    assert re.search(r"would still say PERSON in words; read over lines \d+, \d+", said)


def test_run_again_it_finds_nothing_to_do(desk):
    desk.rename("PERSON=HUMAN")
    files = desk.files()

    report = desk.rename("PERSON=HUMAN")

    assert (report.results.total(), report.documents, report.backup) == (0, 0, None)
    assert desk.files() == files


def test_what_comes_late_under_the_old_name_is_read_as_the_new(desk):
    """A browser that was open all the time submits; and what it started from has the old name, too."""
    desk.rename("PERSON=HUMAN")
    desk.rename("meets_with=talks_to")
    desk.studio.submit(desk.tasks["doc-2"], to_result(document(2), SCHEMA))

    report = desk.pull()

    assert report.result.former_names == {"PERSON=HUMAN": 1, "meets_with=talks_to": 1}
    said = "\n".join(pull_lines(report, desk.place, dry_run=False))
    assert "former name PERSON, read as HUMAN; to rename what came late in" in said
    assert "too: curate schema rename PERSON=HUMAN --project p\n" in said
    there = read_next(desk.place.gold).annotations
    (late,) = [one for one in there if one.document.id == "doc-2"]
    assert report.result.cursor.all_problems() == ()
    assert replace(late.document, layer=None) == replace(
        desk.schema.with_current_names(document(2)), layer=None
    )
    assert desk.rename("PERSON=HUMAN").results == {"annotations": 1}
    assert desk.used("entity type") == {"HUMAN"}


def test_who_edited_stays_who_edited(desk):
    """Label Studio says that we did; a person who changes it after us did."""
    annotation = desk.studio.stored_tasks[desk.tasks["doc-0"]].annotations[0]
    annotation["updated_by"] = 3
    annotation["result"] = [one for one in annotation["result"] if one["type"] != "relation"]
    desk.studio.emails[3] = "carol@example.org"
    desk.pull(full=True)
    (before,) = read_next(desk.place.gold).annotations
    desk.rename("PERSON=HUMAN")
    desk.rename("HUMAN=BEING")
    desk.pull(full=True)
    (after,) = read_next(desk.place.gold).annotations
    assert before.edited_by
    assert (after.annotator, after.edited_by) == (before.annotator, before.edited_by)

    annotation["result"] = annotation["result"][:1]
    annotation["updated_by"] = 1
    desk.pull(full=True)

    (mended,) = read_next(desk.place.gold).annotations
    assert mended.edited_by not in ("", before.edited_by)


def test_another_machine_pulls_a_renamed_project_without_rewriting_a_file(desk, tmp_path):
    """That we renamed is remembered in .curate/ alone; gold/next has the renamed content."""
    desk.studio.tick()
    desk.rename("PERSON=HUMAN")
    desk.pull()
    before = {path: path.read_bytes() for path in desk.place.next.iterdir()}
    desk.place = replace(desk.place, home=tmp_path / "elsewhere")

    report = desk.pull()

    assert {path: path.read_bytes() for path in desk.place.next.iterdir()} == before
    assert report.result.edited_by_others == {}
    assert "updated last by" not in "\n".join(pull_lines(report, desk.place, dry_run=False))


def test_what_a_curator_settled_stays_settled(desk):
    """Renaming moves the task in time, but nobody's annotation changed."""
    working = read_next(desk.place.gold)
    settled = GoldDocument(
        replace(working.gold_documents[0].document, relations=()), adjudicated=True
    )
    write_next(desk.place.gold, Working((settled,), working.annotations))

    desk.rename("PERSON=HUMAN")
    desk.pull()

    (one,) = read_next(desk.place.gold).gold_documents
    assert one.adjudicated
    assert {entity.label for entity in one.document.entities} == {"HUMAN"}


def test_a_document_that_is_not_in_the_gold_yet_is_renamed_too(desk):
    """Its annotations are in ``gold/next``: two differ."""
    desk.studio.submit(desk.tasks["doc-0"], to_result(document(0), SCHEMA)[:2])
    desk.pull()

    assert desk.rename("PERSON=HUMAN").documents == 1
    assert read_next(desk.place.gold).gold_documents == ()
    labels = {
        entity.label
        for one in read_next(desk.place.gold).annotations
        for layer in (one.document, one.suggestion)
        for entity in layer.entities
    }
    assert labels == {"HUMAN"}


def test_suggestions_made_before_can_be_pushed(desk):
    desk.rename("PERSON=HUMAN")

    report = desk.push(document(n) for n in range(4))

    assert (report.created, report.unchanged + report.begun) == (1, 3)
    assert desk.used("entity type") == {"HUMAN"}


def test_what_else_has_drifted_is_told_before_anything_is_written(desk):
    """A person's own label, in use."""
    live = desk.studio.find_project("p").label_config
    own = live.replace('<Label value="PERSON"', '<Label value="X" /><Label value="PERSON"')
    desk.studio.update_project(1, label_config=own)
    labels = {"value": {"labels": ["X"]}}
    region = {"type": "labels", "from_name": "label", "to_name": "text"} | labels
    desk.studio.draft(desk.tasks["doc-2"], [region])
    files = desk.files()

    with pytest.raises(
        StudioError, match=r"entity type 'X': not in schema\.toml, but used in 'p'"
    ):
        desk.rename("PERSON=HUMAN")
    assert desk.files() == files


def test_a_push_amid_a_renaming_says_how_to_finish_it(desk):
    """Broken off right after the config got both names."""
    update = desk.studio.update_project

    def broken(*given, **options):
        update(*given, **options)
        raise StudioError("gone")

    desk.studio.update_project = broken
    with pytest.raises(StudioError, match="gone"):
        desk.rename("PERSON=HUMAN")
    desk.studio.update_project = update
    with pytest.raises(CurateError) as caught:
        desk.push([document(9)])
    assert caught.value.hint == (
        "the renaming isn't finished: curate schema rename PERSON=HUMAN --project p"
    )
    assert desk.pull(full=True).result.cursor.all_problems() == ()
    assert desk.status().count("curate schema rename PERSON=HUMAN") == 1
    assert "curate push" not in desk.status()
    assert "config differs from" in desk.status()

    desk.rename("PERSON=HUMAN")
    assert "config differs from" not in desk.status()
    assert desk.push([document(9)]).created == 1


def test_another_project_follows(desk):
    """Where there is none, the schema and the gold are renamed all the same."""
    report = desk.rename("PERSON=HUMAN", title="none")
    assert "Label Studio has no project 'none': nothing to rename there." in desk.said(report)
    assert desk.used("entity type") == {"PERSON"}
    assert (
        "warning: 'p' has PERSON too: the renaming isn't finished: "
        "curate schema rename PERSON=HUMAN --project p\n" in desk.said(report)
    )

    report = desk.rename("PERSON=HUMAN")
    assert report.results.total() == 5
    assert "has PERSON too" not in desk.said(report)
    assert desk.used("entity type") == {"HUMAN"}


def test_a_submission_amid_the_renaming_is_renamed_too(desk):
    """The last look finds it; one that changed since the first is not written over."""
    studio, rewrite = desk.studio, desk.studio.rewrite
    less = to_result(document(0), SCHEMA)[:1]

    def busy(kind, number, result):
        rewrite(kind, number, result)
        if not studio.stored_tasks[desk.tasks["doc-2"]].annotations:
            studio.submit(desk.tasks["doc-2"], to_result(document(2), SCHEMA), by=BEN)
            studio.stored_tasks[desk.tasks["doc-0"]].annotations[0]["result"] = less

    studio.rewrite = busy
    desk.rename("PERSON=HUMAN")

    assert desk.used("entity type") == {"HUMAN"}
    assert len(studio.stored_tasks[desk.tasks["doc-0"]].annotations[0]["result"]) == 1
    desk.pull()
    notes = read_next(desk.place.gold).annotations
    assert [one.edited_by for one in notes] == ["", ""]


@given(documents(SCHEMA, st.just("d")), st.sampled_from([*SCHEMA.entities, *SCHEMA.relations]))
def test_a_renamed_result_is_the_result_of_the_renamed_document(given_document, old):
    """And back again, whatever there is in it."""
    what, table = (
        ("entity type", "entities") if old in SCHEMA.entities else ("relation", "relations")
    )
    path = ROOT / "label_config" / "schema.toml"
    schema = SCHEMAS.setdefault(
        old, parse_schema(rename_type(path.read_text(), table, old, "NEW", path=path), path)
    )
    result = to_result(given_document, SCHEMA)

    there = renamed_regions(result, what, old, "NEW")

    # Arrows of one pair are in the order of their labels, which another name may change.
    assert sorted(map(_steady, there)) == sorted(
        map(_steady, to_result(schema.with_current_names(given_document), schema))
    )
    assert renamed_regions(there, what, "NEW", old) == result


SCHEMAS = {}


def _steady(region):
    labels = {"labels": sorted(region["labels"])} if "labels" in region else {}
    return json.dumps(region | labels, sort_keys=True)


def test_what_was_dropped_stays_out_when_its_annotation_is_renamed(tmp_path):
    """It was our account that changed it, and nobody's judgement."""
    desk = Desk(tmp_path)
    drop(desk.place, SCHEMA, ["doc-0"])

    desk.rename("PERSON=HUMAN")

    assert desk.pull().dropped == ()
    assert read_next(desk.place.gold).gold_documents == ()


def test_changes_that_nobody_submitted_hold_a_renaming_up(desk):
    """Label Studio throws them away when the annotation is written."""
    studio, task = desk.studio, desk.tasks["doc-0"]
    (annotation,) = studio.stored_tasks[task].annotations
    draft = studio.draft(task, [], annotation=annotation["id"])
    before, there = desk.files(), list(all_results(studio, 1))

    for dry_run in (True, False):
        with pytest.raises(StudioError) as caught:
            desk.rename("PERSON=HUMAN", dry_run=dry_run)
    link = f"{studio.url}/projects/1/data?task={task}"
    what = (
        f"annotation {annotation['id']} has changes that nobody submitted with Update: {link}"
    )
    assert str(caught.value) == f"doc-0: {what}"
    assert "nothing was renamed" in caught.value.hint
    assert (desk.files(), list(all_results(studio, 1))) == (before, there)

    studio.stored_tasks[task].drafts[draft]["result"] = annotation["result"]
    desk.rename("PERSON=HUMAN")
    assert desk.used("entity type") == {"HUMAN"}
