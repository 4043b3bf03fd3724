"""Documents that a push makes no task of: they are out of the gold, or another takes their place."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from curation.labelstudio.push.check_documents import CheckedDocuments
from curation.labelstudio.server.port import Project, Studio


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a document gets no task: what it is, and by which document, or for which reason."""

    state: Literal["dropped", "superseded", "withdrawn"]
    reason: str = ""


class DocumentsKnownHere(Protocol):
    """What is known of documents without the project that they are pushed to."""

    def text_sha256(self, document: str) -> str:
        """The hash of the text of which annotations were pulled, empty where none were."""

    def left_out(self, documents: Collection[str]) -> dict[str, LeftOut]:
        """Those of *documents* that are out of the gold, or whose place another one takes."""

    def withdrawn_texts(self) -> Mapping[str, str]:
        """The withdrawn documents, by the hashes of their texts."""

    def known(self, documents: Collection[str]) -> set[str]:
        """Those of *documents* that anything is known of, tasks of other projects included."""


class NothingKnownHere:
    """For a push without a gold folder."""

    def text_sha256(self, document: str) -> str:  # noqa: ARG002
        """Empty: nothing was pulled."""
        return ""

    def left_out(self, documents: Collection[str]) -> dict[str, LeftOut]:  # noqa: ARG002
        """None of them."""
        return {}

    def withdrawn_texts(self) -> Mapping[str, str]:
        """None."""
        return {}

    def known(self, documents: Collection[str]) -> set[str]:
        """All of them: nobody can say which are unknown."""
        return {*documents}


def find_left_out(
    studio: Studio,
    project: Project | None,
    known_here: DocumentsKnownHere,
    documents: Collection[str],
    *,
    checked: CheckedDocuments,
) -> dict[str, LeftOut]:
    """
    Those of *documents* that get no task in the *project*, None where it is still to be made.

    A document is left out, too, where the document of one of the project's tasks takes its place,
    unless that one is out of the gold itself. So is one of the *checked* documents that has the text of
    a withdrawn one.
    """
    if not documents:
        return {}
    found = known_here.left_out(documents)
    others = [
        document
        for document in documents
        if document not in found or found[document].state == "dropped"
    ]
    if project and project.tasks and others:
        successors = studio.successors(project.id, others)
        out = known_here.left_out({*successors.values()})
        for document, successor in successors.items():
            if successor not in out or out[successor].state == "superseded":
                found[document] = LeftOut("superseded", f"by {successor}")
    if texts := known_here.withdrawn_texts():
        for one in checked.read({*documents} - found.keys()):
            if same := texts.get(one.text_sha256):
                found[one.id] = LeftOut("withdrawn", f"has the text of {same}")
    return {document: found[document] for document in documents if document in found}


def superseded_but_unknown(
    studio: Studio,
    project: Project,
    known_here: DocumentsKnownHere,
    superseding: Mapping[str, str],
    pushed: Iterable[str],
) -> dict[str, str]:
    """Those of *superseding* whose old document is none of *pushed*, has no task, and isn't known here."""
    unknown = {*superseding.values()}.difference(pushed) if superseding else set()
    if unknown:
        unknown -= known_here.known(unknown)
    if unknown:
        unknown -= {task.doc_id for task in studio.tasks(project.id, doc_ids=sorted(unknown))}
    return {new: old for new, old in superseding.items() if old in unknown}
