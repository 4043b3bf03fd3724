"""How far each document is: who has annotated it, of how many, and in which arm."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from curation.annotations.record import Arm
from curation.errors import Problem
from curation.labelstudio.pull.annotation_facts import AnnotationFacts
from curation.labelstudio.pull.exported_task import is_copy_remark, listed_document_id
from curation.labelstudio.server.port import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentProgress:
    """
    Who has submitted an annotation of a document, and who skipped it; by pseudonyms.

    *overlap* is the number of annotators that the document is for, *arm* what its task's stamp says,
    *copies* how many of the annotations are copies of a colleague's, which Label Studio counts all the same.
    """

    document: str
    link: str
    overlap: int
    arm: Arm
    annotated_by: tuple[str, ...] = ()
    skipped_by: tuple[str, ...] = ()
    copies: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether all annotators that the document is for have submitted."""
        return len(self.annotated_by) >= self.overlap

    @property
    def missing(self) -> int:
        """How many annotations are still to come; none where everybody who opened the document skipped it."""
        if self.skipped_by and not self.annotated_by:
            return 0
        return max(0, self.overlap - len(self.annotated_by))


def document_progress(
    tasks: Iterable[Task],
    work: Mapping[int, tuple[AnnotationFacts, ...]],
    remarks: Mapping[str, tuple[Problem, ...]],
    *,
    name: Callable[[AnnotationFacts], str],
    link: Callable[[int], str],
) -> tuple[DocumentProgress, ...]:
    """Each of the *tasks*, in the order of their documents; *work* has the annotations by task, *remarks* what is worth a look, by document."""

    def names(task: int, *, skipped: bool) -> tuple[str, ...]:
        facts = work.get(task, ())
        return tuple(sorted({name(one) for one in facts if one.is_skipped is skipped}))

    found = [
        DocumentProgress(
            document=listed_document_id(task),
            link=link(task.id),
            overlap=task.overlap,
            arm=task.stamp.arm if task.stamp else "unknown",
            annotated_by=names(task.id, skipped=False),
            skipped_by=names(task.id, skipped=True),
            copies=sum(map(is_copy_remark, remarks.get(listed_document_id(task), ()))),
        )
        for task in tasks
    ]
    return tuple(sorted(found, key=lambda one: one.document))
