"""Differences go out, verdicts come back, annotations change, and round it goes again."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from annotated_project import FLAG
from deciding import decided
from disputing import TITLE, DisputedProject, annotation, words
from samples import ROOT, SCHEMA

from curation.commands.show import document_lines
from curation.documents.document import Document, Relation
from curation.files import json_line
from curation.flows.list_differences import list_differences
from curation.flows.pull import PullOptions
from curation.flows.pull_all import pull_all
from curation.flows.schema_rename import schema_rename
from curation.flows.show import show
from curation.flows.status import status
from curation.flows.verdicts_from_file import verdicts_from_file
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.schema import read_schema

DEE = 4
NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Loop(DisputedProject):
    """A project whose adjudicator takes the first annotator's readings, unless told otherwise."""

    def pull_all(self):
        return pull_all(self.studio, self.place, self.schema, options=PullOptions())

    def settle(self, document, round_number=1, *, chosen=None, update=None):
        """Submit a verdict on all differences in question, or update the one that is there."""
        number = self.number(document, round_number)
        stored = self.studio.stored_tasks[number]
        (prediction,) = stored.predictions.values()
        task = {"data": stored.data, "predictions": [prediction]}
        first = self.record(document).annotations[0].uid
        choices = {
            one.key: next((o.alias for o in one.options if first in o.by), one.options[0].alias)
            for one in self.shown(document, round_number)
            if not one.settled
        }
        result = decided(task, choices | (chosen or {}))
        if update:
            self.studio.change(update, result, by=DEE)
            return update
        return self.studio.submit(number, result, by=DEE)

    def record(self, document):
        with self.place.read_only().working_version(self.schema) as working:
            return working.record(document)

    def gold(self, document):
        with self.place.read_only().working_version(self.schema) as working:
            return working.consensus(document)

    def status(self):
        return status(self.studio, self.place, self.schema, title=self.title).adjudication

    def labels(self, document):
        gold = self.gold(document).document
        return gold and [one.label for one in gold.entities]


@pytest.fixture
def loop(tmp_path):
    return Loop(tmp_path, studio=MemoryStudio())


def test_a_verdict_settles_its_document_and_nothing_goes_out_again(loop):
    loop.annotate(1, "oo", by=1)
    loop.annotate(1, "gp", by=2)
    loop.pull()
    loop.adjudicate()
    loop.settle("d1")

    loop.pull_all()

    assert loop.labels("d1") == ["ORG", "ORG"]
    report = loop.adjudicate()
    assert (report.created, report.changed, report.unchanged) == ({}, (), 1)


def test_a_reading_that_was_not_offered_comes_to_the_end_and_the_verdict_on_the_rest_stays(
    loop,
):
    first = loop.annotate(1, "oo", by=1)
    loop.annotate(1, "gp", by=2)
    loop.pull()
    loop.adjudicate()
    verdict = loop.settle("d1")
    loop.pull_all()
    loop.studio.let_pass(60)
    loop.change(first, 1, "fo")
    loop.pull_all()
    assert loop.labels("d1") is None

    report = loop.adjudicate()

    old, other, new = loop.shown("d1")
    assert (old.settled, other.settled, new.settled) == (True, False, False)
    # What both have now, what was chosen before, and that nothing is marked.
    assert (old.key, len(new.options)) == (new.key, 4)
    (change,) = report.changed
    assert change.what.startswith("1 difference to settle at the end (1 asked again); ")
    assert loop.adjudicate().changed == ()

    loop.studio.let_pass(60)
    loop.settle("d1", update=verdict)
    loop.pull_all()

    assert loop.labels("d1") == ["FAC", "ORG"]
    assert loop.adjudicate().changed == ()


