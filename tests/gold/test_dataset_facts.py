"""dataset.toml is read strictly: what is missing is asked for by name, what is wrong has its line."""

import pytest
from gold_samples import DATASET_TOML

from curation.errors import GoldError
from curation.gold.card.own_words import BEGIN, END
from curation.gold.dataset_facts import (
    DATASET_FILE,
    dataset_form,
    parse_dataset_facts,
    read_dataset_facts,
    require_dataset_facts,
)
from curation.gold.licences import LICENSES


@pytest.fixture(name="path")
def _path(tmp_path):
    return tmp_path / "gold" / DATASET_FILE


def faults(text, path):
    """What is said of this dataset.toml, by line."""
    with pytest.raises(GoldError) as refused:
        parse_dataset_facts(text, path)
    return [line.removeprefix(f"{path}:") for line in str(refused.value).split("\n")]


def test_what_it_says_is_read(path):
    tables = (
        "[splits]\ntrain = 0.5\nvalidation = 0\ntest = 0.5\nmin_documents = 3\n"
        "[views]\nnone_share = 0.1\n"
    )
    toml = DATASET_TOML.replace('license = "unknown"', 'license = "CC BY 2.5"')

    facts = parse_dataset_facts(toml + tables, path)

    assert facts.title == "Names in the news"
    assert [(one.name, one.orcid) for one in facts.authors] == [
        ("Example, Ada", "0000-0002-1825-0097"),
        ("The Example Group", ""),
    ]
    assert facts.fractions == {"train": 0.5, "validation": 0, "test": 0.5}
    assert (facts.min_documents, facts.none_share) == (3, 0.1)
    assert (facts.annotation_license, facts.article_license) == ("cc-by-4.0", "cc-by-2.5")


def test_what_may_be_left_out_has_a_value(path):
    facts = parse_dataset_facts(DATASET_TOML.partition("[articles]")[0], path)

    assert facts.fractions == {"train": 0.8, "validation": 0.1, "test": 0.1}
    assert facts.article_license == ""


def test_a_missing_file_becomes_a_form_that_asks_for_everything(path):
    with pytest.raises(GoldError) as refused:
        require_dataset_facts(path.parent)

    assert path.read_text() == dataset_form()
    assert refused.value.hint == f"fill in {path}, then: curate release"
    with pytest.raises(GoldError) as empty:
        require_dataset_facts(path.parent)
    said = str(empty.value)
    for key in ("title", "description", "contact", "annotation_license", "selection"):
        assert f"{key}' is empty" in said
    assert "'name' of entry 1 of 'authors' is empty" in said
    assert "citation" not in said


def test_reading_alone_writes_no_form(path):
    path.parent.mkdir()

    with pytest.raises(GoldError, match="is missing"):
        read_dataset_facts(path.parent)

    assert not path.exists()


def test_missing_keys_are_named_with_what_they_are(path):
    assert faults('title = "T"\nannotation_license = "cc0-1.0"\n', path) == [
        "1:1: has no 'citation': the BibTeX entry of a paper to cite; empty where there is none",
        "1:1: has no 'contact': an address that readers can write to, or a page where they can ask",
        "1:1: has no 'description': what it is and what it is for, in a few sentences",
        "1:1: has no 'selection': how the articles were chosen: from where, when, by whom, and what"
        " was left out",
        "1:1: has no [[authors]]: who is cited",
    ]


