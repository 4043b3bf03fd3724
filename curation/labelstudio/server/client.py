"""The real side of the port: a Label Studio server, asked through its API."""

import time
from collections.abc import Callable

from curation.labelstudio.server.export_calls import ExportCalls
from curation.labelstudio.server.http import Connection
from curation.labelstudio.server.project_calls import ProjectCalls
from curation.labelstudio.server.task_calls import TaskCalls


class HttpStudio(ProjectCalls, ExportCalls, TaskCalls):
    """
    The Label Studio server at *url*; *timeout* is the seconds that one call may take.

    *wait* is called with seconds to wait.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: float = 600,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(Connection(url, token, timeout=timeout), wait)
