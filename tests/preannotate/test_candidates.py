"""Which pairs of names a trained classifier is asked about."""

import pytest

from curation.preannotate.trained.candidates import MAX_DISTANCE


@pytest.fixture(name="pairs")
def _pairs(pipeline, schema, marked):
    """The pairs of a marked sentence, each as ``Russia>Assad`` with its labels."""

    def pairs(sentence: str) -> dict[str, set[str]]:
        document = marked(sentence)
        return {
            f"{document.words(one.head.entity)}>{document.words(one.tail.entity)}": {
                *one.labels
            }
            for one in pipeline.find_candidates(document, schema)
        }

    return pairs


def test_names_of_two_sentences_are_no_pair(pairs):
    assert (
        pairs("PERSON[Ann] slept. TITLE[President] PERSON[Bob] woke.").keys()
        == {"Bob>President"} | pairs("TITLE[President] PERSON[Bob] woke.").keys()
    )


def test_types_that_no_relation_joins_are_no_pair(pairs):
    assert pairs("On DATE[Monday] the MONEY[$ 5] were lost.") == {}


def test_names_far_from_each_other_are_no_pair(pairs):
    words = "very " * MAX_DISTANCE
    assert pairs(f"PERSON[Ann] is a {words}old friend of NORP[Poles].") == {}


def test_a_long_list_of_names_has_no_more_pairs_a_name_than_a_short_one(
    pipeline, schema, marked
):
    def pairs_a_name(names: int) -> float:
        sentence = ", ".join(f"PERSON[Ann{number}]" for number in range(names))
        return len(pipeline.find_candidates(marked(sentence), schema)) / names

    assert pairs_a_name(200) <= 1.2 * pairs_a_name(100)


def test_a_relation_without_direction_is_asked_once(pairs, schema):
    found = pairs("PERSON[Ann] met PERSON[Bob].")

    labels = [label for labels in found.values() for label in labels]
    assert {"meets_with", "supports"} <= {*labels}
    assert labels.count("meets_with") == 1
    assert labels.count("supports") == 2
    for label in labels:
        assert schema.relations[label].joins_either_way("PERSON", "PERSON")


def test_the_same_words_say_the_same_of_other_names(pipeline, schema, marked):
    """But for names, which a classifier must not learn by heart."""
    one, other = (
        {
            feature
            for candidate in pipeline.find_candidates(marked(sentence), schema)
            for feature in candidate.features
        }
        for sentence in (
            "PERSON[Bush] of GPE[Spain] met PERSON[Blair].",
            "PERSON[Putin] of GPE[France] met PERSON[Brown].",
        )
    )

    assert one == other
    assert not any(name in feature.lower() for name in ("bush", "spain") for feature in one)
