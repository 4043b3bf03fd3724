"""What is counted by κ and α, in every script."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from scoring_samples import token_labels
from sklearn.metrics import cohen_kappa_score

from curation.documents.document import Document, Entity
from curation.documents.stream import DocumentsFile
from curation.scoring.agreement import measure_agreement
from curation.scoring.agreement_results import AgreementRecipe
from curation.scoring.matching import entity_columns
from curation.scoring.tokens import TOKEN_INSIDE, TOKEN_START, label_tokens, token_marks

CASES = Path(__file__).parents[1] / "cases"
RECIPE = AgreementRecipe(gold="", digest="d", schema="s", seed=7, resamples=2, curate="0")


def words(text):
    found = []
    for character, mark in zip(text, token_marks([text])[1:], strict=True):
        if mark == TOKEN_START:
            found.append(character)
        elif mark == TOKEN_INSIDE:
            found[-1] += character
    return found


def agreement(one, other):
    return measure_agreement([[("a", one), ("b", other)]], SCHEMA.symmetric, recipe=RECIPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("O’Neil met F16s.", ["O", "’", "Neil", "met", "F16s", "."], id="Latin"),
        pytest.param("Müller and Ærø, naïve", ["Müller", "and", "Ærø", ",", "naïve"], id="accents"),
        pytest.param("e\u0301te\u0301 x", ["e\u0301te\u0301", "x"], id="accents apart"),
        pytest.param("李强会见马克龙。", ["李强会见马克龙", "。"], id="Chinese"),
        pytest.param("2017年10月", ["2017年10月"], id="digits belong to any script"),
        pytest.param("トランプ大統領がiPhoneを", ["トランプ", "大統領", "が", "iPhone", "を"], id="Japanese"),
        pytest.param("サーバー人々", ["サーバー", "人々"], id="marks of length and repetition"),
        pytest.param("นายกรัฐมนตรีไทย", ["นายกรัฐมนตรีไทย"], id="Thai vowels"),
        pytest.param("हिन्दी में", ["हिन्दी", "में"], id="Hindi vowels"),
        pytest.param("می\u200cخواهم", ["می\u200cخواهم"], id="joiner"),
        pytest.param("в NATO, ＮＡＴＯ的", ["в", "NATO", ",", "ＮＡＴＯ", "的"], id="Cyrillic, wide letters"),
        pytest.param("\u0301 \U0001f600", ["\u0301", "\U0001f600"], id="mark alone, emoji"),
        pytest.param(" \n", [], id="white space"),
    ],
)  # fmt: skip
def test_what_a_token_is(text, expected):
    assert words(text) == expected


def test_tokens_are_cut_at_the_edges_of_all_annotators():
    text = "李强会见马克龙"
    one = Document("d", text, (Entity(0, 2, "PERSON"),))
    other = Document("d", text, (Entity(4, 7, "PERSON"),))

    assert token_labels([one, other]) == [
        ["PERSON", "O", "O"],
        ["O", "O", "PERSON"],
    ]


def test_a_part_of_a_word_is_no_whole_word():
    one = Document("d", "PutinRussia", (Entity(0, 5, "PERSON"),))
    other = Document("d", "PutinRussia", (Entity(5, 11, "GPE"),))

    assert token_labels([one, other]) == [
        ["PERSON", "O"],
        ["O", "GPE"],
    ]


def test_nobody_agrees_in_a_chinese_sentence():
    one, other = (next(iter(DocumentsFile(CASES / f"chinese-{side}.jsonl"))) for side in "ab")

    found = agreement(one, other)

    # 6 tokens: 李强 | 总理…总统 | 马克龙 | 。 | 双方…合作 | 。
    assert found.kappa.value == pytest.approx((4 / 6 - 26 / 36) / (1 - 26 / 36))
    assert found.alpha.value == pytest.approx(1 - 11 * 2 / (2 * 10))


# Words of scripts with and without spaces, and what may stand between them.
pieces = st.sampled_from(
    ["李强", "会见", "ไทย", "กรุง", "東京", "トランプ", "が", "हिन्दी", "Bob", "Ærø", "в", "، ", "。", " ", "\n", "7"]
)  # fmt: skip
many_scripts = st.lists(pieces, min_size=2, max_size=12).map("".join)


@st.composite
def annotated_twice(draw):
    """One text in several scripts with the spans of two annotators, spans of one side apart."""
    text = draw(many_scripts)
    sides = []
    for _ in range(2):
        edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
        spans = zip(edges[::2], edges[1::2], strict=False)
        labels = st.sampled_from("AB")
        entities = (Entity(start, end, draw(labels)) for start, end in spans)
        sides.append(Document("d", text, tuple(entities)))
    return sides


@given(annotated_twice())
def test_where_nobody_agrees_coefficients_are_not_above_0(sides):
    one, other = sides
    apart = tuple(
        entity
        for entity in other.entities
        if all(entity.end <= e.start or e.end <= entity.start for e in one.entities)
    )

    for spaced in (one, with_spaces(one)):
        found = agreement(spaced, spaced_like(spaced, one, replace(other, entities=apart)))
        assert found.kappa.value is None or found.kappa.value <= 1e-9
        assert found.alpha.value is None or found.alpha.value <= 1e-9


@given(annotated_twice())
def test_the_same_annotations_agree_wholly(sides):
    for one in sides:
        for document in (one, with_spaces(one)):
            found = agreement(document, document)
            assert found.kappa.value in (None, 1)
            assert found.alpha.value in (None, 1)


@given(annotated_twice())
def test_coefficients_are_those_of_tokens_found_letter_by_letter(sides):
    """Against a slow way to find tokens, with scikit-learn's κ and krippendorff's α."""
    one, other = (letter_by_letter(document, sides) for document in sides)
    labels = sorted({*one, *other})
    numbers = [[labels.index(label) for label in side] for side in (one, other)]

    found = agreement(*sides)

    assert token_labels(sides) == [one, other]
    if len(labels) < 2:
        assert found.kappa.value is None  # there is nothing to agree on
        return
    assert found.kappa.value == pytest.approx(cohen_kappa_score(one, other))
    theirs = krippendorff.alpha(reliability_data=numbers, level_of_measurement="nominal")
    assert found.alpha.value == pytest.approx(theirs)


@given(st.lists(annotated_twice(), min_size=1, max_size=4))
def test_each_document_has_its_own_tokens_whatever_stands_beside(documents):
    together = label_tokens(documents, *entity_columns(documents))

    for number, sides in enumerate(documents):
        own = together.document == number
        labels = [
            [together.names[label] for label in np.repeat(side[own], together.tokens[own])]
            for side in together.sides
        ]
        assert labels == token_labels(sides)


def with_spaces(document):
    """The document with a space after every character; spans go on around the same characters."""
    return replace(
        document,
        text="".join(character + " " for character in document.text),
        entities=tuple(Entity(2 * e.start, 2 * e.end, e.label) for e in document.entities),
    )


def spaced_like(spaced, plain, other):
    return other if spaced is plain else with_spaces(other)


def letter_by_letter(document, sides):
    """Each token's label, from the characters one after the other."""
    edges = {edge for side in sides for entity in side.entities for edge in entity.span}
    labels = []
    kind = script = ""
    for at, character in enumerate(document.text):
        before, last_script = kind, script
        kind, script = kind_and_script(character, before, last_script)
        is_same_word = (kind == before == "word" and script == last_script) or (
            kind == before == "word" and not last_script
        )
        if kind != "space" and (at in edges or not is_same_word):
            covering = [e.label for e in document.entities if e.start <= at < e.end]
            labels.append(covering[0] if covering else "O")
    return labels


def kind_and_script(character, before, last_script):
    """Whether a character is of a word, and the script of the last letter of the word so far."""
    category = unicodedata.category(character)[0]
    if character.isspace():
        return "space", ""
    if category not in "LMN":
        return "other", ""
    if category == "L":
        return "word", unicodedata.name(character).split()[0]
    return "word", last_script if before == "word" else ""
