"""The model's names, brought to the guideline."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.checks.against_schema import check_document
from curation.documents.document import Document
from curation.preannotate.span_edges import is_moment

EDGES = [
    pytest.param("The defense of the United States was discussed.", "GPE United States", id="the"),
    pytest.param("Talks were held in The Hague on Monday.", "GPE The Hague", id="The inside a sentence"),
    pytest.param("Israel's government resigned on Monday.", "GPE Israel", id="a possessive"),
    pytest.param("Moscow and Tehran’s friendship is old.", "GPE Tehran", id="a curly possessive"),
    pytest.param("Iran signed a $742 million (600 million euro) deal.", "MONEY 600 million euro", id="a currency behind"),
    pytest.param("They signed a $742 million deal.", "MONEY $742 million", id="a currency before"),
    pytest.param("They met on Tuesday, April 3, 2018, in Moscow.", "DATE Tuesday, April 3, 2018", id="a whole date"),
    pytest.param("They signed the Nuclear Non-Proliferation Treaty in 1968.", "LAW Nuclear Non-Proliferation Treaty", id="a treaty"),
    pytest.param("On August 10th, Russian Black Sea Fleet began a naval blockade of Georgian port of Poti.", "ORG Black Sea Fleet", id="a fleet"),
    pytest.param("It happened a year ago in Moscow.", "DATE year ago", id="an article of a date"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "entity"), EDGES)
def test_a_name_is_whole_and_nothing_else(entities_in, text, entity):
    assert entity in entities_in(text)


@pytest.mark.parametrize(
    "text",
    ["seven-year", "two weeks", "a six-week", "about 24 hours", "64-year-old",
     "64 years old", "daily", "years", "2nd", "several days", "more than 2 1/2 years", "first 13 days", "this morning", "overnight"],
)  # fmt: skip
def test_how_long_how_often_and_how_old_is_no_date(text):
    assert not is_moment(text)


@pytest.mark.parametrize(
    "text",
    ["Monday", "2015", "the 1990s", "two weeks ago", "last year", "this week", "next month",
     "April 3", "recent days", "the past few weeks", "May", "tomorrow", "today"],
)  # fmt: skip
def test_what_tells_when_is_a_date(text):
    assert is_moment(text)


def test_a_slash_in_a_credit_joins_a_person_and_an_organisation(suggested):
    article = next(d for d in suggested if "Savitsky/" in d.text)

    found = {(e.label, article.words(e)) for e in article.entities}

    assert ("PERSON", "Vadim Savitsky") in found
    assert ("ORG", "Russian Defense Ministry Press Service") in found


def test_what_is_suggested_for_the_articles_keeps_to_the_schema(suggested, schema):
    assert [check_document(document, schema) for document in suggested] == [()] * len(suggested)


def test_no_two_suggestions_overlap(suggested):
    for document in suggested:
        ends = [0, *(entity.end for entity in document.entities)]
        assert all(e.start >= end for e, end in zip(document.entities, ends, strict=False))


def test_no_suggestion_has_a_score(suggested):
    """The model's greedy search gives none, and a constant would be no measure."""
    assert all(e.score is None for document in suggested for e in document.entities)


def test_text_id_and_meta_stay_as_they_are(suggested, articles):
    assert [replace(d, entities=(), relations=(), layer=None) for d in suggested] == list(
        articles
    )


def test_a_schema_without_titles_gets_none(pipeline, schema, articles):
    few = {name: kind for name, kind in schema.entities.items() if name in ("PERSON", "GPE")}
    small = replace(schema, entities=few, relations={})

    found = pipeline.suggest(articles[0], small)

    assert {entity.label for entity in found.entities} == {"PERSON", "GPE"}
    assert found.relations == ()


def test_what_a_rule_calls_by_its_own_name_gets_the_name_of_another_schema(pipeline, schema):
    """The shape of "Harvard University" says ORG; science calls it an institute."""
    institute = replace(schema.entities["ORG"], name="INSTITUTE", former_names=())
    science = replace(schema, entities={"INSTITUTE": institute}, relations={})
    text = "Maria Lopez of Harvard University found the star HD 110067, she said in Boston."

    found = pipeline.suggest(Document("d", text), science)

    assert [(text[e.start : e.end], e.label) for e in found.entities] == [
        ("Harvard University", "INSTITUTE")
    ]


PIECES = st.sampled_from(
    ["President", "Prime", "Minister", "and", "-", "defense", "Bush", "George", "the", "The", "US",
     "$", "600", "million", "euro", "'s", "’s", "General", "elect", "in", "Chief", "Maj", ".", ",",
     "of", "State", "for", "Russian", "Iran", "Security", "Council", "met", "\n", "/", "(", ")", "🙂",
     "two", "years", "Monday", "is", "said", "spokesman", "2nd", '"', "Treaty"]
)  # fmt: skip


@pytest.mark.slow
@given(st.lists(st.tuples(PIECES, st.sampled_from([" ", " ", " ", "", "\n"])), max_size=25))
def test_whatever_the_words_the_suggestions_are_sound(pipeline, schema, pieces):
    text = "".join(piece + gap for piece, gap in pieces)

    found = pipeline.suggest(Document("d", text), schema)

    assert check_document(found, schema) == ()
    ends = [0, *(entity.end for entity in found.entities)]
    assert all(e.start >= end for e, end in zip(found.entities, ends, strict=False))


def test_a_long_row_of_digits_is_read_at_once():
    """A careless pattern would try every way to cut it into numbers."""
    assert is_moment("1" * 5000 + " x")
