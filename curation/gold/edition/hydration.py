"""Texts put back into the edition of a version that was published without them."""

import hashlib
import shutil
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from curation.documents.document import Document
from curation.errors import GoldError
from curation.files import Json, write_text
from curation.gold.edition.edition import write_table
from curation.gold.edition.rows import with_words
from curation.gold.sealed.manifest import Manifest, parse_manifest
from curation.gold.sealed.versions import MANIFEST_FILE, digest_of_files, find_file_faults
from curation.gold.sealed.withdrawn import WITHDRAWN_FILE, held_texts, read_withdrawn
from curation.gold.tables.names import ANNOTATIONS, RELATIONS, TOKENS, Table
from curation.gold.tables.parquet import read_columns, read_parquet
from curation.gold.tables.relation_view import RelationView
from curation.gold.tables.token_view import TokenView
from curation.gold.tables.write_tables import table_order


@dataclass(frozen=True, kw_only=True)
class PublishedVersion:
    """
    A version as somebody has it from the Hub, in *folder*.

    *wanted* gives the sha256 of each text that it lacks, by id; *withdrawn* are documents that were withdrawn
    since, whose texts stay out.
    """

    folder: Path
    manifest: Manifest
    wanted: Mapping[str, str]
    withdrawn: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HydratedVersion:
    """
    A version with texts again, whose files *manifest* lists.

    *has_digest* says whether its rows are those that were sealed, *is_sealed* whether all of its files are.
    """

    manifest: Manifest
    has_digest: bool
    is_sealed: bool


def read_published(folder: Path) -> PublishedVersion:
    """The version in *folder*; GoldError unless its files are those that its manifest lists."""
    path = folder / MANIFEST_FILE
    manifest = parse_manifest(path.read_bytes(), str(path))
    if fault := next(find_file_faults(folder, manifest), ""):
        raise GoldError(f"{folder}: {fault}", hint="download the dataset again")
    held = held_texts(folder, manifest)
    withdrawn = read_withdrawn(folder)
    return PublishedVersion(
        folder=folder,
        manifest=manifest,
        wanted={one: held[one] for one in manifest.texts_omitted if one not in withdrawn},
        withdrawn=tuple(one for one in manifest.texts_omitted if one in withdrawn),
    )


def hydrate_version(
    published: PublishedVersion, articles: Mapping[str, Document], folder: Path
) -> HydratedVersion:
    """
    Write the version into *folder* with the texts of these *articles*, by the ids of their documents.

    The hashes of the texts must be those that the version gives. A file in which nothing is put back is copied.
    """
    source = published.folder
    manifest = published.manifest
    if articles.keys().isdisjoint(published.wanted):
        shutil.copytree(source, folder, dirs_exist_ok=True)
        is_sealed = manifest.edition is None
        return HydratedVersion(manifest=manifest, has_digest=is_sealed, is_sealed=is_sealed)
    names = {table: name for name in manifest.files if (table := Table.of_file(name))}
    files: dict[Table, tuple[str, str]] = {}
    for table, name in names.items():
        if table.kind in ("", ANNOTATIONS) and _has_any(source / name, articles):
            files |= _written(folder, table, _filled(source / name, articles))
    filled_splits = [table.split for table in files if not table.kind]
    for split in filled_splits if manifest.views else ():
        gold = folder / files[Table(split)][0]
        for kind in (TOKENS, RELATIONS):
            table = Table(split, kind)
            there = source / names[table] if table in names else None
            files |= _written(folder, table, _view_rows(table, gold, there, articles, manifest))
    for table, name in names.items():
        if table not in files:
            shutil.copyfile(source / name, folder / name)
            files[table] = (name, manifest.files[name])
    others = {name: manifest.files[name] for name in manifest.files if not Table.of_file(name)}
    is_marked = (source / WITHDRAWN_FILE).exists()
    for name in (*others, *([WITHDRAWN_FILE] if is_marked else ())):
        shutil.copyfile(source / name, folder / name)
    listed = dict(files[table] for table in sorted(files, key=table_order))
    return _sealed_again(folder, published, articles, {**listed, **others})


def _written(folder: Path, table: Table, rows: Iterable[Json]) -> dict[Table, tuple[str, str]]:
    """The table's file and its sha256; nothing where there are no rows."""
    made = write_table(folder, table, rows)
    return {table: next(iter(made.items()))} if made else {}


def _has_any(file: Path, articles: Container[str]) -> bool:
    return any(row["id"] in articles for row in read_columns(file, ["id"]))


def _filled(file: Path, articles: Mapping[str, Document]) -> Iterator[Json]:
    """The rows of a file, those of *articles* with their words."""
    for _, row in read_parquet(file):
        article = articles.get(row["id"])
        yield with_words(row, article) if article and row["text"] is None else row


def _view_rows(
    table: Table,
    gold: Path,
    there: Path | None,
    articles: Container[str],
    manifest: Manifest,
) -> Iterator[Json]:
    """The rows of a view of the split in the file *gold*: those that are *there*, and those of *articles*."""
    tokens = TokenView()
    share = float(manifest.views[RELATIONS]["none_share"])
    relations = RelationView(manifest.types.symmetric, share)
    by_document = groupby(
        (row for _, row in read_parquet(there)) if there else (), key=itemgetter("id")
    )
    document, rows = next(by_document, ("", iter(())))
    for _, row in read_parquet(gold):
        if row["id"] in articles:
            yield from [tokens.row(row)] if table.kind == TOKENS else relations.rows(row)
        elif row["id"] == document:
            yield from rows
            document, rows = next(by_document, ("", iter(())))


def _sealed_again(
    folder: Path,
    published: PublishedVersion,
    articles: Container[str],
    files: Mapping[str, str],
) -> HydratedVersion:
    """Write the manifest: the sealed one, where all rows are those that were sealed."""
    manifest = published.manifest.model_copy(update={"files": dict(files)})
    edition = manifest.edition
    has_digest = digest_of_files(folder, files) == manifest.digest
    if edition is None or has_digest:
        manifest = manifest.model_copy(update={"edition": None})
    else:
        lacking = {
            document: why
            for document, why in edition.texts_omitted.items()
            if document not in articles
        }
        manifest = manifest.model_copy(
            update={
                "edition": edition.model_copy(
                    update={"texts_omitted": lacking, "rows_omitted": {}}
                )
            }
        )
    raw = manifest.to_text()
    write_text(folder / MANIFEST_FILE, raw)
    sealed = edition.manifest_sha256 if edition else ""
    return HydratedVersion(
        manifest=manifest,
        has_digest=has_digest,
        is_sealed=has_digest and hashlib.sha256(raw.encode()).hexdigest() == sealed,
    )
