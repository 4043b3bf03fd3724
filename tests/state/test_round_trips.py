"""What was kept is what is read by another process."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import costly

from curation.errors import CurateError, Problem
from curation.labelstudio.pull.cursor import PullCursor, load_cursor, load_cursors, task_links
from curation.labelstudio.pull.last_editor import LastEditors, load_last_editors
from curation.labelstudio.push.check_documents import CheckedDocument
from curation.labelstudio.push.ledger import PushedDocument, PushLedger, load_ledger
from curation.labelstudio.server.port import ProjectTotals
from curation.state import State

# Each example is a commit, and waits for the disk.
few = costly(1 / 2)

URL, TITLE = "http://127.0.0.1:8080", "Eléctions 2026"

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
names = words.filter(bool)
numbers = st.integers(0, 2**63 - 1)
some_names = st.lists(names, max_size=4, unique=True).map(lambda found: tuple(sorted(found)))
problems = st.builds(Problem, place=words, what=words, link=words, annotator=words)
told = st.dictionaries(names, st.lists(problems, min_size=1, max_size=3).map(tuple), max_size=3)
cursors = st.builds(
    PullCursor,
    since=words,
    task_count=numbers,
    annotated=st.dictionaries(names, numbers, max_size=5),
    problems=told,
    remarks=told,
    deleted=some_names,
    emptied=some_names,
    ask_again=st.dictionaries(numbers, words, max_size=3),
    seen=st.dictionaries(numbers, words, max_size=5),
    link=words,
    returned=some_names,
    told_keys=st.frozensets(names, max_size=3),
)
totals = st.builds(
    ProjectTotals,
    tasks=numbers,
    last_task=numbers,
    last_change=words,
    suggestions=st.lists(st.tuples(words, numbers, words), max_size=3).map(tuple),
)
checked = st.builds(CheckedDocument, id=names, digest=names, model_version=words)
pushed = st.lists(st.builds(PushedDocument, document=checked, task=numbers), max_size=5).map(
    lambda found: {one.document.digest: one for one in found}
)
ledgers = st.builds(PushLedger, project=words, rules=words, totals=totals, pushed=pushed)
hands = st.dictionaries(numbers, st.tuples(numbers, words), max_size=5)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One database for all examples, each of which takes the place of the one before."""
    return tmp_path_factory.mktemp("home")


@few
@given(cursors)
def test_a_cursor_is_read_as_it_was_kept(home, cursor):
    cursor.save(State(home), URL, TITLE)

    assert load_cursor(State(home, writing=False), URL, TITLE) == cursor


@few
@given(cursors, cursors)
def test_a_cursor_that_says_what_has_changed_is_read_as_it_was_kept(home, before, cursor):
    before.save(State(home), URL, TITLE)
    replace(cursor, changed_work=frozenset()).save(State(home), URL, TITLE)

    assert load_cursor(State(home, writing=False), URL, TITLE) == cursor


@few
@given(ledgers)
def test_a_ledger_is_read_as_it_was_kept(home, ledger):
    ledger.save(State(home), URL, TITLE)

    assert load_ledger(State(home, writing=False), URL, TITLE) == ledger


@few
@given(hands, hands)
def test_last_editors_are_read_as_they_were_kept(home, first, more):
    before = load_last_editors(State(home), URL, TITLE).known
    load_last_editors(State(home), URL, TITLE).remember(first)
    load_last_editors(State(home), URL, TITLE).remember(more)

    expected = LastEditors(known=before)
    expected.remember(first)
    expected.remember(more)
    assert load_last_editors(State(home, writing=False), URL, TITLE).known == expected.known


def test_what_is_kept_of_one_project_leaves_the_others_alone(tmp_path):
    state, here = State(tmp_path), PullCursor(since="2", annotated={"d": 7}, link="http://x/p")
    here.save(state, URL, "one")
    replace(here, since="1", annotated={"d": 8, "e": 9}).save(state, URL, "other")
    PushLedger(project="1").save(state, URL, "one")
    load_last_editors(state, URL, "one").remember({1: (2, "x")})

    assert load_cursor(state, URL, "one") == here
    assert load_cursor(state, "http://elsewhere", "one") is None
    assert [one.since for one in load_cursors(state)] == ["1", "2"]
    assert task_links(state) == {"d": "http://x/p?task=7", "e": "http://x/p?task=9"}
    assert load_ledger(state, URL, "other") is None
    assert load_last_editors(state, URL, "other").known == {}


def test_several_things_are_kept_by_one_commit_or_not_at_all(tmp_path):
    state = State(tmp_path)

    def interrupted():
        with state.transaction():
            PullCursor(since="1").save(state, URL, TITLE)
            PushLedger().save(state, URL, TITLE)
            assert load_cursor(state, URL, TITLE) == PullCursor(since="1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert load_cursor(state, URL, TITLE) is load_ledger(state, URL, TITLE) is None
    PullCursor(since="2").save(state, URL, TITLE)
    assert load_cursor(state, URL, TITLE) == PullCursor(since="2")


@pytest.mark.parametrize("wrong", [PullCursor(task_count=2**70), PullCursor(link="\ud800")])
def test_what_no_database_can_hold_is_told(tmp_path, wrong):
    with pytest.raises(CurateError, match="can't hold"):
        wrong.save(State(tmp_path), URL, TITLE)
