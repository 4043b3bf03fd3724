"""How far the differences between annotators are settled: sent to adjudicators or not, decided, open again."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from curation.annotations.compared import Difference
from curation.annotations.consensus import Consensus
from curation.annotations.staleness import judge_verdict
from curation.annotations.voters import compare_annotations
from curation.checks.remarks import append_note
from curation.errors import Problem, pluralise
from curation.flows.annotations_to_come import AnnotationsToCome, find_annotations_to_come
from curation.flows.asked_differences import differences_not_asked
from curation.flows.known_projects import find_known_projects
from curation.flows.unpulled_verdicts import AdjudicatedTasks, find_unpulled_verdicts
from curation.gold.excluded import ExcludedDocuments
from curation.gold.stale_verdicts import StaleVerdict, find_stale_verdicts
from curation.gold.working_version import WorkingVersion
from curation.labelstudio.known_tasks import known_titles
from curation.labelstudio.port import Studio, Task, studio_link
from curation.labelstudio.verdict_cursor import VerdictCursor, load_verdict_cursor
from curation.state import State

REPEATED = "all annotators have what the verdict says now: the verdict is no longer needed"


@dataclass(frozen=True, kw_only=True)
class AdjudicationStatus:
    """
    The documents on which annotators differ or differed, each in one of the lists, with the link to a task.

    *disputed* are at no adjudicator, nor are *flagged*, which a flag alone keeps out; *to_come* are
    disputed ones that others have yet to annotate first.
    *in_adjudication* are at an adjudicator, in the *projects* with these titles and links; *to_pull*
    have work there that gold/next hasn't: a verdict, an update, or a verdict taken back. *stale* have a
    verdict that rests on annotations that changed since, *unneeded* one that isn't needed any more,
    since all agree. *settled* have one that holds.

    *problems* are what was wrong with verdicts at the last pull, *notes* what adjudicators wrote, each
    with the link to a task.
    """

    projects: Mapping[str, str]
    disputed: tuple[Problem, ...] = ()
    flagged: tuple[Problem, ...] = ()
    to_come: tuple[Problem, ...] = ()
    in_adjudication: tuple[Problem, ...] = ()
    to_pull: tuple[Problem, ...] = ()
    stale: tuple[Problem, ...] = ()
    unneeded: tuple[Problem, ...] = ()
    settled: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def lists(self) -> Mapping[str, tuple[Problem, ...]]:
        """All lists by name, in the order of the work."""
        return {
            "disputed": self.disputed,
            "flagged": self.flagged,
            "to_come": self.to_come,
            "in_adjudication": self.in_adjudication,
            "to_pull": self.to_pull,
            "stale": self.stale,
            "unneeded": self.unneeded,
            "settled": self.settled,
        }

    @property
    def documents(self) -> frozenset[str]:
        """The ids of all documents but those that are settled, or flagged."""
        open_lists = (
            some for name, some in self.lists.items() if name not in ("flagged", "settled")
        )
        return frozenset(one.place for some in open_lists for one in some)


def find_adjudication_status(
    studio: Studio,
    state: State,
    working: WorkingVersion,
    outside: ExcludedDocuments,
    links: Mapping[str, str],
) -> AdjudicationStatus:
    """
    What is disputed, in adjudication, settled and stale of the documents with these *links*.

    *outside* has those that have no gold. The server is asked only where something is, or was, disputed.
    """
    verdicts = {one.document for one in working.all_facts() if one.has_verdict}
    repeated = {one.document for one in working.all_facts() if not one.needs_verdict}
    stale = {one.document: one for one in find_stale_verdicts(working)}
    excluded = {
        **outside.disagreements,
        **outside.flagged,
        **dict(_disputed_with_problem(working)),
    }
    known = links.keys() & {*excluded, *verdicts}
    if not (known or _had_problems(studio, state)):
        return AdjudicationStatus(projects={})
    known_projects = find_known_projects(studio, state, working)
    projects = dict(_projects(studio, known_projects.adjudicated))
    cursors = {title: load_verdict_cursor(state, studio.url, title) for title in projects}
    in_projects = {title: [*studio.tasks(number)] for title, number in projects.items()}
    unpulled = dict(_unpulled(studio, projects, in_projects, cursors, working, known))
    problems = dict(_problems(cursors.values(), working, links))
    tasks = _tasks_there(studio, projects, in_projects)
    found: dict[str, list[Problem]] = defaultdict(list)
    wait = [name for name in sorted(known - verdicts) if name in excluded and name not in tasks]
    to_come = find_annotations_to_come(studio, known_projects.annotated, working, wait)
    for name in sorted(known):
        there = tasks.get(name, {})
        consensus = excluded.get(name)
        if name in to_come and not there:
            what = _lacking(to_come[name])
            kind = "to_come"
            what = f"{describe_dispute(excluded[name])}; {what}"
        elif name in unpulled:
            what = unpulled[name]
            kind = "to_pull"
        else:
            has_problem = name in problems
            kind, what = _standing(
                consensus, stale.get(name), there.values(), has_problem=has_problem
            )
            if kind == "stale" and there and _is_asked_again(studio, working, name, there):
                what = f"{what}; waits for the adjudicator"
                kind = "in_adjudication"
            elif kind == "settled" and name in repeated:
                what = REPEATED
                kind = "unneeded"
        found[kind].append(Problem(name, what, next(iter(there), links[name])))
    places = {name: next(iter(tasks.get(name, {})), link) for name, link in links.items()}
    return AdjudicationStatus(
        notes=tuple(_notes(state, working, places)),
        projects={title: studio_link(studio.url, number) for title, number in projects.items()},
        problems=tuple(chain.from_iterable(problems[name] for name in sorted(problems))),
        **{kind: tuple(some) for kind, some in found.items()},
    )


def _disputed_with_problem(working: WorkingVersion) -> Iterator[tuple[str, Consensus]]:
    """The documents with a problem to mend in one annotation, where others differ: an adjudicator may settle that."""
    for facts in working.all_facts():
        if facts.state != "active" or facts.reason != "problem":
            continue
        record = working.record(facts.document)
        consensus = working.consensus(facts.document)
        if record and consensus:
            compared = compare_annotations(record, working.schema)
            if any(one.kind != "flags" for one in compared.differences):
                yield facts.document, replace(consensus, compared=compared)


def _is_asked_again(
    studio: Studio, working: WorkingVersion, name: str, there: Mapping[str, Task]
) -> bool:
    """Whether tasks ask already for all that is open of a stale verdict."""
    record = working.record(name)
    if record is None:
        return False
    opened = judge_verdict(record, working.schema).open
    return not differences_not_asked(
        studio, there.values(), opened, record.verdict, working.schema
    )


def _standing(
    consensus: Consensus | None,
    stale: StaleVerdict | None,
    there: Collection[Task],
    *,
    has_problem: bool,
) -> tuple[str, str]:
    """The list that a document belongs to, and what there is to say; *consensus* is None where it has gold."""
    if stale:
        return ("stale" if stale.is_needed else "unneeded"), stale.what
    if consensus is None or consensus.adjudicated:
        return "settled", "settled"
    if there:
        if has_problem:
            return "in_adjudication", "the verdict has a problem"
        return "in_adjudication", _progress(consensus, there)
    return ("disputed" if _differing(consensus) else "flagged"), describe_dispute(consensus)


def _unpulled(
    studio: Studio,
    projects: Mapping[str, int],
    in_projects: Mapping[str, Iterable[Task]],
    cursors: Mapping[str, VerdictCursor],
    working: WorkingVersion,
    known: Collection[str],
) -> Iterator[tuple[str, str]]:
    """The *known* documents with work of adjudicators that isn't pulled, and what that is."""
    for title, number in projects.items():
        by_document: dict[str, list[Task]] = defaultdict(list)
        for task in in_projects[title]:
            if task.doc_id in known:
                by_document[task.doc_id].append(task)
        documents = {}
        for name, tasks in by_document.items():
            record = working.record(name)
            verdict = record.verdict if record else None
            documents[name] = AdjudicatedTasks(tasks=tasks, verdict=verdict)
        yield from find_unpulled_verdicts(studio, number, title, documents, cursors[title])


