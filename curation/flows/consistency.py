"""``curate consistency``: where a gold says one thing here and another there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from curation.consistency.exceptions import (
    EXCEPTIONS_FILE,
    SiftedFindings,
    read_exceptions,
    sift_findings,
)
from curation.consistency.find import find_inconsistencies
from curation.consistency.inconsistency import Inconsistency
from curation.flows.return_documents import (
    UNCHANGED,
    DocumentsToReturn,
    ReturnedDocuments,
    return_documents,
)
from curation.gold.scored_gold import read_gold_set
from curation.gold.working.file_names import file_name
from curation.gold.working.version import NEXT
from curation.labelstudio.server.port import Studio
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace

# So many findings of a document are told to its annotators; the others come with the next return.
_MOST_IN_A_REASON = 5


@dataclass(frozen=True, kw_only=True)
class ConsistencyReport:
    """
    The findings of the *gold*, a version or next, ranked, without those that are right as they are.

    *files* has the files of documents in gold/next, *links* their tasks, as far as they are known.
    """

    gold: str
    documents: int
    sifted: SiftedFindings
    files: Mapping[str, str]
    links: Mapping[str, str]

    @property
    def findings(self) -> tuple[Inconsistency, ...]:
        """The findings that remain."""
        return self.sifted.findings


def consistency(
    workspace: Workspace, schema: Schema, *, gold: str = NEXT, watch: Watch = unwatched
) -> ConsistencyReport:
    """
    Read a gold as a whole and find what its documents say differently.

    Raises GoldError where there is no such gold, or ``consistency.toml`` has mistakes.
    """
    workspace = workspace.read_only()
    exceptions = read_exceptions(workspace.gold / EXCEPTIONS_FILE)
    truth = read_gold_set(workspace.gold, gold, schema, watch=watch)
    truth = truth.under_current_names(schema)
    findings = find_inconsistencies(truth.documents, schema)
    documents = {one.document for one in findings}
    files = {one: str(workspace.next / file_name(one)) for one in documents}
    links = workspace.task_links
    return ConsistencyReport(
        gold=truth.name,
        documents=truth.document_count or 0,
        sifted=sift_findings(findings, exceptions),
        files=files if truth.name == NEXT else {},
        links={one: links[one] for one in documents if one in links},
    )


def send_findings_back(  # noqa: PLR0913 - the command's own options
    studio: Studio,
    workspace: Workspace,
    schema: Schema,
    findings: Iterable[Inconsistency],
    *,
    title: str,
    now: bool = False,
    watch: Watch = unwatched,
) -> ReturnedDocuments:
    """Return the documents of the findings to their annotators, as ``curate return`` does."""
    of_document: dict[str, list[Inconsistency]] = defaultdict(list)
    for one in findings:
        of_document[one.document].append(one)
    reasons = {document: _reason(found) for document, found in of_document.items()}
    chosen = DocumentsToReturn(reasons=reasons)
    return return_documents(
        studio, workspace, schema, chosen, title=title, now=now, watch=watch
    )


def _reason(findings: list[Inconsistency]) -> str:
    said = "; ".join(f"{one.says} ({one.context})" for one in findings[:_MOST_IN_A_REASON])
    return f"please look again, as other documents have it otherwise: {said}. Where all is right, {UNCHANGED}"
