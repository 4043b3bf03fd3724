"""``curate publish``: a sealed version on the Hub, with the texts that may go out."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from curation.errors import (
    CurateError,
    GoldError,
    HubError,
    UsageError,
    pluralise,
    raise_problems,
)
from curation.files import Json
from curation.gold.dataset_facts import DATASET_FILE, read_dataset_facts
from curation.gold.edition.outgoing import HubDataset, OutgoingFiles, outgoing_files
from curation.gold.sealed.verification import verify_gold
from curation.gold.sealed.versions import MANIFEST_FILE
from curation.gold.sealed.withdrawn import read_withdrawn
from curation.hub.plan import VersionToPublish, plan_publication, tag_of
from curation.hub.port import Hub
from curation.hub.publish import Publication, publish_files
from curation.hub.state import HubState, look_at_hub
from curation.list_limit import join_first
from curation.progress import Watch, unwatched
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class PublishOptions:
    """
    What is published, and how.

    *repository* is ``org/name``, empty for the one of dataset.toml. *is_private* is None where nobody
    said; *omit_texts* leaves out every text, whatever its licence. *allow_withdrawn* lets documents go
    out for the first time that were withdrawn since the version was sealed.
    """

    version: str
    repository: str = ""
    is_private: bool | None = None
    omit_texts: bool = False
    allow_withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class PreparedPublication:
    """
    What would go out, and what there is on the Hub.

    *found* is None where the Hub wasn't asked, for the reason in *unasked*. *refusal* says why nothing
    can go out, None where it can.
    """

    outgoing: OutgoingFiles
    wanted: VersionToPublish
    repository: str
    found: HubState | None = None
    unasked: str = ""
    refusal: CurateError | None = None

    @property
    def is_private(self) -> bool:
        """Whether the repository is private, or will be."""
        if self.found and self.found.repository:
            return self.found.repository.is_private
        return self.wanted.is_private is not False

    @property
    def foreign(self) -> tuple[str, ...]:
        """The paths of files in the version's folder on the Hub that aren't the version's."""
        folder = f"{self.wanted.version}/"
        there = self.found.files if self.found else ()
        return tuple(
            sorted(
                path
                for path in there
                if path.startswith(folder) and path not in self.wanted.files
            )
        )

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
            "foreign": list(self.foreign),
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


def look_before(workspace: Workspace, options: PublishOptions, hub: Hub) -> HubState:
    """What is on the Hub; HubError where it can't be asked, UsageError where nobody says which dataset."""
    return look_at_hub(hub, _repository(workspace, options), tag=tag_of(options.version))


def prepare_publication(
    workspace: Workspace,
    options: PublishOptions,
    found: HubState | None,
    *,
    unasked: str = "",
    watch: Watch = unwatched,
) -> PreparedPublication:
    """
    Verify a version, and make all files that its publication has; nothing is changed, here or on the Hub.

    *found* is what is on the Hub, None where it wasn't asked, for the reason *unasked*. Raises GoldError
    with everything that is wrong with the version, and HubError where nobody can read the card on the Hub.
    """
    name = _repository(workspace, options)
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
        withdrawn = read_withdrawn(workspace.gold / options.version)
    wanted = VersionToPublish(
        version=options.version, files=outgoing.files, is_private=options.is_private
    )
    refusal = None
    try:
        _refuse_withdrawn(withdrawn, found, options)
        _refuse_relicensed(outgoing.relicensed, found, options)
        if found is not None:
            _refuse_public(found, options)
            plan_publication(found, wanted)
    except (GoldError, HubError) as error:
        refusal = error
    return PreparedPublication(
        outgoing=outgoing,
        wanted=wanted,
        repository=name,
        found=found,
        unasked=unasked,
        refusal=refusal,
    )


def publish(
    hub: Hub, prepared: PreparedPublication, *, watch: Watch = unwatched
) -> Publication:
    """Bring what was prepared to the Hub, in one commit and a tag; HubError where it can't go there."""
    if prepared.refusal is not None:
        raise prepared.refusal
    found = prepared.found or HubState(name=prepared.repository)
    return publish_files(hub, found, prepared.wanted, watch=watch)


def _repository(workspace: Workspace, options: PublishOptions) -> str:
    name = options.repository or read_dataset_facts(workspace.gold).repository
    if not name:
        raise UsageError(
            f"--repo is missing, and {workspace.gold / DATASET_FILE} has no repository",
            hint=f"curate publish {options.version} --repo org/name",
        )
    return name


def _refuse_faults(workspace: Workspace, version: str, watch: Watch) -> None:
    """Raise GoldError with everything that is wrong with a version."""
    checked = verify_gold(workspace.gold, version, watch).versions
    faults = [fault for one in checked for fault in one.faults]
    if faults:
        hint = "git status, then git checkout what was altered; a version never changes"
        if any(one.is_interrupted for one in checked):
            hint = "curate release (completes the release)"
        raise_problems(faults, GoldError, hint=hint)


def _refuse_withdrawn(
    withdrawn: Collection[str], found: HubState | None, options: PublishOptions
) -> None:
    """Raise GoldError where withdrawn documents would go out for the first time, and nobody allowed that."""
    if not withdrawn or _is_there(found, options) or options.allow_withdrawn:
        return
    raise GoldError(
        f"{options.version} holds {pluralise(len(withdrawn), 'document')} withdrawn since it was"
        f" sealed: {join_first(sorted(withdrawn))}",
        hint="curate release, and publish the new version; or add --allow-withdrawn",
    )


def _refuse_relicensed(
    relicensed: Mapping[str, str], found: HubState | None, options: PublishOptions
) -> None:
    """Raise GoldError where texts would go out for the first time that may not, as is known since."""
    if relicensed and not _is_there(found, options):
        documents = sorted(relicensed)
        named = [f"{one} ({relicensed[one]})" for one in documents]
        raise GoldError(
            f"{options.version} has {pluralise(len(documents), 'text')} whose licence a later version"
            f" or gold/next corrects, so that it may not go out: {join_first(named)}",
            hint=f"publish the later version (curate release seals gold/next), or: curate publish {options.version} --text omit",
        )


def _is_there(found: HubState | None, options: PublishOptions) -> bool:
    """Whether the version is on the Hub already."""
    return found is not None and f"{options.version}/{MANIFEST_FILE}" in found.files


def _refuse_public(found: HubState, options: PublishOptions) -> None:
    """Raise HubError where the repository is public, and nobody said that the version should be."""
    if found.repository and not found.repository.is_private and options.is_private is None:
        raise HubError(
            f"{found.name} is public on the Hub: everybody could read what goes there",
            hint=f"curate publish {options.version} --repo {found.name} --public",
        )
