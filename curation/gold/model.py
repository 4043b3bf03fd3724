"""The gold set as values: a gold document, all of the gold, a sealed version."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from curation.document import Annotation, Document, Layer

Arm = Literal["assisted", "blind"]

GOLD = Layer("gold")


@dataclass(frozen=True)
class Gold:
    """
    A document as the dataset has it, and how it came to be.

    *annotators* are pseudonyms; *arm* is blind where somebody worked without
    suggestions, *preannotated_by* says whose suggestions the others saw.
    *group* decides the split, and is given once.
    """

    document: Document
    flags: tuple[str, ...] = ()
    annotators: tuple[str, ...] = ()
    n_annotations: int = 0
    adjudicated: bool = False
    arm: Arm = "assisted"
    preannotated_by: str = ""
    group: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "document", replace(self.document, layer=GOLD))
        object.__setattr__(self, "flags", tuple(sorted(self.flags)))
        object.__setattr__(self, "annotators", tuple(sorted(self.annotators)))
        object.__setattr__(self, "group", self.group or self.document.id)

    @property
    def id(self) -> str:
        """The document's."""
        return self.document.id


@dataclass(frozen=True)
class Working:
    """All gold documents and every annotator's own layer, in one order."""

    golds: tuple[Gold, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "golds", tuple(sorted(self.golds, key=lambda gold: gold.id)))
        object.__setattr__(self, "annotations", tuple(sorted(self.annotations, key=_place)))


@dataclass(frozen=True)
class Manifest:
    """
    What is known of a sealed version besides its rows.

    *schema* holds the fingerprint and the types with their definitions,
    *models* the layers whose suggestions were seen, *ingest* the versions of
    ``curate ingest`` that made the texts, *files* the sha256 of each file.
    """

    version: str
    digest: str
    schema: Mapping[str, Any]
    guideline_sha256: str
    curate: str
    ingest: tuple[str, ...]
    models: tuple[Layer, ...]
    agreement: tuple[str, ...]
    counts: Mapping[str, Any]
    files: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """The schema's."""
        return str(self.schema["fingerprint"])


@dataclass(frozen=True)
class Version(Working):
    """A sealed version: its rows, verified, and its manifest."""

    manifest: Manifest = field(kw_only=True)


def _place(annotation: Annotation) -> tuple[object, ...]:
    document = annotation.document
    return document.id, annotation.annotator, document.entities, document.relations
