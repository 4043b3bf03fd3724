"""The file itself: what is wrong with it is a sentence, and nothing of it is lost."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from full_disk import room

from curation.errors import CurateError
from curation.labelstudio.pull.cursor import PullCursor, load_cursor
from curation.state import Note, State, database, tables

URL, TITLE = "http://127.0.0.1:8080", "news"
CURSOR = PullCursor(
    since="2026", annotated={f"doc-{n}": n for n in range(500)}, link="http://x"
)


@pytest.fixture
def state(tmp_path):
    found = State(tmp_path / ".curate")
    CURSOR.save(found, URL, TITLE)
    return found


@pytest.fixture
def path(state):
    return state.home / "state.sqlite"


def change(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def files(folder):
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.iterdir()}


def test_it_is_one_file_for_its_owner_alone(path):
    assert {one.name for one in path.parent.iterdir()} == {
        ".gitignore",
        "state.lock",
        "state.sqlite",
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_it_says_whose_it_is_and_how_it_is_written(state, path):
    with closing(sqlite3.connect(path)) as connection:
        told = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "journal_mode", "quick_check")
        ]
    assert told == [tables.APPLICATION_ID, len(tables.MIGRATIONS), "delete", "ok"]
    with state.transaction() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_every_table_is_its_own_index(state):
    """So that its sum is of all its pages, and in one order."""
    with state.reading() as connection:
        found = connection.execute("SELECT sql FROM sqlite_master").fetchall()

    assert all("WITHOUT ROWID" in sql for (sql,) in found)


def emptied(path):
    path.write_bytes(b"")


def cut_short(path):
    os.truncate(path, path.stat().st_size // 2)


def cut_to_a_header(path):
    os.truncate(path, 60)


def overwritten_within(path):
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2] + b"\0" * 3000 + raw[len(raw) // 2 + 3000 :])


def text(path):
    path.write_text("Dear diary, " * 500)


def of_another_program(path):
    path.unlink()
    change(path, "CREATE TABLE diary (day)")


def of_a_newer_curate(path):
    change(path, f"PRAGMA user_version = {len(tables.MIGRATIONS) + 1}")


def without_a_table(path):
    change(path, "DROP TABLE notes")


def changed_by_hand(path):
    change(path, "UPDATE documents SET task = task + 1")


def a_folder(path):
    path.unlink()
    path.mkdir()


DAMAGES = [
    pytest.param(emptied, "is damaged: the file is empty", "rm", id="0 bytes"),
    pytest.param(cut_short, "is damaged", "rm", id="cut short"),
    pytest.param(cut_to_a_header, "is damaged", "rm", id="cut to a header"),
    pytest.param(overwritten_within, "is damaged", "rm", id="overwritten within"),
    pytest.param(text, "is no database of curate's", "mv", id="text"),
    pytest.param(of_another_program, "is no database of curate's", "mv", id="another program"),
    pytest.param(of_a_newer_curate, "was made by a newer curate", "update", id="newer"),
    pytest.param(without_a_table, "is damaged", "rm", id="without a table"),
    pytest.param(changed_by_hand, "is damaged", "rm", id="changed by hand"),
    pytest.param(a_folder, "is a folder", "give a file", id="a folder"),
]


@pytest.mark.parametrize("writing", [True, False], ids=["writing", "looking"])
@pytest.mark.parametrize(("damage", "said", "hint"), DAMAGES)
def test_a_file_that_is_not_ours_or_not_whole_is_told_and_left_alone(
    path, damage, said, hint, writing
):
    damage(path)
    before = path.is_dir() or path.read_bytes()

    for act in (
        lambda state: load_cursor(state, URL, TITLE),
        lambda state: CURSOR.save(state, URL, TITLE) if writing else state.notes("doc-1"),
    ):
        with pytest.raises(CurateError, match=said) as caught:
            act(State(path.parent, writing=writing))
        assert str(path) in str(caught.value)
        assert hint in caught.value.hint
        if hint in ("rm", "mv"):
            assert "put a copy of the file back" in caught.value.hint
            assert (
                "the next pull then reads everything, and takes pseudonyms from gold/next"
                in caught.value.hint
            )

    assert (path.is_dir() or path.read_bytes()) == before


def test_what_is_damaged_can_be_removed_and_made_anew(state, path):
    cut_short(path)
    path.unlink()

    assert load_cursor(State(state.home), URL, TITLE) is None
    CURSOR.save(State(state.home), URL, TITLE)
    assert load_cursor(State(state.home), URL, TITLE) == CURSOR


ONE_MORE = "CREATE TABLE more (key TEXT PRIMARY KEY) WITHOUT ROWID;"


def test_a_file_of_an_older_version_is_brought_up_to_date_by_who_writes(
    state, path, monkeypatch
):
    monkeypatch.setattr(database, "MIGRATIONS", (*tables.MIGRATIONS, ONE_MORE))
    monkeypatch.setattr(tables, "MIGRATIONS", (*tables.MIGRATIONS, ONE_MORE))
    before = files(state.home)

    looking = State(state.home, writing=False)
    with looking.reading() as connection:
        assert connection.execute("SELECT count(*) FROM more").fetchone() == (0,)
    assert load_cursor(looking, URL, TITLE) == CURSOR
    assert files(state.home) == before

    state.keep_notes([])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(tables.MIGRATIONS),)
    assert load_cursor(State(state.home), URL, TITLE) == CURSOR


@pytest.mark.parametrize("size", [0, 100, 5000, 20_000])
def test_a_disk_without_room_is_told_and_what_was_kept_stays(state, path, size):
    much = PullCursor(since="2027", annotated={f"doc-{n}": n for n in range(50_000)})

    with room(size), pytest.raises(CurateError, match="no space left to write") as caught:
        much.save(state, URL, TITLE)

    assert "free some space" in caught.value.hint
    assert load_cursor(State(state.home), URL, TITLE) == CURSOR
    much.save(state, URL, TITLE)
    assert load_cursor(State(state.home), URL, TITLE) == much


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_a_disk_without_room_for_a_new_file_leaves_none_behind(tmp_path, size):
    state = State(tmp_path / ".curate")
    state.home.mkdir()
    (state.home / ".gitignore").write_text("*\n")

    with room(size), pytest.raises(CurateError, match="no space left"):
        CURSOR.save(state, URL, TITLE)

    assert {p.name for p in state.home.iterdir()} == {".gitignore", "state.lock"}
    CURSOR.save(state, URL, TITLE)
    assert load_cursor(state, URL, TITLE) == CURSOR


SHUT = """
import ctypes, os, sys
from pathlib import Path
if os.geteuid() == 0:
    for override in (1, 2):
        ctypes.CDLL(None).prctl(24, override, 0, 0, 0)
    os.execv(sys.executable, [sys.executable, "-c", sys.argv[1], *sys.argv[2:]])
