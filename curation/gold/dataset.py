"""The gold dataset as values: a gold document, all documents and annotations, a sealed version."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from itertools import chain
from typing import Any, Generic, Protocol, TypeVar

from curation.annotations.effort import Effort
from curation.annotations.record import Arm
from curation.documents.document import (
    AnnotatedDocument,
    Document,
    Layer,
    Meta,
    is_person_pseudonym,
    is_program_pseudonym,
)
from curation.errors import Problem
from curation.gold.release.splits import SplitPlan
from curation.gold.sealed.manifest import Manifest

GOLD_LAYER = Layer("gold")


@dataclass(frozen=True)
class GoldDocument:
    """
    A document of the dataset, and how its gold was made.

    *annotators* are pseudonyms. *arm* is blind where an annotator worked without suggestions;
    *preannotated_by* names the models whose suggestions the other annotators saw. *group* decides
    the split; it is the document's id unless given. *not_offered* are the types that some annotator
    of the document was not offered, None where nobody knows.
    """

    document: Document
    _: KW_ONLY
    flags: tuple[str, ...] = ()
    annotators: tuple[str, ...] = ()
    n_annotations: int = 0
    adjudicated: bool = False
    arm: Arm = "assisted"
    preannotated_by: str = ""
    group: str = ""
    not_offered: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.document.layer != GOLD_LAYER:
            object.__setattr__(self, "document", replace(self.document, layer=GOLD_LAYER))
        object.__setattr__(self, "flags", tuple(sorted(self.flags)))
        object.__setattr__(self, "annotators", tuple(sorted(self.annotators)))
        object.__setattr__(self, "group", self.group or self.document.id)

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id


@dataclass(frozen=True, kw_only=True)
class PublishedReading:
    """One reading of a difference, as JSON, and the pseudonyms of the annotators who had it."""

    annotators: tuple[str, ...]
    reading: str


@dataclass(frozen=True, kw_only=True)
class PublishedDecision:
    """
    What an adjudicator decided at one difference, as the dataset has it.

    *kind* is entities, relations or flags; *place* has a span or two. *chosen* is a reading, as JSON:
    one of those offered, or the adjudicator's *own*. *preselected* is untouched or changed where one
    was ticked before the adjudicator came, else empty. *adjudicator* is the pseudonym of who decided it,
    empty where that is the verdict's.
    """

    kind: str
    place: tuple[tuple[int, int], ...]
    offered: tuple[PublishedReading, ...]
    chosen: str
    own: bool
    preselected: str
    adjudicator: str = ""


@dataclass(frozen=True, kw_only=True)
class AdjudicatedDocument:
    """
    A document as adjudicators decided it; *adjudicator* is the pseudonym of who decided last.

    *guideline* is the hash of the guideline that this one had, empty where nobody knows.
    """

    document: Document
    adjudicator: str
    flags: tuple[str, ...] = ()
    decisions: tuple[PublishedDecision, ...] = ()
    guideline: str = field(default="", compare=False)

    @property
    def adjudicators(self) -> frozenset[str]:
        """The pseudonyms of all who decided something."""
        others = {one.adjudicator for one in self.decisions if one.adjudicator}
        return frozenset({self.adjudicator, *others})


class Dataset(Protocol):
    """All gold documents, every annotator's own layer, and verdicts; all can be iterated many times."""

    @property
    def gold_documents(self) -> Iterable[GoldDocument]:
        """Each gold document once."""

    @property
    def annotations(self) -> Iterable[AnnotatedDocument]:
        """Every annotator's layer; those of one document are next to each other."""

    @property
    def verdicts(self) -> Iterable[AdjudicatedDocument]:
        """The verdicts that hold, at most one for each document."""


_Item = TypeVar("_Item")


class Reiterable(Generic[_Item]):
    """An iterable that calls *begin* for each iteration, so that nothing is kept in memory."""

    def __init__(self, begin: Callable[[], Iterable[_Item]]) -> None:
        self.begin = begin

    def __iter__(self) -> Iterator[_Item]:
        return iter(self.begin())


