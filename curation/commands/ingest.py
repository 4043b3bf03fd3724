"""``curate ingest``: articles to documents."""

from pathlib import Path

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
from curation.commands.options import SEEDS, ArticlePaths, ListAll, OutputFile
from curation.errors import pluralise
from curation.files import STDIN
from curation.list_limit import list_everything


def ingest(
    paths: ArticlePaths = [SEEDS],  # noqa: B006
    output: OutputFile = STDIN,
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
    Turn articles into documents.

    One JSON line a document. Newlines are normalised; doubled paragraphs and boilerplate at the end are
    dropped and named; nothing else is touched.

    Example: curate ingest seeds/ -o articles.jsonl
    """
    from curation.articles import (
        estimate_article_count,
        notice_articles,
        read_articles,
        refuse_overwriting,
    )
    from curation.gold.working.withdrawn_articles import refuse_withdrawn
    from curation.preannotate.model_files import BASELINE_LANGUAGE
    from curation.workspace import Workspace

    list_everything(everything)
    require_articles(paths, "ingest")
    options = article_options(
        id_column=id_column,
        text_column=text_column,
        skip_bad=skip_bad,
        strip_markup=strip_markup,
        known={"license": license_, "src": source, "attribution": attribution, "lang": lang},
    )
    documents = refuse_withdrawn(read_articles(paths, options), Workspace.here().next)
    refuse_overwriting(paths, output)
    documents = notice_articles(documents, options.report, BASELINE_LANGUAGE)
    if output != STDIN:
        documents = console.watch(documents, "reading", estimate_article_count(paths))
    count = console.write(output, (document.to_line() for document in documents))
    console.say(f"{pluralise(count, 'document')}{where(output)}.")
    say_of_articles(options.report)


def where(output: Path) -> str:
    """Behind a number of documents: the file they are in; nothing for standard output."""
    return "" if output == STDIN else f" → {output}"
