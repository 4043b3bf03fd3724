"""The schema as Label Studio's labelling config."""

from xml.etree import ElementTree as Tree

from curation.schema.model import Schema

NOTICE = " generated: edit schema.toml, then run: curate schema build "

LABELS = "label"
TEXT = "text"
FLAGS = "doc_flag"
NOTE = "note"


def labeling_xml(schema: Schema) -> str:
    """
    The XML, the same for the same schema.

    ``granularity="symbol"`` because "word" can't select Bob out of Bob's.
    """
    view = Tree.Element("View")
    view.append(Tree.Comment(NOTICE))
    Tree.SubElement(view, "Header", value="$title", size="4")
    Tree.SubElement(view, "Header", value="$byline", size="6")
    relations = Tree.SubElement(view, "Relations")
    for relation in schema.relations.values():
        Tree.SubElement(relations, "Relation", value=relation.name, background=relation.color)
    labels = Tree.SubElement(view, "Labels", name=LABELS, toName=TEXT, showInline="true")
    for entity in schema.entities.values():
        Tree.SubElement(
            labels, "Label", value=entity.name, background=entity.color, hotkey=entity.hotkey
        )
    Tree.SubElement(
        view, "Text", name=TEXT, value="$text", granularity="symbol", saveTextResult="yes"
    )
    if schema.flags:
        flags = Tree.SubElement(
            view, "Choices", name=FLAGS, toName=TEXT, choice="multiple", showInline="true"
        )
        for flag in schema.flags.values():
            Tree.SubElement(flags, "Choice", value=flag.name, hotkey=flag.hotkey)
    Tree.SubElement(
        view, "TextArea", name=NOTE, toName=TEXT, rows="2", maxSubmissions="1",
        editable="true", placeholder="A note to the maintainers (private)",
    )  # fmt: skip
    Tree.indent(view)
    return Tree.tostring(view, encoding="unicode") + "\n"
