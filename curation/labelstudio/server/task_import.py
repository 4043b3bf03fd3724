"""Tasks sent so that each is made once, also where the answer was lost."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence

from curation.errors import StudioConnectionLost
from curation.labelstudio.server.port import Project, Studio
from curation.labelstudio.server.send_batch import SERVER_FAULT
from curation.labelstudio.server.wait_until_idle import MAXIMUM_IDLE_SECONDS, wait_until_idle


class TaskImport:
    """
    Sends tasks, and looks which have arrived where the answer was lost.

    *arrived* asks the server which of some keys have a task.
    """

    def __init__(
        self,
        studio: Studio,
        project: Project,
        arrived: Callable[[Collection[str]], Collection[str]],
        wait: Callable[[float], None],
    ) -> None:
        self._studio = studio
        self._project = project
        self._arrived = arrived
        self._wait = wait
        self._began = 0.0
        self._is_failing = False

    def send(self, tasks: Sequence[bytes]) -> None:
        """Send these tasks, given as JSON."""
        self._began = time.monotonic()
        self._studio.import_tasks(self._project.id, tasks)

    def look(
        self, waiting: Mapping[str, bytes], lost: StudioConnectionLost
    ) -> Mapping[str, bytes]:
        """The tasks that have not arrived; they may be arriving, which is waited for."""
        if lost.retry_after:
            self._wait(min(lost.retry_after, MAXIMUM_IDLE_SECONDS))
        # A server that failed has ended; it is given time only once, to mend what made it fail.
        if lost.status != SERVER_FAULT or not self._is_failing:
            took = time.monotonic() - self._began
            wait_until_idle(self._studio, self._project.id, seconds=took, wait=self._wait)
        self._is_failing = lost.status == SERVER_FAULT
        arrived = self._arrived(waiting.keys())
        return {key: task for key, task in waiting.items() if key not in arrived}
