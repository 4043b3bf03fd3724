"""gold/next of an older curate, two files for all documents: converted once, and nothing of it lost."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import old_state
import pytest
from gold_samples import (
    Working,
    annotated,
    as_kept,
    digest,
    files,
    read_next,
    released,
    write_older,
)
from hypothesis import given, settings
from samples import ROOT, SCHEMA
from strategies import workings

from curation.commands.convert_old_gold import conversion_lines
from curation.documents.document import Document, Entity, Layer
from curation.errors import GoldError
from curation.flows.drop import drop
from curation.flows.pull import pull
from curation.flows.push import push
from curation.flows.show import show
from curation.flows.status import status
from curation.gold.convert_old import (
    OLD_ANNOTATIONS_FILE,
    OLD_GOLD_FILE,
    convert_old_files,
    has_old_files,
)
from curation.gold.dataset import GoldDocument
from curation.gold.index import folder_key
from curation.gold.working_dataset import read_working_dataset
from curation.labelstudio.push import push_documents
from curation.labelstudio.tasks import to_result
from curation.labelstudio.twin import MemoryStudio
from curation.workspace import Workspace

SHIPPED = Path(__file__).parent / "older"
OLDER = (OLD_GOLD_FILE, OLD_ANNOTATIONS_FILE)
MODEL = Layer("model", "m", "1", "w", "r")


@pytest.fixture
def place(tmp_path):
    return Workspace(tmp_path / "gold", tmp_path / ".curate")


def make_older(place, state):
    write_older(place.gold, state)
    return {name: (place.next / name).read_bytes() for name in OLDER}


def backups(place):
    return sorted(path.read_bytes() for path in (place.home / "backups").glob("*.jsonl"))


# What it becomes.


def test_the_shipped_gold_has_the_digest_of_the_version_that_was_sealed_of_it(tmp_path):
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    shutil.copytree(SHIPPED, place.next)

    done = place.convert_old_gold(SCHEMA)

    assert (
        done.converted,
        done.contradictory,
        done.without_annotations,
        done.already_converted,
    ) == (1, (), (), ())
    manifest = json.loads((ROOT / "gold" / "0.1.0" / "manifest.json").read_text())
    assert digest(read_working_dataset(place.gold, SCHEMA)) == manifest["digest"]
    (one,) = read_next(place.gold).gold_documents
    assert one.adjudicated


def test_a_release_of_the_converted_gold_finds_nothing_new(tmp_path):
    shutil.copytree(ROOT / "gold", tmp_path / "gold")
    shutil.rmtree(tmp_path / "gold" / "next")
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")
    shutil.copytree(SHIPPED, place.next)
    place.convert_old_gold(SCHEMA)

    done = released(place, SCHEMA)

    assert (done.version, done.is_new) == ("0.1.0", False)


def thousand():
    """Documents annotated once or twice, alike or not, some flagged, some settled by a curator."""
    some, golds = [], []
    for number in range(1000):
        name = f"d{number}"
        one = annotated(name, annotator=f"person-{number % 5}", group=f"g{number % 90}")
        some.append(one)
        if number % 2 == 0:
            labels = ("NORP", "PERSON") if number % 6 == 0 else ("GPE", "PERSON", "GPE")
            some.append(
                annotated(name, annotator="machine-1", labels=labels, group=f"g{number % 90}")
            )
        if number % 12 == 0:
            golds.append(GoldDocument(one.document, adjudicated=True, annotators=("machine-1", one.annotator),
                              n_annotations=2, group=f"g{number % 90}"))  # fmt: skip
        if number % 50 == 1:
            some[-1] = replace(some[-1], flags=("bad_text",))
    return as_kept(Working(tuple(golds), tuple(some)))


@pytest.fixture(scope="module", name="many")
def _many():
    return thousand()


@pytest.mark.slow
def test_a_thousand_documents_say_what_they_said(many, place):
    before = make_older(place, many)

    done = place.convert_old_gold(SCHEMA)

    assert (done.converted, done.contradictory, done.without_annotations) == (1000, (), ())
    assert 700 < len(many.gold_documents) < 1000
    assert read_next(place.gold) == many
    assert digest(read_working_dataset(place.gold, SCHEMA)) == digest(many)
    assert backups(place) == sorted(before.values())
    assert not has_old_files(place.next)
    assert place.convert_old_gold(SCHEMA) is None


@pytest.mark.slow
@settings(max_examples=20)
@given(workings(SCHEMA))
def test_whatever_was_in_the_two_files_is_in_the_new_ones(tmp_path_factory, state):
    folder = tmp_path_factory.mktemp("any")
    place = Workspace(folder / "gold", folder / ".curate")
    make_older(place, state)

    done = place.convert_old_gold(SCHEMA)

    assert (done.contradictory, done.without_annotations) == ((), ())
    assert read_next(place.gold) == state


# Cut off, and done again.


@pytest.mark.parametrize("there", range(6))
def test_cut_off_anywhere_and_done_again_it_ends_the_same(tmp_path, there):
    """With some of the files in their places and the others beside theirs, or one backup made."""
    state = as_kept(Working((), tuple(annotated(f"d{n}") for n in range(4))))
    straight = Workspace(tmp_path / "a" / "gold", tmp_path / "a" / ".curate")
    cut = Workspace(tmp_path / "b" / "gold", tmp_path / "b" / ".curate")
    for place in (straight, cut):
        make_older(place, state)
    straight.convert_old_gold(SCHEMA)
    done = sorted(straight.next.iterdir())
    for number, path in enumerate(done):
        name = path.name if number < there else f".{path.name}.part"
        (cut.next / name).write_bytes(
            path.read_bytes() if number <= there else path.read_bytes()[:99]
        )
    if there == 5:
        (cut.next / OLD_GOLD_FILE).unlink()

    with cut.working_version(SCHEMA) as working:
        assert working.known_ids == {"d0", "d1", "d2", "d3"}

    assert files(cut.next) == files(straight.next)


def test_what_was_pulled_after_a_cut_is_not_overwritten(place):
    """A file that is there already is newer than the two."""
    make_older(place, as_kept(Working((), (annotated("d0"), annotated("d1")))))
    convert_old_files(place.next, place.next, SCHEMA, {})
    newer = (place.next / "d1.json").read_text().replace('"Backing"', '"Newer"')
    (place.next / "d1.json").write_text(newer)

    done = place.convert_old_gold(SCHEMA)

    assert done.already_converted == ("d0", "d1")
    assert (place.next / "d1.json").read_text() == newer


def test_an_interrupted_conversion_leaves_no_parts(place):
    """Nor does a full disk: what it had written is taken away."""
    make_older(place, as_kept(Working((), tuple(annotated(f"d{n}") for n in range(4)))))
    before = files(place.next)

    def interrupted(items, what, total):
        for number, item in enumerate(items):
            if what == "converting" and number == 2:
                raise KeyboardInterrupt
            yield item

    with pytest.raises(KeyboardInterrupt):
        place.convert_old_gold(SCHEMA, interrupted)

    assert files(place.next) == before


def test_a_line_that_cant_be_read_is_told_and_nothing_is_written(place):
    make_older(place, as_kept(Working((), (annotated("d0"), annotated("d1")))))
    path = place.next / OLD_GOLD_FILE
    path.write_text(path.read_text().replace('"start":0', '"start":1', 1))
    before = files(place.next)

    with pytest.raises(GoldError, match=f"{path}:1: d0, 1..6: ") as error:
        place.convert_old_gold(SCHEMA)

    assert error.value.hint == f"mend these lines, or: git checkout {place.next}"
    assert files(place.next) == before


def test_what_the_two_files_contradict_each_other_in_is_told(place):
    """The annotations count; a gold that names annotations that aren't there has no file."""
    state = as_kept(Working((), tuple(annotated(f"d{n}") for n in range(3))))
    less = [
        replace(one, document=replace(one.document, relations=()))
        for one in state.gold_documents
    ]
    make_older(
        place,
        Working(
            (state.gold_documents[0], less[1], state.gold_documents[2]), state.annotations[:2]
        ),
    )

    done = place.convert_old_gold(SCHEMA)

    assert (done.contradictory, done.without_annotations) == (("d1",), ("d2",))
    said = "\n".join(conversion_lines(done, place))
    assert "2 documents converted" in said
    assert "d1: differ between the two older files: the annotations count" in said
    assert "d2: rest on annotations that are missing" in said
    assert read_next(place.gold) == as_kept(Working((), state.annotations[:2]))


