"""Articles as they come to documents."""

from curation.articles.normalise import UNKNOWN_LICENSE
from curation.articles.read import how_many, read_articles, refuse_overwriting

__all__ = ["UNKNOWN_LICENSE", "how_many", "read_articles", "refuse_overwriting"]
