"""Doubts are lines of notes: their number is told for the pilot and the rest, and nothing of their words."""

import json

import msgspec
import pytest
from annotated_project import NOTE, AnnotatedProject
from command_line import run
from gold_samples import write_dataset_facts
from samples import ROOT, SCHEMA

from curation.flows.doubts import count_doubts, doubt_sentences
from curation.flows.release import ReleaseOptions, release


def note(*doubts):
    return {**NOTE, "value": {"text": ["\n".join(doubts)]}}


@pytest.fixture
def desk(tmp_path):
    """A pilot of one document with three doubts, and two others with one."""
    made = AnnotatedProject(tmp_path, documents=3)
    made.submit(1, note("Bob: who?", "", "met: or saw?", "Al: a name?"))
    made.submit(2, note("Bob: again"))
    made.submit(3)
    made.pull()
    with made.place.working_version(SCHEMA) as working:
        record = working.record("d01")
        working.put(msgspec.structs.replace(record, meta={**record.meta, "pilot": True}))
        made.place.commit(working)
    return made


def test_doubts_are_counted_for_the_pilot_and_the_rest(desk):
    found = count_doubts(desk.place, SCHEMA)

    assert [*doubt_sentences(found)] == [
        "annotators noted 3 doubts in 1 annotation of the pilot: 3.0 each",
        "annotators noted 1 doubt in 2 annotations of the rest: 0.5 each",
    ]


def test_where_nobody_noted_any_nothing_is_said(tmp_path):
    made = AnnotatedProject(tmp_path, documents=1)
    made.submit(1)
    made.pull()

    assert count_doubts(made.place, SCHEMA) == {}


def test_agree_and_the_card_tell_the_number_and_no_word(desk, monkeypatch, capsys):
    (desk.place.gold.parent / "label_config").symlink_to(ROOT / "label_config")
    monkeypatch.chdir(desk.place.gold.parent)
    write_dataset_facts(desk.place.gold)

    _, out, _ = run(capsys, "agree", "--gold", "next", "--json")
    _, _, said = run(capsys, "agree", "next")
    manifest = release(desk.place, SCHEMA, ReleaseOptions(baseline=False)).manifest

    assert json.loads(out)["doubts"] == {
        "pilot": {"doubts": 3, "annotations": 1},
        "rest": {"doubts": 1, "annotations": 2},
    }
    assert "3 doubts in 1 annotation of the pilot" in said
    assert manifest.doubts[-1].startswith("annotators noted 1 doubt in 2 annotations")
    assert manifest.agreement == []
    card = (desk.place.gold / "README.md").read_text()
    assert "3 doubts in 1 annotation" in card
    for words in ("who?", "or saw?", "Bob: again"):
        assert words not in card + out + said