# Whose it is, and what was remembered.


def document(name):
    bob = Entity(0, 3, "PERSON", "a")
    return Document(name, f"Bob met Al. {name}", (bob,), (), {}, MODEL)


@pytest.fixture
def studio():
    studio = MemoryStudio()
    studio.emails |= {2: "ben@example.org", 3: "rules@example.invalid"}
    push_documents(studio, [document(f"d{n}") for n in range(4)], SCHEMA, title="p")
    for number, task in enumerate(sorted(studio.stored_tasks)[:3]):
        note = {"type": "textarea", "from_name": "note", "value": {"text": ["really?"]}}
        result = to_result(document(f"d{number}"), SCHEMA)
        studio.submit(task, [*result, note] if number == 1 else result, by=number + 1)
    studio.submit(min(studio.stored_tasks), to_result(document("d0"), SCHEMA), by=2)
    return studio


@pytest.fixture
def upgraded(studio, place):
    """A place where an older curate has pulled, and its files as they were."""
    pull(studio, place, SCHEMA, title="p")
    state = read_next(place.gold)
    shutil.rmtree(place.next)
    make_older(place, state)
    old_state.go_back(place.home)
    return Workspace(place.gold, place.home), state


def annotations(place):
    """Whose each annotation of each file is, whether it counts, and whether the server knows it."""
    found = {}
    for path in sorted(place.next.glob("*.json")):
        some = json.loads(path.read_text())["annotations"]
        found[path.stem] = sorted(
            (one["annotator"], one["status"], one["number"] is not None) for one in some
        )
    return found


