"""A push's dealing carried out in a project: told to the next push, and set at its tasks."""

from dataclasses import dataclass, replace

from curation.default_project import in_project
from curation.errors import StudioError, pluralise
from curation.labelstudio.push.dealing import PUSH, Dealing, dealing_in
from curation.labelstudio.push.ledger import PushLedger
from curation.labelstudio.push.overlap import OverlapChanges, change_overlap, plan_overlap
from curation.labelstudio.server.port import Project, ProjectTotals, Studio, studio_link
from curation.progress import Watch, unwatched


@dataclass(frozen=True, kw_only=True)
class TaskDealer:
    """
    Deals out the tasks of a *project*, which had these *totals* when the push began.

    The *ledger* of the last push knows what was dealt out then, and needn't be looked at again.
    """

    studio: Studio
    project: Project
    totals: ProjectTotals
    ledger: PushLedger
    dealing: Dealing
    watch: Watch = unwatched

    def changes(self) -> OverlapChanges:
        """What brings the tasks that are there to the dealing."""
        has_overlap = self.project.overlap == self.dealing.project_overlap
        if self.dealing.overlap is None or (self._was_dealt_before and has_overlap):
            return OverlapChanges()
        tasks = self.studio.tasks(self.project.id) if self.project.tasks else ()
        changes = plan_overlap(self.project, self.dealing, tasks)
        if not changes.open_again:
            return changes
        returned = self.studio.returned(self.project.id).keys()
        return replace(changes, returned=changes.open_again & returned)

    def begin(self, changes: OverlapChanges) -> None:
        """Tell whoever pushes next how documents are dealt out here, then make the *changes*."""
        description = self.project.description
        if dealing_in(description) != self.dealing:
            described = self.dealing.in_description(description)
            self.studio.update_project(self.project.id, description=described)
        if not (self.project.shows_suggestions or self.dealing.is_blind):
            self.studio.update_project(self.project.id, shows_suggestions=True)
        change_overlap(self.studio, self.project, changes, self.watch)

    def deal_new_tasks(self) -> None:
        """Set the overlap of the chosen ones among the tasks that are new, also those of a push that was cut off."""
        if self.dealing.overlap == self.dealing.project_overlap:
            return  # that of every new task
        since = (self.ledger if self._was_dealt_before else self).totals.last_change
        tasks = self.studio.tasks(self.project.id, since=since)
        now = replace(self.project, overlap=1)
        change_overlap(self.studio, now, plan_overlap(now, self.dealing, tasks), self.watch)

    @property
    def _was_dealt_before(self) -> bool:
        """Whether the last push from here left all tasks dealt out like this."""
        return self.ledger.dealing == self.dealing.as_options() and self.ledger.is_of(
            self.project
        )


def dealing_before(ledger: PushLedger, project: Project | None) -> Dealing:
    """How the *project* is dealt out, as its description says; where that says nothing, as the last push from here did it."""
    if project is None:
        return Dealing()
    described = dealing_in(project.description)
    if described == Dealing() and ledger.is_of(project):
        return dealing_in(f"{PUSH}{ledger.dealing}")
    return described


def refuse_end_of_blindness(title: str, before: Dealing, blind_share: float | None) -> None:
    """Raises StudioError where a project in which every document is blind is to have a share of others."""
    if before.is_blind and blind_share is not None and blind_share < 1:
        assisted = in_project("curate push", f"{title.removesuffix(' blind')[:41]} assisted")
        raise StudioError(
            f"{title!r} is a blind project; a blind share of {blind_share:g} would give new documents "
            "suggestions there",
            hint=f"a project of its own for documents with suggestions: {assisted}; "
            f"or leave --blind-share out: {in_project('curate push', title)}",
        )


def refuse_assisted_project(studio: Studio, project: Project, totals: ProjectTotals) -> None:
    """Raises StudioError for a project that has suggestions, if it is to be one without any."""
    assisted = sum(count for _, count, _ in totals.suggestions)
    if assisted:
        blind = f"{project.title[:44]} blind"
        raise StudioError(
            f"{project.title!r} has {pluralise(assisted, 'suggestion')} "
            f"({studio_link(studio.url, project.id)}); a blind project has none, and no document "
            "is moved between the arms",
            hint=f"make a project of its own: {in_project('curate push --blind', blind)}",
        )
