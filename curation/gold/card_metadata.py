"""The metadata of the dataset card: the YAML that tells load_dataset and the Hub what is where."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from curation.articles import UNKNOWN_LICENSE
from curation.documents.document import is_program_pseudonym, is_unknown_pseudonym
from curation.files import Json
from curation.gold.card_configs import card_configs, card_dataset_info
from curation.gold.card_facts import CardFacts
from curation.gold.manifest import Manifest

PRETTY_NAME = "Entities and relations in the news"

# The names that the Hub has for licences of texts.
HUB_LICENSES = (
    "cc0-1.0", "pddl", "odc-by", "odbl", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0",
    "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-sa-4.0",
)  # fmt: skip

NO_LICENSE = (
    "The text of some articles has no known licence and must not be republished without asking"
    " whoever owns it; the column license says which."
)
MANY_LICENSES = "Each article has its own licence; the columns license and attribution give it."

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))


def card_metadata(gold: Path, facts: CardFacts, manifests: Sequence[Manifest]) -> str:
    """
    The YAML between the card's two ``---`` lines, with the configurations of each version in *gold*.

    *facts* are those of the newest version, *manifests* those of all versions, the newest first.
    """
    # Imported here so that only commands that write the card wait for the package to load.
    from huggingface_hub import DatasetCardData

    metadata = DatasetCardData(
        pretty_name=PRETTY_NAME,
        language=_languages(facts) or None,
        annotations_creators=_creators(facts) or None,
        size_categories=[_size(facts.documents)],
        task_categories=["token-classification"],
        **_license(facts.licenses),
        configs=[
            config
            for manifest in manifests
            for config in card_configs(manifest, is_default=manifest == manifests[0])
        ],
        dataset_info=[
            info for manifest in manifests for info in card_dataset_info(gold, manifest)
        ],
    )
    return f"{metadata.to_yaml()}\n"


def _languages(facts: CardFacts) -> list[str]:
    """The codes that can be ISO 639 codes, sorted."""
    return sorted(
        code for code in facts.languages if code.isascii() and code.isalpha() and len(code) < 4
    )


def _license(licenses: Counter[str]) -> Json:
    names = sorted(licenses)
    if all(name.lower() in HUB_LICENSES for name in names):
        return {"license": [name.lower() for name in names]}
    return {
        "license": "other",
        "license_name": "unknown" if names == [UNKNOWN_LICENSE] else "mixed",
        "license_details": NO_LICENSE if UNKNOWN_LICENSE in licenses else MANY_LICENSES,
    }


def _creators(facts: CardFacts) -> list[str]:
    unknown = set(filter(is_unknown_pseudonym, facts.annotators))
    programs = set(filter(is_program_pseudonym, facts.annotators))
    by_creator = {
        "expert-generated": facts.annotators - unknown - programs,
        "machine-generated": programs,
        "other": unknown,
    }
    return [creator for creator, annotators in by_creator.items() if annotators]


def _size(documents: int) -> str:
    return next((name for size, name in _SIZES if documents < size), "100K<n<1M")
