"""What was kept is what is read: by another process, and out of the files of an older curate."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import old_state
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.errors import CurateError, Problem
from curation.labelstudio.check_documents import Brief
from curation.labelstudio.last_editor import Hands, load_hands
from curation.labelstudio.port import Marks
from curation.labelstudio.pull_cursor import Cursor, links, load_cursor, load_cursors
from curation.labelstudio.push_ledger import Ledger, Settled, load_ledger
from curation.state import State

# Each example is a commit, and waits for the disk.
few = settings(max_examples=40)

URL, TITLE = "http://127.0.0.1:8080", "Eléctions 2026"

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
names = words.filter(bool)
numbers = st.integers(0, 2**63 - 1)
some_names = st.lists(names, max_size=4, unique=True).map(lambda found: tuple(sorted(found)))
problems = st.builds(Problem, place=words, what=words, link=words, annotator=words)
told = st.dictionaries(names, st.lists(problems, min_size=1, max_size=3).map(tuple), max_size=3)
cursors = st.builds(
    Cursor,
    since=words,
    tasks=numbers,
    annotated=st.dictionaries(names, numbers, max_size=5),
    problems=told,
    remarks=told,
    deleted=some_names,
    emptied=some_names,
    again=st.dictionaries(numbers, words, max_size=3),
    seen=st.dictionaries(numbers, words, max_size=5),
    link=words,
    returned=some_names,
)
marks = st.builds(
    Marks,
    tasks=numbers,
    last=numbers,
    newest=words,
    suggestions=st.lists(st.tuples(words, numbers, words), max_size=3).map(tuple),
)
briefs = st.builds(Brief, id=names, digest=names, version=words)
settled = st.lists(st.builds(Settled, brief=briefs, task=numbers), max_size=5).map(
    lambda found: {one.brief.digest: one for one in found}
)
ledgers = st.builds(Ledger, project=words, rules=words, marks=marks, settled=settled)
hands = st.dictionaries(numbers, st.tuples(numbers, words), max_size=5)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One database for all examples, each of which takes the place of the one before."""
    return tmp_path_factory.mktemp("home")


@few
@given(cursors)
def test_a_cursor_is_read_as_it_was_kept(home, cursor):
    cursor.keep(State(home), URL, TITLE)

    assert load_cursor(State(home, writing=False), URL, TITLE) == cursor


@few
@given(ledgers)
def test_a_ledger_is_read_as_it_was_kept(home, ledger):
    ledger.keep(State(home), URL, TITLE)

    assert load_ledger(State(home, writing=False), URL, TITLE) == ledger


@few
@given(hands, hands)
def test_last_editors_are_read_as_they_were_kept(home, first, more):
    before = load_hands(State(home), URL, TITLE).known
    load_hands(State(home), URL, TITLE).remember(first)
    load_hands(State(home), URL, TITLE).remember(more)

    expected = Hands(before)
    expected.remember(first)
    expected.remember(more)
    assert load_hands(State(home, writing=False), URL, TITLE).known == expected.known


@pytest.mark.slow
@few
@given(cursors, hands, st.booleans())
def test_old_files_are_read_as_they_were_kept_and_a_writer_converts_them(
    cursor, known, cut_off
):
    with TemporaryDirectory() as folder:
        home = Path(folder)
        old_state.write_cursor(home, URL, TITLE, cursor)
        old_state.write_hands(home, URL, TITLE, known)
        old_state.write_ledger(home, URL, TITLE)
        if cut_off:
            old_state.write_unfinished(home, URL, TITLE)

        for writing in (False, True, False):
            state = State(home, writing=writing)
            assert load_cursor(state, URL, TITLE) == cursor
            assert load_hands(state, URL, TITLE).known == known
            assert load_ledger(state, URL, TITLE) is None
        with State(home).unfinished("push", URL, TITLE) as was:
            assert was == cut_off


def test_what_is_kept_of_one_project_leaves_the_others_alone(tmp_path):
    state, here = State(tmp_path), Cursor(since="2", annotated={"d": 7}, link="http://x/p")
    here.keep(state, URL, "one")
    replace(here, since="1", annotated={"d": 8, "e": 9}).keep(state, URL, "other")
    Ledger(project="1").keep(state, URL, "one")
    load_hands(state, URL, "one").remember({1: (2, "x")})

    assert load_cursor(state, URL, "one") == here
    assert load_cursor(state, "http://elsewhere", "one") is None
    assert [one.since for one in load_cursors(state)] == ["1", "2"]
    assert links(state) == {"d": "http://x/p?task=7", "e": "http://x/p?task=9"}
    assert load_ledger(state, URL, "other") is None
    assert load_hands(state, URL, "other").known == {}


def test_several_things_are_kept_by_one_commit_or_not_at_all(tmp_path):
    state = State(tmp_path)

    def interrupted():
        with state.transaction():
            Cursor(since="1").keep(state, URL, TITLE)
            Ledger().keep(state, URL, TITLE)
            assert load_cursor(state, URL, TITLE) == Cursor(since="1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert load_cursor(state, URL, TITLE) is load_ledger(state, URL, TITLE) is None
    Cursor(since="2").keep(state, URL, TITLE)
    assert load_cursor(state, URL, TITLE) == Cursor(since="2")


@pytest.mark.parametrize("wrong", [Cursor(tasks=2**70), Cursor(link="\ud800")])
def test_what_no_database_can_hold_is_told(tmp_path, wrong):
    with pytest.raises(CurateError, match="can't be kept"):
        wrong.keep(State(tmp_path), URL, TITLE)
