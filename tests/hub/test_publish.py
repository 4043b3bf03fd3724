"""A version goes to the Hub once, whatever happens on the way."""

from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest
from hub.publishing import (
    FILES,
    NAME,
    WANTED,
    Eventful,
    content,
    head_content,
    publish,
    push,
)
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import HubConflict, HubConnectionLost, HubError
from curation.hub.plan import VersionToPublish, plan_publication
from curation.hub.state import look_at_hub
from curation.hub.twin import MemoryHub

NEXT = VersionToPublish(
    version="1.1.0",
    files={
        "README.md": b"# More news\n",
        "1.1.0/manifest.json": b'{"1.1.0": 1}\n',
        "1.1.0/train-5e6f.parquet": b"PAR1 more PAR1",
    },
)


OVERTAKEN = (
    "org/news was changed on the Hub by somebody else since it was looked at",
    "run the same command again",
)


class Killed(BaseException):
    """As by kill -9."""


@pytest.fixture
def hub():
    return MemoryHub()


def is_published(hub, wanted=WANTED):
    """Whether the version's tag names a commit that has all its files."""
    commit = hub.tags(NAME).get(wanted.tag)
    return commit is not None and content(hub, commit).items() >= wanted.files.items()


def all_halves(*before):
    """The numbers of the halves of calls of an undisturbed run, after *before* was published."""
    hub = MemoryHub()
    for wanted in before:
        publish(hub, wanted)
    counting = Eventful(hub, lambda half: None)
    publish(counting)
    return range(counting.halves)


HALVES = all_halves()


def test_a_version_is_one_commit_and_its_tag(hub):
    done = publish(hub)

    assert (done.created, done.is_private, done.tagged) == (True, True, True)
    assert set(done.sent) == FILES.keys()
    assert hub.tags(NAME) == {"v1.0.0": done.commit}
    assert is_published(hub)


def test_a_second_run_does_nothing(hub):
    first = publish(hub)

    again = publish(hub)

    assert (again.created, again.sent, again.tagged) == (False, (), False)
    assert again.commit == first.commit == hub.repository(NAME).head


def test_other_versions_and_other_peoples_files_stay(hub):
    publish(hub)
    push(hub, {"notebook.ipynb": b"{}"})

    done = publish(hub, NEXT)

    assert set(done.sent) == NEXT.files.keys()
    assert (
        head_content(hub).items()
        >= {
            **FILES,
            **NEXT.files,
            "notebook.ipynb": b"{}",
        }.items()
    )
    assert hub.tags(NAME).keys() == {"v1.0.0", "v1.1.0"}


def test_an_older_version_is_still_published_under_a_newer_card(hub):
    """Only the version's own files must be those that its tag names."""
    publish(hub)
    publish(hub, NEXT)
    card = NEXT.files["README.md"]

    again = publish(hub, replace(WANTED, files={**FILES, "README.md": card}))

    assert (again.sent, again.tagged) == ((), False)


def test_a_mark_that_came_later_is_added_and_the_tag_stays(hub):
    first = publish(hub)
    marked = replace(WANTED, files={**FILES, "1.0.0/withdrawn.json": b"{}"})

    done = publish(hub, marked)

    assert (done.sent, done.tagged) == (("1.0.0/withdrawn.json",), False)
    assert done.commit == first.commit
    assert head_content(hub)["1.0.0/withdrawn.json"] == b"{}"


def test_a_version_that_differs_is_never_replaced(hub):
    first = publish(hub)
    other = replace(WANTED, files={**FILES, "1.0.0/manifest.json": b'{"other": 1}\n'})

    with pytest.raises(
        HubError, match=r"has another 1\.0\.0 on the Hub: 1\.0\.0/manifest\.json"
    ):
        publish(hub, other)

    assert hub.repository(NAME).head == first.commit


def test_a_tag_is_never_moved(hub):
    hub.create(NAME, is_private=True)
    theirs = push(hub, {"other.txt": b"theirs"})
    hub.tag(NAME, "v1.0.0", commit=theirs)

    with pytest.raises(HubError, match=r"tag v1.0.0 of org/news names commit .*never moved"):
        publish(hub)

    assert hub.tags(NAME) == {"v1.0.0": theirs}
    assert hub.repository(NAME).head == theirs


def test_what_was_deleted_from_the_head_comes_back_and_the_tag_stays(hub):
    """As a tag keeps what was deleted after it."""
    first = publish(hub)
    hub.delete(NAME, "1.0.0/manifest.json")

    done = publish(hub)

    assert done.sent == ("1.0.0/manifest.json",)
    assert done.commit == first.commit


@pytest.mark.parametrize(
    ("is_private", "asked", "refusal"),
    [(False, True, "is public on the Hub"), (True, False, "is private on the Hub")],
)
def test_an_existing_repository_stays_as_private_as_it_is(hub, is_private, asked, refusal):
    hub.create(NAME, is_private=is_private)
    head = hub.repository(NAME).head

    with pytest.raises(HubError, match=refusal):
        publish(hub, replace(WANTED, is_private=asked))

    assert hub.repository(NAME).head == head
    assert publish(hub).is_private == is_private


def test_a_plan_says_what_would_go_and_changes_nothing(hub):
    publish(hub)
    found = look_at_hub(hub, NAME, tag=NEXT.tag)

    plan = plan_publication(found, NEXT)

    assert set(plan.sends) == NEXT.files.keys()
    assert plan.replaces == ("README.md",)
    assert (plan.creates, plan.tags, plan.is_done) == (False, True, False)
    assert found.card == FILES["README.md"].decode()
    assert NEXT.tag not in hub.tags(NAME)


