"""Commands to type name the project wherever another than the default is meant."""

import re
from dataclasses import replace

import pytest
from annotated_project import FLAG, AnnotatedProject
from command_line import run
from samples import SCHEMA

from curation.commands.pull import pull_lines
from curation.commands.return_documents import returned_lines
from curation.commands.status_lines import status_lines, unpulled_lines
from curation.default_project import DEMO_PROJECT, in_project
from curation.errors import CurateError
from curation.flows.return_documents import DocumentsToReturn, return_documents
from curation.gold.working.unknown_types import UnknownType
from curation.labelstudio.server.find_project import project_named
from curation.schema.remove import find_removal

# Commands that have --project and are typed in sentences; the next word is none of theirs.
TYPED = re.compile(r"curate (?:pull|push|return|status|schema remove|schema rename)[^;:()]*")


@pytest.fixture
def project(tmp_path):
    return AnnotatedProject(tmp_path, 4)


def unnamed(sentences):
    """The commands to type that name no project."""
    return [
        found[0]
        for sentence in sentences
        for found in TYPED.finditer(sentence)
        if "--project p" not in found[0]
    ]


def test_the_default_project_needs_no_name_and_others_are_quoted():
    assert in_project("curate pull", "curate") == "curate pull"
    assert in_project("curate pull", "a b") == "curate pull --project 'a b'"


def test_all_that_status_pull_and_return_say_names_the_project(project):
    project.submit(1, FLAG)
    project.submit(2)
    project.submit(2, by=2, unchanged=False)
    project.submit(3)
    fresh = list(status_lines(project.status()))
    found = project.pull()
    (project.place.next / "d03.json").unlink()
    said_by_pull = pull_lines(
        replace(
            project.pull(),
            unknown_types=(UnknownType(name="LAW", table="entities", documents=("d01",)),),
            result=replace(found.result, former_names={"A=B": 1, "C=": 1}),
            sent_back=replace(found.sent_back, config_too_old=True),
        ),
        project.place,
        dry_run=False,
    )
    report = project.status()
    drifted = replace(
        report,
        config_differences=("layout",),
        unknown_types=(UnknownType(name="LAW", table="entities", documents=("d01",)),),
    )
    chosen = DocumentsToReturn(documents=("d02",))
    returned = return_documents(project.studio, project.place, SCHEMA, chosen, title="p")
    old = replace(returned, config_too_old=True)

    said = [*fresh, *said_by_pull, *status_lines(drifted), *returned_lines(old, dry_run=False)]

    assert "curate adjudicate --list shows where" in "\n".join(said)
    assert "curate push --project p brings" in "\n".join(said)
    assert "curate schema remove LAW --project p" in "\n".join(said)
    assert "curate pull --full --project p" in "\n".join(said)
    assert unnamed(said) == []


def test_nobody_is_told_to_pull_the_demos_project_and_pull_refuses_it(project, capsys):
    project.submit(1)
    report = project.status()
    demo = replace(
        report,
        project=replace(report.project, project=DEMO_PROJECT),
        known_instead=("curate",),
    )

    assert [*unpulled_lines(demo)] == [
        "These are the shipped annotations, submitted by a program: nothing to pull."
    ]
    code, out, err = run(capsys, "pull", "--project", DEMO_PROJECT)
    assert (code, out) == (2, "")
    assert err.startswith(
        "error: the project 'curate demo' has the shipped annotations, submitted by a program"
    )


def errors(project):
    studio, place = project.studio, project.place
    chosen = DocumentsToReturn(documents=("zz",))
    yield lambda: return_documents(studio, place, SCHEMA, chosen, title="p")
    yield lambda: project_named(studio, "p2")
    project.submit(1)
    project.pull()
    yield lambda: return_documents(studio, place, SCHEMA, chosen, title="p")
    lacking = DocumentsToReturn(lacking="PERSON")
    (found,) = studio.projects_named("p")
    studio.update_project(found.id, instructions="other")
    yield lambda: return_documents(studio, place, SCHEMA, lacking, title="p")
    removed = replace(SCHEMA, removed=("LAW2",))
    yield lambda: find_removal("LAW2", "PERSON", removed, {}, "p")


def test_all_hints_of_errors_name_the_project(project):
    for call in errors(project):
        with pytest.raises(CurateError) as caught:
            call()
        hint = caught.value.hint
        assert "curate " in hint
        assert unnamed([hint]) == [], hint
