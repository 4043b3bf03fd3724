"""Near copies are what counting says they are, whatever is in between."""

import json
import random
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts as nasty_texts

from curation.documents.word_count import split_words
from curation.near_copies import MOST_TEXTS, find_copies_between, find_near_copies

CASES = Path(__file__).parent / "cases"

Named = list[tuple[str, str]]
Pairs = dict[tuple[str, str], float]


def counted(texts: Named) -> Pairs:
    """The near copies of these texts, as one would count them by hand."""
    wholes: dict[str, list[str]] = {}
    shingles: dict[str, set[tuple[str, ...]]] = {}
    for name, text in texts:
        words = split_words(text)
        wholes.setdefault(" ".join(words) or text.strip(), []).append(name)
        shingles[name] = {tuple(words[n : n + 5]) for n in range(len(words) - 4)}
    pairs = {(names[0], name): 1.0 for names in wholes.values() for name in names[1:]}
    distinct = [names[0] for names in wholes.values()]
    often = Counter(shingle for name in distinct for shingle in shingles[name])
    sound = {name: {s for s in shingles[name] if often[s] <= MOST_TEXTS} for name in distinct}
    for first, second in combinations(distinct, 2):
        both = len(sound[first] & sound[second])
        if both and both / min(len(sound[first]), len(sound[second])) >= 0.5:
            pairs[first, second] = both / min(len(sound[first]), len(sound[second]))
    return pairs


def found(texts: Named) -> Pairs:
    return {(one.first, one.second): one.shared for one in find_near_copies(texts)}


def named(texts: list[str]) -> Named:
    return [(f"d{number}", text) for number, text in enumerate(texts)]


# Few words, so that much is shared; characters of scripts without spaces among them.
few_words = st.sampled_from(["a", "b", "c", "Oslo,", "日本", "ไทย"])
repeating = st.lists(st.lists(few_words, max_size=14).map(" ".join), max_size=8)


@given(repeating)
def test_near_copies_are_those_that_one_counts_by_hand(texts):
    assert found(named(texts)) == counted(named(texts))


@given(st.lists(nasty_texts(), max_size=4), st.integers(1, 3))
def test_any_text_can_be_compared(texts, times):
    assert found(named(texts * times)) == counted(named(texts * times))


@given(repeating, repeating)
def test_between_two_collections_it_is_as_within_one(these, those):
    """Every copy is named then, and not only the first of those with the same words."""
    ours = [(f"o{number}", text) for number, text in enumerate(these)]
    theirs = [(f"t{number}", text) for number, text in enumerate(those)]
    within = counted(ours + theirs)
    first_of: dict[str, str] = {}
    stands_for = {
        name: first_of.setdefault(" ".join(split_words(text)) or text.strip(), name)
        for name, text in ours + theirs
    }

    between = {(one.first, one.second): one.shared for one in find_copies_between(ours, theirs)}

    expected = {}
    for our, _ in ours:
        for their, _ in theirs:
            pair = stands_for[our], stands_for[their]
            shared = 1.0 if pair[0] == pair[1] else within.get(pair) or within.get(pair[::-1])
            if shared:
                expected[our, their] = shared
    assert between == expected


@given(st.integers(MOST_TEXTS - 1, MOST_TEXTS + 2), st.integers(0, 8))
def test_boilerplate_makes_no_copies(times, own_words):
    """What stands in more than a hundred texts counts neither as shared nor as size."""
    boilerplate = "All rights reserved by the agency that sold you this text today"
    texts = named(
        [
            f"{' '.join(f'w{number}x{n}' for n in range(own_words))} {boilerplate}"
            for number in range(times)
        ]
    )

    assert found(texts) == counted(texts)
    assert bool(found(texts)) == (own_words == 0 or times <= MOST_TEXTS)


def test_a_story_may_have_more_than_a_hundred_equal_copies():
    story = " ".join(f"w{n}" for n in range(40))

    copies = find_near_copies(named([story] * 150))

    assert {one.second for one in copies} == {f"d{n}" for n in range(1, 150)}
    assert all(one.first == "d0" and one.same_words for one in copies)


@pytest.mark.parametrize(
    ("first", "second", "are_copies"),
    [
        ("Oslo fell.", "OSLO FELL", True),
        ("Oslo fell.", "Oslo fell today", False),
        ("Oslo fell to the rebels", "Oslo fell to the rebels, residents said", True),
        ("“Oslo” fell to the rebels", '"Oslo" fell to the rebels', True),
        ("Os\u00adlo fell to the rebels", "Oslo fell to the rebels", True),
        ("Bogota\u0301 fell to the rebels", "Bogot\u00e1 fell to the rebels", True),
        ("!!!", "???", False),
        ("!!!", " !!!\n", True),
        ("日本の首相は東京で会見した", "日本の首相は東京で会見したと報道", True),
        ("日本の首相は東京で会見した", "米国の大統領はワシントンに着いた", False),
    ],
)
def test_what_counts_as_a_copy(first, second, are_copies):
    assert bool(find_near_copies(named([first, second]))) is are_copies


def test_there_may_be_no_texts():
    assert find_near_copies([]) == ()
    assert find_near_copies([("d", "one text alone, of more than five words")]) == ()
    assert list(find_copies_between([], [("t", "some text")])) == []
    assert list(find_copies_between([("d", "some text")], [])) == []


def test_the_six_copies_of_one_article_are_near_copies_and_the_other_is_none():
    lines = (CASES / "near-copies.jsonl").read_text("utf-8").splitlines()
    articles = [json.loads(line) for line in lines]

    pairs = found([(one["id"], one["text"]) for one in articles])

    joined = {name for pair in pairs for name in pair}
    assert joined == {one["id"] for one in articles} - {"other-1"}


WORDS = [f"word{number}" for number in range(3000)]


def article(numbers: random.Random) -> list[str]:
    """Sentences of an article, its words as rare and as frequent as those of real ones."""
    weights = [1 / rank for rank in range(1, len(WORDS) + 1)]
    return [" ".join(numbers.choices(WORDS, weights, k=18)) for _ in range(20)]


EDITS = {
    "a tenth cut": lambda one, other: [*one[:4], *one[6:]],
    "a headline added": lambda one, other: [other[0], *one],
    "boilerplate added": lambda one, other: [*one, other[0], other[1]],
    "updated": lambda one, other: [other[0], other[1], *one[4:]],
    "first part only": lambda one, other: one[:8],
    "agency": lambda one, other: [f"{line[:40]}x{line[40:]}" for line in one],
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_article_is_found(edit):
    numbers = random.Random(7)
    for _ in range(20):
        one = article(numbers)
        other = article(numbers)

        assert found(named([" ".join(one), " ".join(edit(one, other))]))


def test_background_that_two_articles_share_makes_no_copies():
    numbers = random.Random(7)
    background = article(numbers)[:7]
    texts = [" ".join([*article(numbers)[:13], *background]) for _ in range(20)]

    assert find_near_copies(named(texts)) == ()
