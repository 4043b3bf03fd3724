"""The tables of a version: which file holds which, and which configuration of the dataset reads it."""

from dataclasses import dataclass

# The configuration of everything that annotators and adjudicators did.
ANNOTATIONS = "annotations"

# Views: the gold again, ready to train on.
TOKENS = "tokens"
RELATIONS = "relations"

# What a Table can be of, the gold itself first.
KINDS = ("", ANNOTATIONS, TOKENS, RELATIONS)


@dataclass(frozen=True, slots=True)
class Table:
    """
    One table of a version: *kind* is empty for the gold, else the end of its configuration's name.

    The annotations are in one split, which has their name.
    """

    split: str
    kind: str = ""

    @staticmethod
    def of_file(name: str) -> "Table | None":
        """The table that a file holds, by the file's name; None where the file is no Parquet."""
        stem, _, digits = name.removesuffix(".parquet").rpartition("-")
        if not name.endswith(".parquet") or not digits:
            return None
        kind, _, split = stem.rpartition("-")
        return ANNOTATIONS_TABLE if stem == ANNOTATIONS else Table(split, kind)

    @property
    def name(self) -> str:
        """What the names of the table's files begin with."""
        if self == ANNOTATIONS_TABLE:
            return ANNOTATIONS
        return f"{self.kind}-{self.split}" if self.kind else self.split

    def config(self, version: str) -> str:
        """The name of the configuration that reads the table."""
        return f"{version}-{self.kind}" if self.kind else version


ANNOTATIONS_TABLE = Table(ANNOTATIONS, ANNOTATIONS)