exec(sys.argv[1])
"""
KEEPING = """
import sys
from pathlib import Path
from curation.errors import CurateError
from curation.state import State
state = State(Path(sys.argv[-1]))
try:
    with state.reading() as connection:
        print(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
    state.pseudonyms("http://x")(1, "ann@example.org")
except CurateError as error:
    print(error, error.hint, sep="|")
"""


@pytest.mark.parametrize(
    ("shut", "mode", "said"),
    [
        ("state.sqlite", 0o400, "500\n{0}/state.sqlite: permission denied|"),
        ("state.sqlite", 0, "{0}/state.sqlite: permission denied|"),
        (".", 0o500, "500\n{0}: permission denied|"),
        (".", 0, "{0}/state.sqlite: permission denied|"),
    ],
)
def test_a_file_or_folder_that_may_not_be_written_to_is_told(state, shut, mode, said):
    CURSOR.save(state, URL, TITLE)
    (state.home / shut).chmod(mode)

    command = [sys.executable, "-c", SHUT, KEEPING, str(state.home)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)

    (state.home / shut).chmod(0o700)
    assert done.stdout.startswith(said.format(state.home))
    assert "see the permissions: ls -ld" in done.stdout
    assert load_cursor(State(state.home), URL, TITLE) == CURSOR


@pytest.mark.parametrize("writing", [True, False], ids=["writing", "looking"])
def test_who_waits_too_long_for_another_command_is_told(state, path, monkeypatch, writing):
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(CurateError, match="another command is writing to ") as caught:
            load_cursor(State(state.home, writing=writing), URL, TITLE)

    assert caught.value.hint == "wait until the other command has ended, then try again"


def test_who_reads_waits_for_nobody_that_only_prepares_to_write(state, path, monkeypatch):
    monkeypatch.setattr(database, "LOCK_TIMEOUT", 0.1)
    with state.transaction():
        assert load_cursor(State(state.home, writing=False), URL, TITLE) == CURSOR
        with pytest.raises(CurateError, match="another command is writing to "):
            CURSOR.save(State(state.home), URL, TITLE)


DYING = """
import os, sys
from pathlib import Path
from curation.state import State
with State(Path(sys.argv[1])).transaction() as connection:
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("UPDATE documents SET task = task + 1")
    connection.execute("CREATE TABLE big (text)")
    for _ in range(100):
        connection.execute("INSERT INTO big VALUES (?)", ["x" * 3000])
    os._exit(9)
"""


@pytest.fixture
def hot(state):
    """Whoever wrote was killed with half of it in the file, and a journal that undoes it."""
    subprocess.run([sys.executable, "-c", DYING, str(state.home)], check=False)
    journal = state.home / "state.sqlite-journal"
    assert journal.stat().st_size > 512
    return journal


def test_what_a_killed_command_had_half_written_is_undone_by_the_next(state, hot):
    assert load_cursor(State(state.home), URL, TITLE) == CURSOR
    assert not hot.exists()


def test_who_only_looks_sees_it_undone_and_leaves_that_to_others(state, hot):
    before = files(state.home)

    assert load_cursor(State(state.home, writing=False), URL, TITLE) == CURSOR
    assert files(state.home) == before


def test_a_journal_left_alone_spoils_no_new_file(state, path, hot):
    path.unlink()
    CURSOR.save(State(state.home), URL, TITLE)

    assert load_cursor(State(state.home), URL, TITLE) == CURSOR


def test_who_only_looks_makes_nothing(tmp_path):
    home = tmp_path / ".curate"
    looking = State(home, writing=False)

    assert load_cursor(looking, URL, TITLE) is None
    assert looking.notes("doc-1") == ()
    looking.pseudonyms(URL)(1, "ann@example.org")
    with (
        looking.lock_project("push", URL, TITLE),
        looking.track_unfinished("push", URL, TITLE) as cut_off,
    ):
        assert cut_off is False
    with pytest.raises(RuntimeError, match="read-only"):
        CURSOR.save(looking, URL, TITLE)
    assert not home.exists()


def test_notes_are_kept_by_annotation_and_forgotten_where_they_are_empty(state):
    def note(uid, text, document="d1"):
        return Note(server="s", uid=uid, document=document, annotator="person-1", text=text)

    state.keep_notes([note("a", "Really?"), note("b", "Yes."), note("c", "Hm.", "d2")])
    state.keep_notes([note("a", "Really!"), note("b", "")])

    assert state.notes("d1") == (note("a", "Really!"),)
    assert state.notes("d2") == (note("c", "Hm.", "d2"),)
    assert State(state.home, writing=False).notes("d3") == ()


def test_what_another_command_committed_is_seen_by_the_next_read(state):
    other = State(state.home)
    assert load_cursor(other, URL, TITLE) == CURSOR
    PullCursor(since="2027").save(state, URL, TITLE)

    assert load_cursor(other, URL, TITLE) == PullCursor(since="2027")


WRITING = """
import sys
from pathlib import Path
from curation.state import State
from curation.labelstudio.pull.cursor import PullCursor
state, number = State(Path(sys.argv[1])), 0
print("ready", flush=True)
while True:
    number += 1
    annotated = {f"doc-{n}": number for n in range(2000)}
    PullCursor(since=str(number), task_count=number, annotated=annotated).save(state, "u", "t")
    if number % 3 == 0:
        state.pseudonyms("http://x")(number, f"a{number}@example.org")
"""


@pytest.fixture
def busy(tmp_path):
    """A folder in which somebody commits, again and again."""
    home = tmp_path / "home"
    command = [sys.executable, "-c", WRITING, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writing:
        assert writing.stdout.readline() == b"ready\n"
        while not (home / "state.sqlite").exists():
            time.sleep(0.01)
        yield home
        writing.kill()


def copied_slowly(source, seconds):
    """As by ``cp``, part after part."""
    taken = bytearray()
    with source.open("rb") as stream:
        while part := stream.read(16384):
            taken += part
            time.sleep(seconds)
    return bytes(taken)


@pytest.mark.slow
def test_a_copy_made_while_somebody_writes_is_whole_or_told(busy, tmp_path):
    """``cp`` takes page after page, and commits go on between them."""
    copy, said = tmp_path / "copy", []
    copy.mkdir()
    until = time.monotonic() + 600
    while time.monotonic() < until and (len(said) < 50 or len(set(said)) < 2):
        raw = copied_slowly(busy / "state.sqlite", 0.002 * (len(said) % 4))
        (copy / "state.sqlite").write_bytes(raw)
        try:
            cursor = load_cursor(State(copy, writing=False), "u", "t") or PullCursor()
        except CurateError as error:
            said.append(str(error))
        else:
            said.append(
                {*map(int, cursor.annotated.values()), cursor.task_count} == {cursor.task_count}
            )

    assert set(said) == {True, f"{copy}/state.sqlite is damaged"}


@pytest.mark.slow
def test_who_reads_while_somebody_writes_sees_what_was_kept_at_one_moment(busy):
    until = time.monotonic() + 1
    while time.monotonic() < until:
        cursor = load_cursor(State(busy, writing=False), "u", "t") or PullCursor()
        assert {*cursor.annotated.values(), cursor.task_count} == {cursor.task_count}
