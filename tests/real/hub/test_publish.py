"""A version goes to a server that speaks the Hub's protocol, whatever goes wrong on the wire."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace

import huggingface_hub
import pytest
from hub.publishing import FILES, NAME, WANTED
from hub.stub import READER, WRITER, HubFault, StoredRepository, stub_hub

from curation.errors import CurateError, HubConnectionLost, HubError, UsageError
from curation.hub.client import HubClient
from curation.hub.http import LONGEST_WAIT
from curation.hub.port import HubRepository
from curation.hub.publish import publish_files
from curation.hub.state import look_at_hub

# How many calls an undisturbed run makes, by way of huggingface_hub.
CALLS = 27


@pytest.fixture(scope="module")
def server():
    with stub_hub() as server:
        yield server


@pytest.fixture
def hub(server):
    forget(server)
    return HubClient(server.url, WRITER)


@pytest.fixture
def waits(monkeypatch):
    """The seconds that would have been waited for."""
    waited = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def forget(server):
    server.repositories.clear()
    server.objects.clear()
    server.before = server.after = lambda number: None
    server.order()


def publish(hub, wanted=WANTED):
    found = look_at_hub(hub, NAME, tag=wanted.tag)
    return publish_files(hub, found, wanted, wait=time.sleep)


def is_published(server):
    stored = server.repositories[NAME]
    commit = stored.tags.get(WANTED.tag)
    return commit is not None and stored.commits[commit].items() >= FILES.items()


def lines(server):
    """What was called, without the hashes."""
    return [re.sub(r"[0-9a-f]{40,}", "…", line) for line in server.calls]


def test_a_version_is_one_commit_and_its_tag(server, hub):
    done = publish(hub)

    assert done.url == f"{server.url}/datasets/{NAME}"
    assert is_published(server)
    assert server.repositories[NAME].messages == ["initial commit", "Publish 1.0.0"]
    assert len(server.calls) == CALLS


def test_a_second_run_only_reads(server, hub):
    publish(hub)
    server.order()

    again = publish(hub)

    assert (again.created, again.sent, again.tagged) == (False, (), False)
    assert [line for line in server.calls if not line.startswith("GET ")] == []


FAULTS = {
    "500": {"status": 500, "body": "<html>oops</html>"},
    "503 with a wait": {"status": 503, "headers": (("Retry-After", "7"),)},
    "429 with a wait": {"status": 429, "headers": (("RateLimit", '"api";r=0;t=55'),)},
    "a cut while sending": {"unread": True},
    "a lost answer": {"lost": True},
    "half an answer": {"cut": True},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_at_any_call_makes_no_second_commit(server, hub, waits, fault):
    """Most are overcome in the same run; the next run ends the others."""
    ended_later = []

    for at in range(CALLS):
        forget(server)
        server.order(HubFault(at=at, **FAULTS[fault]))
        try:
            publish(hub)
        except HubError:
            ended_later.append(lines(server)[-1])
            publish(hub)

        assert is_published(server), at
        assert len(server.repositories[NAME].commits) == 2, at

    assert ended_later == []


REFUSALS = {
    "401": (401, "Invalid credentials", "set HF_TOKEN, or log in with: hf auth login"),
    "403": (403, "You may not", "use a token that may write there"),
    "404": (404, "Not found", "is HF_ENDPOINT the address of a Hub"),
    "409": (409, "Conflict", "run the same command again"),
    "412": (412, "A commit has happened since", "run the same command again"),
    "413": (413, "Too large", ""),
    "429": (429, "Too many", "wait a little"),
    "500": (500, "Oops", "wait a little"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_at_any_call_is_a_sentence_without_the_token(server, hub, waits, refusal):
    status, message, hint = REFUSALS[refusal]
    body = f'{{"error": "{message} for {WRITER}"}}'
    for line in ("GET /api/datasets", "create", "preupload", "batch", "PUT", "verify",
                 "validate-yaml", "commit/main", "tree", "refs", "/tag/", "resolve"):  # fmt: skip
        forget(server)
        server.order(HubFault(on=line, status=status, body=body, times=1000))

        with pytest.raises(CurateError) as refused:
            publish(hub)

        told = str(refused.value)
        assert WRITER not in told + refused.value.hint, line
        assert "\n" not in told, line
        assert str(status) in told or "by somebody else" in told, (line, told)
        assert refused.value.hint.startswith(hint), (line, told)


def test_a_wait_that_the_hub_asks_for_is_obeyed(server, hub, waits):
    server.order(
        HubFault(on="refs", status=429, headers=(("Retry-After", "17"),)),
        HubFault(on="PUT", status=503, headers=(("Retry-After", "19"),)),
        HubFault(on="commit/main", status=429, headers=(("RateLimit", '"api";r=0;t=55'),)),
    )

    publish(hub)

    assert waits == [17, 20.0, 55]


@pytest.mark.parametrize("line", ["GET /api/datasets", "create", "PUT", "commit/main", "/tag/"])
def test_no_wait_without_end_is_obeyed(server, hub, waits, line):
    asked = (("Retry-After", str(LONGEST_WAIT + 1)),)
    server.order(HubFault(on=line, status=429, headers=asked, times=1000))

    with pytest.raises(HubError, match="takes no more calls for 301 seconds") as refused:
        publish(hub)

    assert refused.value.hint == "run the same command again in 6 minutes"
    assert waits == []


def test_another_new_repository_of_the_account_is_waited_for(server, hub, waits):
    """huggingface_hub would ask again and again without a pause."""
    body = '{"error": "Cannot create repo: another conflicting operation is in progress"}'
    server.order(HubFault(on="create", status=409, body=body, times=2))

    publish(hub)

    assert waits == [1.0, 4.0]
    assert is_published(server)


@pytest.mark.parametrize(
    ("token", "message", "hint"),
    [
        ("", "refused with 401: Invalid username or password.", "set HF_TOKEN"),
        ("hf_wrong", "refused with 401: Invalid credentials", "set HF_TOKEN"),
        (READER, "refused with 403: You don't have the rights", "use a token that may write"),
    ],
)
def test_a_token_that_wont_do_is_told(server, hub, token, message, hint):
    with pytest.raises(HubError, match=message) as refused:
        publish(HubClient(server.url, token))

    assert refused.value.hint.startswith(hint)
    assert not token or token not in str(refused.value)
    assert server.repositories == {}


def test_a_reader_of_a_repository_changes_nothing(server, hub):
    publish(hub)
    more = replace(WANTED, files={**FILES, "more.md": b"more"})

    with pytest.raises(HubError, match="refused with 403: Forbidden"):
        publish(HubClient(server.url, READER), more)

    assert "more.md" not in server.repositories[NAME].commits[server.repositories[NAME].head]


def test_a_card_whose_metadata_the_hub_refuses_is_told(server, hub):
    bad = replace(WANTED, files={**FILES, "README.md": b"---\na: b: c\n---\n"})

    with pytest.raises(HubError, match="refuses the metadata of README"):
        publish(hub, bad)


def test_what_others_push_between_any_two_calls_is_never_overwritten(server, hub, waits):
    theirs = {"README.md": b"# theirs\n", "theirs.txt": b"theirs"}
    for at in range(CALLS):
        forget(server)
        pushed = []

        def interfere(number, at=at, pushed=pushed):
            if number == at and NAME in server.repositories:
                pushed.append(server.push(NAME, theirs))

        server.before = interfere
        with suppress(HubError):
            publish(hub)
            assert is_published(server), at
        stored = server.repositories[NAME]
        assert not pushed or stored.commits[stored.head].items() >= theirs.items(), at
        assert len(stored.commits) - len(pushed) <= 2, at


def test_whoever_publishes_the_same_at_the_same_time_is_no_fault(server, hub, waits):
    """All files are there before our commit: none is posted, and the head is somebody else's."""
    for at in range(CALLS):
        forget(server)
        pushed = []

        def interfere(number, at=at, pushed=pushed):
            if number == at and NAME in server.repositories:
                pushed.append(server.push(NAME, FILES))

        server.before = interfere
        with suppress(HubError):
            publish(hub)
        server.before = lambda number: None
        publish(hub)

        assert is_published(server), at


