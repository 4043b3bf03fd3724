"""What an older curate kept in a file each is taken over once, and stays among the backups."""

import json

import old_state
import pytest

from curation.labelstudio.pull.cursor import PullCursor, load_cursor
from curation.labelstudio.pull.last_editor import load_last_editors
from curation.state import State

URL, TITLE = "http://127.0.0.1:8080", "news"
ANN, NAME = "ann@example.org", "person-00000001"
CURSOR = PullCursor(
    since="2026", annotated={"d1": 7}, remarks={}, link="http://x", returned=("d1",)
)
HANDS = {3: (2, "00ff")}


@pytest.fixture
def home(tmp_path):
    found = tmp_path / ".curate"
    old_state.write_annotators(found, {ANN: NAME})
    old_state.write_cursor(found, URL, TITLE, CURSOR)
    old_state.write_hands(found, URL, TITLE, HANDS)
    old_state.write_ledger(found, URL, TITLE)
    old_state.write_unfinished(found, URL, TITLE)
    old_state.write(found / "next-0a1b2c3d.json", {"files": {}})
    (found / "suggestions.jsonl").touch()
    return found


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_the_first_who_writes_takes_all_of_it_over(home):
    before = contents(home)

    names = State(home).pseudonyms(URL)

    state = State(home)
    assert load_cursor(state, URL, TITLE) == CURSOR
    assert load_last_editors(state, URL, TITLE).known == HANDS
    assert (names.find(1, ANN), names.kind(NAME)) == (NAME, "person")
    with state.track_unfinished("push", URL, TITLE) as cut_off:
        assert cut_off
    with state.track_unfinished("push", URL, TITLE) as cut_off:
        assert not cut_off
    kept = contents(home / "backups" / "before-state-sqlite")
    del kept[".gitignore"]
    assert len(kept) == 5
    assert (
        kept | {name: before[name] for name in ("next-0a1b2c3d.json", "suggestions.jsonl")}
        == before
    )
    assert {*contents(home)} == {
        ".gitignore", "next-0a1b2c3d.json", "state.lock", "state.sqlite", "suggestions.jsonl"
    }  # fmt: skip
    assert (home / "backups" / "before-state-sqlite").stat().st_mode & 0o777 == 0o700


def test_the_title_that_no_file_told_is_known_when_the_project_is_met(home):
    def known():
        with State(home).reading() as connection:
            return connection.execute("SELECT url, title FROM projects").fetchall()

    assert known() == [(None, None)]
    CURSOR.save(State(home), URL, TITLE)
    assert known() == [(URL, TITLE)]


def test_what_an_older_curate_writes_later_is_put_aside_and_not_taken_over(home):
    load_cursor(State(home), URL, TITLE)
    path = old_state.write_cursor(home, URL, TITLE, PullCursor(since="2027"))

    assert load_cursor(State(home, writing=False), URL, TITLE) == CURSOR
    assert path.exists()
    assert load_cursor(State(home), URL, TITLE) == CURSOR
    assert not path.exists()
    put_away = contents(home / "backups" / "before-state-sqlite")
    assert json.loads(put_away[path.name])["since"] == "2026"
    assert json.loads(put_away[f"{path.name}.2"])["since"] == "2027"


def test_a_cursor_from_before_there_were_remarks_and_returns_is_read(home):
    (path,) = home.glob("pull-*.json")
    form = json.loads(path.read_text())
    path.write_text(json.dumps({k: form[k] for k in form if k not in ("remarks", "returned")}))

    found = load_cursor(State(home), URL, TITLE)

    assert found == PullCursor(since="2026", annotated={"d1": 7}, link="http://x")


def test_a_ledger_that_is_damaged_hinders_nobody(home):
    (path,) = home.glob("push-*.json")
    path.write_text("{")

    assert load_cursor(State(home), URL, TITLE) == CURSOR
