"""A version goes to the Hub: a repository, one commit and one tag, each only where it lacks."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from curation.errors import HubConflict, HubConnectionLost, HubError
from curation.hub.plan import PublicationPlan, VersionToPublish, plan_publication
from curation.hub.port import Hub
from curation.hub.state import HubState, files_at, look_at_hub
from curation.progress import Watch, unwatched

# Seconds before each further attempt of a step whose answer was lost.
_PAUSES = (1.0, 4.0, 16.0)

_AGAIN = "run the same command again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """
    A version on the Hub: *commit* is what its tag names.

    *created*, *sent* and *tagged* say what this run did; a second run does nothing.
    """

    repository: str
    url: str
    tag: str
    commit: str
    is_private: bool
    created: bool
    sent: tuple[str, ...]
    tagged: bool


def publish_files(
    hub: Hub,
    found: HubState,
    wanted: VersionToPublish,
    *,
    watch: Watch = unwatched,
    wait: Callable[[float], None] = time.sleep,
) -> Publication:
    """
    Bring a version to the Hub, beginning with what was *found* there; a second time does nothing.

    After each step the Hub is looked at again, so that a step whose answer was lost isn't made twice,
    and the tag names a commit whose files were compared. Raises HubError where the version can't be
    published, HubConflict where somebody else changed the repository since it was looked at.
    """
    state = found
    plan = plan_publication(state, wanted)
    steps: list[PublicationPlan] = []
    pauses = iter(_PAUSES)
    while not plan.is_done:
        lost: HubConnectionLost | None = None
        commit = ""
        try:
            commit = _make_step(hub, state, wanted, plan, watch)
        except HubConnectionLost as error:
            lost = error
        after = _look_again(hub, state.name, wanted.tag, commit)
        next_plan = _plan_after(state, plan, after, wanted)
        if next_plan == plan:
            pause = next(pauses, None)
            if lost is None or pause is None:
                raise lost or _left_out(hub, state, plan)
            wait(max(pause, lost.retry_after))
        else:
            steps.append(plan)
        state = after
        plan = next_plan
    return Publication(
        repository=state.name,
        url=f"{hub.url}/datasets/{state.name}",
        tag=wanted.tag,
        commit=state.tags[wanted.tag],
        is_private=plan.is_private,
        created=any(step.creates for step in steps),
        sent=next((step.sends for step in steps if step.sends and not step.creates), ()),
        tagged=bool(steps) and steps[0].tags,
    )


def _make_step(
    hub: Hub, state: HubState, wanted: VersionToPublish, plan: PublicationPlan, watch: Watch
) -> str:
    """The next step of *plan*; the commit where the files should be now, empty for the head."""
    if plan.creates:
        hub.create(state.name, is_private=plan.is_private)
    elif plan.sends:
        try:
            return hub.commit(
                state.name,
                {path: wanted.files[path] for path in plan.sends},
                message=f"Publish {wanted.version}",
                parent=state.head,
                watch=watch,
            )
        except HubConflict:
            raise _overtaken(state.name) from None
    else:
        try:
            hub.tag(state.name, wanted.tag, commit=state.head)
        except HubConflict:  # made meanwhile, or before an answer was lost: it may be the same
            if wanted.tag not in hub.tags(state.name):
                raise
        return state.head
    return ""


def _look_again(hub: Hub, name: str, tag: str, commit: str) -> HubState:
    """What is on the Hub now: at *commit* where it is known, else at the head."""
    state = look_at_hub(hub, name, tag=tag)
    if state.repository is None or commit in ("", state.head):
        return state
    repository = replace(state.repository, head=commit)
    return replace(state, repository=repository, files=files_at(hub, name, commit))


def _plan_after(
    before: HubState, plan: PublicationPlan, after: HubState, wanted: VersionToPublish
) -> PublicationPlan:
    """What is still to do; HubConflict where somebody else changed what the step relied on."""
    if before.repository is not None and after.repository is None:
        raise HubError(f"{before.name} is gone from the Hub", hint=_AGAIN)
    now = plan_publication(after, wanted)
    is_overtaken = bool(now.sends) and after.head != before.head
    if plan.creates:
        is_overtaken = bool(now.replaces) or now.is_private != plan.is_private
    if is_overtaken:
        raise _overtaken(before.name)
    return now


def _overtaken(name: str) -> HubConflict:
    return HubConflict(
        f"{name} was changed on the Hub by somebody else since it was looked at", hint=_AGAIN
    )


def _left_out(hub: Hub, state: HubState, plan: PublicationPlan) -> HubError:
    """The error for a step that the Hub says it made, and that isn't seen."""
    what = f"has no {plan.sends[0]}" if plan.sends and not plan.creates else "isn't changed"
    return HubError(
        f"{state.name} {what}, though {hub.url} said that the change was made", hint=_AGAIN
    )
