"""gold/next: what is put is written, what is written is read, and nothing else is touched."""

import subprocess
import sys
import time
from dataclasses import replace

import msgspec
import pytest
from annotations.drawn import pulls, records
from gold_samples import Working, annotated, files, many, read_next, working, write_next
from hypothesis import given
from hypothesis import strategies as st
from laws import costly
from samples import ROOT, SCHEMA

from curation.annotations.merge import merge_pulled
from curation.annotations.record_file import record_bytes
from curation.errors import GoldError
from curation.gold.working.dataset import read_working_dataset
from curation.gold.working.file_names import file_name
from curation.gold.working.version import (
    CLOCK_TICK,
    MEND_FILES,
    FolderIndex,
    read_working_version,
    remove_parts,
)


def opened(folder, index=None):
    return read_working_version(folder, SCHEMA, index or FolderIndex())


def records_of(folder, *annotations):
    """The records of these documents, by id."""
    write_next(folder, Working((), annotations))
    found = opened(folder / "next")
    return {one: found.record(one) for one in sorted(found.known_ids)}


@pytest.fixture
def three(tmp_path):
    """The folder with three documents, and their records."""
    there = records_of(tmp_path / "gold", *many(3))
    return tmp_path / "gold" / "next", there


def corrected(tmp_path, identity):
    """Another record of the document: one entity, and no arrow."""
    found = records_of(tmp_path / "elsewhere", annotated(identity, labels=("GPE",)))
    return found[identity]


def test_no_folder_is_an_empty_version(tmp_path):
    assert read_next(tmp_path / "gold") == Working()
    assert opened(tmp_path / "gold" / "next").known_ids == set()


def test_the_files_are_the_same_in_whatever_order_annotations_come(tmp_path):
    """Git shows what changed and nothing else."""
    some = [*many(5), annotated("d1", annotator="person-1a2b")]

    write_next(tmp_path / "a", working(*some))
    write_next(tmp_path / "b", working(*reversed(some)))

    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_only_what_was_put_is_written(three, tmp_path):
    folder, _ = three
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    record = corrected(tmp_path, "d1")
    version = opened(folder)

    version.put(record)
    assert version.commit() == ["d1"]

    after = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert {name for name, at in after.items() if before[name] != at} == {"d1.json"}
    assert (folder / "d1.json").read_bytes() == record_bytes(record)
    assert version.record("d1") == opened(folder).record("d1") == record


def test_what_was_put_is_known_at_once_and_on_disk_after_the_commit(three, tmp_path):
    folder, there = three
    before = files(folder)
    record = corrected(tmp_path, "d1")
    version = opened(folder)

    version.put(record)
    assert version.record("d1") == record
    assert {n: c for n, c in files(folder).items() if not n.startswith(".")} == before
    version.discard()

    assert version.record("d1") == there["d1"]
    assert files(folder) == before


def test_the_same_record_put_again_writes_nothing(three, tmp_path):
    """Also where it was put as another in between."""
    folder, there = three
    version = opened(folder)

    version.put(corrected(tmp_path, "d1"))
    for record in there.values():
        version.put(record)

    assert version.commit() == []
    assert not list(folder.glob(".*"))


def test_what_counts_is_what_a_file_establishes(tmp_path):
    one, other = annotated("d1"), annotated("d1", labels=("ORG",), annotator="person-1")
    flagged = annotated("d2", flags=("bad_text",))
    there = records_of(tmp_path, annotated("d0"), one, other, flagged)

    version = opened(tmp_path / "next")

    assert version.known_ids == {"d0", "d1", "d2"}
    assert version.gold_ids == {"d0"}
    assert {name: facts.reason for name, facts in version.excluded().items()} == {
        "d1": "differ",
        "d2": "flagged",
    }
    version.put(msgspec.structs.replace(there["d1"], annotations=there["d1"].annotations[:1]))
    assert version.gold_ids == {"d0", "d1"}


def settled_index(folder):
    """The index of a folder in which nothing changed this instant."""
    time.sleep(2 * CLOCK_TICK)
    return opened(folder).to_index()


def test_a_file_that_the_index_knows_is_taken_at_its_word(three):
    """It was checked when it was written, and its size and times are the same: it isn't read."""
    folder, _ = three
    index = settled_index(folder)
    stamp, facts = index.files["d1.json"]
    told = {**index.files, "d1.json": (stamp, replace(facts, reason="differ"))}

    version = opened(folder, replace(index, files=told))

    assert version.gold_ids == {"d0", "d2"}
    assert version.edited == []


def test_a_file_that_somebody_changed_is_read_and_named(three, tmp_path):
    folder, _ = three
    index = settled_index(folder)
    record = corrected(tmp_path, "d1")
    (folder / "d1.json").write_bytes(record_bytes(record))

    version = opened(folder, index)

    assert version.edited == ["d1"]
    assert version.record("d1") == record
    assert opened(folder, version.to_index()).edited == []


def test_a_file_that_was_only_touched_is_no_change(three):
    folder, _ = three
    index = settled_index(folder)
    (folder / "d1.json").touch()

    assert opened(folder, index).edited == []


