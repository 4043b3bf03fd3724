"""What is remembered of gold/next: a cache, which is right or made anew."""

from dataclasses import replace

import pytest
from samples import SCHEMA

from curation.gold.working.index import read_index, write_index
from curation.gold.working.version import FileFacts, FileStamp, FolderIndex
from curation.state import State
from curation.state.tables import table_names

FACTS = FileFacts(
    document="d1",
    state="active",
    reason="",
    reopened=0,
    sha256="00ff",
    accounts_json='[["u1", "5e4e", "news", "person-1a2b", "person"]]',
    has_verdict=True,
)
FILES = {"d1.json": (FileStamp(10, 2**62, 2**62 + 1), FACTS)}
KNOWN = FolderIndex(FILES, {"d2.json": "d2", "d3.json": "d3"}, frozenset({"d4", "d5"}))


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "gold" / "next"
    found.mkdir(parents=True)
    (found / "d1.json").touch()
    return found


def test_what_is_kept_is_known_next_time(tmp_path, folder):
    """The database that holds it is whole, whatever is lost or dropped."""
    write_index(State(tmp_path / ".curate"), folder, SCHEMA, KNOWN, FolderIndex())

    assert read_index(State(tmp_path / ".curate"), folder, SCHEMA) == KNOWN
    write_index(State(tmp_path / ".curate"), folder, SCHEMA, FolderIndex(), KNOWN)
    assert read_index(State(tmp_path / ".curate"), folder, SCHEMA) == FolderIndex()


def test_another_folder_has_another_index(tmp_path, folder):
    state = State(tmp_path / ".curate")
    write_index(state, folder, SCHEMA, KNOWN, FolderIndex())

    assert read_index(state, tmp_path / "other", SCHEMA) == FolderIndex()


def test_under_another_schema_all_files_are_read_anew(tmp_path, folder):
    """What they establish may be something else; what was lost is lost all the same."""
    state = State(tmp_path / ".curate")
    write_index(state, folder, SCHEMA, KNOWN, FolderIndex())
    other = replace(SCHEMA, entities={k: v for k, v in SCHEMA.entities.items() if k != "MONEY"})

    assert read_index(state, folder, other) == replace(KNOWN, files={})
    (folder / "d1.json").unlink()
    assert read_index(state, folder, other).files == FILES


def test_the_key_of_each_table_comes_first(tmp_path):
    """Where it doesn't, the check of SQLite 3.40 takes a sound table for damaged."""
    state = State(tmp_path)
    with state.transaction():
        pass

    with state.reading() as connection:
        for table in table_names(connection):
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            keys = [bool(column[5]) for column in columns]
            assert keys == sorted(keys, reverse=True), table
