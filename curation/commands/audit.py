"""``curate audit``: how many errors an audit found in the gold."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import AsJson, DryRun, ListAll
from curation.errors import pluralise
from curation.files import Json
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.audit import AuditReport
    from curation.scoring.audit_rates import AuditRate


def audit(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the audit: gold/audit/NAME.")
    ],
    gold: Annotated[
        str, typer.Option("--gold", metavar="VERSION", help="The gold to audit.")
    ] = "next",
    dry_run: DryRun = False,
    as_json: AsJson = False,
    everything: ListAll = False,
) -> None:
    """
    Compare an audit with the gold.

    Each difference gets a place in gold/audit/NAME/judgements.toml, where a person
    writes whether the gold is wrong there, or something is missing, and why. From
    these judgements follow the errors in 100 entities and relations. What was
    compared once stays as it was, whatever is mended in the gold afterwards.

    Example: curate audit first
    """
    from curation.flows.audit import audit as compare
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    workspace = Workspace.here()
    report = compare(
        workspace,
        read_schema_in(workspace.config),
        name,
        gold=gold,
        dry_run=dry_run,
        watch=console.watch,
    )
    if as_json:
        console.out_json(audit_json(report))
    else:
        console.table(f"Audit {report.name} of {report.gold}", audit_rows(report))
    console.lines(audit_lines(report, dry_run=dry_run))


def audit_rows(report: "AuditReport") -> Iterator[tuple[str, ...]]:
    """The table of the rates, which nobody knows before all differences are judged."""
    yield ("", "gold", "wrong", "missing", "arguable", "right", "errors in 100 [95 %]")
    for kind in ("entities", "relations"):
        found = report.judgements.count(kind)
        rate: AuditRate = getattr(report.rates, kind)
        judged = (str(found[one]) for one in ("wrong", "missing", "arguable", "right"))
        shown = "not judged yet" if report.judgements.unjudged else rate.percent
        yield (kind, str(rate.whole), *judged, shown)


def audit_lines(report: "AuditReport", *, dry_run: bool) -> Iterator[str]:
    """What is still to be judged, and which documents say nothing."""
    share = report.rates.without_errors
    if not report.judgements.unjudged:
        yield (
            f"{share.part} of {pluralise(share.whole, 'document')} without an error"
            f" ({share.percent} %)."
        )
    if report.card_files:
        yield f"The card shows it: {', '.join(report.card_files)} written."
    if report.added:
        verb = "would be written" if dry_run else "written"
        yield f"{pluralise(report.added, 'difference')} {verb} to {report.file}."
    if report.judgements.unjudged:
        yield (
            f"warning: {pluralise(report.judgements.unjudged, 'difference')} not judged yet in"
            f" {report.file}: write wrong, missing, arguable or right, and the reason"
        )
    if report.not_annotated:
        yield (
            f"warning: {pluralise(len(report.not_annotated), 'document')} without a sound annotation:"
            f" {console.first_of(report.not_annotated)}"
        )
    if report.without_gold:
        yield (
            f"warning: {pluralise(len(report.without_gold), 'document')} not in {report.gold}:"
            f" {console.first_of(report.without_gold)}"
        )


def audit_json(report: "AuditReport") -> Json:
    """The same for programs; rates are null before all differences are judged."""
    judgements = report.judgements

    def rate_json(rate: "AuditRate") -> Json:
        interval = None if judgements.unjudged else rate.interval
        return {
            "errors": rate.part,
            "of": rate.whole,
            "rate": None if judgements.unjudged else rate.value,
            "interval": list(interval) if interval else None,
        }

    without = rate_json(report.rates.without_errors)
    without["documents"] = without.pop("errors")
    return {
        "format": 1,
        "audit": report.name,
        "gold": report.gold,
        "documents": report.rates.documents,
        "entities": {
            **rate_json(report.rates.entities),
            "judgements": dict(judgements.count("entities")),
        },
        "relations": {
            **rate_json(report.rates.relations),
            "judgements": dict(judgements.count("relations")),
        },
        "without_errors": without,
        "unjudged": judgements.unjudged,
        "not_annotated": list(report.not_annotated),
        "without_gold": list(report.without_gold),
        "card_files": list(report.card_files),
    }
