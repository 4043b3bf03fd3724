"""The first look at what is to be pushed: everything is checked before anything is sent."""

from collections.abc import Container, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from curation.checks.against_schema import breaches, check
from curation.documents.document import Document
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
from curation.labelstudio.port import Step
from curation.labelstudio.upload_batches import BATCH, HEAVY, weight_of
from curation.schema.model import Schema

EVERY = 500


@dataclass(frozen=True, slots=True)
class Brief:
    """
    What is remembered of a document between two passes.

    *digest* identifies the line that it was read from, *version* is the model
    that made its suggestions, empty where it has none.
    """

    id: str
    digest: str
    version: str


@dataclass(frozen=True)
class Survey:
    """
    Documents that are all sound, by one model at most, the *version*.

    A type under a name that it had before is taken for the type. The first that
    were read, about as many as go in one call, are *at_hand*.
    """

    documents: DocumentSource
    schema: Schema
    briefs: tuple[Brief, ...]
    version: str
    at_hand: Mapping[str, Document]

    def read(self, ids: Container[str]) -> Iterator[Document]:
        """Those documents once more, one at a time."""
        for brief, line in zip_longest(self.briefs, lazy_documents(self.documents)):
            if brief is None or line is None:
                raise changed_while_read(line.place if line else brief.id)
            if brief.id in ids:
                found = self.at_hand.get(brief.id) or read_unchanged(line, brief.digest)
                yield self.schema.renewed(found)


def survey(
    documents: DocumentSource, schema: Schema, known: Mapping[str, Brief]
) -> Generator[Step, None, Survey]:
    """
    Go through all *documents*.

    A line that is *known*, by its digest, was found sound before. Raises
    InputError or SchemaError, at the end, with all that is wrong.
    """
    look = _Look(schema)
    briefs: dict[str, Brief] = {}
    places: dict[str, str] = {}
    about = estimate_count(documents)
    for count, line in enumerate(lazy_documents(documents), start=1):
        brief = known.get(line.digest) or look.brief(line)
        if count % EVERY == 0:
            yield Step("checked", count, about)
        if brief is None:
            continue
        if brief.id in briefs:
            what = f"the id {brief.id!r} is that of {places[brief.id]} already"
            look.unreadable = True
            look.problems.append(Problem(line.place, what))
        briefs.setdefault(brief.id, brief)
        places.setdefault(brief.id, line.place)
    if look.unreadable:
        raise_problems(look.problems, InputError, hint="mend these lines; nothing was sent")
    _refuse_unsound(look.problems)
    kept = tuple(briefs.values())
    return Survey(documents, schema, kept, _one_model(kept), look.at_hand)


class _Look:
    """
    Reads and checks line after line, and keeps every objection.

    *unreadable*: some line is no document at all, or one that was there already.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.problems, self.unreadable = Problems(), False
        self.at_hand: dict[str, Document] = {}
        self.room = HEAVY

    def brief(self, line: DocumentLine | DocumentInMemory) -> Brief | None:
        document, problems = line.read()
        self.problems += problems
        if document is None:
            self.unreadable = True
            return None
        # What was read from a line is known to have no faults.
        objections = breaches if isinstance(line, DocumentLine) else check
        unsound = list(objections(self.schema.renewed(document), self.schema))
        if document.entities and document.layer is None:
            what = "it has entities, and no layer that names the model they are from"
            unsound.append(Problem(document.id, what))
        if isinstance(line, DocumentLine):
            unsound = [Problem(line.place, str(one)) for one in unsound]
        self.problems += unsound
        self.room -= weight_of(document)
        if self.room > 0 and len(self.at_hand) < BATCH:
            self.at_hand[document.id] = document
        return Brief(document.id, line.digest, str(document.layer) if document.layer else "")


def refuse_unsound(documents: Iterable[Document], schema: Schema) -> None:
    """Raises SchemaError with all that is wrong: one arrow into nowhere blanks the editor."""
    unsound = Problems()
    for document in documents:
        unsound += check(document, schema)
    _refuse_unsound(unsound)


def _refuse_unsound(problems: Problems) -> None:
    if problems:
        hint = (
            "nothing was sent; mend these documents, or make them anew with: curate preannotate"
        )
        raise_problems(problems, SchemaError, hint=hint)


def _one_model(briefs: tuple[Brief, ...]) -> str:
    """The one model that made all suggestions; empty where there are none."""
    versions = {brief.version for brief in briefs if brief.version}
    if len(versions) > 1:
        raise SchemaError(
            f"the documents carry suggestions of {len(versions)} models: {', '.join(sorted(versions))}",
            hint="Label Studio shows one model's suggestions at a time; push one file a model",
        )
    return versions.pop() if versions else ""
