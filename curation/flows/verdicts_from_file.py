"""``curate adjudicate --from``: verdicts that were made outside of Label Studio, into gold/next."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from curation.annotations.decision_makers import task_of
from curation.annotations.differences import ComparedAnnotations
from curation.annotations.make_verdict import VerdictSource
from curation.annotations.readings import pair_of_spans, place_of_key
from curation.annotations.record import (
    AnnotatorKind,
    Decision,
    DocumentRecord,
    Verdict,
    document_of_record,
)
from curation.annotations.settle_choices import Choice
from curation.annotations.shown_differences import show_difference
from curation.annotations.staleness import VerdictState, judge_verdict, replaces
from curation.annotations.standing_decisions import StandingDecisions
from curation.documents.spans import do_overlap
from curation.documents.typed_ids import typed_ids
from curation.errors import InputError, Problem, Problems, pluralise, raise_problems
from curation.flows.agreed_edits import AgreedEdits, is_edit
from curation.flows.chosen_documents import refuse_bad_files_of
from curation.flows.list_differences import own_answer
from curation.flows.named_annotator import find_named_annotator
from curation.flows.verdict_file import GivenDecision, choice_of, read_decisions
from curation.flows.verdict_problems import own_work_problems
from curation.labelstudio.adjudication.counted_choices import VerdictRound
from curation.labelstudio.adjudication.read_verdict import ReadVerdict
from curation.labelstudio.adjudication.settle_verdict import SettledVerdict, settle_verdict
from curation.labelstudio.adjudication.verdict_drawings import AgreedPart
from curation.list_limit import join_first
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.guidelines import guideline_sha256
from curation.workspace import Workspace

# Offsets in the place of a problem.
_OFFSETS = re.compile(r"(\d+)\.\.(\d+)")


@dataclass(frozen=True, kw_only=True)
class VerdictsFromFile:
    """
    What a file of verdicts made of ``gold/next``, or would make.

    *changed* documents have a verdict that they hadn't; *decisions* counts those of the file. *by* is
    the pseudonym under which the verdicts are published, *kind* whether it is a person's.
    """

    by: str
    kind: AnnotatorKind
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    decisions: int
    remarks: tuple[Problem, ...]


def verdicts_from_file(  # noqa: PLR0913 - the command's own options
    workspace: Workspace,
    schema: Schema,
    file: Path,
    *,
    by: str,
    now: datetime | None = None,
    dry_run: bool = False,
    watch: Watch = unwatched,
) -> VerdictsFromFile:
    """
    Take all verdicts of *file* into ``gold/next``, or none.

    *by* is an e-mail address, a pseudonym, or another name. Raises InputError, with the place of
    everything that is wrong, where a line can't be read, names what isn't there, or contradicts
    another one, and where a difference of a document has no verdict.
    """
    workspace = workspace.read_only() if dry_run else workspace
    problems = Problems()
    given = read_decisions(file, problems)
    with workspace.working_version(schema, watch) as working:
        refuse_bad_files_of(working, given)
        adjudicator = find_named_annotator(by, workspace.state, working, option="--by")
        source = VerdictSource(
            by=adjudicator.pseudonym,
            kind=adjudicator.kind,
            at=f"{now or datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            schema=schema.fingerprint,
            guideline=guideline_sha256(schema),
        )
        verdicts = _GivenVerdicts(schema, source, problems)
        for document in watch(sorted(given), "settling", len(given)):
            record = working.record(document)
            verdict = verdicts.settle(document, record, given[document])
            if record and verdict:
                working.put(msgspec.structs.replace(record, verdict=verdict))
        if problems:
            raise_problems(
                problems,
                InputError,
                hint="nothing was taken; mend these lines, then run the same command again",
            )
        if not dry_run:
            workspace.commit(working)
    return VerdictsFromFile(
        by=adjudicator.pseudonym,
        kind=adjudicator.kind,
        changed=tuple(verdicts.changed),
        unchanged=tuple(verdicts.unchanged),
        decisions=sum(map(len, given.values())),
        remarks=(*adjudicator.remarks(by, "--by"), *verdicts.remarks),
    )


class _GivenVerdicts:
    """Settles documents one by one; takes note of what there is to tell."""

    def __init__(self, schema: Schema, source: VerdictSource, problems: Problems) -> None:
        self._schema = schema
        self._source = source
        self._problems = problems
        self.changed: list[str] = []
        self.unchanged: list[str] = []
        self.remarks: list[Problem] = []

    def settle(
        self, document: str, record: DocumentRecord | None, given: Mapping[str, GivenDecision]
    ) -> Verdict | None:
        """The verdict that the record is to get; None where it has it, or where something is wrong."""
        place = next(iter(given.values())).place
        if record is None or record.state != "active":
            state = record.state if record else "not in gold/next"
            self._problems.append(Problem(place, f"{document!r} is {state}"))
            return None
        judged = judge_verdict(record, self._schema)
        compared = judged.compared
        holding = [
            one
            for one in (record.verdict.decisions if record.verdict else ())
            if one not in judged.changed
        ]
        before = len(self._problems)
        lines = [one for one in given.values() if is_edit(one, compared)]
        said = {one.key: sorted(own_answer(one.chosen)) for one in holding}
        anew = {one.key: one for one in lines if said.get(one.key) != one.own}
        edits = AgreedEdits(compared, self._schema)
        edits.apply(anew.values())
        self._problems += edits.problems
        asked = {key: one for key, one in given.items() if one not in lines}
        choices = self._choices(document, judged, asked, place)
        if len(self._problems) > before:
            return None
        kept = [
            one
            for one in holding
            if one.key not in anew and not _is_said_anew(one, compared, choices)
        ]
        new = {
            key: choice
            for key, choice in choices.items()
            if not any(replaces(compared.by_key[key], one, compared) for one in kept)
        }
        is_taken_back = any(one.key in anew for one in holding)
        if not (new or edits.changes or is_taken_back) and (record.verdict or lines):
            self.unchanged.append(document)
            return None
        read = _as_read(compared, new, edits, self._schema)
        settled = self._settled(record, compared, read, kept)
        for problem in settled.problems:
            at = _places_of_lines(given.values(), problem, document) or place
            self._problems.append(Problem(at, str(problem)))
        verdict = settled.verdict
        if verdict is None:
            return None
        if record.verdict and _says(record.verdict) == _says(verdict):
            self.unchanged.append(document)
            return None
        self.changed.append(document)
        self.remarks += self._remarks(record, kept)
        return verdict

    def _settled(
        self,
        record: DocumentRecord,
        compared: ComparedAnnotations,
        read: VerdictRound,
        kept: Sequence[Decision],
    ) -> SettledVerdict:
        """What the choices that are *read* come to beside the decisions that are *kept*."""
        article = document_of_record(record)
        standing = None
        source = self._source
        if record.verdict and kept:
            standing = StandingDecisions(article, record.verdict, kept, self._schema)
            uids = {task_of(record.verdict, one) for one in kept}
            tasks = tuple(one for one in record.verdict.tasks if one.uid in uids)
            source = replace(source, tasks=tasks)
        return settle_verdict(
            article, [read], source, compared, self._schema, standing=standing
        )

    def _choices(
        self,
        document: str,
        judged: VerdictState,
        given: Mapping[str, GivenDecision],
        place: str,
    ) -> dict[str, Choice]:
        """What was chosen, by key; everything that is wrong with it is a problem, or is one of *place*."""
        choices: dict[str, Choice] = {}
        compared = judged.compared
        look = f"see: curate adjudicate --list {typed_ids([document])}"
        for key, one in given.items():
            difference = compared.by_key.get(key)
            if difference is None:
                what = f"{document!r} has no difference {key!r}; {look}"
                self._problems.append(Problem(one.place, what))
                continue
            try:
                choices[key] = choice_of(one, difference, compared, self._schema)
            except ValueError as error:
                self._problems.append(Problem(one.place, str(error)))
        missing = [one.key for one in judged.open if one.key not in given]
        if missing:
            has = "has" if len(missing) == 1 else "have"
            what = (
                f"{pluralise(len(missing), 'difference')} of {document!r} {has} no verdict: "
                f"{join_first(missing)}; {look}"
            )
            self._problems.append(Problem(place, what))
        return choices

    def _remarks(self, record: DocumentRecord, kept: Sequence[Decision]) -> list[Problem]:
        remarks = list(own_work_problems(record, {self._source.by or ""}))
        if record.verdict and len(kept) < len(record.verdict.decisions):
            what = f"the verdict by {record.verdict.by or 'an unknown adjudicator'} is replaced"
            if kept:
                what += f" in part; {pluralise(len(kept), 'decision')} that it has"
                what += " stays" if len(kept) == 1 else " stay"
            remarks.append(Problem(record.id, what))
        return remarks


def _is_said_anew(
    decision: Decision, compared: ComparedAnnotations, choices: Mapping[str, Choice]
) -> bool:
    """Whether a choice decides the same otherwise."""
    for key, choice in choices.items():
        difference = compared.by_key[key]
        if not replaces(difference, decision, compared):
            continue
        option = difference.option(choice) if isinstance(choice, str) else None
        reading = option.reading if option else choice
        if key != decision.key or reading != decision.chosen:
            return True
    return False


def _as_read(
    compared: ComparedAnnotations,
    choices: Mapping[str, Choice],
    edits: AgreedEdits,
    schema: Schema,
) -> VerdictRound:
    """The choices and *edits* as if they were read of a task, in which differences have no numbers."""
    shown = {
        one.key: show_difference(one, 0) for one in compared.differences if one.key in choices
    }
    read = ReadVerdict(
        shown=shown,
        choices=choices,
        preselected={},
        fallen_away=(),
        superseded=(),
        agreed=edits.part,
        prefilled=AgreedPart(document=compared.agreed, arrows=compared.agreed_arrows),
        moved=edits.moved,
        flags=tuple(flag for flag in compared.flags if not schema.keeps_out(flag)),
    )
    return VerdictRound(number=1, read=read)


def _places_of_lines(lines: Iterable[GivenDecision], problem: Problem, document: str) -> str:
    """Where the lines are that decide what is at the offsets of the *problem*: ``verdicts.jsonl:3, 7``."""
    offsets = _OFFSETS.findall(problem.place.removeprefix(document))
    spans = [(int(start), int(end)) for start, end in offsets]
    found = []
    for line in lines:
        place = place_of_key(line.key)
        decided = (place,) if place else pair_of_spans(line.key)
        if decided and all(any(do_overlap(one, span) for span in spans) for one in decided):
            found.append(line.place)
    return ", ".join((*found[:1], *(one.rpartition(":")[2] for one in found[1:])))


def _says(verdict: Verdict) -> Verdict:
    """The verdict but for when it was made."""
    return msgspec.structs.replace(verdict, at=None)
