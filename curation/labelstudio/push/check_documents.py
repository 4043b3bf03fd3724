"""The documents of a push, all of them checked before any of them is sent."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from curation.checks.against_schema import check_against_schema, check_document
from curation.checks.edge_problems import trim_edges
from curation.documents.document import (
    SUPERSEDES_KEY,
    Document,
    Entity,
    Relation,
    check_structure,
    has_blank_edge,
)
from curation.documents.quote import quote_words
from curation.documents.storable import storage_problems
from curation.documents.stream import (
    DocumentInMemory,
    DocumentLine,
    DocumentSource,
    changed_while_read,
    estimate_count,
    lazy_documents,
    read_unchanged,
)
from curation.errors import InputError, Problem, Problems, SchemaError, raise_problems
from curation.labelstudio.server.upload_batches import BATCH_BYTES, BATCH_DOCUMENTS
from curation.progress import Watch, unwatched
from curation.schema.model import Schema


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """
    What is remembered of a sound document, instead of the document.

    *digest* identifies the line that the document was read from. *model_version* names the
    model that made its suggestions, and is empty where the document has none.
    """

    id: str
    digest: str
    model_version: str


@dataclass(frozen=True, kw_only=True)
class CheckedDocuments:
    """
    Documents that are all sound, with suggestions of one model at most, *model_version*.

    *source* is where they are read from once more. *in_memory* are the first of them as they are sent,
    about as many as in one call. *trimmed* are the spans that had white space at an edge,
    each with what is sent instead. *groups* gives the group of each document that was checked now and
    has one that isn't its id.
    """

    source: DocumentSource
    schema: Schema
    documents: tuple[CheckedDocument, ...]
    model_version: str
    in_memory: Mapping[str, Document]
    trimmed: tuple[Problem, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)

    def read(self, ids: Container[str]) -> Iterator[Document]:
        """
        The documents of these ids, one at a time, as they are sent.

        Raises InputError if the file isn't what it was when it was checked.
        """
        for checked, line in zip_longest(self.documents, lazy_documents(self.source)):
            if checked is None or line is None:
                raise changed_while_read(line.place if line else checked.id)
            if checked.id in ids:
                yield self.in_memory.get(checked.id) or as_sent(
                    read_unchanged(line, checked.digest), self.schema
                )


def check_documents(
    documents: DocumentSource,
    schema: Schema,
    known: Mapping[str, CheckedDocument],
    watch: Watch = unwatched,
) -> CheckedDocuments:
    """
    Check all *documents*; lines whose digest is *known* were found sound before.

    Raises InputError or SchemaError, at the end, with everything that is wrong.
    """
    checker = _Checker(schema)
    checked: dict[str, CheckedDocument] = {}
    places: dict[str, str] = {}
    for line in watch(lazy_documents(documents), "checking", estimate_count(documents)):
        document = known.get(line.digest) or checker.check(line)
        if document is None:
            continue
        if document.id in checked:
            what = f"duplicate id {document.id!r}, first in {places[document.id]}"
            checker.unreadable = True
            checker.problems.append(Problem(line.place, what))
        checked.setdefault(document.id, document)
        places.setdefault(document.id, line.place)
    if checker.unreadable:
        raise_problems(
            checker.problems,
            InputError,
            hint="nothing was sent; mend these lines, then push again",
        )
    _refuse_if_any(checker.problems)
    found = tuple(checked.values())
    return CheckedDocuments(
        source=documents,
        schema=schema,
        documents=found,
        model_version=_only_model(found),
        in_memory=checker.in_memory,
        trimmed=tuple(checker.trimmed),
        groups=checker.groups,
    )


def as_sent(document: Document, schema: Schema) -> Document:
    """
    The document as Label Studio gets it.

    Types have the schema's names of today, spans no white space at their edges, and symmetric
    relations their canonical direction.
    """
    return _as_sent(document, schema, _blank_edged(document))


def _as_sent(document: Document, schema: Schema, blank_edged: Sequence[Entity]) -> Document:
    trimmed = _without_blank_edges(document, blank_edged) if blank_edged else document
    return schema.canonical(schema.with_current_names(trimmed))


def _without_blank_edges(document: Document, blank_edged: Sequence[Entity]) -> Document:
    """The document with spans trimmed of white space; those that become equal are one."""
    trimmed = {entity: _trimmed(document.text, entity) for entity in blank_edged}
    entities = dict.fromkeys(trimmed.get(entity, entity) for entity in document.entities)
    relations = dict.fromkeys(
        Relation(
            trimmed.get(relation.head, relation.head),
            trimmed.get(relation.tail, relation.tail),
            relation.label,
        )
        for relation in document.relations
    )
    return replace(document, entities=tuple(entities), relations=tuple(relations))


def _trimmed_spans(document: Document, blank_edged: Sequence[Entity]) -> Iterator[Problem]:
    text = document.text
    for entity in blank_edged:
        sent = _trimmed(text, entity)
        what = (
            f"{document.words(entity)!r} is sent as {quote_words(text, sent.start, sent.end)}"
        )
        yield Problem(f"{document.id}, {entity.start}..{entity.end}", what)


def _blank_edged(document: Document) -> list[Entity]:
    return [entity for entity in document.entities if has_blank_edge(document.text, entity)]


def _trimmed(text: str, entity: Entity) -> Entity:
    """The entity without white space at its edges; one that holds nothing else stays."""
    start, end = trim_edges(text, entity.start, entity.end, by_hand=False)
    return replace(entity, start=start, end=end) if start < end else entity


class _Checker:
    """
    Reads and checks line after line, and collects every problem.

    *unreadable*: some line is no document at all, or repeats an id.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.problems = Problems()
        self.unreadable = False
        self.in_memory: dict[str, Document] = {}
        self.trimmed: list[Problem] = []
        self.groups: dict[str, str] = {}
        self.bytes_left = BATCH_BYTES

    def check(self, line: DocumentLine | DocumentInMemory) -> CheckedDocument | None:
        document, problems = line.read()
        self.problems += problems
        if document is None:
            self.unreadable = True
            return None
        blank_edged = _blank_edged(document)
        sent = _as_sent(document, self.schema, blank_edged)
        unsound = list(check_structure(sent))
        if isinstance(line, DocumentInMemory):
            unsound += storage_problems(document)
        if unsound and isinstance(line, DocumentLine):
            self.unreadable = True
        else:
            unsound += check_against_schema(sent, self.schema)
            self.trimmed += _trimmed_spans(document, blank_edged)
        if SUPERSEDES_KEY in document.meta and document.supersedes in ("", document.id):
            what = f"{SUPERSEDES_KEY!r} in 'meta' must be the id of another document"
            unsound.append(Problem(document.id, what))
        if document.entities and document.layer is None:
            what = "the document has entities, but no layer that names their model"
            unsound.append(Problem(document.id, what))
        if isinstance(line, DocumentLine):
            unsound = [Problem(line.place, str(problem)) for problem in unsound]
        self.problems += unsound
        if document.group != document.id:
            self.groups[document.id] = document.group
        if isinstance(line, DocumentLine):  # others are in memory already
            self.bytes_left -= len(line.raw)
        if self.bytes_left > 0 and len(self.in_memory) < BATCH_DOCUMENTS:
            self.in_memory[document.id] = sent
        version = str(document.layer) if document.layer else ""
        return CheckedDocument(document.id, line.digest, version)


def refuse_unsound(documents: Iterable[Document], schema: Schema) -> None:
    """
    Raise SchemaError with everything that is wrong with *documents*, if anything is.

    A single relation to an entity that isn't there leaves Label Studio's editor blank.
    """
    problems = Problems()
    for document in documents:
        problems += check_document(document, schema)
    _refuse_if_any(problems)


def _refuse_if_any(problems: Problems) -> None:
    if problems:
        hint = (
            "nothing was sent; mend these documents, or make them anew with: curate preannotate"
        )
        raise_problems(problems, SchemaError, hint=hint)


def _only_model(documents: tuple[CheckedDocument, ...]) -> str:
    """The model that made all suggestions; empty where there are none."""
    versions = {document.model_version for document in documents if document.model_version}
    if len(versions) > 1:
        names = ", ".join(sorted(versions))
        raise SchemaError(
            f"the documents carry suggestions of {len(versions)} models: {names}",
            hint="Label Studio shows one model's suggestions at a time; push one file a model",
        )
    return versions.pop() if versions else ""
