"""Names by lists, by their shape, and by what the article calls them elsewhere: first what must stay as it is."""

import pytest

from curation.preannotate.known_names import (
    is_city,
    is_country,
    is_organisation,
    is_people,
    is_region,
)

NO_NAME = [
    pytest.param("She said the act was wrong and left the party.", id="small letters"),
    pytest.param("The Act was wrong.", id="nothing before the last word"),
    pytest.param("Its anti-American and pro-Russian camps split.", id="behind a prefix"),
    pytest.param(
        "International airlines flew every Friday, for the first time in ten years.",
        id="a word that opens a sentence, and how often",
    ),
    pytest.param(
        "Parliament members left.", id="a common word that the model takes for a body"
    ),
    pytest.param("She won the Nobel Peace Prize.", id="an award"),
    pytest.param("A freighter named Victoria sank.", id="a ship"),
    pytest.param("He prayed to Allah, and to God.", id="deities"),
]
NAMES = [
    # What a list says.
    pytest.param("Talks with Kyrgyzstan failed; Kyrgyzstan left.", {"GPE Kyrgyzstan"}, id="a country"),
    pytest.param("Two Sunni Arab states objected.", {"NORP Sunni", "NORP Arab"}, id="two peoples"),
    pytest.param("South Korean troops left.", {"NORP South Korean"}, id="a people of two words"),
    pytest.param("Israeli-Palestinian talks began.", {"NORP Israeli", "NORP Palestinian"}, id="joined by a hyphen"),
    pytest.param("The U.S.-led coalition left Iraq.", {"GPE U.S.", "GPE Iraq"}, id="a compound with full stops"),
    pytest.param("Mosul, Iraq, was quiet.", {"GPE Mosul", "GPE Iraq"}, id="a city that opens a sentence, taken for another word"),
    pytest.param("Tripoli residents fled.", {"GPE Tripoli"}, id="a city before a noun"),
    # What stands beside it.
    pytest.param("Troops reached the town of Senaki. Senaki is quiet.", {"GPE Senaki"}, id="called a town"),
    pytest.param("Fighting went on in Uruzgan province.", {"GPE Uruzgan"}, id="a kind word stays outside"),
    pytest.param("The Georgian Interior ministry denied it.", {"NORP Georgian"}, id="a ministry in small letters"),
    pytest.param("The Liberal Democratic Party of Russia lost seats.", {"ORG Liberal Democratic Party of Russia"}, id="an official of"),
    pytest.param("He returned to Washington, D.C. on Wednesday.", {"GPE Washington, D.C.", "DATE Wednesday"}, id="a district"),
    # What its shape says.
    pytest.param("It paid US$5 million, €10, and 20 rupees.", {"MONEY US$5 million", "MONEY €10", "MONEY 20 rupees"}, id="amounts"),
    pytest.param("A crowd in Hyde Park went home.", {"FAC Hyde Park"}, id="a park that one is in"),
    pytest.param("They climbed Mount Kenya in Asia.", {"LOC Mount Kenya", "LOC Asia"}, id="a mountain and a continent"),
    pytest.param("Norway ratified the Kyoto Protocol.", {"GPE Norway", "LAW Kyoto Protocol"}, id="a law"),
    pytest.param("The Nuclear Non-Proliferation Treaty was signed.", {"LAW Nuclear Non-Proliferation Treaty"}, id="a law with a hyphen"),
    pytest.param("He fell in World War II near the Sea of Japan.", {"EVENT World War II", "LOC Sea of Japan"}, id="a war and a sea"),
    pytest.param("Rescue teams reached Lake Victoria.", {"LOC Lake Victoria"}, id="a first word"),
    pytest.param("A crowd gathered at Wembley Stadium.", {"FAC Wembley Stadium"}, id="a stadium"),
    pytest.param("They wrote letters to the Ministry of Education and Science.", {"ORG Ministry of Education and Science"}, id="two departments"),
]  # fmt: skip
DATES = [
    pytest.param("Iran must answer in two weeks.", "two weeks", id="ahead"),
    pytest.param(
        "He wrote a January 13, 2005 letter.",
        "January 13, 2005",
        id="an article before a month",
    ),
    pytest.param("They met early Wednesday morning.", "Wednesday", id="a part of a day"),
]


@pytest.mark.parametrize("text", NO_NAME)
def test_what_names_nothing_is_no_entity(entities_in, text):
    assert entities_in(text) == []


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_a_name_has_the_type_and_the_edges_of_the_guideline(entities_in, text, names):
    assert set(entities_in(text)) == names


@pytest.mark.parametrize(("text", "date"), DATES)
def test_a_date_tells_when_and_nothing_else(entities_in, text, date):
    assert f"DATE {date}" in entities_in(text)


def test_a_name_has_one_type_in_an_article(entities_in):
    text = "Donald Rumsfeld spoke on Monday.\n\nThe two cited progress. Rumsfeld, said Rumsfeld, was pleased."

    found = [entity for entity in entities_in(text) if "Rumsfeld" in entity]

    assert found == ["PERSON Donald Rumsfeld", "PERSON Rumsfeld", "PERSON Rumsfeld"]


def test_all_names_in_capitals_of_a_headline_prove_nothing(entities_in):
    assert "ORG Opposition Party" not in entities_in("Angry Voters Punish The Opposition Party")


def test_a_building_and_the_body_in_it_keep_their_types(pipeline):
    """Whether the Kremlin is one or the other, the sentence says."""
    from curation.preannotate.name_types import settle_types
    from curation.preannotate.span_edges import TokenSpan

    doc = pipeline.nlp("The Kremlin denied it. Tourists saw the Kremlin.")
    names = [TokenSpan(1, 2, "ORG"), TokenSpan(8, 9, "FAC")]

    assert settle_types(doc, names) == names


def test_the_lists_know_names_in_any_case():
    assert is_country("IRAN")
    assert is_country("the United States")
    assert is_region("Ohio")
    assert is_city("Zugdidi")
    assert is_people("Democrats")
    assert is_organisation("NATO")
    assert not is_people("Islamabad")
    assert not is_country("Ann Lee")
