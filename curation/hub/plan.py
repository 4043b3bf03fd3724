"""What publishing a version has still to do, from what is on the Hub: values in, a plan out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from curation.errors import HubError
from curation.gold.sealed.withdrawn import WITHDRAWN_FILE
from curation.hub.port import HubFile
from curation.hub.state import HubState


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionToPublish:
    """
    A version and what lies beside it: *files* by path in the repository, such as ``1.0.0/manifest.json``.

    *is_private* is None where the publisher didn't say. The files in the version's folder are sealed:
    no others may be on the Hub in their place. ``withdrawn.json``, which comes later, is replaced, and
    so is what lies beside the version, the card among it.
    """

    version: str
    files: Mapping[str, bytes]
    is_private: bool | None = None

    @property
    def tag(self) -> str:
        """The tag that names the version."""
        return tag_of(self.version)

    @property
    def sealed(self) -> Mapping[str, bytes]:
        """The files that are never replaced."""
        return {
            path: content
            for path, content in self.files.items()
            if path.startswith(f"{self.version}/") and not path.endswith(f"/{WITHDRAWN_FILE}")
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationPlan:
    """
    What is still to do: *creates* the repository, then *sends* files in one commit, then *tags* it.

    *replaces* are those of the sent files in whose place others are on the Hub. *is_private* is what
    the repository is, or will be.
    """

    creates: bool
    is_private: bool
    sends: tuple[str, ...]
    replaces: tuple[str, ...]
    tags: bool

    @property
    def is_done(self) -> bool:
        """Whether all is on the Hub."""
        return not (self.creates or self.sends or self.tags)


def tag_of(version: str) -> str:
    """The tag that names a version on the Hub."""
    return f"v{version}"


def plan_publication(found: HubState, wanted: VersionToPublish) -> PublicationPlan:
    """
    What is to do so that the Hub has the version.

    Raises HubError where it can't be done: another version of this number is there, the tag names
    other files, or the repository isn't as private as it should be.
    """
    if found.repository is None:
        return PublicationPlan(
            creates=True,
            is_private=wanted.is_private is not False,
            sends=tuple(wanted.files),
            replaces=(),
            tags=True,
        )
    _check_privacy(found, wanted)
    _check_sealed(found, wanted)
    _check_tag(found, wanted)
    sends = tuple(_different(found.files, wanted.files))
    return PublicationPlan(
        creates=False,
        is_private=found.repository.is_private,
        sends=sends,
        replaces=tuple(path for path in sends if path in found.files),
        tags=found.tagged is None,
    )


def _different(there: Mapping[str, HubFile], files: Mapping[str, bytes]) -> Iterator[str]:
    """The paths of *files* that aren't there, or are others there."""
    return (
        path
        for path, content in files.items()
        if path not in there or not there[path].has(content)
    )


def _check_privacy(found: HubState, wanted: VersionToPublish) -> None:
    is_private = found.repository is not None and found.repository.is_private
    if wanted.is_private is None or wanted.is_private == is_private:
        return
    there, asked = ("private", "public") if is_private else ("public", "private")
    raise HubError(
        f"{found.name} is {there} on the Hub, and --{asked} was asked for; "
        "an existing repository stays what it is",
        hint=f"make it {asked} in its settings on the Hub, or leave out --{asked}",
    )


def _check_sealed(found: HubState, wanted: VersionToPublish) -> None:
    others = [path for path in _different(found.files, wanted.sealed) if path in found.files]
    if others:
        raise HubError(
            f"{found.name} has another {wanted.version} on the Hub: {others[0]} isn't the one here; "
            "a version that is published is never replaced",
            hint="publish as before (--text and licences decide which texts go out), or under a new number",
        )


def _check_tag(found: HubState, wanted: VersionToPublish) -> None:
    if found.tagged is None:
        return
    others = [*_different(found.tagged, wanted.sealed)]
    if others:
        commit = found.tags[wanted.tag]
        raise HubError(
            f"tag {wanted.tag} of {found.name} names commit {commit[:8]} on the Hub, where "
            f"{others[0]} isn't the one here; a tag is never moved",
            hint=f"publish under a new number, or delete {wanted.tag} on the Hub if nobody uses it",
        )
