"""What a pull got of one document, before anything is compared with its record."""

from dataclasses import dataclass
from typing import Literal

from curation.annotations.record import AnnotatorKind, Arm, Evidence
from curation.documents.document import Document
from curation.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledAnnotation:
    """
    One annotation as Label Studio has it now.

    *document* is None where the annotation has a problem or was skipped; *suggestion* is what the
    annotator started from. *edited_by* is the pseudonym of another account that edited the annotation
    last, empty where none did, None where nobody knows who did. *last_changed_by_curate* is true
    where ``curate`` wrote the annotation last, which is nobody's judgement. *copy_of* is the uid of
    another annotator's annotation that this one is a copy of, None where none is known. *created* and *updated* are the server's times, empty where
    unknown; *seconds* is the time that the editor was open. *schema* is the fingerprint of the schema
    that the task offered, *guideline* the hash of the guideline that the project showed, None where nobody knows. *stamped_suggestion* is the key of the suggestion
    that the task was pushed with, for an annotation of which no other trace of a suggestion is left.
    *is_imported* is true where the annotation came by an import, which tells nobody's name and no
    times; *former_number* is its number in the project that it was exported from, where known.
    """

    uid: str
    number: int
    annotator: str
    kind: AnnotatorKind
    edited_by: str | None
    status: Literal["submitted", "problem", "skipped"]
    created: str
    updated: str
    changed_since_created: bool
    seconds: int | None
    last_changed_by_curate: bool
    arm: Arm
    evidence: Evidence
    schema: str | None = None
    guideline: str | None = None
    stamped_suggestion: str | None = None
    copy_of: str | None = None
    document: Document | None = None
    suggestion: Document | None = None
    flags: tuple[str, ...] = ()
    is_imported: bool = False
    former_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledDocument:
    """
    Everything that a project has of one document.

    *article* is None where the task holds another text than was pushed. *is_unsound* is true where
    the document as a whole has a problem, so that none of its annotations in this project counts
    until the problem is mended. *schema* knows which types an earlier schema had.
    """

    id: str
    server: str
    project: str
    article: Document | None
    annotations: tuple[PulledAnnotation, ...]
    is_unsound: bool = False
    schema: Schema | None = None
