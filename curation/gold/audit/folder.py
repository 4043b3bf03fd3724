"""``gold/audit/NAME``: a project whose annotations audit the gold, and are never a part of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from curation.errors import GoldError, UsageError
from curation.files import write_text
from curation.gold.working.file_names import DOCUMENT_SUFFIX, file_name
from curation.schema.toml_file import read_toml_form

AUDITS = "audit"
AUDIT_FILE = "audit.toml"

_NOTICE = """\
# The annotations of this project audit the gold: curate pull takes them with --to alone, and they never
# count for agreement. Written by curate.
"""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    project: Annotated[str, Field(min_length=1)]
    server: str
    begun: str
    seed: int | None = None
    documents: list[str] = []


@dataclass(frozen=True, kw_only=True)
class Audit:
    """
    An audit of the gold: the project of its annotations, on the *server* given by its hash.

    *begun* is the time, by UTC, *documents* those that were drawn, by *seed*; there are none where somebody
    else chose them.
    """

    name: str
    project: str
    server: str
    begun: str
    seed: int | None = None
    documents: tuple[str, ...] = ()


def audit_name(gold: Path, folder: Path) -> str:
    """The name of the audit in *folder*; raises UsageError where that is no folder of an audit."""
    name = folder.name
    if folder.parent != gold / AUDITS or file_name(name) != name + DOCUMENT_SUFFIX:
        raise UsageError(
            f"--to {folder}: not a folder of {gold / AUDITS}",
            hint=f"--to {gold / AUDITS / 'first'}; small letters, digits, . and - make a name",
        )
    return name


def read_audits(gold: Path) -> list[Audit]:
    """All audits of the *gold*, the newest first; raises GoldError where one's file has mistakes."""
    folder = gold / AUDITS
    names = sorted(path.parent.name for path in folder.glob(f"*/{AUDIT_FILE}"))
    found = [audit for name in names if (audit := read_audit(gold, name))]
    return sorted(found, key=lambda one: (one.begun, one.name), reverse=True)


def read_audit(gold: Path, name: str) -> Audit | None:
    """The audit of this name; None where there is none."""
    path = gold / AUDITS / name / AUDIT_FILE
    if not path.exists():
        return None
    file = read_toml_form(path, _File, GoldError)
    known = file.model_dump() | {"documents": tuple(file.documents)}
    return Audit(name=name, **known)


def write_audit(gold: Path, audit: Audit) -> None:
    """Remember the audit in its folder."""
    lines = [
        f"project = {_quoted(audit.project)}",
        f"server = {_quoted(audit.server)}",
        f"begun = {_quoted(audit.begun)}",
    ]
    if audit.seed is not None:
        lines.append(f"seed = {audit.seed}")
    if audit.documents:
        documents = "".join(f"    {_quoted(one)},\n" for one in audit.documents)
        lines.append(f"documents = [\n{documents}]")
    text = "\n".join(lines)
    path = gold / AUDITS / audit.name / AUDIT_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, f"{_NOTICE}{text}\n")


def audit_of_project(gold: Path, server: str, project: str) -> Audit | None:
    """The audit that this project is of; None for any other project."""
    return next(
        (one for one in read_audits(gold) if (one.server, one.project) == (server, project)),
        None,
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
