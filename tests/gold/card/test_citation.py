"""A version is cited by those who made it, in the forms that BibTeX, GitHub and Zenodo read."""

import json

import pytest
import yaml
from card_samples import card_source, manifest
from gold_samples import DATASET_TOML, annotated, working

from curation.gold.card.citation import bibtex, citation_cff, zenodo_json

STATE = working(annotated("d1"))
SEALED = manifest(released="2026-11-29")
KNOWN = f'url = "https://example.org/gold"\ndoi = "10.5281/zenodo.1"\n{DATASET_TOML}'


def test_bibtex_names_people_groups_year_version_and_place():
    assert bibtex(card_source(STATE, SEALED, KNOWN)) == (
        "@misc{names_in_the_news_0_1_0,\n"
        "  title = {{Names in the news}},\n"
        "  author = {Example, Ada and {The Example Group}},\n"
        "  year = {2026},\n"
        "  version = {0.1.0},\n"
        "  doi = {10.5281/zenodo.1},\n"
        "  url = {https://example.org/gold}\n"
        "}"
    )


def test_bibtex_has_no_year_that_nobody_recorded():
    assert "year" not in bibtex(card_source(STATE))


def test_what_tex_would_obey_is_escaped():
    toml = DATASET_TOML.replace("Names in the news", r"50 % of R&D: {x}_1 \\ ~ $ #")

    entry = bibtex(card_source(STATE, SEALED, toml))

    assert (
        r"title = {{50 \% of R\&D: (x)\_1 \textbackslash{} \textasciitilde{} \$ \#}}" in entry
    )
    assert entry.count("{") == entry.count("}")


def test_citation_cff_has_what_the_format_asks_for():
    """Version 1.2.0: strings stay strings, a group has a name, a person has two."""
    known = yaml.safe_load(citation_cff(card_source(STATE, SEALED, KNOWN)))

    assert known == {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": "Names in the news",
        "abstract": "Articles with the names in them and what the text says of these.",
        "authors": [
            {
                "family-names": "Example",
                "given-names": "Ada",
                "orcid": "https://orcid.org/0000-0002-1825-0097",
                "affiliation": "Example University",
            },
            {"name": "The Example Group"},
        ],
        "version": "0.1.0",
        "date-released": "2026-11-29",
        "license": "CC-BY-4.0",
        "doi": "10.5281/zenodo.1",
        "url": "https://example.org/gold",
        "keywords": ["named entity recognition", "relation extraction", "news"],
    }


@pytest.mark.parametrize(
    ("written", "spdx"),
    [("odc-by", "ODC-By-1.0"), ("pddl", "PDDL-1.0"), ("CC BY-SA 3.0", "CC-BY-SA-3.0")],
)
def test_citation_cff_has_the_licence_as_spdx_writes_it(written, spdx):
    toml = DATASET_TOML.replace("cc-by-4.0", written)

    assert yaml.safe_load(citation_cff(card_source(STATE, SEALED, toml)))["license"] == spdx


def test_zenodo_is_told_who_made_it_and_under_which_licence():
    known = json.loads(zenodo_json(card_source(STATE, SEALED, KNOWN)))

    assert known["creators"] == [
        {
            "name": "Example, Ada",
            "orcid": "0000-0002-1825-0097",
            "affiliation": "Example University",
        },
        {"name": "The Example Group"},
    ]
    assert (known["upload_type"], known["version"], known["publication_date"]) == (
        "dataset",
        "0.1.0",
        "2026-11-29",
    )
    assert (known["access_right"], known["license"]) == ("open", "cc-by-4.0")


def test_articles_without_a_licence_are_opened_to_nobody():
    source = card_source(working(annotated("d1"), annotated("d2", license="unknown")), SEALED)

    known = json.loads(zenodo_json(source))

    assert known["access_right"] == "restricted"
    assert "must not be republished" in known["access_conditions"]
    assert "license" not in yaml.safe_load(citation_cff(source))
