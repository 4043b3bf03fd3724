"""What is published in tests, and a Hub on whose calls something happens."""

from collections.abc import Callable
from functools import partial
from typing import Any

from curation.hub.plan import VersionToPublish
from curation.hub.publish import publish_files
from curation.hub.state import look_at_hub

NAME = "org/news"
FILES = {
    "README.md": b"---\ntags:\n- news\n---\n# News\n",
    "CHANGELOG.md": b"# Changes\n",
    "1.0.0/manifest.json": b"{}\n",
    "1.0.0/train-1a2b.parquet": b"PAR1 rows PAR1",
    "1.0.0/annotations-3c4d.parquet": b"PAR1 annotations PAR1",
}
WANTED = VersionToPublish(version="1.0.0", files=FILES)


def publish(hub, wanted=WANTED):
    found = look_at_hub(hub, NAME, tag=wanted.tag)
    return publish_files(hub, found, wanted, wait=lambda _: None)


def content(hub, commit):
    return {file.path: hub.read(NAME, file.path, commit) for file in hub.tree(NAME, commit)}


def head_content(hub):
    return content(hub, hub.repository(NAME).head)


def push(hub, files):
    """What somebody else pushes."""
    head = hub.repository(NAME).head
    return hub.commit(NAME, files, message="somebody else's", parent=head)


class Eventful:
    """A Hub; *event* is called with the number of each half of a call: 0 before the first, 1 after it."""

    def __init__(self, hub: Any, event: Callable[[int], None]) -> None:
        self._hub = hub
        self._event = event
        self.halves = 0

    @property
    def url(self) -> str:
        return self._hub.url

    def __getattr__(self, name: str) -> Any:
        return partial(self._call, getattr(self._hub, name))

    def _call(self, call: Callable[..., Any], *given: Any, **options: Any) -> Any:
        self._pass()
        answer = call(*given, **options)
        self._pass()
        return answer

    def _pass(self) -> None:
        self.halves += 1
        self._event(self.halves - 1)
