"""The difference between two states of the gold as tables: what came of the marks of each type."""

from collections.abc import Iterator, Mapping

from curation.gold.changes.diff import TypeTally, VersionDifference
from curation.report.tables import Row, TextTable


def difference_tables(difference: VersionDifference) -> Iterator[TextTable]:
    """The entities and the relations by type, as far as anything is different."""
    for title, tallies in (
        ("Entities", difference.entities),
        ("Relations", difference.relations),
    ):
        rows = [*_rows(tallies)]
        if rows:
            yield TextTable(title, [_header(difference), *rows])


def _header(difference: VersionDifference) -> Row:
    marks = ("added", "removed", "moved", "relabelled")
    return "type", difference.old, "with documents", *marks, difference.new


def _rows(tallies: Mapping[str, TypeTally]) -> Iterator[Row]:
    joined: dict[str, int] = {}
    for tally in tallies.values():
        for label, count in tally.relabelled.items():
            joined[label] = joined.get(label, 0) + count
    for name, tally in tallies.items():
        relabelled = _both(joined.get(name, 0), tally.relabelled.total())
        if tally.has_changes or relabelled:
            yield (
                name,
                str(tally.before),
                _both(tally.came, tally.went),
                _count(tally.added),
                _count(tally.removed),
                _count(tally.moved),
                relabelled,
                str(tally.after),
            )


def _both(more: int, less: int) -> str:
    """``+3 -1``; empty for neither."""
    parts = [f"+{more}"] if more else []
    parts += [f"-{less}"] if less else []
    return " ".join(parts)


def _count(number: int) -> str:
    return str(number) if number else ""
