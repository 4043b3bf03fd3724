"""What eval and agree do across rooms: which gold, whose predictions, a bar to hold."""

from dataclasses import replace

import pytest
from gold_samples import annotated, many, sealed, working
from samples import SCHEMA
from scoring_samples import RECIPE, of

from curation import measure
from curation.errors import GoldError, InputError, NotMet
from curation.gold import write_next
from curation.scoring.score import score

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


SCORES = score(
    [of(TEXT, (0, 3, "PERSON"), (7, 11, "GPE"))],
    [of(TEXT, (0, 3, "PERSON"))],
    recipe=replace(RECIPE, resamples=10),
)


@pytest.mark.parametrize(
    "bar",
    [
        "entities.strict.micro.f1=0.66",
        "entities.strict.micro.precision=1",
        "entities.strict.macro.f1=0.5",
        "entities.strict.by_type.PERSON.tp=1",
        "recipe.documents=1",
    ],
)
def test_a_bar_that_is_reached_is_quiet(bar):
    measure.require(SCORES, bar)


@pytest.mark.parametrize(
    ("bar", "kind", "said"),
    [
        ("entities.strict.micro.f1=0.67", NotMet, r"entities.strict.micro.f1 is 0.6667, below 0.67"),
        ("relations.strict.micro.f1=0", NotMet, "undefined: there is nothing to rate"),
        ("entities.strict.micro.f2=0.5", InputError, "names no figure"),
        ("entities.strict=0.5", InputError, "names no figure"),
        ("recipe.gold=0.5", InputError, "names no figure"),
        ("entities.strict.micro.f1", InputError, "is no bar"),
        ("entities.strict.micro.f1=nan", NotMet, "below nan"),
    ],
)  # fmt: skip
def test_a_bar_that_is_not_reached_or_is_none(bar, kind, said):
    with pytest.raises(kind, match=said):
        measure.require(SCORES, bar)
