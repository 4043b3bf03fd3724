"""The words for what annotators differ in, and for what a document waits for."""

from collections.abc import Iterable

from curation.annotations.consensus import Consensus
from curation.annotations.differences import Difference
from curation.errors import pluralise
from curation.flows.annotations_to_come import AnnotationsToCome
from curation.labelstudio.server.port import Task


def differing(consensus: Consensus) -> list[Difference]:
    """The differences of entities and relations."""
    differences = consensus.compared.differences if consensus.compared else ()
    return [one for one in differences if one.kind != "flags"]


def describe_dispute(consensus: Consensus) -> str:
    """Between whom, at how many places, and which flags keep the document out."""
    parts = []
    if places := differing(consensus):
        annotators = " and ".join(consensus.voting)
        parts.append(f"{annotators} differ at {pluralise(len(places), 'place')}")
    if consensus.reason == "flagged":
        parts.append(f"flagged {', '.join(consensus.flags)}")
    return "; ".join(parts)


def describe_progress(consensus: Consensus, there: Iterable[Task]) -> str:
    """What a document waits for that an adjudicator has."""
    verdict = consensus.verdict
    if verdict and verdict.undecided:
        decided = len(consensus.compared.differences) if consensus.compared else 0
        return f"{pluralise(len(verdict.undecided), 'difference')} of {decided} still to settle"
    if any(task.is_begun for task in there):
        return "an adjudicator has begun"
    return "waits for an adjudicator"


def describe_to_come(to_come: Iterable[AnnotationsToCome]) -> str:
    """Which annotations are still to come, by project."""
    return ", ".join(
        f"{one.done} of {one.wanted} annotated it in {one.project!r}" for one in to_come
    )
