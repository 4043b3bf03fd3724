"""Agreement: pairs, tokens, who did what, and what is undefined."""

import json
from dataclasses import replace
from itertools import combinations

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import costly
from samples import SCHEMA
from scoring_samples import corpora, document_with
from sklearn.metrics import cohen_kappa_score

from curation.errors import InputError
from curation.scoring.agreement import measure_agreement
from curation.scoring.agreement_json import agreement_to_json
from curation.scoring.agreement_results import AgreementRecipe
from curation.scoring.counts import OutcomeCounts
from curation.scoring.document_pairs import by_document
from curation.scoring.stated_relations import LABELS_ON_AGREED_ENDS
from curation.scoring.token_agreement import (
    TokenTables,
    coefficients,
    coefficients_of_sums,
    cohens_kappa,
    krippendorffs_alpha,
    margins,
    mean_kappa,
)
from curation.scoring.tokens import LabelledTokens

RECIPE = AgreementRecipe(gold="", digest="d", schema="s", seed=7, resamples=200, curate="0")


TEXT = "Bob of Iran met Al."


BOB, IRAN, AL = (0, 3, "PERSON"), (7, 11, "GPE"), (16, 18, "PERSON")


def agreed(**work):
    return measure_agreement(by_document([*work.items()]), SCHEMA.symmetric, recipe=RECIPE)


def numbered(many, *spans):
    return [replace(document_with(TEXT, *spans), id=f"d{n}") for n in range(many)]


@costly(1 / 3)
@given(corpora())
def test_who_comes_first_does_not_matter(sides):
    there, back = agreed(a=sides[0], b=sides[1]), agreed(a=sides[1], b=sides[0])

    for ours, theirs in ((there.entities, back.entities), (there.relations, back.relations)):
        for name, tally in ours.items():
            assert tally.micro.counts.f1 == theirs[name].micro.counts.f1
            assert tally.micro.bca.f1 == theirs[name].micro.bca.f1
    assert there.kappa.value == pytest.approx(back.kappa.value)
    assert there.alpha.value == pytest.approx(back.alpha.value)


@costly(1 / 3)
@given(corpora())
def test_one_agrees_with_oneself(sides):
    found = agreed(a=sides[0], b=sides[0], c=sides[0])

    for tally in (*found.entities.values(), *found.relations.values()):
        assert tally.micro.counts.f1 in (1, None)
    assert found.kappa.value in (1, None)
    assert found.alpha.value in (1, None)
    assert len(found.pairs) == 3


def test_every_pair_counts_on_every_document_that_both_did():
    """Three annotators; the third did one document, and one document only one did."""
    found = agreed(a=numbered(3, BOB, IRAN), b=numbered(2, BOB), c=numbered(1, IRAN))

    strict = found.entities["strict"].micro.counts
    # d0: a and b 1 of 2, a and c 1 of 2, b and c none; d1: a and b 1 of 2.
    assert (found.documents, found.documents_by_one) == (2, 1)
    assert strict == OutcomeCounts(correct=3, missed=4, spurious=1)
    assert [(pair.annotators, pair.documents) for pair in found.pairs] == [
        (("a", "b"), 2),
        (("a", "c"), 1),
        (("b", "c"), 1),
    ]
    assert [pair.entities_f1 for pair in found.pairs] == pytest.approx([2 / 3, 2 / 3, 0])


def test_a_type_that_only_the_last_annotator_gave_is_counted_as_itself():
    one, other = numbered(1, BOB, IRAN), numbered(1, (0, 3, "NORP"), IRAN)
    found = agreed(a=one, b=one, c=other).entities["strict"].by_type
    nobody_else = agreed(a=numbered(1), b=numbered(1), c=one).entities["strict"].by_type

    def told(by_type):
        counts = {label: rates.counts for label, rates in by_type.items()}
        return {label: (one.tp, one.fp, one.fn) for label, one in counts.items()}

    assert told(found) == {"GPE": (3, 0, 0), "NORP": (0, 2, 0), "PERSON": (1, 0, 2)}
    assert told(nobody_else) == {"GPE": (0, 2, 0), "PERSON": (0, 2, 0)}


