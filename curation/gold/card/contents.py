"""The card's sections on what a version holds: versions, splits, leaks, types, fields, views."""

from collections.abc import Iterator

from curation.errors import pluralise
from curation.gold.card.markdown import (
    code_words,
    escape_markdown,
    markdown_items,
    markdown_table,
)
from curation.gold.card.source import CardSource
from curation.gold.release.splits import SPLITS
from curation.gold.sealed.manifest import RelationTypeEntry

# How many groups, bridges and leaks are listed; the manifest has all of them.
_LISTED_GROUPS = 20

FIELD_DESCRIPTIONS = {
    "id, text": "the article; every offset counts code points of `text`",
    "title, src, url, published, license, attribution, lang": "what is known of the article, else null",
    "text_sha256, ingest_version": "which text this is, and which version of the normalisation made it",
    "group": "decides the split: near-copies and articles that tell the same story are put in one",
    "entities": "list of `{id, start, end, label, text}`, `end` exclusive",
    "relations": "list of `{head, tail, label}`, the ends by entity id",
    "flags": "what annotators said of the whole article",
    "annotators, n_annotations": "who annotated it, by pseudonym, and how many annotations went in",
    "adjudicated": "whether an adjudicator decided a disagreement",
    "arm": "`assisted`: all annotators corrected suggestions; `blind`: at least one had none",
    "preannotated_by": "whose suggestions they corrected",
    "not_offered": "types that came later than some of its annotations; null where nobody knows",
    "meta": "what else is known of the article, as JSON",
}

LAYER_FIELD_DESCRIPTIONS = {
    "id, text, text_sha256, meta": "the article; `meta` has all that is known of it, as JSON",
    "annotator": "whose work the row is, by pseudonym",
    "edited_by": "who else changed it last (in Label Studio's Community edition every member of a"
    " project can), else null",
    "entities, relations, flags": "what this annotator marked and set",
    "not_offered": "types that the annotator was not offered; null where nobody knows",
    "first_entities, first_relations": "what the annotator submitted first; null where nothing has"
    " changed since",
    "first_unsure": "true where the annotation was changed before anybody recorded it",
    "not_independent": "why it doesn't count for agreement; null where it does",
    "arm_unknown": "true where nothing says whether the annotator saw suggestions, or where the first"
    " submission began otherwise than the annotation",
    "guideline": "sha256 of the `guidelines.md` that the annotator or adjudicator had; null where"
    " nobody recorded it",
    "suggested_by, suggested_layer, suggested_entities, suggested_relations": "what the annotator"
    " started from; null where blind. By `unknown` where other suggestions had taken their place"
    " meanwhile: then only what the annotator left as it was suggested",
    "decisions": "null for an annotation. A row that has them is an adjudicator's verdict. Each has its"
    " `kind` (entities, relations or flags), its `place` (one span or two), the readings that were"
    " `offered` with their `annotators`, the reading `chosen`, and whether the adjudicator's `own` took"
    " the place of all of them; readings are JSON. `preselected` says whether an option that a majority"
    " had ticked stayed `untouched`",
}


def versions_section(source: CardSource) -> str:
    """Every version with its day, its size and what identifies it."""
    rows = (
        (
            manifest.version,
            manifest.released or "not recorded",
            manifest.counts.documents,
            sum(manifest.counts.entities.values()),
            sum(manifest.counts.relations.values()),
            f"`{manifest.fingerprint}`",
            f"`{manifest.digest[:12]}`",
        )
        for manifest in source.manifests
    )
    head = ("version", "sealed", "documents", "entities", "relations", "schema", "digest")
    withdrawn = markdown_items(_withdrawn_lines(source))
    table = markdown_table(head, rows)
    return f"## Versions\n\n{table}" + (f"\n{withdrawn}" if withdrawn else "")


def _withdrawn_lines(source: CardSource) -> Iterator[str]:
    for version, documents in source.withdrawn.items():
        if documents:
            were = "document was" if len(documents) == 1 else "documents were"
            named = ", ".join(map(code_words, documents[:_LISTED_GROUPS]))
            yield (
                f"**{len(documents)} {were} withdrawn** since {version} was sealed, and should not be used any"
                f" more: {named}. `{version}/withdrawn.json` says when and why."
            )


def splits_section(source: CardSource) -> str:
    """How documents are divided, which stay together, and which leaks were found."""
    counts = source.manifest.counts.splits
    fractions = source.manifest.fractions
    rows = [
        (split, counts.get(split, 0), f"{fractions[split]:.0%}" if split in fractions else "")
        for split in SPLITS
        if counts.get(split) or split in fractions
    ]
    head = (
        ("split", "documents", "share of new groups") if fractions else ("split", "documents")
    )
    shown = [row[: len(head)] for row in rows]
    return f"""## Splits

By hash of `group`, so that a document never moves from one to another; a split without documents
is left out.

{markdown_table(head, shown)}
{markdown_items(_group_lines(source))}"""


