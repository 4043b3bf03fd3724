"""The card says what is there and how it came to be, and hostile words stay words."""

from dataclasses import replace

import pytest
import yaml
from gold_samples import PROVENANCE, Working, annotated, many, sealed, working
from hypothesis import given
from hypothesis import strategies as st
from strategies import words

from curation.gold.card import escape_markdown
from curation.gold.dataset import GoldDocument


@pytest.fixture(name="gold")
def _gold(tmp_path):
    return tmp_path / "gold"


def card(gold, state, **known):
    """The head, parsed, and the whole text."""
    sealed(gold, state, **known)
    text = (gold / "README.md").read_text()
    return yaml.safe_load(text.split("---\n")[1]), text


def test_every_version_has_its_configurations(gold):
    """Newest first and the default; names are strings; only splits that are there."""
    sealed(gold, working(annotated("d0")))
    head, _ = card(gold, working(*many(30)))

    assert [config["config_name"] for config in head["configs"]] == [
        "0.2.0", "0.2.0-annotations", "0.1.0", "0.1.0-annotations",
    ]  # fmt: skip
    assert [config.get("default", False) for config in head["configs"]] == [
        True,
        False,
        False,
        False,
    ]
    assert [[f["split"] for f in config["data_files"]] for config in head["configs"]] == [
        ["train", "validation", "test"], ["annotations"], ["train"], ["annotations"],
    ]  # fmt: skip
    for config in head["configs"]:
        assert all((gold / file["path"]).is_file() for file in config["data_files"])


def test_the_head_says_what_the_hub_asks(gold):
    head, _ = card(gold, working(*many(3)))

    assert head["license"] == ["cc-by-2.5"]
    assert head["language"] == ["en"]
    assert head["annotations_creators"] == ["machine-generated"]
    assert head["size_categories"] == ["n<1K"]
    assert head["task_categories"] == ["token-classification"]


def test_norwegian_is_a_language_and_not_a_refusal(gold):
    """YAML reads a bare ``no`` as false."""
    head, _ = card(gold, working(annotated("d1", lang="no")))

    assert head["language"] == ["no"]


@pytest.mark.parametrize(
    ("licenses", "name", "said"),
    [
        pytest.param(
            ["unknown"], "unknown", "must not be republished without asking", id="none"
        ),
        pytest.param(
            ["CC-BY-2.5", "unknown"], "mixed", "must not be republished", id="one without"
        ),
        pytest.param(
            ["CC-BY-2.5", "Crown"], "mixed", "Each article has its own", id="a rare one"
        ),
    ],
)
def test_an_unknown_license_is_said_plainly(gold, licenses, name, said):
    """In the head and in the text."""
    some = [annotated(f"d{n}", license=found) for n, found in enumerate(licenses)]

    head, text = card(gold, working(*some))

    assert (head["license"], head["license_name"]) == ("other", name)
    assert said in head["license_details"]
    assert said in text.split("---\n", 2)[2]


@pytest.mark.parametrize(
    ("annotators", "creators", "said"),
    [
        pytest.param(
            ["machine-1"], ["machine-generated"],
            "made by a language model or another program, not by people", id="machine",
        ),
        pytest.param(["person-1"], ["expert-generated"], "by 1 annotator, a person", id="person"),
        pytest.param(
            ["machine-1", "person-1"], ["expert-generated", "machine-generated"],
            "by 1 person and by 1 language model or other program", id="both",
        ),
    ],
)  # fmt: skip
def test_who_annotated_is_said_plainly(gold, annotators, creators, said):
    """A program's work never passes as people's; no pseudonym is on the card."""
    head, text = card(gold, working(*(annotated("d1", annotator=name) for name in annotators)))

    assert head["annotations_creators"] == creators
    assert said in text
    assert not any(name in text for name in annotators)


def test_how_it_was_annotated_is_said(gold):
    """How many annotators, who was blind, what model, how well they agreed."""
    some = [*many(3), annotated("d0", annotator="person-1"), annotated("d9", suggestion=None)]
    provenance = replace(PROVENANCE, agreement=("span F1 0.91 [0.85, 0.95] | 12 documents",))

    _, text = card(gold, working(*some), provenance=provenance)

    assert "- annotations per document: 3 documents with 1; 1 document with 2" in text
    assert "- assisted (by correcting suggestions): 3 documents; blind" in text
    assert r"- suggestions came from en\_core\_web\_sm@3.8.0" in text
    assert r"- span F1 0.91 \[0.85, 0.95\] \| 12 documents" in text
    assert "| PERSON | 4 | A named human being" in text
    assert "↔" in text


def test_a_gold_of_which_nobody_knows_the_arm_passes_for_neither(gold):
    """A curator's, whose annotations are there no more."""
    alone = GoldDocument(annotated("d9").document, adjudicated=True)

    _, text = card(gold, Working((alone,), tuple(many(2))))

    assert "- assisted (by correcting suggestions): 2 documents; blind (at least one" in text
    assert "saw none): 0 documents;" in text
    assert "- nobody knows which of the two, as no annotation is left: 1 document\n" in text


def test_agreement_that_nobody_measured_is_not_made_up(gold):
    _, text = card(gold, working(annotated("d1")))

    assert "Not measured" in text


def test_hostile_metadata_breaks_no_head(gold):
    hostile = "x: y\n---\n- '\"{}"

    head, _ = card(gold, working(annotated("d0", license=hostile, lang=hostile, src=hostile)))

    assert (head["license"], head["license_name"]) == ("other", "mixed")
    assert "language" not in head
    assert head["configs"][0]["config_name"] == "0.1.0"


@given(words | st.text(alphabet="|<>`*_[]()\\\n\r\u2028a "))
def test_any_words_stay_in_their_cell(text):
    shown = escape_markdown(text)

    assert len(shown.splitlines()) <= 1
    for at, letter in enumerate(shown):
        if letter in "|<`*_[":
            assert shown[at - 1] == "\\"
