"""How many annotators the tasks of a project are for: what has to change, and the change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from curation.labelstudio.push.dealing import Dealing
from curation.labelstudio.send_back.reasons_aside import take_reasons_off
from curation.labelstudio.server.port import Project, Studio, Task
from curation.progress import Watch, unwatched

# Up to so many tasks get their overlap one by one where all get the same; for more, the project's
# own setting is changed until all have it.
SET_ONE_BY_ONE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapChanges:
    """
    What makes the tasks be for as many annotators as they are dealt to.

    *settings* are the overlaps that the project gets, one after the other, *tasks* those that
    single tasks get then. *raised* and *lowered* count tasks; of the raised, those *open_again* were
    finished and are served to others again, and those *returned* say why they went back to their
    annotators, which others would read; of the lowered, *finished* are served to nobody any
    more though somebody less than before has annotated them. All annotations stay.
    """

    settings: tuple[int, ...] = ()
    tasks: Mapping[int, int] = field(default_factory=dict)
    raised: int = 0
    lowered: int = 0
    open_again: frozenset[int] = frozenset()
    returned: frozenset[int] = frozenset()
    finished: int = 0

    @property
    def reopened(self) -> int:
        """How many tasks were finished and are served to others again."""
        return len(self.open_again)


def plan_overlap(project: Project, dealing: Dealing, tasks: Iterable[Task]) -> OverlapChanges:
    """What brings *tasks*, and those that come later, to the *dealing*; nothing where it leaves it to the project."""
    target = dealing.project_overlap
    if target is None:
        return OverlapChanges()
    listed = list(tasks)
    before = {task.id: task.overlap for task in listed}
    wanted = {task.id: dealing.overlap_of(task.group) for task in listed}
    settings, reached = _fewest_settings(project.overlap, target, before, wanted)
    annotations = {task.id: task.annotations - task.skipped for task in listed}
    raised = [task for task in wanted if wanted[task] > before[task]]
    lowered = [task for task in wanted if wanted[task] < before[task]]
    return OverlapChanges(
        settings=settings,
        tasks={task: wanted[task] for task in wanted if wanted[task] != reached[task]},
        raised=len(raised),
        lowered=len(lowered),
        open_again=frozenset(
            task for task in raised if before[task] <= annotations[task] < wanted[task]
        ),
        finished=sum(wanted[task] <= annotations[task] < before[task] for task in lowered),
    )


def change_overlap(
    studio: Studio, project: Project, changes: OverlapChanges, watch: Watch = unwatched
) -> None:
    """Make the changes; where that is cut off, the next push finds what is still to be changed."""
    take_reasons_off(studio, changes.returned)
    for overlap in changes.settings:
        studio.update_project(project.id, overlap=overlap)
    tasks = changes.tasks.items()
    for task, overlap in watch(tasks, "setting overlap", len(tasks)) if tasks else ():
        studio.set_overlap(task, overlap)


def _fewest_settings(
    current: int, target: int, before: Mapping[int, int], wanted: Mapping[int, int]
) -> tuple[tuple[int, ...], Mapping[int, int]]:
    """
    The project's overlaps, one after the other, that leave few tasks to be set, and what these then have.

    A setting of 1 is that of all tasks; any other only of those above 1, if there are any: so a
    detour by 1 reaches all tasks in a few calls.
    """
    ways: list[Sequence[int]] = [(), (target,), (1, target), (2, 1, target)]
    reached = dict(before)
    for way in ways:
        reached = dict(before)
        overlap = current
        taken: list[int] = []
        for setting in way:
            if setting != overlap:
                taken.append(setting)
                overlap = setting
                reached = spread(reached, setting)
        others = sum(reached[task] != wanted[task] for task in wanted)
        if overlap == target and others <= SET_ONE_BY_ONE:
            break
        if overlap == target and target == 1 and max(wanted.values(), default=1) > 1:
            break  # a share of the documents: they are set one by one, however many they are
    return tuple(taken), reached


def spread(overlaps: Mapping[int, int], setting: int) -> dict[int, int]:
    """The tasks' overlaps after the project's became *setting*, as Label Studio does it."""
    some = setting > 1 and any(overlap > 1 for overlap in overlaps.values())
    return {
        task: setting if overlap > 1 or not some else overlap
        for task, overlap in overlaps.items()
    }
