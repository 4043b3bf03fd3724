"""The edition of a version that is published: the sealed files, without the texts that may not go out."""

import shutil
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from curation.documents.interchange import META_KEY_BY_COLUMN
from curation.files import Json, file_sha256, write_text
from curation.gold.edition.rows import without_private_addresses, without_words
from curation.gold.sealed.manifest import EditionEntry, Manifest
from curation.gold.sealed.versions import MANIFEST_FILE
from curation.gold.tables.names import RELATIONS, TOKENS, Table
from curation.gold.tables.parquet import ParquetTable, read_columns, read_parquet
from curation.progress import Watch, unwatched


def write_edition(
    sealed: Path,
    manifest: Manifest,
    omitted: Mapping[str, str],
    folder: Path,
    watch: Watch = unwatched,
) -> Manifest:
    """
    Write the version in *sealed* without the texts of *omitted* documents into *folder*; its manifest there.

    *omitted* gives the reason by id. A file that has nothing to leave out is copied as it is, so that
    where nothing is left out, not even a note or a private address, all files are the sealed ones. The same version and the
    same *omitted* make the same bytes.
    """
    left_out = _LeftOut(omitted)
    files: dict[str, str] = {}
    for name, sha256 in watch(manifest.files.items(), "leaving out texts", len(manifest.files)):
        table = Table.of_file(name)
        if table is None or not left_out.is_in(sealed / name):
            shutil.copyfile(sealed / name, folder / name)
            files[name] = sha256
        else:
            files.update(write_table(folder, table, left_out.rows(sealed / name, table)))
    if not (omitted or left_out.notes or left_out.addresses):
        shutil.copyfile(sealed / MANIFEST_FILE, folder / MANIFEST_FILE)
        return manifest
    entry = EditionEntry(
        manifest_sha256=file_sha256(sealed / MANIFEST_FILE),
        texts_omitted=dict(sorted(omitted.items())),
        notes_omitted=left_out.notes,
        addresses_omitted=sorted(left_out.addresses),
        rows_omitted=dict(sorted(left_out.rows_by_view.items())),
    )
    edition = manifest.model_copy(update={"files": files, "edition": entry})
    write_text(folder / MANIFEST_FILE, edition.to_text())
    return edition


def write_table(folder: Path, table: Table, rows: Iterable[Json]) -> dict[str, str]:
    """The sha256 of the table's file by name; no file where there are no rows."""
    parquet = None
    with ExitStack() as stack:
        for row in rows:
            if parquet is None:
                parquet = ParquetTable(folder, table)
                stack.callback(parquet.close)
            parquet.add(row)
        return dict([parquet.finish()]) if parquet else {}


class _LeftOut:
    """Which rows are changed or left out, and how many were."""

    def __init__(self, documents: Container[str]) -> None:
        self.documents = documents
        self.notes = 0
        self.addresses: set[str] = set()
        self.rows_by_view: Counter[str] = Counter()

    def is_in(self, file: Path) -> bool:
        """Whether a row of the file has something to leave out."""
        return any(
            row["id"] in self.documents
            or row.get("note") is not None
            or without_private_addresses(row) is not row
            for row in read_columns(file, ("id", "note", "meta", *META_KEY_BY_COLUMN))
        )

    def rows(self, file: Path, table: Table) -> Iterator[Json]:
        """The rows of the file without what is left out."""
        for _, row in read_parquet(file):
            self.notes += row.pop("note", None) is not None
            public = without_private_addresses(row)
            if public is not row:
                self.addresses.add(row["id"])
            if row["id"] not in self.documents:
                yield public
            elif table.kind in (TOKENS, RELATIONS):
                self.rows_by_view[table.kind] += 1
            else:
                yield without_words(public)
