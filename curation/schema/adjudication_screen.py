"""Label Studio's labeling config of an adjudication project, built from the schema."""

from xml.etree import ElementTree as Tree

from curation.schema.labeling import (
    NOTICE,
    TEXT_STYLE,
    TEXT_TAG,
    add_relations,
    add_text_and_note,
    add_title,
    add_types_and_flags,
    xml_text,
)
from curation.schema.model import Schema

PLACE_TAG = "place"
# The keys of a task's data that hold the names of marked places, and the panel.
PLACES_KEY = "places"
DIFFERENCES_KEY = "differences"

# Two columns, of which the right one stays while the text scrolls. A difference's text stands
# with its own spaces and line ends; a text from right to left turns its own line only.
_DESK_STYLE = """
    .curate-desk { display: grid; grid-template-columns: minmax(0, 1fr) minmax(19em, 36%); gap: 20px; align-items: start; }
    .curate-differences { position: sticky; top: 0; max-height: calc(100vh - 150px); overflow: auto;
      padding: 0 10px; border-left: 4px solid var(--color-warning-border); }
    .curate-difference { padding: 6px 0 4px; border-bottom: 1px solid var(--color-neutral-border); }
    .curate-difference p { margin: 0; font-size: 14px; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; }
    .curate-difference .lsf-choices { margin: 0; display: flex; flex-wrap: wrap; }
    .curate-difference .lsf-choice__item { padding: 3px 0; margin: 0 14px 0 0; min-height: 0; max-width: 100%; }
    .curate-difference .lsf-choice, .curate-difference .lsf-choice__item, .curate-difference .lsf-choice__item label,
    .curate-difference .lsf-choice__item span { line-height: 20px; }
    .curate-difference .lsf-choice__item span { white-space: normal; overflow-wrap: anywhere; }
    .curate-difference sup, .curate-hidden { display: none; }
  """

VERDICT_MISSING = "Each difference needs a verdict."


def choice_tag(position: int) -> str:
    """The name of the control with the options of the difference at *position*, from 0."""
    return f"d{position}"


def text_tag_of_choice(position: int) -> str:
    """The name of the hidden text that the options at *position* belong to."""
    return f"t{position}"


def adjudication_xml(schema: Schema) -> str:
    """
    The labeling config of an adjudication project; the same schema gives the same XML.

    The annotators' screen, and beside the text a panel with the differences. Each difference's
    ``Choices`` are on a hidden ``Text`` of their own: on the article's, Label Studio would refuse
    every later change of the config, since it knows the names of repeated controls again only
    where ``toName`` varies with them.
    """
    view = Tree.Element("View")
    view.append(Tree.Comment(NOTICE))
    Tree.SubElement(view, "Style").text = TEXT_STYLE + _DESK_STYLE
    desk = Tree.SubElement(view, "View", className="curate-desk")
    article = Tree.SubElement(desk, "View")
    add_title(article)
    add_relations(article, schema)
    add_types_and_flags(article, schema)
    add_text_and_note(article)
    hidden = Tree.SubElement(article, "View", className="curate-hidden")
    Tree.SubElement(hidden, "Labels", name=PLACE_TAG, toName=TEXT_TAG, value=f"${PLACES_KEY}")
    panel = Tree.SubElement(desk, "View", className="curate-differences")
    repeater = Tree.SubElement(panel, "Repeater", on=f"${DIFFERENCES_KEY}", indexFlag="{{idx}}")
    _add_difference(Tree.SubElement(repeater, "View", className="curate-difference"))
    return xml_text(view)


def is_adjudication_config(config: str) -> bool:
    """Whether a labeling config is that of an adjudication project, whichever schema it was built from."""
    try:
        root = Tree.fromstring(config)
    except Tree.ParseError:
        return False
    places = root.iterfind(f".//Labels[@name='{PLACE_TAG}']")
    return any(one.get("value") == f"${PLACES_KEY}" for one in places)


def _add_difference(view: Tree.Element) -> None:
    here = f"${DIFFERENCES_KEY}[{{{{idx}}}}]"
    Tree.SubElement(view, "Markdown", value=f"{here}.shown")
    hidden = Tree.SubElement(view, "View", className="curate-hidden")
    Tree.SubElement(hidden, "Text", name="t{{idx}}", value=f"{here}.n")
    Tree.SubElement(
        view,
        "Choices",
        name="d{{idx}}",
        toName="t{{idx}}",
        choice="single",
        showInline="true",
        required="true",
        requiredMessage=VERDICT_MISSING,
        value=f"{here}.options",
    )
