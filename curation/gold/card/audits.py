"""The card's section on audits of the gold: errors that a later blind pass found, the newest audit first."""

from curation.gold.audit.folder import AUDITS, Audit, read_audits
from curation.gold.audit.judgements import (
    JUDGEMENTS_FILE,
    AuditJudgements,
    judged_rates,
    read_judgements,
)
from curation.gold.card.markdown import escape_markdown, markdown_table
from curation.gold.card.source import CardSource

_HEAD = (
    "audit", "begun", "documents", "without an error [95 %]",
    "errors in 100 entities [95 %]", "errors in 100 relations [95 %]", "arguable",
)  # fmt: skip


def audit_section(source: CardSource) -> str:
    """The rates of all audits that are judged in full; nothing where there is none."""
    found = [
        (audit, judgements)
        for audit in read_audits(source.gold)
        if (judgements := _judged(source, audit)).documents
    ]
    if not found:
        return ""
    rows = (_row(audit, judgements) for audit, judgements in found)
    return f"""### Audits

Documents were annotated once more, blind, after the gold was settled, and each difference was judged:
an error where the gold is wrong or lacks something, arguable where both can be meant. The newest audit
is the first. Each tells of the gold as it was then; what it found was mended after it.

{markdown_table(_HEAD, rows)}"""


def _judged(source: CardSource, audit: Audit) -> AuditJudgements:
    """The audit's judgements; nothing where some are lacking."""
    found = read_judgements(source.gold / AUDITS / audit.name / JUDGEMENTS_FILE)
    return AuditJudgements() if found.unjudged else found


def _row(audit: Audit, judgements: AuditJudgements) -> tuple[str | int, ...]:
    rates = judged_rates(judgements)
    arguable = sum(one.judgement == "arguable" for one in judgements.differences)
    return (
        escape_markdown(audit.name),
        escape_markdown(audit.begun[:10]),
        rates.documents,
        f"{rates.without_errors.percent} %",
        rates.entities.percent,
        rates.relations.percent,
        arguable,
    )
