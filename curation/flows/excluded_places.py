"""In which project a document's annotations keep it out of the gold, and the link to its task there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from curation.annotations.consensus import Consensus, find_consensus
from curation.annotations.record import AnnotationRecord, DocumentRecord
from curation.gold.working.excluded import ExcludedDocuments
from curation.gold.working.version import WorkingVersion
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.labelstudio.pull.cursor import links_by_project
from curation.schema import Schema
from curation.state import State

# A server's hash and the title of a project.
ProjectKey = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class ExcludedPlace:
    """
    Where annotators differ, or set a flag.

    *link* is the page of the task, empty where unknown. *other_project* is the title of the
    project, empty where that is the project asked about.
    """

    link: str
    other_project: str

    @property
    def in_other_project(self) -> str:
        """Behind a sentence: which other project; empty where it is none."""
        return f" in project {self.other_project!r}" if self.other_project else ""


def find_excluded_places(
    working: WorkingVersion,
    outside: ExcludedDocuments,
    state: State,
    *,
    url: str,
    title: str,
    links: Mapping[str, str],
) -> dict[str, ExcludedPlace]:
    """
    By document, the place of each that a difference or a flag keeps out.

    *links* lead to the tasks of the project *title* of the server *url*; what is in no other
    project alone is told of this one. An empty title is no project, so that each is told.
    """
    if not (outside.disagreements or outside.flagged):
        return {}  # spares reading the links of all documents
    here = (server_hash(url), title)
    known: dict[ProjectKey, Mapping[str, str]] = {
        (server_hash(address), name): found
        for (address, name), found in links_by_project(state).items()
    }
    known[here] = links
    places: dict[str, ExcludedPlace] = {}
    for document in (*outside.disagreements, *outside.flagged):
        record = working.record(document)
        projects = projects_that_exclude(record, working.schema) if record else ()
        project = here if here in projects or not projects else projects[0]
        consensus = outside.disagreements.get(document)
        is_elsewhere = project != here and (
            bool(title)
            or (len(projects) == 1 and not _votes_elsewhere(consensus, record, project))
        )
        places[document] = ExcludedPlace(
            link=known.get(project, links).get(document, ""),
            other_project=project[1] if is_elsewhere else "",
        )
    return places


def _votes_elsewhere(
    consensus: Consensus | None, record: DocumentRecord | None, project: ProjectKey
) -> bool:
    """Whether somebody whose annotations differ made theirs in another project than this one."""
    voting = consensus.compared.annotations if consensus and consensus.compared else {}
    return any(
        (one.server or "", one.project or "") != project
        for one in (record.annotations if record else ())
        if one.uid in voting
    )


def projects_that_exclude(record: DocumentRecord, schema: Schema) -> tuple[ProjectKey, ...]:
    """The projects whose annotations alone keep the document out; all, where it takes several."""
    reason = find_consensus(record, schema, with_annotations=False).reason
    groups: dict[ProjectKey, list[AnnotationRecord]] = {}
    for one in record.annotations:
        groups.setdefault((one.server or "", one.project or ""), []).append(one)
    return tuple(_that_exclude(record, groups, reason, schema)) or tuple(groups)


def _that_exclude(
    record: DocumentRecord,
    groups: Mapping[ProjectKey, list[AnnotationRecord]],
    reason: str,
    schema: Schema,
) -> Iterator[ProjectKey]:
    for project, annotations in groups.items():
        alone = msgspec.structs.replace(record, annotations=tuple(annotations), verdict=None)
        if find_consensus(alone, schema, with_annotations=False).reason == reason:
            yield project
