"""Articles read from files and normalised to documents."""

from curation.articles.normalise import UNKNOWN_LICENSE
from curation.articles.read import estimate_article_count, read_articles, refuse_overwriting

__all__ = ["UNKNOWN_LICENSE", "estimate_article_count", "read_articles", "refuse_overwriting"]