@dataclass
class AnnotationOrigins:
    """
    How each document was annotated, collected while rows are read: gold documents first.

    *arms* gives each document's arm by id. *machine_annotated* are the documents that programs
    alone have annotated, and that no account known as a person's has changed last or adjudicated. *adjudicated* are
    those that a verdict decided.
    *not_offered* has the types that some annotator of a document was not offered, by id.
    """

    arms: dict[str, str] = field(default_factory=dict)
    machine_annotated: set[str] = field(default_factory=set)
    not_offered: dict[str, tuple[str, ...]] = field(default_factory=dict)
    adjudicated: set[str] = field(default_factory=set)

    def add_gold_document(
        self,
        document: str,
        arm: str,
        annotators: Collection[str],
        *,
        not_offered: Iterable[str] | None = None,
        adjudicated: bool = False,
    ) -> None:
        """Take note of a gold document, given by id."""
        self.arms[document] = arm
        if adjudicated:
            self.adjudicated.add(document)
        if names := tuple(not_offered or ()):
            self.not_offered[document] = names
        if annotators and all(map(is_program_pseudonym, annotators)):
            self.machine_annotated.add(document)

    def of_documents(self, ids: Collection[str]) -> "AnnotationOrigins":
        """The origins of the documents with these ids alone."""
        return AnnotationOrigins(
            arms={one: arm for one, arm in self.arms.items() if one in ids},
            machine_annotated=self.machine_annotated.intersection(ids),
            not_offered={one: names for one, names in self.not_offered.items() if one in ids},
            adjudicated=self.adjudicated.intersection(ids),
        )

    def add_annotation(self, document: str, edited_by: str) -> None:
        """Take note of an annotation of this document; *edited_by* is empty where only its annotator edited it."""
        if is_person_pseudonym(edited_by):
            self.machine_annotated.discard(document)

    def add_verdict(self, document: str, adjudicators: Iterable[str]) -> None:
        """Take note of who decided something of this document, by pseudonym."""
        if any(map(is_person_pseudonym, adjudicators)):
            self.machine_annotated.discard(document)


@dataclass(frozen=True, kw_only=True)
class StoredDataset:
    """
    Gold documents, annotations and verdicts on disk, in the order of their ids, read anew at each iteration.

    *excluded* gives the reason why a document has no gold, by id. *has_firsts* is false for a version
    that was sealed before first submissions were. *effort* is what all annotators together did; None
    for a sealed version, whose manifest has it. *taken_back* are the first submissions of annotators
    who deleted or skipped what they had submitted; a sealed version lacks these, *lacking_firsts* of them.
    *obstacles* is what keeps the working version from being sealed besides what its rows tell.
    """

    gold_documents: Iterable[GoldDocument]
    annotations: Iterable[AnnotatedDocument]
    origins: AnnotationOrigins
    verdicts: Iterable[AdjudicatedDocument] = ()
    excluded: Mapping[str, str] = field(default_factory=dict)
    has_firsts: bool = True
    effort: Effort | None = None
    taken_back: Iterable[AnnotatedDocument] = ()
    lacking_firsts: int = 0
    obstacles: Sequence[Problem] = ()

    @property
    def arms(self) -> Mapping[str, str]:
        """Each document's arm by id."""
        return self.origins.arms

    @property
    def metas(self) -> Iterator[tuple[str, Meta]]:
        """The ids and the metadata of all documents; of one with several annotations, several times."""
        for gold in self.gold_documents:
            yield gold.id, gold.document.meta
        for one in chain(self.annotations, self.taken_back):
            yield one.document.id, one.document.meta

    def of_documents(self, ids: Collection[str]) -> "StoredDataset":
        """What is stored of the documents with these ids alone."""

        def chosen(annotations: Iterable[AnnotatedDocument]) -> Iterable[AnnotatedDocument]:
            return Reiterable(lambda: (one for one in annotations if one.document.id in ids))

        return StoredDataset(
            gold_documents=Reiterable(
                lambda: (one for one in self.gold_documents if one.id in ids)
            ),
            annotations=chosen(self.annotations),
            verdicts=Reiterable(
                lambda: (one for one in self.verdicts if one.document.id in ids)
            ),
            taken_back=chosen(self.taken_back),
            origins=self.origins.of_documents(ids),
            excluded={one: reason for one, reason in self.excluded.items() if one in ids},
            has_firsts=self.has_firsts,
            lacking_firsts=self.lacking_firsts,
        )


@dataclass(frozen=True, kw_only=True)
class Version(StoredDataset):
    """
    A sealed version, verified.

    *rows* are the gold documents as the Parquet files hold them, *split_plan* says in which split
    these are.
    """

    manifest: Manifest
    split_plan: SplitPlan
    rows: Iterable[Mapping[str, Any]]
