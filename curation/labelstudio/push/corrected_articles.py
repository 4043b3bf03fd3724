"""Articles corrected after they were pushed: their tasks are made anew, unless somebody has begun one."""

import json

from curation.documents.document import SUPERSEDES_KEY
from curation.documents.typed_ids import typed_ids
from curation.errors import Problem
from curation.labelstudio.push.plan import PushPlan
from curation.labelstudio.server.port import Project, Studio, studio_link


def delete_outdated_tasks(studio: Studio, project: Project, plan: PushPlan) -> PushPlan:
    """
    Delete the tasks of corrected articles, of which the plan makes new ones; the plan after that.

    A task is not given another text: a page that is open with the old one would submit offsets
    that mean nothing in the new one. What somebody has begun since the plan was made is refused.
    """
    if not plan.outdated:
        return plan
    begun: dict[str, int] = {}
    for task in studio.tasks(project.id, numbers=list(plan.outdated.values())):
        if task.is_begun:
            begun[task.doc_id] = task.id
        else:
            studio.delete_task(task.id)
    return plan.without_begun_texts(begun)


def begun_text_problem(studio: Studio, project: Project, document: str, task: int) -> Problem:
    """What to do with another text of a document that somebody has begun to annotate."""
    old = json.dumps(document, ensure_ascii=not document.isprintable())
    what = (
        "the text differs from the one that was pushed under this id, on which somebody has begun; "
        f'give the corrected article a new id, and "{SUPERSEDES_KEY}": {old} in its meta, push it, then: '
        f"curate drop {typed_ids([document])}"
    )
    return Problem(document, what, studio_link(studio.url, project.id, task))
