"""What an annotation says of agreement and of its arm."""

from dataclasses import replace

import pytest
from annotations.drawn import pulled_annotation, pulled_document

from curation.annotations.independence import is_arm_sure
from curation.annotations.merge import merge_pulled
from curation.documents.document import Document, Entity, Layer

BOB = Document("d1", "Bob met Al.", (Entity(0, 3, "PERSON"),))


@pytest.mark.parametrize(
    ("evidence", "sure"), [("prediction", True), ("regions", True), ("task", False)]
)
def test_a_suggestion_that_was_pushed_was_not_surely_shown(evidence, sure):
    """A task with a suggestion opens blank where the project shows another model's."""
    suggested = replace(BOB, layer=Layer("model", "m", "1", "w", "r"))
    found = replace(pulled_annotation(BOB, suggestion=suggested), evidence=evidence)

    record = merge_pulled(None, pulled_document(BOB, found)).record

    assert record.annotations[0].arm == "assisted"
    assert is_arm_sure(record, record.annotations[0]) is sure


def test_a_task_without_a_suggestion_is_surely_blind():
    record = merge_pulled(None, pulled_document(BOB, pulled_annotation(BOB))).record

    assert is_arm_sure(record, record.annotations[0])
