"""Scores and agreement where it takes several rooms: the gold, the baseline, the scoring."""

from curation.measure.agreement import Layers, agree, layers_in, layers_of
from curation.measure.evaluation import Against, evaluate
from curation.measure.golds import NEXT, GoldSet, gold_set, is_file
from curation.measure.predicted import Predictions, predictions

# The package's functions are imported where they are called: what they stand
# on takes seconds to load, and most commands don't score.

__all__ = [
    "NEXT",
    "Against",
    "GoldSet",
    "Layers",
    "Predictions",
    "agree",
    "evaluate",
    "gold_set",
    "is_file",
    "layers_in",
    "layers_of",
    "predictions",
]
