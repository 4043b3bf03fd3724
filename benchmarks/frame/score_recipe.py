"""The recipe of scores in benchmarks: of no gold and no model that anybody knows."""

from curation.scoring.results import RESAMPLES, ScoreRecipe

SEED = 7
RECIPE = ScoreRecipe(
    gold="bench",
    digest="",
    schema="",
    model="",
    weights="",
    documents=0,
    split="all",
    arm="all",
    seed=SEED,
    resamples=RESAMPLES,
    curate="",
)
