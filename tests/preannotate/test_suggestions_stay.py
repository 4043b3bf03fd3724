"""What is suggested for the shipped articles changes only on purpose, however the rules are made faster."""

from kept_digests import AGAIN, kept_digests, suggest_unseen, suggestion_digests


def test_suggestions_for_the_shipped_articles_are_those_that_were_kept(pipeline, suggested):
    digests = suggestion_digests(suggested, suggest_unseen(pipeline))

    kept = kept_digests()
    assert digests == {name: kept.get(name) for name in digests}, AGAIN
