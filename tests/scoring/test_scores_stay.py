"""What eval and agree say of the shipped gold changes only on purpose, however they are made faster."""

from kept_digests import AGAIN, kept_digests, score_digests


def test_scores_on_the_shipped_gold_are_those_that_were_kept(tmp_path):
    digests = score_digests(tmp_path)

    kept = kept_digests()
    assert digests == {name: kept.get(name) for name in digests}, AGAIN
