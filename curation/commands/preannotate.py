"""``curate preannotate``: documents with the baseline's suggestions."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from curation import console
from curation.commands.article_options import (
    BatchAttribution,
    BatchLanguage,
    BatchLicense,
    BatchSource,
    IdColumn,
    SkipBad,
    StripMarkup,
    TextColumn,
    article_options,
    require_articles,
    say_of_articles,
)
from curation.commands.ingest import where
from curation.commands.options import (
    SEEDS,
    SUGGESTIONS,
    ArticlePaths,
    ListAll,
    ModelName,
    OutputFile,
)
from curation.errors import UsageError, pluralise
from curation.files import make_private_folder, refuse_address
from curation.list_limit import list_everything

if TYPE_CHECKING:
    from curation.articles import ArticleOptions
    from curation.flows.preannotate_on_cluster import ClusterOptions
    from curation.workspace import Workspace


# The folder of the shards that a cluster writes where none is given.
SHARDS = SUGGESTIONS.with_suffix("")
ARTICLES_A_SHARD = 1000

WorkersOfEngine = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        help="Number of processes to use: 1 if left out, with ray as many as the cluster has processors.",
        show_default=False,
    ),
]
Engine = Annotated[
    Literal["pool", "ray"],
    typer.Option("--engine", help="Processes on this machine, or a Ray cluster."),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="ADDRESS",
        help="With ray: the cluster to use; this machine if left out.",
        show_default=False,
    ),
]

ShardSize = Annotated[
    int | None,
    typer.Option(
        "--shard-size",
        metavar="N",
        min=1,
        help=f"With ray: articles a file, {ARTICLES_A_SHARD} if left out.",
        show_default=False,
    ),
]


def preannotate(
    paths: ArticlePaths = [SEEDS],  # noqa: B006
    output: OutputFile = SUGGESTIONS,
    model: ModelName = "",
    workers: WorkersOfEngine = None,
    engine: Engine = "pool",
    address: ClusterAddress = None,
    shard_size: ShardSize = None,
    id_column: IdColumn = "id",
    text_column: TextColumn = "text",
    license_: BatchLicense = "",
    source: BatchSource = "",
    attribution: BatchAttribution = "",
    lang: BatchLanguage = "",
    strip_markup: StripMarkup = False,
    skip_bad: SkipBad = False,
    everything: ListAll = False,
) -> None:
    """
    Suggest entities and relations.

    Writes the documents with the suggestions of the baseline, a spaCy model. With --engine ray, writes them
    into a folder, in shards, .curate/suggestions if left out, and a run that was cut off goes on where it was.

    Example: curate preannotate seeds/ -o suggestions.jsonl --workers 2
    """
    from curation.articles import (
        estimate_article_count,
        notice_articles,
        read_articles,
        refuse_overwriting,
    )
    from curation.flows.preannotate_on_cluster import ClusterOptions
    from curation.gold.working.withdrawn_articles import refuse_withdrawn
    from curation.preannotate import suggest_all
    from curation.preannotate.model_files import chosen_model
    from curation.preannotate.model_gaps import model_gaps
    from curation.schema.folder import read_schema_in
    from curation.workspace import Workspace

    list_everything(everything)
    options = article_options(
        id_column=id_column,
        text_column=text_column,
        skip_bad=skip_bad,
        strip_markup=strip_markup,
        known={"license": license_, "src": source, "attribution": attribution, "lang": lang},
    )
    if engine != "ray":
        if address:
            raise UsageError("--address is of a Ray cluster", hint="add --engine ray")
        if shard_size:
            raise UsageError("--shard-size is of a Ray cluster", hint="add --engine ray")
        refuse_address(output, hint="add --engine ray, which writes shards there")
    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    require_articles(paths, "preannotate")
    chosen = chosen_model(schema, model or None)
    console.lines(f"warning: {gap}" for gap in model_gaps(chosen, schema))
    if engine == "ray":
        cluster = ClusterOptions(
            address=address,
            workers=workers,
            model=model or None,
            shard_size=shard_size or ARTICLES_A_SHARD,
        )
        _by_cluster(workspace, paths, options, output, cluster)
        return
    articles = refuse_withdrawn(read_articles(paths, options), workspace.next)
    refuse_overwriting(paths, output)
    if output == SUGGESTIONS:
        make_private_folder(SUGGESTIONS.parent)
    articles = notice_articles(articles, options.report, chosen.language)
    suggested = suggest_all(articles, schema, model=model or None, workers=workers or 1)
    documents = console.watch(suggested, "pre-annotating", estimate_article_count(paths))
    count = console.write(output, (document.to_line() for document in documents))
    console.say(f"{pluralise(count, 'document')} with suggestions{where(output)}.")
    say_of_articles(options)


def _by_cluster(
    workspace: "Workspace",
    paths: list[Path],
    options: "ArticleOptions",
    output: Path,
    cluster: "ClusterOptions",
) -> None:
    from curation.flows.preannotate_on_cluster import preannotate_on_cluster

    if output == SUGGESTIONS:
        make_private_folder(SHARDS.parent)
        output = SHARDS
    report = preannotate_on_cluster(workspace, paths, options, output, cluster, console.watch)
    kept = f", {report.kept} of them from before" if report.kept else ""
    shards = pluralise(report.shards, "shard")
    console.say(
        f"{pluralise(report.documents, 'document')} with suggestions → {report.folder} ({shards}{kept})."
    )
    if report.replaced:
        console.say(
            f"{pluralise(report.replaced, 'shard')} of an earlier run, of other articles, replaced."
        )
    say_of_articles(replace(options, report=report.articles))
