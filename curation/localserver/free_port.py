"""A port of this machine that no program listens on."""

import socket
from contextlib import suppress
from time import monotonic, sleep

from curation.errors import StudioError
from curation.localserver.install import Say

# How many ports are tried, from the one that is asked for.
PORTS_TRIED = 100

# How long the preferred port is waited for where nobody listens there and something holds it still:
# a connection of another program, say, whose end of it got this number.
HELD_SECONDS = 5.0


def free_port(host: str, asked: int, last: int, say: Say) -> int:
    """
    The port of *last* time if it is free or gets free in a moment, since people keep links; else the first free one.

    Raises StudioError where all ports from *asked* on are taken.
    """
    ports = range(asked, min(asked + PORTS_TRIED, 65536))
    preferred = last if last in ports else asked
    if _gets_free(host, preferred, say):
        return preferred
    for port in ports:
        if port != preferred and _is_free(host, port):
            if port != asked:
                say(f"port {preferred} is taken; taking {port}")
            return port
    raise StudioError(
        f"no port between {ports[0]} and {ports[-1]} is free",
        hint="stop a program that listens there, or type: curate up --port PORT",
    )


def _gets_free(host: str, port: int, say: Say) -> bool:
    """Whether the port is free now, or soon where nobody listens there."""
    if _is_free(host, port):
        return True
    if _is_listened_at(host, port):
        return False
    say(f"port {port} is held by a connection; waiting for it")
    until = monotonic() + HELD_SECONDS
    while monotonic() < until:
        if _is_free(host, port):
            return True
        sleep(0.1)
    return False


def _is_free(host: str, port: int) -> bool:
    # Both are tried: systems differ on which programs may listen on one port.
    if _is_listened_at(host, port):
        return False
    with socket.socket() as listener, suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        return True
    return False


def _is_listened_at(host: str, port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        if client.connect_ex((host, port)) != 0:
            return False
        # Where nobody listens, the system may give the client this very port: it meets itself.
        return bool(client.getsockname() != client.getpeername())
