"""A row without its article's words has no word of it, whatever was known of the article."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.gold.edition.rows import without_words

SAID = "whispered"
COLUMNS = (
    "title",
    "src",
    "url",
    "published",
    "license",
    "attribution",
    "lang",
    "ingest_version",
)


def value(words):
    return st.sampled_from(
        [words, f"en-{words}", f"https://a.example/b {words}", f"2026-11-01 {words}"]
    )


MARKS = st.lists(
    st.builds(
        lambda start: {
            "id": "e1",
            "start": start,
            "end": start + 9,
            "label": "ORG",
            "text": SAID,
        },
        st.integers(0, 9),
    ),
    max_size=2,
)
META = st.dictionaries(
    st.sampled_from([*COLUMNS, "ingest", "summary", SAID]),
    value(SAID)
    | st.lists(value(SAID), max_size=2)
    | st.dictionaries(value(SAID), value(SAID), max_size=2),
    max_size=4,
)
ROWS = st.builds(
    lambda columns, meta, marks, more: {
        "id": "d1", "text": f"Somebody {SAID}.", "text_sha256": "00", **columns,
        "meta": json.dumps(meta), "entities": marks, **more,
    },
    st.dictionaries(st.sampled_from(COLUMNS), value(SAID) | st.none()),
    META,
    MARKS,
    st.dictionaries(st.sampled_from(["first_entities", "suggested_entities"]), MARKS | st.none()),
)  # fmt: skip


@given(row=ROWS)
def test_no_word_of_the_article_is_left(row):
    found = without_words(row)

    assert SAID not in json.dumps(found)
    assert found.keys() == row.keys()
    assert [one["start"] for one in found["entities"]] == [
        one["start"] for one in row["entities"]
    ]
    assert found["text_sha256"] == row["text_sha256"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("url", "https://en.wikinews.org/wiki/Talks?a=1#b"),
        ("published", "2026-11-01"),
        ("published", "2026-11-01T10:00:00Z"),
        ("license", "CC BY-ND 4.0"),
        ("license", "https://creativecommons.org/licenses/by-nd/4.0/deed.en"),
        ("license", "Unknown"),
        ("lang", "pt-BR"),
        ("ingest", "3"),
    ],
)
def test_what_says_where_it_is_and_when_it_appeared_stays(key, said):
    """In the columns of a gold document, and in the metadata of an annotation."""
    column = {"ingest": "ingest_version"}.get(key, key)
    row = {"id": "d1", "text": "t", "meta": json.dumps({key: said, "title": "T"}), column: said}

    found = without_words(row)

    assert found[column] == said
    assert json.loads(found["meta"]) == {key: said}
