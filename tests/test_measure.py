"""What eval and agree do across rooms: which gold, whose predictions."""

from dataclasses import replace
from pathlib import Path

import pytest
from gold_samples import annotated, many, sealed, working
from samples import ROOT, SCHEMA
from scoring_samples import of

from curation import measure
from curation.articles import read_articles
from curation.document import Layer
from curation.errors import GoldError
from curation.gold import write_next
from curation.preannotate import developed
from curation.report.caveats import agreement_caveats

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


def test_a_gold_set_knows_which_documents_no_person_annotated(folder):
    """Where a person changed it last, a person has seen it."""
    edited = replace(annotated("c"), edited_by="person-1")
    sealed(folder, working(annotated("a"), annotated("b", annotator="person-1"), edited))

    assert measure.gold_set(folder, None).machine == {"a"}
    assert measure.gold_set(folder, "next").machine == {"a"}


def test_of_a_file_the_layers_say_who_annotated(tmp_path):
    layers = {"a": Layer("model", "m"), "b": Layer("annotator", "machine-1"),
              "c": Layer("annotator", "person-1"), "d": Layer("gold"), "e": None}  # fmt: skip
    path = lines(tmp_path / "g.jsonl", *(replace(of(TEXT), id=n, layer=one) for n, one in layers.items()))  # fmt: skip

    assert measure.gold_set(tmp_path, str(path)).machine == {"a", "b"}


def test_of_records_of_the_gold_it_is_said(folder):
    write_next(folder, working(annotated("a"), annotated("b", annotator="person-1")))

    assert measure.gold_set(folder, str(folder / "next" / "gold.jsonl")).machine == {"a"}


def test_what_our_rules_make_of_the_articles_they_were_written_with_is_for_development():
    (article, *_) = read_articles([ROOT / "seeds"])
    changed = replace(article, id="changed", text=article.text + " More.")
    golds = (article, changed)

    def development(layer):
        found = measure.Predictions(tuple(replace(one, layer=layer) for one in golds))
        return measure.evaluate(measure.GoldSet("g", "", golds), found, SCHEMA, seed=7).headline.development  # fmt: skip

    assert development(Layer("model", "m", "1", "w", "rules")) == 1
    assert development(Layer("model", "m", "1", "w")) == 0
    assert development(None) == 0


def test_the_rules_were_written_with_the_articles_that_are_shipped():
    """One line each: the sha256 of the text, and the id."""
    lines = (Path(developed.__file__).parent / developed.FILE).read_text("utf-8")

    assert lines == "".join(f"{one.text_sha256} {one.id}\n" for one in read_articles([ROOT / "seeds"]))  # fmt: skip


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
    found = measure.agree(measure.layers_of(folder, "next", []), SCHEMA, seed=1)
    assert found.documents == 1
    assert "all annotators are programs" in " ".join(agreement_caveats(found))


def test_a_version_from_before_a_rename_scores_as_it_did(folder, tmp_path):
    """Type names that changed are no mistakes, of the gold, the predictions or what they are compared with."""
    sealed(folder, working(annotated("a"), annotated("b")))
    old = measure.gold_set(folder, None)
    file = lines(tmp_path / "p.jsonl", *old.documents)
    human = replace(SCHEMA.entities["PERSON"], name="HUMAN", was=("PERSON",))
    kept = {name: one for name, one in SCHEMA.entities.items() if name != "PERSON"}
    now = replace(SCHEMA, entities=kept | {"HUMAN": human})
    against = measure.Against(file, old.renewed(now))

    found = measure.predictions(old, now, file=file)
    scores = measure.evaluate(old.renewed(now), found, now, seed=7, against=against)

    strict = scores.headline.entities["strict"]
    assert strict.micro.counts.f1 == 1
    assert "HUMAN" in strict.by_type
    assert "PERSON" not in strict.by_type
    assert all(one.difference == 0 for one in scores.comparison.model.values())
