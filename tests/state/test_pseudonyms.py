"""Pseudonyms: one for each account, given once, kept when they are given."""

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import costly

from curation.state import State

URL = "http://127.0.0.1:8080"
ANN, BEN, BOT = "ann@example.org", "ben@example.org", "replay@curate.invalid"


@pytest.fixture
def state(tmp_path):
    return State(tmp_path)


@pytest.mark.parametrize(
    ("email", "form", "kind"),
    [(ANN, "person-", "person"), (BOT, "machine-", "program"), ("", "unknown-", "unknown")],
)
def test_a_pseudonym_says_nothing_but_the_kind_of_its_account(state, email, form, kind):
    names = state.pseudonyms(URL)

    name = names(7, email)

    assert re.fullmatch(form + "[0-9a-f]{8}", name)
    assert names.kind(name) == state.pseudonyms(URL).kind(name) == kind
    assert names.email(name) == email
    assert names.new_count == 1


def test_a_pseudonym_is_kept_when_it_is_given(state):
    name = state.pseudonyms(URL)(1, ANN)

    assert State(state.home).pseudonyms(URL).find(1, ANN) == name


def test_an_account_is_the_same_in_capitals_and_on_another_server(state):
    name = state.pseudonyms(URL)(1, ANN)

    assert state.pseudonyms(URL)(1, ANN.upper()) == name
    assert state.pseudonyms("http://elsewhere")(12, ANN) == name


@pytest.mark.parametrize("email", [ANN, BOT])
def test_an_account_that_was_deleted_stays_who_it_was(state, email):
    """Label Studio says nothing of it any more but its number."""
    name = state.pseudonyms(URL)(1, email)
    kind = state.pseudonyms(URL).kind(name)

    names = state.pseudonyms(URL)

    assert names(1, "") == names.find(1, "") == name
    assert names.kind(name) == kind
    assert names.new_count == 0


def test_a_number_with_another_e_mail_is_another_account(state):
    """The server's data was deleted, and its numbers begin anew."""
    names = state.pseudonyms(URL)
    ann = names(1, ANN)

    assert names.find(1, BEN) == ""
    ben = names(1, BEN)

    assert ben != ann
    assert names(1, "") == ben
    assert names(1, ANN) == ann


def test_of_an_account_known_by_its_number_the_e_mail_is_learned(state):
    names = state.pseudonyms(URL)
    name = names(1, "")

    assert names.find(1, BOT) == name
    assert names(1, BOT) == name
    assert state.pseudonyms(URL).kind(name) == "program"
    assert state.pseudonyms(URL).email(name) == BOT
    assert names.new_count == 1


def test_numbers_of_two_servers_are_two_accounts(state):
    assert state.pseudonyms(URL)(1, "") != state.pseudonyms("http://elsewhere")(1, "")


def test_an_account_takes_the_pseudonym_that_the_gold_has_of_it(state):
    names = state.pseudonyms(URL)
    names.adopt(1, ANN, "person-00000001", "person")
    names.adopt(2, "", "person-00000002", "program")

    assert (names(1, ANN), names(2, "")) == ("person-00000001", "person-00000002")
    assert names.new_count == 0
    again = state.pseudonyms(URL)
    assert (again(1, ""), again.kind("person-00000002")) == ("person-00000001", "program")


def test_an_account_that_has_a_pseudonym_adopts_none(state):
    names = state.pseudonyms(URL)
    name = names(1, ANN)

    names.adopt(1, "", "person-00000001", "person")
    names.adopt(9, ANN, "person-00000001", "person")

    assert names(1, ANN) == names(9, ANN) == name
    assert state.pseudonyms(URL).kind("person-00000001") == "unknown"


def test_who_only_looks_gives_nothing_and_tells_new_annotators_apart(tmp_path):
    known = State(tmp_path).pseudonyms(URL)(1, ANN)
    before = (tmp_path / "state.sqlite").read_bytes()
    names = State(tmp_path, writing=False).pseudonyms(URL)

    names.adopt(4, "", "person-00000001", "person")
    found = [
        names(1, ANN),
        names(2, BEN),
        names(3, ""),
        names(2, BEN),
        names(2, ""),
        names(4, ""),
    ]

    first, second = "a new annotator", "a new annotator no. 2"
    assert found == [known, first, second, first, first, "person-00000001"]
    assert names.new_count == 0
    assert names.kind(first) == "person"
    assert (tmp_path / "state.sqlite").read_bytes() == before
    assert State(tmp_path).pseudonyms(URL).find(2, BEN) == ""


accounts = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["", ANN, BEN, BOT])), min_size=1, max_size=8
)


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    return (tmp_path_factory.mktemp("home") for _ in iter(int, 1))


@pytest.mark.slow
@costly(1 / 2)
@given(accounts)
def test_whatever_comes_in_whatever_order_an_e_mail_has_one_pseudonym(homes, seen):
    state, by_email = State(next(homes)), {}
    for number, email in seen:
        name = state.pseudonyms(URL)(number, email)
        if email:
            assert by_email.setdefault(email, name) == name

        assert state.pseudonyms(URL).find(number, email) == name
        assert state.pseudonyms(URL).find(number, "") == name
    assert len(set(by_email.values())) == len(by_email)


GIVING = """
import sys
from pathlib import Path
from curation.state import State
home, many = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
names = State(Path(home)).pseudonyms("http://x")
print(*(names(n, f"a{n}@example.org") for n in range(1, int(many) + 1)), names.new_count)
"""


def test_commands_that_give_pseudonyms_at_once_never_double_one(tmp_path):
    """Nor make two databases: it isn't there when they begin."""
    command = [sys.executable, "-c", GIVING, str(tmp_path / "home"), "12"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    giving = [subprocess.Popen(command, **pipes) for _ in range(4)]
    for one in giving:
        assert one.stdout.readline() == "ready\n"
    for one in giving:
        one.stdin.write("\n")
        one.stdin.flush()

    said = [one.communicate(timeout=600)[0].split() for one in giving]

    assert len({tuple(names) for *names, _ in said}) == 1
    assert len(set(said[0][:-1])) == 12
    assert sum(int(given) for *_, given in said) == 12
