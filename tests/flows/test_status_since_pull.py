"""What status answers from the last pull and what changed since is what it would read anew."""

from dataclasses import replace

import pytest
from annotated_project import FLAG, NOTE, AnnotatedProject, document
from hypothesis import given
from hypothesis import strategies as st
from laws import costly
from samples import SCHEMA

from curation.commands.status_json import status_json
from curation.commands.status_lines import status_lines, with_accounts
from curation.labelstudio.push.push import push_documents
from curation.schema.labeling import LABELS_TAG, TEXT_TAG


@pytest.fixture
def project(tmp_path):
    return AnnotatedProject(tmp_path)


def test_only_what_changed_since_the_last_pull_is_asked_for(project):
    for number in range(1, 11):
        project.submit(number)
    project.pull()
    project.submit(11)
    project.submit(3, by=2)
    project.studio.draft(12)
    project.studio.asked.clear()

    found = project.status().project

    assert (found.annotated, found.begun, found.left) == (11, 1, 0)
    assert [one.submitted for one in found.workers] in ([11, 1], [1, 11])
    assert not found.was_read_whole
    # Tasks that changed (and one of the cursor's own moment), listed and exported: not all twelve.
    assert sum(project.studio.asked) <= 6


def test_status_and_pull_ask_the_server_for_each_thing_once(project, monkeypatch):
    """Each call costs a server time of its own, whatever the call asks for."""
    project.submit(1)
    project.pull()
    project.submit(2)
    calls = []
    for name in ("accounts", "projects_named", "last_change", "tasks", "totals", "returned"):
        answer = getattr(project.studio, name)

        def counted(*asked, name=name, answer=answer, **options):
            calls.append(name)
            return answer(*asked, **options)

        monkeypatch.setattr(project.studio, name, counted)
    once = ["accounts", "last_change", "projects_named", "tasks"]

    project.status()
    assert sorted(calls) == once

    calls.clear()
    assert project.pull().result.delivered == {"d02"}
    assert sorted(calls) == once


def test_work_that_is_not_pulled_yet_is_counted(project):
    assert "pulled" not in project.said()

    for number in range(1, 8):
        project.submit(number)
    assert "\nNothing was pulled from this project yet: curate pull" in project.said()
    project.pull()
    assert "since the last pull" not in project.said()
    assert status_json(project.status())["unpulled"] == {"annotations": 0, "deleted": 0}

    for number in range(4, 11):
        project.submit(number, by=2)
    assert "\n7 annotations since the last pull: curate pull --project p\n" in project.said()
    project.studio.clear(1)
    project.studio.delete_task(2)

    said = project.said()

    assert (
        "\n7 annotations and 2 deleted annotations since the last pull: curate pull --project p\n"
        in said
    )
    assert status_json(project.status())["unpulled"] == {"annotations": 7, "deleted": 2}
    project.pull()
    assert "since the last pull" not in project.said()


def test_all_is_read_where_asked_for_and_where_the_last_pull_was_an_older_curates(project):
    project.submit(1)
    project.pull()
    assert project.status(read_all=True).project.was_read_whole
    with project.place.state.transaction() as connection:
        connection.execute("DELETE FROM work")
        connection.execute("UPDATE cursors SET has_work = 0")
    project.submit(2)

    for _ in range(2):  # a pull of what changed doesn't tell of the rest
        found = project.status()
        assert (found.project.annotated, found.project.was_read_whole) == (2, True)
        assert "curate pull --full" in "\n".join(status_lines(found))
        project.pull()
    project.pull(full=True)

    assert not project.status().project.was_read_whole


def test_skipped_documents_are_named_with_who_skipped_them(project):
    project.submit(1, skipped=True, by=2)
    project.submit(2, skipped=True)
    project.submit(2, by=2)
    project.pull()
    project.submit(3, skipped=True, by=3)

    found = project.status().project

    link = f"{project.studio.url}/projects/1/data?task="
    assert [(one.place, one.link) for one in found.skipped_documents] == [
        ("d01", f"{link}1"),
        ("d03", f"{link}3"),
    ]
    assert found.skipped == 2
    ben = found.skipped_documents[0].annotator
    assert f"  d01 ({ben}): skipped\n    {link}1" in project.said()
    assert ben in {one.pseudonym for one in found.workers}


def test_notes_without_a_flag_are_shown_and_never_get_into_the_gold(project):
    project.submit(1, NOTE)
    project.submit(2, NOTE, FLAG)
    project.submit(3, NOTE, skipped=True)
    project.pull()

    found = project.status().project

    assert [one.place for one in found.notes] == ["d01", "d03"]
    assert [(one.place, one.what) for one in found.flagged] == [
        ("d02", "flagged bad_text: who is Al?")
    ]
    said = project.said()
    assert said.count("wrote: who is Al?") == 2
    assert said.count("who is Al?") == 3
    assert not [path for path in project.place.next.iterdir() if "who is" in path.read_text()]


