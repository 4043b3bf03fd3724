"""The files that are made from the schema: the labeling config and the guideline."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from curation.files import explain_os_errors, write_text
from curation.schema.guidelines import guidelines_md
from curation.schema.labeling import labeling_xml
from curation.schema.model import Schema

GENERATED = ("labeling.xml", "guidelines.md")


def generated(schema: Schema, folder: Path) -> Mapping[Path, str]:
    """The files that are built from the schema, and what has to stand in them."""
    texts = (labeling_xml(schema), guidelines_md(schema))
    return {folder / name: text for name, text in zip(GENERATED, texts, strict=True)}


def build(schema: Schema, folder: Path) -> Iterator[Path]:
    """Write them; each, once it is there."""
    for path, text in generated(schema, folder).items():
        write_text(path, text)
        yield path


def stale(schema: Schema, folder: Path) -> list[Path]:
    """Which generated files are missing or not what the schema says."""
    return [path for path, text in generated(schema, folder).items() if not _holds(path, text)]


def _holds(path: Path, text: str) -> bool:
    with explain_os_errors(path):
        return path.exists() and path.read_bytes() == text.encode()
