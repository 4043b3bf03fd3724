"""``curate eval``: the baseline, or any predictions, scored against the gold."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.commands.options import (
    DEFAULT_SEED,
    AsJson,
    GoldName,
    ListAll,
    MetaConditions,
    ModelName,
    Seed,
    SplitName,
    WorkerCount,
)
from curation.commands.report_file import refuse_report_path, write_report
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.scoring.results import Scores


def evaluate(
    gold: GoldName = "",
    split: SplitName = "all",
    where: MetaConditions = [],  # noqa: B006
    model: ModelName = "",
    predictions: Annotated[
        Path | None,
        typer.Option(
            "--predictions",
            metavar="FILE",
            help="Score this file, not the baseline.",
            readable=False,
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="FILE",
            help="Compare with the predictions in this file.",
            readable=False,
        ),
    ] = None,
    against_gold: Annotated[
        str,
        typer.Option(
            "--against-gold", metavar="GOLD", help="Compare with the score against this gold."
        ),
    ] = "",
    as_json: AsJson = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE",
            help="A web page with charts, documents and mistakes, to this file.",
        ),
    ] = None,
    fail_under: Annotated[
        list[str],
        typer.Option(
            "--fail-under",
            metavar="PATH=NUMBER",
            help="Exit with 3 below it: entities.strict.micro.f1=0.80, a path in the JSON.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    seed: Seed = DEFAULT_SEED,
    workers: WorkerCount = 1,
    everything: ListAll = False,
) -> None:
    """
    Score predictions against the gold.

    The baseline's, or those of a file. --against compares with other predictions,
    --against-gold with another gold; with both, the part of each is given apart. A
    file can be scored against a file in any folder, whatever their labels. Where
    documents were annotated blind (at least one annotator saw no suggestions), these
    are the headline. --report writes one page that needs no network: a summary,
    charts, all documents, and every mistake in its article.

    Example: curate eval --gold 0.1.0 --report report.html
    """
    from curation.documents.meta_selection import read_selection
    from curation.flows.evaluate import EvaluationOptions, report_page
    from curation.flows.evaluate import evaluate as score
    from curation.schema.folder import read_schema_if_any, read_schema_in
    from curation.scoring.fail_under import read_bars, require
    from curation.workspace import Workspace

    list_everything(everything)
    bars = read_bars(fail_under, model=against is not None, gold=bool(against_gold))
    refuse_report_path(report)
    workspace = Workspace.here()
    only_files = bool(gold and predictions)
    schema = (
        read_schema_if_any(workspace.config) if only_files else read_schema_in(workspace.config)
    )
    evaluation = score(
        workspace,
        schema,
        EvaluationOptions(
            gold=gold or None,
            split=split,
            where=read_selection(where),
            model=model or None,
            predictions=predictions,
            against=against,
            against_gold=against_gold or None,
            seed=seed,
            workers=workers,
        ),
        watch=console.watch,
    )
    withdrawn = console.withdrawn_since_lines(
        evaluation.truth.name, [*evaluation.truth.withdrawn], "the score counts them"
    )
    print_scores(evaluation.scores, as_json=as_json, more_caveats=[*withdrawn])
    if report:
        write_report(report, report_page(evaluation, workspace, schema, watch=console.watch))
    require(evaluation.scores, bars)


def print_scores(scores: "Scores", *, as_json: bool, more_caveats: Sequence[str] = ()) -> None:
    """Scores as tables, with the recipe below, or as JSON."""
    from curation.report.caveats import score_caveats
    from curation.report.tables import score_tables
    from curation.scoring.scores_json import scores_to_json

    caveats = [*score_caveats(scores), *more_caveats]
    if as_json:
        console.out_json(console.with_caveats(scores_to_json(scores), caveats))
        return
    console.tables(score_tables(scores))
    console.out(f"recipe: {scores.recipe}")
    console.lines(caveats)
