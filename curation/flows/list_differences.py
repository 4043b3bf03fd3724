"""``curate adjudicate --list``: the differences of documents as an adjudicator sees them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from curation.annotations.differences import Difference
from curation.annotations.readings import PlaceReading
from curation.annotations.record import DocumentRecord
from curation.annotations.shown_differences import options_as_shown
from curation.annotations.staleness import VerdictState, judge_verdict
from curation.documents.quote import quote_context
from curation.files import Json
from curation.flows.annotations_to_come import AnnotationsToCome, find_annotations_to_come
from curation.flows.disputed_documents import find_disputed
from curation.flows.known_projects import find_known_projects
from curation.labelstudio.option_words import plain_option_words
from curation.labelstudio.port import Studio
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class ListedOption:
    """One option of a difference, in words; *alias* is what a file of verdicts names it by."""

    alias: str
    words: str
    reading: PlaceReading


@dataclass(frozen=True, kw_only=True)
class ListedDifference:
    """
    A difference of a document under its number; *context* has the words in question in brackets.

    *chosen* is the reading that a verdict has, None where the difference is open.
    """

    document: str
    number: int
    difference: Difference
    context: str
    options: tuple[ListedOption, ...]
    chosen: PlaceReading | None

    @property
    def chosen_alias(self) -> str | None:
        """The alias of what a verdict has; None where the difference is open, or the verdict has its own."""
        return next((one.alias for one in self.options if one.reading == self.chosen), None)

    def to_json(self) -> Json:
        """The difference for programs: a line that a file of verdicts may have as it is, once *alias* or *own* is filled in."""
        alias = self.chosen_alias
        own = None
        if self.chosen is not None and alias is None:
            own = own_answer(self.chosen)
        return {
            "document": self.document,
            "key": self.difference.key,
            "alias": alias,
            "own": own,
            "number": self.number,
            "kind": self.difference.kind,
            "place": [list(span) for span in self.difference.place],
            "context": self.context,
            "options": [
                {
                    "alias": one.alias,
                    "words": one.words,
                    "reading": msgspec.to_builtins(one.reading),
                }
                for one in self.options
            ],
        }


@dataclass(frozen=True, kw_only=True)
class ListedDifferences:
    """
    The differences of documents, by id; *to_come* are documents that others have yet to annotate.

    *agreed* are documents that were named and have no difference.
    """

    documents: Mapping[str, tuple[ListedDifference, ...]]
    to_come: Mapping[str, tuple[AnnotationsToCome, ...]]
    agreed: tuple[str, ...]


def list_differences(
    studio: Studio | None,
    workspace: Workspace,
    schema: Schema,
    documents: tuple[str, ...] = (),
    *,
    watch: Watch = unwatched,
) -> ListedDifferences:
    """
    The differences of *documents*, of all that have an open one where none is named.

    Nothing is written. Without *studio*, nobody is asked what others have yet to annotate.
    """
    workspace = workspace.read_only()
    with workspace.working_version(schema, watch) as working:
        disputed = find_disputed(working, documents)
        to_come: Mapping[str, tuple[AnnotationsToCome, ...]] = {}
        if studio and disputed:
            titles = find_known_projects(studio, workspace.state, working).annotated
            to_come = find_annotations_to_come(studio, titles, working, disputed)
        found: dict[str, tuple[ListedDifference, ...]] = {}
        wanted = sorted({*(documents or disputed)} - to_come.keys())
        for document in watch(wanted, "comparing", len(wanted)):
            record = working.record(document)
            listed = _listed(record, schema) if record else ()
            if listed:
                found[document] = listed
    return ListedDifferences(
        documents=found,
        to_come=dict(sorted(to_come.items())),
        agreed=tuple(one for one in documents if not ({one} & (found.keys() | to_come.keys()))),
    )


def own_answer(reading: PlaceReading) -> list[list[object]]:
    """A reading as a file of verdicts gives an answer of its own: spans with labels, or labels with directions."""
    if reading.entities:
        return [list(one) for one in reading.entities]
    return [[arrow.label, arrow.direction] for arrow in reading.arrows]


def _listed(record: DocumentRecord, schema: Schema) -> tuple[ListedDifference, ...]:
    return tuple(_each_listed(record, judge_verdict(record, schema)))


def _each_listed(record: DocumentRecord, state: VerdictState) -> Iterator[ListedDifference]:
    text = record.whole_text
    is_open = {one.key for one in state.open}
    decisions = {one.key: one for one in record.verdict.decisions} if record.verdict else {}
    listed = [
        one
        for one in state.compared.differences
        # What annotators have come to agree on, as the verdict says, is no difference any more.
        if one.key in is_open or sum(bool(option.by) for option in one.options) > 1
    ]
    for number, difference in enumerate(listed, 1):
        decision = None if difference.key in is_open else decisions.get(difference.key)
        yield ListedDifference(
            document=record.id,
            number=number,
            difference=difference,
            context="; ".join(quote_context(text, *span) for span in difference.place),
            options=tuple(_options(difference, text)),
            chosen=decision.chosen if decision else None,
        )


def _options(difference: Difference, text: str) -> Iterator[ListedOption]:
    words = plain_option_words(difference, text)
    for one in options_as_shown(difference):
        yield ListedOption(alias=one.alias, words=words[one.alias], reading=one.reading)
