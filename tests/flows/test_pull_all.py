"""A pull of every project that is known: one after the other, none in the way of the others."""

import json
from dataclasses import replace

import pytest
from gold_samples import gold_ids
from samples import SCHEMA

from curation.commands.pull import pull_all_lines, pull_lines
from curation.default_project import DEMO_PROJECT
from curation.documents.document import Document, Entity, Layer
from curation.errors import StudioError, StudioRefusal
from curation.flows.pull import PullOptions, pull
from curation.flows.pull_all import pull_all
from curation.labelstudio.pull.cursor import load_cursor
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.schema.adjudication_screen import adjudication_xml
from curation.workspace import Workspace

MODEL = Layer("model", "m", "1", "w", "r")
NEWS, BLIND = "news", "news blind"


def document(name, *labels):
    spans = ((0, 3), (8, 10))
    entities = (Entity(*spans[n], label, f"e{n}") for n, label in enumerate(labels))
    return Document(name, "Bob met Al.", tuple(entities), layer=MODEL)


@pytest.fixture
def studio():
    """Two projects that share one of their documents."""
    studio = MemoryStudio()
    studio.emails |= {1: "ada@example.org", 2: "ben@example.org"}
    for title, names in ((NEWS, ("d0", "d1")), (BLIND, ("d1", "d2"))):
        articles = [document(name, "PERSON") for name in names]
        push_documents(studio, articles, SCHEMA, title=title)
    return studio


def task(studio, title, name):
    [found] = studio.tasks(studio.find_project(title).id, doc_ids=[name])
    return found.id


def submit(studio, title, name, *labels, by=1, **more):
    return studio.submit(
        task(studio, title, name), to_result(document(name, *labels), SCHEMA), by=by, **more
    )


def pulled(studio, place, **options):
    return pull_all(studio, place, SCHEMA, options=PullOptions(**options))


def said(report, place, *, dry_run=False):
    return "\n".join(pull_all_lines(report, place, dry_run=dry_run))


@pytest.fixture
def both_known(studio, place):
    """Each project was pulled once."""
    for title in (NEWS, BLIND):
        pull(studio, place, SCHEMA, title=title)


@pytest.mark.usefixtures("both_known")
def test_every_project_that_was_pulled_before_is_pulled(studio, place):
    submit(studio, NEWS, "d0", "PERSON")
    submit(studio, BLIND, "d2", "PERSON")

    report = pulled(studio, place)

    assert gold_ids(place) == ["d0", "d2"]
    assert report.changed == {"d0": 1, "d2": 1}
    assert [one.changed for one in report.projects] == [{"d0": 1}, {"d2": 1}]
    text = said(report, place)
    assert (
        f"{NEWS} ({studio.url}/projects/1/data): 1 annotation of 1 changed document\n" in text
    )
    assert (
        f"2 projects: 2 annotations of 2 changed documents; 2 documents now in {place.next}."
        in text
    )
    assert pulled(studio, place).changed == {}


def test_what_gold_next_knows_is_pulled_from_a_new_checkout(studio, place):
    submit(studio, NEWS, "d0", "PERSON")
    submit(studio, BLIND, "d2", "PERSON", by=2)
    for title in (NEWS, BLIND):
        pull(studio, place, SCHEMA, title=title)
    before = {path.name: path.read_bytes() for path in place.next.iterdir()}

    report = pulled(studio, Workspace(place.gold, place.home.with_name(".another")))

    assert [one.result.project.title for one in report.projects] == [NEWS, BLIND]
    assert {path.name: path.read_bytes() for path in place.next.iterdir()} == before


def test_the_default_project_is_pulled_where_none_is_known(studio, place):
    push_documents(studio, [document("d9")], SCHEMA, title="curate")
    submit(studio, "curate", "d9", "PERSON")
    submit(studio, NEWS, "d0", "PERSON")

    report = pulled(studio, place)

    assert gold_ids(place) == ["d9"]
    assert said(report, place).startswith(
        "1 annotation of 1 changed document; 1 document now in"
    )


def test_no_project_at_all_is_an_error_with_its_title(place):
    with pytest.raises(StudioError, match="no project 'curate'"):
        pulled(MemoryStudio(), place)


def at_another_address(studio):
    class Elsewhere(MemoryStudio):
        url = "http://the-same.test"

    other = Elsewhere()
    vars(other).update(vars(studio))
    return other


