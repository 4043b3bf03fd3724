"""Which differences of a document an adjudicator is asked for already."""

from collections.abc import Iterable, Mapping

from curation.annotations.differences import Difference
from curation.annotations.record import Verdict
from curation.annotations.shown_differences import (
    ShownDifference,
    shown_under_current_names,
)
from curation.labelstudio.adjudication.task import read_adjudication_stamp
from curation.labelstudio.server.port import Studio, Task
from curation.schema import Schema


def where_asked(
    studio: Studio,
    tasks: Mapping[str, Task],
    differences: Iterable[Difference],
    verdict: Verdict | None,
    schema: Schema,
) -> tuple[str, ...] | None:
    """
    The links of those *tasks*, given by their links, that ask for these differences.

    None unless all are asked for, with all their readings, where the *verdict* hasn't answered them.
    """
    answered = {(one.round, one.number) for one in (verdict.decisions if verdict else ())}
    asked: list[tuple[ShownDifference, str]] = []
    for link, task in tasks.items():
        data = studio.task_data(task.id)
        stamp = read_adjudication_stamp(data) if data else None
        asked += [
            (shown_under_current_names(one, schema), link)
            for one in (stamp.differences if stamp else ())
            if not one.settled and stamp and (stamp.round, one.n) not in answered
        ]
    links: dict[str, None] = {}
    for difference in differences:
        found = [link for one, link in asked if one.offers(difference)]
        if not found:
            return None
        links |= dict.fromkeys(found)
    return tuple(links)
