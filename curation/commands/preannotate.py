"""``curate preannotate``: documents with the baseline's suggestions."""

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
    WorkerCount,
)
from curation.errors import pluralise
from curation.files import make_private_folder
from curation.list_limit import list_everything


def preannotate(
    paths: ArticlePaths = [SEEDS],  # noqa: B006
    output: OutputFile = SUGGESTIONS,
    model: ModelName = "",
    workers: WorkerCount = 1,
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

    Writes the documents with the suggestions of the baseline, a spaCy model.

    Example: curate preannotate seeds/ -o suggestions.jsonl --workers 2
    """
    from curation.articles import (
        estimate_article_count,
        notice_articles,
        read_articles,
        refuse_overwriting,
    )
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
    workspace = Workspace.here()
    schema = read_schema_in(workspace.config)
    require_articles(paths, "preannotate")
    articles = refuse_withdrawn(read_articles(paths, options), workspace.next)
    refuse_overwriting(paths, output)
    if output == SUGGESTIONS:
        make_private_folder(SUGGESTIONS.parent)
    chosen = chosen_model(schema, model or None)
    console.lines(f"warning: {gap}" for gap in model_gaps(chosen, schema))
    articles = notice_articles(articles, options.report, chosen.language)
    suggested = suggest_all(articles, schema, model=model or None, workers=workers)
    documents = console.watch(suggested, "pre-annotating", estimate_article_count(paths))
    count = console.write(output, (document.to_line() for document in documents))
    console.say(f"{pluralise(count, 'document')} with suggestions{where(output)}.")
    say_of_articles(options)
