"""The one form of a benchmark's figures: rows of a Markdown table, printed as they come."""

from collections.abc import Iterable
from dataclasses import dataclass

HEAD = (
    "| work | against | aim | measured | met | ours | theirs | note |",
    "|---|---|--:|--:|---|--:|--:|---|",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One row of the table.

    *measured* is the ratio where *against* names what the work was held
    against; *ours* and *theirs* are its two sides, with units. *met* is None
    where there is no aim. *note* says what a reader has to know: what limits
    it, "depends on the SQLite backend".
    """

    work: str
    against: str = ""
    aim: str = ""
    measured: str = ""
    met: bool | None = None
    ours: str = ""
    theirs: str = ""
    note: str = ""

    def __str__(self) -> str:
        met = {None: "", True: "yes", False: "**no**"}[self.met]
        cells = (self.work, self.against, self.aim, self.measured, met)
        row = " | ".join((*cells, self.ours, self.theirs, self.note))
        return f"| {' '.join(row.split())} |"


def quicker(  # noqa: PLR0913 - each is a cell of the row
    work: str,
    against: str,
    ours: float,
    theirs: float,
    *,
    aim: float | None = None,
    unit: str = "s",
    note: str = "",
) -> Figure:
    """How many times as much *theirs* takes as *ours*; the aim is at least that."""
    ratio = theirs / ours
    sides = (amount(ours, unit), amount(theirs, unit))
    if aim is None:
        return Figure(work, against, "reported", f"{ratio:.3g}×", None, *sides, note)
    return Figure(work, against, f"≥ {aim:g}×", f"{ratio:.3g}×", ratio >= aim, *sides, note)


def at_most(  # noqa: PLR0913
    work: str,
    against: str,
    ours: float,
    theirs: float,
    *,
    aim: float | None = None,
    unit: str = "s",
    note: str = "",
) -> Figure:
    """The part of *theirs* that *ours* takes; the aim is at most that."""
    part = ours / theirs
    sides = (amount(ours, unit), amount(theirs, unit))
    if aim is None:
        return Figure(work, against, "reported", f"{part:.3g}×", None, *sides, note)
    return Figure(work, against, f"≤ {aim:.3g}×", f"{part:.3g}×", part <= aim, *sides, note)


def amount(value: float, unit: str) -> str:
    """Three figures that count, and the unit."""
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def report(figures: Iterable[Figure]) -> None:
    """Print the rows, each as soon as it is measured; talk belongs on standard error."""
    print(*HEAD, sep="\n", flush=True)
    for figure in figures:
        print(figure, flush=True)
