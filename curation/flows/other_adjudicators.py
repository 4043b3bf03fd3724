"""Documents that are tasks of other adjudicators' projects already."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from curation.gold.working.version import WorkingVersion
from curation.labelstudio.server.port import Studio


def find_other_adjudicators(
    studio: Studio, titles: Collection[str], working: WorkingVersion, documents: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Those of the adjudicators' projects *titles* that have tasks of *documents*, each with these; a task of another text doesn't count."""
    found: dict[str, set[str]] = defaultdict(set)
    for title in titles if documents else ():
        for project in studio.projects_named(title):
            for task in studio.tasks(project.id, doc_ids=sorted(documents)):
                record = working.record(task.doc_id)
                if record and record.text_sha256 == task.text_sha256:
                    found[title].add(task.doc_id)
    return {title: tuple(sorted(some)) for title, some in sorted(found.items())}
