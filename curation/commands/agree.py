"""``curate agree``: how well annotators agree."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import DEFAULT_SEED, AsJson, ListAll, MetaConditions, Seed
from curation.commands.report_file import refuse_report_path, write_report
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.flows.doubts import Doubts
    from curation.scoring.agreement_results import Agreement


def agree(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="A file for each annotator, on the same texts; or a version, or next.",
            show_default=False,
            readable=False,
        ),
    ] = [],  # noqa: B006
    gold: Annotated[
        str,
        typer.Option(
            "--gold",
            metavar="VERSION",
            help="Instead of files: a version, or next; the newest version if neither is given, next where none is sealed.",
        ),
    ] = "",
    where: MetaConditions = [],  # noqa: B006
    as_json: AsJson = False,
    seed: Seed = DEFAULT_SEED,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE",
            help="A web page with what annotators confuse, to this file.",
        ),
    ] = None,
    everything: ListAll = False,
) -> None:
    """
    Measure agreement between annotators.

    Of files, one for each annotator, or of a version of the gold. F1 of each
    annotator against each other, for entities and relations; κ and α over tokens.
    Where an adjudicator decided, each annotator against the verdict, and those who
    saw suggestions beside those who didn't. --report writes one page that needs no
    network: all of it, and what annotators confuse, place by place.

    Example: curate agree anna.jsonl ben.jsonl
    """
    from curation.documents.meta_selection import read_selection
    from curation.flows.agree import (
        agreement_on,
        annotated_documents,
        default_version,
        is_version_name,
    )
    from curation.flows.agree_report import agreement_page
    from curation.flows.doubts import count_doubts
    from curation.gold.working.version import NEXT
    from curation.schema.folder import read_schema_if_any, read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    refuse_report_path(report)
    workspace = Workspace.here()
    if len(files) == 1 and not gold and is_version_name(workspace.gold, str(files[0])):
        gold = str(files[0])
        files = []
    schema = read_schema_if_any(workspace.config) if files else read_schema_in(workspace.config)
    if not (gold or files) and default_version(workspace.gold):
        gold = NEXT
        console.say(f"{workspace.gold} has no sealed version yet: agreement in {NEXT}")
    annotated = annotated_documents(
        workspace.gold,
        gold or None,
        files,
        schema,
        where=read_selection(where),
        watch=console.watch,
    )
    agreement = agreement_on(annotated, schema, seed=seed)
    doubts = count_doubts(workspace, schema) if annotated.gold == NEXT else {}
    print_agreement(agreement, as_json=as_json, doubts=doubts)
    if report:
        write_report(report, agreement_page(agreement, annotated, workspace, schema))


def print_agreement(
    agreement: "Agreement", *, as_json: bool, doubts: "Mapping[str, Doubts] | None" = None
) -> None:
    """Agreement as tables, with the recipe and the number of doubts below, or as JSON."""
    from curation.flows.doubts import doubt_sentences
    from curation.report.agreement_tables import agreement_tables
    from curation.report.caveats import agreement_caveats
    from curation.scoring.agreement_json import agreement_to_json

    if as_json:
        found = agreement_to_json(agreement)
        if doubts:
            found["doubts"] = {part: asdict(one) for part, one in doubts.items()}
        console.out_json(console.with_caveats(found, agreement_caveats(agreement)))
        return
    if agreement.documents:
        console.tables(agreement_tables(agreement))
    console.out(f"recipe: {agreement.recipe}")
    console.lines(agreement_caveats(agreement))
    console.lines(doubt_sentences(doubts or {}))
