"""``curate show ID --version V``: from what a version says of a document to whoever marked it, and where."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from curation.annotations.record import (
    AnnotationRecord,
    EntityRecord,
    RelationRecord,
    document_of_record,
    entity_records,
    relation_records,
)
from curation.documents.document import AnnotatedDocument, Document
from curation.errors import GoldError
from curation.files import Json
from curation.flows.show import ShownDocument, find_shown
from curation.gold.dataset import AdjudicatedDocument, GoldDocument
from curation.gold.sealed.versions import read_version
from curation.gold.sealed.withdrawn import WithdrawnDocument, read_withdrawn
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace

# Who marked something, where the adjudicator did.
BY_VERDICT = "the verdict"


@dataclass(frozen=True, kw_only=True)
class ReleasedMark:
    """An entity or a relation of a document in a version, whether the gold has it, and who marked it."""

    mark: EntityRecord | RelationRecord
    in_gold: bool
    marked_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReleasedAnnotation:
    """
    An annotator's *layer* in a version, and the annotations of the same annotator in ``gold/next``.

    *changed* are the uids of those that mark something else than the layer does.
    """

    layer: AnnotatedDocument
    records: tuple[AnnotationRecord, ...]
    changed: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class ReleasedDocument:
    """
    A document as a version has it, with the annotations that made it so.

    *marks* are those of the gold, in the order of the text, then what else anybody marked. *gold* is
    None where only annotations are in the version, and *split* is empty then. *now* is the document in
    ``gold/next``, None where it has no file there. *is_corrected* says whether its gold there is another
    one, or there is none. *withdrawal* is None unless it was withdrawn since.
    """

    id: str
    version: str
    split: str
    gold: GoldDocument | None
    verdict: AdjudicatedDocument | None
    marks: tuple[ReleasedMark, ...]
    annotations: tuple[ReleasedAnnotation, ...]
    now: ShownDocument | None
    is_corrected: bool
    withdrawal: WithdrawnDocument | None

    def to_json(self) -> Json:
        """All of it for programs."""
        return {
            "format": 1,
            "id": self.id,
            "version": self.version,
            "split": self.split or None,
            "marks": msgspec.json.decode(msgspec.json.encode(self.marks)),
            "adjudicators": sorted(self.verdict.adjudicators) if self.verdict else [],
            "annotations": [
                {
                    "annotator": one.layer.annotator,
                    "arm": one.layer.arm,
                    "now": [
                        {
                            "uid": each.uid,
                            "project": each.project,
                            "status": each.status,
                            "changed_since": each.uid in one.changed,
                        }
                        for each in one.records
                    ],
                }
                for one in self.annotations
            ],
            "link": self.now.link if self.now else "",
            "file": self.now.file if self.now else "",
            "corrected": self.is_corrected,
            "withdrawn": msgspec.to_builtins(self.withdrawal),
        }


def show_released(
    workspace: Workspace,
    schema: Schema,
    document: str,
    version: str,
    *,
    watch: Watch = unwatched,
) -> ReleasedDocument:
    """
    What a sealed *version* has of a document, and the annotations in ``gold/next`` that this came from.

    Raises GoldError where there is no such version, or the version doesn't have the document.
    """
    sealed = read_version(workspace.gold, version, watch)
    gold = next((one for one in sealed.gold_documents if one.id == document), None)
    verdict = next((one for one in sealed.verdicts if one.document.id == document), None)
    layers = [one for one in sealed.annotations if one.document.id == document]
    if gold is None and not layers:
        raise GoldError(
            f"{workspace.gold / version} has no document {document!r}",
            hint="curate log lists the versions; curate show ID shows a document of gold/next",
        )
    now = find_shown(workspace, schema, document)
    made = {one.annotator: one.document for one in layers}
    if verdict:
        made[BY_VERDICT] = verdict.document
    gold_now = now.agreed.document if now else None
    released = gold.document if gold else None
    return ReleasedDocument(
        id=document,
        version=version,
        split=sealed.split_plan.sealed.get(gold.group, "") if gold else "",
        gold=gold,
        verdict=verdict,
        marks=(
            *_marks(entity_records, released, made),
            *_marks(relation_records, released, made),
        ),
        annotations=tuple(_released(one, now, schema) for one in layers),
        now=now,
        is_corrected=_says(gold_now, schema) != _says(released, schema),
        withdrawal=read_withdrawn(workspace.gold / version).get(document),
    )


def _released(
    layer: AnnotatedDocument, now: ShownDocument | None, schema: Schema
) -> ReleasedAnnotation:
    if now is None:
        return ReleasedAnnotation(layer=layer, records=(), changed=frozenset())
    records = [one for one in now.record.annotations if one.annotator == layer.annotator]
    says = _says(layer.document, schema)
    marked = {
        one.uid: document_of_record(now.record, one.entities or (), one.relations or ())
        for one in records
    }
    return ReleasedAnnotation(
        layer=layer,
        records=tuple(records),
        changed=frozenset(uid for uid in marked if _says(marked[uid], schema) != says),
    )


def _says(document: Document | None, schema: Schema) -> tuple[object, ...]:
    """What tells one set of marks from another."""
    if document is None:
        return ()
    plain = schema.canonical(document)
    return frozenset(entity_records(plain)), frozenset(relation_records(plain))


def _marks(
    records_of: Callable[[Document], Iterable[EntityRecord] | Iterable[RelationRecord]],
    gold: Document | None,
    made: Mapping[str, Document],
) -> Iterator[ReleasedMark]:
    """Each mark of the gold, then each other one, with who made it."""
    marked = {name: {*records_of(document)} for name, document in made.items()}
    in_gold = [*records_of(gold)] if gold else []
    others = {mark for found in marked.values() for mark in found}.difference(in_gold)
    for mark in [*in_gold, *sorted(others, key=msgspec.structs.astuple)]:
        yield ReleasedMark(
            mark=mark,
            in_gold=mark in in_gold,
            marked_by=tuple(name for name in marked if mark in marked[name]),
        )
