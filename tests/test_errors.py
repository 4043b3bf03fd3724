"""How sentences to people are made."""

import pytest

from curation import console
from curation.errors import InputError, Problem, pluralise


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (0, "document", "0 documents"),
        (1, "document", "1 document"),
        (2, "entity", "2 entities"),
        (1, "entity", "1 entity"),
        (4, "day", "4 days"),
        (3, "changed document", "3 changed documents"),
    ],
)
def test_only_one_is_singular(number, noun, said):
    assert pluralise(number, noun) == said


def test_no_id_forges_a_line(capsys):
    """Of a list of problems, nor of a report."""
    hostile = Problem("a\nerror: the gold is lost", "the text differs")

    console.complain(InputError.from_problems([hostile, Problem("b", "too")]))
    console.lines([f"  {hostile}", "warning: a\nerror: it is flagged"])

    told = capsys.readouterr().err.splitlines()
    assert told == [
        "error: a\\nerror: the gold is lost: the text differs",
        "b: too",
        "  a\\nerror: the gold is lost: the text differs",
        "warning: a\\nerror: it is flagged",
    ]
