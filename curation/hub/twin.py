"""A Hugging Face Hub in memory, for tests and for trying out: it keeps the contract of the real one."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch

from curation.errors import HubConflict, HubError
from curation.hub.port import HubFile, HubRepository, git_blob
from curation.progress import Watch, unwatched

# What a new repository's .gitattributes sends to large file storage, and its first commit.
_LARGE = (".parquet", ".zip", ".gz", ".zst")
_FIRST_FILES = {".gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"}


@dataclass
class _Stored:
    """A repository: the files of each commit, oldest first, and its tags."""

    is_private: bool
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> str:
        return [*self.commits][-1]

    def add(self, files: Mapping[str, bytes]) -> str:
        """A commit with *files* over those of the head."""
        commit = hashlib.sha1(b"%d" % len(self.commits), usedforsecurity=False).hexdigest()
        before = self.commits[self.head] if self.commits else {}
        self.commits[commit] = {**before, **files}
        return commit


class MemoryHub:
    """A Hub that lives in memory."""

    def __init__(self) -> None:
        self._stored: dict[str, _Stored] = {}

    @property
    def url(self) -> str:
        return "https://hub.example.org"

    def repository(self, name: str) -> HubRepository | None:
        stored = self._stored.get(name)
        if stored is None:
            return None
        return HubRepository(name=name, is_private=stored.is_private, head=stored.head)

    def create(self, name: str, *, is_private: bool) -> None:
        if name in self._stored:
            raise HubConflict(f"{name} is on {self.url} already")
        self._stored[name] = _Stored(is_private)
        self._stored[name].add(_FIRST_FILES)

    def tree(self, name: str, commit: str) -> tuple[HubFile, ...]:
        files = self._files(name, commit)
        return tuple(_described(path, files[path]) for path in sorted(files))

    def read(self, name: str, path: str, commit: str) -> bytes:
        files = self._files(name, commit)
        if path not in files:
            raise HubError(f"{name} on {self.url} has no {path} in {commit}")
        return files[path]

    def commit(
        self,
        name: str,
        files: Mapping[str, bytes],
        *,
        message: str,  # noqa: ARG002
        parent: str,
        watch: Watch = unwatched,
    ) -> str:
        stored = self._named(name)
        head = stored.commits[stored.head]
        ignored = head.get(".gitignore", b"").decode().split()
        for path in watch(files, "sending", len(files)):
            if any(fnmatch(path, pattern) for pattern in ignored):
                raise HubError(f"{name} on {self.url} ignores {path}")
        if all(head.get(path) == content for path, content in files.items()):
            return stored.head
        if parent != stored.head:
            raise HubConflict(f"{name} on {self.url} was changed meanwhile")
        return stored.add(files)

    def tags(self, name: str) -> Mapping[str, str]:
        return dict(self._named(name).tags)

    def tag(self, name: str, tag: str, *, commit: str) -> None:
        self._files(name, commit)
        if tag in self._named(name).tags:
            raise HubConflict(f"{name} on {self.url} has a tag {tag} already")
        self._named(name).tags[tag] = commit

    def commits(self, name: str) -> tuple[str, ...]:
        """The history of a repository, oldest first."""
        return tuple(self._named(name).commits)

    def delete(self, name: str, path: str) -> None:
        """A commit without a file, as other people may make."""
        stored = self._named(name)
        commit = stored.add({})
        del stored.commits[commit][path]

    def _named(self, name: str) -> _Stored:
        if name not in self._stored:
            raise HubError(f"{name} isn't on {self.url}")
        return self._stored[name]

    def _files(self, name: str, commit: str) -> dict[str, bytes]:
        commits = self._named(name).commits
        if commit not in commits:
            raise HubError(f"{name} on {self.url} has no commit {commit}")
        return commits[commit]


def _described(path: str, content: bytes) -> HubFile:
    if path.endswith(_LARGE):
        return HubFile(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    return HubFile(path=path, size=len(content), blob=git_blob(content))
