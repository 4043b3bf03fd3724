"""The page that ``curate agree --report`` writes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from curation.documents.document import Document
from curation.flows.agree import AnnotatedDocuments, offered_to_all
from curation.schema import Schema
from curation.workspace import Workspace

if TYPE_CHECKING:
    from curation.report.difference_list import TaskLinks
    from curation.scoring.agreement_results import Agreement


def agreement_page(
    agreement: "Agreement", annotated: AnnotatedDocuments, workspace: Workspace, schema: Schema
) -> str:
    """The agreement as one HTML page with the differences, and links to the tasks as far as they are known."""
    from curation.report.agreement_page import render_agreement_page

    def versions() -> Iterator[Mapping[str, Document]]:
        for annotations, _ in offered_to_all(annotated, annotated.documents, schema):
            if len(annotations) > 1:
                yield dict(annotations)

    return render_agreement_page(agreement, versions(), schema, links=_task_links(workspace))


def _task_links(workspace: Workspace) -> "TaskLinks":
    """The tasks of each document, in every project that was pulled."""
    from curation.labelstudio.pull.annotation_uid import server_hash
    from curation.labelstudio.pull.cursor import links_by_project
    from curation.report.difference_list import TaskLink

    links: dict[str, list[TaskLink]] = defaultdict(list)
    projects = links_by_project(workspace.read_only().state)
    for (url, title), addresses in sorted(projects.items()):
        if (server_hash(url), title) in workspace.audited_projects:
            continue
        for document, address in addresses.items():
            links[document].append(TaskLink(title, address))
    return links
