"""``curate hydrate``: texts put back into a dataset that was published without them."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.articles import estimate_article_count, read_articles
from curation.documents.document import Document
from curation.errors import GoldError
from curation.files import Json, new_folder, read_text, refuse_address, write_text
from curation.gold.card.croissant import CROISSANT_FILE
from curation.gold.card.page import CARD_FILE
from curation.gold.edition.hydrated_card import hydrated_card
from curation.gold.edition.hydration import (
    HydratedVersion,
    PublishedVersion,
    hydrate_version,
    read_published,
)
from curation.gold.sealed.versions import MANIFEST_FILE, list_versions
from curation.progress import Watch, unwatched

_DOWNLOAD = (
    "hf download org/name --repo-type dataset --local-dir FOLDER, then curate hydrate FOLDER"
)


@dataclass(frozen=True, kw_only=True)
class HydratedDataset:
    """
    The dataset in *folder*, with the texts that were found; documents are given by their ids.

    *restored* have their text again, in each version that lacked it. *missing* are those of which no text was
    given, *different* those of which another one was, *withdrawn* those whose text stays out, as they were
    withdrawn since. *metadata* names what else was taken from the articles given. *versions* says of each version what became of it.
    """

    folder: Path
    restored: tuple[str, ...]
    missing: tuple[str, ...]
    different: tuple[str, ...]
    withdrawn: tuple[str, ...]
    metadata: tuple[str, ...]
    versions: Mapping[str, HydratedVersion]

    @property
    def is_complete(self) -> bool:
        """Whether every text is there that should be."""
        return not (self.missing or self.different)

    def to_json(self) -> Json:
        """The same for programs."""
        return {
            "format": 1,
            "folder": str(self.folder),
            "restored": list(self.restored),
            "missing": list(self.missing),
            "different": list(self.different),
            "withdrawn": list(self.withdrawn),
            "versions": {
                version: {
                    "digest": one.manifest.digest if one.has_digest else None,
                    "as_sealed": one.is_sealed,
                }
                for version, one in self.versions.items()
            },
        }


def hydrate(
    dataset: Path, texts: Sequence[Path], output: Path, watch: Watch = unwatched
) -> HydratedDataset:
    """
    Copy the *dataset*, a folder of versions or one of them, to *output*, with the texts in these files.

    Texts are read as ``curate ingest`` reads them. An article is known by its id and the hash of its text, or
    by the hash alone. Raises GoldError where *dataset* is none, or lacks no text.
    """
    published = _published(dataset)
    wanted = {
        document: sha256
        for one in published.values()
        for document, sha256 in one.wanted.items()
    }
    withdrawn = {document for one in published.values() for document in one.withdrawn}
    if not wanted and not withdrawn:
        raise GoldError(f"{dataset}: every document has its text already")
    articles, others = _find_articles(
        watch(read_articles(texts), "reading", estimate_article_count(texts)), wanted
    )
    is_whole = MANIFEST_FILE not in {path.name for path in dataset.iterdir()}
    versions: dict[str, HydratedVersion] = {}
    with new_folder(output) as folder:
        for version, one in watch(published.items(), "putting texts back", len(published)):
            (folder / version).mkdir()
            versions[version] = hydrate_version(one, articles, folder / version)
        for path in dataset.iterdir() if is_whole else ():
            # The hashes that Croissant has are those of the files without texts.
            is_copied = path.name != CROISSANT_FILE and not path.name.startswith(".")
            if path.is_file() and is_copied:
                shutil.copyfile(path, folder / path.name)
        card = folder / CARD_FILE
        text = read_text(card) if card.exists() else ""
        manifests = [versions[version].manifest for version in versions]
        write_text(card, hydrated_card(text, folder, manifests, restored=len(articles)))
    return HydratedDataset(
        folder=output,
        restored=tuple(sorted(articles)),
        missing=tuple(sorted(wanted.keys() - articles.keys() - others)),
        different=tuple(sorted(others)),
        withdrawn=tuple(sorted(withdrawn)),
        metadata=tuple(sorted({key for one in articles.values() for key in one.meta})),
        versions=versions,
    )


def _published(dataset: Path) -> dict[str, PublishedVersion]:
    """The versions in *dataset*, the newest first; GoldError where there are none."""
    refuse_address(dataset, hint=_DOWNLOAD)
    if not dataset.is_dir():
        raise GoldError(f"{dataset}: no such folder", hint=_DOWNLOAD)
    if (dataset / MANIFEST_FILE).is_file():
        one = read_published(dataset)
        return {one.manifest.version: one}
    versions = [
        name for name in list_versions(dataset) if (dataset / name / MANIFEST_FILE).is_file()
    ]
    if not versions:
        raise GoldError(
            f"{dataset}: no published dataset: neither a manifest.json nor folders of versions with one",
            hint=_DOWNLOAD,
        )
    return {name: read_published(dataset / name) for name in reversed(versions)}


def _find_articles(
    given: Iterable[Document], wanted: Mapping[str, str]
) -> tuple[dict[str, Document], set[str]]:
    """The articles of documents by id, and the ids of documents of which only another text was given."""
    by_hash: dict[str, list[str]] = {}
    for document, sha256 in wanted.items():
        by_hash.setdefault(sha256, []).append(document)
    found: dict[str, Document] = {}
    different = set()
    for article in given:
        for document in by_hash.get(article.text_sha256, ()):
            if document not in found or article.id == document:
                found[document] = article
        if wanted.get(article.id, article.text_sha256) != article.text_sha256:
            different.add(article.id)
    return found, different - found.keys()
