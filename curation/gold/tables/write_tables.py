"""The Parquet files of a version: the gold by split, its views, and everything that annotators did."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from curation.gold.release.splits import SPLITS
from curation.gold.release.totals import DatasetTotals
from curation.gold.tables.names import ANNOTATIONS_TABLE, KINDS, RELATIONS, TOKENS, Table
from curation.gold.tables.parquet import ParquetTable
from curation.gold.tables.relation_view import RelationView
from curation.gold.tables.rows import JsonRow
from curation.gold.tables.token_view import TokenView
from curation.progress import Watch, unwatched

# What is counted of each view, by the view's name.
ViewCounts = Mapping[str, Mapping[str, int | float | str]]


@dataclass(frozen=True, kw_only=True)
class WrittenTables:
    """The sha256 of each file by name, and what is counted of the views."""

    files: Mapping[str, str] = field(default_factory=dict)
    views: ViewCounts = field(default_factory=dict)


def write_tables(
    folder: Path, totals: DatasetTotals, *, none_share: float, watch: Watch = unwatched
) -> WrittenTables:
    """
    Write all tables of the dataset with these *totals* into *folder*, and sync them; a table without rows has no file.

    *none_share* is the share of pairs without a relation that the view of relations has. *watch*
    shows how many rows are written.
    """
    tokens = TokenView()
    relations = RelationView(totals.schema.symmetric, none_share)
    with ExitStack() as stack:
        tables: dict[Table, ParquetTable] = {}

        def add(table: Table, row: JsonRow) -> None:
            if table not in tables:
                tables[table] = ParquetTable(folder, table)
                stack.callback(tables[table].close)
            tables[table].add(row)

        documents = len(totals.text_hashes)
        total = documents + totals.annotations + totals.verdicts
        for number, row in enumerate(watch(totals.rows, "sealing", total)):
            if number >= documents:
                add(ANNOTATIONS_TABLE, row)
                continue
            split = totals.split_plan.split_of(row["group"])
            add(Table(split), row)
            add(Table(split, TOKENS), tokens.row(row))
            for pair in relations.rows(row):
                add(Table(split, RELATIONS), pair)
        return WrittenTables(
            files=dict(tables[table].finish() for table in sorted(tables, key=table_order)),
            views={TOKENS: tokens.counts(), RELATIONS: relations.counts()},
        )


def table_order(table: Table) -> tuple[int, int]:
    """The key that a manifest's files are sorted by: the gold first; of one kind, training data first."""
    return KINDS.index(table.kind), (*SPLITS, table.split).index(table.split)
