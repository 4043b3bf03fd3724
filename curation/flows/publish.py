"""``curate publish``: a sealed version on the Hub, with the texts that may go out."""

import hashlib
from dataclasses import asdict, dataclass

from curation.errors import GoldError, HubError, UsageError, raise_problems
from curation.files import Json
from curation.gold.dataset_facts import DATASET_FILE, read_dataset_facts
from curation.gold.outgoing import HubDataset, OutgoingFiles, outgoing_files
from curation.gold.verification import verify_gold
from curation.hub.plan import PublicationPlan, VersionToPublish, plan_publication, tag_of
from curation.hub.port import Hub
from curation.hub.publish import Publication, publish_files
from curation.hub.state import HubState, look_at_hub
from curation.progress import Watch, unwatched
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class PublishOptions:
    """
    What is published, and how.

    *repository* is ``org/name``, empty for the one of dataset.toml. *is_private* is None where nobody
    said; *omit_texts* leaves out every text, whatever its licence.
    """

    version: str
    repository: str = ""
    is_private: bool | None = None
    omit_texts: bool = False


@dataclass(frozen=True, kw_only=True)
class PreparedPublication:
    """
    What would go out, and what there is on the Hub.

    *found* and *plan* are None where the Hub wasn't asked, for the reason in *unasked*. *refusal* says why
    nothing can go out, None where it can.
    """

    outgoing: OutgoingFiles
    wanted: VersionToPublish
    repository: str
    found: HubState | None = None
    plan: PublicationPlan | None = None
    unasked: str = ""
    refusal: HubError | None = None

    @property
    def is_private(self) -> bool:
        """Whether the repository is private, or will be."""
        if self.found and self.found.repository:
            return self.found.repository.is_private
        return self.wanted.is_private is not False

    def state_of(self, path: str) -> str:
        """``new``, ``changed`` or ``there``, as the file of this path is on the Hub; empty where nobody knows."""
        if self.found is None:
            return ""
        there = self.found.files.get(path)
        if there is None:
            return "new"
        return "there" if there.has(self.wanted.files[path]) else "changed"

    def to_json(self) -> Json:
        """The same for programs; ``on_hub`` is null where the Hub wasn't asked."""
        return {
            "format": 1,
            "version": self.wanted.version,
            "repository": self.repository,
            "tag": self.wanted.tag,
            "private": self.is_private,
            "hub_asked": self.found is not None,
            "refused": str(self.refusal) if self.refusal else None,
            "articles": [asdict(one) for one in self.outgoing.articles],
            "files": [
                {
                    "path": path,
                    "bytes": len(raw),
                    "sha256": hashlib.sha256(raw).hexdigest(),
                    "on_hub": self.state_of(path) or None,
                }
                for path, raw in self.wanted.files.items()
            ],
        }


def prepare_publication(
    workspace: Workspace,
    options: PublishOptions,
    hub: Hub | None,
    *,
    unasked: str = "",
    watch: Watch = unwatched,
) -> PreparedPublication:
    """
    Verify a version, and make all files that its publication has; nothing is changed, here or on the Hub.

    *hub* is None where it isn't asked, for the reason *unasked*. Raises GoldError with everything that is
    wrong with the version, and HubError where the Hub can't be asked.
    """
    name = options.repository or read_dataset_facts(workspace.gold).repository
    if not name:
        raise UsageError(
            f"--repo is missing, and {workspace.gold / DATASET_FILE} has no repository",
            hint=f"curate publish {options.version} --repo org/name",
        )
    found = look_at_hub(hub, name, tag=tag_of(options.version)) if hub else None
    with workspace.write_lock():
        _refuse_faults(workspace, options.version, watch)
        outgoing = outgoing_files(
            workspace.gold,
            options.version,
            omit_all=options.omit_texts,
            on_hub=HubDataset(
                repository=name,
                paths=tuple(found.files) if found else (),
                card=found.card if found else "",
            ),
            watch=watch,
        )
    wanted = VersionToPublish(
        version=options.version, files=outgoing.files, is_private=options.is_private
    )
    plan = None
    refusal = None
    if found is not None:
        try:
            plan = plan_publication(found, wanted)
            _refuse_public(found, options)
        except HubError as error:
            refusal = error
    return PreparedPublication(
        outgoing=outgoing,
        wanted=wanted,
        repository=name,
        found=found,
        plan=plan,
        unasked=unasked,
        refusal=refusal,
    )


def publish(
    hub: Hub, prepared: PreparedPublication, *, watch: Watch = unwatched
) -> Publication:
    """Bring what was prepared to the Hub, in one commit and a tag; HubError where it can't go there."""
    if prepared.refusal is not None:
        raise prepared.refusal
    found = prepared.found
    if found is None:
        found = look_at_hub(hub, prepared.repository, tag=prepared.wanted.tag)
    return publish_files(hub, found, prepared.wanted, watch=watch)


def _refuse_faults(workspace: Workspace, version: str, watch: Watch) -> None:
    """Raise GoldError with everything that is wrong with a version."""
    checked = verify_gold(workspace.gold, version, watch).versions
    faults = [fault for one in checked for fault in one.faults]
    if faults:
        hint = "git status, then git checkout what was altered; a version never changes"
        if any(one.is_interrupted for one in checked):
            hint = "curate release (completes the release)"
        raise_problems(faults, GoldError, hint=hint)


def _refuse_public(found: HubState, options: PublishOptions) -> None:
    """Raise HubError where the repository is public, and nobody said that the version should be."""
    if found.repository and not found.repository.is_private and options.is_private is None:
        raise HubError(
            f"{found.name} is public on the Hub: everybody could read what goes there",
            hint=f"curate publish {options.version} --repo {found.name} --public",
        )
