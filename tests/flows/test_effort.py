"""What is published of how annotators worked is the sum over all of them."""

import json

import pytest
from annotated_project import AnnotatedProject
from gold_samples import released
from samples import SCHEMA

from curation.annotations.effort import Effort, effort_sentences
from curation.commands.release import release_lines
from curation.gold.card.files import write_published_files
from curation.gold.sealed.versions import read_manifest


@pytest.fixture
def project(tmp_path):
    """Ada submits three as suggested, Ben changes one, a program submits one as suggested."""
    project = AnnotatedProject(tmp_path)
    project.studio.emails[4] = "baseline@curate.invalid"
    for number, seconds in ((1, 2), (2, 4), (3, 60_000)):
        project.submit(number, seconds=seconds)
    project.submit(4, by=2, unchanged=False, seconds=8)
    project.submit(5, by=4, seconds=1)
    project.pull()
    return project


def test_the_card_and_the_release_tell_the_sum_over_all_people(project):
    report = released(project.place, SCHEMA)

    card = (project.place.gold / "README.md").read_text()
    first = "of 4 annotations that began from a suggestion, 3 (75%) mark exactly what the suggestion did"
    second = "100 words took 150 s (median of 4 annotations; the time that the editor was open)"
    people = "counting people's own work alone"
    assert f"- {people}, {first}\n- {people}, {second}\n" in card
    said = list(release_lines(report))
    assert said[2:4] == [f"O{first[1:]}.", f"{second}."]


def test_nothing_of_a_single_annotator_is_published(project):
    released(project.place, SCHEMA)

    form = json.loads((project.place.gold / "0.1.0" / "manifest.json").read_text())

    assert form["effort"] == {
        "annotations": 4,
        "from_suggestion": 4,
        "unchanged": 3,
        "timed": 4,
        "seconds_per_100_words": 150.0,
    }
    everything = b"".join(
        path.read_bytes() for path in project.place.gold.glob("0.1.0/*") if path.is_file()
    )
    assert b"60000" not in everything


def test_a_version_that_was_sealed_before_says_nothing_of_it(tmp_path):
    """And a sealed manifest without the sum stays valid."""
    project = AnnotatedProject(tmp_path)
    project.studio.emails[1] = "baseline@curate.invalid"
    project.submit(1, seconds=3)
    project.pull()
    released(project.place, SCHEMA)

    assert "effort" not in json.loads(
        (project.place.gold / "0.1.0" / "manifest.json").read_text()
    )
    assert read_manifest(project.place.gold, "0.1.0").effort is None
    assert not write_published_files(project.place.gold)
    assert (
        "exactly what the suggestion did" not in (project.place.gold / "README.md").read_text()
    )


def test_a_rate_of_nothing_is_not_told():
    nothing = Effort(
        annotations=2, from_suggestion=0, unchanged=0, timed=0, seconds_per_100_words=None
    )

    assert nothing.unchanged_share is None
    assert list(effort_sentences(nothing)) == []
