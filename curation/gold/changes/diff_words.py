"""The words for a difference between two states of the gold, and the changelog's entry for it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import starmap

from curation.documents.document import Document, Entity, Relation
from curation.errors import pluralise
from curation.gold.card.markdown import escape_markdown
from curation.gold.changes.diff import TypeTally, VersionDifference
from curation.gold.changes.document_changes import DocumentChange, FieldChange
from curation.gold.working.excluded import count_reasons, reason_for_one
from curation.list_limit import SHOWN

FIELD_NAMES: Mapping[str, str] = {
    "n_annotations": "number of annotations",
    "preannotated_by": "suggestions",
    "not_offered": "types not offered",
}

# Fields whose values are too long for a line.
_LONG_FIELDS = ("text", "meta")

_KINDS = ("added", "removed", "relabelled", "moved")


def count_changed_documents(difference: VersionDifference) -> str:
    """How many documents were added, removed and changed, and whether anything else changed, in a sentence or two."""
    why = count_reasons(difference.removed, difference.reasons)
    sentence = (
        f"{pluralise(len(difference.added), 'document')} added,"
        f" {len(difference.removed)} removed{f' ({why})' if why else ''},"
        f" {len(difference.changed)} changed."
    )
    if difference.schema_changed:
        return f"{sentence} The schema changed."
    if difference.layers_changed:
        return f"{sentence} Annotators' own layers or verdicts changed."
    return sentence


def describe_types(difference: VersionDifference) -> Iterator[str]:
    """A line for each way in which the schema's types changed."""
    types = difference.types
    for what, names in (
        ("types added", types.added),
        ("types removed", types.removed),
        ("relations with another signature", types.redefined),
    ):
        if names:
            yield f"{what}: {', '.join(names)}"


def describe_change(change: DocumentChange) -> str:
    """What changed in a document: ``2 entities added, 1 moved; 1 relation removed; flags``."""
    parts = [
        _counted([one.kind for one in change.entities], "entity"),
        _counted([one.kind for one in change.relations], "relation"),
        ", ".join(FIELD_NAMES.get(name, name) for name in change.fields),
    ]
    return "; ".join(part for part in parts if part)


def describe_marks(change: DocumentChange) -> Iterator[str]:
    """A line for each entity and relation that changed, with its words, and for each other field."""
    if change.old is None or change.new is None:
        return
    old = change.old.document
    new = change.new.document
    for entity in change.entities:
        before = _entity_words(old, entity.old)
        yield _was_and_is(entity.kind, before, _entity_words(new, entity.new))
    for relation in change.relations:
        before = _relation_words(old, relation.old)
        yield _was_and_is(relation.kind, before, _relation_words(new, relation.new))
    for name, values in change.fields.items():
        if name not in _LONG_FIELDS:
            told = f"{_value_words(values.old)}, now {_value_words(values.new)}"
            yield f"{FIELD_NAMES.get(name, name)} {told}"
        elif name == "meta":
            yield f"meta: {', '.join(_changed_keys(values))}"


def changelog_lines(difference: VersionDifference) -> Iterator[str]:
    """The difference in Markdown, as the changelog has it: the first ids are named, all are counted."""
    yield f"Against {difference.old}: {count_changed_documents(difference)}"
    bullets = [
        *(escape_markdown(line) for line in describe_types(difference)),
        *_names("documents added", [escape_markdown(one) for one in difference.added]),
        *_names("documents removed", [_removed(difference, one) for one in difference.removed]),
        *starmap(withdrawn_line, difference.withdrawn.items()),
        *_names("documents changed", [_changed(one) for one in difference.changed]),
        *_tally_line("entities", difference.entities),
        *_tally_line("relations", difference.relations),
    ]
    if bullets:
        yield ""
        yield from (f"- {line}" for line in bullets)


def withdrawn_line(document: str, reason: str) -> str:
    """What the changelog says of a document that was withdrawn."""
    return f"withdrawn for good: {escape_markdown(document)}: {escape_markdown(reason)}"


def _names(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        more = len(names) - SHOWN
        end = f" and {more:,} more" if more > 0 else ""
        yield f"{what}: {', '.join(names[:SHOWN])}{end}"


def _removed(difference: VersionDifference, document: str) -> str:
    reason = difference.reasons.get(document, "")
    name = escape_markdown(document)
    return f"{name} ({escape_markdown(reason_for_one(reason))})" if reason else name


def _changed(change: DocumentChange) -> str:
    return f"{escape_markdown(change.id)} ({escape_markdown(describe_change(change))})"


def _tally_line(what: str, tallies: Mapping[str, TypeTally]) -> Iterator[str]:
    """What changed by type in documents that both states have."""
    parts = [
        f"{escape_markdown(name)} {changes}"
        for name, tally in tallies.items()
        if (changes := _describe_tally(tally))
    ]
    if parts:
        yield f"{what} in documents that changed: {'; '.join(parts)}"


def _describe_tally(tally: TypeTally) -> str:
    counts = ((tally.added, "added"), (tally.removed, "removed"), (tally.moved, "moved"))
    parts = [f"{count} {what}" for count, what in counts if count]
    parts += [
        f"{count} now {escape_markdown(label)}"
        for label, count in sorted(tally.relabelled.items())
    ]
    return ", ".join(parts)


def _counted(kinds: Sequence[str], noun: str) -> str:
    """``2 entities added, 1 moved``; empty for none."""
    counts = [(kind, count) for kind in _KINDS if (count := Counter(kinds)[kind])]
    parts = [f"{count} {kind}" for kind, count in counts]
    if counts:
        kind, count = counts[0]
        parts[0] = f"{pluralise(count, noun)} {kind}"
    return ", ".join(parts)


def _was_and_is(kind: str, before: str, after: str) -> str:
    return f"{kind} {before}, now {after}" if before and after else f"{kind} {before or after}"


def _entity_words(document: Document, entity: Entity | None) -> str:
    if entity is None:
        return ""
    return f"{entity.start}..{entity.end} {entity.label} {document.words(entity)!r}"


def _relation_words(document: Document, relation: Relation | None) -> str:
    if relation is None:
        return ""
    head = document.words(relation.head)
    return f"{head!r} {relation.label} {document.words(relation.tail)!r}"


def _changed_keys(meta: FieldChange) -> list[str]:
    return sorted(
        key
        for key in meta.old.keys() | meta.new.keys()
        if json.dumps(meta.old.get(key)) != json.dumps(meta.new.get(key))
    )


def _value_words(value: object) -> str:
    return f"{json.dumps(value, ensure_ascii=False):.60}"
