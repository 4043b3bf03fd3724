"""A pull from its first event to its last."""

from dataclasses import dataclass
from typing import Any

from curation.documents.document import AnnotatedDocument, is_program_pseudonym
from curation.flows import pull as pulling
from curation.flows import steps
from curation.labelstudio import pull as studio_pull
from curation.labelstudio.pull import Given, Pulled


@dataclass(frozen=True)
class Found:
    """All that a pull gave, and what it said at its end."""

    annotations: tuple[AnnotatedDocument, ...]
    pulled: Pulled

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pulled, name)


def pull(*studio_and_schema: Any, **options: Any) -> Found:
    """Each document as it was given last."""
    options.setdefault(
        "kind", lambda name: "program" if is_program_pseudonym(name) else "person"
    )
    given = {}
    for event in studio_pull.pull(*studio_and_schema, **options):
        if isinstance(event, Given):
            given[event.document] = event.annotations
    assert isinstance(event, Pulled)
    assert given.keys() == event.covered
    found = tuple(annotation for some in given.values() for annotation in some)
    assert len(found) == event.counts["annotations"]
    return Found(found, event)


def pull_into(*studio_schema_and_place: Any, **options: Any) -> pulling.PullReport:
    """What it did to ``gold/next``."""
    *_, report = pulling.pull_into(*studio_schema_and_place, **options)
    assert isinstance(report, pulling.PullReport)
    return report


def status_of(*studio_place_and_schema: Any, **options: Any) -> steps.Standing:
    """What it tells at its end."""
    *_, standing = steps.status_of(*studio_place_and_schema, **options)
    assert isinstance(standing, steps.Standing)
    return standing
