"""Whatever spans other programs give, a score, a report and an agreement come of them."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import costly
from samples import SCHEMA
from strategies import texts

from curation.flows.agree import agree
from curation.flows.evaluate import EvaluationOptions, evaluate, report_page
from curation.report.agreement_tables import agreement_tables
from curation.report.caveats import agreement_caveats, score_caveats
from curation.report.tables import score_tables
from curation.workspace import Workspace


@st.composite
def given_documents(draw):
    """One text as two programs give it back: any spans, integers or strings for ids, any newline at the end."""
    text = draw(texts())
    spans = st.tuples(
        st.integers(0, len(text) - 1), st.integers(1, 6), st.sampled_from(["PERSON", "MISC"])
    )
    sides = []
    for _ in range(2):
        number = draw(st.sampled_from([int, str]))
        entities = [
            {
                "id": number(n),
                "start": start,
                "end": min(start + length, len(text)),
                "label": label,
            }
            for n, (start, length, label) in enumerate(draw(st.lists(spans, max_size=5)))
        ]
        ends = st.sampled_from([one["id"] for one in entities] or [""])
        labels = st.sampled_from(["meets_with", "likes"])
        arrows = draw(st.lists(st.tuples(ends, ends, labels), max_size=3 if entities else 0))
        relations = [
            {"head": head, "tail": tail, "label": label} for head, tail, label in arrows
        ]
        end = draw(st.sampled_from(["", "\n", " \n"]))
        sides.append(
            {"id": 7, "text": text + end, "entities": entities, "relations": relations}
        )
    return sides


@pytest.mark.slow
@costly(1 / 2)
@given(given_documents())
def test_any_two_files_are_scored_reported_and_compared(sides):
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, side in zip(("a.jsonl", "b.jsonl"), sides, strict=True):
            (folder / file).write_text(json.dumps(side) + "\n")
        place = Workspace(folder / "gold", folder / ".curate")
        first, second = folder / "a.jsonl", folder / "b.jsonl"

        evaluation = evaluate(
            place,
            SCHEMA,
            EvaluationOptions(gold=str(first), predictions=second, against=first, seed=7),
        )
        page = report_page(evaluation, place, SCHEMA)
        found = agree(place, SCHEMA, [first, second], gold=None, seed=7)

    strict = evaluation.scores.entities["strict"].micro.counts
    assert (strict.gold, strict.predicted) == tuple(len(side["entities"]) for side in sides)
    assert found.entities["strict"].micro.counts.f1 == strict.f1
    assert "</html>" in page
    assert list(score_tables(evaluation.scores))
    assert list(score_caveats(evaluation.scores))
    assert list(agreement_tables(found))
    assert list(agreement_caveats(found))
