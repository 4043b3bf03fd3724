"""The articles that the rules were written with: on these a score is one on development data."""

from functools import cache
from importlib.resources import files

FILE = "developed_on.txt"


@cache
def developed_on() -> frozenset[str]:
    """The sha256 of their texts."""
    text = files("curation.preannotate").joinpath(FILE).read_text(encoding="utf-8")
    return frozenset(line.split()[0] for line in text.splitlines())