@pytest.mark.parametrize("full", [False, True], ids=["changes", "full"])
@pytest.mark.parametrize("pushed", [False, True], ids=["at once", "after a push"])
def test_pseudonyms_survive_and_nobody_is_doubled(studio, upgraded, pushed, full):
    """A pull knows the annotations of older files by their annotators."""
    place, before = upgraded
    if pushed:
        documents = [document(f"d{n}") for n in range(5)]
        push(studio, place, documents, SCHEMA, title="p")

    pull(studio, place, SCHEMA, title="p", full=full)
    pull(studio, place, SCHEMA, title="p", full=True)

    after = read_next(place.gold)
    # Older files don't say what was submitted first.
    assert not any(one.first_sure for one in after.annotations)
    sure = tuple(replace(one, first_sure=True) for one in after.annotations)
    assert replace(after, annotations=sure) == before
    assert annotations(place) == {
        one.id: sorted(
            (some.annotator, "submitted", True)
            for some in before.annotations
            if some.document.id == one.id
        )
        for one in before.gold_documents
    }


def test_what_was_dropped_and_what_was_missed_is_remembered(studio, upgraded):
    """As the older curate remembered it, of documents that have no file."""
    place, _ = upgraded
    for name in OLDER:
        path = place.next / name
        lines = path.read_text().splitlines(keepends=True)
        path.write_text(
            "".join(one for one in lines if '"d0"' not in one and '"d1"' not in one)
        )
    held = place.home / f"next-{folder_key(place.gold)}.json"
    old_state.write(held, {"files": {}, "held": ["d0", "d1", "d2"], "dropped": ["d0"]})

    report = pull(studio, place, SCHEMA, title="p")

    assert report.excluded.missing == ("d1",)
    assert not held.exists()
    pull(studio, place, SCHEMA, title="p", full=True)
    assert '"state": "dropped"' in (place.next / "d0.json").read_text()
    assert [one.id for one in read_next(place.gold).gold_documents] == ["d1", "d2"]


def test_notes_go_to_the_private_folder_and_into_no_file(place):
    noted = replace(annotated("d0", annotator="person-1"), note="who is this?")
    state = Working(as_kept(Working((), (noted,))).gold_documents, (noted,))
    make_older(place, state)

    place.convert_old_gold(SCHEMA)

    (note,) = place.state.notes("d0")
    assert (note.annotator, note.text) == ("person-1", "who is this?")
    assert b"who is this" not in b"".join(files(place.gold).values())


# Who converts, and who only looks.


def everything(folder):
    return {
        path: (path.is_file() and path.read_bytes(), path.stat().st_mtime_ns)
        for path in [folder, *folder.rglob("*")]
    }


@pytest.mark.parametrize("look", ["pull --dry-run", "status", "show"])
def test_who_only_looks_reads_the_older_files_and_writes_nothing(
    studio, upgraded, tmp_path, look
):
    place, _ = upgraded
    before = everything(tmp_path)

    match look:
        case "status":
            assert status(studio, place, SCHEMA, title="p").was_pulled
        case "show":
            assert show(place, SCHEMA, "d0").gold is not None
        case _:
            report = pull(studio, place, SCHEMA, title="p", dry_run=True)
            assert report.documents == 3

    assert everything(tmp_path) == before


@pytest.mark.parametrize("act", ["pull", "drop", "upgrade"])
def test_the_first_command_that_writes_converts_them_with_a_backup(studio, upgraded, act):
    place, _ = upgraded
    before = sorted((place.next / name).read_bytes() for name in OLDER)

    match act:
        case "pull":
            pull(studio, place, SCHEMA, title="p")
        case "drop":
            drop(place, SCHEMA, ["d0"])
        case _:
            place.convert_old_gold(SCHEMA)

    assert not has_old_files(place.next)
    assert backups(place) == before
    assert {path.name for path in place.next.iterdir()} == {"d0.json", "d1.json", "d2.json"}


def test_gold_to_be_scored_is_told_how_it_is_brought_up_to_date(upgraded):
    place, _ = upgraded

    with pytest.raises(GoldError, match="holds the two files of an older curate") as error:
        read_next(place.gold)

    assert error.value.hint == "curate pull, or curate release, converts them"
