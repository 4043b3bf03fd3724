"""TITLE: offices in general first, then those of a person."""

import pytest

NOTHING = [
    pytest.param("Nobody knows who will become president.", id="an office in general"),
    pytest.param("He is running for a third term as president.", id="a term as"),
    pytest.param("Iran and its ally Syria objected.", id="a role in the sentence"),
    pytest.param("Mr. Sampson and Dr. Jones left.", id="a form of address"),
    pytest.param("The UN General Assembly met in New York.", id="part of a name"),
    pytest.param("The Defense Ministry denied the report.", id="a ministry"),
    pytest.param("A local tribal elder spoke.", id="an age, no office"),
    pytest.param(
        "The District Prosecutor's Office denied it.", id="a body called after an office"
    ),
    pytest.param("The world leaders' summit failed.", id="leaders of nobody"),
    pytest.param("A chief aim failed.", id="an adjective that is a word for offices"),
    pytest.param("He rose from Lt. to nothing.", id="a rank cut short before no name"),
    pytest.param("A general election follows in December.", id="an adjective"),
    pytest.param("Presidential elections were held in Iran.", id="an adjective of an office"),
]
TITLES = [
    pytest.param("Russia’s defense minister met with Iran’s.", ["defense minister"], id="a holder unnamed"),
    pytest.param("US President Donald Trump spoke.", ["President"], id="without the state"),
    pytest.param("Russian Deputy Foreign Minister Sergei Ryabkov spoke.", ["Deputy Foreign Minister"], id="with modifiers"),
    pytest.param("Former Prime Minister Tony Blair spoke.", ["Prime Minister"], id="former stays outside"),
    pytest.param("The presidents of Russia, Turkey and Iran met in Ankara.", ["presidents"], id="plural"),
    pytest.param("U.S. Secretary of State Colin Powell spoke.", ["Secretary of State"], id="secretary of state"),
    pytest.param("Des Browne, British Secretary of State for Defence, spoke.", ["Secretary of State for Defence"], id="with its department behind it"),
    pytest.param("United States President-elect Barack Obama spoke.", ["President"], id="elect"),
    pytest.param("He is the governor of Ohio.", ["governor"], id="said of a pronoun"),
    pytest.param("Talks with Libyan leaders began.", ["leaders"], id="leaders of a people"),
    pytest.param("Saudi leader King Abdullah spoke.", ["leader", "King"], id="two beside each other"),
    pytest.param("MPs voted against it.", ["MPs"], id="several, unnamed"),
    pytest.param("A ministry spokesman denied it.", ["ministry spokesman"], id="with its body's common noun"),
    pytest.param("Minister for Women and Equality Ann Lee spoke.", ["Minister for Women and Equality"], id="any department"),
    pytest.param("Denis McDonough, a foreign-policy advisor, spoke.", ["foreign-policy advisor"], id="any field"),
    pytest.param("UN Secretary-General Ban Ki-moon spoke.", ["Secretary-General"], id="hyphened"),
    pytest.param("General Peter Pace spoke.", ["General"], id="a rank"),
    pytest.param('"It crashed," said Maj. Scott Lundy.', ["Maj."], id="a rank cut short"),
    pytest.param('"It ended," he told Maj. Ann Reed.', ["Maj."], id="a rank cut short before a name"),
    pytest.param("Capt. Ann Reed spoke.", ["Capt."], id="a rank that opens a sentence"),
    pytest.param("Cmdr. Ann Reed spoke.", ["Cmdr."], id="a rank that seems a sentence of its own"),
    pytest.param("Lt. Gen. Ricardo Sanchez spoke.", ["Lt. Gen."], id="two words of a rank"),
    pytest.param("A spokesman, Lt. Col. Ann Reed, spoke.", ["spokesman", "Lt. Col."], id="a rank behind an office"),
    pytest.param("They met Maj. Gen. John Smith in Iraq.", ["Maj. Gen."], id="a general, in the middle"),
    pytest.param("Brig. Gen. Mark Kimmitt spoke.", ["Brig. Gen."], id="a general that the model takes for others"),
    pytest.param("Shota Utiashvili, a spokesperson for the Georgian Interior Ministry, spoke.", ["spokesperson"], id="behind the name"),
    pytest.param("Commander-in-Chief John Smith spoke.", ["Commander-in-Chief"], id="hyphened twice"),
    pytest.param("The Vice President is seeking support.", ["Vice President"], id="a capital"),
]  # fmt: skip


def _titles(entities: list[str]) -> list[str]:
    return [entity.removeprefix("TITLE ") for entity in entities if entity.startswith("TITLE")]


@pytest.mark.parametrize("text", NOTHING)
def test_an_office_in_general_is_no_title(entities_in, text):
    assert _titles(entities_in(text)) == []


@pytest.mark.parametrize(("text", "titles"), TITLES)
def test_an_office_of_a_person_is_a_title(entities_in, text, titles):
    assert _titles(entities_in(text)) == titles


def test_a_title_wins_over_a_name_that_it_overlaps(entities_in):
    """The model takes "Defense" in "Defense Minister" for an organisation."""
    assert entities_in("Russian Defense Minister Sergei Shoigu spoke in Moscow.") == [
        "NORP Russian",
        "TITLE Defense Minister",
        "PERSON Sergei Shoigu",
        "GPE Moscow",
    ]


def test_a_force_survives_beside_a_rank(entities_in):
    found = entities_in("U.S. Army Lt. Col. Ann Reed and US Army General Peter Pace spoke.")

    assert found == [
        "ORG U.S. Army",
        "TITLE Lt. Col.",
        "PERSON Ann Reed",
        "ORG US Army",
        "TITLE General",
        "PERSON Peter Pace",
    ]


def test_a_ministry_survives_beside_a_title(entities_in):
    """The department belongs to an office, but a ministry is an organisation."""
    found = entities_in("A spokesman for the Russian Defense Ministry said so.")

    assert found == ["TITLE spokesman", "ORG Russian Defense Ministry"]
