"""``curate init``: a new folder to work in, made from what the installed package has."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import curation
from curation.errors import InputError
from curation.files import explain_os_errors, read_text, refuse_address, write_text
from curation.schema import Schema
from curation.schema.build import render_generated_files
from curation.schema.folder import SCHEMA_FILE
from curation.schema.read import parse_schema

_TEMPLATES = Path(__file__).with_name("new_folder")


@dataclass(frozen=True, kw_only=True)
class NewFolder:
    """The *schema* of the folder that was made; the files that were *written*, and those *kept* as they were."""

    schema: Schema
    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def init(folder: Path, starter: Literal["minimal", "news"]) -> NewFolder:
    """
    Make *folder* one to work in: a schema, an example article, a README and a .gitignore.

    The schema that the folder starts with is a small one, or that of the shipped gold.
    Files that are there stay as they are. Raises InputError where the folder has a schema or is an address.
    """
    refuse_address(folder)
    config = folder / "label_config"
    if os.path.lexists(config / SCHEMA_FILE):
        raise InputError(
            f"{config / SCHEMA_FILE}: exists; init makes a folder that has no schema yet",
            hint="give another folder: curate init FOLDER",
        )
    text = read_text(_schema_file(starter))
    schema = parse_schema(text, config / SCHEMA_FILE)
    texts = {
        folder / "README.md": _template("README.md"),
        folder / ".gitignore": _template("gitignore"),
        **{folder / "seeds" / name: _template(name) for name in _examples()},
        **render_generated_files(schema, config),
        # Last: with it the folder is one to work in.
        config / SCHEMA_FILE: text,
    }
    kept = tuple(path for path in texts if os.path.lexists(path))
    _refuse_files_for_folders(folder, texts)
    _write({path: one for path, one in texts.items() if path not in kept})
    written = tuple(path for path in texts if path not in kept)
    return NewFolder(schema=schema, written=written, kept=kept)


def _refuse_files_for_folders(folder: Path, texts: Iterable[Path]) -> None:
    """Raises InputError, before anything is written, where a file stands in place of a folder that is needed."""
    for needed in dict.fromkeys(path.parent for path in texts):
        if os.path.lexists(needed) and not needed.is_dir():
            raise InputError(
                f"{needed}: a file; a folder of this name is needed, and nothing was written",
                hint=f"move it away, or give another folder than {folder}: curate init FOLDER",
            )


def _write(texts: Mapping[Path, str]) -> None:
    for path, text in texts.items():
        with explain_os_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)


def _examples() -> list[str]:
    return sorted(path.name for path in _TEMPLATES.glob("example.*"))


def _template(name: str) -> str:
    return read_text(_TEMPLATES / name)


def _schema_file(starter: str) -> Path:
    packaged = _TEMPLATES / f"{starter}.toml"
    # In a checkout the schema of the shipped gold stands where it is used.
    checkout = Path(curation.__file__).parents[1] / "label_config" / SCHEMA_FILE
    return packaged if packaged.exists() else checkout
