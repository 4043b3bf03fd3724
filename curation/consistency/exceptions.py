"""``consistency.toml``: what looks inconsistent in the gold and is right, with the reason."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation.consistency.inconsistency import Inconsistency
from curation.errors import GoldError, Problem, raise_problems
from curation.files import read_text
from curation.schema.toml_file import TomlMistakes, describe_fault, parse_toml_file

EXCEPTIONS_FILE = "consistency.toml"

_TABLE = "right"

_Text = Annotated[str, Field(min_length=1)]


class _Exception(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    document: _Text
    what: _Text
    reason: _Text


@dataclass(frozen=True, kw_only=True)
class ConsistencyException:
    """A finding that is right as it is; *place* is the file and the line where that stands."""

    document: str
    what: str
    reason: str
    place: str = ""


def read_exceptions(path: Path) -> tuple[ConsistencyException, ...]:
    """
    The exceptions in the file *path*; none where there is no such file.

    Raises GoldError with every mistake in it, each with its line.
    """
    if not path.exists():
        return ()
    text = read_text(path)
    toml = parse_toml_file(text, path, GoldError)
    mistakes = TomlMistakes(text, path)
    for key in toml:
        if key != _TABLE:
            mistakes.add_key(
                f"unknown key {key!r}; exceptions stand in tables [[{_TABLE}]]", key
            )
    listed = toml.get(_TABLE, [])
    if not isinstance(listed, list):
        mistakes.add(f"exceptions stand in tables [[{_TABLE}]], with two brackets", _TABLE)
        listed = []
    found = []
    for number, value in enumerate(listed):
        try:
            one = _Exception.model_validate(value)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                what = f"[[{_TABLE}]] {describe_fault(detail)}"
                keys = map(str, detail["loc"])
                mistakes.add_fault(detail, what, _TABLE, str(number), *keys)
            continue
        line = mistakes.line(_TABLE, str(number), "document")
        found.append(ConsistencyException(**one.model_dump(), place=f"{path}:{line}"))
    if mistakes:
        raise_problems(mistakes.problems(), GoldError, hint=f"mend {path}")
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class SiftedFindings:
    """Findings that no exception is about, how many others there are, and exceptions that are about none."""

    findings: tuple[Inconsistency, ...]
    excepted: int
    needless: tuple[Problem, ...]


def sift_findings(
    findings: Collection[Inconsistency], exceptions: Iterable[ConsistencyException]
) -> SiftedFindings:
    """The findings without those that are right as they are."""
    right = {(one.document, one.what): one for one in exceptions}
    left = tuple(one for one in findings if (one.document, one.what) not in right)
    there = {(one.document, one.what) for one in findings}
    needless = tuple(
        Problem(one.place, f"matches nothing any more: {one.what} in {one.document}")
        for key, one in right.items()
        if key not in there
    )
    return SiftedFindings(findings=left, excepted=len(findings) - len(left), needless=needless)


def exception_lines(finding: Inconsistency) -> str:
    """What to put into the file where the finding is right as it is."""
    return "\n".join(
        (
            f"[[{_TABLE}]]",
            f"document = {json.dumps(finding.document, ensure_ascii=False)}",
            f"what = {json.dumps(finding.what, ensure_ascii=False)}",
            'reason = ""',
        )
    )
