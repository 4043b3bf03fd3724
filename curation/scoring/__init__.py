"""How well predictions match gold: counts first, rates when asked for."""

from curation.scoring.agreement import Agreement, agreement
from curation.scoring.counts import Counts
from curation.scoring.scores import Recipe, Scores, score

__all__ = ["Agreement", "Counts", "Recipe", "Scores", "agreement", "score"]