def test_of_a_stale_verdict_only_what_is_open_is_shown(loop):
    first = loop.annotate(1, "oo", by=1)
    loop.annotate(1, "gp", by=2)
    loop.pull()
    assert len(show(loop.place, SCHEMA, "d1").open_differences) == 2
    loop.adjudicate()
    loop.settle("d1")
    loop.pull_all()
    assert show(loop.place, SCHEMA, "d1").open_differences == ()
    loop.studio.let_pass(60)

    loop.change(first, 1, "fo")
    loop.pull_all()

    shown = show(loop.place, SCHEMA, "d1")
    (words,) = shown.open_differences
    assert words.startswith("12..18 'Name00': ")
    assert "FAC by person-" in words
    lines = [*document_lines(shown)]
    assert lines[-2:] == ["1 open difference", f"  {words}"]
    assert shown.to_json()["open_differences"] == [words]
    assert len(shown.to_json()["differences"]) == 2


def test_adopting_what_was_offered_changes_no_task_and_no_verdict(loop):
    loop.annotate(1, "oo", by=1)
    second = loop.annotate(1, "gp", by=2)
    loop.pull()
    loop.adjudicate()
    loop.settle("d1")
    loop.pull_all()
    loop.change(second, 1, "oo")
    loop.pull_all()

    report = loop.adjudicate()

    assert loop.labels("d1") == ["ORG", "ORG"]
    assert (report.changed, report.deleted) == ((), 0)


def test_what_all_have_come_to_agree_on_as_the_verdict_says_is_listed_no_more(loop):
    loop.annotate(1, "oo", by=1)
    second = loop.annotate(1, "gp", by=2)
    loop.pull()
    loop.adjudicate()
    loop.settle("d1")
    loop.pull_all()

    loop.change(second, 1, "op")
    loop.pull_all()

    listed = list_differences(loop.studio, loop.place, SCHEMA, documents=("d1",))
    start = words(1).index("Name01")
    assert [one.difference.key for one in listed.documents["d1"]] == [f"e{start}-{start + 6}"]


def test_a_new_annotator_opens_what_is_new_alone(loop):
    loop.annotate(1, "oo-", by=1)
    loop.annotate(1, "gp-", by=2)
    loop.pull()
    loop.adjudicate()
    loop.settle("d1")
    loop.pull_all()
    loop.annotate(1, "opg", by=3)
    loop.pull_all()

    report = loop.adjudicate()

    shown = loop.shown("d1")
    assert [one.settled for one in shown] == [False] * 3
    start = words(1).index("Name02")
    assert shown[2].key == f"e{start}-{start + 6}"
    assert [one.place for one in report.changed] == ["d1"]


def joined(labels):
    """A document whose last name is joined to its first one."""
    document = annotation(1, labels)
    entities = document.entities
    arrow = Relation(entities[0], entities[-1], "supports")
    return Document(document.id, document.text, entities, (arrow,), {}, document.layer)


def test_a_relation_across_rounds_goes_out_once_its_ends_are_settled(loop):
    number = loop.numbers["d1"]
    loop.studio.submit(number, to_result(joined(["ORG"] * 45), SCHEMA), by=1)
    other = annotation(1, ["GPE"] * 45)
    loop.studio.submit(number, to_result(other, SCHEMA), by=2)
    loop.pull()

    report = loop.adjudicate()

    assert report.waiting == {"d1": 1}
    assert [len(loop.shown("d1", n)) for n in (1, 2)] == [40, 5]
    loop.settle("d1", 1)
    loop.pull_all()
    assert loop.labels("d1") is None

    report = loop.adjudicate()

    assert report.waiting == {}
    (last,) = [one for one in loop.shown("d1", 2) if one.kind == "relations"]
    assert (last.n, last.settled) == (6, False)
    loop.settle("d1", 2)
    loop.pull_all()
    gold = loop.gold("d1").document
    assert [one.label for one in gold.relations] == ["supports"]
    assert {one.label for one in gold.entities} == {"ORG"}
    assert loop.adjudicate().changed == ()


