"""The dataset card and what lies beside it, as the versions on disk and dataset.toml say."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from curation.files import read_text, write_text
from curation.gold.audit.judgements import JudgedAudit, judged_audits
from curation.gold.card.articles import LICENSE_FILE, license_text
from curation.gold.card.citation import CITATION_FILE, ZENODO_FILE, citation_cff, zenodo_json
from curation.gold.card.croissant import CROISSANT_FILE, croissant_json
from curation.gold.card.numbers import GOLD_COLUMNS, LAYER_COLUMNS, CardNumbers
from curation.gold.card.own_words import find_own_words
from curation.gold.card.page import CARD_FILE, card_text
from curation.gold.card.source import CardSource
from curation.gold.changes.changelog import read_changelog
from curation.gold.dataset_facts import DatasetFacts, read_dataset_facts
from curation.gold.sealed.manifest import Manifest
from curation.gold.sealed.versions import (
    list_versions,
    newest_version,
    read_manifest,
    verify_files,
)
from curation.gold.sealed.withdrawn import read_withdrawn
from curation.gold.tables.names import ANNOTATIONS, Table
from curation.gold.tables.parquet import read_columns
from curation.gold.tables.rows import JsonRow
from curation.progress import Watch, unwatched


def write_published_files(gold: Path, watch: Watch = unwatched) -> tuple[str, ...]:
    """
    Bring the card and what lies beside it up to date; the names of the files that had to be written.

    *watch* shows how many of them are.

    Raises GoldError where a version was altered, or dataset.toml or the card has a mistake.
    """
    outdated = outdated_published_files(gold)
    for name, text in watch(outdated.items(), "writing the card", len(outdated)):
        write_text(gold / name, text)
    return tuple(outdated)


def outdated_published_files(gold: Path) -> Mapping[str, str]:
    """What should be in those files, by name, that don't have it; nothing before the first version."""
    newest = newest_version(gold)
    if newest is None:
        return {}
    return {
        name: text
        for name, text in published_files(_read_source(gold, newest)).items()
        if not (gold / name).exists() or read_text(gold / name) != text
    }


def published_files(source: CardSource) -> Mapping[str, str]:
    """The text of the card and of each file beside it, by name."""
    return {
        CARD_FILE: card_text(source),
        CROISSANT_FILE: croissant_json(source),
        CITATION_FILE: citation_cff(source),
        ZENODO_FILE: zenodo_json(source),
        LICENSE_FILE: license_text(source),
    }


def read_own_words(gold: Path) -> str:
    """What the publisher wrote into the card; GoldError where its markers are broken."""
    card = gold / CARD_FILE
    return find_own_words(read_text(card), card) if card.exists() else ""


def make_card_source(
    folder: Path,
    manifests: Sequence[Manifest],
    publisher: DatasetFacts,
    *,
    changelog: str = "",
    own_words: str = "",
    audits: Sequence[JudgedAudit] = (),
) -> CardSource:
    """
    What a card of these versions, the newest first, is made of; *folder* has a folder of each.

    Only the newest one's files must be there, unaltered. A version whose files aren't has no features on
    the card, and *audits* of documents that the newest one hasn't aren't shown.
    """
    newest = manifests[0]
    files = {file: table for file in newest.files if (table := Table.of_file(file))}
    gold_files = [file for file, table in files.items() if table.kind == ""]
    layer_files = [file for file, table in files.items() if table.kind == ANNOTATIONS]
    numbers = CardNumbers.of(
        _rows(folder / newest.version, gold_files, GOLD_COLUMNS),
        _rows(folder / newest.version, layer_files, LAYER_COLUMNS),
        publisher.article_license,
        without_text=newest.texts_omitted,
    )
    return CardSource(
        gold=folder,
        manifests=manifests,
        numbers=numbers,
        publisher=publisher,
        changelog=changelog,
        own_words=own_words,
        audits=[
            one
            for one in audits
            if numbers.has_gold_of(document.id for document in one.judgements.documents)
        ],
        withdrawn={one.version: (*read_withdrawn(folder / one.version),) for one in manifests},
    )


def _read_source(gold: Path, newest: str) -> CardSource:
    manifests = [read_manifest(gold, version) for version in reversed(list_versions(gold))]
    # The files have what was sealed, so their rows needn't be compared with the digest again.
    verify_files(gold / newest, manifests[0])
    return make_card_source(
        gold,
        manifests,
        read_dataset_facts(gold),
        changelog=read_changelog(gold),
        own_words=read_own_words(gold),
        audits=judged_audits(gold),
    )


def _rows(folder: Path, files: Sequence[str], columns: Sequence[str]) -> Iterator[JsonRow]:
    for file in files:
        yield from read_columns(folder / file, columns)
