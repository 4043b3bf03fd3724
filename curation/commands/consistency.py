"""``curate consistency``: likely mistakes of a gold, read as a whole."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import AsJson, ListAll, ProjectTitle, ReturnNow
from curation.commands.return_documents import returned_lines
from curation.default_project import DEFAULT_PROJECT
from curation.errors import ThresholdNotMet, UsageError, pluralise
from curation.files import Json
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.consistency.inconsistency import Inconsistency
    from curation.flows.consistency import ConsistencyReport

# Where the exceptions stand, for people.
EXCEPTIONS = "gold/consistency.toml"


def consistency(
    gold: Annotated[
        str,
        typer.Argument(metavar="VERSION", help="A version, or next.", show_default=True),
    ] = "next",
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 3 if there are any findings.")
    ] = False,
    send_back: Annotated[
        bool, typer.Option("--send-back", help="Return the documents to their annotators.")
    ] = False,
    project: ProjectTitle = DEFAULT_PROJECT,
    now: ReturnNow = False,
    as_json: AsJson = False,
    everything: ListAll = False,
) -> None:
    """
    Find what the gold says in two ways.

    The same name with two labels, a name marked here and not there, two names in the
    same words with and without a relation, a relation without its consequence.
    Ranked: what few mentions have and many others have not comes first. What is right
    as it is goes into gold/consistency.toml, with the reason.

    Example: curate consistency next --check
    """
    from curation.flows.connect import connect
    from curation.flows.consistency import consistency as find
    from curation.flows.consistency import send_findings_back
    from curation.gold.working.version import NEXT
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    if send_back and gold != NEXT:
        raise UsageError(
            f"--send-back: {gold} is sealed; only documents of {NEXT} can go back",
            hint=f"curate consistency {NEXT} --send-back",
        )
    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    report = find(workspace, schema, gold=gold, watch=console.watch)
    if as_json:
        console.out_json(consistency_json(report))
    else:
        for line in finding_lines(report):
            console.out(console.safe(line).replace("\n", "\\n"))
    console.lines(consistency_lines(report))
    if send_back and report.findings:
        returned = send_findings_back(
            connect(workspace.home, os.environ),
            workspace,
            schema,
            report.findings,
            title=project,
            now=now,
            watch=console.watch,
        )
        console.lines(returned_lines(returned, dry_run=False))
    if check and report.findings:
        raise ThresholdNotMet(
            f"{pluralise(len(report.findings), 'finding')} in {report.gold}",
            hint=f"mend the documents, or say in {EXCEPTIONS} why they are right",
        )


def finding_lines(report: "ConsistencyReport") -> Iterator[str]:
    """Each finding for people: what it is, where, and how strongly the rest speaks against it."""

    def lines_of(one: "Inconsistency") -> Iterator[str]:
        times = f", {one.times} times" if one.times > 1 else ""
        yield f"{one.weight:.2f} {one.document}: {one.says} ({one.kind}{times})"
        yield f"     {one.context}"
        places = (report.files.get(one.document), report.links.get(one.document))
        if where := "  ".join(filter(None, places)):
            yield f"     {where}"

    yield from console.list_lines(report.findings, lines_of)


def consistency_lines(report: "ConsistencyReport") -> Iterator[str]:
    """How many findings there are, and what to do with one that is right as it is."""
    from curation.consistency.exceptions import exception_lines

    found = len({one.document for one in report.findings})
    excepted = ""
    if more := report.sifted.excepted:
        excepted = f"; {more} more {'is' if more == 1 else 'are'} right, as {EXCEPTIONS} says"
    yield (
        f"{pluralise(len(report.findings), 'finding')} in {found} of"
        f" {pluralise(report.documents, 'document')} of {report.gold}{excepted}."
    )
    for problem in report.sifted.needless:
        yield f"warning: {problem}"
    if report.findings:
        yield f"Where a finding is right as it is, say so in {EXCEPTIONS}, as in:"
        yield from exception_lines(report.findings[0]).splitlines()


def consistency_json(report: "ConsistencyReport") -> Json:
    """The same for programs."""
    return {
        "format": 1,
        "gold": report.gold,
        "documents": report.documents,
        "excepted": report.sifted.excepted,
        "findings": [
            {
                "document": one.document,
                "kind": one.kind,
                "what": one.what,
                "says": one.says,
                "weight": round(one.weight, 3),
                "here": one.here,
                "elsewhere": one.elsewhere,
                "times": one.times,
                "key": one.key,
                "place": [list(span) for span in one.place],
                "context": one.context,
                "file": report.files.get(one.document),
                "link": report.links.get(one.document),
            }
            for one in report.findings
        ],
        "needless_exceptions": [
            {"place": one.place, "what": one.what} for one in report.sifted.needless
        ],
    }
