"""Results as values."""

from dataclasses import replace

from scoring_samples import (
    RECIPE,
)


def test_recipes_are_one_line():
    line = str(replace(RECIPE, model="m@1+w.r"))

    assert line.startswith("gold:g|digest:d|schema:s|model:m@1+w.r|weights:w|documents:0|")
    odd = str(replace(RECIPE, gold="a|seed:9\nא b"))
    assert odd.startswith("gold:a\\u007cseed:9\\u000aא b|digest:d|")
    assert line.endswith("|seed:7|resamples:200|curate:0|scheme:semeval2013-9.1+taille2020")
    assert "\n" not in line
