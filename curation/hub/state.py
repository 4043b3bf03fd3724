"""What is in a repository on the Hub before a version is published there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from curation.errors import HubError
from curation.gold.card.page import CARD_FILE
from curation.hub.port import Hub, HubFile, HubRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class HubState:
    """
    What was found in the repository *name*: the *files* of its head by path, and its card.

    *repository* is None where there is none yet. *tags* gives the commit of each tag, and *tagged*
    the files that the tag has that was asked for, None where there is no such tag.
    """

    name: str
    repository: HubRepository | None = None
    files: Mapping[str, HubFile] = field(default_factory=dict)
    card: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    tagged: Mapping[str, HubFile] | None = None

    @property
    def head(self) -> str:
        """The newest commit; empty where there is none."""
        return self.repository.head if self.repository else ""


def look_at_hub(hub: Hub, name: str, *, tag: str) -> HubState:
    """What is in the repository *name*, and what *tag* names there; nothing is changed."""
    repository = hub.repository(name)
    if repository is None:
        return HubState(name=name)
    files = files_at(hub, name, repository.head)
    tags = hub.tags(name)
    tagged: Mapping[str, HubFile] | None = None
    if tag in tags:
        is_head = tags[tag] == repository.head
        tagged = files if is_head else files_at(hub, name, tags[tag])
    return HubState(
        name=name,
        repository=repository,
        files=files,
        card=_read_card(hub, name, repository.head, files),
        tags=tags,
        tagged=tagged,
    )


def files_at(hub: Hub, name: str, commit: str) -> Mapping[str, HubFile]:
    """The files of a commit by path; none where there is no commit."""
    return {file.path: file for file in hub.tree(name, commit)} if commit else {}


def _read_card(hub: Hub, name: str, commit: str, files: Mapping[str, HubFile]) -> str:
    if CARD_FILE not in files:
        return ""
    content = hub.read(name, CARD_FILE, commit)
    place = f"{hub.url}/datasets/{name}: {CARD_FILE}"
    if not files[CARD_FILE].has(content):
        raise HubError(f"{place} came incomplete", hint="run the same command again")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise HubError(f"{place} isn't UTF-8", hint="mend the card on the Hub") from None
