"""The files that are generated from the schema: labeling.xml, guidelines.md and schemas.json."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from curation.files import explain_os_errors, write_text
from curation.schema.guidelines import guidelines_md
from curation.schema.history import HISTORY_FILE, history_text
from curation.schema.labeling import labeling_xml
from curation.schema.model import Schema

GENERATED_FILES = ("labeling.xml", "guidelines.md", HISTORY_FILE)


def render_generated_files(schema: Schema, folder: Path) -> Mapping[Path, str]:
    """The path and the text of each generated file in *folder*; schemas.json keeps what it has."""
    texts = (labeling_xml(schema), guidelines_md(schema), history_text(schema, folder))
    return {folder / name: text for name, text in zip(GENERATED_FILES, texts, strict=True)}


def write_generated_files(schema: Schema, folder: Path) -> Iterator[Path]:
    """Write the generated files; yields the path of each that is written."""
    for path, text in render_generated_files(schema, folder).items():
        write_text(path, text)
        yield path


def outdated_files(schema: Schema, folder: Path) -> list[Path]:
    """The generated files in *folder* that are missing or not what the schema says."""
    return [
        path
        for path, text in render_generated_files(schema, folder).items()
        if not _is_current(path, text)
    ]


def _is_current(path: Path, text: str) -> bool:
    with explain_os_errors(path):
        return path.exists() and path.read_bytes() == text.encode()
