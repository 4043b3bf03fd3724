"""Label Studio's labeling config, built from the schema."""

from xml.etree import ElementTree as Tree

from curation.schema.model import Schema

NOTICE = " generated: edit schema.toml, then run: curate schema build "

LABELS_TAG = "label"
TEXT_TAG = "text"
FLAGS_TAG = "doc_flag"
NOTE_TAG = "note"
RETURNED_KEY = "returned"

# Space for arrows and their names above each line that isn't empty; the handles that resize a
# span, which browsers hide otherwise; a frame around the names of whatever row of a list is pointed
# at, since the list of arrows has numbers in place of words; the whole menu of relations without
# scrolling.
TEXT_STYLE = """
    .lsf-htx-richtext { line-height: 1.2; max-width: 52em; padding-top: 0.6em; }
    .lsf-richtext__line:not(:empty) { line-height: 3.1; }
    .lsf-htx-richtext area { display: inline; }
    .htx-highlight.__highlighted { outline: 3px solid currentColor; }
    [cmdk-list] { max-height: 26em !important; }"""

# The box with the reasons why a task was returned, one a line.
_RETURNED_STYLE = """
    .curate-returned h4:empty { display: none; }
    .curate-returned h4 { max-width: 52em; max-height: 14em; overflow: auto; padding: 8px 12px;
      border-left: 4px solid var(--color-warning-border); background: var(--color-warning-background);
      font-size: 14px; font-weight: 400; line-height: 1.5; white-space: pre-line; }
    .curate-returned h4::first-line { font-weight: 600; }
  """
_TITLE_STYLE = "overflow-wrap: anywhere;"
_BYLINE_STYLE = "font-size: 14px; font-weight: 400;"
# The types and flags stay in sight however long the article is.
_LABELS_STYLE = "position: sticky; top: 0; z-index: 2; padding: 6px 0; background: var(--color-neutral-background);"

_NOTE_PLACEHOLDER = "A note to the maintainers about this document. It is not published."

# The opacity (hex) of a relation's colour: the menu of relations has grey letters.
RELATION_ALPHA = "33"


def labeling_xml(schema: Schema) -> str:
    """
    The labeling config; the same schema gives the same XML.

    ``granularity="symbol"``, since "word" can't select Bob out of Bob's; ``showLabels``, since
    nobody knows eleven types by their colours.
    """
    view = Tree.Element("View")
    view.append(Tree.Comment(NOTICE))
    Tree.SubElement(view, "Style").text = TEXT_STYLE + _RETURNED_STYLE
    returned = Tree.SubElement(view, "View", className="curate-returned")
    Tree.SubElement(returned, "Header", value=f"${RETURNED_KEY}", size="6")
    add_title(view)
    add_relations(view, schema)
    add_types_and_flags(view, schema)
    add_text_and_note(view)
    return xml_text(view)


def add_title(view: Tree.Element) -> None:
    """Title, source and date of the article."""
    Tree.SubElement(view, "Header", value="$title", size="4", style=_TITLE_STYLE)
    Tree.SubElement(view, "Header", value="$byline", size="6", style=_BYLINE_STYLE)


def add_relations(view: Tree.Element, schema: Schema) -> None:
    """The menu of relations, where there are any."""
    if not schema.relations:
        return
    relations = Tree.SubElement(view, "Relations")
    for relation in schema.relations.values():
        background = relation.color + RELATION_ALPHA
        Tree.SubElement(relations, "Relation", value=relation.name, background=background)


def add_types_and_flags(view: Tree.Element, schema: Schema) -> None:
    """The entity types and the flags with their keys, which stay in sight."""
    keys = Tree.SubElement(view, "View", style=_LABELS_STYLE)
    labels = Tree.SubElement(
        keys, "Labels", name=LABELS_TAG, toName=TEXT_TAG, showInline="true"
    )
    for entity in schema.entities.values():
        Tree.SubElement(
            labels, "Label", value=entity.name, background=entity.color, hotkey=entity.hotkey
        )
    if schema.flags:
        flags = Tree.SubElement(
            keys,
            "Choices",
            name=FLAGS_TAG,
            toName=TEXT_TAG,
            choice="multiple",
            showInline="true",
        )
        for flag in schema.flags.values():
            Tree.SubElement(flags, "Choice", value=flag.name, hotkey=flag.hotkey)


def add_text_and_note(view: Tree.Element) -> None:
    """The article, and the field for a note below."""
    Tree.SubElement(
        view, "Text", name=TEXT_TAG, value="$text", granularity="symbol", saveTextResult="yes",
        showLabels="true",
    )  # fmt: skip
    Tree.SubElement(
        view, "TextArea", name=NOTE_TAG, toName=TEXT_TAG, rows="2", maxSubmissions="1",
        editable="true", placeholder=_NOTE_PLACEHOLDER,
    )  # fmt: skip


def xml_text(view: Tree.Element) -> str:
    """The config as XML, indented."""
    Tree.indent(view)
    return Tree.tostring(view, encoding="unicode") + "\n"
