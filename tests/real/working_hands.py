"""People who work on a real Label Studio, each with an account, by its API."""

from rest_calls import call

from curation.labelstudio.server.client import HttpStudio
from curation.localserver.accounts import LocalServer, add_user


class WorkingHands:
    """As `TwinHands`: people by their first names; each has an account on the server."""

    def __init__(self, local: LocalServer) -> None:
        self.local = local
        self.studio = HttpStudio(local.url, local.token)
        self.tokens: dict[str, str] = {}

    def submit(self, task, result, *, by, parent_annotation=None):
        form = {"result": result, "was_cancelled": False, "lead_time": 9}
        if parent_annotation is not None:
            form["parent_annotation"] = parent_annotation
        answer = self._ask("POST", f"tasks/{task}/annotations/", by, form)
        return answer.json()["id"]

    def change(self, annotation, result=None, *, by, skipped=False):
        form = {"was_cancelled": skipped}
        if result is not None:
            form["result"] = result
        self._ask("PATCH", f"annotations/{annotation}/", by, form)

    def delete(self, annotation):
        self._ask("DELETE", f"annotations/{annotation}/", "ada")

    def let_pass(self, seconds):
        """No test waits: what it compares must not depend on the second."""

    def _ask(self, method, place, by, form=None):
        if by not in self.tokens:
            self.tokens[by] = add_user(self.local, f"{by}@example.org", by.title(), "A")
        answer = call(self.local, method, f"/api/{place}", self.tokens[by], json=form)
        answer.raise_for_status()
        return answer
