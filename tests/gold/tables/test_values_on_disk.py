"""What is put aside on disk comes back as it was, as often as one likes."""

import gc
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import annotations, golds

from curation.documents.document import AnnotatedDocument
from curation.files import json_line
from curation.gold.dataset import GoldDocument
from curation.gold.tables.rows import annotation_row, gold_row
from curation.gold.tables.values_on_disk import ValuesOnDisk


@given(st.lists(golds(SCHEMA), max_size=4), st.lists(annotations(SCHEMA), max_size=4))
def test_documents_come_back_with_everything_that_rows_have(some, others):
    kept = ValuesOnDisk(GoldDocument)
    annotated = ValuesOnDisk(AnnotatedDocument)
    for one in some:
        kept.add("", one)
    for annotation in others:
        annotated.add("", annotation)

    assert list(kept) == some
    assert list(annotated) == others
    assert [json_line(gold_row(one)) for one in kept] == [
        json_line(gold_row(one)) for one in some
    ]
    assert [json_line(annotation_row(one)) for one in annotated] == [
        json_line(annotation_row(one)) for one in others
    ]


def test_they_come_in_the_order_of_their_keys_and_of_one_key_as_they_came():
    kept = ValuesOnDisk(str)
    for key, value in (("b", "2"), ("a", "9"), ("b", "1"), ("a", "3")):
        kept.add(key, value)

    assert list(kept) == ["9", "3", "2", "1"]
    assert list(zip(kept, kept, strict=True)) == [(one, one) for one in ["9", "3", "2", "1"]]


def test_the_file_goes_with_the_values():
    before = len([*Path("/dev/fd").iterdir()])
    kept = ValuesOnDisk(str)
    kept.add("a", "1")
    assert len([*Path("/dev/fd").iterdir()]) == before + 1

    del kept
    gc.collect()

    assert len([*Path("/dev/fd").iterdir()]) == before
