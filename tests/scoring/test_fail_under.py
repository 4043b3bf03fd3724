"""Bars: read before anything is scored, held all together."""

from dataclasses import replace

import pytest
from scoring_samples import RECIPE, document_with

from curation.errors import InputError, ThresholdNotMet
from curation.scoring.fail_under import Bar, read_bars, require
from curation.scoring.score import score

TEXT = "Bob of Iran met Al."
SCORES = score(
    [document_with(TEXT, (0, 3, "PERSON"), (7, 11, "GPE"))],
    [document_with(TEXT, (0, 3, "PERSON"))],
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
    require(SCORES, read_bars([bar]))


@pytest.mark.parametrize(
    "given",
    ["entities.strict.micro.f1", "f1=", "f1=high", "f1=nan", "f1=inf", "f1=-inf", "=0.5", ""],
)
def test_what_is_no_bar_is_refused(given):
    with pytest.raises(InputError, match="expected PATH=NUMBER") as refused:
        read_bars(["entities.strict.micro.f1=0.5", given])
    assert "entities.strict.micro.f1=0.80" in refused.value.hint


@pytest.mark.parametrize(
    "path",
    [
        "f1", "entities", "entities.f1", "entities.lax.micro.f1", "entities.strict.micro.f2",
        "entities.strict.mirco.f1", "entities.strict.by_type", "entities.strict.by_type.X.f2",
        "entities.strict.by_band.across.f1", "relations.exact.micro.f1", "recipe.gold",
        "confusion.spans.matrix", "arms.both.entities.strict.micro.f1", "entities.strict.micro.f1.x.y",
    ],
)  # fmt: skip
def test_what_no_score_has_is_refused_before_anything_is_scored(path):
    with pytest.raises(InputError, match=f"{path!r}: the score has no such figure"):
        read_bars([f"{path}=0.5"])


@pytest.mark.parametrize(
    "path",
    [
        "entities.partial.by_type.ANY_TYPE.correct", "entities.strict.micro_emittable.recall",
        "relations.on_gold_entities.micro.f1", "relations.document_level.macro.f1",
        "relations.strict.by_band.same_sentence.f1", "arms.assisted.relations.relaxed.micro.tp",
        "documents.scored", "calibration.error", "comparison.documents", "recipe.documents",
        "entities.strict.by_type.a.b=c.f1", "comparison.both.relations.relaxed.micro.recall.p",
        "comparison.model.entities.strict.micro.f1.difference",
    ],
)  # fmt: skip
def test_what_some_score_has_is_no_mistake_before(path):
    assert read_bars([f"{path}=0.5"], model=True, gold=True) == [Bar(path, 0.5)]


@pytest.mark.parametrize(
    ("path", "sides", "said"),
    [
        ("x", {}, "; the score has: format, recipe, documents, entities, relations, confusion, calibration, arms, comparison"),
        ("recipe.x", {}, "; recipe has: documents, seed, resamples"),
        ("entities.lax.micro.f1", {}, "; entities has: strict, exact, partial, type"),
        ("relations.strict.mirco.f1", {}, "; relations.strict has: micro, micro_emittable, macro, by_type, by_band"),
        ("entities.strict.macro.f1_interval", {}, "; entities.strict.macro has: f1"),
        ("comparison.x", {}, ": nothing is compared without --against or --against-gold"),
        ("comparison.model.entities.strict.micro.f1.p", {}, ": nothing is compared without --against or --against-gold"),
        ("comparison.x", {"model": True}, "; comparison has: documents, without_predictions, without_gold, trained_on, only_here, only_there, model"),
        ("comparison.model.x.p", {"model": True}, "; comparison.model has: entities.strict.micro.precision, "),
        ("comparison.model.entities.strict.micro.f1.x", {"model": True}, "; comparison.model.entities.strict.micro.f1 has: before, after, difference, "),
        ("comparison.both.entities.strict.micro.f1.p", {"gold": True}, "; comparison has: documents, "),
    ],
)  # fmt: skip
def test_where_a_path_leads_nowhere_it_is_said_what_there_is(path, sides, said):
    with pytest.raises(InputError) as refused:
        read_bars([f"{path}=0.5"], **sides)

    assert str(refused.value).startswith(
        f"--fail-under {path!r}: the score has no such figure{said}"
    )


def test_a_type_may_have_any_name():
    """A dot, an equals sign, the name of a figure or of what holds one."""
    names = ["A.b", "x=0.5", "f1", "A", "A.f1", "bca.f1"]
    gold = document_with("a " * 9, *((2 * n, 2 * n + 1, name) for n, name in enumerate(names)))
    found = replace(gold, entities=gold.entities[:2])
    scores = score([gold], [found], recipe=replace(RECIPE, resamples=10))

    def held(name):
        require(scores, read_bars([f"entities.strict.by_type.{name}.f1=0.9"]))

    for name in names[:2]:
        held(name)
    for name in names[2:]:
        with pytest.raises(ThresholdNotMet, match=f"{name}.f1 is 0.0000, below 0.9"):
            held(name)
    with pytest.raises(InputError, match=r"entities.strict.by_type has: A, A.b, A.f1, "):
        held("B")


@pytest.mark.parametrize(
    ("path", "least", "kind", "said"),
    [
        ("entities.strict.micro.f1", 0.67, ThresholdNotMet, "entities.strict.micro.f1 is 0.6667, below 0.67"),
        ("entities.strict.micro.f1", 0.6667, ThresholdNotMet, "entities.strict.micro.f1 is 0.666666666666667, below 0.6667"),
        ("entities.strict.micro.tp", 2, ThresholdNotMet, "entities.strict.micro.tp is 1, below 2"),
        ("relations.strict.micro.f1", 0, ThresholdNotMet, "undefined: there is nothing to rate"),
        ("entities.strict.micro_emittable.f1", 0, ThresholdNotMet, "undefined: there is nothing to rate"),
        ("entities.strict.micro.f2", 0.5, InputError, "has no such figure"),
        ("entities.strict.by_type.NONE.f1", 0.5, InputError, "has no such figure"),
        ("entities.strict", 0.5, InputError, "has no such figure"),
        ("recipe.gold", 0.5, InputError, "has no such figure"),
    ],
)  # fmt: skip
def test_a_bar_that_is_not_reached_or_names_nothing(path, least, kind, said):
    with pytest.raises(kind, match=said):
        require(SCORES, [Bar(path, least)])


def test_all_that_is_not_reached_is_told():
    bars = read_bars(
        [
            "entities.strict.micro.f1=0.9",
            "entities.strict.micro.precision=1",
            "entities.strict.micro.recall=0.8",
            "relations.strict.micro.f1=0.1",
        ]
    )
    with pytest.raises(ThresholdNotMet) as missed:
        require(SCORES, bars)

    told = str(missed.value).splitlines()
    assert [line.split(" is ")[0] for line in told] == [bars[n].path for n in (0, 2, 3)]
    with pytest.raises(InputError, match="'x': the score has no such figure"):
        require(SCORES, [*bars, Bar("x", 1)])
