"""Near copies are in one split, and what is sealed never moves."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from curation.gold.release.groups import GivenText, assign_groups
from curation.gold.release.sealed_groups import SealedGroups
from curation.gold.release.splits import SplitPlan
from curation.gold.sealed.manifest import GroupsEntry

# Texts that are near copies where they have the same letter, and of which BOTH are near to two.
STORIES = {letter: " ".join(f"{letter}{n}" for n in range(20)) for letter in "abc"}
AB = " ".join(f"a{n}" for n in range(20)) + " " + " ".join(f"b{n}" for n in range(20))
PLAN = SplitPlan()
NOTHING_SEALED = SealedGroups()


def text_of(story: str, edit: int = 0) -> str:
    """The story, with so many words more."""
    return " ".join([STORIES[story], *(f"more{n}" for n in range(edit))])


def grouped(documents, sealed=NOTHING_SEALED):
    return assign_groups([GivenText(*one) for one in documents], sealed)


def sealed_with(documents, **more):
    """What the version says that has these documents: id, text and group; *more* are other fields."""
    return SealedGroups(
        **more,
        groups={name: group for name, _, group in documents},
        splits={group: PLAN.split_of(group) for _, _, group in documents},
        texts=[(name, text) for name, text, _ in documents],
    )


def test_near_copies_share_a_group_of_the_smallest_id():
    found = grouped(
        [("d2", text_of("a"), "d2"), ("d1", text_of("a", 5), "d1"), ("d3", text_of("b"), "d3")]
    )

    assert found.groups == {"d2": "d1", "d1": "d1", "d3": "d3"}
    assert found.several == {"d1": ("d2", "d1")}
    assert found.find_leaks(PLAN) == ()


def test_documents_that_say_one_group_share_it_with_their_near_copies():
    documents = [
        ("d1", text_of("a"), "d1"),
        ("d2", text_of("a", 3), "siege"),
        ("d3", text_of("b"), "siege"),
        ("d4", text_of("c"), "d4"),
    ]

    assert grouped(documents).groups == {
        "d1": "siege",
        "d2": "siege",
        "d3": "siege",
        "d4": "d4",
    }


def test_a_document_may_be_in_the_group_that_another_is_called():
    found = grouped([("d1", text_of("a"), "d1"), ("d2", text_of("b"), "d1")])

    assert found.groups == {"d1": "d1", "d2": "d1"}


def test_a_near_copy_of_a_sealed_document_joins_its_group():
    """Also where the release doesn't have that document any more."""
    sealed = sealed_with([("d1", text_of("a"), "old")])

    assert grouped([("d2", text_of("a", 4), "d2")], sealed).groups == {"d2": "old"}


def test_a_sealed_document_stays_whatever_it_says_now():
    documents = [("d1", text_of("a"), "old"), ("d2", text_of("b"), "d2")]

    again = grouped(
        [("d1", text_of("a"), "new"), ("d2", text_of("b"), "new"), ("d3", text_of("c"), "new")],
        sealed_with(documents),
    )

    assert again.groups == {"d1": "old", "d2": "d2", "d3": "old"}
    assert again.bridges == {"d3": ("old", "d2")}


def test_what_a_sealed_document_said_brings_others_to_it():
    """Whatever its group is called by now: what it said, now or before, or its id."""
    sealed = sealed_with(
        [("d1", text_of("a"), "story-A"), ("d2", text_of("a", 3), "story-A")],
        said={"story-B": ("story-A",), "d2": ("story-A",)},
    )

    found = grouped([("d5", text_of("b"), "story-B"), ("d6", text_of("c"), "d2")], sealed)

    assert found.groups == {"d5": "story-A", "d6": "story-A"}
    assert found.bridges == {}


def test_a_document_that_joins_two_sealed_groups_is_in_the_oldest_and_is_told():
    sealed = sealed_with([("d9", text_of("b"), "z-oldest"), ("d1", text_of("a"), "a-younger")])

    found = grouped([("d5", AB, "d5")], sealed)

    assert found.groups == {"d5": "z-oldest"}
    assert found.bridges == {"d5": ("z-oldest", "a-younger")}
    assert found.to_entry() == GroupsEntry(
        several={}, bridges={"d5": ["z-oldest", "a-younger"]}
    )


