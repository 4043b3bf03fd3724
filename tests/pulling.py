"""Annotations as `pull_annotations` delivers them, gathered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from curation.documents.document import AnnotatedDocument, is_program_pseudonym
from curation.labelstudio.pull.annotation_people import AnnotatorNames
from curation.labelstudio.pull.pull import DeliveredDocument, PullResult, pull_annotations


@dataclass(frozen=True)
class Found:
    """All that a pull gave, and what it said at its end."""

    annotations: tuple[AnnotatedDocument, ...]
    pulled: PullResult

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pulled, name)


# The options that say how annotators are named.
NAMING = {"pseudonym", "pseudonym_by_uid", "kind", "editors"}


def _kind(name: str) -> str:
    return "program" if is_program_pseudonym(name) else "person"


def pull(
    *studio_and_schema: Any,
    keep: Callable[[DeliveredDocument], object] = lambda _: None,
    **options: Any,
) -> Found:
    """Each document as it was given last; *keep* is given each as it comes."""
    naming = {key: options.pop(key) for key in NAMING & options.keys()}
    names = AnnotatorNames(**{"kind": _kind} | naming)
    given = {}

    def deliver(document: DeliveredDocument) -> None:
        given[document.id] = document.annotations
        keep(document)

    result = pull_annotations(*studio_and_schema, names=names, deliver=deliver, **options)
    assert given.keys() == result.delivered
    found = tuple(annotation for some in given.values() for annotation in some)
    assert len(found) == result.annotations
    return Found(found, result)
