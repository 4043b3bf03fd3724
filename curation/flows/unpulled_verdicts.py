"""Documents with work of adjudicators that gold/next doesn't have yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.annotations.decision_makers import maker_of_task
from curation.annotations.record import Verdict
from curation.files import Json
from curation.labelstudio.adjudication.verdict_cursor import VerdictCursor
from curation.labelstudio.pull.annotation_uid import annotation_uid, server_hash
from curation.labelstudio.server.port import Studio, Task
from curation.labelstudio.server.server_time import is_later, to_the_second

VERDICT_SUBMITTED = "an adjudicator has submitted the task; curate pull takes the verdict, or says what is wrong"
VERDICT_UPDATED = "an adjudicator has updated the verdict since the last pull"
VERDICT_TAKEN_BACK = "an adjudicator took the verdict back; curate pull takes it away here, too"


@dataclass(frozen=True, kw_only=True)
class AdjudicatedTasks:
    """The *tasks* of a document in one project for adjudication, and the *verdict* that gold/next has."""

    tasks: Sequence[Task]
    verdict: Verdict | None

    @property
    def submitted(self) -> int:
        """How many annotations are submitted, and weren't skipped."""
        return sum(one.annotations - one.skipped for one in self.tasks)

    def uids(self, server: str, title: str) -> frozenset[str]:
        """The uids of the adjudicators' annotations in the project that the verdict was made of."""
        made = self.verdict.tasks if self.verdict else ()
        return frozenset(
            one.uid for one in made if (one.server, one.project) == (server, title)
        )


def find_unpulled_verdicts(
    studio: Studio,
    project: int,
    title: str,
    documents: Mapping[str, AdjudicatedTasks],
    cursor: VerdictCursor,
) -> Iterator[tuple[str, str]]:
    """
    The *documents* of a project with work that a pull would bring, and what an adjudicator did.

    Only tasks that changed since they were pulled are asked for, and only where the list of tasks
    leaves a doubt: `curate adjudicate` changes tasks, too.
    """
    here = server_hash(studio.url)
    doubtful: dict[int, str] = {}
    for document, one in documents.items():
        changed = [
            task
            for task in one.tasks
            if cursor.seen.get(task.id) != task.updated_at and task.annotations > task.skipped
        ]
        if one.submitted < len(one.uids(here, title)):
            yield document, VERDICT_TAKEN_BACK
        elif one.verdict is None and any(task.id not in cursor.seen for task in changed):
            yield document, VERDICT_SUBMITTED
        else:
            doubtful |= {task.id: document for task in changed}
    told: set[str] = set()
    for exported in studio.export(project, sorted(doubtful)) if doubtful else ():
        document = doubtful[int(exported["id"])]
        one = documents[document]
        what = _what_is_new(
            exported,
            studio.url,
            known=one.uids(here, title),
            verdict=one.verdict,
            seen=cursor.seen.get(int(exported["id"]), ""),
        )
        if what and document not in told:
            told.add(document)
            yield document, what


def _what_is_new(
    exported: Json, url: str, *, known: frozenset[str], verdict: Verdict | None, seen: str
) -> str:
    """What an adjudicator did in a task since it was *seen*, or since the verdict; empty for nothing."""
    for raw in exported["annotations"]:
        if raw.get("was_cancelled"):
            continue
        uid = annotation_uid(raw, url)
        updated = str(raw.get("updated_at") or "")
        pulled = maker_of_task(verdict, uid).at or "" if verdict and uid in known else ""
        if is_later(updated, seen) if seen else uid not in known:
            return VERDICT_UPDATED if uid in known else VERDICT_SUBMITTED
        if not seen and is_later(to_the_second(updated), pulled):
            return VERDICT_UPDATED
    return ""