def _problems(
    cursors: Iterable[VerdictCursor], working: WorkingVersion, links: Mapping[str, str]
) -> Iterator[tuple[str, tuple[Problem, ...]]]:
    """What was wrong with verdicts on documents that have *links*, or that gold/next hasn't."""
    elsewhere = {one.document for one in working.all_facts()} - links.keys()
    for cursor in cursors:
        for name, problems in cursor.problems.items():
            if name not in elsewhere:
                yield name, problems


def _notes(
    state: State, working: WorkingVersion, links: Mapping[str, str]
) -> Iterator[Problem]:
    """What adjudicators wrote on the documents with *links*."""
    verdicts = {
        account.uid
        for facts in working.all_facts()
        if facts.has_verdict
        for account in facts.accounts
        if account.is_verdict
    }
    for one in state.notes() if verdicts else ():
        if one.uid in verdicts and one.document in links:
            what = append_note("wrote", one.text)
            yield Problem(one.document, what, links[one.document], one.annotator)


def _had_problems(studio: Studio, state: State) -> bool:
    """Whether something was wrong with a verdict at the last pull of some project."""
    titles = known_titles(state, studio.url)
    return any(load_verdict_cursor(state, studio.url, title).problems for title in titles)


def _projects(studio: Studio, titles: Collection[str]) -> Iterator[tuple[str, int]]:
    """Title and number of each project of these *titles*."""
    for number, title in sorted(studio.titles().items()) if titles else ():
        if title in titles:
            yield title, number


def _tasks_there(
    studio: Studio, projects: Mapping[str, int], in_projects: Mapping[str, Iterable[Task]]
) -> Mapping[str, dict[str, Task]]:
    """The tasks of each document in the projects, given by title, by their links."""
    found: dict[str, dict[str, Task]] = defaultdict(dict)
    for title, tasks in in_projects.items():
        for task in tasks:
            link = studio_link(studio.url, projects[title], task.id)
            found[task.doc_id][link] = task
    return found


def _differing(consensus: Consensus) -> list[Difference]:
    """The differences of entities and relations."""
    differences = consensus.compared.differences if consensus.compared else ()
    return [one for one in differences if one.kind != "flags"]


def describe_dispute(consensus: Consensus) -> str:
    """Between whom, at how many places, and which flags keep the document out."""
    parts = []
    if places := _differing(consensus):
        annotators = " and ".join(consensus.voting)
        parts.append(f"{annotators} differ at {pluralise(len(places), 'place')}")
    if consensus.reason == "flagged":
        parts.append(f"flagged {', '.join(consensus.flags)}")
    return "; ".join(parts)


def _progress(consensus: Consensus, there: Iterable[Task]) -> str:
    """What a document waits for that an adjudicator has."""
    verdict = consensus.verdict
    if verdict and verdict.undecided:
        decided = len(consensus.compared.differences) if consensus.compared else 0
        return f"{pluralise(len(verdict.undecided), 'difference')} of {decided} still to settle"
    if any(task.is_begun for task in there):
        return "an adjudicator has begun"
    return "waits for an adjudicator"


def _lacking(to_come: Iterable[AnnotationsToCome]) -> str:
    """Which annotations are still to come, by project."""
    return ", ".join(
        f"{one.done} of {one.wanted} annotated it in {one.project!r}" for one in to_come
    )
