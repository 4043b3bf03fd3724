"""Articles read from files and normalised to documents."""

from curation.articles.meta import UNKNOWN_LICENSE, ArticleOptions, ArticlesReport
from curation.articles.notices import notice_articles
from curation.articles.read import estimate_article_count, read_articles, refuse_overwriting

__all__ = [
    "UNKNOWN_LICENSE",
    "ArticleOptions",
    "ArticlesReport",
    "estimate_article_count",
    "notice_articles",
    "read_articles",
    "refuse_overwriting",
]
