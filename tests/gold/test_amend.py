"""gold/next is brought up to date document by document, and ends as if it had been written whole."""

from dataclasses import replace
from hashlib import sha256

import pytest
from gold_samples import annotated, files, many, working
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import annotations

from curation.errors import GoldError
from curation.gold import Gold, Working, amended, read_next, settle, write_next


def cover(gold, *given, known=None, covered=(), drop=()):
    """Cover the documents of these annotations, and others; what is then remembered of the files."""
    documents = {one.document.id for one in given} | set(covered)
    with amended(gold, gold.parent, known or {}) as working:
        for document in documents:
            some = [one for one in given if one.document.id == document]
            working.cover(document, some, SCHEMA)
        working.drop(drop)
        return working.write()


def test_what_is_covered_is_replaced_and_nothing_else(tmp_path):
    """A document that is covered and not given leaves."""
    gold = tmp_path / "gold"
    write_next(gold, working(*many(3)))
    corrected = annotated("d1", labels=("GPE",))

    cover(gold, corrected, covered=["d2", "d9"])

    assert read_next(gold) == working(annotated("d0"), corrected)


def test_what_a_curator_settled_stays_until_an_annotation_changes(tmp_path):
    """Also where it is given again as it was."""
    gold = tmp_path / "gold"
    one, other = annotated("d1"), annotated("d1", annotator="person-1a2b")
    settled = Gold(replace(one.document, relations=()), adjudicated=True)
    write_next(gold, Working((settled,), (one, other)))
    before = files(gold)

    cover(gold, other, one)
    assert files(gold) == before
    cover(gold, one)
    assert read_next(gold) == working(one)


def test_a_known_group_stays(tmp_path):
    """So that a document never moves to another split."""
    gold = tmp_path / "gold"
    write_next(gold, working(annotated("d1", group="g7")))

    cover(gold, annotated("d1", group="g8"))

    assert read_next(gold).golds[0].group == "g7"


def test_only_the_annotations_of_the_document_cover_it(tmp_path):
    """Anything else is a bug of ours."""
    with amended(tmp_path, tmp_path, {}) as state, pytest.raises(ValueError, match="d1"):
        state.cover("d1", [annotated("d2")], SCHEMA)


def test_a_dropped_document_is_gone(tmp_path):
    """Its annotations too, whether or not it was gold."""
    gold = tmp_path / "gold"
    state = working(annotated("d1"), annotated("d2", flags=("bad_text",)), annotated("d3"))
    write_next(gold, state)

    cover(gold, drop=["d1", "d2"])

    assert read_next(gold) == working(annotated("d3"))


def test_what_isnt_there_cant_be_dropped(tmp_path):
    gold = tmp_path / "gold"
    write_next(gold, working(annotated("d1")))

    with pytest.raises(GoldError, match="the gold has no documents 'x', 'y'"):
        cover(gold, drop=["y", "d1", "x"])


few = st.sampled_from(["d1", "d2", 'd","text":"', "é"])
rounds = st.lists(
    st.tuples(st.lists(annotations(SCHEMA, few), max_size=3), st.sets(few), st.booleans()),
    max_size=3,
)


@pytest.mark.slow
@settings(max_examples=40)
@given(rounds)
def test_in_rounds_or_written_whole_is_the_same(tmp_path_factory, rounds):
    """Byte for byte, whether the files are known from the round before or read whole."""
    folder = tmp_path_factory.mktemp("rounds")
    known, kept = {}, {}
    for given_, covered, lost in rounds:
        covered = covered | {one.document.id for one in given_}
        kept = {name: some for name, some in kept.items() if name not in covered}
        for one in given_:
            kept.setdefault(one.document.id, []).append(one)
        known = cover(folder / "gold", *given_, covered=covered, known={} if lost else known)

    state = [one for some in kept.values() for one in some]
    write_next(folder / "whole", Working(settle(state, SCHEMA).golds, tuple(state)))
    found = files(folder / "gold") or dict.fromkeys(files(folder / "whole"), b"")
    assert [one.document for one in read_next(folder / "gold").golds] == [
        one.document for one in read_next(folder / "whole").golds
    ]
    assert found["next/annotations.jsonl"] == files(folder / "whole")["next/annotations.jsonl"]
    assert known in (
        {},
        {path.removeprefix("next/"): sha256(found[path]).hexdigest() for path in found},
    )


def altered(path, old, new):
    path.write_bytes(path.read_bytes().replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(b'{"id":"d1"', b'<<<<<<< HEAD\n{"id":"d1"', "not JSON", id="conflict marker"),
        pytest.param(b'"d1"', b'"d0"', "stands already in", id="an id twice"),
        pytest.param(b"Russia", b"Prussi", "isn't the one that 'text_sha256'", id="text"),
        pytest.param(b'"start":0', b'"start":1', "stands there, not", id="a span"),
        pytest.param(b'"flags":[]', b'"flags":[1]', "'flags", id="a type"),
    ],
)  # fmt: skip
def test_a_file_that_somebody_changed_is_read_whole(tmp_path, old, new, said):
    """Also where another document is pulled; nothing is written then."""
    gold = tmp_path / "gold"
    known = cover(gold, *many(3))
    altered(gold / "next" / "gold.jsonl", old, new)
    before = files(gold)

    with pytest.raises(GoldError, match=said):
        cover(gold, annotated("d2", labels=("GPE",)), known=known)

    assert files(gold) == before


def test_rows_that_somebody_put_in_another_order_are_sorted_again(tmp_path):
    """And several annotators of one document are kept in theirs."""
    gold = tmp_path / "gold"
    some = [*many(3), annotated("d1", annotator="person-1a2b")]
    known = cover(gold, *some)
    whole = files(gold)
    for name in ("gold.jsonl", "annotations.jsonl"):
        path = gold / "next" / name
        path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))

    cover(gold, annotated("d9"), known=known)
    cover(gold, drop=["d9"])

    assert files(gold) == whole


def test_a_file_that_nobody_changed_is_taken_at_its_word(tmp_path):
    """It was checked when it was written, and is the same."""
    gold = tmp_path / "gold"
    cover(gold, *many(3))
    altered(gold / "next" / "gold.jsonl", b'"flags":[]', b'"flags":[1]')
    known = {
        path.name: sha256(path.read_bytes()).hexdigest() for path in (gold / "next").iterdir()
    }

    assert cover(gold, annotated("d2"), known=known) == known
