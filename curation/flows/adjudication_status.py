"""How far the differences between annotators are settled: sent to adjudicators or not, decided, open again."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from curation.annotations.consensus import Consensus
from curation.annotations.decision_makers import adjudicators_of, maker_of_task
from curation.annotations.staleness import judge_verdict
from curation.checks.remarks import append_note
from curation.errors import Problem
from curation.flows.adjudicators_projects import AdjudicatorsProjects
from curation.flows.annotations_to_come import find_annotations_to_come
from curation.flows.asked_differences import where_asked
from curation.flows.dispute_words import (
    describe_dispute,
    describe_progress,
    describe_to_come,
    differing,
)
from curation.flows.disputed_documents import find_others_differing
from curation.flows.known_projects import find_known_projects
from curation.flows.verdict_problems import own_work_problems
from curation.gold.working.excluded import ExcludedDocuments
from curation.gold.working.stale_verdicts import StaleVerdict, find_stale_verdicts
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.adjudication.verdict_cursor import load_verdict_cursor
from curation.labelstudio.known_tasks import known_titles
from curation.labelstudio.server.port import Studio, Task
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

    *problems* are what was wrong with verdicts at the last pull, *remarks* name adjudicators who
    annotated the document themselves, *notes* are what adjudicators wrote, each with the link to a task.
    *stale_in* are the titles of the projects with tasks of stale documents.
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
    remarks: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    stale_in: tuple[str, ...] = ()

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
    excluded = {
        **outside.disagreements,
        **outside.flagged,
        **dict(_disputed_with_problem(working)),
    }
    known = links.keys() & {*excluded, *verdicts}
    if not (known or _had_problems(studio, state)):
        return AdjudicationStatus(projects={})
    titles = find_known_projects(studio, state, working)
    projects = AdjudicatorsProjects(studio, state, titles.adjudicated)
    tasks = {name: some for name in links if (some := projects.tasks_of(name))}
    at_nobody = [
        name for name in sorted(known - verdicts) if name in excluded and name not in tasks
    ]
    to_come = find_annotations_to_come(studio, titles.annotated, working, at_nobody)
    problems = dict(projects.problems(working, links))
    unpulled = dict(projects.unpulled(working, known))
    stale = {one.document: one for one in find_stale_verdicts(working)}
    repeated = {one.document for one in working.all_facts() if not one.needs_verdict}
    found: dict[str, list[Problem]] = defaultdict(list)
    for name in sorted(known):
        there = tasks.get(name, {})
        # The first of several rounds that nobody has begun.
        to_begin = (link for link, task in there.items() if not task.is_begun)
        link = next(to_begin, next(iter(there), links[name]))
        if name in to_come:
            kind = "to_come"
            what = f"{describe_dispute(excluded[name])}; {describe_to_come(to_come[name])}"
        elif name in unpulled:
            kind = "to_pull"
            what = unpulled[name]
        else:
            kind, what = _standing(
                excluded.get(name),
                stale.get(name),
                there.values(),
                has_problem=name in problems,
            )
            if kind == "stale" and there and (asked := _asked_in(studio, working, name, there)):
                what = f"{what}; waits for the adjudicator"
                kind = "in_adjudication"
                link = asked[0]
            elif kind == "settled" and name in repeated:
                what = REPEATED
                kind = "unneeded"
        found[kind].append(Problem(name, what, link))
    places = {name: next(iter(tasks.get(name, {})), link) for name, link in links.items()}
    return AdjudicationStatus(
        remarks=tuple(_own_work(working, verdicts, places, projects)),
        notes=tuple(_notes(state, working, places, projects)),
        projects=projects.links,
        problems=tuple(chain.from_iterable(problems[name] for name in sorted(problems))),
        stale_in=projects.titles_of(one.place for one in found["stale"]),
        **{kind: tuple(some) for kind, some in found.items()},
    )


def _disputed_with_problem(working: WorkingVersion) -> Iterator[tuple[str, Consensus]]:
    """The documents with a problem to mend in one annotation, where others differ: an adjudicator may settle that."""
    for facts in working.all_facts():
        if facts.state != "active" or facts.reason != "problem":
            continue
        consensus = working.consensus(facts.document)
        compared = find_others_differing(working, facts.document)
        if consensus and compared:
            yield facts.document, replace(consensus, compared=compared)


def _asked_in(
    studio: Studio, working: WorkingVersion, name: str, there: Mapping[str, Task]
) -> tuple[str, ...] | None:
    """The links of the tasks that ask already for all that is open of a stale verdict; None where none do."""
    record = working.record(name)
    if record is None:
        return None
    opened = judge_verdict(record, working.schema).open
    return where_asked(studio, there, opened, record.verdict, working.schema)


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
        return "in_adjudication", describe_progress(consensus, there)
    return ("disputed" if differing(consensus) else "flagged"), describe_dispute(consensus)


def _own_work(
    working: WorkingVersion,
    verdicts: Collection[str],
    links: Mapping[str, str],
    projects: AdjudicatorsProjects,
) -> Iterator[Problem]:
    """Those who adjudicated what they had annotated themselves, on the documents with *links*, each with a task of theirs."""
    for name in sorted(links.keys() & verdicts):
        record = working.record(name)
        if record and record.verdict:
            adjudicators = {one for one in adjudicators_of(record.verdict) if one}
            for problem in own_work_problems(record, adjudicators):
                by = problem.annotator
                theirs = (
                    projects.link_to(name, one)
                    for one in record.verdict.tasks
                    if maker_of_task(record.verdict, one.uid).by == by
                )
                yield replace(problem, link=next(filter(None, theirs), links[name]))


def _notes(
    state: State,
    working: WorkingVersion,
    links: Mapping[str, str],
    projects: AdjudicatorsProjects,
) -> Iterator[Problem]:
    """What adjudicators wrote on the documents with *links*, each with the task in which they did."""
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
            record = working.record(one.document)
            verdict = record.verdict if record else None
            there = (
                projects.link_to(one.document, made)
                for made in (verdict.tasks if verdict else ())
                if made.uid == one.uid
            )
            link = next(filter(None, there), links[one.document])
            yield Problem(one.document, what, link, one.annotator)


def _had_problems(studio: Studio, state: State) -> bool:
    """Whether something was wrong with a verdict at the last pull of some project."""
    titles = known_titles(state, studio.url)
    return any(load_verdict_cursor(state, studio.url, title).problems for title in titles)