def test_a_file_that_is_gone_is_missed_until_it_is_back(three):
    """Or until its document is put again."""
    folder, there = three
    index = settled_index(folder)
    raw = (folder / "d1.json").read_bytes()
    (folder / "d1.json").unlink()

    version = opened(folder, index)
    again = opened(folder, version.to_index())

    assert version.missing == again.missing == {"d1.json": "d1"}
    again.put(there["d1"])
    assert again.missing == {}
    again.discard()
    (folder / "d1.json").write_bytes(raw)
    assert opened(folder, version.to_index()).missing == {}


def test_what_a_killed_command_left_is_swept_and_hidden_files_are_nobodys(three):
    folder, _ = three
    (folder / ".d9.json.part").write_text("half of a fi")
    (folder / ".d8.json").write_text("somebody's own")
    (folder / "README.md").write_text("somebody's own")

    assert opened(folder).known_ids == {"d0", "d1", "d2"}
    remove_parts(folder)

    left = {path.name for path in folder.iterdir()} - {f"d{n}.json" for n in range(3)}
    assert left == {".d8.json", "README.md"}


def test_a_file_that_cant_be_read_is_not_overwritten(three, tmp_path):
    folder, there = three
    (folder / "d1.json").write_text("{}")
    version = opened(folder)

    assert version.has_unusable_file("d1")
    assert version.record("d1") is None
    with pytest.raises(ValueError, match="is not overwritten"):
        version.put(there["d1"])
    version.put(corrected(tmp_path, "d2"))
    assert version.commit() == ["d2"]
    assert (folder / "d1.json").read_text() == "{}"


def test_every_bad_file_is_told_with_its_place(three):
    """All files are read."""
    folder, _ = three
    path = folder / "d0.json"
    path.write_text("{\n<<<<<<< HEAD\n")
    other = folder / "d2.json"
    other.write_text(other.read_text().replace('"text": "Russia"', '"text": "Rusland"'))

    with pytest.raises(GoldError) as error:
        read_next(folder.parent)

    said = str(error.value)
    assert f"{path}:2: an unfinished merge" in said
    assert f"{other}: annotation " in said
    assert "0..6: the text is 'Russia', not 'Rusland'" in said
    assert error.value.hint == MEND_FILES.format(folder)


def test_a_file_that_changes_after_it_was_read_changes_nothing(three):
    """Rather than half of two states being sealed."""
    folder, _ = three
    kept = read_working_dataset(folder.parent, SCHEMA)
    before = list(kept.gold_documents)
    for path in folder.glob("*.json"):
        path.unlink()

    after = list(kept.gold_documents)

    assert after == before
    assert {one.id for one in after} == {"d0", "d1", "d2"}


rounds = st.lists(st.tuples(pulls(), st.booleans()), max_size=3)


@pytest.mark.slow
@costly(1 / 3)
@given(rounds)
def test_in_rounds_or_written_whole_is_the_same(tmp_path_factory, rounds):
    """Byte for byte, whether the files are known from the round before or read anew."""
    folder = tmp_path_factory.mktemp("rounds")
    index, last = FolderIndex(), {}
    for steps, forgotten in rounds:
        version = opened(folder / "next", FolderIndex() if forgotten else index)
        for pulled in steps:
            known = version.record(pulled.id)
            record = merge_pulled(known, pulled).record
            if record is not None:
                version.put(record)
                last[record.id] = record
        version.commit()
        index = version.to_index()

    whole = {file_name(one.id): record_bytes(one) for one in last.values()}
    assert files(folder / "next") == whole
    assert opened(folder / "next", index).facts == opened(folder / "next").facts


@pytest.mark.slow
@costly(1 / 3)
@given(st.lists(records(), max_size=3, unique_by=lambda one: one.id))
def test_whatever_is_put_is_read_again(tmp_path_factory, some):
    folder = tmp_path_factory.mktemp("put") / "next"
    version = opened(folder)

    for record in some:
        version.put(record)
    version.commit()

    again = opened(folder)
    assert again.file_problems == {}
    assert again.known_ids == {one.id for one in some}
    assert all(again.record(one.id) == one for one in some)


def test_reading_next_waits_for_no_heavy_package(tmp_path):
    """Only sealing and reading a sealed version do."""
    write_next(tmp_path, working(*many(2)))
    code = (
        "import sys; from pathlib import Path; from curation.gold.working.dataset import read_working_dataset\n"
        "from curation.schema import read_schema\n"
        "kept = read_working_dataset(Path(sys.argv[1]), read_schema(Path(sys.argv[2])))\n"
        "assert len(list(kept.gold_documents)) == 2; print(*sys.modules)"
    )
    schema = str(ROOT / "label_config" / "schema.toml")
    run = [sys.executable, "-c", code, str(tmp_path), schema]
    loaded = subprocess.check_output(run, text=True, cwd=ROOT).split()

    assert {"datasets", "pyarrow", "pandas", "numpy"} & set(loaded) == set()