def test_a_relation_within_a_full_task_goes_out_in_a_round_of_its_own(loop):
    """Its ends are settled then; meanwhile the document waits, and isn't called stale."""
    number = loop.numbers["d1"]
    loop.studio.submit(number, to_result(joined(["ORG"] * 40), SCHEMA), by=1)
    loop.studio.submit(number, to_result(annotation(1, ["GPE"] * 40), SCHEMA), by=2)
    loop.pull()

    report = loop.adjudicate()

    assert (report.created, report.waiting) == ({"d1": 1}, {"d1": 1})
    assert len(loop.shown("d1")) == 40
    loop.settle("d1")
    report = loop.pull_all()
    assert report.verdicts[0].waiting == {"d1": 1}
    assert loop.gold("d1").reopened == ()

    report = loop.adjudicate()

    assert (report.created, report.waiting) == ({"d1": 1}, {})
    (asked,) = loop.shown("d1", 2)
    assert asked.kind == "relations"
    (waiting,) = loop.status().in_adjudication
    assert waiting.link.endswith(f"task={loop.number('d1', 2)}")
    loop.settle("d1", 2)
    loop.pull_all()
    gold = loop.gold("d1").document
    assert [one.label for one in gold.relations] == ["supports"]
    assert {one.label for one in gold.entities} == {"ORG"}
    assert loop.adjudicate().changed == ()


def test_a_flag_is_decided_with_the_rest(loop):
    loop.annotate(1, "o", by=1)
    loop.annotate(1, "g", FLAG, by=2)
    loop.pull()
    loop.adjudicate()
    loop.settle("d1")  # the first annotator set none: the document is taken in

    loop.pull_all()

    assert loop.labels("d1") == ["ORG"]


def test_a_skipped_adjudication_stays_as_it_is(loop):
    loop.annotate(1, "o", by=1)
    loop.annotate(1, "g", by=2)
    loop.pull()
    loop.adjudicate()
    loop.studio.submit(loop.number("d1"), [], by=DEE, skipped=True)
    loop.pull_all()

    report = loop.adjudicate()

    assert (report.created, report.unchanged) == ({}, 1)
    assert loop.labels("d1") is None


def test_a_verdict_by_talking_takes_the_questions_off_the_screen(loop):
    loop.annotate(1, "oo", by=1)
    loop.annotate(1, "gp", by=2)
    loop.pull()
    loop.adjudicate()
    listed = list_differences(loop.studio, loop.place, SCHEMA).documents["d1"]
    file = loop.place.home / "verdicts.jsonl"
    lines = (one.to_json() | {"alias": one.options[0].alias} for one in listed)
    file.write_text("".join(f"{json_line(one)}\n" for one in lines), encoding="utf-8")
    verdicts_from_file(loop.place, SCHEMA, file, by="dee@example.org")

    report = loop.adjudicate()

    assert report.deleted == 1
    assert loop.tasks == {}
    assert loop.studio.find_project(TITLE).tasks == 0
    loop.pull_all()
    assert loop.gold("d1").adjudicated


def test_a_renamed_type_asks_nothing_anew_and_its_verdicts_come_back(loop, tmp_path):
    config = tmp_path / "label_config"
    shutil.copytree(ROOT / "label_config", config)
    loop.place = replace(loop.place, config=config)
    loop.annotate(1, "oof", by=1)
    loop.annotate(1, "gpf", by=2)
    loop.pull()
    loop.adjudicate()
    schema_rename(loop.studio, loop.place, "ORG=COMPANY", title="p", now=NOW)
    schema_rename(loop.studio, loop.place, "FAC=BUILDING", title="p", now=NOW)
    loop.schema = read_schema(config / "schema.toml")

    report = loop.adjudicate()

    assert (report.changed, report.unchanged) == ((), 1)
    assert "COMPANY" in loop.studio.find_project(TITLE).label_config
    (prediction,) = loop.studio.stored_tasks[loop.number("d1")].predictions.values()
    labels = [one["value"]["labels"] for one in prediction["result"]]
    assert labels == [["BUILDING"], ["#1"], ["#2"]]
    loop.settle("d1")
    loop.pull_all()
    assert loop.labels("d1") == ["COMPANY", "COMPANY", "BUILDING"]
    assert loop.adjudicate().changed == ()
