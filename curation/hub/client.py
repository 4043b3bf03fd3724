"""The real Hugging Face Hub: the port's calls by way of huggingface_hub."""

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import huggingface_hub
from huggingface_hub import CommitOperationAdd, HfApi, RepoFile
from huggingface_hub.utils import build_hf_headers, hf_raise_for_status, http_backoff

from curation.errors import HubConnectionLost, HubError
from curation.hub.http import NotOnHub, set_up_connections, translated_errors
from curation.hub.port import HubFile, HubRepository
from curation.progress import Watch, unwatched

_Answer = TypeVar("_Answer")

_MAIN = "main"

# Seconds before each further attempt of a read that huggingface_hub makes once.
_READ_PAUSES = (0.5, 2.0)


class HubClient:
    """The Hub at *url*, for the account whose *token* is given; without one, as anybody sees it."""

    def __init__(self, url: str, token: str) -> None:
        self._url = _checked_url(url)
        self._token = _checked_token(token)
        self._api = HfApi(endpoint=self._url, token=self._token or False)
        set_up_connections()

    @classmethod
    def from_environment(cls) -> "HubClient":
        """The Hub of HF_ENDPOINT, huggingface.co by default, with HF_TOKEN or the login that is stored."""
        url = huggingface_hub.constants.ENDPOINT
        with translated_errors(url, ""):
            token = huggingface_hub.get_token()
        return cls(url, token or "")

    @property
    def url(self) -> str:
        return self._url

    @property
    def has_token(self) -> bool:
        """Whether there is an account."""
        return bool(self._token)

    def repository(self, name: str) -> HubRepository | None:
        try:
            info = self._read(lambda: self._api.dataset_info(name))
        except NotOnHub:
            return None
        return HubRepository(name=name, is_private=bool(info.private), head=info.sha or "")

    def create(self, name: str, *, is_private: bool) -> None:
        with self._errors():
            self._api.create_repo(name, repo_type="dataset", private=is_private)

    def tree(self, name: str, commit: str) -> tuple[HubFile, ...]:
        with self._errors():
            entries = self._api.list_repo_tree(
                name, repo_type="dataset", revision=commit, recursive=True
            )
            return tuple(_hub_file(entry) for entry in entries if isinstance(entry, RepoFile))

    def read(self, name: str, path: str, commit: str) -> bytes:
        url = huggingface_hub.hf_hub_url(
            name, path, repo_type="dataset", revision=commit, endpoint=self._url
        )
        headers = build_hf_headers(token=self._token or False)
        with self._errors():
            answer = http_backoff("GET", url, headers=headers)
            hf_raise_for_status(answer)
            return answer.content

    def commit(
        self,
        name: str,
        files: Mapping[str, bytes],
        *,
        message: str,
        parent: str,
        watch: Watch = unwatched,
    ) -> str:
        additions = [
            CommitOperationAdd(path_in_repo=path, path_or_fileobj=content)
            for path, content in files.items()
        ]
        for addition in watch(additions, "sending", len(additions)):
            self._upload(name, addition)
        with self._errors():
            done = self._api.create_commit(
                name,
                additions,
                commit_message=message,
                repo_type="dataset",
                revision=_MAIN,
                parent_commit=parent or None,
            )
            return done.oid

    def tags(self, name: str) -> Mapping[str, str]:
        refs = self._read(lambda: self._api.list_repo_refs(name, repo_type="dataset"))
        return {tag.name: tag.target_commit for tag in refs.tags}

    def tag(self, name: str, tag: str, *, commit: str) -> None:
        with self._errors():
            self._api.create_tag(name, repo_type="dataset", tag=tag, revision=commit)

    def _upload(self, name: str, addition: CommitOperationAdd) -> None:
        """Bring a file to large file storage, if the Hub wants it there; HubError where it is ignored."""
        with self._errors():
            self._api.preupload_lfs_files(
                name, [addition], repo_type="dataset", revision=_MAIN, free_memory=False
            )
        if addition._should_ignore:  # or it would be left out of the commit without a word
            raise HubError(
                f"{name} on {self._url} ignores {addition.path_in_repo}",
                hint="change .gitignore there, on the page of its files",
            )

    def _read(self, ask: Callable[[], _Answer]) -> _Answer:
        """What *ask* answers, which is asked again where the connection breaks or the Hub is busy."""
        for pause in _READ_PAUSES:
            try:
                with self._errors():
                    return ask()
            except HubConnectionLost as lost:
                time.sleep(max(pause, lost.retry_after))
        with self._errors():
            return ask()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        with warnings.catch_warnings(), translated_errors(self._url, self._token):
            warnings.simplefilter("ignore")  # what the Hub advises on the card
            yield


def _hub_file(entry: RepoFile) -> HubFile:
    if entry.lfs:
        return HubFile(path=entry.path, size=entry.lfs.size, sha256=entry.lfs.sha256)
    return HubFile(path=entry.path, size=entry.size, blob=entry.blob_id)


def _checked_url(given: str) -> str:
    url = given.strip().rstrip("/")
    if "@" in url:  # not to be shown
        raise HubError(
            "HF_ENDPOINT: the address holds a user's name or password; leave them out"
        )
    if not url.startswith(("http://", "https://")):
        raise HubError(f"HF_ENDPOINT: {url!r} begins with neither http:// nor https://")
    return url


def _checked_token(given: str) -> str:
    token = given.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise HubError(
            "HF_TOKEN holds a character that no token has",
            hint="copy the token anew from https://huggingface.co/settings/tokens",
        )
    return token
