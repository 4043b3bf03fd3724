"""The articles that the rules were developed on; a score on these is one on development data."""

from functools import cache
from importlib.resources import files

_FILE = "developed_on.txt"


@cache
def development_hashes() -> frozenset[str]:
    """The SHA-256 of their texts, in hex."""
    text = files("curation.preannotate").joinpath(_FILE).read_text(encoding="utf-8")
    return frozenset(line.split()[0] for line in text.splitlines())