def test_an_existing_public_repository_stays_public(server, hub):
    server.repositories[NAME] = StoredRepository(is_private=False)
    server.push(NAME, {})

    found = look_at_hub(hub, NAME, tag=WANTED.tag)
    done = publish(hub)

    assert found.repository is not None
    assert not found.repository.is_private
    assert not done.is_private


def test_where_no_hub_answers_is_told(waits):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

        with pytest.raises(HubConnectionLost, match="no Hub answers at") as refused:
            HubClient(url, WRITER).repository(NAME)

    assert "is there a network" in refused.value.hint


def test_offline_mode_is_told(server, hub, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)

    with pytest.raises(HubError, match="HF_HUB_OFFLINE is set"):
        hub.repository(NAME)

    assert server.calls == []


ASK = """
from curation.hub.client import HubClient
hub = HubClient.from_environment()
print(hub.url, hub.has_token, hub.repository("org/news"))
"""


def test_the_hub_and_the_login_are_those_of_the_environment(server, hub, tmp_path):
    """That which ``hf auth login`` stored, where HF_TOKEN isn't set."""
    (tmp_path / "token").write_text(f"{READER}\n")
    env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    env |= {"HF_HOME": str(tmp_path), "HF_ENDPOINT": server.url}
    hub.create(NAME, is_private=True)
    head = server.repositories[NAME].head

    said = subprocess.check_output([sys.executable, "-c", ASK], env=env, text=True)

    found = HubRepository(name=NAME, is_private=True, head=head)
    assert said == f"{server.url} True {found}\n"


@pytest.mark.parametrize("body", ["<html>hello</html>", "[]", "{}", '"x"', "null"])
def test_what_isnt_a_hub_is_told(server, hub, body):
    server.order(HubFault(on="GET", status=200, body=body))

    with pytest.raises(HubError, match="answered something that the Hub doesn't"):
        hub.repository(NAME)


@pytest.mark.parametrize("name", ["org/a/b", "org/a b", "org/-a", "org/a..b", "org/a.git"])
def test_a_name_that_no_dataset_has_is_told(server, hub, name):
    with pytest.raises(UsageError):
        hub.repository(name)

    assert server.calls == []


@pytest.mark.parametrize(
    ("url", "token", "what"),
    [
        ("ftp://hub.example.org", "", "begins with neither"),
        ("hub.example.org", "", "begins with neither"),
        ("https://me:secret@hub.example.org", "", "holds a user's name or password"),
        ("https://hub.example.org", "hf_a\nb", "HF_TOKEN holds a character"),
        ("https://hub.example.org", "hf_é", "HF_TOKEN holds a character"),
    ],
)
def test_a_wrong_address_or_token_is_told_without_being_shown(url, token, what):
    with pytest.raises(HubError, match=what) as refused:
        HubClient(url, token)

    assert "secret" not in str(refused.value)
    assert not token or token not in str(refused.value)
