"""``curate ingest``: articles to documents."""

from pathlib import Path

from curation import console
from curation.commands.options import SEEDS, ArticlePaths, ListAll, OutputFile
from curation.errors import pluralise
from curation.files import STDIN
from curation.list_limit import list_everything


def ingest(
    paths: ArticlePaths = [SEEDS],  # noqa: B006
    output: OutputFile = STDIN,
    everything: ListAll = False,
) -> None:
    """
    Turn articles into documents.

    One JSON line a document. Newlines are normalised; doubled paragraphs and boilerplate at the end are
    dropped and named; nothing else is touched.

    Example: curate ingest seeds/ -o articles.jsonl
    """
    from curation.articles import estimate_article_count, read_articles, refuse_overwriting
    from curation.gold.working.withdrawn_articles import refuse_withdrawn
    from curation.workspace import Workspace

    list_everything(everything)
    documents = refuse_withdrawn(read_articles(paths), Workspace.here().next)
    refuse_overwriting(paths, output)
    if output != STDIN:
        documents = console.watch(documents, "reading", estimate_article_count(paths))
    count = console.write(output, (document.to_line() for document in documents))
    console.say(f"{pluralise(count, 'document')}{where(output)}.")


def where(output: Path) -> str:
    """Behind a number of documents: the file they are in; nothing for standard output."""
    return "" if output == STDIN else f" → {output}"