def test_who_flagged_what_is_told_first(project):
    project.submit(1, FLAG, by=2)
    project.submit(2, FLAG, skipped=True)
    project.pull()

    lines = list(status_lines(project.status()))

    link = f"    {project.studio.url}/projects/1/data?task="
    assert lines[1] == "warning: 2 annotations with a flag:"
    assert [line.partition(": ")[2] for line in (lines[2], lines[4])] == [
        "flagged bad_text; the document stays out of the gold",
        "skipped and flagged bad_text",
    ]
    assert (lines[3], lines[5]) == (f"{link}1", f"{link}2")


def test_how_much_stayed_as_suggested_and_how_long_it_took_is_told_of_each_annotator(project):
    """The median, so that an editor left open overnight changes nothing."""
    for number, seconds in ((1, 4), (2, 5), (3, 60_000)):
        project.submit(number, seconds=seconds)
    project.submit(4, unchanged=False)
    project.submit(5, by=2, unchanged=False, seconds=8)
    project.pull()

    found = project.status().project

    (ada, ben) = sorted(found.workers, key=lambda one: -one.submitted)
    assert (ada.from_suggestion, ada.unchanged, ada.unchanged_share) == (4, 3, 0.75)
    assert ada.seconds_per_100_words == pytest.approx(125)  # four words in five seconds
    assert (ben.unchanged, ben.unchanged_share, ben.seconds_per_100_words) == (0, 0.0, 200)
    assert (
        f"  {ada.pseudonym}: 4 submitted, 0 skipped, 5 s a document (median), "
        "125 s per 100 words (median), 3 of 4 as suggested (75%)"
    ) in project.said()
    assert [one["unchanged_share"] for one in status_json(project.status())["workers"]] in (
        [0.75, 0.0],
        [0.0, 0.75],
    )


def test_counts_of_an_annotator_match_where_something_is_wrong(project):
    """What has a problem is submitted, and compared with no suggestion."""
    broken = {
        "id": "z",
        "type": "labels",
        "from_name": LABELS_TAG,
        "to_name": TEXT_TAG,
        "value": {"start": 0, "end": 99, "labels": ["PERSON"]},
    }
    for number in (1, 2, 3):
        project.submit(number)
    project.submit(4, broken)
    project.pull()

    (ada,) = project.status().project.workers

    assert (ada.submitted, ada.with_problem, ada.from_suggestion) == (4, 1, 3)
    assert "4 submitted (1 with a problem), 0 skipped" in project.said()
    assert "3 of 3 sound ones as suggested (100%)" in project.said()


def test_a_rate_of_nothing_is_none(tmp_path):
    project = AnnotatedProject(tmp_path, 0)
    blind = replace(document(1), layer=None, entities=())
    push_documents(project.studio, [blind], SCHEMA, title="p")
    project.studio.submit(1, [])

    (ada,) = project.status().project.workers

    assert (ada.submitted, ada.from_suggestion, ada.unchanged_share) == (1, 0, None)
    assert (ada.seconds, ada.seconds_per_100_words) == (None, None)
    assert "as suggested" not in project.said()


def test_accounts_are_shown_beside_pseudonyms_and_in_no_json(project):
    project.submit(1)
    project.submit(2, skipped=True, by=2)
    project.pull()

    report = project.status()
    said = "\n".join(with_accounts(status_lines(report), report.emails))

    ada = next(one.pseudonym for one in report.project.workers if one.submitted)
    assert f"  {ada} <ada@example.org>: 1 submitted" in said
    assert " <ben@example.org>): skipped" in said
    assert "@" not in "\n".join(status_lines(report))
    assert "@" not in str(status_json(report))


ACTIONS = st.sampled_from(
    ["submit", "skip", "flag", "clear", "delete", "draft", "redo", "pull"]
)


def act(project, action, task, account):
    studio, stored = project.studio, project.studio.stored_tasks[task]
    match action:
        case "submit":
            project.submit(task, by=account, seconds=account)
        case "skip":
            project.submit(task, by=account, skipped=True)
        case "flag":
            project.submit(task, FLAG, NOTE, by=account)
        case "clear":
            studio.clear(task)
        case "delete":
            studio.delete_task(task)
        case "draft":
            of = [one["id"] for one in stored.annotations]
            studio.draft(task, annotation=of[0] if of and account > 1 else None)
        case "redo" if stored.annotations:
            stored.updated_at = studio.tick()
            stored.annotations[0] |= {"result": [], "updated_at": stored.updated_at}
        case "pull":
            project.pull()


@costly(1 / 2)
@given(st.lists(st.tuples(ACTIONS, st.integers(1, 4), st.integers(1, 3)), max_size=12))
def test_memory_and_changes_say_what_reading_all_says(tmp_path_factory, actions):
    project = AnnotatedProject(tmp_path_factory.mktemp("p"), 4)
    for account in (1, 2, 3):  # all of them have a pseudonym then
        project.submit(1, by=account)
    project.pull()

    for action, task, account in actions:
        if task in project.studio.stored_tasks:
            act(project, action, task, account)

    quick, whole = (project.status(read_all=everything) for everything in (False, True))
    assert replace(quick.project, was_read_whole=True) == whole.project