@pytest.mark.parametrize("at", HALVES)
def test_the_next_run_ends_what_was_killed_anywhere(hub, at):
    def kill(half):
        if half == at:
            raise Killed

    with pytest.raises(Killed):
        publish(Eventful(hub, kill))
    publish(hub)

    assert is_published(hub)
    assert len(hub.commits(NAME)) == 2


@pytest.mark.parametrize("at", HALVES)
def test_a_lost_answer_is_no_second_commit(hub, at):
    def lose(half):
        if half == at:
            raise HubConnectionLost("lost")

    try:
        publish(Eventful(hub, lose))
    except HubConnectionLost:
        publish(hub)

    assert is_published(hub)
    assert len(hub.commits(NAME)) == 2


def test_a_hub_that_answers_never_is_given_up(hub):
    def lose(half):
        raise HubConnectionLost("lost")

    with pytest.raises(HubConnectionLost):
        publish(Eventful(hub, lose))


THEIRS = {
    "a file": {"theirs.txt": b"theirs"},
    "a card": {"README.md": b"# theirs\n"},
    "the same version": {path: data for path, data in FILES.items() if path != "README.md"},
    "part of the version": {"1.0.0/train-1a2b.parquet": FILES["1.0.0/train-1a2b.parquet"]},
    "another version of this number": {"1.0.0/manifest.json": b'{"theirs": 1}\n'},
}


@pytest.mark.parametrize("theirs", THEIRS)
@pytest.mark.parametrize("at", HALVES)
def test_what_somebody_else_pushes_between_two_steps_is_never_overwritten(hub, theirs, at):
    pushed = THEIRS[theirs]
    happened = []

    def interfere(half):
        if half == at and hub.repository(NAME):
            happened.append(push(hub, pushed))

    try:
        publish(Eventful(hub, interfere))
    except HubError:
        assert happened
    else:
        assert is_published(hub)

    if happened:
        assert head_content(hub).items() >= pushed.items()


@pytest.mark.parametrize("at", HALVES)
def test_whoever_was_refused_ends_the_work_next_time(hub, at):
    def interfere(half):
        if half == at and hub.repository(NAME):
            push(hub, {"theirs.txt": b"theirs"})

    refusals = []
    try:
        publish(Eventful(hub, interfere))
    except HubConflict as refused:
        refusals.append((str(refused), refused.hint))
        publish(hub)

    assert refusals in ([], [OVERTAKEN])
    assert is_published(hub)


@pytest.mark.parametrize("is_same", [True, False])
@pytest.mark.parametrize("at", HALVES)
def test_a_tag_that_somebody_else_sets_meanwhile_stays(hub, is_same, at):
    tagged = []

    def interfere(half):
        if half == at and hub.repository(NAME) and WANTED.tag not in hub.tags(NAME):
            commit = push(hub, FILES if is_same else {"theirs.txt": b"theirs"})
            hub.tag(NAME, WANTED.tag, commit=commit)
            tagged.append(commit)

    try:
        publish(Eventful(hub, interfere))
    except HubError:
        assert tagged
    else:
        assert is_published(hub)

    assert not tagged or hub.tags(NAME) == {WANTED.tag: tagged[0]}


@pytest.mark.parametrize("at", HALVES)
def test_a_public_repository_that_appears_meanwhile_gets_nothing_private(hub, at):
    happened = []

    def interfere(half):
        if half == at and hub.repository(NAME) is None:
            hub.create(NAME, is_private=False)
            happened.append(half)

    found = look_at_hub(hub, NAME, tag=WANTED.tag)
    assert found.repository is None
    try:
        publish(Eventful(hub, interfere), replace(WANTED, is_private=True))
    except HubError:
        assert happened

    if happened:
        assert head_content(hub).keys() == {".gitattributes"}


EVENTS = st.dictionaries(
    st.integers(0, 60),
    st.sampled_from(["kill", "lose", "tag", *THEIRS]),
    max_size=4,
)


@given(EVENTS)
def test_nothing_of_others_is_lost_whatever_happens_together(events):
    """Runs are killed, answers lost, files pushed and tags set, several times: until one comes through."""
    hub = MemoryHub()
    theirs = {}
    left = dict(events)
    halves = count()

    def happen(_):
        event = left.pop(next(halves), "")
        if event == "kill":
            raise Killed
        if event == "lose":
            raise HubConnectionLost("lost")
        if event and hub.repository(NAME) is None:
            return
        if event == "tag" and WANTED.tag not in hub.tags(NAME):
            hub.tag(NAME, WANTED.tag, commit=hub.repository(NAME).head)
            theirs.setdefault("tag", hub.repository(NAME).head)
        elif event in THEIRS:
            pushed = THEIRS[event]
            kept = {
                path: data
                for path, data in pushed.items()
                if path not in head_content(hub) or path not in WANTED.sealed
            }
            push(hub, kept)
            theirs.update({path: data for path, data in kept.items() if path != "README.md"})

    for _ in range(8):
        with suppress(HubError, Killed):
            publish(Eventful(hub, happen))
            assert is_sealed(hub)

    tag = theirs.pop("tag", "")
    assert head_content(hub).items() >= theirs.items()
    assert not tag or hub.tags(NAME)[WANTED.tag] == tag
    is_other = "1.0.0/manifest.json" in theirs and theirs["1.0.0/manifest.json"] != b"{}\n"
    assert is_sealed(hub) or tag or is_other


def is_sealed(hub):
    """Whether the tag names a commit that has the version's own files."""
    commit = hub.tags(NAME).get(WANTED.tag)
    return commit is not None and content(hub, commit).items() >= WANTED.sealed.items()
