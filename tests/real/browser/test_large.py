"""A long article, and one as long as a small book, with more suggestions than anybody wants to see."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from curation.documents.document import Document, Entity, Layer, Relation

MODEL = Layer("model", "m", "1", "w", "r")


def long_article(words, names, arrows):
    """A name every so many words, a line end every 80 words."""
    text, entities = "", []
    every = words // names
    for number in range(words):
        text += "\n\n" if number % 80 == 79 else " " if number else ""
        if number % every == 0 and len(entities) < names:
            name = f"Name{len(entities)}"
            entities.append(Entity(len(text), len(text) + len(name), "PERSON", name))
            text += name
        else:
            text += "word"
    relations = tuple(
        Relation(entities[n], entities[n + 1], "meets_with")
        for n in range(0, len(entities) - 1, len(entities) // arrows)
    )
    return Document("book", text, tuple(entities), relations, layer=MODEL)


@pytest.mark.parametrize(
    ("words", "names", "arrows"),
    [
        pytest.param(3_000, 300, 100, id="article"),
        pytest.param(20_000, 1_500, 150, id="book", marks=pytest.mark.long),
    ],
)
def test_a_long_article_opens_with_its_flags_in_sight_and_submits(
    desk, screen, ada, words, names, arrows
):
    given = long_article(words, names, arrows)
    made = desk(given)

    screen.open_stream(made.project)
    screen.wait_for(lambda result: len(result) == names + arrows)
    flag = screen.page.locator("input[name=duplicate]")
    expect(flag).to_be_in_viewport()
    screen.page.locator(".lsf-richtext__line").last.scroll_into_view_if_needed()
    expect(flag).to_be_in_viewport()
    screen.relabel(0, "3")
    screen.submit()

    first = next(one for one in given.entities if one.start == 0)
    other = replace(first, label="ORG")
    assert made.annotation().document == replace(
        given,
        entities=(*(one for one in given.entities if one != first), other),
        relations=tuple(
            replace(one, head=other) if one.head == first else one for one in given.relations
        ),
        layer=Layer("annotator", ada.email),
    )
