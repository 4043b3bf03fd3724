"""Which documents others have yet to annotate, by the overlap of their tasks."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from curation.gold.working.version import FileFacts, WorkingVersion
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.labelstudio.server.port import Studio


@dataclass(frozen=True, kw_only=True)
class AnnotationsToCome:
    """How many annotators' work on a document gold/next has of a *project*, and how many are wanted."""

    project: str
    done: int
    wanted: int


def find_annotations_to_come(
    studio: Studio, titles: Collection[str], working: WorkingVersion, documents: Collection[str]
) -> Mapping[str, tuple[AnnotationsToCome, ...]]:
    """
    Those of *documents* that lack annotations, with those of the annotators' projects *titles* that lack them.

    A task wants as many annotators as its overlap. A sound annotation that was pulled counts; what
    was skipped or deleted, or has a problem, doesn't. What other servers want isn't known.
    """
    here = server_hash(studio.url)
    wanted = {*documents}
    done: dict[str, Counter[str]] = defaultdict(Counter)
    for facts in working.all_facts():
        if facts.document in wanted:
            done[facts.document] = _annotators_by_project(facts, here)
    found: dict[str, list[AnnotationsToCome]] = defaultdict(list)
    for title, document, overlap in _overlaps(studio, titles, wanted):
        count = done[document][title]
        if count < overlap:
            found[document].append(AnnotationsToCome(project=title, done=count, wanted=overlap))
    return {document: tuple(lacking) for document, lacking in found.items()}


def _annotators_by_project(facts: FileFacts, server: str) -> Counter[str]:
    """How many annotators have a sound annotation of the document in each project of the server."""
    annotators = {
        (one.project, one.pseudonym)
        for one in facts.accounts
        if one.server == server and one.project and one.status == "submitted"
    }
    return Counter(project or "" for project, _ in annotators)


def _overlaps(
    studio: Studio, titles: Collection[str], documents: Collection[str]
) -> Iterator[tuple[str, str, int]]:
    """Project, document and overlap of each task of *documents* in the projects of these titles."""
    for title in titles if documents else ():
        for project in studio.projects_named(title):
            for task in studio.tasks(project.id, doc_ids=sorted(documents)):
                yield title, task.doc_id, task.overlap
