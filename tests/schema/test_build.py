"""What is built from the schema: complete, committed, and harmless whatever the schema says."""

import re
from dataclasses import replace
from xml.etree import ElementTree as Tree

import pytest
from colours import DARK, LIGHT, MARKED, SEEN_BY, contrast, rgb, tint, too_close
from samples import ROOT, SCHEMA

from curation.schema.guidelines import guidelines_html, guidelines_md
from curation.schema.labeling import RELATION_ALPHA, labeling_xml
from curation.schema.model import Schema

WHITE = rgb("#ffffff")
ENTITIES = {name: rgb(kind.color) for name, kind in SCHEMA.entities.items()}
RELATIONS = {name: rgb(kind.color) for name, kind in SCHEMA.relations.items()}


@pytest.mark.parametrize(
    ("name", "build"), [("labeling.xml", labeling_xml), ("guidelines.md", guidelines_md)]
)
def test_what_is_committed_is_what_the_schema_says(name, build):
    """If this fails: curate schema build."""
    assert (ROOT / "label_config" / name).read_bytes() == build(SCHEMA).encode()


def test_every_type_is_in_the_config_once():
    tree = Tree.fromstring(labeling_xml(SCHEMA))

    def values(tag):
        return [node.get("value") for node in tree.iter(tag)]

    assert values("Label") == list(SCHEMA.entities)
    assert values("Relation") == list(SCHEMA.relations)
    assert values("Choice") == list(SCHEMA.flags)
    assert [node.get("granularity") for node in tree.iter("Text")] == ["symbol"]


def test_no_key_of_the_task_is_named_source():
    """The editor would show the whole task, suggestions included, in its place."""
    assert "$source" not in labeling_xml(SCHEMA)


@pytest.mark.parametrize(
    "case",
    [
        "No nesting",
        "Russia's defense minister",
        "Nationality adjectives",
        "Titles before names",
        "Organisations named by place",
        "Metonymy",
        "Draw",
        "Skip",
        "draft",
        "Undo",
        "Returned documents",
        "Update",
        "somebody else submitted",
        "Flags are published",
        "Delete an annotation of yours",
    ],
)
def test_the_guideline_answers_what_annotators_ask(case):
    """In words that stand out, wherever else it is spoken of."""
    stressed = re.findall(r"\*\*(.+?)\*\*", guidelines_md(SCHEMA))

    assert any(case in words for words in stressed)


def test_the_guideline_explains_what_the_screen_does_not():
    text = guidelines_md(SCHEMA)

    assert "drag the right handle back" in text
    assert "Wait some ten seconds after your last change" in text
    assert "Leave when you like" not in text
    assert "Click on a document's row there" in text
    assert "click on the tab with your name above the text" in text


def test_every_type_is_in_the_guideline_with_its_examples():
    text = guidelines_md(SCHEMA)

    for kind in [*SCHEMA.entities.values(), *SCHEMA.relations.values()]:
        assert f"### {kind.name}" in text
        assert kind.definition in text
        for example in (*kind.examples_in, *kind.examples_out):
            assert example in text
        for rule in kind.rules:
            whole = f"**{rule.about}.** {rule.rule} *Yes:* {rule.example_in}. *No:* {rule.example_out}."
            assert whole in text[text.index(f"### {kind.name}") :]


def test_the_guideline_opens_with_one_page_and_definitions_come_after():
    """Every type with its key, how to draw, turn and delete an arrow, how to flag, when to skip."""
    text = guidelines_md(SCHEMA)
    page = text[: text.index("## Entities")]

    for kind in (*SCHEMA.entities.values(), *SCHEMA.flags.values()):
        assert f"**{kind.hotkey}** {kind.name}" in page
    for words in ("Mark", "Change", "Draw", "Label", "Turn", "Delete", "Flag", "Skip"):
        assert f"| **{words}** |" in page
    assert "**look for what it missed**" in page
    assert "meets_with and agreement_with have no direction" in page
    definitions = [one.definition for one in SCHEMA.entities.values()]
    assert [one for one in definitions if one in page] == []
    assert "<table>" in guidelines_html(SCHEMA)


def test_a_page_without_relations_and_flags_speaks_of_neither():
    bare = Schema({"PERSON": SCHEMA.entities["PERSON"]}, {}, {}, {})
    page = guidelines_md(bare).partition("## Entities")[0]

    assert "**1** PERSON" in page
    assert "arrow" not in page.replace("with its arrows", "")
    assert "Flag" not in page
    (meeting,) = (one for one in SCHEMA.relations.values() if one.name == "meets_with")
    one_relation = replace(bare, relations={meeting.name: meeting})
    assert "meets_with has no direction" in guidelines_md(one_relation)


def test_hostile_words_stay_words():
    evil = '"><script>alert(1)</script>'
    kind = replace(SCHEMA.entities["PERSON"], definition=evil, examples_in=(evil, evil))
    schema = Schema({"PERSON": kind}, {}, {}, {"introduction": evil})

    assert "<script" not in guidelines_html(schema)
    assert len(list(Tree.fromstring(labeling_xml(schema)).iter("Label"))) == 1


@pytest.mark.parametrize("people", SEEN_BY)
def test_entity_colours_stay_apart(people):
    """
    As the lists and the chosen key have them, whole; and as a marked name has them, pale.

    Pale, 7 is what is reached: a search found no eleven that come to 7.5 and have
    the contrasts that are asked for below.
    """
    pale = {name: tint(color, MARKED) for name, color in ENTITIES.items()}

    assert too_close(ENTITIES, people, 20) == {}
    assert too_close(pale, people, 7) == {}


@pytest.mark.parametrize("people", SEEN_BY)
def test_relation_colours_stay_apart(people):
    """In the menu, the only place where they are seen, they are paler still: 8 is what is reached."""
    pale = {
        name: tint(color, int(RELATION_ALPHA, 16) / 255) for name, color in RELATIONS.items()
    }

    assert too_close(RELATIONS, people, 20) == {}
    assert too_close(pale, people, 8) == {}


@pytest.mark.parametrize(
    ("ground", "floor"), [(LIGHT, 3), (WHITE, 3), (DARK, 2.3)], ids=["light", "white", "dark"]
)
def test_a_types_name_can_be_read_in_its_colour(ground, floor):
    """
    The lists beside the text write it so, and the chosen key in white on it.

    WCAG asks for 3. No eleven colours that stay apart have it in both themes: the
    light one, which everybody has at first, comes first.
    """
    low = {name: round(contrast(color, ground), 2) for name, color in ENTITIES.items()}

    assert {name: one for name, one in low.items() if one < floor} == {}
