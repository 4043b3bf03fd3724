"""``judgements.toml`` of an audit: where it differs from the gold, and what a person says of each place."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from curation.errors import GoldError, raise_problems
from curation.files import read_text, write_text
from curation.gold.audit.folder import AUDITS, Audit, read_audits
from curation.schema.toml_file import TomlMistakes, describe_fault, read_toml_form
from curation.scoring.audit_rates import AuditRates, DocumentErrors, audit_rates

JUDGEMENTS_FILE = "judgements.toml"

# The seed of the intervals, the same on the card.
_SEED = 7

Judgement = Literal["", "wrong", "missing", "arguable", "right"]
# Judgements by which the gold is in error.
ERRORS: tuple[Judgement, ...] = ("wrong", "missing")

_NOTICE = """\
# Where an audit differs from the gold, as both were when the audit was compared. Write after each
# judgement: wrong (what the gold has is), missing (the gold lacks something), arguable (both can be
# meant) or right (the gold is); and the reason. curate audit adds what is new and works out the rates.
"""

_Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Document(_Strict):
    id: _Text
    entities: Annotated[int, Field(ge=0)]
    relations: Annotated[int, Field(ge=0)]


class _Difference(_Strict):
    document: _Text
    key: _Text
    kind: Literal["entities", "relations"]
    context: str
    gold: str
    audit: str
    judgement: Judgement
    reason: str


class _File(_Strict):
    document: list[_Document] = []
    difference: list[_Difference] = []


@dataclass(frozen=True, kw_only=True)
class AuditedDocument:
    """A document of an audit, with how many entities and relations its gold had then."""

    id: str
    entities: int
    relations: int


@dataclass(frozen=True, kw_only=True)
class AuditDifference:
    """
    A place where the audit and the gold differ; *gold* and *audit* are what each has there, in words.

    *judgement* and *reason* are empty until a person has written them.
    """

    document: str
    key: str
    kind: Literal["entities", "relations"]
    context: str
    gold: str
    audit: str
    judgement: Judgement = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AuditJudgements:
    """The documents of an audit, and its differences from the gold with what was said of them."""

    documents: tuple[AuditedDocument, ...] = ()
    differences: tuple[AuditDifference, ...] = ()

    @property
    def unjudged(self) -> int:
        """How many differences nobody has judged yet."""
        return sum(not one.judgement for one in self.differences)

    def count(self, kind: str) -> Counter[str]:
        """How many differences of entities, or of relations, have each judgement."""
        return Counter(one.judgement for one in self.differences if one.kind == kind)


@dataclass(frozen=True)
class JudgedAudit:
    """An audit whose differences are all judged."""

    audit: Audit
    judgements: AuditJudgements


def judged_audits(gold: Path) -> list[JudgedAudit]:
    """Those audits of the *gold* that are judged in full, the newest first; GoldError where a file has mistakes."""
    found = [
        JudgedAudit(audit, read_judgements(gold / AUDITS / audit.name / JUDGEMENTS_FILE))
        for audit in read_audits(gold)
    ]
    return [one for one in found if one.judgements.documents and not one.judgements.unjudged]


def read_judgements(path: Path) -> AuditJudgements:
    """
    What the file *path* holds; nothing where there is no such file.

    Raises GoldError with every mistake in it, each with its line.
    """
    if not path.exists():
        return AuditJudgements()
    file = read_toml_form(path, _File, GoldError, _describe_fault)
    mistakes = TomlMistakes(read_text(path), path)
    for number, one in enumerate(file.difference):
        if bool(one.judgement) != bool(one.reason.strip()):
            lacks = "a reason" if one.judgement else "a judgement"
            mistakes.add(
                f"[[difference]] {one.key} of {one.document} has no {lacks.partition(' ')[2]}",
                "difference",
                str(number),
                "judgement",
            )
    if mistakes:
        raise_problems(mistakes.problems(), GoldError, hint=f"mend {path}")
    return AuditJudgements(
        documents=tuple(AuditedDocument(**one.model_dump()) for one in file.document),
        differences=tuple(AuditDifference(**one.model_dump()) for one in file.difference),
    )


def _describe_fault(detail: Any) -> str:
    """A mistake that pydantic found, with its table and its own key."""
    table = detail["loc"][0]
    return f"[[{table}]] {describe_fault({**detail, 'loc': detail['loc'][-1:]})}"


def judged_rates(judgements: AuditJudgements) -> AuditRates:
    """The errors that the judgements come to; what is not judged yet counts as none."""
    errors: Counter[tuple[str, str]] = Counter(
        (one.document, one.kind) for one in judgements.differences if one.judgement in ERRORS
    )
    return audit_rates(
        [
            DocumentErrors(
                entities=one.entities,
                relations=one.relations,
                entity_errors=errors[one.id, "entities"],
                relation_errors=errors[one.id, "relations"],
            )
            for one in judgements.documents
        ],
        seed=_SEED,
    )


def add_to_judgements(path: Path, new: AuditJudgements) -> None:
    """Write what is *new* at the end of the file, which is made where it isn't there; the rest stays as it is."""
    text = read_text(path) if path.exists() else _NOTICE
    blocks = [*map(_document_lines, new.documents), *map(_difference_lines, new.differences)]
    write_text(path, text.rstrip("\n") + "\n" + "".join(f"\n{block}" for block in blocks))


def _document_lines(one: AuditedDocument) -> str:
    return "".join(
        _table(
            "document",
            (("id", one.id), ("entities", one.entities), ("relations", one.relations)),
        )
    )


def _difference_lines(one: AuditDifference) -> str:
    keys = ("document", "key", "kind", "context", "gold", "audit", "judgement", "reason")
    return "".join(_table("difference", ((key, getattr(one, key)) for key in keys)))


def _table(name: str, values: Iterable[tuple[str, str | int]]) -> Iterator[str]:
    yield f"[[{name}]]\n"
    for key, value in values:
        shown = value if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
        yield f"{key} = {shown}\n"
