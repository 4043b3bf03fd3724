"""Which port a local server gets: the one that people have links to, while that can be."""

import socket
from collections.abc import Iterator

import pytest

from curation.errors import StudioError
from curation.localserver import free_port as ports
from curation.localserver.free_port import PORTS_TRIED, free_port

HOST = "127.0.0.1"


@pytest.fixture
def holder() -> Iterator[socket.socket]:
    """Has a port, as a connection has: nobody listens there."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        yield one


def port_of(one: socket.socket) -> int:
    port: int = one.getsockname()[1]
    return min(port, 65535)


def test_a_port_that_gets_free_in_a_moment_is_kept(holder: socket.socket) -> None:
    port = port_of(holder)
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        holder.close()

    assert free_port(HOST, port, port, say) == port
    assert said == [f"port {port} is held by a connection; waiting for it"]


def test_a_port_that_stays_held_is_given_up(
    holder: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "HELD_SECONDS", 0.0)
    port = port_of(holder)
    said: list[str] = []

    found = free_port(HOST, port, port, said.append)

    assert port < found < port + PORTS_TRIED
    assert said[-1] == f"port {port} is taken; taking {found}"


def test_a_port_where_somebody_listens_is_not_waited_for(holder: socket.socket) -> None:
    holder.listen()
    port = port_of(holder)
    said: list[str] = []

    found = free_port(HOST, port, port, said.append)

    assert said == [f"port {port} is taken; taking {found}"]


def test_the_port_that_is_asked_for_is_taken_silently_where_the_last_one_is_out_of_reach(
    holder: socket.socket,
) -> None:
    port = port_of(holder)
    holder.close()
    said: list[str] = []

    assert free_port(HOST, port, port - 1, said.append) == port
    assert said == []


def test_a_client_that_meets_itself_is_no_listener(holder: socket.socket) -> None:
    """The system may give a client the very port that it asks for."""
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    port = port_of(holder)
    holder.connect((HOST, port))
    holder.close()
    said: list[str] = []

    assert free_port(HOST, port, port, said.append) == port


def test_no_free_port_is_an_error_that_says_what_to_type(
    holder: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder.listen()
    monkeypatch.setattr(ports, "PORTS_TRIED", 1)
    port = port_of(holder)

    with pytest.raises(
        StudioError, match=f"no port between {port} and {port} is free"
    ) as caught:
        free_port(HOST, port, port, print)

    assert "curate up --port" in caught.value.hint
