"""The metadata of the dataset card: the YAML that tells load_dataset and the Hub what is where."""

from curation.articles import UNKNOWN_LICENSE
from curation.documents.document import is_program_pseudonym, is_unknown_pseudonym
from curation.files import Json
from curation.gold.card.articles import license_notice
from curation.gold.card.configs import card_configs, card_dataset_info
from curation.gold.card.source import CardSource
from curation.gold.licences import LICENSES

# What curate writes into the metadata of a card: what others write there has other keys.
METADATA_KEYS = (
    "annotations_creators", "language_creators", "language", "license", "multilinguality",
    "size_categories", "source_datasets", "task_categories", "task_ids", "pretty_name", "tags",
    "license_name", "license_link", "license_details", "configs", "dataset_info",
)  # fmt: skip

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"))


def card_metadata(source: CardSource) -> str:
    """The YAML between the card's two ``---`` lines, with the configurations of each version."""
    # Imported here so that only commands that write the card wait for the package to load.
    from huggingface_hub import DatasetCardData

    languages = source.numbers.language_codes
    are_all_known = bool(languages) and not source.numbers.languages[""]
    metadata = DatasetCardData(
        pretty_name=source.publisher.title,
        language=languages or None,
        multilinguality=["multilingual" if len(languages) > 1 else "monolingual"]
        if are_all_known
        else None,
        annotations_creators=_creators(source) or None,
        language_creators=["found"],
        source_datasets=["original"],
        size_categories=[_size(source.numbers.documents)],
        task_categories=["token-classification"],
        task_ids=["named-entity-recognition"],
        tags=["relation-extraction", "news"],
        **_license(source),
        configs=[
            config
            for manifest in source.manifests
            for config in card_configs(manifest, is_default=manifest == source.manifest)
        ],
        dataset_info=[
            info
            for manifest in source.manifests
            for info in card_dataset_info(source.gold, manifest)
        ],
    )
    return f"{metadata.to_yaml()}\n"


def _license(source: CardSource) -> Json:
    """The licences of annotations and articles, where the Hub has names for all of them."""
    publisher = source.publisher
    articles = source.numbers.all_licenses
    if all(name in LICENSES for name in articles):
        return {"license": sorted({publisher.annotation_license, *articles})}
    return {
        "license": "other",
        "license_name": "unknown" if [*articles] == [UNKNOWN_LICENSE] else "mixed",
        "license_link": "LICENSE.md",
        "license_details": license_notice(source),
    }


def _creators(source: CardSource) -> list[str]:
    """Who annotated, in the Hub's words; of what kind the people are, only the publisher can say."""
    numbers = source.numbers
    unknown = set(filter(is_unknown_pseudonym, numbers.annotators))
    programs = set(filter(is_program_pseudonym, numbers.annotators))
    of_people = source.publisher.annotators or "other"
    by_kind = [
        (of_people, numbers.annotators - unknown - programs),
        ("machine-generated", programs),
        ("other", unknown),
    ]
    return [*dict.fromkeys(creator for creator, annotators in by_kind if annotators)]


def _size(documents: int) -> str:
    return next((name for size, name in _SIZES if documents < size), "100K<n<1M")
