"""The port: the calls that publishing needs of the Hugging Face Hub, and the values that they carry."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from curation.progress import Watch, unwatched


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRepository:
    """A dataset repository; *head* is the newest commit of its main branch, empty where it has none."""

    name: str
    is_private: bool
    head: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """
    A file of a commit, with what tells its content without a download.

    That is *sha256* of a file in large file storage, and git's *blob* of any other.
    """

    path: str
    size: int
    sha256: str = ""
    blob: str = ""

    def has(self, content: bytes) -> bool:
        """Whether the file is this *content*."""
        if self.size != len(content):
            return False
        if self.sha256:
            return self.sha256 == hashlib.sha256(content).hexdigest()
        return self.blob == git_blob(content)


class Hub(Protocol):
    """
    What publishing asks of the Hub; *name* is always a dataset's, such as ``org/name``.

    Every call raises HubError: HubConnectionLost where the Hub may have carried it out though its
    answer was lost, HubConflict where something is there already or was changed meanwhile.
    """

    @property
    def url(self) -> str:
        """The Hub's address."""

    def repository(self, name: str) -> HubRepository | None:
        """The repository; None where there is none, or none that this account may see."""

    def create(self, name: str, *, is_private: bool) -> None:
        """Make an empty repository; HubConflict where there is one, which stays as it is."""

    def tree(self, name: str, commit: str) -> tuple[HubFile, ...]:
        """All files of a commit."""

    def read(self, name: str, path: str, commit: str) -> bytes:
        """The content of a file of a commit."""

    def commit(
        self,
        name: str,
        files: Mapping[str, bytes],
        *,
        message: str,
        parent: str,
        watch: Watch = unwatched,
    ) -> str:
        """
        The commit that adds *files* to *parent*, which must be the head; HubConflict where it isn't.

        Files that aren't named stay. Beware: where the head has all *files* already, the commit
        is the head, whatever *parent* is: look at its tree before you rely on it.
        """

    def tags(self, name: str) -> Mapping[str, str]:
        """The commit of each tag."""

    def tag(self, name: str, tag: str, *, commit: str) -> None:
        """Name a commit; HubConflict where the tag is there, whatever it names."""


def git_blob(content: bytes) -> str:
    """What git calls a file of this *content*."""
    return hashlib.sha1(
        b"blob %d\0" % len(content) + content, usedforsecurity=False
    ).hexdigest()
