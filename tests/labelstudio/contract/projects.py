"""Accounts, projects, their settings and their tabs."""

import uuid

import pytest
from labelstudio.contract.samples import document, imported
from samples import SCHEMA

from curation.default_project import in_project
from curation.errors import StudioError
from curation.labelstudio.server.find_project import project_named
from curation.labelstudio.server.port import RETURN_PREFIX
from curation.labelstudio.tasks import (
    to_result,
)
from curation.schema.labeling import labeling_xml


def test_we_are_known_by_name(studio):
    assert "@" in studio.whoami()
    assert studio.whoami() in studio.accounts().values()


def test_a_project_is_found_by_its_whole_title(studio, project):
    found = studio.find_project(project.title)

    assert found == project
    assert found.label_config == labeling_xml(SCHEMA).strip()
    assert found.instructions == "<b>how</b>"
    assert (found.tasks, found.model_version) == (0, "")
    assert studio.find_project(project.title[:-1]) is None


def test_a_project_behind_a_page_of_others_is_found(studio, project):
    """Thirty are a page, the newest first."""
    for number in range(31):
        studio.create_project(f"{project.title} {number}", labeling_xml(SCHEMA), "")

    assert studio.find_project(project.title) == project
    assert list(studio.titles().values()).count(f"{project.title} 0") == 1
    assert studio.titles()[project.id] == project.title


def test_a_slip_in_a_title_is_told_with_what_is_much_like_it(studio, project):
    for title, hint in (
        (f"{project.title}x", f"projects with similar titles: '{project.title}'"),
        ("§", "see the projects at http"),
    ):
        with pytest.raises(StudioError, match="has no project") as caught:
            project_named(studio, title)

        assert caught.value.hint.startswith(hint)
        make = in_project("curate push", title)
        assert caught.value.hint.endswith(f"; or make it with: {make}")


def test_two_projects_of_one_title_are_refused(studio, project):
    studio.create_project(project.title, labeling_xml(SCHEMA), "")

    with pytest.raises(StudioError, match="2 projects named") as caught:
        studio.find_project(project.title)
    assert f"({project.id} with 0 tasks, " in str(caught.value)


def test_a_project_is_given_another_title(studio, project):
    studio.update_project(project.id, title=f"{project.title[:40]} new")

    assert studio.titles()[project.id] == f"{project.title[:40]} new"
    assert studio.find_project(project.title) is None


def test_the_overlap_of_a_project_is_that_of_its_tasks_until_a_task_gets_its_own(
    studio, project
):
    imported(studio, project, document(1))

    studio.update_project(project.id, overlap=2)
    first = imported(studio, project, document(2))
    studio.set_overlap(first["doc-2"].id, 3)
    later = imported(studio, project, document(3))

    assert project.overlap == 1
    assert studio.find_project(project.title).overlap == 2
    assert [one.overlap for one in first.values()] == [2, 2]
    assert [later[f"doc-{n}"].overlap for n in (1, 2, 3)] == [2, 3, 2]
    assert later["doc-2"].updated_at > first["doc-2"].updated_at
    assert later["doc-1"].updated_at == first["doc-1"].updated_at


def test_another_overlap_of_the_project_leaves_tasks_of_one_annotator_beside_others(
    studio, project
):
    """So does Label Studio, where some tasks have an overlap above 1."""
    tasks = imported(studio, project, document(1), document(2))
    studio.set_overlap(tasks["doc-1"].id, 3)

    studio.update_project(project.id, overlap=2)

    listed = {task.doc_id: task.overlap for task in studio.tasks(project.id)}
    assert listed == {"doc-1": 2, "doc-2": 1}


def test_a_task_that_is_gone_gets_no_overlap(studio, project):
    task = imported(studio, project, document(1))["doc-1"]
    studio.delete_task(task.id)

    with pytest.raises(StudioError):
        studio.set_overlap(task.id, 2)


def test_a_project_is_told_from_one_of_the_same_title_by_its_birth(studio, project):
    other = studio.create_project(str(uuid.uuid4()), labeling_xml(SCHEMA), "")

    assert project.created_at < other.created_at


def test_an_overlap_of_one_is_that_of_all_tasks(studio, project):
    tasks = imported(studio, project, document(1), document(2), document(3))
    studio.set_overlap(tasks["doc-1"].id, 3)
    studio.update_project(project.id, overlap=2)

    studio.update_project(project.id, overlap=1)

    listed = studio.tasks(project.id)
    assert {task.doc_id: task.overlap for task in listed} == dict.fromkeys(tasks, 1)


def test_a_project_is_described_and_may_show_no_suggestions(studio, project):
    assert (project.description, project.shows_suggestions) == ("", True)

    studio.update_project(project.id, description="Ours: 20 % ✓", shows_suggestions=False)

    found = studio.find_project(project.title)
    assert (found.description, found.shows_suggestions) == ("Ours: 20 % ✓", False)


def test_a_view_is_saved_and_seen(studio, project):
    assert studio.views(project.id) == []
    item = {"filter": "filter:tasks:data.returned", "operator": "contains"}
    items = [item | {"type": "Unknown", "value": RETURN_PREFIX}]
    filters = {"conjunction": "and", "items": items}
    first = studio.create_view(project.id, {"title": "First"})
    second = studio.create_view(project.id, {"title": "Second", "filters": filters})

    assert studio.views(project.id) == [first, second]
    assert (first.title, first.filtered) == ("First", ())
    assert (second.title, second.filtered) == ("Second", ("data.returned",))


def test_the_config_can_be_changed(studio, project):
    """Also so that a name is gone that is in use: whether it may be, we look for ourselves."""
    tasks = imported(studio, project, document(1))
    studio.annotate(tasks["doc-1"].id, to_result(document(1), SCHEMA))
    config = labeling_xml(SCHEMA).replace("#000dff", "#000dfe").replace('"PERSON"', '"HUMAN"')
    studio.update_project(project.id, label_config=config, instructions="new")

    found = studio.find_project(project.title)
    assert (found.label_config, found.instructions) == (config.strip(), "new")
