"""The schema as Label Studio's labelling config."""

from xml.etree import ElementTree as Tree

from curation.schema.model import Schema

NOTICE = " generated: edit schema.toml, then run: curate schema build "

LABELS = "label"
TEXT = "text"
FLAGS = "doc_flag"
NOTE = "note"
RETURNED = "returned"

# Room above each line for the arrows and their names, not above an empty one; the
# handles by which a span is resized, which today's browsers hide; the whole menu of
# relations at once; why a task was returned, where it was, a line for each reason.
STYLE = """
    .lsf-htx-richtext { line-height: 1.2; max-width: 52em; padding-top: 0.6em; }
    .lsf-richtext__line:not(:empty) { line-height: 3.1; }
    .lsf-htx-richtext area { display: inline; }
    [cmdk-list] { max-height: 26em !important; }
    .curate-returned h4:empty { display: none; }
    .curate-returned h4 { max-width: 52em; max-height: 14em; overflow: auto; padding: 8px 12px;
      border-left: 4px solid var(--color-warning-border); background: var(--color-warning-background);
      font-size: 14px; font-weight: 400; line-height: 1.5; white-space: pre-line; }
    .curate-returned h4::first-line { font-weight: 600; }
  """
TITLE = "overflow-wrap: anywhere;"
BYLINE = "font-size: 14px; font-weight: 400;"
# The types stay in sight however long the article is.
KEYS = "position: sticky; top: 0; z-index: 2; padding: 6px 0; background: var(--color-neutral-background);"

NOTE_HINT = "A note to the maintainers about this document. It is not published."

# A fifth of the colour, on whichever background: the menu of relations has grey letters.
PALE = "33"


def labeling_xml(schema: Schema) -> str:
    """
    The XML, the same for the same schema.

    ``granularity="symbol"`` because "word" can't select Bob out of Bob's;
    ``showLabels`` because colours alone don't name eleven types.
    """
    view = Tree.Element("View")
    view.append(Tree.Comment(NOTICE))
    Tree.SubElement(view, "Style").text = STYLE
    returned = Tree.SubElement(view, "View", className="curate-returned")
    Tree.SubElement(returned, "Header", value=f"${RETURNED}", size="6")
    Tree.SubElement(view, "Header", value="$title", size="4", style=TITLE)
    Tree.SubElement(view, "Header", value="$byline", size="6", style=BYLINE)
    relations = Tree.SubElement(view, "Relations")
    for relation in schema.relations.values():
        background = relation.color + PALE
        Tree.SubElement(relations, "Relation", value=relation.name, background=background)
    keys = Tree.SubElement(view, "View", style=KEYS)
    labels = Tree.SubElement(keys, "Labels", name=LABELS, toName=TEXT, showInline="true")
    for entity in schema.entities.values():
        Tree.SubElement(
            labels, "Label", value=entity.name, background=entity.color, hotkey=entity.hotkey
        )
    Tree.SubElement(
        view, "Text", name=TEXT, value="$text", granularity="symbol", saveTextResult="yes",
        showLabels="true",
    )  # fmt: skip
    if schema.flags:
        flags = Tree.SubElement(
            view, "Choices", name=FLAGS, toName=TEXT, choice="multiple", showInline="true"
        )
        for flag in schema.flags.values():
            Tree.SubElement(flags, "Choice", value=flag.name, hotkey=flag.hotkey)
    Tree.SubElement(
        view, "TextArea", name=NOTE, toName=TEXT, rows="2", maxSubmissions="1",
        editable="true", placeholder=NOTE_HINT,
    )  # fmt: skip
    Tree.indent(view)
    return Tree.tostring(view, encoding="unicode") + "\n"