def test_nobody_to_agree_with_is_undefined():
    found = agreed(a=numbered(2, BOB))

    assert (found.documents, found.documents_by_one, found.entities, found.kappa.value) == (
        0,
        2,
        {},
        None,
    )
    assert json.loads(json.dumps(agreement_to_json(found)))["tokens"]["alpha"]["value"] is None


def test_where_all_tokens_are_outside_agreement_beyond_chance_is_undefined():
    """Not 1, though they agree in everything."""
    found = agreed(a=numbered(2), b=numbered(2))

    assert (found.kappa.value, found.alpha.value) == (None, None)
    assert found.entities["strict"].micro.counts.f1 is None


def test_naming_is_judged_where_both_joined_the_same():
    """End to end, direction and label count; of the ends that both joined only the label."""
    spans = (BOB, IRAN, AL)
    one = document_with(
        TEXT, *spans, arrows=((0, 1, "supports"), (0, 2, "meets_with"), (1, 2, "opposes"))
    )
    other = document_with(TEXT, *spans, arrows=((0, 1, "opposes"), (2, 0, "meets_with")))

    found = agreed(a=[one], b=[other]).relations

    assert found["strict"].micro.counts == OutcomeCounts.binary(1, 1, 2)
    assert found[LABELS_ON_AGREED_ENDS].micro.counts == OutcomeCounts.binary(1, 1, 1)


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(InputError, match="d0: the text of b differs from"):
        agreed(a=numbered(1), b=[replace(document_with("Bob"), id="d0")])
    with pytest.raises(InputError, match="d0: the document is twice in the annotations of a"):
        agreed(a=[*numbered(1), *numbered(1)])


def test_agreement_has_intervals_over_documents():
    some = [
        *numbered(6, BOB),
        *(replace(one, id=f"e{n}") for n, one in enumerate(numbered(6, BOB, IRAN))),
    ]
    found = agreed(a=some, b=[replace(one, entities=one.entities[:1]) for one in some])

    assert found.entities["strict"].micro.bca.f1
    for one in (found.kappa, found.alpha):
        assert one.bca.low <= one.value <= one.bca.high


def test_agreement_on_four_documents_has_no_interval():
    some = [*numbered(2, BOB, IRAN), *numbered(4, BOB)[2:]]
    found = agreed(a=some, b=[replace(one, entities=one.entities[:1]) for one in some])

    results = (*found.entities.values(), *found.relations.values())
    assert {one.micro.bca.f1 for one in results} == {None}
    assert {one.macro.bca for one in results} == {None}
    for one in (found.kappa, found.alpha):
        assert one.value is not None
        assert (one.bca, one.percentile) == (None, None)


labels = st.sampled_from(["O", "A", "B"])


def tokens_of(*annotators):
    """A document's tokens as these annotators have them, and perhaps others."""

    def of_length(number):
        one = st.lists(labels, min_size=number, max_size=number)
        others = {"a", "b", "c"} - {*annotators}
        return st.fixed_dictionaries(
            dict.fromkeys(annotators, one), optional=dict.fromkeys(sorted(others), one)
        )

    return st.integers(1, 6).flatmap(of_length)


@given(tokens_of("a", "b") | tokens_of("a", "c"), st.lists(tokens_of("a"), max_size=4))
def test_coefficients_are_what_the_libraries_say(first, others):
    """Sums of tables against scikit-learn's κ and krippendorff's α, over the tokens themselves."""
    documents = [first, *others]
    pairs = [pair for pair in PAIRS if any(pair[0] in d and pair[1] in d for d in documents)]
    documents = [found for found in documents if len(found) > 1]
    tables = crossed(documents, pairs)

    mean, value = coefficients(tables, seed=1, resamples=2)

    theirs = [their_kappa(documents, pair) for pair in pairs]
    known = [one for one in theirs if one is not None]
    ours = [mean_kappa(tables[:, [n]], seed=1, resamples=2).value for n in range(len(pairs))]
    assert ours == pytest.approx(theirs)
    assert mean.value == pytest.approx(sum(known) / len(known) if known else None)
    assert value.value == pytest.approx(their_alpha(documents))
    resampled = coefficients_of_sums(margins(tables).sum(axis=0, dtype=np.float64)[None])[0]
    for one, told in zip((mean, value), resampled, strict=True):
        assert (one.value is None) == bool(np.isnan(told))
        assert one.value is None or one.value == pytest.approx(told)


