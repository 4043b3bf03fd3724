"""Agreement as JSON."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from laws import costly
from samples import SCHEMA
from scoring_samples import corpora, document_with

from curation.scoring.agreement import measure_agreement
from curation.scoring.agreement_json import agreement_to_json
from curation.scoring.agreement_results import AgreementRecipe
from curation.scoring.document_pairs import by_document

RECIPE = AgreementRecipe(gold="", digest="d", schema="s", seed=7, resamples=200, curate="0")


TEXT = "Bob of Iran met Al."


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


def agreed(**work):
    return measure_agreement(by_document([*work.items()]), SCHEMA.symmetric, recipe=RECIPE)


def numbered(many, *spans):
    return [replace(document_with(TEXT, *spans), id=f"d{n}") for n in range(many)]


@costly(1 / 3)
@given(corpora(), st.booleans())
def test_json_holds_any_agreement(sides, alone):
    found = agreed(a=sides[0]) if alone else agreed(a=sides[0], b=sides[1][1:], c=sides[0])

    form = json.loads(json.dumps(agreement_to_json(found), allow_nan=False))
    assert form["annotators"] == list(found.annotators)
