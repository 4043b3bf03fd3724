"""What is wrong with, or told of, the verdicts that adjudicators gave to a document in their tasks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from curation.annotations.record import DocumentRecord
from curation.errors import Problem
from curation.labelstudio.adjudication.exported_verdict import AdjudicatorsWork, ExportedVerdict
from curation.labelstudio.adjudication.settle_verdict import SettledVerdict


def document_problems(
    document: str, record: DocumentRecord | None, tasks: Sequence[ExportedVerdict]
) -> Iterator[Problem]:
    """Why the verdict isn't about what gold/next has under the document's id."""
    link = tasks[0].link
    if record is None:
        what = (
            "gold/next has no such document; pull its annotations, or, where the task is of "
            "another dataset, leave the task alone"
        )
        yield Problem(document, what, link)
    elif any(one.article and one.article.text_sha256 != record.text_sha256 for one in tasks):
        what = (
            "the verdict is on another text than gold/next has under this id; delete the task"
        )
        yield Problem(document, what, link)


def repeated_rounds(tasks: Sequence[ExportedVerdict]) -> Iterator[Problem]:
    """Rounds of a document with verdicts in several tasks: nobody knows which one counts."""
    by_round: dict[int, list[ExportedVerdict]] = defaultdict(list)
    for one in tasks:
        by_round[one.round].append(one)
    for number, same in sorted(by_round.items()):
        if len(same) > 1:
            numbers = " and ".join(str(one.number) for one in same)
            what = f"tasks {numbers} are both round {number} of the document; delete the one that should not count"
            yield Problem(same[0].document, what, same[-1].link)


def own_work_problems(record: DocumentRecord, adjudicators: Set[str]) -> Iterator[Problem]:
    """Those of a document's *adjudicators* who annotated it, given by pseudonym."""
    annotators = {one.annotator for one in record.annotations if one.entities is not None}
    for name in sorted(adjudicators & annotators):
        what = f"{name} annotated the document, and adjudicated it too"
        yield Problem(record.id, what, annotator=name)


def own_work_in_tasks(
    record: DocumentRecord, works: Iterable[tuple[AdjudicatorsWork, str]]
) -> Iterator[Problem]:
    """Those who annotated the document and adjudicated it, each with the link to their first task."""
    links: dict[str, str] = {}
    for work, link in works:
        links.setdefault(work.by, link)
    for problem in own_work_problems(record, links.keys()):
        yield replace(problem, link=links[problem.annotator])


def replaced_remarks(
    document: str, settled: SettledVerdict, links: Mapping[int, str]
) -> Iterator[Problem]:
    """
    Whose decisions from elsewhere give way to what is ticked in a task, which may be older than the update.

    *links* lead to the tasks, by their rounds.
    """
    by_maker: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, by in settled.replaced.items():
        link = links.get(settled.replaced_in[name], "")
        by_maker[by or "an unknown adjudicator", link].append(name)
    for (by, link), names in by_maker.items():
        what = (
            f"{', '.join(names)}: what is ticked in the task takes the place of what {by} decided elsewhere;"
            " where that was right, tick it, and press Update"
        )
        yield Problem(document, what, link)
