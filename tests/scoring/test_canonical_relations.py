"""Relations in the order in which they are compared."""

from samples import SCHEMA
from scoring_samples import document_with

from curation.scoring.canonical_relations import canonical_relations

TEXT = "Bob of Iran met Al. Al is ill."


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


def test_a_relation_without_direction_that_stands_there_both_ways_is_one():
    both, once = (
        document_with(TEXT, BOB, AL, arrows=arrows)
        for arrows in (((0, 1, "meets_with"), (1, 0, "meets_with")), ((1, 0, "meets_with"),))
    )

    assert len(canonical_relations(both, SCHEMA.symmetric)) == 1
    assert canonical_relations(both, SCHEMA.symmetric) == canonical_relations(
        once, SCHEMA.symmetric
    )
    assert len(canonical_relations(both, ())) == 2
