"""What is worth telling of articles on their way: near copies, and languages that the model can't read."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from curation.articles.language import BASELINE_LANGUAGE, guess_language, is_in_language
from curation.articles.meta import ArticlesReport
from curation.documents.document import Document
from curation.near_copies import BLOCK, NearCopyFinder


def notice_articles(
    documents: Iterable[Document], report: ArticlesReport
) -> Iterator[Document]:
    """
    The same documents; near copies among them, and other languages than English, are added to the *report*.

    Near copies are looked for among 20,000 documents at a time, so that memory stays flat.
    """
    waiting = iter(documents)
    for first in waiting:
        yield from _notice_block(chain([first], islice(waiting, BLOCK - 1)), report)


def _notice_block(block: Iterable[Document], report: ArticlesReport) -> Iterator[Document]:
    finder = NearCopyFinder()
    for document in block:
        finder.add(document.id, document.text)
        said = document.meta.get("lang")
        language = said if isinstance(said, str) else guess_language(document.text)
        if language and not is_in_language(language, BASELINE_LANGUAGE):
            report.languages[language] += 1
            report.first_in_language.setdefault(language, document.id)
        yield document
    report.near_copies += finder.found()
