"""What is built from the schema: complete, committed, and harmless whatever the schema says."""

import re
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as Tree

import numpy as np
import pytest
from samples import ROOT, SCHEMA

from curation.schema.guidelines import guidelines_html, guidelines_md
from curation.schema.labeling import labeling_xml
from curation.schema.model import Schema

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
SEEN_BY = {
    "most people": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip


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
        "Draw an arrow",
        "Skip",
        "draft",
        "Undo",
        "Returned documents",
        "Update",
        "somebody else submitted",
        "Flags and notes are published",
        "Delete an annotation of yours",
    ],
)
def test_the_guideline_settles_what_annotators_ask(case):
    """In words that stand out, wherever else it is spoken of."""
    stressed = re.findall(r"\*\*(.+?)\*\*", guidelines_md(SCHEMA))

    assert any(case in words for words in stressed)


def test_the_guideline_tells_what_the_screen_does_not():
    text = guidelines_md(SCHEMA)

    assert "How to work the screen" in text[: text.index("## Entities")]
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


def test_hostile_words_stay_words():
    evil = '"><script>alert(1)</script>'
    kind = replace(SCHEMA.entities["PERSON"], definition=evil, examples_in=(evil, evil))
    schema = Schema({"PERSON": kind}, {}, {}, {"introduction": evil})

    assert "<script" not in guidelines_html(schema)
    assert len(list(Tree.fromstring(labeling_xml(schema)).iter("Label"))) == 1


def lab(color):
    """CIE L*a*b* of linear RGB, D65."""
    xyz = TO_XYZ @ color / np.array([0.95047, 1, 1.08883])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def linear(color):
    srgb = np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("people", SEEN_BY)
def test_entity_colours_stay_apart(people):
    """A CIE76 difference of 20 is plain to see; 2.3 is just noticeable."""
    seen = {
        name: lab(np.clip(SEEN_BY[people] @ linear(kind.color), 0, 1))
        for name, kind in SCHEMA.entities.items()
    }

    close = {
        pair: round(float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])), 1)
        for pair in combinations(seen, 2)
        if np.linalg.norm(seen[pair[0]] - seen[pair[1]]) < 20
    }
    assert close == {}


def test_a_types_name_can_be_read_in_its_colour():
    """The lists beside the text write it on white, the chosen key white on it: WCAG asks for 3."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    contrast = {
        name: 1.05 / (0.05 + float(linear(kind.color) @ weights))
        for name, kind in SCHEMA.entities.items()
    }

    assert {name: round(one, 1) for name, one in contrast.items() if one < 3} == {}