@pytest.mark.parametrize(
    ("before", "after", "at", "said"),
    [
        pytest.param(
            "citation =", "citatoin =", "citatoin", "has an unknown key 'citatoin'", id="a slip"
        ),
        pytest.param(
            '"Names in the news"', "7", "title", "'title' is 7; a string in quotes", id="number"
        ),
        pytest.param(
            "cc-by-4.0",
            "mine",
            "mine",
            "'annotation_license' is 'mine'; a licence",
            id="licence",
        ),
        pytest.param(
            "cc-by-4.0", "unknown", "unknown", "'annotation_license' is 'unknown'", id="unknown"
        ),
        pytest.param(
            "1825-0097", "1825-0098", "0098", "which is no ORCID iD", id="wrong digit"
        ),
        pytest.param(
            "citation =",
            'doi = "https://doi.org/10.1/x"\ncitation =',
            "doi",
            "'doi' is",
            id="no DOI",
        ),
        pytest.param(
            "citation =", 'url = "gold.example"\ncitation =', "url", "'url' is", id="no URL"
        ),
        pytest.param(
            "citation =",
            'annotators = "clever"\ncitation =',
            "annotators",
            "'annotators' is 'clever'; expert-generated or crowdsourced is expected",
            id="people",
        ),
        pytest.param("Names in", "Names\\u001b in", "Names", "control character", id="escape"),
        pytest.param(
            "# more",
            "[splits]\ntrain = 0.8\nvalidation = 0.3\ntest = 0.1",
            "[splits]",
            "train, validation, test add up to 1.2",
            id="shares",
        ),
        pytest.param(
            "# more",
            "[splits]\ntrain = 0.8\nvalidation = 0.2\ntest = -0.0001",
            "-0.0001",
            "'splits.test' is -0.0001; a number from 0 to 1 is expected",
            id="less than nothing",
        ),
        pytest.param(
            "# more",
            "[views]\nnone_share = 1.5",
            "1.5",
            "'views.none_share' is 1.5; a number from 0 to 1 is expected",
            id="more than all",
        ),
        pytest.param(
            "# more",
            "[splits]\ntrain = 0.8\nvalidation = 0.2\ntest = 0\nmin_documents = -1",
            "min_documents",
            "'splits.min_documents' is -1; 0 or more is expected",
            id="min",
        ),
        pytest.param(
            "cc-by-4.0",
            "CC0",
            "CC0",
            "'CC0'; a licence that the Hub has a name for is expected, cc0-1.0, perhaps",
            id="cc0",
        ),
        pytest.param(
            'license = "unknown"',
            'license = "public domain"',
            "public",
            "expected, cc0-1.0, perhaps, or unknown",
            id="public domain",
        ),
        pytest.param(
            "Articles with",
            f"{BEGIN} Articles with",
            "Articles with",
            f"'description' has the marker {BEGIN!r}; delete it",
            id="begin",
        ),
        pytest.param(
            'citation = "',
            f'citation = "{END}',
            "citation",
            f"'citation' has the marker {END!r}; delete it",
            id="end",
        ),
        pytest.param(
            'license = "unknown"',
            'license = "some"',
            "some",
            "'articles.license' is 'some'",
            id="articles' licence",
        ),
        pytest.param("# more", "title = ", "title = \n", "not TOML", id="no TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line(path, before, after, at, said):
    text = f"{DATASET_TOML}# more\n".replace(before, after, 1)
    line = text[: text.index(at)].count("\n") + 1

    assert any(told.startswith(f"{line}:") and said in told for told in faults(text, path))


@pytest.mark.parametrize("written", ["UNKNOWN", "Unknown ", "unknown"])
def test_unknown_is_a_licence_of_articles_in_any_case(path, written):
    text = DATASET_TOML.replace('license = "unknown"', f'license = "{written}"')

    assert parse_dataset_facts(text, path).article_license == "unknown"


def test_a_mistake_in_the_second_author_has_that_authors_line(path):
    text = DATASET_TOML.replace('name = "The Example Group"', 'nmae = "The Example Group"')
    line = text[: text.index("nmae")].count("\n") + 1

    assert faults(text, path) == [
        f"{line - 1}:3: has no 'name' of entry 2 of 'authors': who is cited, as Family, Given for a person, a group"
        " without a comma",
        f"{line}:1: has an unknown key 'nmae' of entry 2 of 'authors'",
    ]


def test_the_form_once_filled_in_is_sound(path):
    text = dataset_form()
    for number, key in enumerate(("title", "description", "contact", "selection", "name")):
        text = text.replace(f'{key} = ""', f'{key} = "words {number}"', 1)
    text = text.replace('annotation_license = ""', 'annotation_license = "CC0-1.0"')

    assert parse_dataset_facts(text, path).annotation_license == "cc0-1.0"


@pytest.mark.parametrize("license_", LICENSES.values(), ids=LICENSES)
def test_a_licence_is_known_by_its_id_its_name_and_its_link(path, license_):
    for written in (
        license_.id,
        license_.id.upper(),
        license_.link,
        f"{license_.link}legalcode",
    ):
        text = DATASET_TOML.replace("cc-by-4.0", written)

        assert parse_dataset_facts(text, path).annotation_license == license_.id