@pytest.mark.usefixtures("both_known")
@pytest.mark.parametrize("has_state", [True, False])
def test_where_projects_are_known_of_another_address_only_nothing_is_pulled(
    studio, place, has_state
):
    """Not the project of the default title either: it may be another folder's."""
    submit(studio, NEWS, "d0", "PERSON")
    pull(studio, place, SCHEMA, title=NEWS)
    push_documents(studio, [document("d9")], SCHEMA, title="curate")
    submit(studio, "curate", "d9", "PERSON")
    if not has_state:
        place = Workspace(place.gold, place.home.with_name(".another"))
    other = at_another_address(studio)

    with pytest.raises(StudioError) as caught:
        pulled(other, place)

    projects = f"'news' and 'news blind' at {studio.url}" if has_state else "'news' at another"
    assert f"gold/next and .curate/ know no project at {other.url}, but {projects}" in str(
        caught.value
    )
    assert "curate pull --project news" in caught.value.hint
    assert gold_ids(place) == ["d0"]
    assert load_cursor(place.state, other.url, "curate") is None

    pull(other, place, SCHEMA, title=NEWS)

    text = said(pulled(other, place), place)
    told = "warning: project 'news blind' is known at"
    assert (told in text) is has_state
    assert not has_state or "curate pull --project 'news blind'" in text


@pytest.mark.usefixtures("both_known")
def test_one_known_project_is_told_of_as_if_named(studio, place):
    other = Workspace(place.gold.with_name("other"), place.home.with_name(".other"))
    third = Workspace(place.gold.with_name("third"), place.home.with_name(".third"))
    for there in (other, third):
        pull(studio, there, SCHEMA, title=NEWS)
    submit(studio, NEWS, "d0", "ORG")
    submit(studio, NEWS, "d0", "PERSON", by=2)

    every = said(pulled(studio, other), place)

    named = pull(studio, third, SCHEMA, title=NEWS)
    assert [hide(line) for line in every.splitlines()] == [
        hide(line) for line in pull_lines(named, place, dry_run=False)
    ]


def hide(line):
    """Without pseudonyms, which two places give differently, and their order."""
    words = ("person" if "person-" in word else word.strip(";") for word in line.split())
    return sorted(words)


@pytest.mark.usefixtures("both_known")
def test_a_deleted_project_is_told_and_stops_no_other(studio, place):
    submit(studio, BLIND, "d2", "PERSON")
    del studio.projects[studio.find_project(NEWS).id]

    report = pulled(studio, place)

    assert gold_ids(place) == ["d2"]
    assert f"warning: project '{NEWS}' is no longer on the server" in said(report, place)


@pytest.mark.usefixtures("both_known")
def test_a_renamed_project_is_told_with_its_title_until_it_is_known(studio, place):
    studio.update_project(studio.find_project(NEWS).id, title="old news")

    text = said(pulled(studio, place), place)

    assert "warning: project 'news' has the title 'old news' on the server now" in text
    assert "curate pull --project 'old news'" in text
    pull(studio, place, SCHEMA, title="old news")
    assert "warning" not in said(pulled(studio, place), place)


@pytest.mark.usefixtures("both_known")
def test_where_every_known_project_is_gone_the_first_is_the_error(studio, place):
    studio.projects.clear()

    with pytest.raises(StudioError, match=f"no project '{NEWS}'"):
        pulled(studio, place)


class Refusing(MemoryStudio):
    """Breaks off in the middle of one project's export."""

    refused = 0

    def export(self, project, task_ids=None):
        exported = super().export(project, task_ids)
        if project != self.refused:
            return exported
        return self._broken_off(exported)

    def _broken_off(self, exported):
        yield next(iter(exported))
        raise StudioRefusal("a task is too long", hint="look at it")


def refusing(studio, title):
    other = Refusing()
    vars(other).update(vars(studio))
    other.refused = studio.find_project(title).id
    return other


@pytest.mark.usefixtures("both_known")
def test_a_project_that_cant_be_pulled_stops_no_other_and_leaves_nothing(studio, place):
    submit(studio, NEWS, "d0", "PERSON")
    submit(studio, BLIND, "d2", "PERSON")
    before = load_cursor(place.state, studio.url, NEWS)

    report = pulled(refusing(studio, NEWS), place)

    assert gold_ids(place) == ["d2"]
    assert load_cursor(place.state, studio.url, NEWS) == before
    assert {title: str(error) for title, error in report.failed.items()} == {
        NEWS: "a task is too long"
    }
    assert pulled(studio, place).changed == {"d0": 1}


@pytest.mark.usefixtures("both_known")
def test_a_project_that_cant_be_pulled_drops_nothing_back_in(studio, place):
    """What was dropped before it was ever pulled stays so, though the failed pull saw it."""
    with place.working_version(SCHEMA) as working:
        working.dropped.add("d0")
        place.commit(working)
    submit(studio, NEWS, "d0", "PERSON")
    submit(studio, BLIND, "d2", "PERSON")

    pulled(refusing(studio, NEWS), place)
    pulled(studio, place)

    assert gold_ids(place) == ["d2"]
    assert json.loads((place.next / "d0.json").read_text())["state"] == "dropped"


