"""The card's section on audits of the gold: errors that a later blind pass found, the newest audit first."""

from curation.gold.audit.judgements import JudgedAudit, judged_rates
from curation.gold.card.markdown import escape_markdown, markdown_table
from curation.gold.card.source import CardSource

_HEAD = (
    "audit", "begun", "documents", "without an error [95 %]",
    "errors in 100 entities [95 %]", "errors in 100 relations [95 %]", "arguable",
)  # fmt: skip


def audit_section(source: CardSource) -> str:
    """The rates of all audits that are judged in full; nothing where there is none."""
    if not source.audits:
        return ""
    rows = map(_row, source.audits)
    return f"""### Audits

Documents were annotated once more, blind, and each difference from the gold was judged: an error where
the gold is wrong or lacks something, arguable where both can be meant. The newest audit is the first.
Each tells of the gold as it was when the two were compared.

{markdown_table(_HEAD, rows)}"""


def _row(one: JudgedAudit) -> tuple[str | int, ...]:
    rates = judged_rates(one.judgements)
    arguable = sum(found.judgement == "arguable" for found in one.judgements.differences)
    return (
        escape_markdown(one.audit.name),
        escape_markdown(one.audit.begun[:10]),
        rates.documents,
        f"{rates.without_errors.percent} %",
        rates.entities.percent,
        rates.relations.percent,
        arguable,
    )
