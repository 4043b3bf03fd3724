"""The gold set as values: a gold document, all of the gold, a sealed version."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, Protocol, TypeVar

from curation.documents.document import AnnotatedDocument, Document, Layer, is_program_pseudonym

Arm = Literal["assisted", "blind", "unknown"]

GOLD_LAYER = Layer("gold")


@dataclass(frozen=True)
class GoldDocument:
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
        object.__setattr__(self, "document", replace(self.document, layer=GOLD_LAYER))
        object.__setattr__(self, "flags", tuple(sorted(self.flags)))
        object.__setattr__(self, "annotators", tuple(sorted(self.annotators)))
        object.__setattr__(self, "group", self.group or self.document.id)

    @property
    def id(self) -> str:
        """The document's."""
        return self.document.id


class Dataset(Protocol):
    """All gold documents and every annotator's own layer, each walked as often as one likes."""

    @property
    def gold_documents(self) -> Iterable[GoldDocument]:
        """One for each document."""

    @property
    def annotations(self) -> Iterable[AnnotatedDocument]:
        """Those of one document next to each other."""


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


_Item = TypeVar("_Item")


class Reiterable(Generic[_Item]):
    """What *begin* gives, begun anew each time that somebody walks it; none of it is kept."""

    def __init__(self, begin: Callable[[], Iterable[_Item]]) -> None:
        self.begin = begin

    def __iter__(self) -> Iterator[_Item]:
        return iter(self.begin())


@dataclass
class AnnotationOrigins:
    """
    How each document came to be annotated, noted as rows go by: the golds first.

    *arms* says of its id whether it was annotated blind or assisted; *machine_annotated* are those that no
    person has annotated, or changed last; *annotation_count* is about how many annotations there are.
    """

    arms: dict[str, str] = field(default_factory=dict)
    machine_annotated: set[str] = field(default_factory=set)
    annotation_count: int = 0

    def add_gold_document(self, identity: str, arm: str, annotators: Collection[str]) -> None:
        """One gold document."""
        self.arms[identity] = arm
        if annotators and all(map(is_program_pseudonym, annotators)):
            self.machine_annotated.add(identity)

    def add_annotation(self, identity: str, edited_by: str) -> None:
        """One annotation, which somebody else may have changed last."""
        self.annotation_count += 1
        if edited_by and not is_program_pseudonym(edited_by):
            self.machine_annotated.discard(identity)


@dataclass(frozen=True)
class StoredDataset:
    """
    Gold documents and annotations on disk, in the order of their ids, read anew at each walk.

    *excluded* says of documents that are there and have no gold why they have none.
    """

    gold_documents: Iterable[GoldDocument]
    annotations: Iterable[AnnotatedDocument]
    origins: AnnotationOrigins
    excluded: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    @property
    def arms(self) -> Mapping[str, str]:
        """Of each document's id whether it was annotated blind or assisted."""
        return self.origins.arms


@dataclass(frozen=True)
class Version(StoredDataset):
    """
    A sealed version, verified, and its manifest.

    *rows* are the records of the golds as they are in the files.
    """

    manifest: Manifest
    rows: Iterable[Mapping[str, Any]]