@pytest.mark.usefixtures("both_known")
def test_a_dry_run_sums_up_what_all_would_bring_and_writes_nothing(studio, place):
    submit(studio, NEWS, "d0", "PERSON")
    submit(studio, BLIND, "d2", "PERSON")

    report = pulled(studio, place, dry_run=True)

    assert report.gold.documents == 2
    assert "2 documents would be in" in said(report, place, dry_run=True)
    assert not place.next.exists()
    assert pulled(studio, place).gold.documents == 2


@pytest.mark.usefixtures("both_known")
def test_a_file_that_was_changed_is_asked_for_in_every_project(studio, place):
    """Git may have brought back an old one: what each project has of it comes again."""
    submit(studio, NEWS, "d1", "PERSON")
    submit(studio, BLIND, "d1", "PERSON", by=2)
    pulled(studio, place)
    path = place.next / "d1.json"
    whole = path.read_bytes()
    lesser = json.loads(whole)
    lesser["annotations"] = []
    path.write_text(json.dumps(lesser))

    report = pulled(studio, place)

    assert report.gold.edited_files == ("d1",)
    assert json.loads(path.read_bytes())["annotations"] == json.loads(whole)["annotations"]


@pytest.mark.usefixtures("both_known")
def test_a_difference_is_told_once_with_its_project(studio, place):
    submit(studio, NEWS, "d0", "PERSON")
    submit(studio, NEWS, "d0", "ORG", by=2)

    text = said(pulled(studio, place), place)

    told = [line for line in text.splitlines() if line.startswith("warning: d0: ")]
    assert [line.partition(" differ")[2] for line in told] == [" in project 'news':"]
    assert f"    {studio.url}/projects/1/data?task={task(studio, NEWS, 'd0')}" in text


@pytest.mark.usefixtures("both_known")
def test_a_difference_between_two_projects_is_told_of_neither(studio, place):
    submit(studio, NEWS, "d1", "PERSON")
    submit(studio, BLIND, "d1", "ORG", by=2)

    text = said(pulled(studio, place), place)

    told = [line for line in text.splitlines() if line.startswith("warning: d1: ")]
    assert [line.partition(" differ")[2] for line in told] == [":"]


@pytest.mark.usefixtures("both_known")
def test_a_difference_with_a_third_annotator_elsewhere_is_told_of_no_project(studio, place):
    submit(studio, NEWS, "d1", "PERSON")
    submit(studio, NEWS, "d1", "ORG", by=2)
    submit(studio, BLIND, "d1", "GPE", by=3)

    text = said(pulled(studio, place), place)

    told = [line for line in text.splitlines() if line.startswith("warning: d1: ")]
    assert [line.partition(" differ")[2] for line in told] == [":"]


@pytest.mark.usefixtures("both_known")
def test_who_copied_another_annotation_is_not_named_among_those_who_differ(studio, place):
    first = submit(studio, NEWS, "d0", "PERSON")
    submit(studio, NEWS, "d0", "ORG", by=2)
    submit(studio, NEWS, "d0", "PERSON", by=3, parent_annotation=first)

    text = said(pulled(studio, place), place)

    (told,) = [line for line in text.splitlines() if line.startswith("warning: d0: ")]
    assert told.count("person-") == 2


@pytest.mark.usefixtures("both_known")
def test_what_is_wrong_goes_back_in_each_project(studio, place):
    for title, name in ((NEWS, "d0"), (BLIND, "d2")):
        studio.submit(task(studio, title, name), [{"type": "labels"}])

    report = pulled(studio, place, send_back=True)

    assert [one.sent_back.returned for one in report.projects] == [("d0",), ("d2",)]
    for one in report.projects:
        number = studio.find_project(one.result.project.title).id
        assert one.sent_back.link.startswith(f"{studio.url}/projects/{number}/data?tab=")


@pytest.mark.usefixtures("both_known")
def test_an_adjudicators_project_brings_no_annotations(studio, place):
    push_documents(studio, [document("d3")], SCHEMA, title="verdicts")
    pull(studio, place, SCHEMA, title="verdicts")
    number = studio.find_project("verdicts").id
    studio.projects[number] = replace(
        studio.projects[number], label_config=adjudication_xml(SCHEMA)
    )
    submit(studio, "verdicts", "d3", "PERSON")

    report = pulled(studio, place)

    assert gold_ids(place) == []
    assert [one.result.project.title for one in report.projects] == [NEWS, BLIND]


def test_the_demos_project_is_none_of_those_that_are_pulled(studio, place):
    """Not even where an older curate pulled it by its name."""
    push_documents(studio, [document("d3", "PERSON")], SCHEMA, title=DEMO_PROJECT)
    for title, name in ((DEMO_PROJECT, "d3"), (NEWS, "d0")):
        submit(studio, title, name, "PERSON")
        pull(studio, place, SCHEMA, title=title)

    report = pulled(studio, place)

    assert [one.result.project.title for one in report.projects] == [NEWS]
    assert (report.gone, report.elsewhere, report.failed) == ((), (), {})
