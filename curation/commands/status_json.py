"""``curate status --json``: the same for programs."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from curation.errors import Problem
from curation.files import Json

if TYPE_CHECKING:
    from curation.flows.adjudication_status import AdjudicationStatus
    from curation.flows.status import StatusReport


def status_json(report: "StatusReport") -> Json:
    """The same for programs."""
    project = report.project
    return asdict(project) | {
        "unsubmitted": _as_json(project.unsubmitted),
        "skipped_documents": _as_json(project.skipped_documents),
        "flagged": _as_json(project.flagged),
        "notes": _as_json(project.notes),
        "problems": _as_json(report.problems),
        "remarks": _as_json(report.remarks),
        "outside": _as_json(report.excluded),
        "withdrawn": _as_json(report.orphaned),
        "bad": _as_json(report.bad_files.shown),
        "returned": list(report.returned),
        "drift": list(report.config_differences),
        "unfinished": report.unfinished_rename,
        "not_offered": {
            name: list(documents) for name, documents in report.not_offered.by_type.items()
        },
        "waiting": list(report.waiting),
        "unreachable": {
            document: list(names) for document, names in report.unreachable.items()
        },
        "offer_unknown": list(report.not_offered.unknown),
        "adjudication": adjudication_status_json(report.adjudication),
        "unknown_types": [asdict(one) for one in report.unknown_types],
    }


def read_now(form: Json) -> Json:
    """The same with the time of this moment."""
    return {"read_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), **form}


def adjudication_status_json(status: "AdjudicationStatus | None") -> Json | None:
    """The same for programs; None where nothing was pulled yet."""
    if status is None:
        return None
    lists = {kind: [one.to_json() for one in some] for kind, some in status.lists.items()}
    return {
        "projects": dict(status.projects),
        "problems": _as_json(status.problems),
        "remarks": _as_json(status.remarks),
        "notes": _as_json(status.notes),
        **lists,
    }


def _as_json(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [problem.to_json() for problem in problems]
