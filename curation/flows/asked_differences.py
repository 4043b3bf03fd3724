"""Which differences of a document an adjudicator is asked for already."""

from collections.abc import Iterable

from curation.annotations.compared import Difference
from curation.annotations.record import Verdict
from curation.annotations.shown_differences import shown_under_current_names
from curation.labelstudio.adjudication_task import read_adjudication_stamp
from curation.labelstudio.port import Studio, Task
from curation.schema import Schema


def differences_not_asked(
    studio: Studio,
    tasks: Iterable[Task],
    differences: Iterable[Difference],
    verdict: Verdict | None,
    schema: Schema,
) -> tuple[Difference, ...]:
    """Those *differences* that no task asks for with all readings, or that the *verdict* answered there."""
    answered = {(one.round, one.number) for one in (verdict.decisions if verdict else ())}
    asked = []
    for task in tasks:
        data = studio.task_data(task.id)
        stamp = read_adjudication_stamp(data) if data else None
        asked += [
            shown_under_current_names(one, schema)
            for one in (stamp.differences if stamp else ())
            if not one.settled and stamp and (stamp.round, one.n) not in answered
        ]
    return tuple(
        difference
        for difference in differences
        if not any(one.offers(difference) for one in asked)
    )
