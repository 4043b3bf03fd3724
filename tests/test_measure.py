"""What eval and agree do across rooms: which gold, whose predictions."""

import pytest
from gold_samples import annotated, many, sealed, working
from samples import SCHEMA
from scoring_samples import of

from curation import measure
from curation.errors import GoldError
from curation.gold import write_next

TEXT = "Bob of Iran met Al."


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "gold"


def lines(path, *documents):
    path.write_text("".join(one.to_line() + "\n" for one in documents), encoding="utf-8")
    return path


def test_a_gold_set_knows_which_documents_were_blind(folder):
    sealed(folder, working(annotated("a"), annotated("b", suggestion=None)))

    truth = measure.gold_set(folder, None)

    assert (truth.name, truth.arms) == ("0.1.0", {"a": "assisted", "b": "blind"})
    assert measure.gold_set(folder, "next").arms == truth.arms


def test_of_a_file_nobody_knows_the_arm(tmp_path):
    path = lines(tmp_path / "g.jsonl", of(TEXT))

    assert measure.gold_set(tmp_path / "gold", str(path)).arms == {}


def test_without_a_version_there_is_nothing_to_score(folder):
    with pytest.raises(GoldError, match="no sealed version"):
        measure.gold_set(folder, None)


def test_the_blind_documents_are_scored_first(folder):
    sealed(folder, working(*many(3), annotated("blind", suggestion=None)))
    truth = measure.gold_set(folder, None)
    found = measure.Predictions(tuple(one for one in truth.documents if one.id != "blind"))

    scores = measure.evaluate(truth, found, SCHEMA, seed=7)

    assert (scores.recipe.arm, scores.recipe.documents, scores.headline.unanswered) == ("blind", 1, 1)  # fmt: skip
    assert scores.entities["strict"].micro.counts.tp == 0
    assert scores.arms["assisted"].entities["strict"].micro.counts.fn == 0


def test_a_comparison_is_over_the_headlines_documents(folder, tmp_path):
    sealed(folder, working(*many(3), annotated("blind", suggestion=None)))
    truth = measure.gold_set(folder, None)
    found = measure.Predictions(truth.documents)
    first, *_ = truth.documents
    against = measure.Against(lines(tmp_path / "o.jsonl", first.bare()))

    compared = measure.evaluate(truth, found, SCHEMA, seed=7, against=against).comparison

    assert (compared.documents, compared.against, compared.gold) == (1, "o.jsonl", None)
    assert compared.model["entities.strict.micro.f1"].after == 1


def test_what_annotators_did_comes_from_a_version_or_from_files(folder, tmp_path):
    write_next(folder, working(annotated("a", annotator="machine-1"), annotated("a", annotator="machine-2")))  # fmt: skip
    sealed(folder)
    files = [lines(tmp_path / name / "x.jsonl", of(TEXT)) for name in ("p", "q") if not (tmp_path / name).mkdir()]  # fmt: skip

    by_version = [
        name for [*layers] in measure.layers_of(folder, None, []) for name, _ in layers
    ]
    by_file = [
        name for [*layers] in measure.layers_of(folder, None, files) for name, _ in layers
    ]

    assert by_version == ["machine-1", "machine-2"]
    assert by_file == [str(path) for path in files]
    assert measure.agree(measure.layers_of(folder, "next", []), SCHEMA, seed=1).documents == 1
