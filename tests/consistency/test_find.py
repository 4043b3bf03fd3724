"""What a gold says in two ways is found, the likeliest mistakes first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA

from curation.consistency.find import find_inconsistencies
from curation.documents.document import Document, Entity, Relation


def marked(identity, text, *names, arrows=()):
    """A document in which each name, given with its label, is marked where it first occurs after the last one."""
    entities = []
    at = 0
    for words, label in names:
        start = text.index(words, at)
        entities.append(Entity(start, start + len(words), label))
        at = start + len(words)
    relations = tuple(Relation(entities[h], entities[t], label) for h, label, t in arrows)
    return Document(identity, text, tuple(entities), relations)


def found(*documents):
    return [
        (one.document, one.kind, one.what) for one in find_inconsistencies(documents, SCHEMA)
    ]


GEORGIA = [marked(f"g{n}", "Georgia spoke.", ("Georgia", "GPE")) for n in range(5)]


def test_a_gold_that_says_one_thing_has_no_findings():
    office = marked(
        "o", "Iranian Defense Minister Amir Hatami left.",
        ("Iranian", "NORP"), ("Defense Minister", "TITLE"), ("Amir Hatami", "PERSON"),
        arrows=[(2, "holds_position", 1), (2, "affiliated_with", 0)],
    )  # fmt: skip

    assert found(*GEORGIA, office, replace(office, id="p")) == []
    assert found() == []


def test_a_name_with_two_labels_is_found_in_the_document_and_across():
    """Across, that of the fewer; rare where the name is frequent; in a tie both, as nobody knows."""
    both = marked("x", "Paris met Paris, says Paris.", ("Paris", "GPE"), ("Paris", "GPE"), ("Paris", "PERSON"))  # fmt: skip
    rare = marked("y", "Georgia spoke.", ("Georgia", "ORG"))
    one = marked("v", "Lens won.", ("Lens", "ORG"))
    other = marked("w", "Lens won.", ("Lens", "GPE"))

    assert found(both) == [("x", "two labels in the document", "label: 'Paris' PERSON")]
    assert found(*GEORGIA, rare) == [("y", "rare label", "label: 'Georgia' ORG")]
    assert found(*GEORGIA[:2], rare) == [("y", "two labels", "label: 'Georgia' ORG")]
    assert found(one, other) == [
        ("v", "two labels", "label: 'Lens' ORG"),
        ("w", "two labels", "label: 'Lens' GPE"),
    ]


def test_a_name_that_is_not_marked_is_found_as_a_whole_word_outside_of_other_names():
    text = "Georgia spoke. Georgian Georgia-based Bank of Georgia heard Georgia. GeorgiaX"
    here = marked("x", text, ("Georgia", "GPE"), ("Bank of Georgia", "ORG"))
    there = marked("y", "Georgia and Georgia.")

    assert found(here) == [("x", "not marked in the document", "unmarked: 'Georgia'")]
    (one,) = find_inconsistencies([*GEORGIA, there], SCHEMA)
    assert (one.kind, one.times, one.here, one.elsewhere) == ("not marked", 2, 2, 5)
    assert one.key == "e0-7"
    assert "[Georgia] and Georgia" in one.context
    assert "marked 5 times (GPE)" in one.says


def test_a_name_behind_a_prefix_is_no_name():
    """As the guideline says of "anti-American"; the second of two names with a hyphen is one."""
    behind = marked("x", "An anti-Georgia bloc; non-Georgia states, pro\u2011Georgia.")
    second = marked("y", "The French-Georgia talks.")

    assert found(*GEORGIA, behind) == []
    assert found(*GEORGIA, second) == [("y", "not marked", "unmarked: 'Georgia'")]


def test_the_longest_name_is_looked_for_first():
    known = marked("k", "New York Times and York.", ("New York Times", "ORG"), ("York", "GPE"))

    assert found(known, marked("x", "The New York Times.")) == [
        ("x", "not marked", "unmarked: 'New York Times'")
    ]


PLACES = ("Moscow", "GPE"), ("Russia", "GPE")
WITH = [
    marked(f"w{n}", "In Moscow, Russia.", *PLACES, arrows=[(0, "located_in", 1)])
    for n in range(3)
]


def test_the_same_names_in_the_same_words_have_the_same_relation_or_are_found():
    without = marked("x", "He left Moscow,\nRussia.", *PLACES)
    turned = marked("x", "In Moscow, Russia.", *PLACES, arrows=[(1, "located_in", 0)])
    other_words = marked("x", "Moscow or Russia.", *PLACES)

    assert found(*WITH, replace(without, text=without.text.replace("\n", " "))) == [
        ("x", "same words without the relation", "pair: 'Moscow , Russia' no relation")
    ]
    assert found(*WITH, turned) == [
        ("x", "same words, other relation", "pair: 'Moscow , Russia' ← located_in")
    ]
    assert found(*WITH, other_words) == []


def test_a_symmetric_relation_is_the_same_from_either_end():
    text = "Ann met Bob."
    names = ("Ann", "PERSON"), ("Bob", "PERSON")
    drawn = [
        marked(f"d{n}", text, *names, arrows=[arrow])
        for n, arrow in enumerate([(0, "meets_with", 1), (1, "meets_with", 0)])
    ]

    assert found(*drawn) == []


@pytest.mark.parametrize(
    ("text", "names", "arrow", "what"),
    [
        pytest.param(
            "Iranian Defense Minister Amir Hatami left.",
            [("Iranian", "NORP"), ("Defense Minister", "TITLE"), ("Amir Hatami", "PERSON")],
            (2, "holds_position", 1),
            "lacks affiliated_with: 'Amir Hatami' 'Iranian'",
            id="an adjective before the office",
        ),
        pytest.param(
            "Dmitry Medvedev, the President of the Russia, left.",
            [("Dmitry Medvedev", "PERSON"), ("President", "TITLE"), ("Russia", "GPE")],
            (0, "holds_position", 1),
            "lacks affiliated_with: 'Dmitry Medvedev' 'Russia'",
            id="of",
        ),
        pytest.param(
            "Iran’s Defense Minister Amir Hatami left.",
            [("Iran", "GPE"), ("Defense Minister", "TITLE"), ("Amir Hatami", "PERSON")],
            (2, "affiliated_with", 0),
            "lacks holds_position: 'Amir Hatami' 'Defense Minister'",
            id="the mirror, with a possessive",
        ),
    ],
)
def test_a_relation_without_its_consequence_is_found(text, names, arrow, what):
    lacking = marked("x", text, *names, arrows=[arrow])

    assert found(lacking) == [("x", "consequence missing", what)]


@pytest.mark.parametrize(
    "text",
    ["In Iran, Defense Minister Amir Hatami left.", "Iran. Defense Minister Amir Hatami left."],
)
def test_what_is_in_another_phrase_is_no_consequence(text):
    names = ("Iran", "GPE"), ("Defense Minister", "TITLE"), ("Amir Hatami", "PERSON")

    assert found(marked("x", text, *names, arrows=[(2, "holds_position", 1)])) == []


def test_what_few_have_and_many_have_not_comes_first():
    weak = [
        marked("a", "Lens won.", ("Lens", "ORG")),
        marked("b", "Lens lost.", ("Lens", "GPE")),
    ]
    strong = marked("z", "Georgia spoke.", ("Georgia", "ORG"))

    ranked = find_inconsistencies([*weak, *GEORGIA, strong], SCHEMA)

    assert [one.document for one in ranked] == ["z", "a", "b"]
    assert [round(one.weight, 2) for one in ranked] == [0.71, 0.33, 0.33]


@given(st.lists(st.sampled_from(["Ann", "Lens", "", "of Ann"]), max_size=6), st.integers(0, 5))
def test_the_order_of_documents_does_not_matter(words, shift):
    """And each finding is once in a document, at a place that says what it names."""
    documents = [
        marked(
            f"d{n}",
            f"Then {one} left.",
            *([(one, "PERSON" if n % 2 else "ORG")] if one else []),
        )
        for n, one in enumerate(words)
    ]
    turned = [*documents[shift:], *documents[:shift]]

    findings = find_inconsistencies(documents, SCHEMA)

    assert findings == find_inconsistencies(turned, SCHEMA)
    named = [(one.document, one.what) for one in findings]
    assert len(named) == len(set(named))
    texts = {one.id: one.text for one in documents}
    for one in findings:
        assert texts[one.document][slice(*one.place[0])] in one.what
