"""The card of a dataset whose texts somebody put back."""

from collections.abc import Sequence
from pathlib import Path

from curation.errors import pluralise
from curation.gold.card.configs import card_configs, card_dataset_info
from curation.gold.card.merge import parse_card, write_card
from curation.gold.sealed.manifest import Manifest

_BEGIN = "<!-- curate hydrate -->"


def hydrated_card(
    text: str, folder: Path, manifests: Sequence[Manifest], *, restored: int
) -> str:
    """
    The card with this *text*, empty where there is none, which declares the versions that are in *folder*.

    The first of *manifests* is the newest version's.
    """
    metadata, body = parse_card(text)
    for key, of_version in (
        ("configs", lambda one: card_configs(one, is_default=one == manifests[0])),
        ("dataset_info", lambda one: card_dataset_info(folder, one)),
    ):
        metadata[key] = [entry for one in manifests for entry in of_version(one)]
    texts = pluralise(restored, "text")
    were = "was" if restored == 1 else "were"
    note = (
        f"{_BEGIN}\n\n**{texts} {were} put back into this copy** by `curate hydrate`. Their licences"
        " may forbid to pass them on: publish the dataset without them.\n\n"
    )
    _, _, after = body.partition(_BEGIN)
    return write_card(metadata, note + (after.split("\n\n", 2)[2] if after else body.lstrip()))
