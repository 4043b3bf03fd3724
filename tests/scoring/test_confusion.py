"""Which type is taken for which."""

from dataclasses import replace

from scoring_samples import (
    CONTEXT,
    RECIPE,
    document_with,
)

from curation.scoring.score import score


def scored(gold, predicted, **changes):
    return score(gold, predicted, recipe=replace(RECIPE, **changes), context=CONTEXT)


def test_confusion_over_spans_and_tokens():
    gold = document_with("Bob Hope of Iran", (0, 8, "PERSON"), (12, 16, "GPE"), (0, 3, "ORG"))
    found = document_with("Bob Hope of Iran", (0, 8, "ORG"), (9, 11, "GPE"))

    part = scored([gold], [found]).headline

    assert part.spans.labels == ("GPE", "ORG", "PERSON", "")
    assert part.spans.matrix == ((0, 0, 0, 1), (0, 0, 0, 1), (0, 1, 0, 0), (1, 0, 0, 0))
    assert part.tokens.labels == ("GPE", "ORG", "PERSON", "O")
    assert part.tokens.matrix == ((0, 0, 0, 1), (0, 0, 0, 0), (0, 2, 0, 0), (1, 0, 0, 0))
    assert part.tokens.spans_left_out == (1, 0)