def _group_lines(source: CardSource) -> Iterator[str]:
    manifest = source.manifest
    groups = manifest.groups
    if groups is None:
        yield "Near-copies were not looked for when this version was sealed."
        return
    yield (
        "A new document joins the group of its near-copies, the oldest where there are several, and"
        " stays there: texts that share at least half of the shorter one's runs of five words (of five"
        " characters where a script has no spaces), and equal texts."
    )
    if unchecked := [one.version for one in source.manifests if one.groups is None]:
        yield (
            f"Near-copies were not looked for in {', '.join(unchecked)}: those among documents from"
            " there stay in several groups."
        )
    documents = sum(map(len, groups.several.values()))
    if groups.several:
        several = pluralise(len(groups.several), "group")
        yield f"{several} of more than one document ({pluralise(documents, 'document')} in all)"
    else:
        yield "No group has more than one document."
    for name, members in _first(groups.several):
        yield f"group {code_words(name)}: {', '.join(map(code_words, members))}"
    for document, joined in _first(groups.bridges):
        oldest, *others = map(code_words, joined)
        yield (
            f"{code_words(document)} belongs to several sealed groups, by its text or its story:"
            f" it joined {oldest}, not {', '.join(others)}"
        )
    if not manifest.leaks:
        yield "No near-copies are in different splits."
    for leak in manifest.leaks[:_LISTED_GROUPS]:
        yield (
            f"**Allowed leak**: {code_words(leak.document)} ({leak.split}) shares {leak.shared:.0%} with"
            f" {code_words(leak.other)} ({leak.other_split})"
        )
    listed = (groups.several, groups.bridges, manifest.leaks)
    hidden = sum(max(0, len(one) - _LISTED_GROUPS) for one in listed)
    if hidden:
        yield f"… and {hidden} more, in `{manifest.version}/manifest.json`"


def _first(listed: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    return sorted(listed.items())[:_LISTED_GROUPS]


def types_section(source: CardSource) -> str:
    """The schema with its definitions, and how often each type is marked."""
    counts = source.manifest.counts
    types = source.manifest.types
    entities = (
        (escape_markdown(name), counts.entities.get(name, 0), escape_markdown(definition))
        for name, definition in types.entities.items()
    )
    relations = (
        (
            escape_markdown(name),
            escape_markdown(_signature(kind)),
            counts.relations.get(name, 0),
            escape_markdown(kind.definition),
        )
        for name, kind in types.relations.items()
    )
    return f"""## Types

{markdown_table(("entity", "marked", "definition"), entities)}
{markdown_table(("relation", "head and tail", "marked", "definition"), relations)}"""


def _signature(kind: RelationTypeEntry) -> str:
    arrow = "↔" if kind.symmetric else "→"
    return f"{', '.join(kind.head)} {arrow} {', '.join(kind.tail)}"


def fields_section(source: CardSource) -> str:
    """What each column holds, by configuration."""
    return f"""## Fields

{_field_table(FIELD_DESCRIPTIONS)}{_null_fields(source)}
`<version>-annotations` has a row for each annotator's own work on a document, and for each verdict.
Versions that are older than a field lack it. Annotators' notes are private and not in the dataset;
versions that an older curate sealed may have a field `note`.

{_field_table(LAYER_FIELD_DESCRIPTIONS)}{_views(source)}"""


def _null_fields(source: CardSource) -> str:
    """Which fields are null where the text was left out."""
    if not source.manifest.texts_omitted:
        return ""
    return """
Of a document without its text, `text`, `title`, `src`, `attribution` and the `text` of entities are null,
and `meta` has no more than address, day, licence and language. `text_sha256` says which text it was.
"""


def _field_table(descriptions: dict[str, str]) -> str:
    rows = (
        (f"`{names.replace(', ', '`, `')}`", description)
        for names, description in descriptions.items()
    )
    return markdown_table(("field", "holds"), rows)


def _views(source: CardSource) -> str:
    """What is special in each view, as it was counted when the version was sealed."""
    if not source.manifest.views:
        return ""
    rows = (
        (
            f"`{source.version}-{escape_markdown(view)}`",
            escape_markdown(name.replace("_", " ")),
            value,
        )
        for view, counts in source.manifest.views.items()
        for name, value in counts.items()
    )
    return f"""
### Views

The same gold, ready to train on. `<version>-tokens` has a row for each document: spaCy's own `tokens`
without white space, where each `starts` in `text`, and IOB2 `ner_tags`. Tokens are never cut at the
edges of the gold, which would tell a model where the entities are: an entity that doesn't begin and
end with a token has no tag, and of entities inside one another the longest has one.

`<version>-relations` has a row for each ordered pair of entities and relation: the `text` of the fewest
sentences that hold both, which `start` at that place of the document, `head` and `tail` with `start`
and `end` in this text, and the `label`. A relation without direction is there both ways. Of the pairs
in one sentence without a relation a share is there as `none`.

`ner_tags` and `label` are words in the files, and numbers with names (`ClassLabel`) in `load_dataset`.

{markdown_table(("view", "counted", "is"), rows)}{_left_out_of_views(source)}"""


def _left_out_of_views(source: CardSource) -> str:
    """How many of the rows that are counted aren't here, because they held text that was left out."""
    edition = source.manifest.edition
    rows = edition.rows_omitted.items() if edition else ()
    lacking = [f"`{source.version}-{view}` {pluralise(number, 'row')}" for view, number in rows]
    if not lacking:
        return ""
    return f"\nLeft out with the texts are, of {' and of '.join(lacking)}, which are counted above.\n"
