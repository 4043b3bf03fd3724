"""What is worth telling of articles on their way: near copies, and languages that the model can't read."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from curation.articles.language import other_language
from curation.articles.meta import ArticlesReport
from curation.documents.document import Document
from curation.near_copies import NearCopyFinder

# So many documents are looked at together for near copies; more would take more memory than reading does.
ARTICLES_COMPARED = 4_000


def notice_articles(
    documents: Iterable[Document], report: ArticlesReport, language: str
) -> Iterator[Document]:
    """
    The same documents; near copies among them, and other languages than the model's, are added to the *report*.

    *language* is the code of the model's; nothing is told of languages where that is empty. Near copies are
    looked for among 4,000 documents at a time, so that memory stays flat.
    """
    waiting = iter(documents)
    report.language = language
    for first in waiting:
        report.blocks += 1
        yield from _notice_block(chain([first], islice(waiting, ARTICLES_COMPARED - 1)), report)


def _notice_block(block: Iterable[Document], report: ArticlesReport) -> Iterator[Document]:
    finder = NearCopyFinder()
    for document in block:
        finder.add(document.id, document.text)
        said = document.meta.get("lang")
        if other := other_language(
            document.text, said if isinstance(said, str) else "", report.language
        ):
            report.languages[other] += 1
            report.first_in_language.setdefault(other, document.id)
        yield document
    report.near_copies += finder.found()
