"""The adjudicator's screen is the annotators' screen and a panel of differences."""

from xml.etree import ElementTree as Tree

import pytest
from samples import SCHEMA

from curation.schema.adjudication_guideline import adjudication_guideline_html
from curation.schema.adjudication_screen import adjudication_xml, is_adjudication_config
from curation.schema.guidelines import guidelines_html
from curation.schema.labeling import labeling_xml

ANNOTATING = Tree.fromstring(labeling_xml(SCHEMA))
ADJUDICATING = Tree.fromstring(adjudication_xml(SCHEMA))


@pytest.mark.parametrize(
    "tags",
    [
        ".//Labels[@name='label']/Label",
        ".//Relations/Relation",
        ".//Choices[@name='doc_flag']/Choice",
        ".//Text[@name='text']",
        ".//TextArea",
        ".//Header[@size='4']",
    ],
)
def test_types_keys_colours_relations_flags_text_and_note_are_the_annotators(tags):
    theirs = [one.attrib for one in ANNOTATING.iterfind(tags)]

    assert theirs
    assert [one.attrib for one in ADJUDICATING.iterfind(tags)] == theirs


def test_each_difference_is_required_and_on_a_text_of_its_own():
    """On the article's text every later change of the config would be refused."""
    (choices,) = ADJUDICATING.iterfind(".//Repeater//Choices")
    (text,) = ADJUDICATING.iterfind(".//Repeater//Text")

    assert choices.get("required") == "true"
    assert choices.get("toName") == text.get("name") == "t{{idx}}"
    assert choices.get("name") == "d{{idx}}"


def test_an_adjudication_project_is_known_by_its_config():
    assert is_adjudication_config(adjudication_xml(SCHEMA))
    assert is_adjudication_config(adjudication_xml(SCHEMA).strip())
    assert not is_adjudication_config(labeling_xml(SCHEMA))
    assert not is_adjudication_config("<View><Labels name='place' toName='t'/></View>")
    assert not is_adjudication_config("<View")
    assert not is_adjudication_config("")


def test_adjudicators_read_how_to_settle_first_and_then_what_annotators_read_of_types():
    html = adjudication_guideline_html(SCHEMA)
    theirs = guidelines_html(SCHEMA)

    assert html.index("Tick one option") < html.index("<h2>Entities</h2>")
    types = theirs[theirs.index("<h2>Entities</h2>") : theirs.index("<h2>On the screen</h2>")]
    assert types in html
