"""The card that goes to the Hub keeps what others wrote into the one that is there."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from curation.errors import HubError
from curation.files import Json
from curation.gold.card.metadata import METADATA_KEYS
from curation.gold.card.own_words import BEGIN, END
from curation.gold.card.page import GENERATED
from curation.gold.sealed.versions import is_version

_METADATA = re.compile(r"\s*---[ \t]*\r?\n(.*?)(?:^|\r?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)

# Lists of what each configuration is, by its name.
_BY_CONFIG = ("configs", "dataset_info")


def merge_card(ours: str, theirs: str, versions: Collection[str]) -> str:
    """
    Our card with the metadata that others gave *theirs*, the one on the Hub, which may be empty.

    Keys and tags that curate doesn't write stay, and so do the configurations of *versions* that our
    card says nothing of. Raises HubError where *theirs* has metadata that nobody can read.
    """
    metadata, body = parse_card(ours)
    others, _ = parse_card(theirs)
    for key, value in others.items():
        if key not in METADATA_KEYS:
            metadata.setdefault(key, value)
    tags = [*_listed(metadata, "tags"), *_listed(others, "tags")]
    metadata["tags"] = [*dict.fromkeys(tags)]
    for key in _BY_CONFIG:
        known = {one["config_name"] for one in metadata[key]}
        metadata[key] += [
            {name: value for name, value in one.items() if name != "default"}
            for one in _by_config(others, key)
            if one["config_name"] not in known and _is_there(one, versions)
        ]
    return write_card(metadata, body)


def add_to_card(theirs: str, ours: str, version: str) -> str:
    """
    The card on the Hub, which tells of a later version, with the configurations that our card gives *version*.

    Nothing else is changed. Raises HubError where its metadata can't be read.
    """
    metadata, body = parse_card(theirs)
    added, _ = parse_card(ours)
    is_changed = False
    for key in _BY_CONFIG:
        there = _by_config(metadata, key)
        wanted = [
            {name: value for name, value in one.items() if name != "default"}
            for one in added[key]
            if _version_of(one) == version
        ]
        if any(one not in there for one in wanted):
            names = {one["config_name"] for one in wanted}
            metadata[key] = [one for one in there if one["config_name"] not in names] + wanted
            is_changed = True
    return write_card(metadata, body) if is_changed else theirs


def words_of_others(theirs: str) -> str:
    """
    What others wrote into the card on the Hub: between our markers, or the whole of a card that isn't ours.

    Empty where the markers are broken.
    """
    if not theirs:
        return ""
    if (theirs.count(BEGIN), theirs.count(END)) == (1, 1):
        return theirs.partition(BEGIN)[2].partition(END)[0].strip()
    _, body = parse_card(theirs)
    is_ours = GENERATED in body or BEGIN in body or END in body
    return "" if is_ours else body.strip()


def _is_there(config: Mapping[str, Any], versions: Collection[str]) -> bool:
    """Whether a configuration is of a version that is there, or of something that curate didn't make."""
    version = _version_of(config)
    return version in versions or not is_version(version)


def _version_of(config: Mapping[str, Any]) -> str:
    return str(config["config_name"]).partition("-")[0]


def _by_config(metadata: Json, key: str) -> list[Json]:
    """The entries of a list by configuration, of which a card may have one without a list."""
    found = metadata.get(key) or []
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, dict) and one.get("config_name")]


def _listed(metadata: Json, key: str) -> list[Any]:
    found = metadata.get(key) or []
    return found if isinstance(found, list) else [found]


def parse_card(card: str) -> tuple[Json, str]:
    """The metadata of a card and the text below; HubError where the metadata can't be read."""
    # Imported here so that only commands that publish wait for the package to load.
    import yaml

    text = card.removeprefix("\ufeff")
    parts = _METADATA.match(text)
    if not parts:
        return {}, text
    try:
        found = yaml.safe_load(parts[1]) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise _unreadable(_first_line(error)) from None
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise _unreadable("a key and a value are expected on each line")
    return found, text[parts.end() :]


def _unreadable(why: str) -> HubError:
    return HubError(
        f"the metadata of README.md on the Hub can't be read: {why}",
        hint="mend README.md on the Hub, between its two lines ---",
    )


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def write_card(metadata: Json, body: str) -> str:
    """The card with this metadata; what ``parse_card`` takes apart."""
    import yaml
    from huggingface_hub.utils import yaml_dump

    written = yaml_dump(metadata, sort_keys=False)
    if yaml.safe_load(written) != metadata:  # line ends that PyYAML writes, and reads as others
        written = yaml.safe_dump(metadata, sort_keys=False)
    return f"---\n{written.strip()}\n---\n{body}"
