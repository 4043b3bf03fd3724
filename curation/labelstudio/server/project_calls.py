"""Calls about a server's accounts and projects."""

from typing import Any, Unpack

from curation.files import Json
from curation.labelstudio.server.find_project import only_project
from curation.labelstudio.server.http import RETRY_READS, checked_list
from curation.labelstudio.server.port import Project, ProjectChanges, ProjectTotals, View
from curation.labelstudio.server.responses import (
    read_project,
    read_suggestion_totals,
    read_totals,
    read_view,
)
from curation.labelstudio.server.server_calls import ServerCalls, all_items
from curation.labelstudio.server.task_query import task_query

# Label Studio's names of a project's settings, where they aren't ours.
_SETTINGS = {
    "instructions": "expert_instruction",
    "overlap": "maximum_annotations",
    "shows_suggestions": "show_collab_predictions",
}


class ProjectCalls(ServerCalls):
    """Accounts, projects, and the tabs of their data manager."""

    def whoami(self) -> str:
        with self._connection.sdk() as sdk:
            return str(sdk.users.whoami(request_options=RETRY_READS).email)

    def accounts(self) -> dict[int, str]:
        with self._connection.sdk() as sdk:
            users = checked_list(sdk.users.list(request_options=RETRY_READS))
            return {int(user.id): str(user.email) for user in users}

    def find_project(self, title: str) -> Project | None:
        return only_project(title, self.projects_named(title))

    def projects_named(self, title: str) -> list[Project]:
        with self._connection.sdk() as sdk:
            found = all_items(sdk.projects.list(title=title, request_options=RETRY_READS))
            return [read_project(project) for project in found if project.title == title]

    def titles(self) -> dict[int, str]:
        with self._connection.sdk() as sdk:
            projects = all_items(sdk.projects.list(request_options=RETRY_READS))
            return {int(project.id): str(project.title) for project in projects}

    def create_project(self, title: str, label_config: str, instructions: str) -> Project:
        with self._connection.sdk() as sdk:
            created = sdk.projects.create(
                title=title,
                label_config=label_config,
                expert_instruction=instructions.strip(),
                show_instruction=True,
                show_collab_predictions=True,
                maximum_annotations=1,
            )
            return read_project(created)

    def update_project(self, project: int, **changes: Unpack[ProjectChanges]) -> None:
        settings: Any = {_SETTINGS.get(key, key): value for key, value in changes.items()}
        with self._connection.sdk() as sdk:
            sdk.projects.update(project, **settings)

    def totals(self, project: int) -> ProjectTotals:
        last = self._first_task(project, "-tasks:id")
        newest = self._first_task(project, "-tasks:updated_at")
        suggestions = self.suggestion_totals(project)
        try:
            return read_totals(last, newest, suggestions)
        except (LookupError, ValueError, TypeError):
            raise self._connection.unexpected_answer() from None

    def suggestion_totals(self, project: int) -> tuple[tuple[str, int, str], ...]:
        models = self._connection.request_object(
            "GET",
            f"api/projects/{project}/model-versions",
            params={"extended": True},
            request_options=RETRY_READS,
        )
        try:
            return read_suggestion_totals(checked_list(models["static"]))
        except (LookupError, ValueError, TypeError):
            raise self._connection.unexpected_answer() from None

    def _first_task(self, project: int, order: str) -> Json:
        """The page with the first task in this *order*, and the number of all tasks."""
        asked = {
            "project": project,
            "query": task_query(order=order),
            "fields": "task_only",
            "include": "id,updated_at",
            "page_size": 1,
        }
        return self._connection.request_object(
            "GET", "api/tasks", params=asked, request_options=RETRY_READS
        )

    def views(self, project: int) -> list[View]:
        with self._connection.sdk() as sdk:
            found = sdk.views.list(project=project, request_options=RETRY_READS)
            return [read_view(view) for view in checked_list(found)]

    def create_view(self, project: int, data: Json) -> View:
        settings: Any = data
        with self._connection.sdk() as sdk:
            return read_view(sdk.views.create(project=project, data=settings))
