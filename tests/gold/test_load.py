"""What ``load_dataset`` shows is what went in."""

import pytest
from gold_samples import Working, annotated, many, sealed, working
from hypothesis import given
from laws import costly
from loading import load
from samples import SCHEMA
from strategies import workings

from curation.gold.sealed.versions import read_version
from curation.gold.tables.read_rows import read_annotation_row, read_gold_row


def test_a_version_loads_as_it_was_sealed(tmp_path):
    """All splits, both configurations; lists of dicts, nothing lost."""
    state = working(*many(40), annotated("blind", suggestion=None))
    sealed(tmp_path / "gold", state)

    found = load(tmp_path / "gold", "0.1.0", "0.1.0-annotations")

    rows = found["rows"]["0.1.0"]
    assert sorted(rows) == ["test", "train", "validation"]
    assert _golds(rows) == state.gold_documents
    assert _annotations(found["rows"]["0.1.0-annotations"]) == state.annotations
    assert rows["train"][0]["entities"][0] == {
        "id": "e1", "start": 0, "end": 6, "label": "GPE", "text": "Russia",
    }  # fmt: skip


@pytest.mark.slow
def test_every_version_loads_and_the_newest_is_the_default(tmp_path):
    """An empty split is no split; an old version stays what it was."""
    gold = tmp_path / "gold"
    sealed(gold, working(annotated("d1")))
    sealed(gold, working(*many(40)))

    found = load(gold, "0.1.0", "0.2.0")

    ends = ("", "-annotations", "-tokens", "-relations")
    assert found["configs"] == [
        f"{number}{end}" for number in ("0.2.0", "0.1.0") for end in ends
    ]
    assert found["default"] == ["test", "train", "validation"]
    assert len(found["rows"]["0.1.0"]) == 1
    assert _golds(found["rows"]["0.1.0"]) == working(annotated("d1")).gold_documents


HOSTILE = '"}: - ---\n# x | <script> {{a}} [b](c) `d` \u2028\u0085\x00\\ é 😀\r\n'.replace(
    "\0", ""
)


@pytest.mark.slow
def test_hostile_words_break_neither_card_nor_rows(tmp_path):
    """A title, a source, an id may hold anything."""
    known = {"title": HOSTILE, "src": HOSTILE, "attribution": HOSTILE, "lang": HOSTILE}
    state = working(annotated(HOSTILE, **known, flags=("needs_discussion",)))
    gold = tmp_path / "gold"

    sealed(gold, state)

    assert _golds(load(gold, "0.1.0")["rows"]["0.1.0"]) == state.gold_documents
    assert "<script>" not in (gold / "README.md").read_text()


@pytest.mark.slow
@costly(1 / 3)
@given(workings(SCHEMA))
def test_whatever_is_sealed_is_read_again(tmp_path_factory, state):
    """Through Parquet and the manifest, verified, annotations too."""
    gold = tmp_path_factory.mktemp("any") / "gold"

    sealed(gold, state, refusing=False)

    version = read_version(gold, "0.1.0")
    assert Working(version.gold_documents, version.annotations) == state


@pytest.mark.slow
@costly(1 / 4)
@given(workings(SCHEMA))
def test_whatever_is_sealed_loads(tmp_path_factory, state):
    """Document → record → Parquet → load_dataset → Document is the identity."""
    datasets = pytest.importorskip("datasets")
    folder = tmp_path_factory.mktemp("load")
    sealed(folder / "gold", state, refusing=False)

    found = datasets.load_dataset(
        str(folder / "gold"), "0.1.0", cache_dir=str(folder / "cache")
    )

    assert _golds(found) == state.gold_documents


def _golds(splits):
    read = [read_gold_row(row, "loaded") for rows in splits.values() for row in rows]
    assert [problems for _, problems in read if problems] == []
    return Working(tuple(gold for gold, _ in read)).gold_documents


def _annotations(splits):
    read = [read_annotation_row(row, "loaded") for rows in splits.values() for row in rows]
    assert [problems for _, problems in read if problems] == []
    return Working((), tuple(one for one, _ in read)).annotations
