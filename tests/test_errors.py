"""How sentences to people are made."""

import pytest

from curation.errors import many


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (0, "document", "0 documents"),
        (1, "document", "1 document"),
        (2, "entity", "2 entities"),
        (1, "entity", "1 entity"),
        (3, "changed document", "3 changed documents"),
    ],
)
def test_one_is_not_many(number, noun, said):
    assert many(number, noun) == said
