"""``curate adjudicate --list``: the differences of documents as an adjudicator sees them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from curation.annotations.differences import Difference
from curation.annotations.readings import PlaceReading
from curation.annotations.record import DocumentRecord
from curation.annotations.shown_differences import options_as_shown
from curation.annotations.staleness import VerdictState, judge_verdict
from curation.default_project import ADJUDICATION_PROJECT
from curation.documents.quote import quote_context
from curation.files import Json
from curation.flows.annotations_to_come import AnnotationsToCome, find_annotations_to_come
from curation.flows.disputed_documents import find_disputed
from curation.flows.known_projects import find_known_projects
from curation.labelstudio.adjudication.option_words import plain_option_words
from curation.labelstudio.adjudication.push import read_adjudication_tasks
from curation.labelstudio.adjudication.rounds import StoredRound, plan_rounds
from curation.labelstudio.server.port import Studio
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
    A difference of a document under the number that it has on the screen, in the task of this *round*.

    *number* is None where the difference waits until its ends are settled, and where it is settled and no task
    had it. *context* has the words in question
    in brackets. *chosen* is the reading that a verdict has, None where the difference is open.
    """

    document: str
    number: int | None
    round: int
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
            "round": self.round,
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
        stored: Mapping[str, tuple[StoredRound, ...]] = {}
        if studio and (disputed or documents):
            titles = find_known_projects(studio, workspace.state, working)
            to_come = find_annotations_to_come(studio, titles.annotated, working, disputed)
            listed_ids = {*(documents or disputed)} - to_come.keys()
            stored = _stored_rounds(studio, titles.adjudicated, listed_ids, schema)
        found: dict[str, tuple[ListedDifference, ...]] = {}
        wanted = sorted({*(documents or disputed)} - to_come.keys())
        for document in watch(wanted, "comparing", len(wanted)):
            record = working.record(document)
            rounds = stored.get(document, ())
            listed = _listed(record, schema, rounds) if record else ()
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


def _stored_rounds(
    studio: Studio, titles: Collection[str], documents: Collection[str], schema: Schema
) -> dict[str, tuple[StoredRound, ...]]:
    """What the tasks of *documents* show, in the first of these projects that has any."""
    found: dict[str, tuple[StoredRound, ...]] = {}
    for title in sorted(titles, key=lambda one: (one != ADJUDICATION_PROJECT, one)):
        project = studio.find_project(title)
        left = {*documents} - found.keys()
        tasks = read_adjudication_tasks(studio, project, left).by_document if project else {}
        for document, some in tasks.items():
            found[document] = tuple(one.stored_round(schema) for one in some)
    return found


def _listed(
    record: DocumentRecord, schema: Schema, stored: Sequence[StoredRound]
) -> tuple[ListedDifference, ...]:
    listed = _each_listed(record, judge_verdict(record, schema), stored)
    # As on the screen, task by task; what waits comes last.
    return tuple(
        sorted(listed, key=lambda one: (one.round, one.number is None, one.number or 0))
    )


def _numbers(
    record: DocumentRecord, state: VerdictState, stored: Sequence[StoredRound]
) -> Mapping[str, tuple[int, int]]:
    """Round and number of each difference that has one, by key, as the next adjudicate leaves them on the screen."""
    plan = plan_rounds(
        state.compared.differences, stored, decided=state.decided, answered=state.answered
    )
    decisions = record.verdict.decisions if record.verdict else ()
    numbers = {
        one.key: (one.round or 1, one.number) for one in decisions if one.number is not None
    }
    last = {one.number: len(one.shown) for one in stored}
    for number, n in numbers.values():
        last[number] = max(last.get(number, 0), n)
    for task in stored:
        numbers |= {one.key: (task.number, one.n) for one in task.shown if not one.settled}
    for planned in plan.rounds:
        first = last.get(planned.number, 0) + 1
        numbers |= {key: (planned.number, n) for n, key in enumerate(planned.added, first)}
    return numbers


def _each_listed(
    record: DocumentRecord, state: VerdictState, stored: Sequence[StoredRound]
) -> Iterator[ListedDifference]:
    text = record.whole_text
    is_open = {one.key for one in state.open}
    decisions = {one.key: one for one in record.verdict.decisions} if record.verdict else {}
    listed = [
        one
        for one in state.compared.differences
        # What annotators have come to agree on, as the verdict says, is no difference any more.
        if one.key in is_open or sum(bool(option.by) for option in one.options) > 1
    ]
    numbers = _numbers(record, state, stored)
    last = max((number for number, _ in numbers.values()), default=1)
    for difference in listed:
        round_number, number = numbers.get(difference.key, (last, None))
        decision = None if difference.key in is_open else decisions.get(difference.key)
        yield ListedDifference(
            document=record.id,
            number=number,
            round=round_number,
            difference=difference,
            context="; ".join(quote_context(text, *span) for span in difference.place),
            options=tuple(_options(difference, text)),
            chosen=decision.chosen if decision else None,
        )


def _options(difference: Difference, text: str) -> Iterator[ListedOption]:
    words = plain_option_words(difference, text)
    for one in options_as_shown(difference):
        yield ListedOption(alias=one.alias, words=words[one.alias], reading=one.reading)