def test_a_bridge_stays_one_as_long_as_its_document_is_there():
    """In later releases too, to whose readers it matters as much."""
    sealed = sealed_with(
        [("d9", text_of("b"), "b"), ("d1", text_of("a"), "a"), ("d5", AB, "b")],
        bridges={"d5": ("b", "a")},
    )

    assert grouped([("d5", AB, "d5")], sealed).bridges == {"d5": ("b", "a")}
    assert grouped([("d1", text_of("a"), "d1")], sealed).bridges == {}


# d8 is a group of the test split by its hash, d1 one of validation, wikinews-784626 of train.
TRAIN = "wikinews-784626"


def leaks_of(found):
    return {
        (one.document, one.split, one.other, one.other_split) for one in found.find_leaks(PLAN)
    }


def test_a_bridge_between_two_splits_is_a_leak():
    sealed = sealed_with([(TRAIN, text_of("a"), TRAIN), ("d8", text_of("b"), "d8")])

    found = grouped([("new", AB, "new")], sealed)

    assert leaks_of(found) == {("new", "train", "d8", "test")}
    assert [one.shared for one in found.find_leaks(PLAN)] == [1.0]


def test_copies_with_the_same_words_are_each_told():
    sealed = sealed_with([(TRAIN, text_of("a"), TRAIN), ("d8", text_of("b"), "d8")])

    found = grouped([("n1", AB, "n1"), ("n2", AB.upper(), "n2")], sealed)

    assert leaks_of(found) == {("n1", "train", "d8", "test"), ("n2", "train", "d8", "test")}
    assert {*found.bridges} == {"n1", "n2"}


def test_two_sealed_documents_leak_where_the_release_has_both():
    documents = [(TRAIN, text_of("a"), TRAIN), ("d8", text_of("a", 3), "d8")]
    sealed = sealed_with(documents)

    assert leaks_of(grouped(documents, sealed)) == {(TRAIN, "train", "d8", "test")}
    assert leaks_of(grouped(documents[:1], sealed)) == set()
    assert leaks_of(grouped([], sealed)) == set()


stories = st.sampled_from("abc")
ids = st.sampled_from([TRAIN, *(f"d{number}" for number in range(12))])
edits = st.integers(0, 6)
said_groups = st.sampled_from(["", "", "siege", "d1"])
documents_by_id = st.dictionaries(ids, st.tuples(stories, edits, said_groups), max_size=8)


def given_documents(drawn):
    return [
        (name, text_of(story, edit), group or name)
        for name, (story, edit, group) in drawn.items()
    ]


@given(documents_by_id)
def test_without_sealed_versions_no_near_copies_are_in_two_splits(drawn):
    found = grouped(given_documents(drawn))

    assert found.find_leaks(PLAN) == ()
    for name, (story, _, _) in drawn.items():
        same = {other for other, (its, _, _) in drawn.items() if its == story}
        assert {found.groups[other] for other in same} == {found.groups[name]}


@given(documents_by_id, documents_by_id)
def test_more_documents_move_nobody_that_is_sealed(before, more):
    """And the same release again has the same groups."""
    first = grouped(given_documents(before))
    sealed = sealed_with(
        [(name, text, first.groups[name]) for name, text, _ in given_documents(before)]
    )
    after = grouped(given_documents({**more, **before}), sealed)

    assert {name: after.groups[name] for name in before} == first.groups
    assert grouped(given_documents(before), sealed).groups == first.groups


@given(documents_by_id, documents_by_id)
def test_who_says_the_group_of_a_sealed_document_is_with_it_or_named(before, more):
    first = grouped(given_documents(before))
    said = defaultdict(set)
    for name, _, group in given_documents(before):
        said[group].add(first.groups[name])
    sealed = sealed_with(
        [(name, text, first.groups[name]) for name, text, _ in given_documents(before)],
        said=said,
    )
    new = {name: drawn for name, drawn in more.items() if name not in before}

    after = grouped(given_documents(new), sealed)

    for name, _, group in given_documents(new):
        assert said[group] <= {after.groups[name], *after.bridges.get(name, ())}


@given(documents_by_id, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_the_documents(drawn, random):
    documents = given_documents(drawn)
    groups = grouped(documents).groups
    random.shuffle(documents)

    assert grouped(documents).groups == groups