PAIRS = [("a", "b"), ("a", "c"), ("b", "c")]


def crossed(documents, pairs):
    found = TokenTables()
    for number, document in enumerate(documents):
        found.add(list(document), [number], tokens_with(document))
    return found.tables(pairs, np.arange(len(documents)))


def tokens_with(document):
    """One document's tokens with these labels, by annotator."""
    names = sorted({label for told in document.values() for label in told})
    many = max(map(len, document.values()))
    return LabelledTokens(
        document=np.zeros(many, np.int64),
        tokens=np.ones(many, np.int64),
        sides=[np.array([*map(names.index, told)], np.int64) for told in document.values()],
        names=names,
        left_out=[np.zeros(1, np.int64)] * len(document),
    )


def their_kappa(documents, pair):
    both = [found for found in documents if all(name in found for name in pair)]
    one, other = ([label for found in both for label in found[name]] for name in pair)
    return float(cohen_kappa_score(one, other)) if len({*one, *other}) > 1 else None


def their_alpha(documents):
    tokens = [told for found in documents for told in zip(*found.values(), strict=True)]
    labels = sorted({label for told in tokens for label in told})
    counts = [[told.count(label) for label in labels] for told in tokens]
    if len(labels) < 2:
        return None
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def test_krippendorffs_own_example():
    """Krippendorff 2011, section C: nominal, four observers, missing data; α is .743."""
    missing = "."
    observers = {
        "A": "1 2 3 3 2 1 4 1 2 . . .",
        "B": "1 2 3 3 2 2 4 1 2 5 . 3",
        "C": ". 3 3 3 2 3 4 2 2 5 1 .",
        "D": "1 2 3 3 2 4 4 1 2 5 1 .",
    }
    units = [
        {
            name: [told]
            for name, line in observers.items()
            if (told := line.split()[n]) != missing
        }
        for n in range(12)
    ]

    pairs = [*combinations(observers, 2)]

    assert krippendorffs_alpha(crossed(units, pairs).sum(axis=0)[-1]) == pytest.approx(
        0.743, abs=5e-4
    )


@pytest.mark.parametrize(
    ("one", "other", "alpha"),
    [
        pytest.param("0100000010", "1110010000", 0.095, id="section A: binary, two observers"),
        pytest.param("aabbdcccedda", "babbbccceddd", 0.692, id="section B: nominal"),
    ],
)
def test_krippendorffs_smaller_examples(one, other, alpha):
    """Krippendorff 2011, Computing Krippendorff's Alpha-Reliability."""
    table = crossed([{"a": one, "b": other}], [("a", "b")])

    assert krippendorffs_alpha(table.sum(axis=0)[-1]) == pytest.approx(alpha, abs=5e-4)


def test_cohens_own_example():
    """Cohen 1960: 200 cases in three categories, .70 agreed on, .41 by chance; κ is .492."""
    counts = ((88, 14, 18), (10, 40, 10), (2, 6, 12))
    told = {"a": "", "b": ""}
    for row, line in enumerate(counts):
        for column, times in enumerate(line):
            told["a"] += str(row) * times
            told["b"] += str(column) * times

    assert cohens_kappa(crossed([told], [("a", "b")])[0, 0]) == pytest.approx(0.492, abs=5e-4)


def test_cohens_own_kind_of_example():
    """50 proposals, 20 and 15 agreed on, 5 and 10 not: κ is .40."""
    told = {"a": "Y" * 25 + "N" * 25, "b": "Y" * 20 + "N" * 5 + "Y" * 10 + "N" * 15}

    assert cohens_kappa(crossed([told], [("a", "b")])[0, 0]) == pytest.approx(0.4)


def test_recipes_are_one_line():
    assert str(RECIPE) == "digest:d|schema:s|seed:7|resamples:200|curate:0"


def test_where_no_text_has_a_token_chance_is_undefined():
    blank = [replace(document_with(TEXT), text=" \n")]

    found = agreed(a=blank, b=blank)

    assert (found.kappa.value, found.alpha.value) == (None, None)
