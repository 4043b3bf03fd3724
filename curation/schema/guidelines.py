"""The guideline for annotators, built from the schema: Markdown, and HTML for Label Studio."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

from curation.schema.first_page import first_page_lines
from curation.schema.model import EntityType, GuidelineRule, RelationType, Schema

_NOTICE = "<!-- generated: edit schema.toml, then run: curate schema build -->"

# Label Studio removes the bullets of lists and the space between paragraphs, and has two windows of
# other widths for the same text.
_STYLE = """<style>
.lsf-modal-ls__content:has(.curate) { width: min(1120px, 94vw) !important; }
.curate h1 { display: none; }
.curate h2 { margin: 1.4em 0 0.5em; padding-top: 0.5em; border-top: 1px solid var(--color-neutral-border); }
.curate h3 { margin: 1.2em 0 0.3em; font-size: 1.05em; font-weight: 700; }
.curate p { margin: 0 0 0.6em; }
.curate ul { margin: 0 0 0.8em; padding-left: 1.4em; list-style: disc; }
.curate li { margin-bottom: 0.35em; }
.curate table { border-collapse: collapse; margin: 0 0 0.8em; }
.curate td, .curate th { padding: 0.15em 0.9em 0.15em 0; text-align: left; vertical-align: top; }
.curate th { display: none; }
.curate td:first-child { white-space: nowrap; }
</style>"""


def guidelines_md(schema: Schema) -> str:
    """The guideline in Markdown: hand-written sections, types with their examples, flags."""
    return "\n".join(_lines(schema)).rstrip() + "\n"


@lru_cache(maxsize=8)
def guideline_sha256(schema: Schema) -> str:
    """The hash by which records and versions name the guideline: that of ``guidelines.md``."""
    return hashlib.sha256(guidelines_md(schema).encode()).hexdigest()


def guidelines_html(schema: Schema) -> str:
    """The guideline in HTML; tags in the texts of the schema are escaped."""
    return instructions_html(guidelines_md(schema).removeprefix(_NOTICE))


@lru_cache(maxsize=8)
def instructions_html(markdown: str) -> str:
    """Markdown as the instructions of a project in Label Studio; tags in it are escaped."""
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    return f'{_STYLE}\n<div class="curate">\n{html}</div>\n'


def _lines(schema: Schema) -> Iterator[str]:
    yield from (_NOTICE, "", "# How to annotate", "")
    yield from _section(schema, "introduction")
    yield from first_page_lines(schema)
    yield from type_lines(schema)
    if "screen" in schema.sections:
        yield from ("## On the screen", "")
        yield from _section(schema, "screen")
    yield from ("## Submitting", "")
    yield from _section(schema, "submitting")


def type_lines(schema: Schema) -> Iterator[str]:
    """What to mark, in Markdown: entities, relations and flags with their examples."""
    yield from ("## Entities", "")
    yield from _section(schema, "spans")
    yield from _rules(schema.rules.get("span_rules", ()))
    for entity in schema.entities.values():
        yield from (f"### {entity.name} (key {entity.hotkey})", "", entity.definition, "")
        yield from _examples(entity)
    if schema.relations:
        yield from _relation_lines(schema)
    if schema.flags:
        yield from ("## Flags for the whole document", "")
        for flag in schema.flags.values():
            yield f"- **{flag.name}** (key {flag.hotkey}): {flag.definition}"
        yield ""


def _relation_lines(schema: Schema) -> Iterator[str]:
    yield from ("## Relations", "")
    yield from _section(schema, "arrows")
    yield from _section(schema, "relations")
    yield from _rules(schema.rules.get("relation_rules", ()))
    for relation in schema.relations.values():
        yield from (f"### {relation.name}", "", relation.definition, "")
        yield from (f"Joins {relation.signature}.", "")
        yield from _examples(relation)


def _section(schema: Schema, name: str) -> Iterator[str]:
    if text := schema.sections.get(name, "").strip():
        yield from (text, "")


def _examples(kind: EntityType | RelationType) -> Iterator[str]:
    for example in kind.examples_in:
        yield f"- yes: {example}"
    for example in kind.examples_out:
        yield f"- no: {example}"
    yield ""
    yield from _rules(kind.rules)


def _rules(rules: Iterable[GuidelineRule]) -> Iterator[str]:
    """Each rule on one line, an example in and one out behind it."""
    lines = [
        f"- **{one.about}.** {one.rule} *Yes:* {one.example_in}. *No:* {one.example_out}."
        for one in rules
    ]
    yield from (*lines, "") if lines else ()
